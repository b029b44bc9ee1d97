# Vad människor gör med sina egna konton.

security-title = Inloggning
security-who = { $name } loggar in som { $username }.
form-problem = Det gick inte ännu
back-to-sign-in = Tillbaka till inloggningen

forgotten-title = Glömt lösenordet?
forgotten-text = Säg vad du loggar in med. Vi skickar en länk där du kan välja ett nytt lösenord.
forgotten-button = Skicka länken
forgotten-taken = Om det finns ett konto med det namnet och vi vet dess e-postadress är ett mejl på väg. Länken gäller en gång, i 30 minuter.
forgotten-nothing-came = Har inget kommit efter några minuter? Titta bland skräpposten och se efter hur namnet stavas. Hjälper inte det, fråga den som sköter din organisations konto.

reset-title = Välj ett nytt lösenord
reset-text = Det är för kontot { $username }.
invitation-title = Välkommen till { $realm }
invitation-text = Du är inbjuden till { $realm } och kommer att logga in som { $username }. Säg ditt namn och välj ett lösenord.
invitation-name = Ditt namn
invitation-name-missing = Skriv ditt namn.
invitation-name-wrong = Ett namn är en rad med högst 200 tecken.
invitation-button = Skapa mitt konto

password-new = Nytt lösenord
password-again = Samma en gång till
password-old = Nuvarande lösenord
password-rule = Minst 12 tecken. Flera ord som inte hör ihop är bra.
password-missing = Skriv ett nytt lösenord.
password-short = Ett lösenord har minst 12 tecken. Flera ord som inte hör ihop är bra.
password-expected = Det här lösenordet hör till de första som andra skulle pröva: vanliga ord, ditt namn eller din adress, årtal, rader som 1234. Ta flera ord som inte hör ihop.
password-long = Ett lösenord har högst 4000 byte.
password-blank = Ett lösenord är mer än blanksteg.
password-control = Ett lösenord är en rad utan styrtecken.
password-differs = De två är inte lika. Skriv det nya lösenordet två gånger.
password-wrong = Det är inte ditt lösenord. Kontrollera det och försök igen.
password-change = Byt lösenord
password-change-text = Alla andra webbläsare loggas ut. Anslutna appar förblir anslutna.
password-change-button = Spara det nya lösenordet

code-title = Skriv din kod
code-text = Lösenordet för { $username } stämmer. Nu koden från din autentiseringsapp.
code-label = Kod
code-hint = Sex siffror från appen, eller en av dina återställningskoder.
code-missing = Skriv en kod.
code-wrong = Den koden gäller inte. Varje kod gäller en gång: vänta på nästa eller ta en återställningskod.
code-used = Den koden är redan använd, och varje kod gäller en gång. Vänta på nästa eller ta en annan återställningskod.
code-somebody-else = Logga in som någon annan

factor-heading = Andra faktor
factor-text = Med en autentiseringsapp i telefonen krävs en kod utöver lösenordet för att logga in. Ett stulet lösenord räcker då inte.
factor-not-yet = Den går inte att ställa in just nu: en uppgradering av servern är inte klar. Försök senare.
factor-is-on = På
factor-codes-left = { $count ->
    [one] { $count } återställningskod finns kvar.
   *[other] { $count } återställningskoder finns kvar.
}
factor-set-up = Ställ in en autentiseringsapp
factor-set-up-text = Skriv ditt lösenord för att börja.
factor-set-up-button = Börja
factor-new-codes = Hämta nya återställningskoder
factor-new-codes-text = Koderna du har nu slutar gälla.
factor-new-codes-button = Gör nya koder
factor-turn-off = Stäng av den andra faktorn
factor-turn-off-text = Därefter räcker lösenordet för att logga in.
factor-turn-off-button = Stäng av

set-up-title = Ställ in en autentiseringsapp
set-up-demanded = Här kommer du inte vidare utan en andra faktor. Det tar en minut.
set-up-scan = Läs av den här med appen i telefonen. Vilken app för engångskoder som helst duger.
set-up-qr = QR-kod med hemligheten för din app
set-up-by-hand = Kan du inte läsa av den?
set-up-by-hand-text = Skriv in hemligheten i appen. Den gör koder med sex siffror efter tiden.
set-up-open = Öppna i en app på den här enheten
set-up-code = Kod från appen
set-up-code-hint = Sex siffror. De visar att appen har hemligheten.
set-up-code-wrong = Den koden hör inte till hemligheten. Se efter att telefonens klocka går rätt och skriv koden som visas nu.
set-up-button = Slå på
set-up-leave = Inte nu

codes-title = Dina återställningskoder
codes-on = Den andra faktorn är på.
codes-text = Om du tappar bort telefonen loggar var och en av dem in dig en gång i stället för en kod. Skriv ut dem eller förvara dem med dina lösenord.
codes-once = De visas bara denna gång.
codes-kept = Jag har sparat dem

sessions-heading = Var du är inloggad
sessions-this = Den här webbläsaren
sessions-unknown = En webbläsare
sessions-by-password = Inloggad med lösenord
sessions-by-code = Inloggad med lösenord och kod
sessions-elsewhere = Inloggad någon annanstans
sessions-end = Logga ut där
sessions-end-others = Logga ut överallt annars
sessions-more = { $count ->
    [one] och { $count } till
   *[other] och { $count } till
}

notice-password = Ditt lösenord är bytt, och alla andra webbläsare är utloggade.
notice-session = Den webbläsaren är utloggad.
notice-sessions = Alla andra webbläsare är utloggade.
notice-factor-off = Den andra faktorn är avstängd.
login-password-chosen = Ditt lösenord är sparat. Logga in med det.

error-link-title = Den här länken gäller inte längre
error-link-what = En länk i ett mejl gäller en gång och bara en tid. Den här är använd, för gammal eller ersatt av en senare.
error-link-now = Be om en ny där du loggar in, eller fråga den som bjöd in dig.

mail-reset-subject = Ditt lösenord hos { $realm }
mail-reset-text =
    Någon har bett om ett nytt lösenord för { $username } hos { $realm }.

    Om det var du, öppna länken och välj ett:

    { $link }

    Länken gäller en gång, till { $time }.

    Om det inte var du, gör ingenting: ditt lösenord är som förut.
mail-invitation-subject = Ditt konto hos { $realm }
mail-invitation-text =
    Du är inbjuden till { $realm }, där du loggar in som { $username }.

    Öppna länken för att välja ditt lösenord:

    { $link }

    Länken gäller en gång, till { $time }.

    Om du inte vet vad det gäller, gör ingenting.
