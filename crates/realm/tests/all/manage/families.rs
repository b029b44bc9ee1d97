use oauth::audit::{Actor, Origin};
use oauth::model::{FamilyStatus, GrantStatus, RevocationReason, Uuid};

use super::{FAMILY, Office, app, now};

#[tokio::test]
async fn one_ends_once_and_its_grant_stays() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    office.client(app("ledgerly", "contact_show")).await;
    let grant = office.grant("ledgerly", &anna, "contact_show").await;
    let desk = office.desk();
    let by = Actor::person(&anna, Origin::default());
    let (by_user, by_client) = (RevocationReason::ByUser, RevocationReason::ByClient);
    // Before its code is redeemed there is none.
    let none = desk.end_family(&by, FAMILY, by_user).await;
    assert_eq!(none.unwrap(), None);
    office.connect().await;
    let ended = desk.end_family(&by, FAMILY, by_user).await;
    assert_eq!(ended.unwrap(), Some(true));
    let again = desk.end_family(&by, FAMILY, by_client).await;
    assert_eq!(again.unwrap(), Some(false));
    let other = desk.end_family(&by, Uuid::from_u128(1), by_user).await;
    assert_eq!(other.unwrap(), None);
    let family = office.store.family("bexio", FAMILY).await;
    assert_eq!(
        family.unwrap().unwrap().status,
        FamilyStatus::Ended {
            at: now(),
            reason: by_user
        }
    );
    let found = office.store.grant("bexio", grant.id).await;
    assert_eq!(found.unwrap().unwrap().status, GrantStatus::Live);
}
