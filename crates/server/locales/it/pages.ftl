# Le parole delle pagine, in italiano.

skip-to-content = Vai al contenuto
your-account = Il Suo conto
sign-in = Accedi
sign-out = Esci
language = Lingua
connected-apps = Applicazioni collegate

app-maker = di { $maker }
app-verified = Produttore verificato
app-unverified = Produttore non verificato
signed-in-as = Accesso eseguito come { $name }
not-you = Non è Lei?
look-terms = Condizioni d’uso
look-privacy = Protezione dei dati
look-help = Aiuto

home-title = Accesso per le app
home-text = Qui le app chiedono se possono lavorare con i dati delle persone, e le persone decidono. Scelga di quali dati si tratta.
realm-heading = Accesso a { $realm } per le app
realm-text = Qui le app chiedono se possono lavorare con i Suoi dati. Lei decide che cosa può fare ciascuna, e può ritirarlo in qualsiasi momento.
realm-account-text = Le app che hanno accesso ai Suoi dati, che cosa può fare ciascuna e come ritirarlo.
realm-scopes-text = Tutto ciò che un’app può chiedere, in parole semplici, e le chiamate che ogni scope apre.
realm-developers = Per gli sviluppatori
realm-issuer = Issuer
realm-metadata = Metadati
realm-problems = Rifiuti
realm-sandbox = Sandbox
realm-sandbox-text = L’API da provare, con dati inventati. Chieda un token con questo indirizzo come risorsa.
errors-title = Problemi e che cosa fare
errors-text = A una chiamata rifiutata dell’API si risponde con un problema, il cui type porta qui. Una pagina per ciascuno dice, in inglese, che cosa è successo, perché e che cosa fare.
errors-happened = Che cosa è successo
errors-why = Perché
errors-now = Che cosa fare
errors-missing = Perché manca uno scope
errors-english = Le spiegazioni sono in inglese, come le risposte dell’API che portano qui.

login-title = Accedi
login-heading = Accedi a { $realm }
login-going-on = Dopo si prosegue verso { $app }, che desidera lavorare con i Suoi dati.
login-username = Nome utente
login-password = Password
login-problem = L’accesso non è ancora avvenuto
login-wrong = Nome utente e password non corrispondono. Controlli entrambi e riprovi.
login-missing-username = Inserisca il Suo nome utente.
login-missing-password = Inserisca la Sua password.
too-many = { $why } Riprovi tra { $span } (alle { $time }).
too-many-passwords = Per questo nome sono state inserite troppe password sbagliate, da lei o da qualcun altro.
too-many-codes = Per questo account sono stati inseriti troppi codici sbagliati, da lei o da qualcuno che conosce la password.
too-many-from-here = Dalla sua connessione internet sono arrivate troppe password o troppi codici sbagliati. Contano anche gli altri che la usano.
too-many-links = Dalla sua connessione internet sono stati chiesti troppi link. Contano anche gli altri che la usano.
too-many-forms = Dalla sua connessione internet sono arrivati troppi moduli. Contano anche gli altri che la usano.
login-busy = Molti accessi sono in corso di verifica. Riprovi tra un momento.
login-demo-heading = Conti di prova
login-demo-text = Questa è una dimostrazione con persone inventate. Acceda come una di loro.
login-demo-who = Chi

provider-down-title = In questo momento non è possibile accedere
provider-down-what = Per { $realm } si accede tramite { $host }, che al momento non riusciamo a raggiungere.
provider-down-now = Non è andato perso nulla. Riprovi tra un minuto.
provider-no-title = Non ha effettuato l’accesso
provider-no-what = { $host } non ha confermato l’accesso.
provider-no-now = Può riprovare quando vuole.
provider-odd-title = Non ha effettuato l’accesso
provider-odd-what = Ciò che { $host } ci ha comunicato su di Lei non può essere usato qui.
provider-odd-now = Riprovi. Se non cambia, chieda a { $realm }: il motivo è nel loro registro.
provider-stopped-title = Qui non può accedere
provider-stopped-what = { $host } La conosce, ma il Suo account presso { $realm } è bloccato.
provider-stopped-now = Chieda a { $realm }, oppure acceda come un’altra persona.
provider-gone-title = Questo accesso non vale più
provider-gone-what = È iniziato più di dieci minuti fa o in un altro browser, oppure è già stato usato.
provider-gone-now = Acceda ancora una volta.
provider-left-title = È uscito
provider-left-what = In questo browser è uscito da { $realm }. La Sua sessione presso { $host } continua.
provider-left-now = Su un computer usato anche da altri, esca anche da lì.
provider-left-there = Uscire da { $host }

