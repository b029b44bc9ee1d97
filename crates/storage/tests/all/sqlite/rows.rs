//! Rows that cannot be, because someone changed the database by other means: each is an error
//! that names table, column and row.
use oauth::audit::{AuditLink, AuditQuery};
use oauth::model::RevocationReason;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, raw_sql};
use storage::conformance::samples::{
    APP, Parties, REALM, approval, at, audit, hash, id, key, membership, parties, record, records,
    revoked_access_token, scope, session,
};
use storage::{ChangeSubject, Changes, Grants, Sessions, SqliteStore, Store, StoreError};

/// What is changed, and what reading then has to name.
struct Damage {
    sql: &'static str,
    named: (&'static str, &'static str, String),
}

/// A node of a later version may have written it.
#[tokio::test]
async fn a_change_of_a_kind_that_is_not_known_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let store = SqliteStore::open(&path).await.unwrap();
    fill(&store).await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut later = options.connect().await.unwrap();
    raw_sql("UPDATE changes SET kind = 'mood' WHERE sequence = 1")
        .execute(&mut later)
        .await
        .unwrap();
    let changes = store.changes(0, 1).await.unwrap();
    assert_eq!(
        changes[0].subject,
        ChangeSubject::Unknown("mood".to_owned())
    );
}

#[tokio::test]
async fn impossible_rows_are_named() {
    for damage in damages() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scopegate.sqlite");
        let store = SqliteStore::open(&path).await.unwrap();
        let who = fill(&store).await;
        read_all(&store, &who).await.unwrap();

        let options = SqliteConnectOptions::new().filename(&path);
        let mut stranger = options.foreign_keys(false).connect().await.unwrap();
        raw_sql(AssertSqlSafe(format!(
            "PRAGMA ignore_check_constraints = ON; {}",
            damage.sql
        )))
        .execute(&mut stranger)
        .await
        .unwrap();
        stranger.close().await.unwrap();

        let error = read_all(&store, &who).await.err();
        let named = match &error {
            Some(StoreError::InconsistentRow {
                table, column, row, ..
            }) => Some((*table, *column, row.clone())),
            _ => None,
        };
        assert_eq!(named, Some(damage.named), "{}: {error:?}", damage.sql);
    }
}

