//! What takes effect at the very next decision.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use enforce::{AccessError, AccessNow, AccessSource, VerifiedToken};
use oauth::model::{Approval, Client, RevocationReason, Role, Status, Timestamp};
use oauth::policy::Sandbox;
use scope::{Catalog, OrganisationKey, Scope};
use storage::SqliteStore;

use crate::support::{World, audit, scope, with};

impl World {
    /// What the sandbox's gate would know of a token.
    pub async fn access(
        &self,
        token: &str,
        named: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let realm = self.app.realm(&self.realm).unwrap();
        let claims = realm.keys().access_token(realm.issuer(), token).unwrap();
        let granted = realm.catalog().recorded(&claims.scope);
        let client = match (claims.client.id(), claims.client.uuid()) {
            (None, Some(uuid)) => realm.cache().client_id(uuid).await.unwrap(),
            (id, _) => id.map(str::to_owned),
        };
        let mut token = VerifiedToken::new(claims.id, client.unwrap(), granted);
        token.client_uuid = claims.client.uuid();
        token.realm = claims.realm;
        token.user = claims.user;
        token.organisation = claims.organisation;
        token.grant = claims.grant;
        token.position = claims.position.map(|position| position.0);
        realm.cache().access(&token, named).await
    }

    /// Is this scope held in all four respects?
    pub async fn holds(&self, token: &str, name: &str) -> bool {
        let access = self.access(token, None).await.unwrap();
        let id = self
            .app
            .realm(&self.realm)
            .unwrap()
            .catalog()
            .find(name)
            .unwrap();
        access.granted.set().contains(id)
            && access.ceiling.set().contains(id)
            && access.approved.contains(id)
            && access.rights.contains(id)
    }

    async fn introspected(&self, api: &Client, token: &str) -> Scope {
        scope(self.introspect(api, token).await["scope"].as_str().unwrap())
    }
}

