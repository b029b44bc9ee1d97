# Words of the pages, in English. Every key exists in every language with the same variables.

skip-to-content = Skip to content
your-account = Your account
sign-in = Sign in
sign-out = Sign out
language = Language
connected-apps = Connected apps

app-maker = by { $maker }
app-verified = Maker verified
app-unverified = Maker not verified
signed-in-as = Signed in as { $name }
not-you = Not you?
look-terms = Terms of use
look-privacy = Privacy
look-help = Help

home-title = Access for apps
home-text = Apps ask here whether they may work with people’s data, and people decide. Choose whose data it is about.
realm-heading = Access to { $realm } for apps
realm-text = Apps ask here whether they may work with your data. You decide what each may do, and can take it back at any time.
realm-account-text = The apps that have access to your data, what each may do, and how to take it back.
realm-scopes-text = Everything an app can ask for, in plain words, and the calls each scope opens.
realm-developers = For developers
realm-issuer = Issuer
realm-metadata = Metadata
realm-problems = Refusals
realm-sandbox = Sandbox
realm-sandbox-text = The API to try, with invented records. Ask for a token with this address as its resource.
errors-title = Problems and what to do
errors-text = A refused call of the API is answered with a problem, whose type leads here. One page for each says what happened, why, and what to do.
errors-happened = What happened
errors-why = Why
errors-now = What to do
errors-missing = Why a scope is missing
errors-english = The explanations are in English, like the answers of the API that lead here.

login-title = Sign in
login-heading = Sign in to { $realm }
login-going-on = You go on to { $app } afterwards, which wants to work with your data.
login-username = Username
login-password = Password
login-problem = You are not signed in yet
login-wrong = Username and password do not belong together. Check both and try again.
login-missing-username = Enter your username.
login-missing-password = Enter your password.
too-many = { $why } Try again in { $span } (at { $time }).
too-many-passwords = Too many wrong passwords were entered for this name, by you or by somebody else.
too-many-codes = Too many wrong codes were entered for this account, by you or by somebody who knows its password.
too-many-from-here = Too many wrong passwords or codes came from your internet connection. Others who use it count, too.
too-many-links = Too many links were asked for from your internet connection. Others who use it count, too.
too-many-forms = Too many forms were sent from your internet connection. Others who use it count, too.
login-busy = Many sign-ins are being checked right now. Try again in a moment.
login-demo-heading = Demo accounts
login-demo-text = This is a demo with invented people. Sign in as one of them.
login-demo-who = Who

provider-down-title = Signing in is not possible right now
provider-down-what = You sign in to { $realm } at { $host }, which we cannot reach at the moment.
provider-down-now = Nothing is lost. Try again in a minute.
provider-no-title = You are not signed in
provider-no-what = { $host } did not sign you in.
provider-no-now = Try again whenever you like.
provider-odd-title = You are not signed in
provider-odd-what = What { $host } told us about you cannot be used here.
provider-odd-now = Try again. If it stays so, ask whoever runs { $realm }: they find the reason in their log.
provider-stopped-title = You cannot sign in here
provider-stopped-what = { $host } knows you, but your account at { $realm } has been stopped.
provider-stopped-now = Ask whoever runs { $realm }, or sign in as somebody else.
provider-gone-title = This sign-in is over
provider-gone-what = It began more than ten minutes ago or in another browser, or it was used already.
provider-gone-now = Sign in once more.
provider-left-title = You are signed out
provider-left-what = You are signed out of { $realm } in this browser. Your session at { $host } goes on.
provider-left-now = On a computer that others use, sign out there as well.
provider-left-there = Sign out at { $host }

organisation-title = Choose an organisation
organisation-heading = Which organisation is { $app } for?
organisation-text = It will work with the data of the one you choose, and only with what you yourself may do there.

