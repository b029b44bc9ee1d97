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

#[test]
fn a_sign_in_is_as_recent_as_was_asked_or_the_person_would_go_round_in_circles() {
    let began = now().as_second();
    for (asked, proved_at, is_met) in [
        ((None, false), began - 1_000_000, true),
        ((Some(600), false), began - 600, true),
        ((Some(600), false), began - 601, false),
        ((Some(0), false), began - 5, true),
        ((Some(0), false), began - 6, false),
        // A provider that passes over `prompt=login`.
        ((None, true), began - 5, true),
        ((None, true), began - 6, false),
        ((Some(600), true), began - 6, false),
    ] {
        let met = attempt(asked).is_met_by(proved_at, began);
        assert_eq!(met, is_met, "{asked:?} {proved_at}");
    }
    // Whoever took five minutes to sign in did so when it began, or later.
    assert!(attempt((Some(10), true)).is_met_by(began + 5, began + 300));
}

#[test]
fn a_provider_is_asked_for_a_little_more_and_always_for_the_time() {
    for (asked, sent) in [
        (None, 2_592_000),
        (Some(900), 840),
        (Some(60), 0),
        (Some(0), 0),
    ] {
        assert_eq!(attempt((asked, false)).max_age_to_ask(), sent);
    }
    assert_eq!(attempt((None, true)).proved_at(Some(7), 1_000), 7);
    assert_eq!(attempt((None, true)).proved_at(None, 1_000), 1_000);
    let unknown = attempt((None, false)).proved_at(None, 3_000_000);
    assert_eq!(unknown, 3_000_000 - 2_592_000);
}
