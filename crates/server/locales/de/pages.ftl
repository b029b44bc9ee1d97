# Die Wörter der Seiten auf Deutsch.

skip-to-content = Zum Inhalt
your-account = Ihr Konto
sign-in = Anmelden
sign-out = Abmelden
language = Sprache
connected-apps = Verbundene Apps

app-maker = von { $maker }
app-verified = Anbieter geprüft
app-unverified = Anbieter nicht geprüft
signed-in-as = Angemeldet als { $name }
not-you = Nicht Sie?
look-terms = Nutzungsbedingungen
look-privacy = Datenschutz
look-help = Hilfe

home-title = Zugriff für Apps
home-text = Apps fragen hier, ob sie mit den Daten von Menschen arbeiten dürfen, und die Menschen entscheiden. Wählen Sie, um wessen Daten es geht.
realm-heading = Zugriff auf { $realm } für Apps
realm-text = Apps fragen hier, ob sie mit Ihren Daten arbeiten dürfen. Sie entscheiden, was jede darf, und können es jederzeit zurücknehmen.
realm-account-text = Die Apps, die auf Ihre Daten zugreifen, was jede darf und wie Sie es zurücknehmen.
realm-scopes-text = Alles, worum eine App bitten kann, in einfachen Worten, und die Aufrufe, die jeder Scope öffnet.
realm-developers = Für Entwickler
realm-issuer = Issuer
realm-metadata = Metadaten
realm-problems = Ablehnungen
realm-sandbox = Sandbox
realm-sandbox-text = Die API zum Ausprobieren, mit erfundenen Datensätzen. Verlangen Sie ein Token mit dieser Adresse als Ressource.
errors-title = Probleme und was zu tun ist
errors-text = Ein abgelehnter Aufruf der API wird mit einem Problem beantwortet, dessen type hierher führt. Je eine Seite sagt, auf Englisch, was geschehen ist, warum und was zu tun ist.
errors-happened = Was geschehen ist
errors-why = Warum
errors-now = Was zu tun ist
errors-missing = Warum ein Scope fehlt
errors-english = Die Erklärungen sind auf Englisch, wie die Antworten der API, die hierher führen.

login-title = Anmelden
login-heading = Bei { $realm } anmelden
login-going-on = Danach geht es weiter zu { $app }. Diese App möchte mit Ihren Daten arbeiten.
login-username = Benutzername
login-password = Passwort
login-problem = Sie sind noch nicht angemeldet
login-wrong = Benutzername und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.
login-missing-username = Geben Sie Ihren Benutzernamen ein.
login-missing-password = Geben Sie Ihr Passwort ein.
too-many = { $why } Versuchen Sie es in { $span } wieder (um { $time }).
too-many-passwords = Für diesen Namen wurden zu viele falsche Passwörter eingegeben, von Ihnen oder von jemand anderem.
too-many-codes = Für dieses Konto wurden zu viele falsche Codes eingegeben, von Ihnen oder von jemandem, der das Passwort kennt.
too-many-from-here = Von Ihrem Internetanschluss kamen zu viele falsche Passwörter oder Codes. Auch andere zählen, die ihn benutzen.
too-many-links = Von Ihrem Internetanschluss wurden zu viele Links verlangt. Auch andere zählen, die ihn benutzen.
too-many-forms = Von Ihrem Internetanschluss kamen zu viele Formulare. Auch andere zählen, die ihn benutzen.
login-busy = Gerade werden viele Anmeldungen geprüft. Versuchen Sie es gleich noch einmal.
login-demo-heading = Demo-Konten
login-demo-text = Dies ist eine Demo mit erfundenen Personen. Melden Sie sich als eine davon an.
login-demo-who = Wer

