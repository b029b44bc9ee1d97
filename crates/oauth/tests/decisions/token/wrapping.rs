//! Keys at rest: opened by the master key that wrapped them, as the key they were wrapped as,
//! and by nothing else.

use super::{ISSUER, claims, record, records};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use oauth::model::{KeyPurpose, KeyRecord};
use oauth::token::{KeyError, MasterKeyError, MasterKeys, RealmKeys};
use proptest::prelude::*;

const PURPOSES: [KeyPurpose; 4] = [
    KeyPurpose::SignEs256,
    KeyPurpose::SignEdDsa,
    KeyPurpose::SignRs256,
    KeyPurpose::SealToken,
];

/// Master keys of 32 equal bytes each.
fn master(bytes: &[u8]) -> MasterKeys {
    let words: Vec<_> = bytes
        .iter()
        .map(|byte| STANDARD.encode([*byte; 32]))
        .collect();
    MasterKeys::parse(&words.join(" ")).unwrap()
}

#[test]
fn what_was_wrapped_opens_again() {
    for purpose in PURPOSES {
        let clear = record("any", purpose, "k", 2);
        let wrapped = master(&[1]).wrap(clear.clone(), [7; 12]);
        assert_ne!(wrapped.secret, clear.secret);
        let hidden = |secret: &[u8]| !wrapped.secret.windows(8).any(|part| part == &secret[..8]);
        assert!(hidden(&clear.secret[clear.secret.len() - 8..]));
        assert!(clear.wrapped_by().is_none() && wrapped.wrapped_by().is_some());
        assert_eq!(master(&[1]).open(wrapped), Ok(clear));
    }
}

#[test]
fn without_a_master_key_keys_stay_in_the_clear() {
    let none = MasterKeys::default();
    let clear = record("any", KeyPurpose::SealToken, "k", 2);
    assert!(none.is_empty() && none.is_wrapped(&clear));
    assert_eq!(none.wrap(clear.clone(), [7; 12]), clear);
    assert_eq!(none.open(clear.clone()), Ok(clear.clone()));
    assert!(!master(&[1]).is_wrapped(&clear));
}

#[test]
fn with_a_master_key_none_is_used_that_it_did_not_wrap() {
    let clear = record("any", KeyPurpose::SealToken, "k", 2);
    let refused = master(&[1]).open(clear.clone());
    assert_eq!(refused, Err(KeyError::InTheClear(String::from("k"))));
    // But it can be opened to be wrapped, if it was stored before there was one.
    assert_eq!(master(&[1]).open_first(clear.clone()), Ok(clear.clone()));
    let wrapped = master(&[1]).wrap(clear.clone(), [7; 12]);
    assert_eq!(master(&[1]).open_first(wrapped.clone()), Ok(clear));
    let refused = MasterKeys::default().open_first(wrapped);
    assert!(matches!(refused, Err(KeyError::MasterKeyMissing { .. })));
}

#[test]
fn the_first_wraps_and_all_open() {
    let clear = record("any", KeyPurpose::SignEdDsa, "k", 2);
    let old = master(&[1]).wrap(clear.clone(), [7; 12]);
    let new = master(&[2, 1]).wrap(clear.clone(), [7; 12]);
    assert_eq!(
        new.wrapped_by(),
        master(&[2]).wrap(clear.clone(), [8; 12]).wrapped_by()
    );
    assert_ne!(old.wrapped_by(), new.wrapped_by());
    for keys in [master(&[1, 2]), master(&[2, 1]), master(&[3, 2, 1])] {
        assert_eq!(keys.open(old.clone()), Ok(clear.clone()));
        assert_eq!(keys.open(new.clone()), Ok(clear.clone()));
    }
    assert!(master(&[2, 1]).is_wrapped(&new) && !master(&[2, 1]).is_wrapped(&old));
    // Wrapping again changes nothing: it has to be opened first.
    assert_eq!(master(&[2]).wrap(old.clone(), [9; 12]), old);
}

