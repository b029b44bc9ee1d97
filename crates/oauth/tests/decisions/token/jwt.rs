//! The JWT form (RFC 9068), and every way to forge it.

use super::{ISSUER, claims, forged, forged_by, header_of, keys, payload_of, record};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth::model::{KeyPurpose, TokenFormat};
use oauth::token::{AccessTokenClaims, IDENTITY_TTL, RealmKeys, SubjectKind, TokenClient};
use scope::Scope;
use serde_json::{Value, json};

#[test]
fn the_jwt_is_what_rfc_9068_asks_for() {
    let token = keys().sign_jwt(ISSUER, &claims());
    assert_eq!(
        header_of(token.expose()),
        json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" })
    );
    assert_eq!(
        payload_of(token.expose()),
        json!({
            "iss": ISSUER,
            "aud": "https://as.example/any/api",
            "sub": "00000000-0000-0000-0000-000000000002",
            "client_id": "ledgerly",
            "iat": 1_700_000_000,
            "exp": 1_700_003_600,
            "jti": "00000000-0000-0000-0000-000000000009",
            "scope": "general contact_show contact_edit",
            "organisation": "00000000-0000-0000-0000-000000000003",
            "grant": "00000000-0000-0000-0000-000000000001",
            "family": "00000000-0000-0000-0000-000000000004",
            "client_uuid": "00000000-0000-0000-0000-000000000008",
            "subject_kind": "person",
            "position": 5,
            "auth_time": 1_699_999_950,
            "acr": "mfa",
        })
    );
    assert_eq!(keys().verify_jwt(ISSUER, token.expose()), Some(claims()));
}

#[test]
fn a_clients_own_token_has_the_client_as_subject() {
    let own = AccessTokenClaims {
        subject_kind: SubjectKind::Machine,
        grant: None,
        user: None,
        organisation: None,
        ..claims()
    };
    let token = keys().sign_jwt(ISSUER, &own);
    assert_eq!(payload_of(token.expose())["sub"], "ledgerly");
    assert!(payload_of(token.expose()).get("grant").is_none());
    assert_eq!(keys().verify_jwt(ISSUER, token.expose()), Some(own));
}

/// Even with every claim of an access token: what tells them apart is the type (RFC 8725 section 3.11).
#[test]
fn what_says_who_calls_is_no_access_token() {
    let token = keys().sign_jwt(ISSUER, &claims());
    let Value::Object(said) = payload_of(token.expose()) else {
        panic!();
    };
    let audience = claims().audience;
    let identity = keys().sign_identity(ISSUER, &audience, said.clone(), claims().issued_at);
    let kind = "scopegate-identity+jwt";
    assert_eq!(
        header_of(&identity),
        json!({ "alg": "ES256", "kid": "sign-1", "typ": kind })
    );
    let mut expected = said;
    expected.insert("exp".to_owned(), (1_700_000_000 + IDENTITY_TTL).into());
    assert_eq!(payload_of(&identity), Value::Object(expected));
    assert_eq!(keys().verify_jwt(ISSUER, &identity), None);
}

#[test]
fn no_algorithm_but_the_keys_own_is_accepted() {
    let keys = keys();
    let token = keys.sign_jwt(ISSUER, &claims());
    let payload = payload_of(token.expose());
    let public = keys.jwks()["keys"][0].clone();
    let x = URL_SAFE_NO_PAD
        .decode(public["x"].as_str().unwrap())
        .unwrap();
    let y = URL_SAFE_NO_PAD
        .decode(public["y"].as_str().unwrap())
        .unwrap();
    let point = [&[4][..], &x, &y].concat();
    let public_text = public.to_string();
    let hmac_keys = [&x[..], &point, public_text.as_bytes(), b"", b"sign-1"];
    let algorithms = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
        "PS256", "PS384", "PS512", "ES384", "ES512", "ES256K", "EdDSA", "es256", "ECDH-ES", "dir",
    ];
    for algorithm in algorithms {
        let header = json!({ "alg": algorithm, "kid": "sign-1", "typ": "at+jwt" });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{algorithm}"
        );
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        );
        assert_eq!(
            keys.verify_jwt(ISSUER, &format!("{message}.")),
            None,
            "{algorithm}, unsigned"
        );
        for key in hmac_keys {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(
                keys.verify_jwt(ISSUER, &token),
                None,
                "{algorithm}, public key as secret"
            );
        }
    }
    for extra in [
        json!({ "jwk": public }),
        json!({ "jku": "https://evil.example" }),
        json!({ "kid": "seal-1" }),
        json!({ "kid": "../sign-1" }),
    ] {
        let mut header = json!({ "alg": "ES256", "kid": "nobody", "typ": "at+jwt" });
        header
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{header}"
        );
    }
}

