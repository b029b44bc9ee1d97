use std::collections::{BTreeMap, BTreeSet};

use oauth::model::{
    Consent, Grant, GrantStatus, KeptRequests, Position, Recording, RevocationReason, Uuid,
};
use scope::{Scope, ScopeToken};

use super::Database;
use super::samples::{
    APP, OTHER_REALM, Parties, REALM, at, audit, hash, id, kept_request, organisation, parties,
    scope,
};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;
use crate::store::Store;

pub(super) async fn make_grant_and_code(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let grant = who.grant(10);
    let stored = store
        .record_consent(
            &who.consent(11),
            &grant,
            &who.code(12, grant.id),
            None,
            None,
        )
        .await
        .unwrap();
    assert_eq!(stored, Recording::Recorded(grant.clone()));
    assert_eq!(store.grant(REALM, grant.id).await.unwrap(), Some(grant));
    let code = store.code(&hash(12)).await.unwrap();
    assert_eq!(code, Some(who.code(12, id(10))));
    let kept = Consent {
        grant: Some(id(10)),
        ..who.consent(11)
    };
    let consents = store.consents_of_user(REALM, who.user, 10).await.unwrap();
    assert_eq!(consents, [kept]);
}

pub(super) async fn again_change_the_standing_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let first = who.agree(store.as_ref(), 10).await;
    let second = Grant {
        catalog_version: "2025-07".to_owned(),
        requested: scope("contact_edit invoice_show bank_pay offer_show"),
        granted: scope("offer_show general"),
        refused: Scope::empty(),
        withheld: Vec::new(),
        reduced: scope("contact_edit"),
        created_at: at(50),
        updated_at: at(50),
        ..who.grant(20)
    };
    let taken_off = lost_now(&*store, "contact_show contact_edit").await;
    let stored = store
        .record_consent(
            &who.consent(21),
            &second,
            &who.code(22, second.id),
            Some(&first),
            None,
        )
        .await
        .unwrap();
    let expected = Grant {
        id: first.id,
        created_at: first.created_at,
        taken_off,
        version: 2,
        ..second
    };
    assert_eq!(stored, Recording::Recorded(expected.clone()));
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(live, [expected]);
    assert_eq!(store.grant(REALM, id(20)).await.unwrap(), None);
    let code = store.code(&hash(22)).await.unwrap().unwrap();
    assert_eq!(code.grant, first.id);
    // The code of the first consent hangs from the same grant and still works.
    let redeemed = store.redeem_code(&hash(10), None, at(1)).await.unwrap();
    assert_eq!(redeemed, oauth::model::Redemption::Redeemed);
}

/// What is kept of scopes that leave a grant with the next change.
async fn lost_now(store: &dyn Store, names: &str) -> BTreeMap<ScopeToken, Position> {
    let before = Position(store.latest_change().await.unwrap());
    let lost = scope(names);
    let lost = lost.tokens().iter();
    lost.map(|name| (name.clone(), before)).collect()
}

pub(super) async fn at_once_make_one_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let (user, place) = (who.user, Some(who.organisation));
    agree_at_once(database, user, place).await;
    assert_eq!(store.grants_of_user(REALM, user).await.unwrap().len(), 1);
}

pub(super) async fn bound_to_the_user_make_one_grant_too(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    agree_at_once(database, who.user, None).await;
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(live.len(), 1);
    let standing = store.standing_grant(REALM, APP, who.user, None).await;
    assert_eq!(standing.unwrap().as_ref(), live.first());
}

/// Each of sixteen keeps its consent and its code, and all hang from the same grant.
async fn agree_at_once(database: &dyn Database, user: Uuid, organisation: Option<Uuid>) {
    let grants: BTreeSet<Uuid> = race(database, SIXTEEN, |number, store| async move {
        let who = Parties {
            user,
            organisation: organisation.unwrap_or_default(),
        };
        let number = number as u64 + 100;
        let mut grant = who.grant(number);
        grant.organisation = organisation;
        who.agree_to(store.as_ref(), number, &grant).await.id
    })
    .await
    .into_iter()
    .collect();
    assert_eq!(grants.len(), 1);
    let store = database.node().await;
    let consents = store.consents_of_user(REALM, user, 100).await.unwrap();
    assert_eq!(consents.len(), SIXTEEN);
    for number in 100..116 {
        let code = store.code(&hash(number)).await.unwrap().unwrap();
        assert!(grants.contains(&code.grant));
    }
}