provider-down-title = Anmelden geht gerade nicht
provider-down-what = Bei { $realm } melden Sie sich über { $host } an, und das ist für uns gerade nicht erreichbar.
provider-down-now = Es ist nichts verloren. Versuchen Sie es in einer Minute wieder.
provider-no-title = Sie sind nicht angemeldet
provider-no-what = { $host } hat Sie nicht angemeldet.
provider-no-now = Versuchen Sie es wieder, wann immer Sie möchten.
provider-odd-title = Sie sind nicht angemeldet
provider-odd-what = Was { $host } uns über Sie mitgeteilt hat, lässt sich hier nicht verwenden.
provider-odd-now = Versuchen Sie es noch einmal. Bleibt es dabei, fragen Sie bei { $realm } nach: Der Grund steht dort im Protokoll.
provider-stopped-title = Sie können sich hier nicht anmelden
provider-stopped-what = { $host } kennt Sie, aber Ihr Konto bei { $realm } ist gesperrt.
provider-stopped-now = Fragen Sie bei { $realm } nach, oder melden Sie sich als jemand anderes an.
provider-gone-title = Diese Anmeldung gilt nicht mehr
provider-gone-what = Sie begann vor mehr als zehn Minuten oder in einem anderen Browser, oder sie wurde schon benutzt.
provider-gone-now = Melden Sie sich noch einmal an.
provider-left-title = Sie sind abgemeldet
provider-left-what = In diesem Browser sind Sie bei { $realm } abgemeldet. Ihre Sitzung bei { $host } läuft weiter.
provider-left-now = An einem Computer, den auch andere benutzen, melden Sie sich dort ebenfalls ab.
provider-left-there = Bei { $host } abmelden

organisation-title = Organisation wählen
organisation-heading = Für welche Organisation ist { $app }?
organisation-text = Die App arbeitet mit den Daten der gewählten Organisation, und nur so weit, wie Sie es dort selbst dürfen.

