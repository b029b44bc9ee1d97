# Was Menschen mit ihrem eigenen Konto tun.

security-title = Anmeldung
security-who = { $name } meldet sich als { $username } an.
form-problem = Das hat noch nicht geklappt
back-to-sign-in = Zurück zur Anmeldung

forgotten-title = Passwort vergessen?
forgotten-text = Sagen Sie uns, womit Sie sich anmelden. Wir schicken einen Link, mit dem Sie ein neues Passwort wählen können.
forgotten-button = Link schicken
forgotten-taken = Wenn es ein Konto mit diesem Namen gibt und wir seine E-Mail-Adresse kennen, ist eine E-Mail unterwegs. Ihr Link gilt einmal und 30 Minuten lang.
forgotten-nothing-came = Nach einigen Minuten ist nichts gekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, wie der Name geschrieben ist. Hilft das nicht, fragen Sie die Person, die das Konto Ihrer Organisation führt.

reset-title = Neues Passwort wählen
reset-text = Es ist für das Konto von { $username }.
invitation-title = Willkommen bei { $realm }
invitation-text = Sie wurden zu { $realm } eingeladen und werden sich als { $username } anmelden. Sagen Sie uns Ihren Namen und wählen Sie ein Passwort.
invitation-name = Ihr Name
invitation-name-missing = Geben Sie Ihren Namen ein.
invitation-name-wrong = Ein Name ist eine Zeile mit höchstens 200 Zeichen.
invitation-button = Konto anlegen

password-new = Neues Passwort
password-again = Noch einmal dasselbe
password-old = Jetziges Passwort
password-rule = Mindestens 12 Zeichen. Gut sind mehrere Wörter, die nicht zusammengehören.
password-missing = Geben Sie ein neues Passwort ein.
password-short = Ein Passwort hat mindestens 12 Zeichen. Gut sind mehrere Wörter, die nicht zusammengehören.
password-expected = Dieses Passwort gehört zu den ersten, die andere versuchen: verbreitete Wörter, Ihr Name oder Ihre Adresse, Jahreszahlen, Reihen wie 1234. Nehmen Sie mehrere Wörter, die nicht zusammengehören.
password-long = Ein Passwort hat höchstens 4000 Bytes.
password-blank = Ein Passwort ist mehr als Leerzeichen.
password-control = Ein Passwort ist eine Zeile ohne Steuerzeichen.
password-differs = Die beiden sind nicht gleich. Geben Sie das neue Passwort zweimal ein.
password-wrong = Das ist nicht Ihr Passwort. Prüfen Sie es und versuchen Sie es noch einmal.
password-change = Passwort ändern
password-change-text = Alle anderen Browser werden abgemeldet. Verbundene Apps bleiben verbunden.
password-change-button = Neues Passwort speichern

code-title = Code eingeben
code-text = Das Passwort von { $username } stimmt. Jetzt noch der Code aus Ihrer Authenticator-App.
code-label = Code
code-hint = Sechs Ziffern aus der App oder einer Ihrer Wiederherstellungscodes.
code-missing = Geben Sie einen Code ein.
code-wrong = Dieser Code gilt nicht. Jeder Code gilt einmal: Warten Sie auf den nächsten oder nehmen Sie einen Wiederherstellungscode.
code-used = Dieser Code wurde schon benutzt, und jeder gilt einmal. Warten Sie auf den nächsten oder nehmen Sie einen anderen Wiederherstellungscode.
code-somebody-else = Als jemand anders anmelden

factor-heading = Zweiter Faktor
factor-text = Mit einer Authenticator-App auf Ihrem Telefon braucht die Anmeldung außer dem Passwort einen Code. Ein gestohlenes Passwort genügt dann nicht.
factor-not-yet = Zurzeit lässt er sich nicht einrichten: Dieser Server wird gerade auf eine neue Version umgestellt. Versuchen Sie es später.
factor-is-on = Eingeschaltet
factor-codes-left = { $count ->
    [one] { $count } Wiederherstellungscode ist übrig.
   *[other] { $count } Wiederherstellungscodes sind übrig.
}
factor-set-up = Authenticator-App einrichten
factor-set-up-text = Geben Sie zuerst Ihr Passwort ein.
factor-set-up-button = Beginnen
factor-new-codes = Neue Wiederherstellungscodes holen
factor-new-codes-text = Die Codes, die Sie jetzt haben, gelten dann nicht mehr.
factor-new-codes-button = Neue Codes machen
factor-turn-off = Zweiten Faktor ausschalten
factor-turn-off-text = Danach genügt Ihr Passwort allein zur Anmeldung.
factor-turn-off-button = Ausschalten

