//! The second sealed format: short at any number of scopes, and nothing in it is guessed.

use super::{ISSUER, claims, first, keys, numbers, second, second_keys};
use crate::support::scope;
use oauth::token::{AccessTokenClaims, RealmKeys, SealedFormat, SubjectKind, TokenError};
use scope::{Scope, ScopeNumbers, ScopeToken};

fn named(names: &[String]) -> Scope {
    let tokens = names.iter().map(|name| ScopeToken::parse(name).unwrap());
    tokens.collect()
}

fn with(scope: &Scope) -> RealmKeys {
    keys().with_numbers(numbers(scope), SealedFormat::Second)
}

#[test]
fn a_token_with_a_thousand_scopes_is_below_a_kilobyte() {
    let names: Vec<_> = (0..1_000)
        .map(|n| format!("user:some_resource_{n}:write"))
        .collect();
    let all = named(&names);
    let full = AccessTokenClaims {
        scope: all.clone(),
        audience: "https://login.some-provider.example.com/some-realm/api".to_owned(),
        ..claims()
    };
    let keys = with(&all);
    let token = keys.seal(&full, [5; 12]);
    assert!(token.expose().len() <= 700, "{}", token.expose().len());
    assert_eq!(keys.open(token.expose()), Ok(second(full)));
}

#[test]
fn each_kind_of_subject_is_said() {
    let keys = second_keys();
    let machine = AccessTokenClaims {
        subject_kind: SubjectKind::Machine,
        user: None,
        grant: None,
        family: None,
        ..claims()
    };
    for said in [claims(), machine.clone()] {
        let token = keys.seal(&said, [5; 12]);
        assert_eq!(keys.open(token.expose()), Ok(second(said)));
    }
    // A person without a name, and a machine with one: nobody makes such tokens.
    let nobody = AccessTokenClaims {
        subject_kind: SubjectKind::Person,
        ..machine
    };
    let somebody = AccessTokenClaims {
        subject_kind: SubjectKind::Machine,
        ..claims()
    };
    for wrong in [nobody, somebody] {
        let token = keys.seal(&wrong, [5; 12]);
        assert_eq!(keys.open(token.expose()), Err(TokenError::Invalid));
    }
}

#[test]
fn unknown_numbers_are_told_and_mean_nothing() {
    let token = second_keys().seal(&claims(), [5; 12]);
    let fewer = with(&scope("general contact_show"));
    assert_eq!(
        fewer.open(token.expose()),
        Err(TokenError::UnknownScopeNumber)
    );
    assert_eq!(
        fewer.access_token(ISSUER, token.expose()),
        Err(TokenError::UnknownScopeNumber)
    );
    // Further numbers change nothing.
    let more = with(&scope("general contact_show contact_edit task_show"));
    assert_eq!(more.open(token.expose()), Ok(second(claims())));
}

/// As after a database was put back to a state before scopes were numbered.
#[test]
fn numbers_given_anew_to_other_scopes_open_nothing() {
    let token = second_keys().seal(&claims(), [5; 12]);
    for others in [
        "general contact_edit contact_show",
        "general contact_show invoice_edit",
        "contact_show general contact_edit",
    ] {
        let keys = with(&scope(others));
        let opened = keys.open(token.expose()).map(|claims| claims.scope);
        // The same scopes in another order are the same scopes, and yet not what was sealed.
        assert_eq!(opened, Err(TokenError::Invalid), "{others}");
    }
}

#[test]
fn what_cannot_be_said_in_the_second_format_is_said_in_the_first() {
    let unnumbered = keys().with_numbers(ScopeNumbers::default(), SealedFormat::Second);
    let token = unnumbered.seal(&claims(), [5; 12]);
    assert_eq!(unnumbered.open(token.expose()), Ok(first(claims())));
    let by_id = first(claims());
    let token = second_keys().seal(&by_id, [5; 12]);
    assert_eq!(keys().open(token.expose()), Ok(by_id));
}

/// As this program sealed it when it was made; every later one reads it.
#[test]
fn what_was_sealed_once_is_read_for_ever() {
    let told_no_sign_in = AccessTokenClaims {
        authentication: None,
        ..second(claims())
    };
    assert_eq!(second_keys().open(SEALED), Ok(told_no_sign_in));
}

const SEALED: &str = "sg_at_AgZzZWFsLTEFBQUFBQUFBQUFBQUBouE1YrIzh3UaeJzBk_WDX_kQLWG1dWsnrmITBhnAjb4-Z4nt4V6_WR\
    J7kMgoW31dwCkF_iha6VBwKdJNfs83tWFcZG1xLkemXdNqfkClHx6tomcXwx7FYXkI_0-0dK3yF2BRmT_oPAX23y\
    mpq67_YYqGAKEKDdp5e-T1cb4DtW86KjSrGDanmiOXPx6EQBbSxVvNatJr2WWykkTwyEe6na0rEGRGQNjT0M-uy8\
    qRbA";