consent-title = { $app } erlauben?
consent-heading = { $app } möchte mit Ihren Daten arbeiten: { $data }
consent-heading-at = { $app } möchte bei { $organisation } mit Ihren Daten arbeiten: { $data }
consent-heading-acts = { $app } möchte mit Ihren Daten arbeiten: { $data }
consent-heading-acts-at = { $app } möchte bei { $organisation } mit Ihren Daten arbeiten: { $data }
consent-heading-many = { $app } möchte mit { $number } Arten Ihrer Daten arbeiten
consent-heading-many-at = { $app } möchte mit { $number } Arten Ihrer Daten bei { $organisation } arbeiten
list-two = { $first } und { $last }
list-more = { $first } und mehr
data-some = Grunddaten
consent-returns-to = Danach gelangen Sie zu
consent-returns-local = Das ist auf Ihrem eigenen Gerät.
consent-organisation = Organisation
consent-organisation-change = Eine andere wählen
consent-reach = Der Zugriff reicht bis zu
consent-reach-later = und zu jeder Organisation, der Sie später beitreten, überall so weit wie Ihre eigene Rolle.
consent-choose = Was darf die App?
consent-all-or-nothing = Die App bittet um all das zusammen
consent-needed = Immer nötig
consent-needed-text = Ohne das kann { $app } nicht arbeiten, darum gehört es zu jedem Zugriff, den Sie erlauben.
consent-always = Immer dabei
consent-withheld = { $count ->
    [one] { $count } Wunsch der App wird nicht angeboten
   *[other] { $count } Wünsche der App werden nicht angeboten
}
consent-lifetime-forever = Das gilt, bis Sie es zurücknehmen.
consent-lifetime-unused = Das gilt, bis Sie es zurücknehmen, und endet, wenn die App es { $span } lang nicht benutzt hat.
consent-lifetime-once = Das endet von selbst nach { $span }.
consent-take-back = Zurücknehmen können Sie es jederzeit unter
consent-allow = Zugriff erlauben
consent-deny = Nicht erlauben
worst = Schlimmstenfalls könnte sie: { $acts }.
worst-deletes = Auch löschen könnte sie Daten.
worst-more = { $count ->
    [one] Auch { $count } weitere Art von Daten könnte sie ändern.
   *[other] Auch { $count } weitere Arten von Daten könnte sie ändern.
}
worst-special = Geld bewegen lässt sich, oder eine Freigabe braucht es, auch hier: { $data }.
at-once = Was darf sie tun?
at-once-text = Jede Antwort füllt nur die Seite aus. Nichts ist erlaubt, bevor Sie es erlauben.
answer-look = Nur ansehen
answer-look-text = Sie sieht, was sie zu sehen verlangt, und ändert nichts.
answer-everything = Alles, was sie verlangt
answer-everything-text = Auch ändern und löschen, wie unten aufgeführt.
answer-everything-without = Alles außer diesem, das Sie selbst einschalten müssten: { $acts }.
answer-choose = Ich wähle
answer-choose-text = Beginnt mit nichts.
answer-choose-text-needed = Beginnt nur mit dem, was immer nötig ist.
answer-now = Jetzt ausgefüllt
group-rest = Weitere
group-part = { $group }, Teil { $part } von { $of }
group-count = { $count ->
    [one] { $count } Art von Daten
   *[other] { $count } Arten von Daten
}
group-on = { $count } an
group-turned = eben von Ihnen geändert
group-worst = Schlimmstenfalls: { $acts }
rows-on = An: { $on } von { $of } Arten von Daten
rows-turned = Es zählt, was Sie eben ein- oder ausgeschaltet haben.
find-label = Daten, ein Wort oder einen Scope suchen
find-button = Zeigen
find-only = Nur, was Daten ändert
find-all = Alle zeigen
find-hidden = { $count ->
    [one] { $count } Art von Daten ist nicht zu sehen
   *[other] { $count } Arten von Daten sind nicht zu sehen
}
consent-problem-changed = Was erlaubt werden kann, hat sich geändert, seit Sie diese Seite geöffnet haben. Sehen Sie es noch einmal durch.
consent-problem-person = Sie sind jetzt als { $name } angemeldet. Entscheiden Sie für sich selbst.
consent-problem-organisation = Es geht jetzt um { $organisation }.
consent-problem-app = Die App heisst jetzt { $app }, oder ihr Anbieter heisst anders.
consent-problem-renamed = Die Organisation heisst jetzt { $organisation }.
consent-problem-reach = Die Organisationen, die der Zugriff erreicht, sind jetzt andere.
consent-problem-meaning = Der Anbieter hat geändert, was ein Teil davon bedeutet.
consent-problem-scopes = Jetzt anders: { $data }.
consent-problem-incomplete = { $app } kann ohne das nicht arbeiten, und in Ihrer Antwort fehlte es: { $data }.
consent-problem-kept = Was Sie gewählt haben, ist wieder eingetragen; was anders ist, ist zu Beginn aus.
nothing-title = Nichts zu erlauben
nothing-heading = { $app } bittet um nichts, was Sie erlauben können
nothing-heading-at = { $app } bittet um nichts, was Sie bei { $organisation } erlauben können
nothing-text = Die App erhält deshalb keinen Zugriff. Nichts wurde gespeichert.
nothing-now-role = Wenden Sie sich an die Person, die dort Rollen vergibt, oder lassen Sie jemanden die App verbinden, dessen Rolle das umfasst.
nothing-now-app = Das können nur die Anbieter der App ändern: Zeigen Sie ihnen, was oben steht.
nothing-back = Zurück zu { $app }
lacking-heading = Nicht in Ihrer Rolle
lacking-text = Ihre eigene Rolle umfasst das nicht, darum können Sie es nicht weitergeben:
lacking-text-at = Ihre Rolle bei { $organisation } umfasst das nicht, darum können Sie es nicht weitergeben:

