//! Redeeming a code.

use super::{authenticated, refused};
use crate::support::{VERIFIER, any, at, client, code, grant, now, parameters, scope, set, state};
use oauth::error::ErrorCode;
use oauth::grant::{GrantError, authorization_code};
use oauth::model::{AuthorizationCode, Client, GrantType, Withheld};
use scope::WithheldReason;

fn good_redemption() -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ]
}

fn redeem(
    client: &Client,
    code: &AuthorizationCode,
    pairs: &[(&str, &str)],
) -> Result<authorization_code::CodeGrant, GrantError> {
    authorization_code::decide(
        &any(),
        &authenticated(client),
        code,
        &parameters(pairs),
        now(),
    )
}

#[test]
fn a_code_gives_what_was_frozen_at_consent() {
    let catalog = any();
    let mut code = code(&catalog, "general contact_show");
    code.refused = scope("contact_edit");
    code.withheld = vec![Withheld {
        scope: "nope".to_owned(),
        reason: WithheldReason::Unknown,
    }];
    // `scope` and whatever belongs to other grant types is not looked at.
    let mut pairs = good_redemption();
    pairs.extend([
        ("scope", "contact_edit \u{e9}"),
        ("refresh_token", "x"),
        ("username", "anna"),
    ]);
    let given = redeem(&client(&catalog), &code, &pairs).unwrap();
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(
        (given.refused, given.withheld),
        (code.refused.clone(), code.withheld.clone())
    );
    assert_eq!(
        (given.grant, given.user, given.organisation),
        (code.grant, code.user, code.organisation)
    );
    assert!(given.with_refresh_token);
}

#[test]
fn defaults_added_to_the_catalog_after_consent_are_not_in_the_token() {
    // The code was made when the catalog had no default.
    let code = code(&any(), "contact_show");
    let given = redeem(&client(&any()), &code, &good_redemption()).unwrap();
    assert_eq!(given.scope, scope("contact_show"));
    let state = state(&any(), &client(&any()));
    assert_eq!(
        given
            .within(
                &any(),
                &grant(&any(), "contact_show", ""),
                &state,
                None,
                now()
            )
            .scope,
        scope("contact_show")
    );
}

#[test]
fn a_code_is_bound_to_its_client_and_realm() {
    let catalog = any();
    let other = Client {
        id: "other".to_owned(),
        ..client(&catalog)
    };
    let mut used = code(&catalog, "general");
    used.consumed_at = Some(now());
    // A foreign client cannot end a grant by presenting a used code either.
    for code in [code(&catalog, "general"), used] {
        assert_eq!(
            refused(redeem(&other, &code, &good_redemption())),
            ErrorCode::InvalidGrant
        );
        let elsewhere = AuthorizationCode {
            realm: "other".to_owned(),
            ..code
        };
        assert_eq!(
            refused(redeem(&client(&catalog), &elsewhere, &good_redemption())),
            ErrorCode::InvalidGrant
        );
    }
}

