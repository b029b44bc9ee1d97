use oauth::model::{Authentication, BrowserSession, UpstreamSession, Uuid};

use super::Database;
use super::samples::{OTHER_REALM, REALM, at, audit, hash, id, parties, session};
use super::together::{SIXTEEN, race};
use crate::error::StoreError;

pub(super) async fn live_until_they_expire(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let made = session(5, who.user);
    store.insert_session(&made).await.unwrap();
    let found = |seconds| store.session(&made.hash, at(seconds));
    assert_eq!(found(99).await.unwrap(), Some(made.clone()));
    assert_eq!(found(100).await.unwrap(), None);
    assert_eq!(store.session(&hash(6), at(0)).await.unwrap(), None);
}

pub(super) async fn end_once(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    store.insert_session(&session(5, who.user)).await.unwrap();
    let ended = race(database, SIXTEEN, |_, store| async move {
        store.end_session(&hash(5), audit()).await.unwrap()
    })
    .await;
    assert_eq!(ended.iter().filter(|&&ended| ended).count(), 1);
    assert_eq!(store.session(&hash(5), at(1)).await.unwrap(), None);
}

pub(super) async fn need_a_user(database: &dyn Database) {
    let store = database.node().await;
    let refused = store.insert_session(&session(5, id(1))).await;
    assert_eq!(
        refused,
        Err(StoreError::NotFound {
            what: "user",
            key: id(1).to_string()
        })
    );
}

pub(super) async fn tell_how_the_person_proved_who_they_are(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    for (number, upstream) in [
        (5, None),
        (6, Some(upstream(None))),
        (7, Some(upstream(Some("a")))),
    ] {
        let made = elsewhere(number, who.user, upstream);
        store.insert_session(&made).await.unwrap();
        let found = store.session(&made.hash, at(1)).await.unwrap();
        assert_eq!(found, Some(made));
    }
}

pub(super) async fn are_found_by_the_one_they_rest_on(database: &dyn Database) {
    let store = database.node().await;
    let who = parties(store.as_ref()).await;
    let [first, second] = [("a", 5), ("b", 6)]
        .map(|(sid, number)| elsewhere(number, who.user, Some(upstream(Some(sid)))));
    let here = elsewhere(7, who.user, None);
    for session in [&first, &second, &here] {
        store.insert_session(session).await.unwrap();
    }
    let found = async |realm: &str, upstream: UpstreamSession, seconds| {
        let (source, sid) = (&upstream.source, upstream.sid.as_deref());
        let subject = Some(upstream.subject.as_str()).filter(|subject| !subject.is_empty());
        let found = store.upstream_sessions(realm, source, subject, sid, at(seconds));
        found.await.unwrap()
    };
    let one = std::slice::from_ref(&first);
    assert_eq!(found(REALM, upstream(Some("a")), 1).await, one);
    assert_eq!(found(REALM, upstream(None), 1).await, [first, second]);
    assert_eq!(found(REALM, upstream(None), 100).await, []);
    assert_eq!(found(OTHER_REALM, upstream(None), 1).await, []);
    assert_eq!(found(REALM, upstream(Some("c")), 1).await, []);
    assert_eq!(found(REALM, upstream(Some("\0")), 1).await, []);
    let by_sid = |sid: Option<&str>| UpstreamSession {
        subject: String::new(),
        ..upstream(sid)
    };
    assert_eq!(found(REALM, by_sid(Some("a")), 1).await.len(), 1);
    assert_eq!(found(REALM, by_sid(Some("c")), 1).await, []);
    assert_eq!(found(REALM, by_sid(None), 1).await, []);
    let other = UpstreamSession {
        source: "crm".to_owned(),
        ..upstream(None)
    };
    assert_eq!(found(REALM, other, 1).await, []);
}

fn elsewhere(number: u64, user: Uuid, upstream: Option<UpstreamSession>) -> BrowserSession {
    let authentication = Authentication {
        at: at(-60),
        methods: vec!["otp".to_owned(), "mfa".to_owned()],
        class: Some("urn:two".to_owned()),
        upstream,
    };
    BrowserSession {
        authentication,
        ..session(number, user)
    }
}

fn upstream(sid: Option<&str>) -> UpstreamSession {
    UpstreamSession {
        source: "sign-in".to_owned(),
        subject: "no. 1".to_owned(),
        sid: sid.map(str::to_owned),
    }
}
