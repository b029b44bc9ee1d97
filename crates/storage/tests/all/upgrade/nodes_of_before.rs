//! Nodes of the release before, by the statements they have: they go on while the tables are
//! brought up to date under them, and beside nodes of this one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use oauth::model::{Redemption, RefreshToken, Timestamp, TokenHash, Uuid};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, query};
use storage::conformance::samples::audit;
use storage::{Store, Upgrade};

use super::Old;

const CLIENT: &str = "SELECT * FROM clients WHERE realm = $1 AND id = $2";
const GRANT: &str = "SELECT * FROM grants WHERE id = $2 AND realm = $1";
const MEMBERSHIPS: &str =
    "SELECT organisations.*, memberships.organisation_id, memberships.user_id,
         membership_roles.role
     FROM memberships
     JOIN organisations ON organisations.id = memberships.organisation_id
     LEFT JOIN membership_roles
         ON membership_roles.organisation_id = memberships.organisation_id
         AND membership_roles.user_id = memberships.user_id
     WHERE memberships.user_id = $2 AND memberships.realm = $1
     ORDER BY organisations.name, organisations.id, membership_roles.position";
const REFRESH_TOKEN: &str = "SELECT * FROM refresh_tokens WHERE hash = $1";
const ROTATE: &str = "WITH redeemed AS (
         UPDATE refresh_tokens SET rotated_at = $2, rotated_to = $3
         WHERE hash = $1 AND rotated_at IS NULL AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > $2)
             AND EXISTS (SELECT 1 FROM grants
                 WHERE grants.id = refresh_tokens.grant_id
                     AND grants.realm = refresh_tokens.realm
                     AND grants.revoked_at IS NULL)
         RETURNING 1
     ), stored AS (
         INSERT INTO refresh_tokens (hash, realm, client_id, grant_id, user_id,
             organisation_id, scope, created_at, expires_at, rotated_at, revoked_at)
         SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM redeemed
         ON CONFLICT (hash) DO NOTHING
     ) SELECT 1 FROM redeemed";
const INSERT_CLIENT: &str =
    "INSERT INTO clients (realm, id, name, maker, homepage, verified, client_type, kind,
         auth_method, secrets, redirect_uris, grant_types, registered_scope, optional_scope,
         legacy_without_pkce, token_format, organisation_id, introspects, created_at, disabled_at)
     VALUES ('bexio', 'late', 'Late', 'Late Ltd', NULL, 0, 'public', 'app', 'none', '[]', '[]',
         '[]', '', '', 0, NULL, NULL, NULL, 0, NULL)";
const UPDATE_CLIENT: &str =
    "UPDATE clients SET name = 'Later' WHERE realm = 'bexio' AND id = 'late'";
const UPDATE_USER: &str = "UPDATE users SET name = 'Eva' WHERE realm = 'bexio' AND id = $1";
const PUT_ROLE: &str = "INSERT INTO roles (realm, organisation_id, name, rights)
     VALUES ('bexio', $1, 'reader', '[]')
     ON CONFLICT (organisation_id, name) DO UPDATE SET rights = excluded.rights";
const REMOVE_ROLES: &str = "DELETE FROM memberships WHERE organisation_id = $1 AND user_id = $2";
const INSERT_MEMBERSHIP: &str =
    "INSERT INTO memberships (realm, organisation_id, user_id) VALUES ('bexio', $1, $2)";

/// What a node of the release before writes is whole for nodes of this one.
macro_rules! writes_like_before {
    ($connection:expr, $organisation:expr, $user:expr) => {{
        let connection = $connection;
        let organisation: Uuid = $organisation;
        let user: Uuid = $user;
        for sql in [INSERT_CLIENT, UPDATE_CLIENT] {
            query(sql).execute(&mut *connection).await.unwrap();
        }
        for (sql, ids) in [
            (UPDATE_USER, vec![user]),
            (PUT_ROLE, vec![organisation]),
            (REMOVE_ROLES, vec![organisation, user]),
            (INSERT_MEMBERSHIP, vec![organisation, user]),
        ] {
            let mut statement = query(sql);
            for id in ids {
                statement = statement.bind(id.as_bytes().to_vec());
            }
            statement.execute(&mut *connection).await.unwrap();
        }
    }};
}

#[tokio::test]
async fn what_they_write_is_whole_for_nodes_of_this_version() {
    for (number, old) in Old::of_each().await.into_iter().enumerate() {
        let store = old.open().await;
        let firma = store.organisation_by_slug("bexio", "firma").await;
        let firma = firma.unwrap().unwrap().id;
        let eva = store
            .user_by_username("bexio", "eva")
            .await
            .unwrap()
            .unwrap();
        if number == 0 {
            let options = SqliteConnectOptions::new().filename(old.file());
            let mut node = options.connect().await.unwrap();
            writes_like_before!(&mut node, firma, eva.id);
            node.close().await.unwrap();
        } else {
            let mut node = node_of_before(&old).await;
            writes_like_before!(&mut node, firma, eva.id);
        }
        let late = store.client("bexio", "late").await.unwrap().unwrap();
        assert_eq!(late.uuid.get_version_num(), 4);
        assert_eq!((late.name.as_str(), late.version), ("Later", 2));
        let found = store.client_by_uuid("bexio", late.uuid).await.unwrap();
        assert_eq!(found.as_ref(), Some(&late));
        assert!(
            store.update_user(&eva, audit()).await.is_err(),
            "it was changed"
        );
        let changed = store.user("bexio", eva.id).await.unwrap().unwrap();
        assert_eq!(changed.version, 2);
        let roles = store.roles("bexio", firma).await.unwrap();
        let reader = roles.iter().find(|role| role.name == "reader").unwrap();
        assert_eq!(reader.version, 2);
        let (_, membership) = store.memberships("bexio", eva.id).await.unwrap().remove(0);
        assert_eq!((membership.version, membership.roles.len()), (1, 0));
    }
}

