use std::collections::BTreeMap;

use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{Consent, Grant, GrantStatus, Position, Redemption, RevocationReason};
use scope::{Scope, ScopeToken};

use super::Database;
use super::samples::{APP, REALM, at, audit, hash, id, organisation, parties, scope};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn are_found_by_their_parties(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let place = Some(who.organisation);
    let standing = store.standing_grant(REALM, APP, who.user, place).await;
    assert_eq!(standing.unwrap(), Some(grant));
    let others = [
        ("nobody", who.user, place),
        (APP, id(9), place),
        (APP, who.user, None),
        (APP, who.user, Some(id(9))),
    ];
    for (client, user, place) in others {
        let standing = store.standing_grant(REALM, client, user, place).await;
        assert_eq!(standing.unwrap(), None);
    }
}

pub(super) async fn of_a_user_are_the_live_ones_latest_first(database: &dyn Database) {
    let store = database.node().await;
    let mut who = parties(store.as_ref()).await;
    let mut made = Vec::new();
    for (number, slug) in [(10, "x"), (20, "y"), (30, "z")] {
        let place = organisation(number + 1, slug);
        who.organisation = store
            .insert_organisation(&place, &[], audit())
            .await
            .unwrap()
            .id;
        made.push(who.agree(store.as_ref(), number).await);
    }
    // The first is changed last, the third ends.
    let left = scope("general");
    store
        .reduce_grant(&made[0], &left, &Scope::empty(), at(9), audit())
        .await
        .unwrap();
    store
        .revoke_grant(REALM, made[2].id, RevocationReason::ByUser, at(9), audit())
        .await
        .unwrap();
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    let ids: Vec<_> = live.iter().map(|grant| grant.id).collect();
    assert_eq!(ids, [made[0].id, made[1].id]);
}

pub(super) async fn revoking_ends_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let revoke =
        |reason, seconds| store.revoke_grant(REALM, grant.id, reason, at(seconds), audit());
    assert!(revoke(RevocationReason::CodeReused, 4).await.unwrap());
    assert!(!revoke(RevocationReason::ByUser, 5).await.unwrap());
    let stored = store.grant(REALM, grant.id).await.unwrap().unwrap();
    let ended = GrantStatus::Revoked {
        at: at(4),
        reason: RevocationReason::CodeReused,
    };
    assert_eq!(stored.status, ended);
    let place = Some(who.organisation);
    let standing = store.standing_grant(REALM, APP, who.user, place).await;
    assert_eq!(standing.unwrap(), None);
    let unknown = store
        .revoke_grant(REALM, id(99), RevocationReason::ByUser, at(5), audit())
        .await;
    assert!(!unknown.unwrap());
}

pub(super) async fn revoked_by_sixteen_end_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await.id;
    let ended = race(database, SIXTEEN, |_, store| async move {
        let reason = RevocationReason::ByProvider;
        store
            .revoke_grant(REALM, grant, reason, at(2), audit())
            .await
            .unwrap()
    })
    .await;
    assert_eq!(ended.iter().filter(|&&ended| ended).count(), 1);
}

pub(super) async fn reducing_takes_scopes_off(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let steps = [
        ("contact_show general", "contact_edit"),
        ("general", "contact_show"),
    ];
    let mut taken_off = BTreeMap::new();
    for (left, taken) in steps {
        let (left, taken) = (scope(left), scope(taken));
        let before = Position(store.latest_change().await.unwrap());
        taken_off.extend(taken.tokens().iter().map(|name| (name.clone(), before)));
        let read = store.grant(REALM, grant.id).await.unwrap().unwrap();
        let reduced = store.reduce_grant(&read, &left, &taken, at(3), audit());
        let reduced = reduced.await;
        assert!(reduced.unwrap());
    }
    let expected = Grant {
        granted: scope("general"),
        reduced: scope("contact_edit contact_show"),
        taken_off,
        updated_at: at(3),
        version: 3,
        ..grant
    };
    let stored = store.grant(REALM, expected.id).await.unwrap();
    assert_eq!(stored, Some(expected));
}

/// By a reduction, by a consent that allows less, and by a refusal: whatever leaves a grant is
/// known to have been taken off, also once it is allowed again, and further scopes leave alone
/// what is known.
pub(super) async fn what_leaves_a_grant_is_remembered(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    assert!(grant.taken_off.is_empty());
    let (left, taken) = (scope("contact_show general"), scope("contact_edit"));
    let first = Position(store.latest_change().await.unwrap());
    let reduced = store.reduce_grant(&grant, &left, &taken, at(3), audit());
    assert!(reduced.await.unwrap());

    let agree = async |number: u64, granted: &str, standing: &Grant| {
        let wanted = Grant {
            granted: scope(granted),
            ..who.grant(number)
        };
        let consent = who.consent(number);
        let code = who.code(number, wanted.id);
        let recorded = store.record_consent(&consent, &wanted, &code, Some(standing), None);
        recorded.await.unwrap().recorded().unwrap()
    };
    let standing = store.grant(REALM, grant.id).await.unwrap().unwrap();
    let again = agree(11, "contact_show contact_edit bank_pay general", &standing).await;
    let known = |names: &[(&str, Position)]| -> BTreeMap<ScopeToken, Position> {
        let token = |name| ScopeToken::parse(name).unwrap();
        names.iter().map(|(name, at)| (token(name), *at)).collect()
    };
    assert_eq!(again.taken_off, known(&[("contact_edit", first)]));

    let second = Position(store.latest_change().await.unwrap());
    let less = agree(12, "contact_edit bank_pay general", &again).await;
    let after = [("contact_edit", first), ("contact_show", second)];
    assert_eq!(less.taken_off, known(&after));

    let third = Position(store.latest_change().await.unwrap());
    let left = Grant {
        granted: scope("bank_pay general"),
        ..less.clone()
    };
    let refusal = Consent {
        grant: None,
        ..who.consent(13)
    };
    let refused = store.record_refusal(&refusal, Some(&left), Some(&less), None);
    refused.await.unwrap().recorded().unwrap();
    let stored = store.grant(REALM, grant.id).await.unwrap().unwrap();
    let after = [("contact_edit", third), ("contact_show", second)];
    assert_eq!(stored.taken_off, known(&after));
    let held = |issued: Position| stored.allows(Some(issued)).to_string();
    assert_eq!(held(third), "bank_pay general");
}