pub(super) async fn of_other_organisations_make_other_grants(database: &dyn Database) {
    let store = database.node().await;
    let mut who = parties(store.as_ref()).await;
    let first = who.agree(store.as_ref(), 10).await;
    let beta = organisation(3, "beta");
    who.organisation = store
        .insert_organisation(&beta, &[], audit())
        .await
        .unwrap()
        .id;
    let second = who.agree(store.as_ref(), 20).await;
    assert_ne!(first.id, second.id);
    assert_eq!(
        store.grants_of_user(REALM, who.user).await.unwrap().len(),
        2
    );
}

pub(super) async fn after_revocation_make_a_new_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let first = who.agree(store.as_ref(), 10).await;
    store
        .revoke_grant(REALM, first.id, RevocationReason::ByUser, at(5), audit())
        .await
        .unwrap();
    let second = who.agree(store.as_ref(), 20).await;
    assert_eq!(second, who.grant(20));
    let live = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(live, [second]);
}

pub(super) async fn that_fail_leave_nothing(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    // Without a client of this name.
    let mut grant = who.grant(10);
    grant.client = "nobody".to_owned();
    let refused = store
        .record_consent(
            &who.consent(11),
            &grant,
            &who.code(12, grant.id),
            None,
            None,
        )
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    nothing_is_there(store.as_ref(), who.user).await;
    // With a code that fails last, after grant and consent went well.
    let standing = who.agree(store.as_ref(), 30).await;
    let count = store.latest_change().await.unwrap();
    let wider = Grant {
        granted: scope("bank_pay"),
        ..who.grant(40)
    };
    let refused = store
        .record_consent(
            &who.consent(41),
            &wider,
            &who.code(30, wider.id),
            Some(&standing),
            None,
        )
        .await;
    assert!(matches!(refused, Err(StoreError::AlreadyExists { .. })));
    let stored = store.grant(REALM, standing.id).await.unwrap();
    assert_eq!(stored, Some(standing));
    let consents = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(consents.len(), 1);
    assert_eq!(store.latest_change().await.unwrap(), count);
}

async fn nothing_is_there(store: &dyn Store, user: Uuid) {
    assert_eq!(store.grant(REALM, id(10)).await.unwrap(), None);
    assert_eq!(store.code(&hash(12)).await.unwrap(), None);
    assert_eq!(store.consents_of_user(REALM, user, 9).await.unwrap(), []);
}

pub(super) async fn of_a_user_come_latest_first(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    for (number, seconds) in [(10, 3), (11, 1), (12, 2), (13, 2)] {
        let consent = Consent {
            decided_at: at(seconds),
            ..who.consent(number)
        };
        store
            .record_refusal(&consent, None, None, None)
            .await
            .unwrap();
    }
    let latest = store.consents_of_user(REALM, who.user, 3).await.unwrap();
    let ids: Vec<Uuid> = latest.iter().map(|consent| consent.id).collect();
    assert_eq!(ids, [id(10), id(13), id(12)]);
}

pub(super) async fn of_a_grant_come_oldest_first(database: &dyn Database) {
    let store = database.node().await;
    let mut who = parties(store.as_ref()).await;
    let grant = who.agree(store.as_ref(), 10).await;
    who.agree(store.as_ref(), 20).await;
    let elsewhere = organisation(31, "x");
    let elsewhere = store.insert_organisation(&elsewhere, &[], audit()).await;
    who.organisation = elsewhere.unwrap().id;
    who.agree(store.as_ref(), 30).await;
    let found = store.consents_of_grant(REALM, grant.id).await.unwrap();
    let ids: Vec<_> = found.iter().map(|consent| consent.id).collect();
    assert_eq!(ids, [id(10), id(20)]);
    let kept = who.consent(10).evidence;
    assert_eq!(found[0].evidence, kept);
    for (realm, grant) in [(OTHER_REALM, grant.id), (REALM, id(99))] {
        let none = store.consents_of_grant(realm, grant).await.unwrap();
        assert_eq!(none, []);
    }
}

pub(super) async fn refusals_are_kept(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let refusal = Consent {
        granted: Scope::empty(),
        refused: scope("contact_edit invoice_show"),
        organisation: None,
        ..who.consent(11)
    };
    store
        .record_refusal(&refusal, None, None, None)
        .await
        .unwrap();
    let consents = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(consents, [refusal]);
    assert_eq!(store.grants_of_user(REALM, who.user).await.unwrap(), []);
}