/// Every key with every algorithm's name: only the key's own counts, whatever the header says.
#[test]
fn each_key_verifies_its_own_algorithm_only() {
    let pairs = [
        (KeyPurpose::SignEs256, "ES256"),
        (KeyPurpose::SignEdDsa, "EdDSA"),
        (KeyPurpose::SignRs256, "RS256"),
    ];
    for (purpose, own) in pairs {
        // The same id for both, as if one key had taken the other's place.
        let stored = record("any", purpose, "sign-1", 2);
        let seal = record("any", KeyPurpose::SealToken, "seal-1", 1);
        let keys = RealmKeys::new(&[seal, stored]).unwrap();
        let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
        for (signer, _) in pairs {
            for algorithm in [
                "ES256", "EdDSA", "Ed25519", "ES384", "HS256", "RS256", "RS512", "PS256", "none",
            ] {
                let header = json!({ "alg": algorithm, "kid": "sign-1", "typ": "at+jwt" });
                let token = forged_by(signer, &header, &payload);
                let accepted = keys.verify_jwt(ISSUER, &token).is_some();
                let expected = signer == purpose && algorithm == own;
                assert_eq!(
                    accepted, expected,
                    "{purpose:?} key, {signer:?} signature, {algorithm}"
                );
            }
        }
    }
}

/// RFC 9068 section 2.1: every API reads it.
#[test]
fn an_rs256_token_says_so_and_comes_back() {
    let seal = record("any", KeyPurpose::SealToken, "seal-1", 1);
    let sign = record("any", KeyPurpose::SignRs256, "rsa-1", 3);
    let keys = RealmKeys::new(&[seal, sign]).unwrap();
    let token = keys.sign_jwt(ISSUER, &claims());
    assert_eq!(
        header_of(token.expose()),
        json!({ "alg": "RS256", "kid": "rsa-1", "typ": "at+jwt" })
    );
    assert_eq!(keys.verify_jwt(ISSUER, token.expose()), Some(claims()));
    // By the published key alone, as an API would.
    let published = &keys.jwks()["keys"][0];
    let part = |name: &str| {
        let text = published[name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    assert_eq!(
        (&published["kty"], &published["alg"]),
        (&json!("RSA"), &json!("RS256"))
    );
    assert!(published.get("d").is_none());
    let (n, e) = (part("n"), part("e"));
    assert_eq!(n.len() * 8, 2_048);
    let (message, signature) = token.expose().rsplit_once('.').unwrap();
    let public = RsaPublicKeyComponents { n: &n, e: &e };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature)
        .unwrap();
}

/// How large it comes out is foreseen, also where signatures are long.
#[test]
fn the_size_of_a_token_is_foreseen_for_each_algorithm() {
    for purpose in [
        KeyPurpose::SignEs256,
        KeyPurpose::SignEdDsa,
        KeyPurpose::SignRs256,
    ] {
        let seal = record("any", KeyPurpose::SealToken, "seal-1", 1);
        let id = "00000000-0000-0000-0000-000000000000";
        let keys = RealmKeys::new(&[seal, record("any", purpose, id, 3)]).unwrap();
        // Scopes until it is refused: both say so at the same one.
        let mut held = claims();
        let mut name = String::new();
        let refused = |held: &AccessTokenClaims| {
            let foreseen = keys.check(ISSUER, held, TokenFormat::Jwt);
            let issued = keys.issue(ISSUER, held, TokenFormat::Jwt, [5; 12]);
            assert_eq!(foreseen.err(), issued.err());
            foreseen.is_err()
        };
        while !refused(&held) {
            name.push_str("abcdefg ");
            let numbered = name.split_whitespace().enumerate();
            let scopes: Vec<_> = numbered.map(|(n, word)| format!("{word}{n}")).collect();
            held.scope = Scope::parse(&scopes.join(" ")).unwrap();
        }
    }
}

#[test]
fn an_eddsa_token_says_so_and_comes_back() {
    let seal = record("any", KeyPurpose::SealToken, "seal-1", 1);
    let sign = record("any", KeyPurpose::SignEdDsa, "ed-1", 3);
    let keys = RealmKeys::new(&[seal, sign]).unwrap();
    let token = keys.sign_jwt(ISSUER, &claims());
    assert_eq!(
        header_of(token.expose()),
        json!({ "alg": "EdDSA", "kid": "ed-1", "typ": "at+jwt" })
    );
    assert_eq!(keys.verify_jwt(ISSUER, token.expose()), Some(claims()));
}

#[test]
fn the_type_has_to_be_that_of_an_access_token() {
    let keys = keys();
    let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    for good in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": good });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            Some(claims()),
            "{good}"
        );
    }
    for bad in [
        "JWT",
        "jwt",
        "",
        "at",
        "logout+jwt",
        "application/application/at+jwt",
    ] {
        let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": bad });
        assert_eq!(
            keys.verify_jwt(ISSUER, &forged(&header, &payload)),
            None,
            "{bad}"
        );
    }
    let header = json!({ "alg": "ES256", "kid": "sign-1" });
    assert_eq!(keys.verify_jwt(ISSUER, &forged(&header, &payload)), None);
}

