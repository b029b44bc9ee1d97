use oauth::openid::ProviderMetadata;
use serde_json::{Value, json};

use super::{ISSUER, changed, document, metadata};

#[test]
fn a_document_is_where_the_issuer_says() {
    for (issuer, address) in [
        (
            "https://login.example",
            "https://login.example/.well-known/openid-configuration",
        ),
        (
            "https://login.example/one/",
            "https://login.example/one/.well-known/openid-configuration",
        ),
    ] {
        assert_eq!(ProviderMetadata::address(issuer), address);
    }
}

#[test]
fn what_is_not_said_is_as_the_standard_has_it() {
    let plain = metadata(&json!({
        "id_token_signing_alg_values_supported": null,
        "token_endpoint_auth_methods_supported": null,
        "code_challenge_methods_supported": null,
        "authorization_response_iss_parameter_supported": null,
        "userinfo_endpoint": null,
        "end_session_endpoint": null,
    }));
    assert_eq!(plain.signing, ["RS256"]);
    assert_eq!(plain.client_authentication, ["client_secret_basic"]);
    assert!(!plain.names_itself);
    assert_eq!(plain.userinfo_endpoint, None);
    assert_eq!(plain.end_session_endpoint, None);
    let here = metadata(&json!({
        "token_endpoint": "http://localhost:3000/token",
        "jwks_uri": "http://[::1]:3000/keys",
        "userinfo_endpoint": "http://127.0.0.1/me",
    }));
    assert_eq!(here.token_endpoint.as_str(), "http://localhost:3000/token");
}

#[test]
fn what_is_anothers_or_cannot_be_used_is_refused_with_what_is_wrong() {
    let refused = |change: Value| {
        let document = changed(document(), &change).to_string();
        let refused = ProviderMetadata::read(document.as_bytes(), ISSUER);
        refused.unwrap_err().to_string()
    };
    for (change, told) in [
        (json!({"issuer": format!("{ISSUER}/")}), "calls it"),
        (
            json!({"issuer": "https://LOGIN.example/realms/one"}),
            "calls it",
        ),
        (json!({"issuer": null}), "missing field `issuer`"),
        (json!({"issuer": 7}), "not understood"),
        (
            json!({"token_endpoint": null}),
            "missing field `token_endpoint`",
        ),
        (
            json!({"jwks_uri": "/keys"}),
            "jwks_uri \"/keys\" is not used: it is no absolute URL",
        ),
        (
            json!({"token_endpoint": "http://login.example/token"}),
            "neither https",
        ),
        (
            json!({"token_endpoint": "http://10.0.0.1/token"}),
            "neither https",
        ),
        (
            json!({"token_endpoint": "http://localhost.example/token"}),
            "neither https",
        ),
        (
            json!({"authorization_endpoint": "javascript:alert(1)"}),
            "neither https",
        ),
        (
            json!({"userinfo_endpoint": "https://me:secret@login.example/"}),
            "names a user",
        ),
        (
            json!({"end_session_endpoint": "https://login.example/#x"}),
            "a fragment",
        ),
        (
            json!({"code_challenge_methods_supported": ["plain"]}),
            "no PKCE",
        ),
        (json!({"code_challenge_methods_supported": []}), "no PKCE"),
    ] {
        let said = refused(change.clone());
        assert!(said.contains(told), "{change}: {said}");
        assert!(said.len() < 1_000);
    }
    let said = refused(json!({"issuer": "x".repeat(9_000)}));
    assert!(said.len() < 1_000, "{}", said.len());
    for text in ["", "null", "[]", "<html>", "{\"issuer\":\"\u{0}"] {
        assert!(ProviderMetadata::read(text.as_bytes(), ISSUER).is_err());
    }
}