set-up-title = Authenticator-App einrichten
set-up-demanded = Ohne zweiten Faktor geht es hier nicht weiter. Es dauert eine Minute.
set-up-scan = Lesen Sie dies mit der App auf Ihrem Telefon ein. Jede App für Einmalcodes ist recht.
set-up-qr = QR-Code mit dem Geheimnis für Ihre App
set-up-by-hand = Sie können ihn nicht einlesen?
set-up-by-hand-text = Tippen Sie dieses Geheimnis in die App. Sie macht daraus zeitbasierte Codes mit sechs Ziffern.
set-up-open = In einer App auf diesem Gerät öffnen
set-up-code = Code aus der App
set-up-code-hint = Sechs Ziffern. Sie zeigen, dass die App das Geheimnis hat.
set-up-code-wrong = Dieser Code gehört nicht zu diesem Geheimnis. Prüfen Sie, ob die Uhr Ihres Telefons stimmt, und geben Sie den Code ein, der jetzt zu sehen ist.
set-up-button = Einschalten
set-up-leave = Jetzt nicht

codes-title = Ihre Wiederherstellungscodes
codes-on = Der zweite Faktor ist eingeschaltet.
codes-text = Wenn Sie Ihr Telefon verlieren, meldet jeder davon Sie einmal anstelle eines Codes an. Drucken Sie sie aus oder bewahren Sie sie bei Ihren Passwörtern auf.
codes-once = Sie werden nur dieses eine Mal gezeigt.
codes-kept = Ich habe sie aufbewahrt

sessions-heading = Wo Sie angemeldet sind
sessions-this = Dieser Browser
sessions-unknown = Ein Browser
sessions-by-password = Angemeldet mit Passwort
sessions-by-code = Angemeldet mit Passwort und Code
sessions-elsewhere = Woanders angemeldet
sessions-end = Dort abmelden
sessions-end-others = Überall sonst abmelden
sessions-more = { $count ->
    [one] und { $count } weiterer
   *[other] und { $count } weitere
}

notice-password = Ihr Passwort ist geändert, und alle anderen Browser sind abgemeldet.
notice-session = Dieser Browser ist abgemeldet.
notice-sessions = Alle anderen Browser sind abgemeldet.
notice-factor-off = Der zweite Faktor ist ausgeschaltet.
login-password-chosen = Ihr Passwort ist gesetzt. Melden Sie sich damit an.

error-link-title = Dieser Link gilt nicht mehr
error-link-what = Ein Link aus einer E-Mail gilt einmal und nur eine Weile. Dieser wurde benutzt, ist zu alt oder wurde durch einen späteren ersetzt.
error-link-now = Lassen Sie sich bei der Anmeldung einen neuen schicken, oder fragen Sie die Person, die Sie eingeladen hat.

mail-reset-subject = Ihr Passwort bei { $realm }
mail-reset-text =
    Jemand hat ein neues Passwort für { $username } bei { $realm } verlangt.

    Wenn Sie das waren, öffnen Sie diesen Link und wählen Sie eines:

    { $link }

    Der Link gilt einmal, bis { $time }.

    Wenn Sie es nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.
mail-invitation-subject = Ihr Konto bei { $realm }
mail-invitation-text =
    Sie wurden zu { $realm } eingeladen und werden sich dort als { $username } anmelden.

    Öffnen Sie diesen Link, um Ihr Passwort zu wählen:

    { $link }

    Der Link gilt einmal, bis { $time }.

    Wenn Sie nicht wissen, worum es geht, tun Sie nichts.
