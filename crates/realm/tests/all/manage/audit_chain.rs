//! A record that somebody changed by other means does not hold.

use std::sync::Arc;
use std::time::Duration;

use oauth::audit::Anchor;
use realm::manage::{AuditTrail, Head, Verification};
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
    let anchor = anchor(&*office.store).await;
    office.client(app("later", "contact_show")).await;
    AuditTrail::new(&*office.store).link().await.unwrap();
    (folder, office, anchor)
}

async fn tamper(folder: &tempfile::TempDir, sql: &str) {
    let path = folder.path().join("scopegate.sqlite");
    let mut stranger = SqliteConnectOptions::new()
        .filename(path)
        // Whoever can write to the database can do away with what its tables allow.
        .pragma("ignore_check_constraints", "ON")
        .connect()
        .await
        .unwrap();
    raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut stranger)
        .await
        .unwrap();
    stranger.close().await.unwrap();
}

async fn head(store: &dyn Store, after: Option<Anchor>) -> Head {
    AuditTrail::new(store).head(after).await.unwrap()
}

async fn anchor(store: &dyn Store) -> Anchor {
    match head(store, None).await {
        Head::Link(head) => head.anchor(),
        other => panic!("{other:?}"),
    }
}

async fn verify(store: &dyn Store, anchor: Option<Anchor>) -> Verification {
    AuditTrail::new(store).verify(anchor).await.unwrap()
}

#[tokio::test]
async fn what_nobody_touched_holds() {
    let (_folder, office, anchor) = filed().await;
    let held = Verification {
        broken: None,
        head: office.store.last_audit_link().await.unwrap(),
        waiting: 0,
    };
    assert_eq!(held.links(), 13);
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
        // Where no act has its place: before all others, and behind the last one.
        (
            "UPDATE audit_records SET position = 0 WHERE position = 13;
             DELETE FROM audit_links WHERE number = 13",
            "the row at position 0 was not there when those around it were linked",
        ),
        (
            "UPDATE audit_records SET position = -9223372036854775807 - 1 WHERE position = 13;
             DELETE FROM audit_links WHERE number = 13",
            "the row at position -9223372036854775808 was not there when those around it were linked",
        ),
        (
            "UPDATE audit_records SET position = 14 WHERE position = 13;
             DELETE FROM audit_links WHERE number = 13",
            "the row at position 14 has no place: the acts are at 1 to 13",
        ),
        // A key that nobody erased.
        (
            "DELETE FROM audit_keys",
            "what is personal in the row at position 2 cannot be read, and no record behind it says \
             that it was erased",
        ),
        (
            "UPDATE audit_keys SET key = zeroblob(32)",
            "what is personal in the row at position 2 cannot be read, and no record behind it says \
             that it was erased",
        ),
        (
            "INSERT INTO audit_links VALUES (0, 99, zeroblob(32))",
            "link 1 is not there; the next one is 0",
        ),
        (
            "INSERT INTO audit_links VALUES (-9223372036854775807 - 1, 99, zeroblob(32))",
            "link 1 is not there; the next one is -9223372036854775808",
        ),
        (
            "INSERT INTO audit_links VALUES (9223372036854775807, 99, zeroblob(32))",
            "link 14 is not there; the next one is 9223372036854775807",
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

/// Links that nobody made, and rows where no act has its place.
const OBSTACLES: [(&str, &str); 7] = [
    // In the place of the next row.
    (
        "INSERT INTO audit_links VALUES (0, 14, zeroblob(32))",
        "nothing can be linked behind link 13",
    ),
    (
        "INSERT INTO audit_links VALUES (-5, 15, zeroblob(32))",
        "audit_links, column position, row 15: a link that is not number 15",
    ),
    // As the last of all.
    (
        "INSERT INTO audit_links VALUES (9223372036854775807, 0, zeroblob(32))",
        "link 9223372036854775806 is not there; the next one is 9223372036854775807",
    ),
    (
        "INSERT INTO audit_links VALUES (9223372036854775807, 1000000, zeroblob(32))",
        "the row at position 1000000 has no place: the acts are at 1 to 15",
    ),
    (
        "INSERT INTO audit_links VALUES (14, 14, zeroblob(32))",
        "link 14: the row at position 14 is not as it was linked",
    ),
    (
        "UPDATE audit_links SET digest = zeroblob(32) WHERE number = 13",
        "link 13: the row at position 13 is not as it was linked",
    ),
    (
        "UPDATE audit_records SET position = 1000000 WHERE position = 15",
        "the row at position 1000000 has no place: the acts are at 1 to 15",
    ),
];

/// It ends, and says what is in the way; the others of its kind would go on and on.
#[tokio::test]
async fn linking_ends_where_nobody_can_go_on() {
    for (sql, why) in OBSTACLES {
        let (folder, office, _) = filed().await;
        office.client(app("one", "contact_show")).await;
        office.client(app("two", "contact_show")).await;
        tamper(&folder, sql).await;
        let trail = AuditTrail::new(&*office.store);
        for _ in 0..2 {
            let linking = tokio::time::timeout(Duration::from_secs(5), trail.link());
            let refused = linking.await.expect(sql).unwrap_err().to_string();
            assert!(refused.contains(why), "{sql}: {refused}");
        }
        assert!(verify(&*office.store, None).await.broken.is_some(), "{sql}");
    }
}

/// Nobody is given an anchor that holds nothing.
#[tokio::test]
async fn the_end_of_a_chain_that_does_not_hold_is_not_told() {
    for (sql, why) in OBSTACLES {
        let (folder, office, old) = filed().await;
        office.client(app("one", "contact_show")).await;
        office.client(app("two", "contact_show")).await;
        tamper(&folder, sql).await;
        for after in [None, Some(old)] {
            match head(&*office.store, after).await {
                Head::Broken(said) => assert!(said.contains(why), "{sql}: {said}"),
                other => panic!("{sql}: {other:?}"),
            }
        }
    }
}

/// Also when everything was linked anew: the next anchor is held to the one before it.
#[tokio::test]
async fn an_anchor_behind_another_is_told_only_if_the_chain_passes_it() {
    let (folder, office, old) = filed().await;
    let Head::Link(last) = head(&*office.store, Some(old)).await else {
        panic!("nothing was touched");
    };
    assert_eq!(last.number, 13);
    let change = "UPDATE audit_records SET act = 'client-enabled' WHERE position = 5";
    tamper(&folder, &format!("{change}; DELETE FROM audit_links")).await;
    assert!(matches!(head(&*office.store, None).await, Head::Link(_)));
    let broken = "link 12 is another one than the anchor's: what came before was changed";
    assert_eq!(
        head(&*office.store, Some(old)).await,
        Head::Broken(broken.to_owned())
    );
    // What came before the last link is looked at, too.
    let (folder, office, old) = filed().await;
    tamper(&folder, change).await;
    let broken = "link 5: the row at position 5 is not as it was linked";
    assert_eq!(
        head(&*office.store, Some(old)).await,
        Head::Broken(broken.to_owned())
    );
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
    let anchor = anchor(&*office.store).await;
    assert_eq!(anchor.number, 1_201);
    let verified = verify(&*office.store, Some(anchor)).await;
    assert_eq!((verified.links(), verified.broken), (1_201, None));
}