choice-none = Kein Zugriff
choice-none-about = { $app } erhält nichts davon.
choice-includes = „{ $title }“ umfasst: { $scopes }. Ohne das wird es nicht erteilt.
choice-includes-own = „{ $title }“ umfasst: { $scopes }.
read-on = Weiterlesen
choice-allow = Erlauben
mark-new = Neu seit dem letzten Mal
mark-refused = Haben Sie schon abgelehnt
mark-locked = Erforderlich
mark-money = Bewegt Geld
mark-deletes = Kann löschen
mark-deprecated = Wird ersetzt
mark-retired = Nicht mehr in Gebrauch

withheld-unknown = gibt es hier nicht.
withheld-retired = ist nicht mehr in Gebrauch.
withheld-not-registered = ist für diese App nicht registriert.
withheld-elevation-not-approved = braucht eine Freigabe, die diese App nicht hat.
withheld-right-missing = gehört nicht zu Ihrer eigenen Rolle.

account-empty = Keine App hat Zugriff auf Ihre Daten.
account-empty-what-now = Sobald Sie eine verbinden, steht sie hier, und hier können Sie sie entfernen.
account-count = { $count ->
    [one] { $count } App hat Zugriff auf Ihre Daten.
   *[other] { $count } Apps haben Zugriff auf Ihre Daten.
}
account-text = Wenn Sie eine entfernen, endet ihr Zugriff sofort.
account-organisation = Organisation
account-everywhere = { $names } und jede, der Sie später beitreten
account-since = Verbunden
account-last-used = Zuletzt benutzt
account-places = { $count ->
    [one] An { $count } Ort verbunden
   *[other] An { $count } Orten verbunden
}
account-places-text = Jeder Ort ist eine Installation der App oder ein Browser. Wenn Sie einen beenden, bleiben die anderen verbunden.
account-place-end = Diesen beenden
account-places-more = und { $count } weitere, die früher benutzt wurden
account-reduce = Etwas wegnehmen
account-reduce-text = { $app } behält, was Sie stehen lassen. Mehr bekommt die App nur, wenn sie Sie wieder fragt.
account-reduce-button = Nur das behalten
account-remove = { $app } entfernen
account-off = { $realm } hat diese App abgeschaltet. Solange das so ist, hat sie keinen Zugriff.
account-problem = Nichts wurde geändert: Was diese Seite zeigt, ist anders, seit Sie sie geöffnet haben. Sehen Sie es noch einmal durch.
removal-title = { $app } entfernen?
removal-text = Der Zugriff der App auf Ihre Daten endet sofort.
removal-text-at = Der Zugriff der App auf die Daten von { $organisation } endet sofort.
removal-places = { $count ->
    [one] Sie ist an { $count } Ort verbunden.
   *[other] Sie ist an { $count } Orten verbunden, und alle enden.
}
removal-kept = Was sie bis jetzt kopiert hat, bleibt bei ihrem Anbieter, { $maker }. Um sie wieder zu benutzen, verbinden Sie sie in der App von neuem.
removal-keep = { $app } behalten
account-history = Ihre letzten Entscheidungen
account-history-empty = Sie haben noch nichts entschieden.
history-allowed = Sie haben { $app } erlaubt.
history-allowed-at = Sie haben { $app } bei { $organisation } erlaubt.
history-allowed-partly = Sie haben { $app } einen Teil der Wünsche erlaubt.
history-allowed-partly-at = Sie haben { $app } bei { $organisation } einen Teil der Wünsche erlaubt.
history-refused = Sie haben { $app } abgelehnt.
history-refused-at = Sie haben { $app } bei { $organisation } abgelehnt.
history-allowed-everywhere = Sie haben { $app } erlaubt, für jede Organisation, der Sie angehören.
history-reduced = Sie haben { $app } etwas entzogen: { $data }.
history-reduced-at = Sie haben { $app } bei { $organisation } etwas entzogen: { $data }.
history-removed = Sie haben { $app } entfernt.
history-removed-at = Sie haben { $app } bei { $organisation } entfernt.
history-ended = { $realm } hat den Zugriff von { $app } beendet.
history-ended-at = { $realm } hat den Zugriff von { $app } bei { $organisation } beendet.
notice-removed = { $app } wurde entfernt und hat keinen Zugriff mehr.
notice-ended = Eine Verbindung von { $app } wurde beendet.
notice-reduced = { $app } hat jetzt nur noch, was Sie stehen gelassen haben.
notice-unchanged = Für { $app } wurde nichts geändert.

