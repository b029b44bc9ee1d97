# The words of the demo's pages in English.

demo = Demo
demo-title = Scopegate demo
playground = Playground
skip-to-content = Skip to the content
skip-to-app = Skip to the app
language = Language
all-realms = All realms
scopes = Scopes
scopes-of = Scopes of { $realm }
connected-apps = Connected apps
metadata = Metadata
made-up = Everything here is made up: people, companies, records. The passwords protect nothing.

home-heading = Apps ask, people decide, the API keeps to it
home-what = Scopegate stands in front of a business API: an app gets exactly what the owner of the data allowed, and learns why the rest stays closed.
steps = The three steps
step-ask = Ask
step-ask-picture = An app with a list of what it asks for
step-ask-what = An app asks for the scopes it needs.
step-ask-now = Pick an app and what it asks for, then connect it.
step-decide = Decide
step-decide-picture = A person who switches one thing on and leaves another off
step-decide-what = The person who owns the data allows some of it and keeps the rest off.
step-decide-now = Sign in as one of the sample people and decide.
step-call = Call
step-call-picture = A gate that lets one call through and stops another
step-call-what = The calls that were allowed go through. Every other one is told why not.
step-call-now = Open a resource, make a call, and read the answer in its place.
begin-with = Begin with { $realm }
begin-text = { $app } asks for a company’s data. Sign in as { $person } with the password { $password }, keep something off, and see which calls are left.
play = Play { $realm }
other-realms = The other realms
count-scopes = { $count ->
    [one] 1 scope
   *[other] { $count } scopes
}
count-calls = { $count ->
    [one] 1 call
   *[other] { $count } calls
}
people = People to sign in as
username = Username
password = Password
place = Place
own-heading = Your own API
own-what = What you play with here is made from one file for each API. For yours:
own-catalog = Write a catalog: your scopes in plain words, and the calls each one opens.
own-serve = Run the server with it, on a database of your own.
own-apps = Add your organisations, people and apps.
own-gate = Put the decision in front of your API.
command = Command

app-side = The app’s side
decide-open = The person’s decision is open in this browser.
decide-go-on = Go on to it
held-title = { $app } holds a token
held-opens = It opens { $open } of { $total } calls.
held-see-which = See which
held-ended = It has ended: it opens nothing any more.
held-scopes = What it holds
held-withheld = Asked for and not given
because-asked = asked for
because-part = part of { $scope }
because-default = default, as nothing was asked for
because-every-grant = with every grant
because-before = allowed earlier
access-token = Access token
refresh = Refresh it
introspect = Introspect it
give-back = Give it back
start-anew = Start anew

ask = Ask for access
ask-again = Ask again
which-app = Which app
client-confidential = { $app } is of the kind { $kind }: a confidential client, which keeps a secret.
client-public = { $app } is of the kind { $kind }: a public client, which cannot keep a secret.
client-machine = { $app } is of the kind { $kind }: a machine that acts for itself, with nobody to ask.
ask-scopes = Scopes to ask for
ask-defaults = Ask for none, and the app’s defaults are meant.
ask-more = Further scopes, as text
ask-more-about = What the app may not have is withheld, and the answer says why.
ask-more-try = Try
organisation = Organisation
organisation-any = The person chooses
connect = Connect { $app }
get-token = Get a token

exchanges = Requests and answers
exchanges-none = Nothing was sent yet. What the app sends appears here, latest first.
request = Request
answer = Answer
answer-not-sent = This cannot be sent: { $error }.
as-curl = As curl
copy = Copy
copied = Copied
sent-machine = The machine asks for a token
sent-authorize = The app sends the person to the authorization endpoint
sent-authorize-answer = The person signs in and decides.
sent-code = The app redeems the code
sent-refresh = The app refreshes its token
sent-introspect = The API asks what the token means
sent-revoke = The app gives its access back
notice-place = The address names a part of this page that there is not, so here is all of it.
notice-form = What you sent is too long, or did not arrive whole, so nothing was sent on. Shorten it and send it again.
notice-pick-app = Pick one of the sample apps first.
notice-state = The answer does not belong to a question this browser asked (state). Start again.
notice-issuer = The answer names another issuer (RFC 9207). It was dropped.
notice-error = The answer is { $error }. { $said }
notice-empty = The answer holds neither a code nor an error.
notice-no-refresh = There is no refresh token to use.
notice-no-token = There is no token yet.
notice-refused = The server refused; its answer says why.
notice-revoked = The token was given back. It is still held here: see that it opens nothing.
notice-call-first = Get a token first; then the API can be called.
notice-path = A path begins with a slash.
notice-endpoint = That call is not in the catalog. Make it from the list.

api-side = The API’s side
api-opens = This token opens { $open } of { $total } calls.
named-header = Calls name the organisation in a header, which this page sends: { $header }
named-query = Calls name the organisation in the parameter { $parameter }, which stands in the paths here.
named-host = The API tells organisations apart by the host of a call. The sandbox is at no such host; this page, and the curl commands here, name it in the header Host: { $host }
api-closed = { $count ->
    [one] 1 call, closed without a token.
   *[other] { $count } calls, all closed without a token.
}
api-ended = { $count ->
    [one] The token has ended or expired: the one call there is stays closed.
   *[other] The token has ended or expired: it opens none of { $count } calls.
}
find-label = Find a call or a scope
find = Find
found = { $count ->
    [0] No call is like that.
    [one] 1 call is like that.
   *[other] { $count } calls are like that.
}
which-calls = Which calls
show-all = All
show-open = Open
show-closed = Closed
show-resources = Show all by resource
group-other = Other calls
group-open = { $open } of { $total } open
open = open
closed = closed
needs = Needs { $scope }
row-own = only records this app created itself
path = Path
body = JSON body
call-it = Call it
call-first = With a token it can be called here.
pages = Pages
previous = Previous
next = Next
page-of = Page { $open } of { $total }

why-never-requested = the app did not ask for it
why-refused = the person refused it
why-unknown = the catalog does not have it
why-not-registered = the app is not registered for it
why-withheld-unknown = withheld, the catalog does not have it
why-withheld-retired = withheld, it is retired
why-withheld-not-registered = withheld, the app is not registered for it
why-withheld-elevation = withheld, it needs an approval
why-withheld-right = withheld, the person’s role did not include it
why-reduced = the person took it off later
why-elevation-not-approved = the app has no approval for it
why-right-missing = the person’s role does not include it
why-retired = it is retired
