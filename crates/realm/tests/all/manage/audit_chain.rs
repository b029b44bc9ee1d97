//! A record that somebody changed by other means does not hold.

use std::sync::Arc;

use oauth::audit::Anchor;
use realm::manage::{AuditTrail, Verification};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, raw_sql};
use storage::{SqliteStore, Store};

use super::{Office, app};

/// An office in a file, with some records that are linked.
async fn filed() -> (tempfile::TempDir, Office, Anchor) {
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::of("bexio").await;
    let path = folder.path().join("scopegate.sqlite");
    office.store = Arc::new(SqliteStore::open(&path).await.unwrap());
    for number in 1..=6 {
        office
            .client(app(&format!("app-{number}"), "contact_show"))
            .await;
        office.person(&format!("person-{number}")).await;
    }
    let trail = AuditTrail::new(&*office.store);
    let anchor = trail.head().await.unwrap().unwrap().anchor();
    office.client(app("later", "contact_show")).await;
    trail.link().await.unwrap();
    (folder, office, anchor)
}

async fn tamper(folder: &tempfile::TempDir, sql: &str) {
    let path = folder.path().join("scopegate.sqlite");
    let mut stranger = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut stranger)
        .await
        .unwrap();
    stranger.close().await.unwrap();
}

async fn verify(store: &dyn Store, anchor: Option<Anchor>) -> Verification {
    AuditTrail::new(store).verify(anchor).await.unwrap()
}

#[tokio::test]
async fn what_nobody_touched_holds() {
    let (_folder, office, anchor) = filed().await;
    let held = Verification {
        broken: None,
        links: 13,
        waiting: 0,
    };
    assert_eq!(verify(&*office.store, None).await, held);
    assert_eq!(verify(&*office.store, Some(anchor)).await, held);
    office.person("newest").await;
    let waits = Verification { waiting: 1, ..held };
    assert_eq!(verify(&*office.store, Some(anchor)).await, waits);
}

#[tokio::test]
async fn what_somebody_touched_does_not() {
    let table = [
        // A row that says something else.
        (
            "UPDATE audit_records SET act = 'client-enabled' WHERE position = 5",
            "link 5: the row at position 5 is not as it was linked",
        ),
        (
            "UPDATE audit_records SET actor_id = 'somebody else' WHERE position = 1",
            "link 1: the row at position 1 is not as it was linked",
        ),
        (
            "UPDATE audit_records SET at = at + 1 WHERE position = 13",
            "link 13: the row at position 13 is not as it was linked",
        ),
        (
            "UPDATE audit_records SET sealed_person = NULL WHERE position = 2",
            "link 2: the row at position 2 is not as it was linked",
        ),
        (
            "UPDATE audit_records SET salt = x'00' WHERE position = 4",
            "table audit_records, column salt, row 4: 1 bytes, not 32",
        ),
        // A row that is gone.
        (
            "DELETE FROM audit_records WHERE position = 7",
            "link 7: the row at position 7 is gone",
        ),
        (
            "DELETE FROM audit_records WHERE position > 10",
            "link 11: the row at position 11 is gone",
        ),
        // With its link.
        (
            "DELETE FROM audit_records WHERE position = 7; DELETE FROM audit_links WHERE number = 7",
            "link 7 is not there; the next one is 8",
        ),
        // Two rows in each other's place.
        (
            "UPDATE audit_records SET position = 99 WHERE position = 3;
             UPDATE audit_records SET position = 3 WHERE position = 4;
             UPDATE audit_records SET position = 4 WHERE position = 99",
            "link 3: the row at position 3 is not as it was linked",
        ),
        // Their links, too.
        (
            "UPDATE audit_links SET number = 99 WHERE number = 3;
             UPDATE audit_links SET number = 3 WHERE number = 4;
             UPDATE audit_links SET number = 4 WHERE number = 99",
            "the row at position 3 was not there when those around it were linked",
        ),
        // A row that is put in later.
        (
            "DELETE FROM audit_links WHERE number = 5;
             UPDATE audit_links SET number = number - 1 WHERE number > 5",
            "the row at position 5 was not there when those around it were linked",
        ),
        (
            "UPDATE audit_links SET digest = zeroblob(32) WHERE number = 6",
            "link 6: the row at position 6 is not as it was linked",
        ),
    ];
    for (sql, why) in table {
        let (folder, office, anchor) = filed().await;
        tamper(&folder, sql).await;
        for anchor in [None, Some(anchor)] {
            let said = verify(&*office.store, anchor).await;
            assert_eq!(said.broken.as_deref(), Some(why), "{sql}");
        }
    }
}

/// Whoever links everything anew leaves no trace but what is kept elsewhere.
#[tokio::test]
async fn a_chain_that_was_made_anew_does_not_pass_the_anchor() {
    for (sql, why) in [
        (
            "UPDATE audit_records SET act = 'client-enabled' WHERE position = 5;
             DELETE FROM audit_links",
            "link 12 is another one than the anchor's: what came before was changed",
        ),
        (
            "DELETE FROM audit_records WHERE position > 9; DELETE FROM audit_links WHERE number > 9",
            "the chain ends at link 9, and the anchor is link 12: its end was cut off",
        ),
        (
            "DELETE FROM audit_records; DELETE FROM audit_links",
            "the chain ends at link 0, and the anchor is link 12: its end was cut off",
        ),
    ] {
        let (folder, office, anchor) = filed().await;
        tamper(&folder, sql).await;
        AuditTrail::new(&*office.store).link().await.unwrap();
        let said = verify(&*office.store, None).await;
        assert_eq!(said.broken, None, "{sql}");
        let said = verify(&*office.store, Some(anchor)).await;
        assert_eq!(said.broken.as_deref(), Some(why), "{sql}");
    }
}

/// What a store cannot tell is no verdict.
#[tokio::test]
async fn a_database_that_fails_is_not_taken_for_a_changed_one() {
    let (folder, office, _) = filed().await;
    tamper(&folder, "DROP TABLE audit_links").await;
    let trail = AuditTrail::new(&*office.store);
    assert!(trail.verify(None).await.is_err());
    assert!(trail.link().await.is_err());
}

/// More than is read at once.
#[tokio::test]
async fn a_long_chain_is_walked_to_its_end() {
    let office = Office::of("bexio").await;
    for number in 0..1_201 {
        office.organisation(&format!("place-{number}")).await;
    }
    let trail = AuditTrail::new(&*office.store);
    let head = trail.head().await.unwrap().unwrap();
    assert_eq!(head.number, 1_201);
    let verified = verify(&*office.store, Some(head.anchor())).await;
    assert_eq!((verified.broken, verified.links), (None, 1_201));
}
