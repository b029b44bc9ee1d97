//! What is issued is accepted, and nothing is issued that proxies would refuse.

use super::{ISSUER, claims, keys, numbers, second};
use crate::support::{client, invoices};
use oauth::model::{Client, TokenFormat};
use oauth::registration::{RegistrationError, tokens_fit};
use oauth::token::{AccessTokenClaims, SealedFormat, TokenTooLarge};
use scope::{Catalog, Scope, ScopeToken};

/// Names of 41 bytes, as long as real ones get.
fn many(scopes: usize) -> Scope {
    let names = (0..scopes).map(|number| format!("user:a_resource_with_a_name_{number:0>6}:write"));
    let names = names.map(|name| ScopeToken::parse(&name).unwrap());
    names.collect()
}

fn holding(scope: &Scope) -> AccessTokenClaims {
    AccessTokenClaims {
        scope: scope.clone(),
        ..claims()
    }
}

#[test]
fn what_is_issued_is_read_again_and_fits_into_a_header() {
    let all = many(Scope::MAX_TOKENS);
    let by_number = keys().with_numbers(numbers(&all), SealedFormat::Second);
    let mut jwts = 0;
    for scopes in (0..=Scope::MAX_TOKENS).step_by(20) {
        let held = holding(&many(scopes));
        let sealed = by_number.issue(ISSUER, &held, TokenFormat::Opaque, [5; 12]);
        let sealed = sealed.unwrap();
        assert!(sealed.expose().len() <= 1_024, "{scopes}");
        let foreseen = |form| by_number.check(ISSUER, &held, form);
        assert_eq!(foreseen(TokenFormat::Opaque), Ok(()));
        let read = by_number.access_token(ISSUER, sealed.expose());
        assert_eq!(read, Ok(second(held.clone())));

        let signed = by_number.issue(ISSUER, &held, TokenFormat::Jwt, [5; 12]);
        let refused = signed.as_ref().map(|_| ()).map_err(|error| *error);
        assert_eq!(foreseen(TokenFormat::Jwt).is_ok(), refused.is_ok());
        match signed {
            Ok(signed) => {
                jwts += 1;
                assert!(signed.expose().len() <= 8_192, "{scopes}");
                let read = by_number.access_token(ISSUER, signed.expose());
                assert_eq!(read, Ok(held.clone()));
            }
            Err(error) => {
                assert!(scopes > 100, "{scopes}");
                let why = error.to_string();
                assert!(
                    why.contains("8192") && why.contains("fewer scopes"),
                    "{why}"
                );
            }
        }
        // Until an upgrade is finished, names stand in sealed tokens, too.
        match keys().issue(ISSUER, &held, TokenFormat::Opaque, [5; 12]) {
            Ok(sealed) => assert!(keys().access_token(ISSUER, sealed.expose()).is_ok()),
            Err(TokenTooLarge::Bytes { most, .. }) => assert_eq!(most, 32_768),
            Err(other) => panic!("{other}"),
        }
    }
    assert!((3..30).contains(&jwts), "{jwts}");
}

#[test]
fn more_scopes_than_are_read_are_not_issued() {
    let over = many(Scope::MAX_TOKENS + 1);
    let keys = keys().with_numbers(numbers(&over), SealedFormat::Second);
    for form in [TokenFormat::Opaque, TokenFormat::Jwt] {
        let issued = keys.issue(ISSUER, &holding(&over), form, [5; 12]);
        assert!(matches!(
            issued,
            Err(TokenTooLarge::Scopes {
                scopes: 1_001,
                most: 1_000
            })
        ));
    }
}

/// A sealed token has room for high numbers only as long as it stays short.
#[test]
fn a_sealed_token_that_would_be_long_is_not_issued() {
    let every = many(9_000);
    let keys = keys().with_numbers(numbers(&every), SealedFormat::Second);
    let last: Scope = every.tokens().iter().rev().take(3).cloned().collect();
    let issued = keys.issue(ISSUER, &holding(&last), TokenFormat::Opaque, [5; 12]);
    let Err(error) = issued else {
        panic!("{issued:?}");
    };
    let foreseen = keys.check(ISSUER, &holding(&last), TokenFormat::Opaque);
    assert_eq!(foreseen, Err(error));
    let TokenTooLarge::Bytes { scopes, most, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((scopes, most), (3, 1_024));
}

fn catalog_of(resources: usize) -> Catalog {
    let mut catalog = invoices("many");
    for number in 0..resources {
        let name = format!("a_resource_with_a_long_name_{number}");
        catalog = catalog.resource(&name, &["read", "write"]).endpoint(
            &format!("/{name}"),
            &[
                ("get", &format!("{name}:read")),
                ("post", &format!("{name}:write")),
            ],
        );
    }
    catalog.parse()
}

#[test]
fn a_ceiling_that_no_jwt_could_hold_is_refused_at_registration() {
    for (resources, fits) in [(10, true), (300, false)] {
        let catalog = catalog_of(resources);
        let every = catalog.scope_of(&catalog.all());
        let wants = |token_format| Client {
            registered_scope: every.clone(),
            token_format,
            ..client(&catalog)
        };
        for format in [None, Some(TokenFormat::Jwt)] {
            let refused = tokens_fit(&catalog, &wants(format));
            assert_eq!(refused.is_ok(), fits, "{refused:?}");
            if let Err(error) = refused {
                assert!(matches!(error, RegistrationError::TokenTooLarge(_)));
                assert!(error.to_string().contains("opaque tokens"), "{error}");
            }
        }
        tokens_fit(&catalog, &wants(Some(TokenFormat::Opaque))).unwrap();
    }
}
