# Demons ord på svenska.

demo = Demo
demo-title = Scopegates demo
playground = Lekplats
skip-to-content = Till innehållet
skip-to-app = Till appen
language = Språk
all-realms = Alla områden
scopes = Scopes
scopes-of = Scopes för { $realm }
connected-apps = Anslutna appar
metadata = Metadata
made-up = Allt här är påhittat: personer, företag, uppgifter. Lösenorden skyddar ingenting.

home-heading = Appar frågar, människor bestämmer, API:et håller sig till det
home-what = Scopegate står framför ett affärssystems API: en app får precis det som den som äger uppgifterna har tillåtit, och får veta varför resten förblir stängt.
steps = De tre stegen
step-ask = Fråga
step-ask-picture = En app med en lista över vad den ber om
step-ask-what = En app ber om de scopes den behöver.
step-ask-now = Välj en app och vad den ber om, och anslut den.
step-decide = Bestämma
step-decide-picture = En person som slår på en sak och lämnar en annan av
step-decide-what = Den som äger uppgifterna tillåter en del och håller resten borta.
step-decide-now = Logga in som någon av de påhittade personerna och bestäm.
step-call = Anropa
step-call-picture = En grind som släpper igenom ett anrop och stoppar ett annat
step-call-what = Det som tilläts går igenom. Vid allt annat står varför inte.
step-call-now = Öppna en resurs, gör ett anrop och läs svaret på plats.
begin-with = Börja med { $realm }
begin-text = { $app } ber om ett företags uppgifter. Logga in som { $person } med lösenordet { $password }, håll något borta och se vilka anrop som är kvar.
play = Prova { $realm }
other-realms = De andra områdena
count-scopes = { $count ->
    [one] { $count } scope
   *[other] { $count } scopes
}
count-calls = { $count ->
    [one] { $count } anrop
   *[other] { $count } anrop
}
people = Personer att logga in som
username = Användarnamn
password = Lösenord
place = Var
own-heading = Ert eget API
own-what = Det ni provar här kommer ur en enda fil för varje API. För ert:
own-catalog = Skriv en katalog: era scopes i enkla ord och de anrop som vart och ett öppnar.
own-serve = Kör servern med den, på en egen databas.
own-apps = Lägg till era organisationer, personer och appar.
own-gate = Ställ beslutet framför ert API.
command = Kommando

app-side = Appens sida
decide-open = Personens beslut står öppet i den här webbläsaren.
decide-go-on = Gå dit
held-title = { $app } har en token
held-opens = Den öppnar { $open } av { $total } anrop.
held-see-which = Se vilka
held-ended = Den är avslutad och öppnar ingenting längre.
held-scopes = Vad den innehåller
held-withheld = Efterfrågat och inte fått
because-asked = efterfrågat
because-part = del av { $scope }
because-default = förval, eftersom inget efterfrågades
because-every-grant = alltid med
because-before = tillåtet tidigare
access-token = Åtkomsttoken
refresh = Förnya den
introspect = Låt den granskas
give-back = Lämna tillbaka den
start-anew = Börja om

ask = Be om åtkomst
ask-again = Be igen
which-app = Vilken app
client-confidential = { $app } är av sorten { $kind }: en konfidentiell klient, som bevarar en hemlighet.
client-public = { $app } är av sorten { $kind }: en öppen klient, som inte kan bevara en hemlighet.
client-machine = { $app } är av sorten { $kind }: en maskin som handlar för sig själv, utan någon att fråga.
ask-scopes = Scopes att be om
ask-defaults = Den som inte ber om något menar appens förval.
ask-more = Fler scopes, som text
ask-more-about = Det som appen inte får ha hålls inne, och svaret säger varför.
ask-more-try = Prova
organisation = Organisation
organisation-any = Personen väljer
connect = Anslut { $app }
get-token = Hämta en token