organisation-title = Scegliere un’organizzazione
organisation-heading = Per quale organizzazione è { $app }?
organisation-text = L’applicazione lavorerà con i dati di quella scelta, e solo nei limiti di ciò che Lei stesso può fare.

consent-title = Consentire { $app }?
consent-heading = { $app } desidera lavorare con i Suoi dati: { $data }
consent-heading-at = { $app } desidera lavorare con i Suoi dati presso { $organisation }: { $data }
consent-heading-acts = { $app } desidera lavorare con i Suoi dati: { $data }
consent-heading-acts-at = { $app } desidera lavorare con i Suoi dati presso { $organisation }: { $data }
consent-heading-many = { $app } vuole lavorare con { $number } tipi di Suoi dati
consent-heading-many-at = { $app } vuole lavorare con { $number } tipi di Suoi dati presso { $organisation }
list-two = { $first } e { $last }
list-more = { $first } e altro
data-some = dati di base
consent-returns-to = Dopo si passa a
consent-returns-local = È sul Suo dispositivo.
consent-organisation = Organizzazione
consent-organisation-change = Scegline un’altra
consent-reach = L’accesso si estende a
consent-reach-later = e a ogni organizzazione a cui aderirà in seguito, ovunque nei limiti del Suo ruolo.
consent-choose = Che cosa può fare?
consent-all-or-nothing = Chiede tutto questo insieme
consent-needed = Sempre necessario
consent-needed-text = Senza questo { $app } non può lavorare, perciò fa parte di ogni accesso che Lei consente.
consent-always = Sempre incluso
consent-withheld = { $count ->
    [one] { $count } richiesta non viene proposta
   *[other] { $count } richieste non vengono proposte
}
consent-lifetime-forever = Vale finché Lei non lo revoca.
consent-lifetime-unused = Vale finché Lei non lo revoca, e finisce se l’applicazione non lo usa per { $span }.
consent-lifetime-once = Finisce da sé dopo { $span }.
consent-take-back = Può revocarlo in ogni momento sotto
consent-allow = Consenti l’accesso
consent-deny = Non consentire
worst = Nel peggiore dei casi potrebbe: { $acts }.
worst-deletes = Potrebbe anche eliminare dati.
worst-more = { $count ->
    [one] Potrebbe anche modificare { $count } altro tipo di dati.
   *[other] Potrebbe anche modificare { $count } altri tipi di dati.
}
worst-special = Movimenti di denaro o accessi soggetti ad approvazione sono anche in: { $data }.
at-once = Che cosa può fare?
at-once-text = Ogni risposta riempie soltanto la pagina. Nulla è concesso prima che Lei lo consenta.
answer-look = Solo vedere
answer-look-text = Vede ciò che chiede di vedere e non modifica nulla.
answer-everything = Tutto ciò che chiede
answer-everything-text = Modifiche ed eliminazioni comprese, come indicato sotto.
answer-everything-without = Tutto tranne questo, che attiverebbe Lei: { $acts }.
answer-choose = Scelgo io
answer-choose-text = All’inizio nulla è attivo.
answer-choose-text-needed = All’inizio è attivo solo ciò che è sempre necessario.
answer-now = Compilato ora
group-rest = Altri
group-part = { $group }, parte { $part } di { $of }
group-count = { $count ->
    [one] { $count } tipo di dati
   *[other] { $count } tipi di dati
}
group-on = { $count } attivi
group-turned = appena modificato da Lei
group-worst = Nel peggiore dei casi: { $acts }
rows-on = Attivi: { $on } tipi di dati su { $of }
rows-turned = Conta ciò che ha appena attivato o disattivato.
find-label = Cercare dati, una parola o uno scope
find-button = Mostra
find-only = Solo ciò che modifica dati
find-all = Mostra tutto
find-hidden = { $count ->
    [one] { $count } tipo di dati non è mostrato
   *[other] { $count } tipi di dati non sono mostrati
}
consent-problem-changed = Ciò che si può consentire è cambiato da quando ha aperto questa pagina. La rilegga ancora una volta.
consent-problem-person = Ora l’accesso è stato effettuato come { $name }. Decida per sé.
consent-problem-organisation = Ora si tratta di { $organisation }.
consent-problem-app = L’app ora si chiama { $app }, o il suo produttore ha cambiato nome.
consent-problem-renamed = L’organizzazione ora si chiama { $organisation }.
consent-problem-reach = Le organizzazioni a cui si estende l’accesso ora sono altre.
consent-problem-meaning = Il fornitore ha cambiato il significato di una parte di questi accessi.
consent-problem-scopes = Diverso ora: { $data }.
consent-problem-incomplete = { $app } non può funzionare senza questo, che mancava nella Sua risposta: { $data }.
consent-problem-kept = Le Sue scelte sono di nuovo indicate; ciò che è diverso all’inizio è disattivato.
nothing-title = Niente da consentire
nothing-heading = { $app } non chiede nulla che Lei possa consentire
nothing-heading-at = { $app } non chiede nulla che Lei possa consentire presso { $organisation }
nothing-text = Perciò non ottiene alcun accesso. Nulla è stato salvato.
nothing-now-role = Chieda a chi vi assegna i ruoli, oppure faccia collegare l’applicazione da qualcuno il cui ruolo lo comprende.
nothing-now-app = Possono cambiarlo solo i produttori dell’applicazione: mostri loro quanto scritto sopra.
nothing-back = Torna a { $app }
lacking-heading = Fuori dal Suo ruolo
lacking-text = Il Suo ruolo non lo comprende, perciò non può concederlo:
lacking-text-at = Il Suo ruolo presso { $organisation } non lo comprende, perciò non può concederlo:

choice-none = Nessun accesso
choice-none-about = { $app } non ne riceve nulla.
choice-includes = «{ $title }» comprende: { $scopes }. Senza, non viene concesso.
choice-includes-own = «{ $title }» comprende: { $scopes }.
read-on = Continua a leggere
choice-allow = Consenti
mark-new = Nuovo dall’ultima volta
mark-refused = Già rifiutato da Lei
mark-locked = Necessario
mark-money = Muove denaro
mark-deletes = Può eliminare
mark-deprecated = In via di sostituzione
mark-retired = Non più in uso

withheld-unknown = qui non esiste.
withheld-retired = non è più in uso.
withheld-not-registered = non è registrato per questa applicazione.
withheld-elevation-not-approved = richiede un’approvazione che questa applicazione non ha.
withheld-right-missing = non fa parte del Suo ruolo.

account-empty = Nessuna applicazione ha accesso ai Suoi dati.
account-empty-what-now = Quando ne collega una, compare qui, e qui può rimuoverla.
account-count = { $count ->
    [one] { $count } applicazione ha accesso ai Suoi dati.
   *[other] { $count } applicazioni hanno accesso ai Suoi dati.
}
account-text = Se ne rimuove una, il suo accesso finisce subito.
account-organisation = Organizzazione
account-everywhere = { $names }, e ogni altra a cui aderirà in seguito
account-since = Collegata
account-last-used = Ultimo uso
account-places = { $count ->
    [one] Collegata in { $count } posto
   *[other] Collegata in { $count } posti
}
account-places-text = Ogni posto è un’installazione dell’applicazione o un browser. Se ne termina uno, gli altri restano collegati.
account-place-end = Termina questo
account-places-more = e altri { $count }, usati prima
account-reduce = Togliere qualcosa
account-reduce-text = { $app } mantiene ciò che Lei lascia. Può ottenere di più solo chiedendoglielo di nuovo.
account-reduce-button = Mantieni solo questo
account-remove = Rimuovi { $app }
account-off = { $realm } ha disattivato questa applicazione. Finché è così, non ha alcun accesso.
account-problem = Nulla è stato cambiato: ciò che questa pagina mostra è diverso da quando l’ha aperta. La rilegga ancora una volta.
removal-title = Rimuovere { $app }?
removal-text = Il suo accesso ai Suoi dati finisce subito.
removal-text-at = Il suo accesso ai dati di { $organisation } finisce subito.
removal-places = { $count ->
    [one] È collegata in { $count } luogo.
   *[other] È collegata in { $count } luoghi, e tutti finiscono.
}
removal-kept = Ciò che ha copiato finora resta al suo produttore, { $maker }. Per usarla di nuovo, la colleghi di nuovo nell’applicazione.
removal-keep = Mantieni { $app }
account-history = Le Sue ultime decisioni
account-history-empty = Non ha ancora deciso nulla.
history-allowed = Ha consentito { $app }.
history-allowed-at = Ha consentito { $app } presso { $organisation }.
history-allowed-partly = Ha consentito a { $app } una parte di ciò che chiedeva.
history-allowed-partly-at = Ha consentito a { $app } una parte di ciò che chiedeva presso { $organisation }.
history-refused = Ha rifiutato { $app }.
history-refused-at = Ha rifiutato { $app } presso { $organisation }.
history-allowed-everywhere = Ha consentito { $app }, per ogni organizzazione di cui fa parte.
history-reduced = Ha tolto qualcosa a { $app }: { $data }.
history-reduced-at = Ha tolto qualcosa a { $app } presso { $organisation }: { $data }.
history-removed = Ha rimosso { $app }.
history-removed-at = Ha rimosso { $app } presso { $organisation }.
history-ended = { $realm } ha posto fine all’accesso di { $app }.
history-ended-at = { $realm } ha posto fine all’accesso di { $app } presso { $organisation }.
notice-removed = { $app } è stata rimossa e non ha più accesso.
notice-ended = Un collegamento di { $app } è stato terminato.
notice-reduced = { $app } ha ora solo ciò che Lei ha lasciato.
notice-unchanged = Per { $app } non è cambiato nulla.

