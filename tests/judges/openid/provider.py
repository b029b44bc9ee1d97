"""An OpenID provider as others run one: PyPI oidc-provider-mock, made of Authlib and Flask, at the port that
is named."""

import sys

import oidc_provider_mock
from oidc_provider_mock import _storage

GRACE = _storage.User(
    sub="grace",
    claims={
        "name": "Grace Muster",
        "email": "grace@firma.example",
        "organisations": [{"id": 17, "name": "Muster AG", "roles": ["administrator"]}],
    },
)

app = oidc_provider_mock.app(require_nonce=True, user_claims=[GRACE])
app.debug = False
app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