pub(super) async fn refusals_narrow_the_standing_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let standing = who.agree(store.as_ref(), 10).await;
    let left = Grant {
        granted: scope("contact_show general"),
        refused: scope("invoice_show contact_edit"),
        updated_at: at(9),
        ..standing.clone()
    };
    let refusal = Consent {
        grant: Some(left.id),
        ..who.consent(11)
    };
    let taken_off = lost_now(&*store, "contact_edit").await;
    let recorded = store
        .record_refusal(&refusal, Some(&left), Some(&standing), None)
        .await;
    assert_eq!(recorded.unwrap(), Recording::Recorded(()));
    let left = Grant {
        taken_off,
        version: 2,
        ..left
    };
    assert_eq!(store.grant(REALM, left.id).await.unwrap(), Some(left));
}

/// A refusal that says it leaves more than there is leaves what there is.
pub(super) async fn refusals_never_widen_a_grant(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let whole = who.agree(store.as_ref(), 10).await;
    let (left, taken) = (scope("contact_show general"), scope("contact_edit"));
    let reduced = store.reduce_grant(&whole, &left, &taken, at(2), audit());
    assert!(reduced.await.unwrap());
    let standing = store.grant(REALM, whole.id).await.unwrap();
    store
        .record_refusal(&who.consent(11), Some(&whole), standing.as_ref(), None)
        .await
        .unwrap();
    let stored = store.grant(REALM, whole.id).await.unwrap().unwrap();
    assert_eq!(stored.granted, left);
    assert_eq!(stored.reduced, taken);
}

/// Somebody is asked about what they took off, and says no.
pub(super) async fn what_was_taken_off_can_be_refused(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let whole = who.agree(store.as_ref(), 10).await;
    let (left, taken) = (scope("contact_show general"), scope("contact_edit"));
    let reduced = store.reduce_grant(&whole, &left, &taken, at(2), audit());
    assert!(reduced.await.unwrap());
    let standing = store.grant(REALM, whole.id).await.unwrap().unwrap();
    let refusing = Grant {
        refused: taken,
        reduced: Scope::empty(),
        updated_at: at(3),
        ..standing.clone()
    };
    let refusal = who.consent(11);
    let recorded = store.record_refusal(&refusal, Some(&refusing), Some(&standing), None);
    assert_eq!(recorded.await.unwrap(), Recording::Recorded(()));
    let stored = store.grant(REALM, whole.id).await.unwrap();
    let version = standing.version + 1;
    assert_eq!(
        stored,
        Some(Grant {
            version,
            ..refusing
        })
    );
}

pub(super) async fn rest_on_the_grant_as_it_stands(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    // Worked out when nothing stood, recorded when something does.
    let loaded = who.agree(store.as_ref(), 10).await;
    expect_changed(store.as_ref(), &who, None).await;
    // Reduced meanwhile, within the same millisecond.
    let (left, taken) = (scope("contact_show general"), scope("contact_edit"));
    let reduced = store.reduce_grant(&loaded, &left, &taken, loaded.updated_at, audit());
    assert!(reduced.await.unwrap());
    expect_changed(store.as_ref(), &who, Some(&loaded)).await;
    let stored = store.grant(REALM, loaded.id).await.unwrap().unwrap();
    assert_eq!((&stored.granted, &stored.reduced), (&left, &taken));
    // Revoked meanwhile; then another one made in its place.
    let revoked = store.revoke_grant(REALM, loaded.id, RevocationReason::ByUser, at(5), audit());
    assert!(revoked.await.unwrap());
    expect_changed(store.as_ref(), &who, Some(&stored)).await;
    who.agree(store.as_ref(), 20).await;
    expect_changed(store.as_ref(), &who, Some(&stored)).await;
}

