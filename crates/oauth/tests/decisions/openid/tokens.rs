use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::TokenHash;
use oauth::openid::{IdToken, IdTokenExpected, LogoutToken};
use serde_json::{Value, json};

use super::{ISSUER, NOW, changed};

const EXPECTED: IdTokenExpected<'_> = IdTokenExpected {
    issuer: ISSUER,
    client_id: "me",
    nonce: "the nonce",
    algorithm: "RS256",
    kind: Some("JWT"),
    access_token: "the access token",
    max_age: None,
    now: NOW,
};

fn id_token() -> Value {
    json!({
        "iss": ISSUER,
        "aud": "me",
        "sub": "anna",
        "iat": NOW - 1,
        "exp": NOW + 300,
        "nonce": "the nonce",
    })
}

fn read(change: &Value, expected: &IdTokenExpected<'_>) -> Result<IdToken, String> {
    let read = IdToken::read(&changed(id_token(), change), expected);
    read.map_err(|refused| refused.to_string())
}

#[test]
fn an_id_token_says_who_signed_in_when_and_how() {
    let full = json!({
        "auth_time": NOW - 50,
        "amr": ["pwd", "otp", 7, "a b", "x".repeat(33)],
        "acr": "urn:mace:incommon:iap:silver",
        "sid": "s1",
        "azp": "me",
        "aud": ["me", "other"],
    });
    assert_eq!(
        read(&full, &EXPECTED),
        Ok(IdToken {
            subject: "anna".to_owned(),
            authenticated_at: Some(NOW - 50),
            made_at: NOW - 1,
            methods: vec!["pwd".to_owned(), "otp".to_owned()],
            class: Some("urn:mace:incommon:iap:silver".to_owned()),
            session: Some("s1".to_owned()),
        })
    );
    let many = json!({"amr": vec!["pwd"; 50], "acr": "a b"});
    let least = read(&many, &EXPECTED).unwrap();
    assert_eq!((least.methods.len(), least.class), (10, None));
    assert_eq!(least.authenticated_at, None);
    // A clock that is a little ahead makes nobody sign in in the future.
    let ahead = read(&json!({"auth_time": NOW + 30}), &EXPECTED).unwrap();
    assert_eq!(ahead.authenticated_at, Some(NOW));
}

#[test]
fn an_id_token_that_does_not_fit_is_refused() {
    for (change, told) in [
        (json!({"iss": null}), "it has no `iss`"),
        (json!({"iss": format!("{ISSUER}/")}), "it is by"),
        (json!({"iss": 7}), "`iss` is no text"),
        (json!({"aud": null}), "it has no `aud`"),
        (json!({"aud": "other"}), "for another client"),
        (json!({"aud": []}), "for another client"),
        (json!({"aud": ["other"]}), "for another client"),
        (json!({"aud": {"me": true}}), "`aud` is neither"),
        (json!({"aud": ["me", "other"]}), "does not say to which"),
        (json!({"aud": ["me", 7]}), "does not say to which"),
        (json!({"azp": "other"}), "issued to another client"),
        (json!({"azp": 7}), "issued to another client"),
        (json!({"sub": null}), "it has no `sub`"),
        (json!({"sub": ""}), "`sub` has to have"),
        (json!({"sub": "x".repeat(256)}), "`sub` has to have"),
        (json!({"sub": "a\u{0}b"}), "cannot be read"),
        (json!({"exp": null}), "it has no `exp`"),
        (json!({"exp": NOW - 60}), "it has expired"),
        (json!({"exp": "soon"}), "`exp` is no time"),
        (json!({"iat": null}), "it has no `iat`"),
        (json!({"iat": NOW + 61}), "made in the future"),
        (json!({"iat": NOW - 661}), "made long ago"),
        (json!({"iat": i64::MIN}), "made long ago"),
        (json!({"nbf": NOW + 61}), "does not count yet"),
        (json!({"nonce": null}), "it has no `nonce`"),
        (json!({"nonce": "another"}), "another attempt"),
        (json!({"nonce": ""}), "another attempt"),
        (json!({"at_hash": "AAAA"}), "belongs to another"),
        (json!({"at_hash": 7}), "`at_hash` is no text"),
        (json!({"auth_time": NOW + 61}), "signed in in the future"),
        (json!({"auth_time": "now"}), "`auth_time` is no time"),
        (json!({"sid": 7}), "`sid` is no text"),
        (json!({"sid": ""}), "`sid` has to have"),
    ] {
        let said = read(&change, &EXPECTED).unwrap_err();
        assert!(said.contains(told), "{change}: {said}");
    }
    for claims in [json!(null), json!([]), json!("text")] {
        assert!(IdToken::read(&claims, &EXPECTED).is_err());
    }
    for still in [
        json!({"exp": NOW - 59}),
        json!({"iat": NOW + 60}),
        json!({"iat": NOW - 660, "exp": NOW + 1}),
        json!({"nbf": NOW + 60}),
        json!({"exp": 1_800_000_000.5}),
        json!({"exp": f64::MAX}),
    ] {
        assert!(read(&still, &EXPECTED).is_ok(), "{still}");
    }
}

#[test]
fn a_token_of_another_kind_is_no_id_token() {
    for (kind, is_one) in [
        (None, true),
        (Some("JWT"), true),
        (Some("jwt"), true),
        (Some("at+jwt"), false),
        (Some("logout+jwt"), false),
        (Some(""), false),
    ] {
        let expected = IdTokenExpected { kind, ..EXPECTED };
        assert_eq!(read(&json!({}), &expected).is_ok(), is_one, "{kind:?}");
    }
}

