# Sidornas ord på svenska.

skip-to-content = Till innehållet
your-account = Ditt konto
sign-in = Logga in
sign-out = Logga ut
language = Språk
connected-apps = Anslutna appar

app-maker = från { $maker }
app-verified = Leverantören är kontrollerad
app-unverified = Leverantören är inte kontrollerad
signed-in-as = Inloggad som { $name }
not-you = Inte du?
look-terms = Användarvillkor
look-privacy = Integritet
look-help = Hjälp

home-title = Åtkomst för appar
home-text = Här frågar appar om de får arbeta med människors uppgifter, och människorna bestämmer. Välj vems uppgifter det gäller.
realm-heading = Åtkomst till { $realm } för appar
realm-text = Här frågar appar om de får arbeta med dina uppgifter. Du bestämmer vad varje app får göra och kan ta tillbaka det när som helst.
realm-account-text = Apparna som har åtkomst till dina uppgifter, vad var och en får göra och hur du tar tillbaka det.
realm-scopes-text = Allt en app kan be om, i enkla ord, och anropen som varje scope öppnar.
realm-developers = För utvecklare
realm-issuer = Utfärdare (issuer)
realm-metadata = Metadata
realm-problems = Nekade anrop
realm-sandbox = Sandlåda
realm-sandbox-text = API:et att prova, med påhittade poster. Be om en token med den här adressen som resurs.
errors-title = Problem och vad du kan göra
errors-text = Ett nekat anrop av API:et besvaras med ett problem, vars type leder hit. En sida för vart och ett säger, på engelska, vad som hände, varför och vad du kan göra.
errors-happened = Vad som hände
errors-why = Varför
errors-now = Vad du kan göra
errors-missing = Varför en scope saknas
errors-english = Förklaringarna är på engelska, liksom svaren från API:et som leder hit.

login-title = Logga in
login-heading = Logga in på { $realm }
login-going-on = Efteråt går du vidare till { $app }, som vill arbeta med dina uppgifter.
login-username = Användarnamn
login-password = Lösenord
login-problem = Du är inte inloggad än
login-wrong = Användarnamnet och lösenordet hör inte ihop. Kontrollera båda och försök igen.
login-missing-username = Skriv ditt användarnamn.
login-missing-password = Skriv ditt lösenord.
too-many = { $why } Försök igen om { $span } (klockan { $time }).
too-many-passwords = För många fel lösenord har skrivits för det här namnet, av dig eller någon annan.
too-many-codes = För många fel koder har skrivits för det här kontot, av dig eller någon som kan lösenordet.
too-many-from-here = För många fel lösenord eller koder har kommit från din internetanslutning. Andra som använder den räknas också.
too-many-links = För många länkar har begärts från din internetanslutning. Andra som använder den räknas också.
too-many-forms = För många formulär har kommit från din internetanslutning. Andra som använder den räknas också.
login-busy = Många inloggningar kontrolleras just nu. Försök igen om ett ögonblick.
login-demo-heading = Demokonton
login-demo-text = Det här är en demo med påhittade personer. Logga in som en av dem.
login-demo-who = Vem

provider-down-title = Det går inte att logga in just nu
provider-down-what = Till { $realm } loggar du in via { $host }, som vi inte når för tillfället.
provider-down-now = Inget har gått förlorat. Försök igen om en minut.
provider-no-title = Du är inte inloggad
provider-no-what = { $host } loggade inte in dig.
provider-no-now = Försök igen när du vill.
provider-odd-title = Du är inte inloggad
provider-odd-what = Det som { $host } berättade om dig kan inte användas här.
provider-odd-now = Försök igen. Händer det flera gånger, fråga den som driver { $realm }: orsaken står i deras logg.
provider-stopped-title = Du kan inte logga in här
provider-stopped-what = { $host } känner dig, men ditt konto hos { $realm } är spärrat.
provider-stopped-now = Fråga den som driver { $realm }, eller logga in som någon annan.
provider-gone-title = Den här inloggningen gäller inte längre
provider-gone-what = Den började för mer än tio minuter sedan eller i en annan webbläsare, eller så har den redan använts.
provider-gone-now = Logga in en gång till.
provider-left-title = Du är utloggad
provider-left-what = Du är utloggad från { $realm } i den här webbläsaren. Din session hos { $host } fortsätter.
provider-left-now = På en dator som andra använder bör du logga ut där också.
provider-left-there = Logga ut från { $host }