pub(super) async fn reducing_only_takes_away(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    for left in [
        "contact_show contact_edit general",
        "general contact_edit contact_show",
        "contact_show contact_edit general bank_pay",
        "general bank_pay",
    ] {
        let reduced = store
            .reduce_grant(&grant, &scope(left), &scope("x"), at(3), audit())
            .await;
        assert!(!reduced.unwrap(), "{left}");
    }
    assert_eq!(store.grant(REALM, grant.id).await.unwrap(), Some(grant));
}

pub(super) async fn reducing_needs_a_live_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let (left, taken) = (scope("general"), scope("contact_edit"));
    let nobody = Grant {
        id: id(99),
        ..grant.clone()
    };
    let unknown = store.reduce_grant(&nobody, &left, &taken, at(3), audit());
    let unknown = unknown.await;
    assert!(!unknown.unwrap());
    store
        .revoke_grant(REALM, grant.id, RevocationReason::ByUser, at(2), audit())
        .await
        .unwrap();
    let ended = store
        .reduce_grant(&grant, &left, &taken, at(3), audit())
        .await;
    assert!(!ended.unwrap());
    let stored = store.grant(REALM, grant.id).await.unwrap().unwrap();
    assert_eq!(stored.granted, grant.granted);
}

/// Of two reductions worked out from the same state, the later one would bring back what the
/// earlier took; it is refused instead.
pub(super) async fn reduced_at_once_are_reduced_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.connect(store.as_ref(), 10, 50).await;
    let read = grant.clone();
    let reduced = race(database, SIXTEEN, |number, store| {
        let read = read.clone();
        async move {
            let (left, taken) = if number % 2 == 0 {
                ("contact_show general", "contact_edit")
            } else {
                ("contact_edit general", "contact_show")
            };
            store
                .reduce_grant(&read, &scope(left), &scope(taken), at(2), audit())
                .await
        }
    })
    .await;
    let done = |reduced: &&Result<bool, StoreError>| **reduced == Ok(true);
    assert_eq!(reduced.iter().filter(done).count(), 1);
    let is_refused =
        |reduced: &Result<bool, StoreError>| matches!(reduced, Err(StoreError::Conflict { .. }));
    assert!(
        reduced
            .iter()
            .all(|one| *one == Ok(true) || is_refused(one))
    );
    let stored = store.grant(REALM, grant.id).await.unwrap().unwrap();
    assert_eq!((stored.granted.len(), stored.reduced.len()), (2, 1));
    // Its tokens live on.
    let next = who.refresh_token(51, grant.id);
    let rotated = store.rotate_refresh_token(&hash(50), &next, at(3)).await;
    assert_eq!(rotated.unwrap(), Redemption::Redeemed);
}

/// Of this person and realm, the latest first; what was done to other records of theirs is not.
pub(super) async fn what_was_done_to_those_of_a_person_is_told(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    let act = |act, number: u8| {
        let subject = Subject::new(SubjectKind::Grant, grant.id);
        let random = [number; AuditRecord::RANDOM_BYTES];
        let by = Actor::system();
        AuditRecord::new(REALM, &by, act, subject, at(3), &random).about_id(who.user)
    };
    let (left, taken) = (scope("contact_show general"), scope("contact_edit"));
    let record = act(Act::GrantReduced, 1);
    let reduced = store.reduce_grant(&grant, &left, &taken, at(3), &record);
    assert!(reduced.await.unwrap());
    let record = act(Act::GrantRevoked, 2);
    let revoked = store.revoke_grant(REALM, grant.id, RevocationReason::ByUser, at(4), &record);
    assert!(revoked.await.unwrap());
    let told = async |realm, person, limit| {
        let rows = store.acts_on_grants_of(realm, person, limit).await;
        let acts = rows.unwrap().into_iter().map(|row| row.act);
        acts.collect::<Vec<_>>()
    };
    let both = ["grant-revoked", "grant-reduced"];
    assert_eq!(told(REALM, who.user, 9).await, both);
    assert_eq!(told(REALM, who.user, 1).await, both[..1]);
    assert_eq!(told("elsewhere", who.user, 9).await, [""; 0]);
    assert_eq!(told(REALM, id(9), 9).await, [""; 0]);
}
