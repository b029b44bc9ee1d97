use oauth::model::{KeyPurpose, KeyUse};
use oauth::token::MasterKeys;
use realm::keys::KeySettings;
use realm::limits::KEY_LEAD;
use realm::manage::{Refused, RevokeKey, RotateKeys, WrappedKeys, wrap_keys};

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
    let wrap = async |settings: KeySettings| wrap_keys(&[desk], &office.by, &settings).await;
    // Without a master key nothing is done with them.
    let refused = wrap(KeySettings::default()).await;
    assert!(matches!(refused, Err(Refused::NoMasterKey)), "{refused:?}");
    let wrapped = wrap(wrapping()).await.unwrap();
    assert_eq!((wrapped.changed, wrapped.in_the_clear.len()), (2, 2));
    let keys = desk.keys().await.unwrap();
    assert!(keys.iter().all(|key| key.wrapped_by().is_some()));
    assert_eq!(wrap(wrapping()).await.unwrap(), WrappedKeys::default());
}

/// Of several realms, all are wrapped or none.
#[tokio::test]
async fn a_key_that_cannot_be_opened_leaves_those_of_other_realms() {
    let office = Office::of("bexio").await;
    rotate(&office, true).await;
    let other = Office {
        store: office.store.clone(),
        ..Office::of("stora").await
    };
    rotate(&other, true).await;
    let (desk, elsewhere) = (office.desk(), other.desk());
    let lost = KeySettings {
        master_keys: MasterKeys::parse(&"77".repeat(32)).unwrap(),
        ..KeySettings::default()
    };
    wrap_keys(&[elsewhere], &office.by, &lost).await.unwrap();
    let refused = wrap_keys(&[desk, elsewhere], &office.by, &wrapping()).await;
    assert!(matches!(refused, Err(Refused::Keys(_))), "{refused:?}");
    let keys = desk.keys().await.unwrap();
    assert!(keys.iter().all(|key| key.wrapped_by().is_none()));
}
