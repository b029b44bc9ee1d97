use oauth::model::{KeyPurpose, KeyUse};
use oauth::token::MasterKeys;
use realm::keys::KeySettings;
use realm::limits::KEY_LEAD;
use realm::manage::{Refused, RevokeKey, RotateKeys};

use super::{Office, now};

fn wrapping() -> KeySettings {
    KeySettings {
        master_keys: MasterKeys::parse(&"5a".repeat(32)).unwrap(),
        ..KeySettings::default()
    }
}

async fn rotate(office: &Office, at_once: bool) -> Vec<String> {
    let command = RotateKeys {
        uses: &KeyUse::ALL,
        at_once,
    };
    let (desk, settings) = (office.desk(), KeySettings::default());
    let made = desk.rotate_keys(&office.by, &settings, command);
    let made = made.await.unwrap();
    made.into_iter().map(|key| key.unwrap().id).collect()
}

#[tokio::test]
async fn new_keys_take_the_place_of_the_current_ones() {
    let office = Office::of("bexio").await;
    // Where there is none yet, the first begins at once.
    let first = rotate(&office, false).await;
    let keys = office.desk().keys().await.unwrap();
    assert!(keys.iter().all(|key| key.created_at == now()));
    let second = rotate(&office, false).await;
    for key in office.desk().keys().await.unwrap() {
        if first.contains(&key.id) {
            assert_eq!(key.retired_at, Some(now() + KEY_LEAD));
        } else {
            assert!(second.contains(&key.id));
            assert_eq!((key.created_at, key.retired_at), (now() + KEY_LEAD, None));
        }
    }
    let third = rotate(&office, true).await;
    let key = office.desk().key(&third[0]).await.unwrap();
    assert_eq!(key.created_at, now());
}

#[tokio::test]
async fn a_revoked_key_is_gone_and_another_is_in_its_place() {
    let office = Office::of("bexio").await;
    let ids = rotate(&office, true).await;
    let desk = office.desk();
    let settings = KeySettings::default();
    let command = RevokeKey {
        key: ids[0].clone(),
    };
    let revoked = desk
        .revoke_key(&office.by, &settings, command.clone())
        .await;
    let in_place = revoked.unwrap().in_place.unwrap();
    assert_eq!(in_place.purpose, KeyPurpose::SealToken);
    assert_ne!(in_place.id, ids[0]);
    let again = desk.revoke_key(&office.by, &settings, command).await;
    assert!(matches!(again, Err(Refused::NoSuch { what: "key", .. })));
    assert_eq!(desk.keys().await.unwrap().len(), 2);
}

#[tokio::test]
async fn keys_in_the_clear_are_wrapped_once() {
    let office = Office::of("bexio").await;
    rotate(&office, true).await;
    let desk = office.desk();
    let bare = desk.keys_not_wrapped(&wrapping()).await.unwrap();
    assert_eq!(bare.len(), 2);
    assert_eq!(desk.wrap_keys(&office.by, &wrapping()).await.unwrap(), 2);
    let keys = desk.keys().await.unwrap();
    assert!(keys.iter().all(|key| key.wrapped_by().is_some()));
    assert_eq!(desk.wrap_keys(&office.by, &wrapping()).await.unwrap(), 0);
    // Without the master key nothing is done with them.
    let refused = desk.wrap_keys(&office.by, &KeySettings::default()).await;
    assert!(matches!(refused, Err(Refused::Keys(_))));
}
