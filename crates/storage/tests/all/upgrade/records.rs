//! The records of the release before, as this one reads and changes them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use oauth::model::{Client, GrantOwner, PageRequest, Position, RevocationReason, Uuid};
use oauth::secret::{SecretKind, hash};
use std::sync::Arc;
use tokio::task::JoinSet;

use storage::conformance::Database;
use storage::conformance::samples::{REALM, audit, user};
use storage::{Store, Upgrade};

use super::Old;

const REALMS: [&str; 3] = ["bexio", "bokio", "freshbooks"];

#[tokio::test]
async fn they_have_what_they_had_and_the_beginning_of_what_is_new() {
    for old in Old::of_each().await {
        let store = old.open().await;
        let mut uuids = BTreeSet::new();
        for realm in REALMS {
            for client in all_clients(&*store, realm).await {
                assert!(uuids.insert(client.uuid), "{realm} {}", client.id);
                assert_eq!(client.uuid.get_version_num(), 4, "{}", client.uuid);
                assert_eq!((client.version, client.cut_off), (1, None));
                let found = store.client_by_uuid(realm, client.uuid).await.unwrap();
                assert_eq!(found, Some(client));
            }
            let eva = store.user_by_username(realm, "eva").await.unwrap().unwrap();
            assert_eq!((eva.version, eva.external, eva.cut_off), (1, None, None));
            let grants = store.grants_of_user(realm, eva.id).await.unwrap();
            assert!(!grants.is_empty());
            for grant in grants {
                assert_eq!((grant.version, grant.owner), (1, GrantOwner::Person));
            }
            for consent in store.consents_of_user(realm, eva.id, 9).await.unwrap() {
                assert_eq!(consent.evidence, None);
            }
            for (organisation, membership) in store.memberships(realm, eva.id).await.unwrap() {
                assert_eq!((organisation.version, organisation.external), (1, None));
                assert_eq!((membership.version, membership.cut_off), (1, None));
            }
            assert_eq!(store.scope_numbers(realm).await.unwrap().next(), 0);
        }
        assert_eq!(uuids.len(), 10);
        let approvals = store.approvals("bokio", "partner").await.unwrap();
        assert_eq!(approvals.len(), 2);
        assert!(approvals.iter().all(|approval| approval.version == 1));
        let secret = |name: &str, what: &str| old.secrets[name][what].as_str().unwrap().to_owned();
        let unused = secret("hours", "refresh_token");
        let token = hash(SecretKind::RefreshToken, &unused).unwrap();
        let token = store.refresh_token(&token).await.unwrap().unwrap();
        assert_eq!((token.family, token.position), (None, None));
        let code = hash(SecretKind::AuthorizationCode, &secret("pocket", "code")).unwrap();
        let code = store.code(&code).await.unwrap().unwrap();
        assert_eq!((code.family, code.position), (None, None));
        let cookie = hash(SecretKind::BrowserSession, &secret("cookies", "bexio")).unwrap();
        let session = store.session(&cookie, code.created_at).await.unwrap();
        assert_eq!(session.unwrap().position, None);
    }
}

/// The release folded usernames in another way. Whoever stands under one that is somebody else's
/// now signs in as before.
#[tokio::test]
async fn usernames_are_folded_anew_when_an_upgrade_is_finished() {
    let [apart, composed] = ["bjo\u{308}rn", "bj\u{f6}rn"];
    for old in Old::of_each().await {
        let store = old.open().await;
        let mut ids = Vec::new();
        for (number, name) in [(91, "zoe\u{308}"), (92, apart)] {
            let added = store.insert_user(&user(number, name), audit()).await;
            ids.push(added.unwrap().id);
        }
        old.execute("UPDATE users SET folded_username = username WHERE username <> 'Eva'")
            .await;
        let twin = store.insert_user(&user(93, composed), audit()).await;
        ids.push(twin.unwrap().id);
        let found = async |name: &str| {
            let found = store.user_by_username(REALM, name).await.unwrap();
            found.map(|user| user.id)
        };
        assert_eq!(found("zo\u{eb}").await, None);
        assert_eq!(found("zoe\u{308}").await, Some(ids[0]));
        old.migrate(Upgrade::Finish).await;
        for name in ["zo\u{eb}", "zoe\u{308}", "ZO\u{cb}"] {
            assert_eq!(found(name).await, Some(ids[0]), "{name:?}");
        }
        assert_eq!(found(apart).await, Some(ids[1]));
        assert_eq!(found(composed).await, Some(ids[2]));
        let mut listed = Vec::new();
        let mut wanted = PageRequest::first(1);
        while listed.len() < 9 {
            let page = store.users(REALM, &wanted).await.unwrap();
            listed.extend(page.items.into_iter().map(|user| user.id));
            wanted.after = page.next;
            if wanted.after.is_none() {
                break;
            }
        }
        listed.retain(|id| ids.contains(id));
        assert_eq!(listed, [ids[1], ids[2], ids[0]]);
    }
}

