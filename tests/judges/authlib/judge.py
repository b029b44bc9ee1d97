"""Authlib judges the running demo: discovery, code flow with a struck scope, refresh,
introspection, revocation, client credentials.

usage: judge.py http://127.0.0.1:PORT [FILE]

With a FILE, the realms are those that it tells, and what is played there, in place of the demo's.
"""

import json
import sys
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

REDIRECT_URI = "http://127.0.0.1:50321/callback"

# realm: client, user, asked, struck, granted, an endpoint that opens, machine client, its scope
PLAYS = {
    "bexio": ("ledgerly", "anna", "note_edit kb_offer_show", "kb_offer_show",
              {"general", "note_show", "note_edit"}, "/2.0/note", "nightly-export", "contact_show"),
    "bokio": ("betalfix", "astrid", "items:read uploads:write", "uploads:write",
              {"items:read"}, None, "bokslutsrobot", "sie:read"),
    "freshbooks": ("tallyboard", "olivia", "user:profile:read user:reports:read", None,
                   {"user:profile:read", "user:reports:read"}, "/auth/api/v1/users/me",
                   "report-runner", "user:reports:read"),
    "stora": ("gatekeeper", "owen", "public.site:read public.staff:read", "public.staff:read",
              {"public.site:read"}, "/2025-09/sites", "door-sync", "public.unit:read"),
}

checks = 0


def check(what, truth):
    global checks
    assert truth, what
    checks += 1
    print("ok", what)


class Form(HTMLParser):
    """The first form of a page that signs in or decides, with its fields."""

    def __init__(self):
        super().__init__()
        self.forms, self.inside = [], None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.inside = {"action": attributes.get("action") or "", "method": attributes.get("method"), "inputs": [], "buttons": []}
            self.forms.append(self.inside)
        elif self.inside is not None and tag == "input":
            self.inside["inputs"].append(attributes)
        elif self.inside is not None and tag == "button":
            self.inside["buttons"].append(attributes)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None

    def to_fill_in(self):
        for form in self.forms:
            names = {field.get("name") for field in form["inputs"] + form["buttons"]}
            if form["method"] == "post" and names & {"password", "decision"}:
                return form
        raise AssertionError("no form to fill in")


def fields(form, user, strike):
    inputs = form["inputs"]
    struck = {i["name"] for i in inputs if i.get("type") == "radio" and i.get("value") == strike}
    filled = []
    for field in inputs:
        name, value, kind = field.get("name"), field.get("value") or "", field.get("type")
        if name in ("username", "password"):
            filled.append((name, user[name]))
        elif kind == "radio" and name in struck:
            if value == "":
                filled.append((name, value))
        elif kind in ("radio", "checkbox"):
            if "checked" in field and "disabled" not in field and value != strike:
                filled.append((name, value))
        else:
            filled.append((name, value))
    if any(button.get("name") == "decision" for button in form["buttons"]):
        filled.append(("decision", "allow"))
    return filled


def consent(url, user, strike):
    """A browser without scripts, from the authorization URL to the redirect URI."""
    browser = requests.Session()
    answer = browser.get(url, allow_redirects=False)
    for _ in range(12):
        # Behind a form a page leads to the app.
        onward = answer.headers.get("Refresh", "").removeprefix("0; url=")
        location = onward or answer.headers.get("Location")
        if location:
            target = urljoin(answer.url, location)
            if urlsplit(target).path == "/callback":
                return target
            answer = browser.get(target, allow_redirects=False)
            continue
        assert answer.status_code == 200, answer.text
        page = Form()
        page.feed(answer.text)
        form = page.to_fill_in()
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(answer.url))
        answer = browser.post(urljoin(answer.url, form["action"]), data=fields(form, user, strike),
                              headers={"Origin": origin}, allow_redirects=False)
    raise AssertionError("no end to the redirects")