exchanges = Förfrågningar och svar
exchanges-none = Inget har skickats än. Det appen skickar visas här, det senaste först.
request = Förfrågan
answer = Svar
answer-not-sent = Det går inte att skicka: { $error }.
as-curl = Som curl
copy = Kopiera
copied = Kopierat
sent-machine = Maskinen ber om en token
sent-authorize = Appen skickar personen till auktoriseringen
sent-authorize-answer = Personen loggar in och bestämmer.
sent-code = Appen löser in koden
sent-refresh = Appen förnyar sin token
sent-introspect = API:et frågar vad token betyder
sent-revoke = Appen lämnar tillbaka sin åtkomst
notice-place = Adressen nämner en del av sidan som inte finns, så här är hela.
notice-form = Det du skickade är för långt eller kom inte fram helt, så inget skickades vidare. Korta ner det och skicka igen.
notice-pick-app = Välj först en av apparna.
notice-state = Svaret hör inte till någon fråga från den här webbläsaren (state). Börja om.
notice-issuer = Svaret nämner en annan utfärdare (RFC 9207). Det kastades.
notice-error = Svaret är { $error }. { $said }
notice-empty = Svaret innehåller varken kod eller fel.
notice-no-refresh = Det finns ingen förnyelsetoken.
notice-no-token = Det finns ingen token än.
notice-refused = Servern sade nej; dess svar säger varför.
notice-revoked = Token lämnades tillbaka. Här finns den kvar: se att den inte öppnar något.
notice-call-first = Hämta en token först; sedan kan API:et anropas.
notice-path = En sökväg börjar med ett snedstreck.
notice-endpoint = Katalogen har inte det anropet. Gör det från listan.

api-side = API:ets sida
api-opens = Denna token öppnar { $open } av { $total } anrop.
named-header = Anrop anger organisationen i ett huvud, som den här sidan skickar: { $header }
named-query = Anrop anger organisationen i parametern { $parameter }, som här står i sökvägarna.
named-host = API:et skiljer organisationer åt genom anropets värdnamn. Sandlådan finns inte på något sådant; den här sidan och curl-kommandona här anger det i huvudet Host: { $host }
api-closed = { $count ->
    [one] { $count } anrop, stängt utan token.
   *[other] { $count } anrop, alla stängda utan token.
}
api-ended = { $count ->
    [one] Token är avslutad eller har gått ut: det enda anropet förblir stängt ({ $count }).
   *[other] Token är avslutad eller har gått ut: den öppnar inget av { $count } anrop.
}
find-label = Hitta ett anrop eller ett scope
find = Hitta
found = { $count ->
    [0] Inget anrop är sådant.
    [one] { $count } anrop är sådant.
   *[other] { $count } anrop är sådana.
}
which-calls = Vilka anrop
show-all = Alla
show-open = Öppna
show-closed = Stängda
show-resources = Visa allt efter resurs
group-other = Andra anrop
group-open = { $open } av { $total } öppna
open = öppet
closed = stängt
needs = Kräver { $scope }
row-own = bara uppgifter som den här appen själv har skapat
path = Sökväg
body = JSON
call-it = Anropa
call-first = Med en token kan det anropas här.
pages = Sidor
previous = Föregående
next = Nästa
page-of = Sida { $open } av { $total }

why-never-requested = appen bad inte om det
why-refused = personen sade nej till det
why-unknown = katalogen har det inte
why-not-registered = appen är inte registrerad för det
why-withheld-unknown = hålls inne, katalogen har det inte
why-withheld-retired = hålls inne, det är avvecklat
why-withheld-not-registered = hålls inne, appen är inte registrerad för det
why-withheld-elevation = hålls inne, det kräver ett godkännande
why-withheld-right = hålls inne, personens roll omfattade det inte
why-reduced = personen tog bort det senare
why-elevation-not-approved = appen har inget godkännande för det
why-right-missing = personens roll omfattar det inte
why-retired = det är avvecklat