scopes-title = Scopes
scopes-heading = Scopes von { $realm }
scopes-authorization = Autorisierung
scopes-token = Token
scopes-metadata = Metadaten
scopes-api = API
scopes-version = Version
scopes-filter = Einen Scope, ein Wort oder einen Pfad finden
scopes-filter-button = Finden
scopes-filter-clear = Alle zeigen
scopes-count = { $count ->
    [one] { $count } Scope
   *[other] { $count } Scopes
}
scopes-none = Nichts passt. Versuchen Sie ein kürzeres Wort, oder zeigen Sie alle.
scopes-endpoints = { $count ->
    [one] Öffnet { $count } Aufruf
   *[other] Öffnet { $count } Aufrufe
}
scopes-calls-count = { $count ->
    [one] { $count } Aufruf
   *[other] { $count } Aufrufe
}
scopes-no-endpoints = Es ist kein Aufruf bekannt, den dieser Scope öffnet.
scopes-risk = Risiko { $level } von 5: { $reason }
scopes-implies = Umfasst { $scopes }.
scopes-calls = Alle Aufrufe
scopes-call = Aufruf
scopes-call-needs = Braucht
scopes-contents = Ressourcen
scopes-index = Inhalt
scopes-pages = Seiten
scopes-page = Seite { $page } von { $of }
scopes-page-before = Vorige Seite
scopes-page-next = Nächste Seite
scopes-every-grant = In jeder Berechtigung; eine App muss nicht darum bitten.
scopes-new-client = In der Registrierung jeder neuen App.
scopes-own-records = Öffnet nur Einträge, die die App selbst angelegt hat.
scopes-successor = Verwenden Sie stattdessen { $scope }.
scopes-inferred = Steht so nicht im Dokument des Anbieters; daraus abgeleitet.

