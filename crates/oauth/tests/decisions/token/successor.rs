//! Refresh tokens derived from the one before.

use oauth::model::{KeyPurpose, KeyRecord};
use oauth::secret::{SecretKind, generate, hash};
use oauth::token::RealmKeys;

use crate::support::{at, now};

fn key(realm: &str, id: &str, seed: u8, from: i64) -> KeyRecord {
    let seal = KeyPurpose::SealToken;
    RealmKeys::generate(realm, seal, id, [seed; 32], at(from)).unwrap()
}

fn keys(sealing: &[KeyRecord]) -> RealmKeys {
    let realm = &sealing[0].realm;
    let sign = RealmKeys::generate(realm, KeyPurpose::SignEs256, "sign", [9; 32], now());
    RealmKeys::new(&[sealing, &[sign.unwrap()]].concat()).unwrap()
}

#[test]
fn a_successor_is_made_again_from_the_token_itself_and_nothing_less() {
    let keys = keys(&[key("any", "a", 1, 0)]);
    let first = generate(SecretKind::RefreshToken, [5; 32]);
    let drawn = [6; 32];
    let next = keys.successor(first.expose(), &drawn, now());
    assert!(hash(SecretKind::RefreshToken, next.expose()).is_some());
    let again = |text: &str, drawn: &[u8; 32]| {
        keys.successor_again(text, drawn, &next.hash())
            .is_some_and(|made| made == next)
    };
    assert!(again(first.expose(), &drawn));
    let other = generate(SecretKind::RefreshToken, [7; 32]);
    assert!(!again(other.expose(), &drawn));
    assert!(!again(first.expose(), &[8; 32]));
    // The hash, which is all the store has of it.
    let stored: String = first
        .hash()
        .0
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(!again(&stored, &drawn));
    // It is no sealing of anything, nor the key itself.
    assert!(keys.open(next.expose()).is_err());
}

#[test]
fn each_key_of_each_realm_makes_others() {
    let token = generate(SecretKind::RefreshToken, [5; 32]);
    let drawn = [6; 32];
    let made = [
        keys(&[key("any", "a", 1, 0)]),
        keys(&[key("any", "b", 1, 0)]),
        keys(&[key("any", "a", 2, 0)]),
        keys(&[key("other", "a", 1, 0)]),
    ]
    .map(|keys| keys.successor(token.expose(), &drawn, now()));
    for (number, one) in made.iter().enumerate() {
        for other in &made[number + 1..] {
            assert_ne!(one.expose(), other.expose());
        }
    }
}

#[test]
fn a_replaced_key_makes_its_successors_again_while_it_is_kept() {
    let old = KeyRecord {
        retired_at: Some(at(10)),
        ..key("any", "old", 1, 0)
    };
    let new = key("any", "new", 2, 10);
    let token = generate(SecretKind::RefreshToken, [5; 32]);
    let drawn = [6; 32];
    let both = keys(&[old, new.clone()]);
    let next = both.successor(token.expose(), &drawn, at(5));
    assert_ne!(both.successor(token.expose(), &drawn, at(15)), next);
    let again = both.successor_again(token.expose(), &drawn, &next.hash());
    assert_eq!(again, Some(next.clone()));
    let gone = keys(&[new]).successor_again(token.expose(), &drawn, &next.hash());
    assert_eq!(gone, None);
}
