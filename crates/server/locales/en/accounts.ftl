# What people do with their own accounts.

security-title = Signing in
security-who = { $name } signs in as { $username }.
form-problem = That did not work yet
back-to-sign-in = Back to signing in

forgotten-title = Forgot your password?
forgotten-text = Tell us what you sign in with. We send a link by which you can choose a new password.
forgotten-button = Send the link
forgotten-taken = If there is an account of that name and we know its email address, a mail is on its way. Its link works once, for 30 minutes.
forgotten-nothing-came = Nothing came after a few minutes? Look into the folder for spam, and check how the name is spelled. If that does not help, ask whoever runs your organisation’s account.

reset-title = Choose a new password
reset-text = It is for the account of { $username }.
invitation-title = Welcome to { $realm }
invitation-text = You were invited to { $realm } and will sign in as { $username }. Tell us your name, and choose a password.
invitation-name = Your name
invitation-name-missing = Enter your name.
invitation-name-wrong = A name is one line of at most 200 characters.
invitation-button = Create my account

password-new = New password
password-again = The same again
password-old = Current password
password-rule = At least 12 characters. Several words that do not belong together are good.
password-missing = Enter a new password.
password-short = A password has at least 12 characters. Several words that do not belong together are good.
password-expected = This is one of the first passwords that others would try: common words, your name or address, years, rows like 1234. Take several words that do not belong together.
password-long = A password has at most 4,000 bytes.
password-blank = A password is more than blanks.
password-control = A password is one line, without control characters.
password-differs = The two are not the same. Type the new password twice.
password-wrong = That is not your password. Check it and try again.
password-change = Change the password
password-change-text = All other browsers are signed out. Apps that you connected stay connected.
password-change-button = Save the new password

code-title = Enter your code
code-text = The password of { $username } is right. Now the code from your authenticator app.
code-label = Code
code-hint = Six digits from the app, or one of your recovery codes.
code-missing = Enter a code.
code-wrong = That code does not count. Each code works once: wait for the next one, or use a recovery code.
code-used = This code was used already, and each works once. Wait for the next one, or use another recovery code.
code-somebody-else = Sign in as somebody else

factor-heading = Second factor
factor-text = With an authenticator app on your phone, signing in takes a code as well as the password. A stolen password is then not enough.
factor-not-yet = It cannot be set up just now: an upgrade of this server is not finished. Try again later.
factor-is-on = On
factor-codes-left = { $count ->
    [one] { $count } recovery code is left.
   *[other] { $count } recovery codes are left.
}
factor-set-up = Set up an authenticator app
factor-set-up-text = Enter your password to begin.
factor-set-up-button = Begin
factor-new-codes = Get new recovery codes
factor-new-codes-text = The codes you have now stop working.
factor-new-codes-button = Make new codes
factor-turn-off = Turn the second factor off
factor-turn-off-text = After that, your password alone is enough to sign in.
factor-turn-off-button = Turn it off

set-up-title = Set up an authenticator app
set-up-demanded = You cannot go on without a second factor here. It takes a minute.
set-up-scan = Scan this with the app on your phone. Any app for one-time codes will do.
set-up-qr = QR code with the secret for your app
set-up-by-hand = You cannot scan it?
set-up-by-hand-text = Type this secret into the app. It makes a code by time, of six digits.
set-up-open = Open it in an app on this device
set-up-code = Code from the app
set-up-code-hint = Six digits. They show that the app has the secret.
set-up-code-wrong = That code is not of this secret. Check that your phone’s clock is right, and enter the code that is shown now.
set-up-button = Turn it on
set-up-leave = Not now

codes-title = Your recovery codes
codes-on = The second factor is on.
codes-text = If you lose your phone, each of these signs you in once in place of a code. Print them, or keep them where you keep passwords.
codes-once = They are shown this once.
codes-kept = I have kept them

sessions-heading = Where you are signed in
sessions-this = This browser
sessions-unknown = A browser
sessions-by-password = Signed in with a password
sessions-by-code = Signed in with password and code
sessions-elsewhere = Signed in elsewhere
sessions-end = Sign out there
sessions-end-others = Sign out everywhere else
sessions-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}

notice-password = Your password is changed, and all other browsers are signed out.
notice-session = That browser is signed out.
notice-sessions = All other browsers are signed out.
notice-factor-off = The second factor is off.
login-password-chosen = Your password is set. Sign in with it.

error-link-title = This link does not work any more
error-link-what = A link from a mail works once, and only for a while. This one was used, is too old, or was replaced by a later one.
error-link-now = Ask for another one where you sign in, or ask whoever invited you.

mail-reset-subject = Your password at { $realm }
mail-reset-text =
    Somebody asked for a new password for { $username } at { $realm }.

    If that was you, open this link and choose one:

    { $link }

    The link works once, until { $time }.

    If it was not you, do nothing: your password stays as it is.
mail-invitation-subject = Your account at { $realm }
mail-invitation-text =
    You were invited to { $realm }, where you will sign in as { $username }.

    Open this link to choose your password:

    { $link }

    The link works once, until { $time }.

    If you do not know what this is about, do nothing.