#[test]
fn another_master_key_is_named_and_opens_nothing() {
    let wrapped = master(&[1]).wrap(record("any", KeyPurpose::SealToken, "k", 2), [7; 12]);
    for (given, named) in [(MasterKeys::default(), "none"), (master(&[2]), "")] {
        let error = given.open(wrapped.clone()).unwrap_err();
        let KeyError::MasterKeyMissing {
            key,
            wrapped_by,
            given,
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!(
            (key.as_str(), Some(wrapped_by)),
            ("k", wrapped.wrapped_by().as_ref())
        );
        assert!(given.contains(named) && given != wrapped_by);
        assert!(error.to_string().contains(wrapped_by));
    }
    // A realm cannot be used with keys that are still wrapped.
    let mut still = records("any");
    still[1] = master(&[1]).wrap(still[1].clone(), [7; 12]);
    assert_eq!(
        RealmKeys::new(&still).unwrap_err(),
        KeyError::Malformed("sign-1".to_owned())
    );
}

#[test]
fn a_wrapped_key_is_bound_to_its_record() {
    let wrapped = master(&[1]).wrap(record("any", KeyPurpose::SignEdDsa, "kid", 2), [7; 12]);
    let changes: [fn(&mut KeyRecord); 5] = [
        |key| key.realm = "other".to_owned(),
        |key| key.id = "di".to_owned(),
        |key| key.purpose = KeyPurpose::SignEs256,
        |key| key.purpose = KeyPurpose::SealToken,
        // The boundary between realm and id counts.
        |key| (key.realm, key.id) = ("anyk".to_owned(), "id".to_owned()),
    ];
    for change in changes {
        let mut moved = wrapped.clone();
        change(&mut moved);
        let id = moved.id.clone();
        assert_eq!(master(&[1]).open(moved), Err(KeyError::Damaged(id)));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_seen() {
    let clear = record("any", KeyPurpose::SealToken, "k", 2);
    let wrapped = master(&[1]).wrap(clear.clone(), [7; 12]);
    let usable = |secret: Vec<u8>| {
        let changed = KeyRecord {
            secret,
            ..wrapped.clone()
        };
        let opened = master(&[1]).open(changed);
        opened.is_ok_and(|key| {
            RealmKeys::new(&[key, record("any", KeyPurpose::SignEs256, "s", 4)]).is_ok()
        })
    };
    assert!(usable(wrapped.secret.clone()));
    for index in 0..wrapped.secret.len() {
        for bit in 0..8 {
            let mut secret = wrapped.secret.clone();
            secret[index] ^= 1 << bit;
            assert!(!usable(secret), "bit {bit} of byte {index}");
        }
        assert!(
            index == 32 || !usable(wrapped.secret[..index].to_vec()),
            "cut at {index}"
        );
    }
}

#[test]
fn a_master_key_is_32_bytes_in_either_form() {
    let bytes = [0xfb; 32];
    let hexadecimal = "fb".repeat(32);
    let forms = [
        hexadecimal.clone(),
        hexadecimal.to_uppercase(),
        STANDARD.encode(bytes),
        STANDARD_NO_PAD.encode(bytes),
        URL_SAFE.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
        format!("\n  {hexadecimal}\r\n"),
        format!("\u{feff}{hexadecimal}\r\n"),
    ];
    let clear = record("any", KeyPurpose::SealToken, "k", 2);
    let wrapped = MasterKeys::parse(&hexadecimal)
        .unwrap()
        .wrap(clear.clone(), [7; 12]);
    for form in forms {
        let keys = MasterKeys::parse(&form).unwrap();
        assert_eq!(keys.open(wrapped.clone()), Ok(clear.clone()), "{form:?}");
    }
    for empty in ["", "  \n", ",,"] {
        assert_eq!(MasterKeys::parse(empty).unwrap_err(), MasterKeyError::Empty);
    }
    for wrong in [
        "password",
        &"fb".repeat(31),
        &"fb".repeat(33),
        &"zz".repeat(32),
        &STANDARD.encode([1; 31]),
        &STANDARD.encode([1; 33]),
        &format!("{}+", "f".repeat(63)),
        &"é".repeat(32),
    ] {
        let error = MasterKeys::parse(wrong).unwrap_err();
        assert_eq!(error, MasterKeyError::Form(1), "{wrong}");
        let second = format!("{hexadecimal}, {wrong}");
        assert_eq!(
            MasterKeys::parse(&second).unwrap_err(),
            MasterKeyError::Form(2)
        );
        assert!(!error.to_string().contains(wrong));
    }
}

#[test]
fn neither_errors_nor_debug_show_a_master_key() {
    let keys = master(&[0x41]);
    let shown = format!("{keys} {keys:?}");
    assert!(!shown.contains(&STANDARD.encode([0x41; 32])) && !shown.contains("AAAA"));
    assert!(!shown.contains(&"41".repeat(8)));
}

#[test]
fn tokens_do_not_care_how_their_key_is_stored() {
    let clear = records("any");
    let before = RealmKeys::new(&clear).unwrap();
    let opened: Vec<_> = clear
        .into_iter()
        .map(|key| master(&[1]).open(master(&[1]).wrap(key, [7; 12])).unwrap())
        .collect();
    let after = RealmKeys::new(&opened).unwrap();
    for token in [
        before.seal(&claims(), [1; 12]),
        before.sign_jwt(ISSUER, &claims()),
    ] {
        assert!(after.access_token(ISSUER, token.expose()).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_stored_secret_is_read_without_a_panic(secret: Vec<u8>, marked: bool) {
        let mark = if marked { &b"sgwrap\0\x01"[..] } else { b"" };
        let key = KeyRecord {
            secret: [mark, &secret].concat(),
            ..record("any", KeyPurpose::SealToken, "k", 2)
        };
        prop_assert!(master(&[1]).open(key.clone()).is_err());
        match master(&[1]).open_first(key.clone()) {
            Ok(open) => prop_assert_eq!(open, key),
            Err(error) => prop_assert!(marked, "{}", error),
        }
    }
}