/// The number of a change goes on where the release before stopped.
#[tokio::test]
async fn they_are_changed_under_their_versions() {
    for old in Old::of_each().await {
        let store = old.open().await;
        let before = store.latest_change().await.unwrap();
        for upgraded in [false, true] {
            let version = if upgraded { 2 } else { 1 };
            let mut client = store.client("bexio", "ledger").await.unwrap().unwrap();
            let uuid = client.uuid;
            assert_eq!(client.version, version);
            client.cut_off = Some(Position(before));
            store.update_client(&client, audit()).await.unwrap();
            assert!(store.update_client(&client, audit()).await.is_err());
            let mut eva = store
                .user_by_username("bexio", "eva")
                .await
                .unwrap()
                .unwrap();
            eva.name.push('!');
            store.update_user(&eva, audit()).await.unwrap();
            assert_eq!(
                store.user("bexio", eva.id).await.unwrap().unwrap().version,
                version + 1
            );
            let changed = store.client("bexio", "ledger").await.unwrap().unwrap();
            assert_eq!((changed.version, changed.uuid), (version + 1, uuid));
            old.migrate(Upgrade::Finish).await;
        }
        assert_eq!(store.latest_change().await.unwrap(), before + 4 + 3);
        let grant = store.client("bexio", "ledger").await.unwrap().unwrap();
        let eva = store
            .user_by_username("bexio", "eva")
            .await
            .unwrap()
            .unwrap();
        let grants = store.grants_of_user("bexio", eva.id).await.unwrap();
        let of_ledger = grants
            .iter()
            .find(|found| found.client == grant.id)
            .unwrap();
        let now = of_ledger.created_at;
        let reason = RevocationReason::ByUser;
        let revoked = store
            .revoke_grant("bexio", of_ledger.id, reason, now, audit())
            .await;
        assert!(revoked.unwrap());
        let ended = store.grant("bexio", of_ledger.id).await.unwrap().unwrap();
        assert_eq!(ended.version, 2);
    }
}

async fn all_clients(store: &dyn Store, realm: &str) -> Vec<Client> {
    let page = store
        .clients(realm, &PageRequest::first(100))
        .await
        .unwrap();
    assert_eq!(page.next, None);
    assert!(page.items.iter().all(|client| client.uuid != Uuid::nil()));
    page.items
}

/// An upgrade that was not finished: as everything else, but with what nodes of the version
/// before need. The realms of the suite are not those of the release.
struct Unfinished(Old);

#[async_trait]
impl Database for Unfinished {
    async fn node(&self) -> Arc<dyn Store> {
        self.0.open().await
    }
}

/// One case at least for each kind of record, and for each statement of single use.
const CASES: [&str; 25] = [
    "keys::rotation_retires_the_current_one_of_its_use",
    "clients::come_back_as_they_were",
    "clients::updating_replaces",
    "clients::one_of_sixteen_changes_it",
    "clients::are_found_by_their_uuid",
    "approvals::a_new_one_withdraws_the_one_before",
    "users::come_back_as_they_were",
    "users::updating_replaces",
    "users::numbers_count_up_in_each_realm",
    "organisations::come_back_by_id_slug_and_number",
    "organisations::roles_come_by_name_and_are_replaced",
    "memberships::putting_replaces_what_was_read",
    "memberships::rights_are_those_of_all_roles",
    "memberships::what_was_given_is_kept_until_it_is_given_anew",
    "sessions::end_once",
    "consents::make_grant_and_code",
    "consents::again_change_the_standing_grant",
    "consents::refusals_narrow_the_standing_grant",
    "grants::reducing_takes_scopes_off",
    "authorization_codes::come_back_as_they_were",
    "authorization_codes::one_of_sixteen_redeems",
    "refresh_tokens::one_of_sixteen_rotates",
    "refresh_tokens::a_chain_of_rotations_holds",
    "scope_numbers::given_at_once_are_the_same_everywhere",
    "catalogs::are_kept_under_their_digest",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_behaves_while_an_upgrade_is_not_finished() {
    let mut running = JoinSet::new();
    for case in CASES {
        running.spawn(async move {
            for old in Old::of_each().await {
                storage::conformance::run(case, &Unfinished(old)).await;
            }
        });
    }
    running.join_all().await;
}