consent-title = Allow { $app }?
consent-heading = { $app } wants to work with your { $data }
consent-heading-at = { $app } wants to work with your { $data } at { $organisation }
consent-heading-acts = { $app } wants to work with your data: { $data }
consent-heading-acts-at = { $app } wants to work with your data at { $organisation }: { $data }
consent-heading-many = { $app } wants to work with { $number } kinds of your data
consent-heading-many-at = { $app } wants to work with { $number } kinds of your data at { $organisation }
list-two = { $first } and { $last }
list-more = { $first } and more
data-some = data
consent-returns-to = Afterwards you go to
consent-returns-local = This is on your own device.
consent-organisation = Organisation
consent-organisation-change = Choose another
consent-reach = Its access reaches
consent-reach-later = and any organisation you join later, everywhere as far as your own role goes.
consent-choose = What may it do?
consent-all-or-nothing = It asks for all of this together
consent-needed = Always needed
consent-needed-text = { $app } cannot work without this, so it comes with any access you allow.
consent-always = It always gets
consent-withheld = { $count ->
    [one] { $count } thing it asked for is not offered
   *[other] { $count } things it asked for are not offered
}
consent-lifetime-forever = This stays until you take it back.
consent-lifetime-unused = This stays until you take it back, and ends when the app has not used it for { $span }.
consent-lifetime-once = This ends by itself after { $span }.
consent-take-back = You can do that at any time under
consent-allow = Allow access
consent-deny = Don’t allow
worst = At worst it could: { $acts }.
worst-deletes = It could also delete data.
worst-more = { $count ->
    [one] It could also change { $count } further kind of data.
   *[other] It could also change { $count } further kinds of data.
}
worst-special = Moving money, or needing an approval, is also among: { $data }.
at-once = What may it do?
at-once-text = Each answer only fills in the page. Nothing is given before you allow it.
answer-look = Only look
answer-look-text = It sees what it asks to see, and changes nothing.
answer-everything = Everything it asks for
answer-everything-text = Changing and deleting included, as listed below.
answer-everything-without = All but this, which you would turn on yourself: { $acts }.
answer-choose = I choose
answer-choose-text = Begins with everything off.
answer-choose-text-needed = Begins with only what is always needed.
answer-now = Filled in now
group-rest = Others
group-part = { $group }, part { $part } of { $of }
group-count = { $count ->
    [one] { $count } kind of data
   *[other] { $count } kinds of data
}
group-on = { $count } on
group-turned = changed by you just now
group-worst = At worst: { $acts }
rows-on = On: { $on } of { $of } kinds of data
rows-turned = What you turned on or off just now counts.
find-label = Find data, a word or a scope
find-button = Show
find-only = Only what changes data
find-all = Show all
find-hidden = { $count ->
    [one] { $count } kind of data is not shown
   *[other] { $count } kinds of data are not shown
}
consent-problem-changed = What can be allowed has changed since you opened this page. Look through it once more.
consent-problem-person = You are signed in as { $name } now. Decide for yourself.
consent-problem-organisation = This is about { $organisation } now.
consent-problem-app = The app is called { $app } now, or its maker has another name.
consent-problem-renamed = The organisation is called { $organisation } now.
consent-problem-reach = The organisations that its access reaches are others now.
consent-problem-meaning = The provider has changed what some of this means.
consent-problem-scopes = Different now: { $data }.
consent-problem-incomplete = { $app } cannot work without this, which your answer left out: { $data }.
consent-problem-kept = What you chose is filled in again; what is different begins off.
nothing-title = Nothing to allow
nothing-heading = { $app } asks for nothing that you can allow
nothing-heading-at = { $app } asks for nothing that you can allow at { $organisation }
nothing-text = So it gets no access. Nothing was stored.
nothing-now-role = Ask whoever gives roles there, or connect the app for somebody whose role includes this.
nothing-now-app = Only the app’s makers can change that: tell them what stands above.
nothing-back = Go back to { $app }
lacking-heading = Not in your role
lacking-text = Your own role does not include this, so you cannot pass it on:
lacking-text-at = Your role at { $organisation } does not include this, so you cannot pass it on:

choice-none = No access
choice-none-about = { $app } gets nothing of this.
choice-includes = “{ $title }” includes: { $scopes }. It is not given without that.
choice-includes-own = “{ $title }” includes: { $scopes }.
read-on = Read on
choice-allow = Allow
mark-new = New since last time
mark-refused = You refused this before
mark-locked = Required
mark-money = Moves money
mark-deletes = Can delete
mark-deprecated = Being replaced
mark-retired = No longer in use

withheld-unknown = does not exist here.
withheld-retired = is no longer in use.
withheld-not-registered = was not registered for this app.
withheld-elevation-not-approved = needs an approval this app does not have.
withheld-right-missing = is not part of your own role.

account-empty = No app has access to your data.
account-empty-what-now = When you connect one, it appears here, and here you can remove it.
account-count = { $count ->
    [one] { $count } app has access to your data.
   *[other] { $count } apps have access to your data.
}
account-text = Removing one ends its access at once.
account-organisation = Organisation
account-everywhere = { $names }, and any you join later
account-since = Connected
account-last-used = Last used
account-places = { $count ->
    [one] Connected in { $count } place
   *[other] Connected in { $count } places
}
account-places-text = Each place is one installation of the app, or one browser. Ending one leaves the others connected.
account-place-end = End this one
account-places-more = and { $count } more that were used before
account-reduce = Take something off
account-reduce-text = { $app } keeps what you leave on. It can get back more only by asking you again.
account-reduce-button = Keep only this
account-remove = Remove { $app }
account-off = { $realm } has switched this app off. It has no access as long as that is so.
account-problem = Nothing was changed: what this page shows is different since you opened it. Look through it once more.
removal-title = Remove { $app }?
removal-text = Its access to your data ends at once.
removal-text-at = Its access to the data of { $organisation } ends at once.
removal-places = { $count ->
    [one] It is connected in { $count } place.
   *[other] It is connected in { $count } places, and all of them end.
}
removal-kept = What it has copied until now stays with its maker, { $maker }. To use it again, connect it again in the app.
removal-keep = Keep { $app }
account-history = Your latest decisions
account-history-empty = You have not decided anything yet.
history-allowed = You allowed { $app }.
history-allowed-at = You allowed { $app } at { $organisation }.
history-allowed-partly = You allowed { $app } a part of what it asked for.
history-allowed-partly-at = You allowed { $app } a part of what it asked for at { $organisation }.
history-refused = You refused { $app }.
history-refused-at = You refused { $app } at { $organisation }.
history-allowed-everywhere = You allowed { $app }, for every organisation you belong to.
history-reduced = You took something off { $app }: { $data }.
history-reduced-at = You took something off { $app } at { $organisation }: { $data }.
history-removed = You removed { $app }.
history-removed-at = You removed { $app } at { $organisation }.
history-ended = { $realm } ended the access of { $app }.
history-ended-at = { $realm } ended the access of { $app } at { $organisation }.
notice-removed = { $app } was removed and has no more access.
notice-ended = One connection of { $app } was ended.
notice-reduced = { $app } now has only what you left on.
notice-unchanged = Nothing was changed for { $app }.

scopes-title = Scopes
scopes-heading = Scopes of { $realm }
scopes-authorization = Authorization
scopes-token = Token
scopes-metadata = Metadata
scopes-api = API
scopes-version = Version
scopes-filter = Find a scope, a word or a path
scopes-filter-button = Find
scopes-filter-clear = Show all
scopes-count = { $count ->
    [one] { $count } scope
   *[other] { $count } scopes
}
scopes-none = Nothing fits. Try a shorter word, or show all.
scopes-endpoints = { $count ->
    [one] Opens { $count } call
   *[other] Opens { $count } calls
}
scopes-calls-count = { $count ->
    [one] { $count } call
   *[other] { $count } calls
}
scopes-no-endpoints = No call is known that this scope opens.
scopes-risk = Risk { $level } of 5: { $reason }
scopes-implies = Includes { $scopes }.
scopes-calls = All calls
scopes-call = Call
scopes-call-needs = Needs
scopes-contents = Resources
scopes-index = Contents
scopes-pages = Pages
scopes-page = Page { $page } of { $of }
scopes-page-before = Previous page
scopes-page-next = Next page
scopes-every-grant = On every grant; an app need not ask for it.
scopes-new-client = In the registration of every new app.
scopes-own-records = Opens only records the app made itself.
scopes-successor = Use { $scope } instead.
scopes-inferred = Not stated by the provider’s document; concluded from it.

