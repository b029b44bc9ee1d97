//! Signing in at a provider of OpenID Connect: every refusal there is.

mod attempt;
mod claims;
mod provider;
mod request;
mod tokens;

use oauth::Secret;
use oauth::openid::{Attempt, ProviderMetadata};
use serde_json::{Value, json};

const ISSUER: &str = "https://login.example/realms/one";
const NOW: i64 = 1_800_000_000;

fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example/authorize?tenant=1",
        "token_endpoint": "https://login.example/token",
        "jwks_uri": "https://login.example/keys",
        "userinfo_endpoint": "https://login.example/me",
        "end_session_endpoint": "https://login.example/end",
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
    })
}

fn metadata(change: &Value) -> ProviderMetadata {
    let document = changed(document(), change).to_string();
    ProviderMetadata::read(document.as_bytes(), ISSUER).unwrap()
}

/// Members that are `null` go.
fn changed(mut whole: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            whole.as_object_mut().unwrap().remove(name);
        } else {
            whole[name] = value.clone();
        }
    }
    whole
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW).unwrap()
}

fn browser(number: u8) -> Secret {
    oauth::secret::generate(oauth::SecretKind::Browser, [number; 32])
}

fn attempt(asked: (Option<i64>, bool)) -> Attempt {
    Attempt::begin(
        "bexio",
        &browser(1),
        "/bexio/account",
        asked,
        now(),
        [7; 16],
    )
}