scopes-title = Scope
scopes-heading = Scope di { $realm }
scopes-authorization = Autorizzazione
scopes-token = Token
scopes-metadata = Metadati
scopes-api = API
scopes-version = Versione
scopes-filter = Trovare uno scope, una parola o un percorso
scopes-filter-button = Trova
scopes-filter-clear = Mostra tutti
scopes-count = { $count ->
    [one] { $count } scope
   *[other] { $count } scope
}
scopes-none = Nulla corrisponde. Provi una parola più breve, o li mostri tutti.
scopes-endpoints = { $count ->
    [one] Apre { $count } chiamata
   *[other] Apre { $count } chiamate
}
scopes-calls-count = { $count ->
    [one] { $count } chiamata
   *[other] { $count } chiamate
}
scopes-no-endpoints = Non è nota alcuna chiamata che questo scope apra.
scopes-risk = Rischio { $level } su 5: { $reason }
scopes-implies = Comprende { $scopes }.
scopes-calls = Tutte le chiamate
scopes-call = Chiamata
scopes-call-needs = Richiede
scopes-contents = Risorse
scopes-index = Indice
scopes-pages = Pagine
scopes-page = Pagina { $page } di { $of }
scopes-page-before = Pagina precedente
scopes-page-next = Pagina successiva
scopes-every-grant = In ogni autorizzazione; un’applicazione non deve chiederlo.
scopes-new-client = Nella registrazione di ogni nuova applicazione.
scopes-own-records = Apre solo ciò che l’applicazione stessa ha creato.
scopes-successor = Usi invece { $scope }.
scopes-inferred = Non è scritto nel documento del fornitore; ne è stato dedotto.

