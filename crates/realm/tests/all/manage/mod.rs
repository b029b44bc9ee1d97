//! Acts of administration: what each does, what each refuses, and that what it refuses leaves
//! everything as it was.

mod approvals;
mod arrivals;
mod audit;
mod audit_chain;
mod audit_personal;
mod clients;
mod deletions;
mod families;
mod grants;
mod keys;
mod lost_updates;
mod organisations;
mod people;
mod sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{
    AuthorizationCode, ClientType, Consent, Grant, GrantOwner, GrantStatus, Organisation,
    Recording, Redemption, StoredSecret, Timestamp, TokenHash, User, Uuid,
};
use oauth::registration::ClientMetadata;
use realm::manage::{
    AddOrganisation, AddPerson, AuditTrail, Desk, Erased, RegisterClient, SetMembership,
};
use realm::{Fault, FixedClock, SeededRandom};
use scope::{Catalog, Scope};
use storage::{SqliteStore, Store};

/// The family that the code of [`Office::grant`] begins.
pub const FAMILY: Uuid = Uuid::from_u128(43);

/// One realm to administer, and who does.
pub struct Office {
    pub store: Arc<dyn Store>,
    pub catalog: Catalog,
    pub clock: Arc<FixedClock>,
    pub random: SeededRandom,
    pub by: Actor,
}

pub fn now() -> Timestamp {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// One of those that are shipped.
pub fn catalog(id: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    Catalog::parse(&path, &text).unwrap()
}

impl Office {
    pub async fn of(catalog: &str) -> Self {
        Self {
            store: Arc::new(SqliteStore::open_in_memory().await.unwrap()),
            catalog: self::catalog(catalog),
            clock: Arc::new(FixedClock::at(now())),
            random: SeededRandom::new(7),
            by: Actor::operator(Some("olga".to_owned())),
        }
    }

    pub fn desk(&self) -> Desk<'_> {
        Desk::new(&*self.store, &self.catalog, &*self.clock, &self.random)
    }

    pub async fn organisation(&self, slug: &str) -> Organisation {
        let command = AddOrganisation {
            slug: slug.to_owned(),
            name: format!("The {slug}"),
        };
        let added = self.desk().add_organisation(&self.by, command).await;
        added.unwrap().organisation
    }

    pub async fn person(&self, username: &str) -> User {
        let command = AddPerson {
            username: username.to_owned(),
            name: format!("{username} the person"),
            password: "quite long enough".to_owned(),
        };
        self.desk().add_person(&self.by, command).await.unwrap()
    }

    pub async fn place(&self, username: &str, slug: &str, roles: &[&str]) {
        let command = SetMembership {
            organisation: slug.to_owned(),
            username: username.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            version: None,
        };
        let set = self.desk().set_membership(&self.by, command).await;
        set.unwrap();
    }

    pub async fn client(&self, metadata: ClientMetadata) {
        let command = RegisterClient {
            metadata,
            secret: None,
        };
        let registered = self.desk().register_client(&self.by, command).await;
        registered.unwrap();
    }

    /// Makes what is personal of somebody in the audit record unreadable.
    pub async fn erase(&self, by: &Actor, person: Uuid) -> Result<Erased, Fault> {
        let trail = AuditTrail::new(&*self.store);
        trail
            .erase(by, (self.catalog.id(), person), now(), &self.random)
            .await
    }

    /// Redeems the code of [`Office::grant`]: its family begins.
    pub async fn connect(&self) {
        let redeemed = self.store.redeem_code(&TokenHash([9; 32]), None, now());
        assert_eq!(redeemed.await.unwrap(), Redemption::Redeemed);
    }

    /// A grant as a consent leaves it.
    pub async fn grant(&self, client: &str, person: &User, granted: &str) -> Grant {
        let grant = Grant {
            id: Uuid::from_u128(41),
            realm: self.catalog.id().to_owned(),
            client: client.to_owned(),
            owner: GrantOwner::Person,
            user: person.id,
            organisation: None,
            catalog_version: self.catalog.version().to_owned(),
            requested: scope(granted),
            granted: scope(granted),
            refused: Scope::empty(),
            withheld: Vec::new(),
            reduced: Scope::empty(),
            taken_off: BTreeMap::new(),
            created_at: now(),
            updated_at: now(),
            status: GrantStatus::Live,
            version: 1,
        };
        let consent = Consent {
            id: Uuid::from_u128(42),
            realm: grant.realm.clone(),
            grant: Some(grant.id),
            client: grant.client.clone(),
            user: grant.user,
            organisation: None,
            catalog_version: grant.catalog_version.clone(),
            requested: grant.requested.clone(),
            granted: grant.granted.clone(),
            refused: Scope::empty(),
            withheld: Vec::new(),
            decided_at: now(),
            evidence: None,
        };
        let code = AuthorizationCode {
            hash: TokenHash([9; 32]),
            realm: grant.realm.clone(),
            client: grant.client.clone(),
            grant: grant.id,
            family: Some(FAMILY),
            user: grant.user,
            organisation: None,
            redirect_uri: None,
            code_challenge: None,
            scope: grant.granted.clone(),
            withheld: Vec::new(),
            refused: Scope::empty(),
            requested: Some(grant.requested.clone()),
            created_at: now(),
            expires_at: "2026-03-01T08:01:00Z".parse().unwrap(),
            consumed_at: None,
            position: None,
            authentication: None,
        };
        let recorded = self
            .store
            .record_consent(&consent, &grant, &code, None, None);
        match recorded.await.unwrap() {
            Recording::Recorded(grant) => grant,
            other => panic!("there was no grant: {other:?}"),
        }
    }
}

/// A confidential app of the catalog's first kind.
pub fn app(id: &str, scope: &str) -> ClientMetadata {
    ClientMetadata {
        id: id.to_owned(),
        name: format!("App {id}"),
        maker: "Maker".to_owned(),
        verified: false,
        client_type: ClientType::Confidential,
        kind: None,
        auth_method: None,
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        grant_types: None,
        scope: scope.to_owned(),
        optional_scope: String::new(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        organisation: None,
        introspects: None,
        signs_in: false,
    }
}

/// The record of an act that nobody looks into.
pub fn audit() -> &'static AuditRecord {
    static RECORD: LazyLock<AuditRecord> = LazyLock::new(|| {
        let subject = Subject::new(SubjectKind::Realm, "bexio");
        let random = [7; AuditRecord::RANDOM_BYTES];
        let by = Actor::system();
        AuditRecord::new("bexio", &by, Act::ClientRegistered, subject, now(), &random)
    });
    &RECORD
}

pub fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// A secret that was made now, as it is kept.
pub fn stored(secret: &oauth::Secret) -> StoredSecret {
    StoredSecret {
        hash: secret.hash(),
        made_at: Some(now()),
    }
}
