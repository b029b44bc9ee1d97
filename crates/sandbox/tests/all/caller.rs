//! Someone with a token for the sandbox.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use oauth::model::{Approval, Client, Membership, Organisation, Role, Timestamp, Uuid};
use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
use scope::{ApiDescription, Catalog};
use serde_json::Value;
use storage::SqliteStore;

use crate::support::{Answer, World, audit, scope};

/// A world with an app that is registered and approved for everything.
pub struct Sandbox {
    pub world: World,
    pub app: Client,
}

/// Whom a token is for.
#[derive(Clone, Copy)]
pub enum For {
    /// Anna, in her organisation where the realm binds grants to one.
    Anna,
    /// Anna, in this organisation.
    AnnaIn(Uuid),
    /// The app itself, without an organisation.
    Itself,
}

impl Sandbox {
    pub async fn new(realm: &str) -> Self {
        let world = World::new(realm).await;
        let app = Self::register(&world, "app").await;
        Self { world, app }
    }

    /// The same with another catalog of it.
    pub async fn of(catalog: Catalog, database: Arc<SqliteStore>) -> Self {
        let world = World::of(catalog, database).await;
        let app = Self::register(&world, "app").await;
        Self { world, app }
    }

    /// A further app like the first.
    pub async fn another(&self, id: &str) -> Client {
        Self::register(&self.world, id).await
    }

    /// The sandbox of an API's description.
    pub async fn described(catalog: Catalog, description: ApiDescription) -> Self {
        let database = SqliteStore::open_in_memory().await.unwrap();
        let kind = oauth::policy::Sandbox::IsTheApi;
        let world = World::described(kind, catalog, description, Arc::new(database)).await;
        let app = Self::register(&world, "app").await;
        Self { world, app }
    }

    async fn register(world: &World, id: &str) -> Client {
        let catalog = Arc::clone(world.app.realm(&world.realm).unwrap().catalog());
        let every = catalog.scope_of(&catalog.all()).to_string();
        let client = world.add(world.app_client(id, &every)).await;
        for elevation in catalog.elevations() {
            let approval = Approval {
                realm: world.realm.clone(),
                client: client.id.clone(),
                elevation: elevation.name.clone(),
                evidence: elevation
                    .evidence
                    .iter()
                    .map(|item| (item.clone(), String::from("seen")))
                    .collect(),
                reviewer: String::from("Rita"),
                approved_at: world.app.now(),
                expires_at: None,
                withdrawn_at: None,
                version: 1,
            };
            world
                .followed
                .approve(&approval, None, audit())
                .await
                .unwrap();
        }
        client
    }

    /// One more organisation; Anna may do everything there.
    pub async fn second_organisation(&self) -> Organisation {
        let organisation = Organisation {
            slug: String::from("zweite"),
            id: self.world.app.new_id(),
            number: 0,
            name: String::from("Zweite GmbH"),
            ..self.world.muster.clone()
        };
        let role = Role {
            realm: self.world.realm.clone(),
            organisation: organisation.id,
            name: String::from("owner"),
            rights: vec![String::from("*")],
            version: 0,
        };
        let store = &self.world.followed;
        let organisation = store
            .insert_organisation(&organisation, &[role], audit())
            .await
            .unwrap();
        let membership = Membership {
            realm: self.world.realm.clone(),
            organisation: organisation.id,
            user: self.world.anna.id,
            roles: vec![String::from("owner")],
            given: None,
            cut_off: None,
            version: 0,
        };
        store.put_membership(&membership, audit()).await.unwrap();
        organisation
    }

    pub fn token(&self, client: &Client, whose: For, scopes: &str) -> String {
        let realm = self.world.app.realm(&self.world.realm).unwrap();
        let bound = realm.catalog().grant_policy().is_bound_to_organisation();
        let (user, organisation) = match whose {
            For::Anna if bound => (Some(self.world.anna.id), Some(self.world.muster.id)),
            For::Anna => (Some(self.world.anna.id), None),
            For::AnnaIn(organisation) => (Some(self.world.anna.id), Some(organisation)),
            For::Itself => (None, None),
        };
        let held = realm
            .catalog()
            .expand(&realm.catalog().set_of(scope(scopes).iter()).0);
        let claims = AccessTokenClaims {
            id: self.world.app.new_id(),
            realm: self.world.realm.clone(),
            client: TokenClient::Both {
                id: client.id.clone(),
                uuid: client.uuid,
            },
            subject_kind: match user {
                Some(_) => SubjectKind::Person,
                None => SubjectKind::Machine,
            },
            grant: None,
            user,
            organisation,
            scope: realm.catalog().scope_of(&held),
            audience: self.world.audience(),
            for_sandbox: false,
            issued_at: self.world.app.now(),
            expires_at: Timestamp::MAX,
            family: None,
            position: None,
            authentication: None,
        };
        let nonce = self.world.app.random_bytes();
        realm.keys().seal(&claims, nonce).expose().to_owned()
    }

    /// A call by the first app for Anna. A body of `null` is no body.
    pub async fn call(&self, method: &str, path: &str, scopes: &str, body: Value) -> Answer {
        let token = self.token(&self.app, For::Anna, scopes);
        self.call_with(&token, method, path, body).await
    }

    pub async fn call_with(&self, token: &str, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/{}/api{path}", self.world.realm))
            .header("authorization", format!("Bearer {token}"));
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
        };
        self.world.send(request.unwrap()).await
    }

    /// A list as JSON; it must be one.
    pub async fn list(&self, path: &str, scopes: &str) -> Value {
        let answer = self.call("GET", path, scopes, Value::Null).await;
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        answer.json()
    }
}

/// The ids of a list.
pub fn ids(list: &Value) -> Vec<String> {
    let records = list["data"].as_array().unwrap().iter();
    records
        .map(|record| match &record["id"] {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        })
        .collect()
}

/// The `reason` of a problem, which must be one.
#[track_caller]
pub fn reason(answer: &Answer) -> String {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{}",
        answer.body
    );
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], answer.status.as_u16());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem["reason"].as_str().unwrap().to_owned()
}
