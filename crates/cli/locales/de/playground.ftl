# Die Wörter der Demo auf Deutsch.

demo = Demo
demo-title = Scopegate-Demo
playground = Spielwiese
skip-to-content = Zum Inhalt
skip-to-app = Zur App
language = Sprache
all-realms = Alle Bereiche
scopes = Scopes
scopes-of = Scopes von { $realm }
connected-apps = Verbundene Apps
metadata = Metadaten
made-up = Alles hier ist erfunden: Personen, Firmen, Daten. Die Passwörter schützen nichts.

home-heading = Apps fragen, Menschen entscheiden, die API hält sich daran
home-what = Scopegate steht vor der API einer Firmensoftware: Eine App bekommt genau das, was der Inhaber der Daten erlaubt hat, und erfährt, warum der Rest geschlossen bleibt.
steps = Die drei Schritte
step-ask = Fragen
step-ask-picture = Eine App mit einer Liste dessen, worum sie bittet
step-ask-what = Eine App bittet um die Scopes, die sie braucht.
step-ask-now = Wählen Sie eine App und worum sie bittet, und verbinden Sie sie.
step-decide = Entscheiden
step-decide-picture = Eine Person, die eines einschaltet und ein anderes aus lässt
step-decide-what = Wem die Daten gehören, der erlaubt einen Teil und lässt den Rest aus.
step-decide-now = Melden Sie sich als eine der erfundenen Personen an und entscheiden Sie.
step-call = Aufrufen
step-call-picture = Ein Tor, das einen Aufruf durchlässt und einen anderen aufhält
step-call-what = Was erlaubt wurde, geht durch. Bei allem anderen steht, warum nicht.
step-call-now = Öffnen Sie einen Bereich, machen Sie einen Aufruf und lesen Sie die Antwort dort.
begin-with = Beginnen Sie mit { $realm }
begin-text = { $app } bittet um Daten einer Firma. Melden Sie sich als { $person } mit dem Passwort { $password } an, lassen Sie etwas aus, und sehen Sie, welche Aufrufe übrig bleiben.
play = { $realm } ausprobieren
other-realms = Die anderen Bereiche
count-scopes = { $count ->
    [one] 1 Scope
   *[other] { $count } Scopes
}
count-calls = { $count ->
    [one] 1 Aufruf
   *[other] { $count } Aufrufe
}
people = Personen zum Anmelden
username = Benutzername
password = Passwort
place = Wo
own-heading = Ihre eigene API
own-what = Was Sie hier ausprobieren, entsteht aus einer Datei für jede API. Für Ihre:
own-catalog = Schreiben Sie einen Katalog: Ihre Scopes in einfachen Worten und die Aufrufe, die jeder öffnet.
own-serve = Betreiben Sie den Server damit, auf einer eigenen Datenbank.
own-apps = Legen Sie Ihre Organisationen, Personen und Apps an.
own-gate = Setzen Sie die Entscheidung vor Ihre API.
command = Befehl

app-side = Die Seite der App
decide-open = Die Entscheidung der Person steht in diesem Browser noch aus.
decide-go-on = Weiter dorthin
held-title = { $app } hat ein Token
held-opens = Es öffnet { $open } von { $total } Aufrufen.
held-see-which = Welche?
held-ended = Es ist beendet und öffnet nichts mehr.
held-scopes = Was es enthält
held-withheld = Erbeten und nicht bekommen
because-asked = erbeten
because-part = Teil von { $scope }
because-default = Vorgabe, weil um nichts gebeten wurde
because-every-grant = immer dabei
because-before = früher erlaubt
access-token = Access-Token
refresh = Erneuern
introspect = Prüfen lassen
give-back = Zurückgeben
start-anew = Von vorn

ask = Um Zugriff bitten
ask-again = Noch einmal bitten
which-app = Welche App
client-confidential = { $app } ist von der Art { $kind }: ein vertraulicher Client, der ein Geheimnis bewahrt.
client-public = { $app } ist von der Art { $kind }: ein öffentlicher Client, der kein Geheimnis bewahren kann.
client-machine = { $app } ist von der Art { $kind }: eine Maschine, die für sich selbst handelt und niemanden fragt.
ask-scopes = Scopes, um die gebeten wird
ask-defaults = Wer um keinen bittet, meint die Vorgaben der App.
ask-more = Weitere Scopes, als Text
ask-more-about = Was die App nicht haben darf, wird zurückgehalten, und die Antwort sagt, warum.
ask-more-try = Versuchen Sie
organisation = Organisation
organisation-any = Die Person wählt
connect = { $app } verbinden
get-token = Token holen