organisation-title = Välj organisation
organisation-heading = Vilken organisation gäller { $app }?
organisation-text = Appen arbetar med uppgifterna hos den du väljer, och bara så långt som du själv får där.

consent-title = Tillåta { $app }?
consent-heading = { $app } vill arbeta med dina uppgifter: { $data }
consent-heading-at = { $app } vill arbeta med dina uppgifter hos { $organisation }: { $data }
consent-heading-acts = { $app } vill arbeta med dina uppgifter: { $data }
consent-heading-acts-at = { $app } vill arbeta med dina uppgifter hos { $organisation }: { $data }
consent-heading-many = { $app } vill arbeta med { $number } slag av dina uppgifter
consent-heading-many-at = { $app } vill arbeta med { $number } slag av dina uppgifter hos { $organisation }
list-two = { $first } och { $last }
list-more = { $first } och mer
data-some = grunduppgifter
consent-returns-to = Efteråt kommer du till
consent-returns-local = Det är på din egen enhet.
consent-organisation = Organisation
consent-organisation-change = Välj en annan
consent-reach = Åtkomsten gäller
consent-reach-later = och varje organisation du går med i senare, överallt så långt som din egen roll räcker.
consent-choose = Vad får den göra?
consent-all-or-nothing = Den ber om allt detta tillsammans
consent-needed = Behövs alltid
consent-needed-text = Utan detta kan { $app } inte fungera, så det ingår i all åtkomst du tillåter.
consent-always = Ingår alltid
consent-withheld = { $count ->
    [one] { $count } sak den bad om erbjuds inte
   *[other] { $count } saker den bad om erbjuds inte
}
consent-lifetime-forever = Det gäller tills du tar tillbaka det.
consent-lifetime-unused = Det gäller tills du tar tillbaka det, och upphör om appen inte har använt det på { $span }.
consent-lifetime-once = Det upphör av sig självt efter { $span }.
consent-take-back = Du kan när som helst ta tillbaka det under
consent-allow = Tillåt åtkomst
consent-deny = Tillåt inte
worst = I värsta fall kan den: { $acts }.
worst-deletes = Den kan också ta bort uppgifter.
worst-more = { $count ->
    [one] Den kan också ändra { $count } slag av uppgifter till.
   *[other] Den kan också ändra { $count } slag av uppgifter till.
}
worst-special = Pengar som flyttas, eller något som kräver godkännande, finns också i: { $data }.
at-once = Vad får den göra?
at-once-text = Varje svar fyller bara i sidan. Inget ges förrän du tillåter det.
answer-look = Bara se
answer-look-text = Den ser det den ber om att få se och ändrar inget.
answer-everything = Allt den ber om
answer-everything-text = Även ändra och ta bort, som det står nedan.
answer-everything-without = Allt utom detta, som du själv får slå på: { $acts }.
answer-choose = Jag väljer
answer-choose-text = Börjar med allt av.
answer-choose-text-needed = Börjar med bara det som alltid behövs.
answer-now = Ifyllt nu
group-rest = Övriga
group-part = { $group }, del { $part } av { $of }
group-count = { $count ->
    [one] { $count } slag av uppgifter
   *[other] { $count } slag av uppgifter
}
group-on = { $count } på
group-turned = nyss ändrat av dig
group-worst = I värsta fall: { $acts }
rows-on = På: { $on } av { $of } slag av uppgifter
rows-turned = Det du nyss slog på eller av räknas.
find-label = Sök uppgifter, ett ord eller ett scope
find-button = Visa
find-only = Bara det som ändrar uppgifter
find-all = Visa allt
find-hidden = { $count ->
    [one] { $count } slag av uppgifter visas inte
   *[other] { $count } slag av uppgifter visas inte
}
consent-problem-changed = Det som kan tillåtas har ändrats sedan du öppnade sidan. Läs igenom den en gång till.
consent-problem-person = Du är nu inloggad som { $name }. Bestäm för egen del.
consent-problem-organisation = Det gäller nu { $organisation }.
consent-problem-app = Appen heter { $app } nu, eller så har dess leverantör bytt namn.
consent-problem-renamed = Organisationen heter { $organisation } nu.
consent-problem-reach = Åtkomsten når andra organisationer nu.
consent-problem-meaning = Leverantören har ändrat vad en del av detta betyder.
consent-problem-scopes = Annorlunda nu: { $data }.
consent-problem-incomplete = { $app } kan inte fungera utan det här, som saknades i ditt svar: { $data }.
consent-problem-kept = Det du valde är ifyllt igen; det som är annorlunda är av från början.
nothing-title = Inget att tillåta
nothing-heading = { $app } ber inte om något som du kan tillåta
nothing-heading-at = { $app } ber inte om något som du kan tillåta hos { $organisation }
nothing-text = Därför får den ingen åtkomst. Ingenting har sparats.
nothing-now-role = Fråga den som delar ut roller där, eller låt någon vars roll omfattar detta ansluta appen.
nothing-now-app = Det kan bara appens leverantör ändra: visa dem vad som står ovan.
nothing-back = Tillbaka till { $app }
lacking-heading = Ingår inte i din roll
lacking-text = Din egen roll omfattar inte detta, så du kan inte ge det vidare:
lacking-text-at = Din roll hos { $organisation } omfattar inte detta, så du kan inte ge det vidare:

choice-none = Ingen åtkomst
choice-none-about = { $app } får inget av detta.
choice-includes = ”{ $title }” omfattar: { $scopes }. Utan det ges det inte.
choice-includes-own = ”{ $title }” omfattar: { $scopes }.
read-on = Läs vidare
choice-allow = Tillåt
mark-new = Nytt sedan sist
mark-refused = Har du sagt nej till
mark-locked = Krävs
mark-money = Flyttar pengar
mark-deletes = Kan radera
mark-deprecated = Håller på att ersättas
mark-retired = Används inte längre

withheld-unknown = finns inte här.
withheld-retired = används inte längre.
withheld-not-registered = är inte registrerat för den här appen.
withheld-elevation-not-approved = kräver ett godkännande som appen inte har.
withheld-right-missing = ingår inte i din egen roll.

account-empty = Ingen app har åtkomst till dina uppgifter.
account-empty-what-now = När du ansluter en visas den här, och här kan du ta bort den.
account-count = { $count ->
    [one] { $count } app har åtkomst till dina uppgifter.
   *[other] { $count } appar har åtkomst till dina uppgifter.
}
account-text = Tar du bort en upphör dess åtkomst genast.
account-organisation = Organisation
account-everywhere = { $names }, och varje du går med i senare
account-since = Ansluten
account-last-used = Senast använd
account-places = { $count ->
    [one] Ansluten på { $count } plats
   *[other] Ansluten på { $count } platser
}
account-places-text = Varje plats är en installation av appen eller en webbläsare. Avslutar du en är de andra fortfarande anslutna.
account-place-end = Avsluta den här
account-places-more = och { $count } till som användes tidigare
account-reduce = Ta bort något
account-reduce-text = { $app } behåller det du lämnar kvar. Mer får den bara genom att fråga dig igen.
account-reduce-button = Behåll bara detta
account-remove = Ta bort { $app }
account-off = { $realm } har stängt av den här appen. Så länge det är så har den ingen åtkomst.
account-problem = Inget har ändrats: det som sidan visar är annorlunda sedan du öppnade den. Läs igenom den en gång till.
removal-title = Ta bort { $app }?
removal-text = Dess åtkomst till dina uppgifter upphör genast.
removal-text-at = Dess åtkomst till uppgifterna hos { $organisation } upphör genast.
removal-places = { $count ->
    [one] Den är ansluten på { $count } plats.
   *[other] Den är ansluten på { $count } platser, och alla upphör.
}
removal-kept = Det den har kopierat hittills finns kvar hos dess leverantör, { $maker }. För att använda den igen ansluter du den på nytt i appen.
removal-keep = Behåll { $app }
account-history = Dina senaste beslut
account-history-empty = Du har inte beslutat något än.
history-allowed = Du tillät { $app }.
history-allowed-at = Du tillät { $app } hos { $organisation }.
history-allowed-partly = Du tillät { $app } en del av det den bad om.
history-allowed-partly-at = Du tillät { $app } en del av det den bad om hos { $organisation }.
history-refused = Du sa nej till { $app }.
history-refused-at = Du sa nej till { $app } hos { $organisation }.
history-allowed-everywhere = Du tillät { $app }, för varje organisation du tillhör.
history-reduced = Du tog bort något från { $app }: { $data }.
history-reduced-at = Du tog bort något från { $app } hos { $organisation }: { $data }.
history-removed = Du tog bort { $app }.
history-removed-at = Du tog bort { $app } hos { $organisation }.
history-ended = { $realm } avslutade åtkomsten för { $app }.
history-ended-at = { $realm } avslutade åtkomsten för { $app } hos { $organisation }.
notice-removed = { $app } är borttagen och har ingen åtkomst längre.
notice-ended = En anslutning av { $app } avslutades.
notice-reduced = { $app } har nu bara det du lämnade kvar.
notice-unchanged = Inget ändrades för { $app }.

