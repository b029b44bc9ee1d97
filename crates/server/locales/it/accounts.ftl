# Ciò che ognuno fa con il proprio account.

security-title = Accesso
security-who = { $name } accede come { $username }.
form-problem = Non è ancora riuscito
back-to-sign-in = Torna all’accesso

forgotten-title = Password dimenticata?
forgotten-text = Indichi con che nome accede. Inviamo un link con cui scegliere una nuova password.
forgotten-button = Invia il link
forgotten-taken = Se esiste un account con questo nome e ne conosciamo l’indirizzo, un’e-mail è in arrivo. Il suo link vale una volta, per 30 minuti.
forgotten-nothing-came = Dopo qualche minuto non è arrivato nulla? Guardi nella posta indesiderata e controlli come è scritto il nome. Altrimenti chieda a chi gestisce l’account della sua organizzazione.

reset-title = Scelga una nuova password
reset-text = È per l’account di { $username }.
invitation-title = Benvenuto in { $realm }
invitation-text = È stato invitato in { $realm } e accederà come { $username }. Indichi il suo nome e scelga una password.
invitation-name = Il suo nome
invitation-name-missing = Inserisca il suo nome.
invitation-name-wrong = Un nome è una riga di al massimo 200 caratteri.
invitation-button = Crea il mio account

password-new = Nuova password
password-again = La stessa ancora una volta
password-old = Password attuale
password-rule = Almeno 12 caratteri. Vanno bene più parole che non c’entrano fra loro.
password-missing = Inserisca una nuova password.
password-short = Una password ha almeno 12 caratteri. Vanno bene più parole che non c’entrano fra loro.
password-expected = Questa password è fra le prime che altri proverebbero: parole comuni, il suo nome o indirizzo, anni, serie come 1234. Prenda più parole che non c’entrano fra loro.
password-long = Una password ha al massimo 4000 byte.
password-blank = Una password è più che spazi.
password-control = Una password è una riga, senza caratteri di controllo.
password-differs = Le due non sono uguali. Scriva due volte la nuova password.
password-wrong = Questa non è la sua password. La controlli e riprovi.
password-change = Cambia la password
password-change-text = Tutti gli altri browser vengono scollegati. Le app collegate restano collegate.
password-change-button = Salva la nuova password

code-title = Inserisca il codice
code-text = La password di { $username } è giusta. Ora il codice della sua app di autenticazione.
code-label = Codice
code-hint = Sei cifre dell’app, oppure uno dei suoi codici di recupero.
code-missing = Inserisca un codice.
code-wrong = Questo codice non vale. Ogni codice vale una volta: aspetti il prossimo o usi un codice di recupero.
code-used = Questo codice è già stato usato, e ognuno vale una volta. Aspetti il prossimo o usi un altro codice di recupero.
code-somebody-else = Accedi come qualcun altro

factor-heading = Secondo fattore
factor-text = Con un’app di autenticazione sul telefono, per accedere serve un codice oltre alla password. Una password rubata allora non basta.
factor-not-yet = Al momento non si può configurare: l’aggiornamento di questo server non è finito. Riprovi più tardi.
factor-is-on = Attivo
factor-codes-left = { $count ->
    [one] Resta { $count } codice di recupero.
   *[other] Restano { $count } codici di recupero.
}
factor-set-up = Configura un’app di autenticazione
factor-set-up-text = Inserisca la password per iniziare.
factor-set-up-button = Inizia
factor-new-codes = Ottieni nuovi codici di recupero
factor-new-codes-text = I codici che ha ora non varranno più.
factor-new-codes-button = Crea nuovi codici
factor-turn-off = Disattiva il secondo fattore
factor-turn-off-text = Poi la sola password basterà per accedere.
factor-turn-off-button = Disattiva

set-up-title = Configura un’app di autenticazione
set-up-demanded = Qui non si prosegue senza un secondo fattore. Richiede un minuto.
set-up-scan = Lo scansioni con l’app sul telefono. Va bene qualsiasi app per codici monouso.
set-up-qr = Codice QR con il segreto per la sua app
set-up-by-hand = Non può scansionarlo?
set-up-by-hand-text = Scriva questo segreto nell’app. Ne ricava codici di sei cifre in base all’ora.
set-up-open = Apri in un’app di questo dispositivo
set-up-code = Codice dell’app
set-up-code-hint = Sei cifre. Mostrano che l’app ha il segreto.
set-up-code-wrong = Questo codice non è di questo segreto. Controlli l’orologio del telefono e inserisca il codice mostrato ora.
set-up-button = Attiva
set-up-leave = Non ora

codes-title = I suoi codici di recupero
codes-on = Il secondo fattore è attivo.
codes-text = Se perde il telefono, ognuno di questi la fa accedere una volta al posto di un codice. Li stampi o li tenga con le sue password.
codes-once = Vengono mostrati solo questa volta.
codes-kept = Li ho conservati

sessions-heading = Dove ha effettuato l’accesso
sessions-this = Questo browser
sessions-unknown = Un browser
sessions-by-password = Accesso con password
sessions-by-code = Accesso con password e codice
sessions-elsewhere = Accesso effettuato altrove
sessions-end = Scollega
sessions-end-others = Scollega tutti gli altri
sessions-more = { $count ->
    [one] e ancora { $count }
   *[other] e ancora { $count }
}

notice-password = La password è cambiata e tutti gli altri browser sono scollegati.
notice-session = Quel browser è scollegato.
notice-sessions = Tutti gli altri browser sono scollegati.
notice-factor-off = Il secondo fattore è disattivato.
login-password-chosen = La password è impostata. Acceda con essa.

error-link-title = Questo link non vale più
error-link-what = Il link di un’e-mail vale una volta e solo per un po’. Questo è stato usato, è troppo vecchio o è stato sostituito da uno successivo.
error-link-now = Ne chieda un altro dove accede, o a chi l’ha invitata.

mail-reset-subject = La sua password in { $realm }
mail-reset-text =
    Qualcuno ha chiesto una nuova password per { $username } in { $realm }.

    Se era lei, apra questo link e ne scelga una:

    { $link }

    Il link vale una volta, fino a { $time }.

    Se non era lei, non faccia nulla: la password resta com’è.
mail-invitation-subject = Il suo account in { $realm }
mail-invitation-text =
    È stato invitato in { $realm }, dove accederà come { $username }.

    Apra questo link per scegliere la password:

    { $link }

    Il link vale una volta, fino a { $time }.

    Se non sa di che cosa si tratta, non faccia nulla.