error-for-developers = For the app’s developer
error-code = Code
error-description = Description
error-request-title = This app’s request cannot be answered
error-request-what = The app that sent you here asked in a way we cannot trust, so we did not send you back to it. Nothing was allowed.
error-request-now = Go back to the app and try again. If it happens again, show its makers the details below.
error-busy-title = We are busy
error-busy-what = Many people are looking at pages like this one right now.
error-busy-now = Try again in a few seconds.
error-many-title = Too many requests
error-many-what = More requests of apps came from your network address within a minute than people send. Nothing was allowed.
error-many-now = Wait a minute and try again.
onward-title = Back to the app
onward-text = Your browser goes back to the app now. If nothing happens, go on yourself.
onward-link = Go on to the app
onward-sign-in-title = On to signing in
onward-sign-in-text = Your browser goes to where you sign in now. If nothing happens, go on yourself.
onward-sign-in-link = Go on to sign in
error-cookies-title = We cannot recognise your browser
error-cookies-what = Your browser sent no cookie of ours. It blocks cookies, or this address was opened in another browser than the one it was made for. Nothing was allowed.
error-cookies-now = Allow cookies for this site, then begin again where you came from.
error-request-gone-title = This request has ended
error-request-gone-what = An app sent you here. What it asks is kept for half an hour, in the browser it came to. That time is over, or this is another browser. Nothing was allowed.
error-request-gone-now = Go back to the app and begin again there.
error-answered-title = You have answered this already
error-answered-what = You have answered what { $app } asked here, and { $app } was told. An answer counts once, so nothing more was done.
error-answered-now = Go on in { $app }. To decide differently, begin again there, or change what it may do under connected apps.
error-not-found-title = There is nothing here
error-not-found-what = The address does not exist. It may have been mistyped, or what it named is gone.
error-not-found-now = Check the address, or go back to where you came from.
error-origin-title = This form did not come from here
error-origin-what = Your browser sent this form from another site, or did not say from where. To protect you, we did nothing with it.
error-origin-now = Open the page again and send the form from there.
error-unavailable-title = We cannot do this right now
error-unavailable-what = What we have stored cannot be reached or changed right now. If you were changing something, it may have been done or not.
error-unavailable-now = Try again in a minute.
error-rights-title = { $realm } does not answer right now
error-rights-what = What you may do is known by a system of { $realm }, and that does not answer at the moment. Nothing was allowed, and nothing of yours was taken away.
error-rights-now = Try again in a moment: what was asked still waits.
error-server-title = Something broke on our side
error-server-what = It is not your fault, and nothing was allowed.
error-server-now = Try again. If it happens again, tell the provider when it happened.
error-no-organisation-title = You have no organisation here
error-no-organisation-what = { $app } wants to work with an organisation’s data, and { $name } does not belong to one in { $realm }.
error-no-organisation-now = Ask whoever runs your organisation’s account to add you, or sign in as somebody else.
error-app-off-title = This app is switched off
error-app-off-what = { $realm } has switched it off, so it has no access here at present. Nothing was allowed.
error-app-off-now = Ask the app’s makers, or { $realm }, when it comes back.
error-again = Try again
error-open-again = Open the page again
error-home = Go to the start page
error-form-title = This form cannot be read
error-form-what = Something is missing from it, or it is too large. Nothing was changed.
error-form-now = Go back, load the page again and send it once more.

time-now = just now
time-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-months = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