scopes-title = Scopes
scopes-heading = Scopes för { $realm }
scopes-authorization = Auktorisering
scopes-token = Token
scopes-metadata = Metadata
scopes-api = API
scopes-version = Version
scopes-filter = Hitta ett scope, ett ord eller en sökväg
scopes-filter-button = Hitta
scopes-filter-clear = Visa alla
scopes-count = { $count ->
    [one] { $count } scope
   *[other] { $count } scopes
}
scopes-none = Inget passar. Prova ett kortare ord, eller visa alla.
scopes-endpoints = { $count ->
    [one] Öppnar { $count } anrop
   *[other] Öppnar { $count } anrop
}
scopes-calls-count = { $count ->
    [one] { $count } anrop
   *[other] { $count } anrop
}
scopes-no-endpoints = Inget anrop är känt som detta scope öppnar.
scopes-risk = Risk { $level } av 5: { $reason }
scopes-implies = Omfattar { $scopes }.
scopes-calls = Alla anrop
scopes-call = Anrop
scopes-call-needs = Kräver
scopes-contents = Resurser
scopes-index = Innehåll
scopes-pages = Sidor
scopes-page = Sida { $page } av { $of }
scopes-page-before = Föregående sida
scopes-page-next = Nästa sida
scopes-every-grant = I varje tillstånd; en app behöver inte be om det.
scopes-new-client = I registreringen av varje ny app.
scopes-own-records = Öppnar bara det som appen själv har skapat.
scopes-successor = Använd { $scope } i stället.
scopes-inferred = Står inte i leverantörens dokument; en slutsats av det.