/// Some write an encrypted session into it (PyPI idpyoidc): what is kept of it is bounded, and the same in both tokens.
#[test]
fn a_long_session_is_known_by_its_hash() {
    let kept = |sid: &str| {
        let told = read(&json!({ "sid": sid }), &EXPECTED).unwrap().session;
        let change = json!({ "sid": sid });
        let logout = LogoutToken::read(&changed(logout_token(), &change), None, ISSUER, "me", NOW);
        assert_eq!(logout.unwrap().session, told);
        told.unwrap()
    };
    assert_eq!(kept(&"s".repeat(255)), "s".repeat(255));
    let (one, other) = (kept(&"s".repeat(256)), kept(&"t".repeat(4_096)));
    assert!(one.len() < 100 && one.starts_with("SHA-256 ") && one != other);
    let refused = read(&json!({ "sid": "s".repeat(4_097) }), &EXPECTED);
    assert!(refused.unwrap_err().contains("`sid` has to have"));
}

#[test]
fn the_access_token_beside_it_is_the_one_it_came_with() {
    for (algorithm, hash) in [
        ("RS256", &SHA256),
        ("ES256", &SHA256),
        ("PS256", &SHA256),
        ("ES384", &SHA384),
        ("EdDSA", &SHA512),
    ] {
        let whole = digest(hash, EXPECTED.access_token.as_bytes());
        let whole = whole.as_ref();
        let half = URL_SAFE_NO_PAD.encode(&whole[..whole.len() / 2]);
        let expected = IdTokenExpected {
            algorithm,
            ..EXPECTED
        };
        assert!(
            read(&json!({"at_hash": half}), &expected).is_ok(),
            "{algorithm}"
        );
        let whole = URL_SAFE_NO_PAD.encode(whole);
        assert!(
            read(&json!({"at_hash": whole}), &expected).is_err(),
            "{algorithm}"
        );
        let another = IdTokenExpected {
            access_token: "another",
            ..expected
        };
        assert!(
            read(&json!({"at_hash": half}), &another).is_err(),
            "{algorithm}"
        );
    }
}

#[test]
fn who_was_to_sign_in_lately_has_to_have() {
    let expected = IdTokenExpected {
        max_age: Some(100),
        ..EXPECTED
    };
    for (change, told) in [
        (json!({}), Some("does not say when")),
        (json!({"auth_time": NOW - 161}), Some("longer ago")),
        (json!({"auth_time": NOW - 160}), None),
        (json!({"auth_time": NOW}), None),
    ] {
        let said = read(&change, &expected).err();
        assert_eq!(said.is_some(), told.is_some(), "{change}: {said:?}");
        assert!(said.unwrap_or_default().contains(told.unwrap_or_default()));
    }
}

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn logout_token() -> Value {
    json!({
        "iss": ISSUER,
        "aud": ["me"],
        "iat": NOW - 1,
        "exp": NOW + 120,
        "jti": "once",
        "events": {EVENT: {}},
        "sub": "anna",
        "sid": "s1",
    })
}

#[test]
fn a_logout_token_says_whose_session_ends() {
    let read = |change: Value, kind: Option<&str>| {
        LogoutToken::read(&changed(logout_token(), &change), kind, ISSUER, "me", NOW).unwrap()
    };
    let whole = read(json!({}), Some("logout+jwt"));
    assert_eq!(whole.subject.as_deref(), Some("anna"));
    assert_eq!(whole.session.as_deref(), Some("s1"));
    assert_eq!(whole.id, TokenHash::of(b"once"));
    // It is known again for as long as it counts.
    assert_eq!(whole.until, NOW + 120 + 61);
    let long = read(json!({"exp": NOW + 90_000}), None);
    assert_eq!(long.until, NOW - 1 + 600 + 61);
    assert_eq!(
        read(json!({"exp": null}), Some("JWT")).until,
        NOW - 1 + 600 + 61
    );
    assert_eq!(read(json!({"sub": null}), None).subject, None);
    assert_eq!(
        read(json!({"sid": null}), Some("application/logout+JWT")).session,
        None
    );
}

#[test]
fn a_logout_token_that_does_not_fit_is_refused() {
    for (change, told) in [
        (json!({"iss": "https://evil.example"}), "it is by"),
        (json!({"aud": "other"}), "for another client"),
        (json!({"iat": null}), "it has no `iat`"),
        (json!({"iat": NOW + 61}), "made in the future"),
        (json!({"iat": NOW - 661}), "made long ago"),
        (json!({"exp": NOW - 60}), "it has expired"),
        (json!({"jti": null}), "it has no `jti`"),
        (json!({"jti": ""}), "`jti` has to have"),
        (
            json!({"events": null}),
            "does not say that somebody signed out",
        ),
        (
            json!({"events": {}}),
            "does not say that somebody signed out",
        ),
        (
            json!({"events": [EVENT]}),
            "does not say that somebody signed out",
        ),
        (
            json!({"events": {EVENT: true}}),
            "does not say that somebody signed out",
        ),
        (json!({"nonce": "x"}), "a `nonce`"),
        (json!({"sub": null, "sid": null}), "neither a person"),
        (json!({"sub": ""}), "`sub` has to have"),
    ] {
        let claims = changed(logout_token(), &change);
        let said = LogoutToken::read(&claims, Some("logout+jwt"), ISSUER, "me", NOW);
        let said = said.unwrap_err().to_string();
        assert!(said.contains(told), "{change}: {said}");
    }
    for kind in ["at+jwt", "dpop+jwt", ""] {
        let said = LogoutToken::read(&logout_token(), Some(kind), ISSUER, "me", NOW);
        assert!(said.is_err(), "{kind}");
    }
    // An ID token signs nobody out.
    let mut id_token = id_token();
    id_token["jti"] = json!("x");
    assert!(LogoutToken::read(&id_token, None, ISSUER, "me", NOW).is_err());
}
