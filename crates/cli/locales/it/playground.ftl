# Le parole della demo in italiano.

demo = Demo
demo-title = Demo di Scopegate
playground = Banco di prova
skip-to-content = Vai al contenuto
skip-to-app = Vai all’app
language = Lingua
all-realms = Tutti gli ambiti
scopes = Scope
scopes-of = Scope di { $realm }
connected-apps = App collegate
metadata = Metadati
made-up = Qui è tutto inventato: persone, aziende, dati. Le password non proteggono nulla.

home-heading = Le app chiedono, le persone decidono, l’API vi si attiene
home-what = Scopegate sta davanti all’API di un gestionale: un’app ottiene esattamente ciò che il titolare dei dati ha permesso, e viene a sapere perché il resto rimane chiuso.
steps = I tre passi
step-ask = Chiedere
step-ask-picture = Un’app con l’elenco di ciò che chiede
step-ask-what = Un’app chiede gli scope di cui ha bisogno.
step-ask-now = Scelga un’app e ciò che chiede, poi la colleghi.
step-decide = Decidere
step-decide-picture = Una persona che accende una cosa e ne lascia spenta un’altra
step-decide-what = Chi possiede i dati ne permette una parte e nega il resto.
step-decide-now = Acceda come una delle persone di esempio e decida.
step-call = Chiamare
step-call-picture = Un cancello che lascia passare una chiamata e ne ferma un’altra
step-call-what = Le chiamate permesse passano. Per ogni altra si legge perché no.
step-call-now = Apra una risorsa, faccia una chiamata e legga lì la risposta.
begin-with = Cominci da { $realm }
begin-text = { $app } chiede i dati di un’azienda. Acceda come { $person } con la password { $password }, neghi qualcosa e veda quali chiamate restano.
play = Provare { $realm }
other-realms = Gli altri ambiti
count-scopes = { $count ->
    [one] { $count } scope
   *[other] { $count } scope
}
count-calls = { $count ->
    [one] { $count } chiamata
   *[other] { $count } chiamate
}
people = Persone con cui accedere
username = Nome utente
password = Password
place = Dove
own-heading = La sua API
own-what = Ciò che prova qui nasce da un solo file per ogni API. Per la sua:
own-catalog = Scriva un catalogo: i suoi scope in parole semplici e le chiamate che ciascuno apre.
own-serve = Avvii il server con esso, su un database suo.
own-apps = Aggiunga organizzazioni, persone e app.
own-gate = Metta la decisione davanti alla sua API.
command = Comando

app-side = Il lato dell’app
decide-open = La decisione della persona è aperta in questo browser.
decide-go-on = Vai alla decisione
held-title = { $app } ha un token
held-opens = Apre { $open } chiamate su { $total }.
held-see-which = Vedere quali
held-ended = È terminato: non apre più nulla.
held-scopes = Che cosa contiene
held-withheld = Chiesto e non dato
because-asked = chiesto
because-part = parte di { $scope }
because-default = predefinito, perché non è stato chiesto nulla
because-every-grant = con ogni autorizzazione
because-before = permesso in precedenza
access-token = Token di accesso
refresh = Rinnovarlo
introspect = Farlo verificare
give-back = Restituirlo
start-anew = Ricominciare

ask = Chiedere l’accesso
ask-again = Chiedere ancora
which-app = Quale app
client-confidential = { $app } è del tipo { $kind }: un client confidenziale, che custodisce un segreto.
client-public = { $app } è del tipo { $kind }: un client pubblico, che non può custodire un segreto.
client-machine = { $app } è del tipo { $kind }: una macchina che agisce per sé, senza nessuno a cui chiedere.
ask-scopes = Scope da chiedere
ask-defaults = Non chiederne nessuno significa chiedere quelli predefiniti dell’app.
ask-more = Altri scope, come testo
ask-more-about = Ciò che l’app non può avere viene trattenuto, e la risposta dice perché.
ask-more-try = Provi
organisation = Organizzazione
organisation-any = Sceglie la persona
connect = Collegare { $app }
get-token = Ottenere un token