error-for-developers = För appens utvecklare
error-code = Kod
error-description = Beskrivning
error-request-title = Appens begäran kan inte besvaras
error-request-what = Appen som skickade dig hit frågade på ett sätt som vi inte kan lita på, så vi skickade dig inte tillbaka till den. Inget har tillåtits.
error-request-now = Gå tillbaka till appen och försök igen. Händer det igen, visa uppgifterna nedan för dem som gör appen.
error-busy-title = Det är mycket att göra just nu
error-busy-what = Många tittar på sidor som den här just nu.
error-busy-now = Försök igen om några sekunder.
error-many-title = För många förfrågningar
error-many-what = Från din nätverksadress kom det under en minut fler förfrågningar från appar än människor skickar. Inget har tillåtits.
error-many-now = Vänta en minut och försök igen.
onward-title = Tillbaka till appen
onward-text = Din webbläsare går nu tillbaka till appen. Om ingenting händer, gå vidare själv.
onward-link = Vidare till appen
onward-sign-in-title = Vidare till inloggningen
onward-sign-in-text = Din webbläsare går nu dit där du loggar in. Om ingenting händer, gå vidare själv.
onward-sign-in-link = Gå vidare för att logga in
error-cookies-title = Vi känner inte igen din webbläsare
error-cookies-what = Din webbläsare skickade ingen av våra kakor. Den blockerar kakor, eller så öppnades adressen i en annan webbläsare än den som den gjordes för. Ingenting har tillåtits.
error-cookies-now = Tillåt kakor för den här webbplatsen och börja om där du kom ifrån.
error-request-gone-title = Den här förfrågan är avslutad
error-request-gone-what = En app skickade dig hit. Det den frågar efter sparas i en halvtimme, i den webbläsare där det kom. Den tiden är slut, eller så är det här en annan webbläsare. Inget har tillåtits.
error-request-gone-now = Gå tillbaka till appen och börja om där.
error-answered-title = Du har redan svarat
error-answered-what = Du har svarat på det som { $app } bad om här, och { $app } har fått veta det. Ett svar räknas en gång, så inget mer har gjorts.
error-answered-now = Fortsätt i { $app }. Vill du besluta annorlunda börjar du om där, eller ändrar vad appen får göra under anslutna appar.
error-not-found-title = Här finns inget
error-not-found-what = Adressen finns inte. Den kan vara felskriven, eller så är det den gällde borta.
error-not-found-now = Kontrollera adressen, eller gå tillbaka dit du kom ifrån.
error-origin-title = Formuläret kom inte härifrån
error-origin-what = Din webbläsare skickade formuläret från en annan webbplats, eller sa inte varifrån. För att skydda dig gjorde vi inget med det.
error-origin-now = Öppna sidan igen och skicka formuläret därifrån.
error-unavailable-title = Det går inte just nu
error-unavailable-what = Det vi har sparat kan inte nås eller ändras just nu. Om du höll på att ändra något kan det ha blivit gjort eller inte.
error-unavailable-now = Försök igen om en minut.
error-rights-title = { $realm } svarar inte just nu
error-rights-what = Vad du får göra vet ett system hos { $realm }, och det svarar inte för tillfället. Inget har tillåtits, och inget har tagits ifrån dig.
error-rights-now = Försök igen om en stund: förfrågan väntar fortfarande.
error-server-title = Något gick sönder hos oss
error-server-what = Det är inte ditt fel, och inget har tillåtits.
error-server-now = Försök igen. Händer det igen, tala om för leverantören när det hände.
error-no-organisation-title = Du har ingen organisation här
error-no-organisation-what = { $app } vill arbeta med en organisations uppgifter, och { $name } hör inte till någon i { $realm }.
error-no-organisation-now = Be den som sköter din organisations konto att lägga till dig, eller logga in som någon annan.
error-app-off-title = Appen är avstängd
error-app-off-what = { $realm } har stängt av den, så den har för närvarande ingen åtkomst här. Inget har tillåtits.
error-app-off-now = Fråga appens leverantör, eller { $realm }, när den kommer tillbaka.
error-again = Försök igen
error-open-again = Öppna sidan igen
error-home = Till startsidan
error-form-title = Formuläret går inte att läsa
error-form-what = Något saknas i det, eller så är det för stort. Inget har ändrats.
error-form-now = Gå tillbaka, ladda om sidan och skicka det igen.

time-now = alldeles nyss
time-minutes = { $count ->
    [one] för { $count } minut sedan
   *[other] för { $count } minuter sedan
}
time-hours = { $count ->
    [one] för { $count } timme sedan
   *[other] för { $count } timmar sedan
}
time-days = { $count ->
    [one] för { $count } dag sedan
   *[other] för { $count } dagar sedan
}
time-months = { $count ->
    [one] för { $count } månad sedan
   *[other] för { $count } månader sedan
}
span-minutes = { $count ->
    [one] { $count } minut
   *[other] { $count } minuter
}
span-hours = { $count ->
    [one] { $count } timme
   *[other] { $count } timmar
}
span-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagar
}