exchanges = Anfragen und Antworten
exchanges-none = Noch wurde nichts gesendet. Was die App sendet, erscheint hier, das Neueste zuerst.
request = Anfrage
answer = Antwort
answer-not-sent = Das lässt sich nicht senden: { $error }.
as-curl = Als curl
copy = Kopieren
copied = Kopiert
sent-machine = Die Maschine bittet um ein Token
sent-authorize = Die App schickt die Person zum Authorization Endpoint
sent-authorize-answer = Die Person meldet sich an und entscheidet.
sent-code = Die App löst den Code ein
sent-refresh = Die App erneuert ihr Token
sent-introspect = Die API fragt, was das Token bedeutet
sent-revoke = Die App gibt ihren Zugriff zurück
notice-place = Die Adresse nennt einen Teil dieser Seite, den es nicht gibt; hier ist die ganze.
notice-form = Was Sie geschickt haben, ist zu lang oder kam nicht ganz an; darum wurde nichts weitergeschickt. Kürzen Sie es und schicken Sie es noch einmal.
notice-pick-app = Wählen Sie zuerst eine der Apps.
notice-state = Die Antwort gehört zu keiner Frage dieses Browsers (state). Beginnen Sie noch einmal.
notice-issuer = Die Antwort nennt einen anderen Aussteller (RFC 9207). Sie wurde verworfen.
notice-error = Die Antwort lautet { $error }. { $said }
notice-empty = Die Antwort enthält weder Code noch Fehler.
notice-no-refresh = Es gibt kein Refresh-Token.
notice-no-token = Es gibt noch kein Token.
notice-refused = Der Server hat abgelehnt; seine Antwort sagt, warum.
notice-revoked = Das Token wurde zurückgegeben. Hier ist es noch da: Sehen Sie, dass es nichts mehr öffnet.
notice-call-first = Holen Sie zuerst ein Token; dann lässt sich die API aufrufen.
notice-path = Ein Pfad beginnt mit einem Schrägstrich.
notice-endpoint = Diesen Aufruf hat der Katalog nicht. Machen Sie ihn aus der Liste.

api-side = Die Seite der API
api-opens = Dieses Token öffnet { $open } von { $total } Aufrufen.
named-header = Aufrufe nennen die Organisation in einem Header, den diese Seite sendet: { $header }
named-query = Aufrufe nennen die Organisation im Parameter { $parameter }, der hier in den Pfaden steht.
named-host = Die API unterscheidet Organisationen am Host eines Aufrufs. Die Sandbox steht unter keinem solchen Host; diese Seite und die curl-Befehle hier nennen ihn im Header Host: { $host }
api-closed = { $count ->
    [one] 1 Aufruf, ohne Token geschlossen.
   *[other] { $count } Aufrufe, ohne Token alle geschlossen.
}
api-ended = { $count ->
    [one] Das Token ist beendet oder abgelaufen: Der einzige Aufruf bleibt geschlossen.
   *[other] Das Token ist beendet oder abgelaufen: Es öffnet keinen von { $count } Aufrufen.
}
find-label = Einen Aufruf oder Scope finden
find = Finden
found = { $count ->
    [0] So ist kein Aufruf.
    [one] 1 Aufruf ist so.
   *[other] { $count } Aufrufe sind so.
}
which-calls = Welche Aufrufe
show-all = Alle
show-open = Offene
show-closed = Geschlossene
show-resources = Alle nach Bereich zeigen
group-other = Andere Aufrufe
group-open = { $open } von { $total } offen
open = offen
closed = geschlossen
needs = Braucht { $scope }
row-own = nur Daten, die diese App selbst angelegt hat
path = Pfad
body = JSON
call-it = Aufrufen
call-first = Mit einem Token lässt er sich hier aufrufen.
pages = Seiten
previous = Zurück
next = Weiter
page-of = Seite { $open } von { $total }

why-never-requested = die App hat nicht darum gebeten
why-refused = die Person hat es abgelehnt
why-unknown = der Katalog kennt ihn nicht
why-not-registered = die App ist nicht dafür registriert
why-withheld-unknown = zurückgehalten, der Katalog kennt ihn nicht
why-withheld-retired = zurückgehalten, er ist eingestellt
why-withheld-not-registered = zurückgehalten, die App ist nicht dafür registriert
why-withheld-elevation = zurückgehalten, er braucht eine Freigabe
why-withheld-right = zurückgehalten, die Rolle der Person enthielt ihn nicht
why-reduced = die Person hat ihn später weggenommen
why-elevation-not-approved = die App hat keine Freigabe dafür
why-right-missing = die Rolle der Person enthält ihn nicht
why-retired = er ist eingestellt
