//! Two who change the same record: neither change is lost, and whoever decided by what they saw
//! is told that it is no longer so.

use oauth::model::Status;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use oauth::audit::Actor;
use realm::SeededRandom;
use realm::manage::{
    Approve, ChangeClient, ChangePerson, ClientChange, Desk, OtherSecrets, PersonChange, Refused,
    SetMembership, SetRole, WithdrawApproval,
};
use serde_json::Value;
use storage::{Hook, Store, StoreError};

use super::audit::last;
use super::{Office, app, approvals, audit, now, scope, stored};

/// Changes a record before a call of this name, as often as it is told, as somebody else would.
struct SomebodyElse {
    store: Arc<dyn Store>,
    before: &'static str,
    times: AtomicUsize,
}

#[async_trait]
impl Hook for SomebodyElse {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        let left = |times: usize| times.checked_sub(1);
        let order = Ordering::Relaxed;
        if call != self.before || self.times.fetch_update(order, order, left).is_err() {
            return Ok(());
        }
        match call {
            "update_client" => {
                let mut client = self.store.client("bexio", "ledgerly").await?.unwrap();
                client.status = Status::Disabled { since: now() };
                self.store.update_client(&client, audit()).await
            }
            "update_user" => {
                let found = self.store.user_by_username("bexio", "anna").await?;
                let mut user = found.unwrap();
                user.status = Status::Disabled { since: now() };
                self.store.update_user(&user, audit()).await
            }
            "put_role" => {
                let office = self
                    .store
                    .organisation_by_slug("bexio", "muster-ag")
                    .await?;
                let roles = self.store.roles("bexio", office.unwrap().id).await?;
                let mut roles = roles.into_iter().filter(|role| role.name == "viewer");
                self.store.put_role(&roles.next().unwrap(), audit()).await
            }
            "put_membership" => {
                let found = self.store.user_by_username("bexio", "anna").await?;
                let places = self.store.memberships("bexio", found.unwrap().id).await?;
                let mut place = places[0].1.clone();
                place.roles = vec!["bookkeeper".to_owned()];
                self.store.put_membership(&place, audit()).await
            }
            "approve" | "withdraw_approval" => {
                let found = self.store.approvals("bokio", "betalfix").await?;
                let mut approval = found[0].clone();
                let standing = approval.withdrawn_at.take().is_none();
                approval.reviewer = "Ida".to_owned();
                let version = standing.then_some(approval.version);
                let given = self.store.approve(&approval, version, audit());
                given.await.map(|_| ())
            }
            other => panic!("nobody waits for {other}"),
        }
    }
}

/// An office with somebody else in it, and the store where they come first.
async fn shared(before: &'static str, times: usize) -> (Office, Arc<dyn Store>) {
    let office = Office::of("bexio").await;
    office.organisation("muster-ag").await;
    office.person("anna").await;
    office.place("anna", "muster-ag", &["viewer"]).await;
    office
        .client(app("ledgerly", "contact_edit task_edit"))
        .await;
    let hook = SomebodyElse {
        store: Arc::clone(&office.store),
        before,
        times: AtomicUsize::new(times),
    };
    let hooked = office.store.hooked(Arc::new(hook));
    (office, hooked)
}

fn desk<'a>(office: &'a Office, hooked: &'a Arc<dyn Store>) -> Desk<'a> {
    Desk::new(&**hooked, &office.catalog, &*office.clock, &office.random)
}

fn scopes(version: Option<i64>) -> ChangeClient {
    ChangeClient {
        client: "ledgerly".to_owned(),
        version,
        change: ClientChange::Scopes {
            registered: "contact_show".to_owned(),
            optional: Some(String::new()),
        },
    }
}

#[tokio::test]
async fn a_client_that_was_disabled_meanwhile_stays_disabled() {
    let (office, hooked) = shared("update_client", 1).await;
    let changed = desk(&office, &hooked).change_client(&office.by, scopes(None));
    let changed = changed.await.unwrap().record;
    assert_eq!(changed.registered_scope, scope("contact_show"));
    assert_eq!(changed.status, Status::Disabled { since: now() });
    assert_eq!(office.desk().client("ledgerly").await.unwrap(), changed);

    let (office, hooked) = shared("update_client", 1).await;
    let made = desk(&office, &hooked).add_client_secret(&office.by, "ledgerly", OtherSecrets::Go);
    let made = made.await.unwrap();
    let client = office.desk().client("ledgerly").await.unwrap();
    assert_eq!(client.status, Status::Disabled { since: now() });
    assert_eq!(client.secrets, [stored(&made.secret)]);
}

#[tokio::test]
async fn a_person_who_was_disabled_meanwhile_stays_disabled() {
    let (office, hooked) = shared("update_user", 1).await;
    let before = office.desk().person("anna").await.unwrap();
    let command = ChangePerson {
        username: "anna".to_owned(),
        version: None,
        change: PersonChange::Password("another one of them".to_owned()),
    };
    let changed = desk(&office, &hooked).change_person(&office.by, command);
    let changed = changed.await.unwrap().record;
    assert_eq!(changed.status, Status::Disabled { since: now() });
    assert_ne!(changed.password_hash, before.password_hash);
    assert_eq!(office.desk().person("anna").await.unwrap(), changed);
}

