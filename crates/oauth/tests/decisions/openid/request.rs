use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oauth::openid::{
    Asked, ClientAuthentication, Returned, TokenAnswer, TokenRequest, authorization_url,
    end_session_url, token_request,
};
use oauth::token::AssertionKey;
use oauth::{Parameters, Secret};
use serde_json::{Value, json};

use super::{ISSUER, NOW, attempt, metadata, now};

const BACK: &str = "https://auth.example/bexio/sign-in/callback";

fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.into_owned().collect()
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let mut found = pairs.iter().filter(|(own, _)| own == name);
    let value = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{name} stands twice");
    value
}

#[test]
fn a_browser_is_sent_with_everything_that_its_answer_is_held_to() {
    let attempt = attempt((Some(0), true));
    let scopes = ["openid", "email"].map(str::to_owned);
    let languages = ["de-CH", "en"].map(str::to_owned);
    let classes = ["mfa", "pwd"].map(str::to_owned);
    let asked = Asked {
        acr_values: &classes,
        languages: &languages,
        login_hint: Some("anna & co"),
    };
    let url = authorization_url(&metadata(&json!({})), "me", BACK, &scopes, &attempt, asked);
    assert!(
        url.as_str()
            .starts_with("https://login.example/authorize?tenant=1&")
    );
    let query = pairs(url.query().unwrap());
    for (name, expected) in [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", "me"),
        ("redirect_uri", BACK),
        ("scope", "openid email"),
        ("state", attempt.state()),
        ("nonce", &attempt.nonce()),
        ("code_challenge", &attempt.code_challenge()),
        ("code_challenge_method", "S256"),
        ("max_age", "0"),
        ("prompt", "login"),
        ("acr_values", "mfa pwd"),
        ("ui_locales", "de-CH en"),
        ("login_hint", "anna & co"),
    ] {
        assert_eq!(value(&query, name), Some(expected), "{name}");
    }
    let plain = super::attempt((None, false));
    let url = authorization_url(
        &metadata(&json!({})),
        "me",
        BACK,
        &scopes,
        &plain,
        Asked::default(),
    );
    let query = pairs(url.query().unwrap());
    assert_eq!(value(&query, "max_age"), Some("2592000"));
    for absent in ["prompt", "acr_values", "ui_locales", "login_hint"] {
        assert_eq!(value(&query, absent), None);
    }
}

#[test]
fn an_answer_counts_only_as_the_providers_own() {
    let read = |query: &str, change: Value| {
        let parameters = Parameters::parse(query.as_bytes()).unwrap();
        Returned::read(&parameters, &metadata(&change))
    };
    let named = format!("iss={}", ISSUER.replace(':', "%3A").replace('/', "%2F"));
    let unnamed = json!({"authorization_response_iss_parameter_supported": null});
    let code = || Ok(Returned::Code(Secret::presented("c")));
    assert_eq!(read(&format!("code=c&{named}"), json!({})), code());
    assert_eq!(read("code=c", unnamed.clone()), code());
    let denied = Ok(Returned::Error("access_denied".to_owned()));
    assert_eq!(
        read(&format!("error=access_denied&code=c&{named}"), json!({})),
        denied
    );
    for (query, change, told) in [
        ("code=c", json!({}), "does not say whose it is"),
        (
            "code=c&iss=https%3A%2F%2Fevil.example",
            json!({}),
            "is by \"https://evil.example\"",
        ),
        (
            "code=c&iss=https%3A%2F%2Fevil.example",
            unnamed.clone(),
            "is by",
        ),
        ("error=access_denied", json!({}), "does not say whose it is"),
        ("state=x", unnamed, "neither a `code` nor an `error`"),
    ] {
        let said = read(query, change).unwrap_err().to_string();
        assert!(said.contains(told), "{query}: {said}");
    }
}

fn request(authentication: &ClientAuthentication, change: &Value) -> TokenRequest {
    let attempt = attempt((None, false));
    let code = Secret::presented("the code");
    let metadata = metadata(change);
    token_request(
        &metadata,
        "me:1",
        authentication,
        BACK,
        &code,
        &attempt,
        (now(), [1; 10]),
    )
}

