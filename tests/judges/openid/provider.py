"""An OpenID provider as others run one, and a strict one: PyPI idpyoidc, at the port that is named first, for the realm
whose issuer is named second. It demands PKCE by S256, holds redirect URI, verifier and code to what they have to be (not
the nonce, which it only gives back), and takes the client's word on itself by the key in the file that is named third, once. UserInfo is signed. Whoever
signs in is who they say."""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from idpyoidc.message.oidc import AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.user_authn.user import UserAuthnMethod, create_signed_jwt

PORT, REALM = int(sys.argv[1]), sys.argv[2]
ISSUER = f"http://127.0.0.1:{PORT}"
GRACE = {
    "sub": "grace",
    "name": "Grace Muster",
    "email": "grace@firma.example",
    "email_verified": True,
    "organisations": [{"id": 17, "name": "Muster AG", "roles": ["administrator"]}],
}


class Anybody(UserAuthnMethod):
    """The page to sign in at."""

    url_endpoint = "verify"

    def __call__(self, **kwargs):
        token = create_signed_jwt(ISSUER, self.upstream_get("attribute", "keyjar"), **kwargs)
        return (
            '<!doctype html><title>Sign in</title><form method="post" action="/verify">'
            f'<input type="hidden" name="token" value="{token}"><input name="sub"><button>Authorize</button></form>'
        )

    def verify(self, username, **kwargs):
        return username


def endpoint(path, name, **kwargs):
    return {"path": path, "class": f"idpyoidc.server.oidc.{name}", "kwargs": kwargs}


key_defs = [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}]
secret_defs = [{"type": "OCT", "use": [use], "kid": use} for use in ("enc", "sig")]
conf = OPConfiguration(
    {
        "issuer": ISSUER,
        "httpc_params": {"verify": True, "timeout": 5},
        "key_conf": {"key_defs": key_defs, "uri_path": "jwks.json"},
        "cookie_handler": {
            "class": "idpyoidc.server.cookie_handler.CookieHandler",
            "kwargs": {"keys": {"key_defs": secret_defs}, "name": {"session": "op", "register": "rp", "session_management": "sm"}},
        },
        "token_handler_args": {
            "key_conf": {"key_defs": secret_defs},
            "code": {"kwargs": {"lifetime": 60}},
            "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 60}},
            "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
        },
        "session_params": {"encrypter": {"kwargs": {"keys": {"key_defs": secret_defs}}}},
        "preference": {
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "profile", "email", "organisations"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "userinfo_signing_alg_values_supported": ["RS256", "ES256"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
        },
        "endpoint": {
            "provider_config": endpoint(".well-known/openid-configuration", "provider_config.ProviderConfiguration", client_authn_method=None),
            "authorization": endpoint("authorization", "authorization.Authorization", client_authn_method=None, response_types_supported=["code"]),
            "token": endpoint("token", "token.Token", client_authn_method=["private_key_jwt"]),
            "userinfo": endpoint("userinfo", "userinfo.UserInfo", client_authn_method=["bearer_header"]),
        },
        "add_ons": {
            "pkce": {"function": "idpyoidc.server.oauth2.add_on.pkce.add_support", "kwargs": {"essential": True, "code_challenge_methods": {"S256": {}}}},
        },
        "scopes_to_claims": {
            "openid": ["sub"],
            "profile": ["name"],
            "email": ["email", "email_verified"],
            "organisations": ["organisations"],
        },
        "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": {"grace": GRACE}}},
        "authentication": {"user": {"acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "class": Anybody, "kwargs": {}}},
    }
)
server = Server(conf, cwd=".")
context = server.context
client = {
    "client_id": "scopegate",
    "redirect_uris": [(f"{REALM}/sign-in/callback", {})],
    "response_types_supported": ["code"],
    "allowed_scopes": ["openid", "profile", "email", "organisations"],
    "userinfo_signed_response_alg": "ES256",
    "id_token_signed_response_alg": "RS256",
    "add_claims": {"always": {}, "by_scope": {}},
}
client["token_endpoint_client_authn_method"] = ["private_key_jwt"]
server.keyjar.import_jwks(json.load(open(sys.argv[3])), "scopegate")
# The issuer as the audience of a client's assertion, as RFC 7523bis has it; of itself it takes only the endpoint's URL.
server.get_endpoint("token").allowed_targets = [""]
context.cdb["scopegate"] = client


class Door(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.answer({name: values[0] for name, values in parse_qs(body).items()})

    def answer(self, form):
        url = urlsplit(self.path)
        name = {
            "/.well-known/openid-configuration": "provider_config",
            "/authorization": "authorization",
            "/token": "token",
            "/userinfo": "userinfo",
        }.get(url.path)
        if url.path == "/jwks.json":
            keys = server.keyjar.export_jwks_as_json("")
            return self.send(200, [("Content-Type", "application/json")], keys)
        if url.path == "/verify":
            return self.verify(form)
        if name is None:
            return self.send(404, [], "")
        asked = server.get_endpoint(name)
        request = form or {name: values[0] for name, values in parse_qs(url.query).items()}
        http_info = {"headers": {name.lower(): value for name, value in self.headers.items()}, "method": self.command, "url": self.path}
        try:
            parsed = asked.parse_request(request, http_info=http_info)
            if isinstance(parsed, asked.error_cls) and "error" in parsed:
                return self.refuse(parsed.to_dict())
            args = asked.process_request(parsed, http_info=http_info)
            self.done(asked, args, parsed)
        except Exception as why:
            self.refuse({"error": "invalid_client" if name == "token" else "invalid_request", "error_description": repr(why)})

    def verify(self, form):
        asked = server.get_endpoint("authorization")
        method = context.authn_broker["user"]["method"]
        token = method.unpack_token(form["token"])
        request = AuthorizationRequest().from_urlencoded(token["query"])
        acr = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        session = asked.create_session(request, form["sub"], acr, int(time.time()), method)
        self.done(asked, asked.authz_part2(request=request, session_id=session), request)

    def done(self, asked, args, request):
        if "http_response" in args:
            return self.send(200, [("Content-Type", "text/html")], args["http_response"])
        if "error" in args:
            return self.refuse({name: str(args[name]) for name in ("error", "error_description") if name in args})
        said = asked.do_response(request=request, **args)
        if asked.name == "authorization":
            return self.send(303, [("Location", said["response"])], "")
        self.send(200, said["http_headers"], said["response"])

    def refuse(self, error):
        print("refused", self.path, error, flush=True)
        self.send(400, [("Content-Type", "application/json")], json.dumps(error))

    def send(self, status, headers, body):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Door).serve_forever()