#[tokio::test]
async fn roles_and_places_are_set_in_spite_of_others() {
    let (office, hooked) = shared("put_role", 1).await;
    let command = SetRole {
        organisation: "muster-ag".to_owned(),
        role: "viewer".to_owned(),
        rights: "task_show".to_owned(),
        version: None,
    };
    let set = desk(&office, &hooked).set_role(&office.by, command).await;
    let muster = set.unwrap().record;
    let roles = office.desk().roles(&muster).await.unwrap();
    let viewer = roles.iter().find(|role| role.name == "viewer").unwrap();
    assert_eq!((&*viewer.rights[0], viewer.version), ("task_show", 3));

    let (office, hooked) = shared("put_membership", 1).await;
    let command = SetMembership {
        organisation: "muster-ag".to_owned(),
        username: "anna".to_owned(),
        roles: vec!["administrator".to_owned()],
        version: None,
    };
    let set = desk(&office, &hooked).set_membership(&office.by, command);
    set.await.unwrap();
    let anna = office.desk().person("anna").await.unwrap();
    let places = office.desk().places_of(&anna).await.unwrap();
    assert_eq!(places[0].1.roles, ["administrator"]);
}

/// An app of Bokio's with an approval by Elsa, and the store where Ida gives hers first.
async fn approved(before: &'static str) -> (Office, Arc<dyn Store>) {
    let office = Office::of("bokio").await;
    office.client(app("betalfix", "bank-payments:write")).await;
    let given = office.desk().approve(&office.by, approve("Elsa", None));
    given.await.unwrap();
    let hook = SomebodyElse {
        store: Arc::clone(&office.store),
        before,
        times: AtomicUsize::new(1),
    };
    let hooked = office.store.hooked(Arc::new(hook));
    (office, hooked)
}

fn approve(reviewer: &str, version: Option<i64>) -> Approve {
    Approve {
        version,
        ..approvals::approve("betalfix", reviewer)
    }
}

fn withdraw(version: Option<i64>) -> WithdrawApproval {
    WithdrawApproval {
        client: "betalfix".to_owned(),
        elevation: "partner".to_owned(),
        version,
    }
}

async fn reviewer_before(office: &Office) -> Value {
    let before = last(office).await.row.before;
    let mut before: Value = serde_json::from_str(&before).unwrap();
    before["reviewer"].take()
}

#[tokio::test]
async fn the_record_of_an_approval_tells_what_it_took_the_place_of() {
    let (office, hooked) = approved("approve").await;
    let given = desk(&office, &hooked).approve(&office.by, approve("Otto", None));
    given.await.unwrap();
    assert_eq!(reviewer_before(&office).await, "Ida");

    let (office, hooked) = approved("withdraw_approval").await;
    let ended = desk(&office, &hooked).withdraw_approval(&office.by, withdraw(None));
    ended.await.unwrap();
    assert_eq!(reviewer_before(&office).await, "Ida");
}

#[tokio::test]
async fn who_saw_another_approval_is_told_and_changes_nothing() {
    let changed = "approval \"partner\" was changed meanwhile; read it again and decide anew";
    let (office, hooked) = approved("approve").await;
    // One where none stands, and one that somebody replaces between reading and writing.
    for seen in [0, 1] {
        let given = desk(&office, &hooked).approve(&office.by, approve("Otto", Some(seen)));
        assert_eq!(given.await.unwrap_err().to_string(), changed);
    }
    let (office, hooked) = approved("withdraw_approval").await;
    for seen in [7, 1] {
        let ended = desk(&office, &hooked).withdraw_approval(&office.by, withdraw(Some(seen)));
        assert_eq!(ended.await.unwrap_err().to_string(), changed);
    }
    let ended = office
        .desk()
        .withdraw_approval(&office.by, withdraw(Some(3)));
    ended.await.unwrap();
    let given = office.desk().approve(&office.by, approve("Otto", Some(0)));
    assert_eq!(given.await.unwrap().approval.version, 5);
}

#[tokio::test]
async fn who_saw_another_version_is_told_and_changes_nothing() {
    let (office, hooked) = shared("update_client", 1).await;
    // Changed before it was read, and between reading and writing.
    for seen in [7, 1] {
        let refused = desk(&office, &hooked).change_client(&office.by, scopes(Some(seen)));
        assert_eq!(
            refused.await.unwrap_err().to_string(),
            "client \"ledgerly\" was changed meanwhile; read it again and decide anew"
        );
    }
    let client = office.desk().client("ledgerly").await.unwrap();
    assert_eq!(client.version, 2);
    assert_eq!(client.registered_scope, scope("contact_edit task_edit"));
    let changed = office.desk().change_client(&office.by, scopes(Some(2)));
    assert_eq!(changed.await.unwrap().record.version, 3);
}

#[tokio::test]
async fn against_somebody_who_never_stops_an_act_gives_up() {
    let (office, hooked) = shared("update_client", usize::MAX).await;
    let random = SeededRandom::new(1);
    let desk = Desk::new(&*hooked, &office.catalog, &*office.clock, &random);
    let refused = desk.change_client(&Actor::system(), scopes(None)).await;
    assert!(matches!(refused, Err(Refused::Changed { .. })));
    let client = office.desk().client("ledgerly").await.unwrap();
    assert_eq!(client.registered_scope, scope("contact_edit task_edit"));
}
