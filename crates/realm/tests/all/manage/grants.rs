use oauth::audit::{Actor, Origin};
use oauth::model::{Grant, GrantStatus, RevocationReason, User, Uuid};
use realm::manage::{ReduceGrant, Reduced, Refused};

use super::{Office, app, now, scope};

const GRANTED: &str = "general contact_show contact_edit task_show";

async fn granted(catalog: &str, scopes: &str) -> (Office, User, Grant) {
    let office = Office::of(catalog).await;
    let anna = office.person("anna").await;
    office.client(app("ledgerly", scopes)).await;
    let grant = office.grant("ledgerly", &anna, scopes).await;
    (office, anna, grant)
}

async fn reduce(office: &Office, by: &Actor, grant: Uuid, keep: &str) -> Result<Reduced, Refused> {
    let keep = keep.split_whitespace().map(str::to_owned).collect();
    let command = ReduceGrant {
        grant,
        keep,
        version: None,
    };
    office.desk().reduce_grant(by, command).await
}

async fn now_is(office: &Office, grant: &Grant) -> Grant {
    let found = office.store.grant(office.catalog.id(), grant.id).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn less_is_kept_until_nothing_is_left() {
    let (office, anna, grant) = granted("bexio", GRANTED).await;
    let by = Actor::person(&anna, Origin::default());
    let all = "contact_edit task_show";
    assert_eq!(
        reduce(&office, &by, grant.id, all).await.unwrap(),
        Reduced::Unchanged
    );
    assert_eq!(now_is(&office, &grant).await, grant);

    let less = reduce(&office, &by, grant.id, "contact_show").await;
    assert_eq!(less.unwrap(), Reduced::Less);
    let left = now_is(&office, &grant).await;
    assert_eq!(left.granted, scope("general contact_show"));
    assert_eq!(left.reduced, scope("contact_edit task_show"));

    // What is off stays off.
    let more = reduce(&office, &by, grant.id, all).await;
    assert_eq!(more.unwrap(), Reduced::Unchanged);

    let nothing = reduce(&office, &by, grant.id, "").await;
    assert_eq!(nothing.unwrap(), Reduced::Ended);
    let ended = GrantStatus::Revoked {
        at: now(),
        reason: RevocationReason::ByUser,
    };
    assert_eq!(now_is(&office, &grant).await.status, ended);
    let again = reduce(&office, &by, grant.id, "").await;
    assert_eq!(again.unwrap(), Reduced::Unchanged);
}

#[tokio::test]
async fn what_cannot_be_reduced_is_refused() {
    let (office, anna, grant) = granted("freshbooks", "user:profile:read").await;
    let by = Actor::person(&anna, Origin::default());
    let refused = reduce(&office, &by, grant.id, "").await;
    assert!(matches!(refused, Err(Refused::NotReducible(_))));
    assert_eq!(now_is(&office, &grant).await, grant);
    let refused = reduce(&office, &by, Uuid::from_u128(1), "").await;
    assert!(matches!(
        refused,
        Err(Refused::NoSuch { what: "grant", .. })
    ));
}

#[tokio::test]
async fn a_grant_ends_once() {
    let (office, _, grant) = granted("bexio", GRANTED).await;
    let desk = office.desk();
    let reason = RevocationReason::ByProvider;
    assert!(
        desk.revoke_grant(&office.by, grant.id, reason)
            .await
            .unwrap()
    );
    let ended = now_is(&office, &grant).await;
    assert_eq!(ended.status, GrantStatus::Revoked { at: now(), reason });
    let again = desk.revoke_grant(&office.by, grant.id, RevocationReason::ByUser);
    assert!(!again.await.unwrap());
    assert_eq!(now_is(&office, &grant).await, ended);
}

/// Whoever asks on a person's behalf need not look whose grant it is.
#[tokio::test]
async fn to_a_person_the_grants_of_others_do_not_exist() {
    let (office, _, grant) = granted("bexio", GRANTED).await;
    let beat = office.person("beat").await;
    let by = Actor::person(&beat, Origin::default());
    let reduced = reduce(&office, &by, grant.id, "contact_show").await;
    assert!(matches!(reduced, Err(Refused::NoSuch { .. })));
    let desk = office.desk();
    let ended = desk.revoke_grant(&by, grant.id, RevocationReason::ByUser);
    assert!(!ended.await.unwrap());
    assert_eq!(now_is(&office, &grant).await, grant);
}