#[test]
fn every_claim_is_required_and_of_its_type() {
    let keys = keys();
    let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" });
    let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    for claim in [
        "iss",
        "aud",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
    ] {
        for wrong in [
            None,
            Some(json!(null)),
            Some(json!([])),
            Some(json!({})),
            Some(json!(true)),
            Some(json!("\"")),
            Some(json!(i64::MAX)),
        ] {
            let mut changed = payload.clone();
            let members = changed.as_object_mut().unwrap();
            match &wrong {
                None => members.remove(claim),
                Some(value) => members.insert(claim.to_owned(), value.clone()),
            };
            // Any text is a good audience or client, which the caller compares.
            let plain_text = wrong == Some(json!("\"")) && matches!(claim, "aud" | "client_id");
            let found = keys.verify_jwt(ISSUER, &forged(&header, &changed));
            assert_eq!(found.is_some(), plain_text, "{claim} {wrong:?}");
        }
    }
}

/// As releases up to 22 November 2026 signed them.
#[test]
fn a_token_without_the_private_claims_means_what_it_meant() {
    let keys = keys();
    let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" });
    let mut payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    for name in ["family", "client_uuid", "subject_kind", "position"] {
        payload.as_object_mut().unwrap().remove(name);
    }
    let old = AccessTokenClaims {
        client: TokenClient::Id("ledgerly".to_owned()),
        family: None,
        position: None,
        ..claims()
    };
    let read = |payload: &Value| keys.verify_jwt(ISSUER, &forged(&header, payload));
    assert_eq!(read(&payload), Some(old.clone()));
    // An app that was registered under the id of the person does not get their tokens.
    let mut coincidence = payload.clone();
    coincidence["client_id"] = coincidence["sub"].clone();
    let person = read(&coincidence).unwrap();
    assert_eq!(
        (person.subject_kind, person.user),
        (SubjectKind::Person, old.user)
    );
    // One of an app's own has no grant, whoever it is called like.
    payload.as_object_mut().unwrap().remove("grant");
    assert_eq!(read(&payload), None);
    payload["sub"] = json!("ledgerly");
    let own = AccessTokenClaims {
        subject_kind: SubjectKind::Machine,
        user: None,
        grant: None,
        ..old
    };
    assert_eq!(read(&payload), Some(own.clone()));
    coincidence.as_object_mut().unwrap().remove("grant");
    let machine = read(&coincidence).unwrap();
    assert_eq!(
        (machine.subject_kind, machine.user),
        (own.subject_kind, None)
    );
}

#[test]
fn the_kind_of_subject_is_not_guessed_where_it_is_said() {
    let keys = keys();
    let header = json!({ "alg": "ES256", "kid": "sign-1", "typ": "at+jwt" });
    let payload = payload_of(keys.sign_jwt(ISSUER, &claims()).expose());
    let read = |changes: &[(&str, &str)]| {
        let mut payload = payload.clone();
        for (name, value) in changes {
            payload[*name] = json!(value);
        }
        keys.verify_jwt(ISSUER, &forged(&header, &payload))
    };
    let person = "00000000-0000-0000-0000-000000000002";
    assert_eq!(read(&[("subject_kind", "machine")]), None);
    assert_eq!(read(&[("subject_kind", "robot")]), None);
    assert_eq!(read(&[("sub", "ledgerly")]), None);
    // An app whose id looks like a person's is still not that person.
    let machine = read(&[("client_id", person), ("subject_kind", "machine")]).unwrap();
    assert_eq!(
        (machine.subject_kind, machine.user),
        (SubjectKind::Machine, None)
    );
    let acts_for = read(&[("client_id", person)]).unwrap();
    assert_eq!(acts_for.user, claims().user);
}