#[test]
fn by_a_secret_a_code_is_redeemed_as_the_provider_takes_it() {
    let secret = ClientAuthentication::Secret(Secret::presented("s3 cret%"));
    for methods in [
        json!(null),
        json!(["client_secret_basic", "client_secret_post"]),
        json!(["private_key_jwt"]),
    ] {
        let change = json!({"token_endpoint_auth_methods_supported": methods});
        let asked = request(&secret, &change);
        let header = asked.authorization.unwrap();
        let header = header.expose().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(header).unwrap(), b"me%3A1:s3+cret%25");
        let form = pairs(asked.form.expose());
        let verifier = attempt((None, false)).code_verifier();
        for (name, expected) in [
            ("grant_type", Some("authorization_code")),
            ("code", Some("the code")),
            ("redirect_uri", Some(BACK)),
            ("code_verifier", Some(verifier.expose())),
            ("client_secret", None),
            ("client_id", None),
        ] {
            assert_eq!(value(&form, name), expected, "{name}");
        }
    }
    let change = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
    let asked = request(&secret, &change);
    assert!(asked.authorization.is_none());
    let form = pairs(asked.form.expose());
    assert_eq!(value(&form, "client_id"), Some("me:1"));
    assert_eq!(value(&form, "client_secret"), Some("s3 cret%"));
}

#[test]
fn by_a_key_this_server_signs_who_it_is_for_this_provider() {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = AssertionKey::from_pkcs8(der.as_ref()).unwrap();
    let asked = request(&ClientAuthentication::Key(key.clone()), &json!({}));
    assert!(asked.authorization.is_none());
    let form = pairs(asked.form.expose());
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(value(&form, "client_assertion_type"), Some(kind));
    assert_eq!(value(&form, "client_id"), Some("me:1"));
    let assertion = value(&form, "client_assertion").unwrap();
    let jwk = key.public_jwk();
    let decoding = jsonwebtoken::DecodingKey::from_ec_components(
        jwk["x"].as_str().unwrap(),
        jwk["y"].as_str().unwrap(),
    )
    .unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[ISSUER]);
    let read = jsonwebtoken::decode::<Value>(assertion, &decoding, &validation).unwrap();
    assert_eq!(read.header.kid.as_deref(), jwk["kid"].as_str());
    for (name, expected) in [
        ("iss", json!("me:1")),
        ("sub", json!("me:1")),
        ("aud", json!(ISSUER)),
        ("iat", json!(NOW)),
        ("exp", json!(NOW + 60)),
    ] {
        assert_eq!(read.claims[name], expected, "{name}");
    }
    assert!(read.claims["jti"].is_string());
    assert!(jwk.get("d").is_none());
    assert!(AssertionKey::from_pkcs8(b"no key").is_none());
    let shown = format!("{key:?}");
    assert!(!shown.contains(&URL_SAFE_NO_PAD.encode(der.as_ref())[30..60]));
}

#[test]
fn a_token_answer_needs_an_id_token() {
    let answer = json!({"access_token": "a", "token_type": "bearer", "id_token": "i"});
    let read = TokenAnswer::read(answer.to_string().as_bytes()).unwrap();
    assert_eq!(read.id_token.expose(), "i");
    for (change, told) in [
        (json!({"id_token": null}), "`openid` among the `scopes`"),
        (json!({"token_type": "DPoP"}), "not Bearer"),
        (json!({"access_token": null}), "not understood"),
    ] {
        let wrong = super::changed(answer.clone(), &change).to_string();
        let said = TokenAnswer::read(wrong.as_bytes()).unwrap_err().to_string();
        assert!(said.contains(told), "{said}");
    }
    let error = |text: &str| TokenAnswer::error(text.as_bytes());
    assert_eq!(
        error(r#"{"error":"invalid_grant"}"#).as_deref(),
        Some("invalid_grant")
    );
    assert_eq!(error("<html>"), None);
}

#[test]
fn a_session_at_the_provider_ends_where_it_says() {
    let ends = end_session_url(&metadata(&json!({})), "me");
    assert_eq!(
        ends.unwrap().as_str(),
        "https://login.example/end?client_id=me"
    );
    let none = metadata(&json!({"end_session_endpoint": null}));
    assert_eq!(end_session_url(&none, "me"), None);
}