#[test]
fn a_used_code_names_what_to_end_to_who_could_have_redeemed_it() {
    let catalog = any();
    let code = AuthorizationCode {
        consumed_at: Some(at(-1)),
        expires_at: at(-1),
        ..code(&catalog, "general")
    };
    let error = redeem(&client(&catalog), &code, &good_redemption()).unwrap_err();
    let (grant, family) = (code.grant, code.family);
    assert_eq!(error, GrantError::Reused { grant, family });
    assert_eq!(error.into_error().code, ErrorCode::InvalidGrant);
    // Whoever found the code somewhere cannot end anything with it.
    let with = |name: &'static str, value: &'static str| {
        let mut pairs = good_redemption();
        pairs.retain(|(other, _)| *other != name);
        pairs.push((name, value));
        pairs
    };
    for pairs in [
        vec![],
        with("code_verifier", "wrong"),
        with(
            "code_verifier",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        with("redirect_uri", "https://evil.example/cb"),
    ] {
        let error = redeem(&client(&catalog), &code, &pairs).unwrap_err();
        assert!(matches!(error, GrantError::Refused(_)), "{pairs:?}");
    }
}

#[test]
fn a_code_dies_on_the_second() {
    let catalog = any();
    let at_end = AuthorizationCode {
        expires_at: now(),
        ..code(&catalog, "general")
    };
    assert_eq!(
        refused(redeem(&client(&catalog), &at_end, &good_redemption())),
        ErrorCode::InvalidGrant
    );
    let before = AuthorizationCode {
        expires_at: at(1),
        ..code(&catalog, "general")
    };
    assert!(redeem(&client(&catalog), &before, &good_redemption()).is_ok());
}

#[test]
fn redirect_uri_comes_again_as_it_came() {
    let catalog = any();
    let client = client(&catalog);
    let named = code(&catalog, "general");
    let left_out = AuthorizationCode {
        redirect_uri: None,
        ..code(&catalog, "general")
    };
    let verifier = ("code_verifier", VERIFIER);
    let here = ("redirect_uri", "https://app.example/cb");
    assert!(redeem(&client, &named, &[verifier, here]).is_ok());
    assert!(redeem(&client, &left_out, &[verifier]).is_ok());
    assert!(redeem(&client, &left_out, &[verifier, here]).is_ok());
    for wrong in [
        "",
        "https://app.example/cb/",
        "https://app.example/cb#",
        "https://evil.example/",
        "https://app.example/CB",
    ] {
        let pairs = [verifier, ("redirect_uri", wrong)];
        assert_eq!(
            refused(redeem(&client, &named, &pairs)),
            ErrorCode::InvalidGrant,
            "{wrong}"
        );
        if !wrong.is_empty() {
            assert_eq!(
                refused(redeem(&client, &left_out, &pairs)),
                ErrorCode::InvalidGrant,
                "{wrong}"
            );
        }
    }
}

#[test]
fn pkce_is_checked_at_redemption_in_both_directions() {
    let catalog = any();
    let client = client(&catalog);
    let with = code(&catalog, "general");
    let without = AuthorizationCode {
        code_challenge: None,
        ..code(&catalog, "general")
    };
    let here = ("redirect_uri", "https://app.example/cb");
    assert_eq!(
        refused(redeem(&client, &with, &[here])),
        ErrorCode::InvalidGrant
    );
    let other = "a".repeat(43);
    assert_eq!(
        refused(redeem(&client, &with, &[here, ("code_verifier", &other)])),
        ErrorCode::InvalidGrant
    );
    assert_eq!(
        refused(redeem(
            &client,
            &without,
            &[here, ("code_verifier", VERIFIER)]
        )),
        ErrorCode::InvalidGrant
    );
    assert!(redeem(&client, &without, &[here]).is_ok());
}

#[test]
fn grant_types_are_by_registration_and_kind() {
    let catalog = any();
    let mut no_code = client(&catalog);
    no_code.grant_types.remove(&GrantType::AuthorizationCode);
    let code = code(&catalog, "general");
    assert_eq!(
        refused(redeem(&no_code, &code, &good_redemption())),
        ErrorCode::UnauthorizedClient
    );
    let machine = Client {
        kind: "machine".to_owned(),
        ..client(&catalog)
    };
    assert_eq!(
        refused(redeem(&machine, &code, &good_redemption())),
        ErrorCode::UnauthorizedClient
    );
    let mut no_refresh = client(&catalog);
    no_refresh.grant_types.remove(&GrantType::RefreshToken);
    assert!(
        !redeem(&no_refresh, &code, &good_redemption())
            .unwrap()
            .with_refresh_token
    );
}

#[test]
fn what_changed_since_consent_falls_away_at_redemption() {
    let catalog = any();
    let narrowed = Client {
        registered_scope: scope("contact_show"),
        ..client(&catalog)
    };
    let state = state(&catalog, &narrowed);
    let rights = set(&catalog, "general contact_show");
    let code = code(&catalog, "general contact_show contact_edit");
    let given = redeem(&narrowed, &code, &good_redemption()).unwrap();
    let standing = grant(&catalog, "general contact_show contact_edit", "");
    let given = given.within(&catalog, &standing, &state, Some(&rights), now());
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(
        given.withheld,
        [Withheld {
            scope: "contact_edit".to_owned(),
            reason: WithheldReason::NotRegistered
        }]
    );
}

#[test]
fn what_the_person_took_back_before_redemption_is_refused() {
    let catalog = any();
    let client = client(&catalog);
    let code = code(&catalog, "general contact_show contact_edit");
    let given = redeem(&client, &code, &good_redemption()).unwrap();
    let reduced = grant(&catalog, "general contact_show", "");
    let given = given.within(&catalog, &reduced, &state(&catalog, &client), None, now());
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(given.refused, scope("contact_edit"));
    assert!(given.withheld.is_empty());
}
