//! Keys that partners have already, and move in by their hashes.

use oauth::api_key::hash::HmacKey;
use oauth::model::{ApiKeyHash, TokenHash};
use realm::manage::{AddApiKey, MovingApiKey, Refused};

use super::{HMAC, Place, wanted};
use crate::manage::app;

fn moving(line: usize, scope: &str, hash: &str, beginning: &str) -> MovingApiKey {
    MovingApiKey {
        line,
        key: wanted(scope),
        hash: hash.to_owned(),
        beginning: beginning.to_owned(),
    }
}

fn hex(TokenHash(bytes): TokenHash) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn keys_move_in_by_any_hash_and_are_known_by_sha_256_from_their_first_use_on() {
    let place = Place::of("bexio", "contact_edit").await;
    place.office.client(app("second", "contact_edit")).await;
    let slow = "old_abcd.secret-of-a-partner";
    let django = "pbkdf2_sha256$1000$saltysalt$1wr9QVTZbzmo01uFdhiDn+hy+hdzBOIuuukLqbNjj8o=";
    let bcrypt = "$2b$04$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2";
    let fast = "an-old-key-of-another-partner";
    let by_hmac = "one-more-old-key-of-a-partner";
    let hmac = HmacKey::new(HMAC).unwrap().hash(by_hmac);
    let of_second = |mut one: MovingApiKey| {
        one.key.client = "second".to_owned();
        one
    };
    let all = [
        moving(
            2,
            "contact_show",
            &format!("sha256:{}", hex(TokenHash::of(fast.as_bytes()))),
            "",
        ),
        moving(
            3,
            "contact_show",
            &format!("hmac-sha256:{}", hex(hmac)),
            "one-",
        ),
        of_second(moving(4, "contact_show", bcrypt, "old_abcd")),
        // The same text, but found by less of it, later.
        of_second(moving(5, "contact_show", django, "old_abc")),
    ];
    let (desk, by) = (place.office.desk(), &place.office.by);
    let would = desk.move_api_keys_in(by, &all, true).await.unwrap();
    assert_eq!(would.len(), 4);
    assert!(place.verify(fast).await.is_err());
    let moved = desk.move_api_keys_in(by, &all, false).await.unwrap();
    assert_eq!(
        place
            .acts()
            .await
            .iter()
            .filter(|act| *act == "api-key-moved-in")
            .count(),
        4
    );
    for (text, key, kind) in [
        (fast, &moved[0], "sha256"),
        (by_hmac, &moved[1], "hmac-sha256"),
        (slow, &moved[2], "sha256"),
    ] {
        assert_eq!(place.verify(text).await.unwrap().id, key.id);
        assert_eq!(place.verify(text).await.unwrap().id, key.id);
        assert_eq!(place.kept(key).await.hash.kind(), kind);
    }
    let ApiKeyHash::Sha256(hash) = place.kept(&moved[2]).await.hash else {
        panic!("it is not known by SHA-256");
    };
    assert!(hash.matches(&TokenHash::of(slow.as_bytes())));
    assert_eq!(place.kept(&moved[3]).await.hash.kind(), "pbkdf2");
    for wrong in [
        "old_abcd.secret-of-a-Partner",
        "old_abcdefghijk",
        "An-old-key-of-another-partner",
    ] {
        assert!(place.verify(wrong).await.is_err(), "{wrong}");
        assert!(place.verify(wrong).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_moving_keys_is_told_line_by_line_and_none_moves() {
    let place = Place::bexio().await;
    let sha = |n: u8| format!("sha256:{}", hex(TokenHash([n; 32])));
    let bcrypt = "$2b$04$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2";
    let (desk, by) = (place.office.desk(), &place.office.by);
    let there = [moving(1, "contact_show", &sha(9), "")];
    desk.move_api_keys_in(by, &there, false).await.unwrap();
    let nobody = MovingApiKey {
        key: AddApiKey {
            client: "nobody".to_owned(),
            ..wanted("contact_show")
        },
        ..moving(3, "contact_show", &sha(2), "")
    };
    let nowhere = MovingApiKey {
        key: AddApiKey {
            organisation: Some("nowhere".to_owned()),
            ..wanted("contact_show")
        },
        ..moving(4, "contact_show", &sha(3), "")
    };
    let all = [
        moving(2, "contact_show", &sha(1), ""),
        nobody,
        nowhere,
        moving(5, "kb_invoice_show", &sha(4), ""),
        moving(6, "contact_show", "md5:00", ""),
        moving(7, "contact_show", bcrypt, "abc"),
        moving(8, "contact_show", &sha(1), ""),
        moving(9, "contact_show", &sha(9), ""),
        moving(10, "contact_show", &sha(5), ""),
        moving(
            11,
            "contact_show",
            "$2b$31$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2",
            "old_",
        ),
    ];
    let Err(Refused::WrongLines(wrong)) = desk.move_api_keys_in(by, &all, false).await else {
        panic!("they moved in");
    };
    let told: Vec<(usize, &str)> = wrong.iter().map(|one| (one.line, &*one.problem)).collect();
    for ((line, said), (expected, what)) in told.iter().zip([
        (3, "no client \"nobody\""),
        (4, "no organisation \"nowhere\""),
        (5, "kb_invoice_show"),
        (6, "no known form"),
        (7, "prefix is how the key's text begins"),
        (8, "that of line 2, too"),
        (9, "here already"),
        (10, "more than 2 live keys for muster-ag"),
        (11, "cost"),
    ]) {
        assert_eq!(*line, expected, "{said}");
        assert!(said.contains(what), "{line}: {said}");
    }
    assert_eq!(told.len(), 9);
    let page = oauth::model::PageRequest::first(99);
    assert_eq!(desk.api_keys(None, &page).await.unwrap().items.len(), 1);
}
