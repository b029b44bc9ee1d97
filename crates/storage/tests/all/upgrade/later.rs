//! What later versions may do to the tables under this one: they get columns, and changes of
//! kinds that nobody here knows.

use oauth::model::{KeptRequests, PageRequest, Uuid};
use storage::conformance::postgres_server::TestPostgres;
use storage::conformance::samples::{
    self, REALM, at, audit, client, hash, kept_request, key, parties, record, records,
    revoked_access_token, role, session,
};
use storage::{ChangeSubject, SqliteStore, Store};

const TABLES: [&str; 25] = [
    "access",
    "api_keys",
    "approvals",
    "authorization_codes",
    "authorization_requests",
    "browser_sessions",
    "catalogs",
    "changes",
    "clients",
    "consents",
    "gate_calls",
    "grants",
    "login_attempts",
    "memberships",
    "organisations",
    "realm_keys",
    "refresh_tokens",
    "roles",
    "sandbox_records",
    "scope_numbers",
    "second_factors",
    "sign_ins",
    "tickets",
    "used_once",
    "users",
];

/// Reads and writes every kind of record, by statements that are prepared once.
async fn use_everything(store: &dyn Store, round: u64) {
    let name = format!("client-{round}");
    store.insert_client(&client(&name), audit()).await.unwrap();
    let mut read = store.client(REALM, &name).await.unwrap().unwrap();
    read.name.push('!');
    store.update_client(&read, audit()).await.unwrap();
    store
        .client_by_uuid(REALM, read.uuid)
        .await
        .unwrap()
        .unwrap();
    let page = PageRequest::first(10);
    assert!(!store.clients(REALM, &page).await.unwrap().items.is_empty());
    assert!(!store.users(REALM, &page).await.unwrap().items.is_empty());
    assert!(
        !store
            .organisations(REALM, &page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let before = store.approvals(REALM, samples::APP).await.unwrap();
    let mut before = before.iter().filter(|one| one.withdrawn_at.is_none());
    let standing = before.next().map(|one| one.version);
    store
        .approve(&samples::approval("partner", 1), standing, audit())
        .await
        .unwrap();
    assert!(
        !store
            .approvals(REALM, samples::APP)
            .await
            .unwrap()
            .is_empty()
    );
    let person = samples::user(1_000 + round, &format!("person-{round}"));
    let person = store.insert_user(&person, audit()).await.unwrap();
    let person = store.user(REALM, person.id).await.unwrap().unwrap();
    store
        .user_by_username(REALM, &person.username)
        .await
        .unwrap()
        .unwrap();
    store.update_user(&person, audit()).await.unwrap();
    let place = samples::organisation(2_000 + round, &format!("place-{round}"));
    let place = store
        .insert_organisation(&place, &[], audit())
        .await
        .unwrap();
    store.organisation(REALM, place.id).await.unwrap().unwrap();
    store
        .organisation_by_slug(REALM, &place.slug)
        .await
        .unwrap()
        .unwrap();
    store
        .organisation_by_number(REALM, place.number)
        .await
        .unwrap()
        .unwrap();
    store
        .put_role(&role(place.id, "some", &["*"]), audit())
        .await
        .unwrap();
    assert_eq!(store.roles(REALM, place.id).await.unwrap().len(), 1);
    let member = samples::membership(place.id, person.id, &["some"]);
    store.put_membership(&member, audit()).await.unwrap();
    assert_eq!(store.memberships(REALM, person.id).await.unwrap().len(), 1);
    assert_eq!(store.members(REALM, place.id).await.unwrap().len(), 1);
    assert!(
        store
            .rights(REALM, person.id, place.id)
            .await
            .unwrap()
            .is_some()
    );
    store
        .insert_session(&session(round, person.id))
        .await
        .unwrap();
    store.session(&hash(round), at(1)).await.unwrap().unwrap();
    let factor = oauth::model::SecondFactor {
        realm: REALM.to_owned(),
        user: person.id,
        secret: vec![1],
        created_at: at(0),
        confirmed_at: None,
        last_step: None,
        begun_by: Some(hash(round)),
        recovery_codes: 0,
    };
    assert!(store.begin_second_factor(&factor).await.unwrap());
    let found = store.second_factor(REALM, person.id).await.unwrap();
    assert_eq!(found, Some(factor));
    let ticket = oauth::model::Ticket {
        hash: hash(8_000 + round),
        realm: REALM.to_owned(),
        user: person.id,
        purpose: oauth::model::TicketPurpose::Reset,
        position: oauth::model::Position(1),
        created_at: at(0),
        expires_at: at(9),
    };
    store.keep_ticket(&ticket, 9).await.unwrap();
    let found = store.ticket(&ticket.hash, at(1)).await.unwrap();
    assert_eq!(found, Some(ticket));
    let request = kept_request(round, "address:192.0.2.1", 0);
    let most = KeptRequests {
        of_sender_in_a_minute: 9_999,
        of_sender: 9,
        of_realm: 9,
    };
    store.keep_request(&request, most).await.unwrap();
    let kept = store.kept_request(&request.hash, at(1)).await.unwrap();
    assert_eq!(kept, Some(request));
    let who = samples::Parties {
        user: person.id,
        organisation: place.id,
    };
    let number = 10 * round;
    let grant = who.connect(store, number, number + 5).await;
    store.grant(REALM, grant.id).await.unwrap().unwrap();
    assert_eq!(
        store.grants_of_user(REALM, person.id).await.unwrap().len(),
        1
    );
    assert_eq!(
        store
            .consents_of_user(REALM, person.id, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    store.code(&hash(number)).await.unwrap().unwrap();
    store
        .refresh_token(&hash(number + 5))
        .await
        .unwrap()
        .unwrap();
    let next = who.refresh_token(number + 6, grant.id);
    store
        .rotate_refresh_token(&hash(number + 5), &next, at(2))
        .await
        .unwrap();
    let left = samples::scope("general");
    store
        .reduce_grant(&grant, &left, &left, at(3), audit())
        .await
        .unwrap();
    let kept = key(
        &format!("key-{round}"),
        oauth::model::KeyPurpose::SealToken,
        0,
    );
    store.ensure_key(&kept, audit()).await.unwrap();
    assert!(!store.keys(REALM).await.unwrap().is_empty());
    let scope = samples::scope(&format!("scope_{round}"));
    store.number_scopes(REALM, scope.tokens()).await.unwrap();
    store
        .archive_catalog(&[1; 32], "text", at(0))
        .await
        .unwrap();
    store.archived_catalog(&[1; 32]).await.unwrap().unwrap();
    let calls = oauth::model::GateCalls {
        realm: REALM.to_owned(),
        api: "api".to_owned(),
        outcome: oauth::model::GateOutcome::Denied,
        client: String::new(),
        method: "GET".to_owned(),
        path: "/contacts".to_owned(),
        has_rule: true,
        reason: "no-credentials".to_owned(),
        calls: 1,
        first_at: at(0),
        last_at: at(1),
    };
    let key = oauth::model::ApiKey {
        client: name.clone(),
        ..samples::api_key(7_000 + round)
    };
    let keys = [(key.clone(), audit().clone())];
    store.insert_api_keys(&keys, 2, at(0)).await.unwrap();
    let own = store.api_keys(REALM, Some(&name), &page).await.unwrap();
    assert_eq!(own.items, [key]);
    store.count_gate_calls(&[calls]).await.unwrap();
    assert_eq!(store.gate_calls(REALM, 9).await.unwrap().len(), 1);
    let made = record(place.id, "contacts", &format!("r{round}"));
    store
        .sandbox_put(std::slice::from_ref(&made))
        .await
        .unwrap();
    let list = records(place.id, "contacts", 5);
    assert_eq!(store.sandbox_list(&list).await.unwrap().items.len(), 1);
    store
        .sandbox_record_by_id(REALM, place.id, &made.id)
        .await
        .unwrap()
        .unwrap();
    let revoked = revoked_access_token(3_000 + round, 100);
    store.revoke_access_token(&revoked, audit()).await.unwrap();
    assert!(!store.revoked_access_tokens(at(1)).await.unwrap().is_empty());
    let attempt = oauth::model::LoginAttempt {
        realm: REALM.to_owned(),
        id: Uuid::from_u128(u128::from(round)),
        limits: vec![oauth::model::LoginLimit {
            key: "somebody".to_owned(),
            most: 9,
            forgiven: false,
        }],
    };
    store.begin_login(&attempt, at(1), at(50)).await.unwrap();
    store.clean_up(at(2), 10).await.unwrap();
    assert!(!store.changes(0, 1_000).await.unwrap().is_empty());
    store.check().await.unwrap();
}

fn more_columns() -> Vec<String> {
    let table = |table: &&str| match *table {
        "access" => "revoked_access_tokens".to_owned(),
        other => other.to_owned(),
    };
    let tables = TABLES.iter().map(table);
    let columns = tables.map(|table| format!("ALTER TABLE {table} ADD COLUMN later BIGINT"));
    columns.collect()
}

#[tokio::test]
async fn columns_of_later_versions_disturb_nobody_on_postgresql() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let store = storage::open(&database.url()).await.unwrap();
    parties(&*store).await;
    for round in 1..3 {
        use_everything(&*store, round).await;
    }
    for column in more_columns() {
        database.execute(&column).await;
    }
    for round in 3..5 {
        use_everything(&*store, round).await;
    }
}

#[tokio::test]
async fn columns_of_later_versions_disturb_nobody_on_sqlite() {
    use sqlx::{ConnectOptions, Connection};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let store = SqliteStore::open(&path).await.unwrap();
    parties(&store).await;
    for round in 1..3 {
        use_everything(&store, round).await;
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut later = options.connect().await.unwrap();
    for column in more_columns() {
        let column = sqlx::AssertSqlSafe(column.replace("BIGINT", "INTEGER"));
        sqlx::raw_sql(column).execute(&mut later).await.unwrap();
    }
    later.close().await.unwrap();
    for round in 3..5 {
        use_everything(&store, round).await;
    }
}

/// A statement that PostgreSQL does not run any more is prepared by another connection.
#[tokio::test]
async fn a_column_of_another_type_costs_a_connection_and_no_call() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let store = storage::open(&database.url()).await.unwrap();
    parties(&*store).await;
    for round in 1..3 {
        use_everything(&*store, round).await;
    }
    database
        .execute(
            "ALTER TABLE clients ALTER COLUMN name TYPE VARCHAR(100);
             ALTER TABLE refresh_tokens ALTER COLUMN scope TYPE VARCHAR(2000);
             ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(100)",
        )
        .await;
    for round in 3..5 {
        use_everything(&*store, round).await;
    }
}

#[tokio::test]
async fn a_change_of_a_later_kind_is_told_as_unknown() {
    let database = TestPostgres::shared().await.fresh_database().await;
    let store = storage::open(&database.url()).await.unwrap();
    parties(&*store).await;
    database
        .execute("UPDATE changes SET kind = 'weather' WHERE sequence = 1")
        .await;
    let changes = store.changes(0, 1).await.unwrap();
    let unknown = ChangeSubject::Unknown("weather".to_owned());
    assert_eq!(changes[0].subject, unknown);
}