def play(name, realm):
    client_id, username, asked, strike, granted, path, robot_id, robot_scope = PLAYS[name]
    sample = next(c for c in realm["clients"] if c["client_id"] == client_id)
    user = next(u for u in realm["users"] if u["username"] == username)
    found = requests.get(get_well_known_url(realm["issuer"], external=True)).json()
    metadata = AuthorizationServerMetadata(found)
    # Authlib insists on https for issuers; the demo is on loopback.
    for validate in ("validate_scopes_supported", "validate_response_types_supported",
                     "validate_grant_types_supported", "validate_token_endpoint_auth_methods_supported",
                     "validate_code_challenge_methods_supported"):
        getattr(metadata, validate)()
    check(f"{name}: metadata", found["issuer"] == realm["issuer"])

    session = OAuth2Session(client_id, sample["client_secret"], scope=asked, redirect_uri=REDIRECT_URI,
                            code_challenge_method="S256", token_endpoint=found["token_endpoint"])
    verifier = generate_token(48)
    organisation = user["organisations"][0]["id"]
    extra = {} if name == "freshbooks" else {"organisation": organisation}
    url, state = session.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier, **extra)
    callback = consent(url, user, strike)
    check(f"{name}: the issuer comes back", parse_qs(urlsplit(callback).query)["iss"] == [realm["issuer"]])
    token = session.fetch_token(found["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier)
    check(f"{name}: the code flow grants exactly what was decided", set(token["scope"].split()) == granted)

    if path:
        check(f"{name}: the token opens its endpoint", session.get(realm["api"] + path).status_code == 200)

    introspector = realm["introspector"]
    resource = OAuth2Session(introspector["client_id"], introspector["client_secret"])

    def introspect(value):
        return resource.introspect_token(found["introspection_endpoint"], token=value).json()

    check(f"{name}: introspection agrees", set(introspect(token["access_token"])["scope"].split()) == granted)

    # By itself Authlib asks for the first request's scope again, with what was struck.
    repeated = session.refresh_token(found["token_endpoint"], refresh_token=token["refresh_token"])
    check(f"{name}: a refresh that repeats what was asked gets what is left", set(repeated["scope"].split()) == granted)
    session.scope = token["scope"]
    old = session.token["refresh_token"]
    new = session.refresh_token(found["token_endpoint"], refresh_token=old)
    check(f"{name}: a refresh keeps the scope", set(new["scope"].split()) == granted)
    revoked = session.revoke_token(found["revocation_endpoint"], token=new["refresh_token"], token_type_hint="access_token")
    check(f"{name}: revocation answers 200 whatever the hint", revoked.status_code == 200)
    check(f"{name}: revocation ends the connection", introspect(new["access_token"]) == {"active": False})
    try:
        session.refresh_token(found["token_endpoint"], refresh_token=new["refresh_token"])
        check(f"{name}: a revoked refresh token is refused", False)
    except OAuthError as refused:
        check(f"{name}: a revoked refresh token is refused", refused.error == "invalid_grant")

    robot = next(c for c in realm["clients"] if c["client_id"] == robot_id)
    machine = OAuth2Session(robot_id, robot["client_secret"], scope=robot_scope)
    token = machine.fetch_token(found["token_endpoint"], grant_type="client_credentials")
    check(f"{name}: client credentials", set(robot_scope.split()) <= set(token["scope"].split()))
    check(f"{name}: a machine gets no refresh token", "refresh_token" not in token)


if len(sys.argv) > 2:
    with open(sys.argv[2], encoding="utf-8") as file:
        demo = json.load(file)
    PLAYS = {name: (*play[:4], set(play[4]), *play[5:]) for name, play in demo["plays"].items()}
    least = 9
else:
    demo = requests.get(sys.argv[1] + "/demo.json").json()
    least = 47
assert set(demo["realms"]) == set(PLAYS)
for name, realm in demo["realms"].items():
    play(name, realm)
assert checks >= least, checks
print(f"{checks} passed, 0 failed")