pub fn access_token(answer: &serde_json::Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

pub async fn bexio() -> (World, Client, Client) {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit kb_invoice_show"))
        .await;
    let api = world.add(world.api("api")).await;
    (world, client, api)
}

#[tokio::test]
async fn rights_taken_from_a_role() {
    let (world, client, api) = bexio().await;
    let token = access_token(
        &world
            .tokens(&client, "contact_edit kb_invoice_show", 1)
            .await,
    );
    assert!(world.holds(&token, "contact_edit").await);
    let role = Role {
        realm: world.realm.clone(),
        organisation: world.muster.id,
        name: String::from("owner"),
        rights: vec![String::from("contact_show")],
        version: 1,
    };
    world.followed.put_role(&role, audit()).await.unwrap();
    assert!(!world.holds(&token, "contact_edit").await);
    assert!(!world.holds(&token, "kb_invoice_show").await);
    assert!(world.holds(&token, "contact_show").await);
    let now = world.introspected(&api, &token).await;
    assert!(now.contains("contact_show") && !now.contains("contact_edit"));
}

#[tokio::test]
async fn a_role_taken_from_a_person() {
    let (world, client, _) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert!(world.holds(&token, "contact_edit").await);
    world.be(&["nothing"]).await;
    assert!(!world.holds(&token, "contact_edit").await);
    world.be(&["owner"]).await;
    assert!(world.holds(&token, "contact_edit").await);
}

#[tokio::test]
async fn a_smaller_registration() {
    let (world, mut client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert!(world.holds(&token, "contact_edit").await);
    client.registered_scope = scope("contact_show");
    world.change(&client).await;
    assert!(!world.holds(&token, "contact_edit").await);
    assert!(world.holds(&token, "contact_show").await);
    assert!(
        !world
            .introspected(&api, &token)
            .await
            .contains("contact_edit")
    );
}

#[tokio::test]
async fn a_reduced_grant() {
    let (world, client, api) = bexio().await;
    let (code, grant) = world
        .consent(&client, "contact_edit kb_invoice_show", 1)
        .await;
    let token = access_token(&world.redeem(&client, &code).await.json());
    assert!(world.holds(&token, "contact_edit").await);
    let (left, taken) = (
        scope("general contact_show kb_invoice_show"),
        scope("contact_edit"),
    );
    let reduced = world
        .followed
        .reduce_grant(&grant, &left, &taken, world.app.now(), audit());
    assert!(reduced.await.unwrap());
    assert!(!world.holds(&token, "contact_edit").await);
    assert!(world.holds(&token, "contact_show").await);
    assert!(
        !world
            .introspected(&api, &token)
            .await
            .contains("contact_edit")
    );
    let access = world.access(&token, None).await.unwrap();
    assert!(
        access
            .answers
            .unwrap()
            .history(None)
            .reduced
            .contains("contact_edit")
    );
}

#[tokio::test]
async fn what_was_taken_off_and_allowed_again_does_not_come_back_to_old_tokens() {
    let (world, client, api) = bexio().await;
    let both = "contact_edit kb_invoice_show";
    let (code, grant) = world.consent(&client, both, 1).await;
    let late = world.consent(&client, both, 2).await.0;
    let before = world.redeem(&client, &code).await.json();
    let grant = world
        .followed
        .grant("bexio", grant.id)
        .await
        .unwrap()
        .unwrap();
    let (left, taken) = (
        scope("general contact_show kb_invoice_show"),
        scope("contact_edit"),
    );
    let now = world.app.now();
    let reduced = world
        .followed
        .reduce_grant(&grant, &left, &taken, now, audit());
    assert!(reduced.await.unwrap());
    let refresh = |answer: &serde_json::Value| answer["refresh_token"].as_str().unwrap().to_owned();
    let between = world.refresh(&client, &refresh(&before)).await.json();

    let again = world.tokens(&client, both, 3).await;
    assert!(world.holds(&access_token(&again), "contact_edit").await);
    let after = world.refresh(&client, &refresh(&again)).await.json();
    assert!(world.holds(&access_token(&after), "contact_edit").await);
    // Old ones, what they are refreshed to, and a code that was not redeemed before.
    let refreshed = world.refresh(&client, &refresh(&between)).await.json();
    let redeemed = world.redeem(&client, &late).await.json();
    for old in [&before, &between, &refreshed, &redeemed] {
        let token = access_token(old);
        assert!(!world.holds(&token, "contact_edit").await);
        assert!(world.holds(&token, "contact_show").await);
        let told = world.introspected(&api, &token).await;
        assert!(told.contains("kb_invoice_show") && !told.contains("contact_edit"));
        // The reason of a call is that of the refresh.
        let call = Request::post("/bexio/api/2.0/contact");
        let call = call.header("authorization", format!("Bearer {token}"));
        let denied = world.send(call.body(Body::empty()).unwrap()).await;
        let problem: serde_json::Value = serde_json::from_str(&denied.body).unwrap();
        assert_eq!(problem["missing"][0]["why"], "reduced", "{problem}");
    }
    for told in [&refreshed, &redeemed] {
        assert!(!scope(told["scope"].as_str().unwrap()).contains("contact_edit"));
    }
}

/// A scope that by the next version of the catalog brings another.
#[tokio::test]
async fn a_later_catalog_widens_nothing_that_was_issued() {
    let later = include_str!("../../../../../catalogs/bexio.toml");
    let earlier = later.replace("implies = [\"show\"]", "");
    let database: Arc<dyn storage::Store> = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let earlier = Catalog::parse("bexio.toml", &earlier).unwrap();
    let world = World::of(earlier, Arc::clone(&database)).await;
    let client = world.app_client("ledgerly", "contact_edit contact_show");
    let client = world.add(client).await;
    let api = world.add(world.api("api")).await;
    let (code, _) = world.consent(&client, "contact_edit", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    assert_eq!(tokens["scope"], "general contact_edit");

    let clock = Arc::clone(&world.clock) as Arc<dyn realm::Clock>;
    let random = Arc::new(realm::SeededRandom::new(8));
    let app = realm::App::builder(database, clock, random)
        .base_url(crate::support::BASE)
        .policy("bexio", with(Sandbox::IsTheApi))
        .realm(Catalog::parse("bexio.toml", later).unwrap())
        .build()
        .await
        .unwrap();
    let world = World {
        router: crate::support::router(&app),
        begun: app.realm("bexio").unwrap(),
        app,
        ..world
    };
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refreshed = world.refresh(&client, refresh).await.json();
    assert_eq!(refreshed["scope"], "general contact_edit");
    for token in [&tokens, &refreshed].map(access_token) {
        assert!(world.holds(&token, "contact_edit").await);
        assert!(!world.holds(&token, "contact_show").await);
        let told = world.introspected(&api, &token).await;
        assert_eq!(told.to_string(), "general contact_edit");
    }
}

#[tokio::test]
async fn a_revoked_grant_and_a_disabled_client_end_the_token() {
    let (world, client, _) = bexio().await;
    let (code, grant) = world.consent(&client, "contact_edit", 1).await;
    let token = access_token(&world.redeem(&client, &code).await.json());
    let off = Client {
        status: Status::Disabled {
            since: world.app.now(),
        },
        ..client.clone()
    };
    world.change(&off).await;
    assert_eq!(
        world.access(&token, None).await.err(),
        Some(AccessError::TokenEnded)
    );
    world.change(&client).await;
    assert!(world.access(&token, None).await.is_ok());
    let reason = RevocationReason::ByUser;
    world
        .followed
        .revoke_grant("bexio", grant.id, reason, world.app.now(), audit())
        .await
        .unwrap();
    assert_eq!(
        world.access(&token, None).await.err(),
        Some(AccessError::TokenEnded)
    );
}

pub fn approval(client: &Client, until: Option<Timestamp>) -> Approval {
    Approval {
        realm: client.realm.clone(),
        client: client.id.clone(),
        elevation: String::from("partner"),
        evidence: BTreeMap::from(
            ["partnership-contract", "security-review"]
                .map(|item| (item.to_owned(), String::from("2026/17"))),
        ),
        reviewer: String::from("Ines"),
        approved_at: client.created_at,
        expires_at: until,
        withdrawn_at: None,
        version: 1,
    }
}

async fn bokio() -> (World, Client) {
    let world = World::new("bokio").await;
    let client = world
        .add(world.app_client("payer", "bank-payments:write invoices:read"))
        .await;
    (world, client)
}

#[tokio::test]
async fn a_withdrawn_approval() {
    let (world, client) = bokio().await;
    world
        .followed
        .approve(&approval(&client, None), None, audit())
        .await
        .unwrap();
    let token = access_token(
        &world
            .tokens(&client, "bank-payments:write invoices:read", 1)
            .await,
    );
    assert!(world.holds(&token, "bank-payments:write").await);
    let now = world.app.now();
    assert!(
        world
            .followed
            .withdraw_approval("bokio", "payer", "partner", 1, now, audit())
            .await
            .unwrap()
    );
    assert!(!world.holds(&token, "bank-payments:write").await);
    assert!(world.holds(&token, "invoices:read").await);
}

#[tokio::test]
async fn an_approval_that_ran_out() {
    let (world, client) = bokio().await;
    let until = world.app.now() + Duration::from_secs(600);
    world
        .followed
        .approve(&approval(&client, Some(until)), None, audit())
        .await
        .unwrap();
    let token = access_token(&world.tokens(&client, "bank-payments:write", 1).await);
    assert!(world.holds(&token, "bank-payments:write").await);
    world.clock.advance(Duration::from_secs(599));
    assert!(world.holds(&token, "bank-payments:write").await);
    world.clock.advance(Duration::from_secs(1));
    assert!(!world.holds(&token, "bank-payments:write").await);
}

#[tokio::test]
async fn an_approval_that_starts_counting() {
    let (world, client) = bokio().await;
    let first = world
        .tokens(&client, "bank-payments:write invoices:read", 1)
        .await;
    assert_eq!(first["scope"], "invoices:read");
    world
        .followed
        .approve(&approval(&client, None), None, audit())
        .await
        .unwrap();
    // The token that was issued without it never gets it.
    assert!(
        !world
            .holds(&access_token(&first), "bank-payments:write")
            .await
    );
    let refresh = first["refresh_token"].as_str().unwrap();
    let next = world.refresh(&client, refresh).await.json();
    assert!(
        world
            .holds(&access_token(&next), "bank-payments:write")
            .await
    );
}

#[tokio::test]
async fn once_warm_a_check_touches_no_database() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    assert!(world.is_active(&api, &token).await);
    assert!(world.holds(&token, "contact_edit").await);
    world.store.take_calls();
    assert!(world.is_active(&api, &token).await);
    assert!(world.holds(&token, "contact_edit").await);
    assert_eq!(world.store.take_calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn keys_made_by_another_node_are_used() {
    let (world, client, api) = bexio().await;
    let before = access_token(&world.tokens(&client, "contact_edit", 1).await);
    let next = oauth::token::RealmKeys::generate(
        "bexio",
        oauth::model::KeyPurpose::SealToken,
        "second",
        [9; 32],
        world.app.now() + Duration::from_secs(1),
    );
    let store = &world.followed;
    let keys = store.keys("bexio").await.unwrap();
    let sealing = keys
        .iter()
        .find(|key| key.purpose == oauth::model::KeyPurpose::SealToken);
    let rotated = store
        .rotate_key(&sealing.unwrap().id, &next.unwrap(), audit())
        .await;
    assert!(rotated.unwrap());
    world.clock.advance(Duration::from_secs(1));
    let after = access_token(&world.tokens(&client, "contact_edit", 2).await);
    assert_ne!(before.get(..24), after.get(..24));
    assert!(world.is_active(&api, &before).await);
    assert!(world.is_active(&api, &after).await);
}