error-for-developers = Per chi sviluppa l’applicazione
error-code = Codice
error-description = Descrizione
error-request-title = La richiesta di questa applicazione non può avere risposta
error-request-what = L’applicazione che L’ha mandata qui ha chiesto in un modo di cui non possiamo fidarci, perciò non L’abbiamo rimandata indietro. Nulla è stato consentito.
error-request-now = Torni all’applicazione e riprovi. Se succede ancora, mostri ai produttori i dettagli qui sotto.
error-busy-title = C’è molto traffico
error-busy-what = Molte persone stanno guardando pagine come questa.
error-busy-now = Riprovi tra qualche secondo.
error-many-title = Troppe richieste
error-many-what = In un minuto dal Suo indirizzo di rete sono arrivate più richieste di app di quante ne inviino le persone. Nulla è stato consentito.
error-many-now = Attenda un minuto e riprovi.
onward-title = Ritorno all’app
onward-text = Il Suo browser torna ora all’app. Se non succede nulla, prosegua Lei.
onward-link = Vai all’app
onward-sign-in-title = All’accesso
onward-sign-in-text = Il Suo browser va ora dove Lei accede. Se non succede nulla, prosegua Lei.
onward-sign-in-link = Vai all’accesso
error-cookies-title = Non riconosciamo il Suo browser
error-cookies-what = Il Suo browser non ha inviato nessuno dei nostri cookie. Blocca i cookie, oppure questo indirizzo è stato aperto in un browser diverso da quello per cui è stato creato. Nulla è stato consentito.
error-cookies-now = Consenta i cookie per questo sito e ricominci da dove è venuto.
error-request-gone-title = Questa richiesta è terminata
error-request-gone-what = Un’app L’ha inviata qui. Ciò che chiede è conservato per mezz’ora, nel browser in cui è arrivato. Quel tempo è passato, o questo è un altro browser. Nulla è stato consentito.
error-request-gone-now = Torni all’app e ricominci da lì.
error-answered-title = Ha già risposto
error-answered-what = Ha risposto a ciò che { $app } chiedeva qui, e { $app } ne è stata informata. Una risposta vale una volta sola: non è stato fatto altro.
error-answered-now = Continui in { $app }. Per decidere diversamente ricominci da lì, oppure cambi ciò che può fare tra le applicazioni collegate.
error-not-found-title = Qui non c’è nulla
error-not-found-what = Questo indirizzo non esiste. Forse è scritto male, o ciò che indicava non c’è più.
error-not-found-now = Controlli l’indirizzo, o torni da dove è venuto.
error-origin-title = Questo modulo non viene da qui
error-origin-what = Il Suo browser ha inviato questo modulo da un altro sito, o non ha detto da dove. Per proteggerla non ne abbiamo fatto nulla.
error-origin-now = Apra di nuovo la pagina e invii il modulo da lì.
error-unavailable-title = In questo momento non è possibile
error-unavailable-what = In questo momento i dati salvati non sono raggiungibili o non si possono cambiare. Se stava cambiando qualcosa, può essere stato fatto oppure no.
error-unavailable-now = Riprovi tra un minuto.
error-rights-title = { $realm } in questo momento non risponde
error-rights-what = Ciò che Lei può fare lo sa un sistema di { $realm }, che al momento non risponde. Nulla è stato consentito e nulla Le è stato tolto.
error-rights-now = Riprovi tra un momento: la richiesta attende ancora.
error-server-title = Da noi si è rotto qualcosa
error-server-what = Non è colpa Sua, e nulla è stato consentito.
error-server-now = Riprovi. Se succede ancora, dica al fornitore quando è successo.
error-no-organisation-title = Qui non fa parte di alcuna organizzazione
error-no-organisation-what = { $app } desidera lavorare con i dati di un’organizzazione, e { $name } in { $realm } non fa parte di nessuna.
error-no-organisation-now = Chieda a chi gestisce il conto della Sua organizzazione di aggiungerla, o acceda come un’altra persona.
error-app-off-title = Questa applicazione è disattivata
error-app-off-what = { $realm } l’ha disattivata, perciò al momento qui non ha alcun accesso. Nulla è stato consentito.
error-app-off-now = Chieda ai produttori dell’applicazione, o a { $realm }, quando tornerà.
error-again = Riprova
error-open-again = Riapri la pagina
error-home = Vai alla pagina iniziale
error-form-title = Questo modulo non è leggibile
error-form-what = Manca qualcosa, o è troppo grande. Nulla è stato cambiato.
error-form-now = Torni indietro, ricarichi la pagina e lo invii di nuovo.

time-now = proprio ora
time-minutes = { $count ->
    [one] { $count } minuto fa
   *[other] { $count } minuti fa
}
time-hours = { $count ->
    [one] { $count } ora fa
   *[other] { $count } ore fa
}
time-days = { $count ->
    [one] { $count } giorno fa
   *[other] { $count } giorni fa
}
time-months = { $count ->
    [one] { $count } mese fa
   *[other] { $count } mesi fa
}
span-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minuti
}
span-hours = { $count ->
    [one] { $count } ora
   *[other] { $count } ore
}
span-days = { $count ->
    [one] { $count } giorno
   *[other] { $count } giorni
}