/// Neither a consent nor a refusal that rests on this is recorded, not in part either.
async fn expect_changed(store: &dyn Store, who: &Parties, based_on: Option<&Grant>) {
    let count = store.latest_change().await.unwrap();
    let before = store.grants_of_user(REALM, who.user).await.unwrap();
    let consents = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    let grant = who.grant(30);
    let consent = store
        .record_consent(
            &who.consent(31),
            &grant,
            &who.code(32, grant.id),
            based_on,
            None,
        )
        .await;
    assert_eq!(consent.unwrap(), Recording::StandingChanged);
    let refusal = store
        .record_refusal(&who.consent(33), based_on, based_on, None)
        .await;
    assert_eq!(refusal.unwrap(), Recording::StandingChanged);
    assert_eq!(store.grant(REALM, grant.id).await.unwrap(), None);
    assert_eq!(store.code(&hash(32)).await.unwrap(), None);
    let after = store.grants_of_user(REALM, who.user).await.unwrap();
    assert_eq!(after, before);
    let kept = store.consents_of_user(REALM, who.user, 9).await.unwrap();
    assert_eq!(kept, consents);
    assert_eq!(store.latest_change().await.unwrap(), count);
}

/// Half of sixteen consent on what they loaded while the other half reduce and revoke it.
/// Whoever comes first, what was taken off or revoked never comes back.
pub(super) async fn against_revocation_and_reduction_revive_nothing(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let loaded = who.agree(store.as_ref(), 10).await;
    let (user, organisation) = (who.user, who.organisation);
    let outcomes = race(database, SIXTEEN, |number, store| {
        let loaded = loaded.clone();
        async move {
            let who = Parties { user, organisation };
            let number = number as u64;
            if number.is_multiple_of(4) {
                let (left, taken) = (scope("general"), scope("contact_show contact_edit"));
                let reduced = store.reduce_grant(&loaded, &left, &taken, at(2), audit());
                return (reduced.await == Ok(true), false);
            }
            if number.is_multiple_of(2) {
                let reason = RevocationReason::ByUser;
                let revoked = store.revoke_grant(REALM, loaded.id, reason, at(2), audit());
                return (revoked.await.unwrap(), false);
            }
            let consent = who.consent(number + 100);
            let code = who.code(number + 100, id(number + 100));
            let grant = Grant {
                updated_at: at(1),
                ..who.grant(number + 100)
            };
            let recording = store.record_consent(&consent, &grant, &code, Some(&loaded), None);
            (false, recording.await.unwrap().recorded().is_some())
        }
    })
    .await;
    let recorded = outcomes.iter().filter(|(_, recorded)| *recorded).count();
    assert!(recorded <= 1, "each changes what the others rest on");
    let ended = store.grant(REALM, loaded.id).await.unwrap().unwrap();
    assert_ne!(ended.status, GrantStatus::Live);
    assert!(outcomes.iter().any(|(taken, _)| *taken));
    assert_eq!(store.grants_of_user(REALM, user).await.unwrap(), []);
}

pub(super) async fn one_of_sixteen_answers_to_a_request_is_recorded(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let asked = kept_request(10, "address:192.0.2.1", 0);
    let most = KeptRequests {
        of_sender_in_a_minute: 9,
        of_sender: 9,
        of_realm: 9,
    };
    store.keep_request(&asked, most).await.unwrap();
    let (user, organisation) = (who.user, who.organisation);
    let recorded = race(database, SIXTEEN, |number, store| async move {
        let who = Parties { user, organisation };
        let refusal = who.consent(number as u64 + 100);
        let asked = hash(10);
        let recorded = store.record_refusal(&refusal, None, None, Some(&asked));
        recorded.await.unwrap()
    })
    .await;
    let (taken, late): (Vec<_>, Vec<_>) = recorded
        .into_iter()
        .partition(|recording| *recording == Recording::Recorded(()));
    assert_eq!(taken.len(), 1);
    assert!(
        late.iter().all(|one| *one == Recording::Answered),
        "{late:?}"
    );
    let kept = store.consents_of_user(REALM, user, 99).await.unwrap();
    assert_eq!(kept.len(), 1);
    let asked = store.kept_request(&hash(10), at(1)).await.unwrap().unwrap();
    assert_eq!(asked.answered_at, Some(kept[0].decided_at));

    // Nor by the other answer, nor is one that nobody keeps.
    let grant = who.grant(20);
    for request in [10, 11] {
        let (consent, code) = (who.consent(21), who.code(22, grant.id));
        let answers = hash(request);
        let recorded = store.record_consent(&consent, &grant, &code, None, Some(&answers));
        assert_eq!(recorded.await.unwrap(), Recording::Answered);
    }
    assert_eq!(store.grant(REALM, grant.id).await.unwrap(), None);
    assert_eq!(store.code(&hash(22)).await.unwrap(), None);
}