error-for-developers = Für die Entwickler der App
error-code = Code
error-description = Beschreibung
error-request-title = Die Anfrage dieser App kann nicht beantwortet werden
error-request-what = Die App, die Sie hierher geschickt hat, hat auf eine Weise gefragt, der wir nicht trauen können. Darum haben wir Sie nicht zu ihr zurückgeschickt. Nichts wurde erlaubt.
error-request-now = Gehen Sie zur App zurück und versuchen Sie es noch einmal. Wenn es wieder geschieht, zeigen Sie ihren Herstellern die Angaben unten.
error-busy-title = Gerade ist viel los
error-busy-what = Viele Leute sehen sich gerade Seiten wie diese an.
error-busy-now = Versuchen Sie es in ein paar Sekunden noch einmal.
error-many-title = Zu viele Anfragen
error-many-what = Von Ihrer Netzwerkadresse kamen in einer Minute mehr Anfragen von Apps, als Menschen senden. Nichts wurde erlaubt.
error-many-now = Warten Sie eine Minute und versuchen Sie es noch einmal.
onward-title = Zurück zur App
onward-text = Ihr Browser geht jetzt zurück zur App. Wenn nichts geschieht, gehen Sie selbst weiter.
onward-link = Weiter zur App
onward-sign-in-title = Weiter zur Anmeldung
onward-sign-in-text = Ihr Browser geht jetzt dorthin, wo Sie sich anmelden. Wenn nichts geschieht, gehen Sie selbst weiter.
onward-sign-in-link = Zur Anmeldung gehen
error-cookies-title = Wir erkennen Ihren Browser nicht wieder
error-cookies-what = Ihr Browser hat kein Cookie von uns mitgeschickt. Er blockiert Cookies, oder diese Adresse wurde in einem anderen Browser geöffnet als in dem, für den sie gemacht ist. Es wurde nichts erlaubt.
error-cookies-now = Erlauben Sie Cookies für diese Website und beginnen Sie dort noch einmal, wo Sie hergekommen sind.
error-request-gone-title = Diese Anfrage ist beendet
error-request-gone-what = Eine App hat Sie hierher geschickt. Was sie fragt, wird eine halbe Stunde aufbewahrt, in dem Browser, in dem es ankam. Diese Zeit ist vorbei, oder dies ist ein anderer Browser. Nichts wurde erlaubt.
error-request-gone-now = Gehen Sie zurück zur App und beginnen Sie dort noch einmal.
error-answered-title = Sie haben das schon beantwortet
error-answered-what = Sie haben beantwortet, worum { $app } hier gebeten hat, und { $app } weiss es. Eine Antwort zählt einmal, darum ist nichts weiter geschehen.
error-answered-now = Fahren Sie in { $app } fort. Wenn Sie anders entscheiden möchten, beginnen Sie dort von vorn, oder ändern Sie unter den verbundenen Apps, was sie darf.
error-not-found-title = Hier ist nichts
error-not-found-what = Diese Adresse gibt es nicht. Vielleicht ist sie vertippt, oder was sie meinte, ist nicht mehr da.
error-not-found-now = Prüfen Sie die Adresse, oder gehen Sie dorthin zurück, woher Sie kamen.
error-origin-title = Dieses Formular kam nicht von hier
error-origin-what = Ihr Browser hat dieses Formular von einer anderen Website geschickt oder nicht gesagt, woher. Um Sie zu schützen, haben wir nichts damit getan.
error-origin-now = Öffnen Sie die Seite noch einmal und schicken Sie das Formular von dort.
error-unavailable-title = Das geht gerade nicht
error-unavailable-what = Was wir gespeichert haben, ist gerade nicht erreichbar oder lässt sich nicht ändern. Wenn Sie etwas geändert haben, kann das geschehen sein oder nicht.
error-unavailable-now = Versuchen Sie es in einer Minute wieder.
error-rights-title = { $realm } antwortet gerade nicht
error-rights-what = Was Sie dürfen, weiss ein System von { $realm }, und das antwortet im Moment nicht. Es wurde nichts erlaubt, und Ihnen wurde nichts genommen.
error-rights-now = Versuchen Sie es gleich noch einmal: Die Anfrage wartet noch.
error-server-title = Bei uns ist etwas kaputtgegangen
error-server-what = Es liegt nicht an Ihnen, und nichts wurde erlaubt.
error-server-now = Versuchen Sie es noch einmal. Wenn es wieder geschieht, sagen Sie dem Anbieter, wann.
error-no-organisation-title = Sie gehören hier zu keiner Organisation
error-no-organisation-what = { $app } möchte mit den Daten einer Organisation arbeiten, und { $name } gehört in { $realm } zu keiner.
error-no-organisation-now = Bitten Sie jemanden, der das Konto Ihrer Organisation verwaltet, Sie aufzunehmen, oder melden Sie sich als jemand anderes an.
error-app-off-title = Diese App ist abgeschaltet
error-app-off-what = { $realm } hat sie abgeschaltet, darum hat sie hier zurzeit keinen Zugriff. Nichts wurde erlaubt.
error-app-off-now = Fragen Sie die Anbieter der App oder { $realm }, wann sie wiederkommt.
error-again = Noch einmal versuchen
error-open-again = Die Seite noch einmal öffnen
error-home = Zur Startseite
error-form-title = Dieses Formular ist nicht lesbar
error-form-what = Etwas fehlt darin, oder es ist zu groß. Nichts wurde geändert.
error-form-now = Gehen Sie zurück, laden Sie die Seite neu und schicken Sie es noch einmal.

time-now = gerade eben
time-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
time-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
time-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
time-months = { $count ->
    [one] vor { $count } Monat
   *[other] vor { $count } Monaten
}
span-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
span-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
span-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