fn damages() -> Vec<Damage> {
    let client = format!("{REALM}/{APP}");
    let code = format!("000000000000000a{}", "a5".repeat(24));
    let token = format!("0000000000000032{}", "a5".repeat(24));
    let cookie = format!("0000000000000005{}", "a5".repeat(24));
    let key = format!("{REALM}/seal");
    let place = id(2).to_string();
    let of = |table, column, row: &str, sql| Damage {
        sql,
        named: (table, column, row.to_owned()),
    };
    vec![
        of(
            "clients",
            "registered_scope",
            &client,
            "UPDATE clients SET registered_scope = 'a \"b'",
        ),
        of(
            "clients",
            "client_type",
            &client,
            "UPDATE clients SET client_type = 'secret'",
        ),
        of(
            "clients",
            "auth_method",
            &client,
            "UPDATE clients SET auth_method = ''",
        ),
        of(
            "clients",
            "grant_types",
            &client,
            "UPDATE clients SET grant_types = '[\"password\"]'",
        ),
        of(
            "clients",
            "secrets",
            &client,
            "UPDATE clients SET secrets = '[\"abc\"]'",
        ),
        of(
            "clients",
            "secrets_made",
            &client,
            "UPDATE clients SET secrets_made = '['",
        ),
        of(
            "clients",
            "redirect_uris",
            &client,
            "UPDATE clients SET redirect_uris = '{'",
        ),
        of(
            "clients",
            "token_format",
            &client,
            "UPDATE clients SET token_format = 'xml'",
        ),
        of(
            "clients",
            "verified",
            &client,
            "UPDATE clients SET verified = 2",
        ),
        of(
            "clients",
            "created_at",
            &client,
            "UPDATE clients SET created_at = 9223372036854775807",
        ),
        of(
            "clients",
            "organisation_id",
            &client,
            "UPDATE clients SET organisation_id = x'01'",
        ),
        of(
            "approvals",
            "evidence",
            "1",
            "UPDATE approvals SET evidence = '[]'",
        ),
        of(
            "users",
            "disabled_at",
            &id(1).to_string(),
            "UPDATE users SET disabled_at = -9223372036854775808",
        ),
        of(
            "organisations",
            "created_at",
            &place,
            "UPDATE organisations SET created_at = 9223372036854775807",
        ),
        of(
            "roles",
            "rights",
            &format!("{place}/admin"),
            "UPDATE roles SET rights = 'all' WHERE name = 'admin'",
        ),
        of(
            "realm_keys",
            "purpose",
            &key,
            "UPDATE realm_keys SET purpose = 'wrap'",
        ),
        of(
            "grants",
            "granted",
            &id(10).to_string(),
            "UPDATE grants SET granted = 'ü'",
        ),
        of(
            "grants",
            "withheld",
            &id(10).to_string(),
            "UPDATE grants SET withheld = '[{\"scope\":\"x\",\"reason\":\"mood\"}]'",
        ),
        of(
            "grants",
            "revocation_reason",
            &id(10).to_string(),
            "UPDATE grants SET revocation_reason = 'weather', revoked_at = 1",
        ),
        of(
            "grants",
            "revocation_reason",
            &id(10).to_string(),
            "UPDATE grants SET revocation_reason = NULL, revoked_at = 1",
        ),
        of(
            "consents",
            "grant_id",
            &id(10).to_string(),
            "UPDATE consents SET grant_id = x''",
        ),
        of(
            "authorization_codes",
            "code_challenge",
            &code,
            "UPDATE authorization_codes SET code_challenge = x'0102'",
        ),
        of(
            "authorization_codes",
            "scope",
            &code,
            "UPDATE authorization_codes SET scope = 'a\\'",
        ),
        of(
            "refresh_tokens",
            "user_id",
            &token,
            "UPDATE refresh_tokens SET user_id = x'00'",
        ),
        of(
            "browser_sessions",
            "expires_at",
            &cookie,
            "UPDATE browser_sessions SET expires_at = 9223372036854775807",
        ),
        of(
            "sandbox_records",
            "body",
            "1",
            "UPDATE sandbox_records SET body = '{'",
        ),
        of(
            "revoked_access_tokens",
            "expires_at",
            &format!("{REALM}/{}", id(8)),
            "UPDATE revoked_access_tokens SET expires_at = 9223372036854775807",
        ),
        of("clients", "uuid", &client, "UPDATE clients SET uuid = NULL"),
        of(
            "users",
            "external_id",
            &id(1).to_string(),
            "UPDATE users SET source = NULL",
        ),
        of(
            "grants",
            "taken_off",
            &id(10).to_string(),
            "UPDATE grants SET taken_off = '{\"a b\":1}'",
        ),
        of(
            "grants",
            "owner",
            &id(10).to_string(),
            "UPDATE grants SET owner = 'nobody'",
        ),
        of(
            "consents",
            "catalog_digest",
            &id(10).to_string(),
            "UPDATE consents SET language = NULL",
        ),
        of(
            "consents",
            "rows_shown",
            &id(10).to_string(),
            "UPDATE consents SET rows_shown = '['",
        ),
        of(
            "consents",
            "names_shown",
            &id(10).to_string(),
            "UPDATE consents SET names_shown = '{}'",
        ),
        of(
            "refresh_tokens",
            "family",
            &token,
            "UPDATE refresh_tokens SET family = x'00'",
        ),
        of(
            "scope_numbers",
            "number",
            &format!("{REALM}/-1"),
            "UPDATE scope_numbers SET number = -1",
        ),
        of(
            "scope_numbers",
            "name",
            &format!("{REALM}/0"),
            "UPDATE scope_numbers SET name = 'a b'",
        ),
        of(
            "audit_records",
            "person",
            "1",
            "UPDATE audit_records SET person = x'01' WHERE position = 1",
        ),
        of(
            "audit_records",
            "salt",
            "1",
            "UPDATE audit_records SET salt = x'' WHERE position = 1",
        ),
        of(
            "audit_links",
            "digest",
            "1",
            "UPDATE audit_links SET digest = x'01'",
        ),
        of(
            "changes",
            "subject",
            "2",
            "UPDATE changes SET subject = 'x' WHERE sequence = 2",
        ),
    ]
}

