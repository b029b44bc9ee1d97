use jiff::SignedDuration;
use oauth::openid::{Attempt, LIFE, NotThisAttempt};
use oauth::pkce::{self, CodeChallenge};

use super::{attempt, browser, now};

#[test]
fn a_browser_comes_back_with_what_it_went_with() {
    let begun = attempt((Some(60), true));
    let back = Attempt::of_state("bexio", &browser(1), begun.state(), now()).unwrap();
    assert_eq!(back, begun);
    assert_eq!(back.next, "/bexio/account");
    assert_eq!((back.max_age, back.anew), (Some(60), true));
    assert_eq!(back.nonce(), begun.nonce());
    let challenge = CodeChallenge::parse(&begun.code_challenge(), Some("S256")).unwrap();
    let verifier = back.code_verifier();
    assert!(pkce::verify(Some(verifier.expose()), Some(&challenge)).is_ok());
}

#[test]
fn what_is_secret_is_neither_in_the_address_nor_the_same_twice() {
    let begun = attempt((None, false));
    let again = Attempt::begin("bexio", &browser(1), "", (None, false), now(), [8; 16]);
    let secrets = [
        begun.nonce(),
        begun.code_verifier().expose().to_owned(),
        again.nonce(),
        again.code_verifier().expose().to_owned(),
    ];
    for (place, secret) in secrets.iter().enumerate() {
        assert!(!begun.state().contains(secret.as_str()));
        assert!(!secrets[..place].contains(secret));
        assert_eq!(secret.len(), 43);
    }
    assert_ne!(begun.hash(), again.hash());
    let shown = format!("{begun:?}");
    assert!(!shown.contains(begun.code_verifier().expose()), "{shown}");
}

#[test]
fn no_other_browser_and_no_other_realm_goes_on_with_it() {
    let state = attempt((None, false)).state().to_owned();
    let of = |realm: &str, number: u8, state: &str| {
        Attempt::of_state(realm, &browser(number), state, now()).unwrap_err()
    };
    assert_eq!(of("bexio", 2, &state), NotThisAttempt::Foreign);
    assert_eq!(of("bokio", 1, &state), NotThisAttempt::Foreign);
    let (said, tag) = state.split_once('.').unwrap();
    let longer = "a".repeat(10_000);
    for wrong in [
        "",
        ".",
        said,
        tag,
        &format!("{said}."),
        &format!(".{tag}"),
        &format!("{said}A.{tag}"),
        &format!("{said}.{tag}A"),
        &format!("{said}.{}", &tag[1..]),
        &format!("{said}.{tag}."),
        &format!("{longer}.{tag}"),
    ] {
        assert_eq!(of("bexio", 1, wrong), NotThisAttempt::Foreign, "{wrong:?}");
    }
}

#[test]
fn it_counts_for_ten_minutes() {
    let begun = attempt((None, false));
    let back = |after: SignedDuration| {
        Attempt::of_state("bexio", &browser(1), begun.state(), now() + after).map(|_| ())
    };
    assert_eq!(LIFE, SignedDuration::from_mins(10));
    assert_eq!(back(LIFE - SignedDuration::from_secs(1)), Ok(()));
    assert_eq!(back(LIFE), Err(NotThisAttempt::Late));
}