/// Two nodes of the release before exchange refresh tokens and look around, by statements they
/// prepared before, while the tables are brought up to date and a node of this version begins
/// to do the same. Nothing fails, and no token is lost. Then they stop, and the upgrade is
/// finished under the new node.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn they_go_on_through_an_upgrade_and_so_do_their_tokens() {
    let old = Old::postgres().await;
    let secret = |name: &str| old.secrets[name]["refresh_token"].as_str().unwrap();
    let [hours, swift, ledger] =
        ["hours", "swift", "ledger"].map(|name| TokenHash::of(secret(name).as_bytes()));
    let stop = Arc::new(AtomicBool::new(false));
    let done = [Arc::default(), Arc::default()];
    let mut chains = Vec::new();
    for (token, done) in [hours, swift].into_iter().zip(&done) {
        let (node, stop) = (node_of_before(&old).await, Arc::clone(&stop));
        chains.push(tokio::spawn(chain(node, token, stop, Arc::clone(done))));
    }
    let progress = async |more: u64| {
        let before = done.each_ref().map(|done| done.load(Ordering::SeqCst));
        for _ in 0..1_000 {
            let now = done.each_ref().map(|done| done.load(Ordering::SeqCst));
            if now
                .iter()
                .zip(before)
                .all(|(now, before)| *now >= before + more)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the nodes of the release before do not go on");
    };
    progress(20).await;
    old.migrate(Upgrade::Expand).await;
    progress(20).await;
    let store = old.open().await;
    let mut token = ledger;
    for _ in 0..20 {
        token = exchanged(&*store, token, Timestamp::UNIX_EPOCH).await;
    }
    progress(20).await;
    stop.store(true, Ordering::SeqCst);
    let mut ends = Vec::new();
    for chain in chains {
        ends.push(chain.await.unwrap());
    }
    let finishing = old.migrate(Upgrade::Finish);
    let going_on = async {
        let mut tokens = vec![token];
        tokens.extend(ends);
        for _ in 0..50 {
            for token in &mut tokens {
                *token = exchanged(&*store, *token, Timestamp::UNIX_EPOCH).await;
            }
        }
    };
    tokio::join!(finishing, going_on);
    assert!(store.is_upgrade_finished().await.unwrap());
}

/// A connection as a node of the release before has them.
async fn node_of_before(old: &Old) -> PgConnection {
    let options: PgConnectOptions = old.url().parse().unwrap();
    options.connect().await.unwrap()
}

async fn chain(
    mut node: PgConnection,
    mut token: TokenHash,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
) -> TokenHash {
    while !stop.load(Ordering::SeqCst) {
        let found = query(REFRESH_TOKEN)
            .bind(token.0.as_slice())
            .fetch_one(&mut node)
            .await
            .unwrap();
        assert_eq!(found.len(), 12, "as many columns as it knows");
        let text = |name| found.get::<String, _>(name);
        let id = |name| found.get::<Vec<u8>, _>(name);
        let client = query(CLIENT).bind(text("realm")).bind(text("client_id"));
        client.fetch_one(&mut node).await.unwrap();
        let grant = query(GRANT).bind(text("realm")).bind(id("grant_id"));
        grant.fetch_one(&mut node).await.unwrap();
        let places = query(MEMBERSHIPS).bind(text("realm")).bind(id("user_id"));
        let places = places.fetch_all(&mut node).await.unwrap();
        assert_eq!(places[0].get::<String, _>("role"), "owner");
        let next = TokenHash::of(&token.0);
        let rotated = query(ROTATE)
            .bind(token.0.as_slice())
            .bind(1_i64)
            .bind(next.0.as_slice())
            .bind(text("realm"))
            .bind(text("client_id"))
            .bind(id("grant_id"))
            .bind(id("user_id"))
            .bind(found.get::<Option<Vec<u8>>, _>("organisation_id"))
            .bind(text("scope"))
            .bind(1_i64)
            .bind(found.get::<Option<i64>, _>("expires_at"))
            .bind(None::<i64>)
            .bind(None::<i64>)
            .fetch_all(&mut node)
            .await
            .unwrap();
        assert_eq!(rotated.len(), 1);
        token = next;
        done.fetch_add(1, Ordering::SeqCst);
    }
    node.close().await.unwrap();
    token
}

/// By a node of this version.
async fn exchanged(store: &dyn Store, token: TokenHash, now: Timestamp) -> TokenHash {
    let found = store.refresh_token(&token).await.unwrap().unwrap();
    let next = RefreshToken {
        hash: TokenHash::of(&token.0),
        ..found
    };
    let outcome = store.rotate_refresh_token(&token, &next, now).await;
    assert_eq!(outcome.unwrap(), Redemption::Redeemed);
    next.hash
}