exchanges = Richieste e risposte
exchanges-none = Non è ancora stato inviato nulla. Ciò che l’app invia appare qui, il più recente per primo.
request = Richiesta
answer = Risposta
answer-not-sent = Non si può inviare: { $error }.
as-curl = Come curl
copy = Copia
copied = Copiato
sent-machine = La macchina chiede un token
sent-authorize = L’app manda la persona all’endpoint di autorizzazione
sent-authorize-answer = La persona accede e decide.
sent-code = L’app riscatta il codice
sent-refresh = L’app rinnova il suo token
sent-introspect = L’API chiede che cosa significa il token
sent-revoke = L’app restituisce il suo accesso
notice-place = L’indirizzo nomina una parte di questa pagina che non c’è; eccola intera.
notice-form = Ciò che ha inviato è troppo lungo o non è arrivato intero, perciò non è stato inoltrato nulla. Lo accorci e lo invii di nuovo.
notice-pick-app = Scelga prima una delle app.
notice-state = La risposta non appartiene a una domanda di questo browser (state). Ricominci.
notice-issuer = La risposta nomina un altro emittente (RFC 9207). È stata scartata.
notice-error = La risposta è { $error }. { $said }
notice-empty = La risposta non contiene né un codice né un errore.
notice-no-refresh = Non c’è un token di rinnovo.
notice-no-token = Non c’è ancora un token.
notice-refused = Il server ha rifiutato; la sua risposta dice perché.
notice-revoked = Il token è stato restituito. Qui c’è ancora: veda che non apre più nulla.
notice-call-first = Ottenga prima un token; poi si può chiamare l’API.
notice-path = Un percorso comincia con una barra.
notice-endpoint = Il catalogo non ha questa chiamata. La faccia dall’elenco.

api-side = Il lato dell’API
api-opens = Questo token apre { $open } chiamate su { $total }.
named-header = Le chiamate indicano l’organizzazione in un’intestazione, che questa pagina invia: { $header }
named-query = Le chiamate indicano l’organizzazione nel parametro { $parameter }, che qui sta nei percorsi.
named-host = L’API distingue le organizzazioni dall’host della chiamata. La sandbox non è a nessuno di questi host; questa pagina e i comandi curl di qui lo indicano nell’intestazione Host: { $host }
api-closed = { $count ->
    [one] { $count } chiamata, chiusa senza token.
   *[other] { $count } chiamate, tutte chiuse senza token.
}
api-ended = { $count ->
    [one] Il token è terminato o scaduto: l’unica chiamata resta chiusa ({ $count }).
   *[other] Il token è terminato o scaduto: non apre nessuna delle { $count } chiamate.
}
find-label = Trovare una chiamata o uno scope
find = Trovare
found = { $count ->
    [0] Nessuna chiamata è così.
    [one] { $count } chiamata è così.
   *[other] { $count } chiamate sono così.
}
which-calls = Quali chiamate
show-all = Tutte
show-open = Aperte
show-closed = Chiuse
show-resources = Mostrare tutto per risorsa
group-other = Altre chiamate
group-open = { $open } aperte su { $total }
open = aperta
closed = chiusa
needs = Richiede { $scope }
row-own = solo i dati che questa app ha creato
path = Percorso
body = Corpo JSON
call-it = Chiamare
call-first = Con un token si può chiamare qui.
pages = Pagine
previous = Precedente
next = Successiva
page-of = Pagina { $open } di { $total }

why-never-requested = l’app non lo ha chiesto
why-refused = la persona lo ha negato
why-unknown = il catalogo non lo ha
why-not-registered = l’app non è registrata per questo
why-withheld-unknown = trattenuto, il catalogo non lo ha
why-withheld-retired = trattenuto, è ritirato
why-withheld-not-registered = trattenuto, l’app non è registrata per questo
why-withheld-elevation = trattenuto, richiede un’approvazione
why-withheld-right = trattenuto, il ruolo della persona non lo includeva
why-reduced = la persona lo ha tolto in seguito
why-elevation-not-approved = l’app non ha un’approvazione per questo
why-right-missing = il ruolo della persona non lo include
why-retired = è ritirato