/// One row of each kind.
async fn fill(store: &dyn Store) -> Parties {
    let who = parties(store).await;
    store
        .approve(&approval("partner", 1), None, audit())
        .await
        .unwrap();
    let put = membership(who.organisation, who.user, &["admin"]);
    store.put_membership(&put, audit()).await.unwrap();
    who.connect(store, 10, 50).await;
    let seal = key("seal", oauth::model::KeyPurpose::SealToken, 1);
    store.ensure_key(&seal, audit()).await.unwrap();
    let general = storage::conformance::samples::scope("general");
    let numbered = store.number_scopes(REALM, general.tokens()).await;
    assert_eq!(numbered.unwrap().next(), 1);
    store.insert_session(&session(5, who.user)).await.unwrap();
    let token = revoked_access_token(8, 10);
    store.revoke_access_token(&token, audit()).await.unwrap();
    let sample = record(who.organisation, "contact", "1");
    store.sandbox_put(&[sample]).await.unwrap();
    let rows = store.audit_rows(&first_record()).await.unwrap();
    let links = AuditLink::chain(None, &rows);
    assert!(store.append_audit_links(&links).await.unwrap());
    who
}

fn first_record() -> AuditQuery {
    AuditQuery::first(1)
}

async fn read_all(store: &dyn Store, who: &Parties) -> Result<(), StoreError> {
    store.client(REALM, APP).await?;
    store.approvals(REALM, APP).await?;
    store.user(REALM, who.user).await?;
    store.organisation(REALM, who.organisation).await?;
    store.roles(REALM, who.organisation).await?;
    store.rights(REALM, who.user, who.organisation).await?;
    store.memberships(REALM, who.user).await?;
    store.keys(REALM).await?;
    store.scope_numbers(REALM).await?;
    store.grant(REALM, id(10)).await?;
    store.consents_of_user(REALM, who.user, 9).await?;
    store.code(&hash(10)).await?;
    store.refresh_token(&hash(50)).await?;
    store.session(&hash(5), at(0)).await?;
    store.revoked_access_tokens(at(0)).await?;
    store
        .sandbox_list(&records(who.organisation, "contact", 9))
        .await?;
    store.changes(0, 100).await?;
    store.audit_rows(&first_record()).await?;
    store.audit_links(None, 9).await?;
    Ok(())
}

/// A damaged row stops no other write that shares its commit.
#[tokio::test]
async fn a_damaged_row_is_no_obstacle_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scopegate.sqlite");
    let store = SqliteStore::open(&path).await.unwrap();
    let who = fill(&store).await;
    let read = store.grant(REALM, id(10)).await.unwrap().unwrap();
    let options = SqliteConnectOptions::new().filename(&path);
    let mut stranger = options.connect().await.unwrap();
    raw_sql("UPDATE grants SET granted = 'ü'")
        .execute(&mut stranger)
        .await
        .unwrap();
    let left = scope("general");
    let reduce = store.reduce_grant(&read, &left, &left, at(2), audit());
    let other = session(6, who.user);
    let (reduced, inserted) = tokio::join!(reduce, store.insert_session(&other));
    assert!(matches!(reduced, Err(StoreError::InconsistentRow { .. })));
    assert_eq!(inserted, Ok(()));
    let revoked = store.revoke_grant(REALM, id(10), RevocationReason::ByProvider, at(3), audit());
    assert!(revoked.await.unwrap());
}
