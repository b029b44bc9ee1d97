//! Records to store, for the suite and for tests of single databases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::SignedDuration;
use oauth::audit::{Act, Actor, AuditRecord, Subject, SubjectKind};
use oauth::model::{
    ApiKey, ApiKeyHash, Approval, Authentication, AuthorizationCode, BrowserSession, Client,
    ClientType, Consent, ConsentEvidence, ExternalId, Grant, GrantOwner, GrantStatus, GrantType,
    KeptRequest, KeyPurpose, KeyRecord, Membership, Organisation, PageRequest, Position, Recording,
    RefreshToken, RevokedAccessToken, Role, SandboxQuery, SandboxRecord, ShownNames, Status,
    StoredSecret, Timestamp, TokenEndpointAuthMethod, TokenFormat, TokenHash, User, Uuid, Withheld,
};
use scope::{Scope, WithheldReason};

use crate::store::Store;

/// The realm of the samples.
pub const REALM: &str = "acme";
/// A realm where there is nothing.
pub const OTHER_REALM: &str = "other";
/// The client of the samples.
pub const APP: &str = "ledger-sync";

/// A moment, in seconds after the suite's beginning.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_750_000_000_000).unwrap() + SignedDuration::from_secs(seconds)
}

/// A UUID of version 7 that counts.
pub fn id(number: u64) -> Uuid {
    Uuid::from_u128((0x0197_7420_dc00_7000_8000 << 48) | u128::from(number))
}

/// A hash that counts.
pub fn hash(number: u64) -> TokenHash {
    let mut bytes = [0xa5; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    TokenHash(bytes)
}

/// A scope from its text.
pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// The first page of that many.
pub fn page(limit: usize) -> PageRequest {
    PageRequest::first(limit)
}

/// The record of an act that nobody looks into.
pub fn audit() -> &'static AuditRecord {
    static RECORD: LazyLock<AuditRecord> = LazyLock::new(|| {
        let subject = Subject::new(SubjectKind::Realm, REALM);
        let random = [7; AuditRecord::RANDOM_BYTES];
        let by = Actor::system();
        AuditRecord::new(REALM, &by, Act::ClientRegistered, subject, at(0), &random)
    });
    &RECORD
}

/// A key that is called so, made that many seconds after the beginning.
pub fn key(name: &str, purpose: KeyPurpose, seconds: i64) -> KeyRecord {
    KeyRecord {
        realm: REALM.to_owned(),
        id: name.to_owned(),
        purpose,
        secret: name.as_bytes().to_vec(),
        created_at: at(seconds),
        retired_at: None,
    }
}

/// A UUID that belongs to a name.
pub fn uuid(name: &str) -> Uuid {
    let TokenHash(hash) = TokenHash::of(name.as_bytes());
    Uuid::from_slice(&hash[..16]).unwrap()
}

/// A client's secret, with or without the time it was made.
pub fn stored_secret(number: u64, made_at: Option<Timestamp>) -> StoredSecret {
    StoredSecret {
        hash: hash(number),
        made_at,
    }
}

/// A client with every member filled.
pub fn client(name: &str) -> Client {
    Client {
        realm: REALM.to_owned(),
        id: name.to_owned(),
        name: "Ledger Sync – \"books\" & more".to_owned(),
        maker: "Müller AG".to_owned(),
        homepage: Some("https://ledger.example/".to_owned()),
        verified: true,
        client_type: ClientType::Confidential,
        kind: "public-integration".to_owned(),
        auth_method: TokenEndpointAuthMethod::ClientSecretPost,
        secrets: vec![stored_secret(900, None), stored_secret(901, Some(at(4)))],
        redirect_uris: vec![
            "https://ledger.example/callback?x=1".to_owned(),
            "http://127.0.0.1/".to_owned(),
        ],
        grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
        registered_scope: scope("contact_edit contact_show invoice_show"),
        optional_scope: scope("invoice_show"),
        legacy_without_pkce: true,
        token_format: Some(TokenFormat::Jwt),
        refresh_retry: Some(false),
        organisation: None,
        introspects: Some(BTreeSet::from(["https://api.example/".to_owned()])),
        signs_in: true,
        created_at: at(0),
        status: Status::Disabled { since: at(5) },
        cut_off: Some(Position(3)),
        uuid: uuid(name),
        version: 1,
    }
}

/// A client with every member empty that may be.
pub fn plain_client(name: &str) -> Client {
    Client {
        homepage: None,
        verified: false,
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        redirect_uris: Vec::new(),
        grant_types: BTreeSet::new(),
        registered_scope: Scope::empty(),
        optional_scope: Scope::empty(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        introspects: None,
        signs_in: false,
        status: Status::Active,
        cut_off: None,
        ..client(name)
    }
}

/// An approval of the app, for 1,000 seconds.
pub fn approval(elevation: &str, seconds: i64) -> Approval {
    Approval {
        realm: REALM.to_owned(),
        client: APP.to_owned(),
        elevation: elevation.to_owned(),
        evidence: BTreeMap::from([("contract".to_owned(), "C-2025/17".to_owned())]),
        reviewer: "ada@provider.example".to_owned(),
        approved_at: at(seconds),
        expires_at: Some(at(seconds + 1_000)),
        withdrawn_at: None,
        version: 1,
    }
}

/// A key of the client [`APP`], with every member filled that a new one has.
pub fn api_key(number: u64) -> ApiKey {
    ApiKey {
        realm: REALM.to_owned(),
        id: id(number),
        client: APP.to_owned(),
        organisation: Some(id(1)),
        api: Some("api".to_owned()),
        name: "Books – nightly".to_owned(),
        beginning: "sg_ak_BwcH".to_owned(),
        hash: ApiKeyHash::Sha256(hash(number)),
        scope: scope("contact_show contact_edit"),
        created_at: at(0),
        expires_at: Some(at(1_000)),
        sunset_at: Some(at(2_000)),
        revoked_at: None,
        last_used_at: None,
        position: Position(7),
    }
}

/// A person; the store gives the number.
pub fn user(number: u64, username: &str) -> User {
    User {
        realm: REALM.to_owned(),
        id: id(number),
        number: 0,
        username: username.to_owned(),
        name: format!("{username} Person"),
        email: Some(format!("{username}@alpine.example")),
        email_verified: true,
        language: Some("de-CH".to_owned()),
        password_hash: Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned()),
        created_at: at(0),
        status: Status::Active,
        cut_off: Some(Position(2)),
        sessions_cut_off: Some(Position(1)),
        external: Some(external(number)),
        version: 1,
    }
}

/// An organisation; the store gives the number.
pub fn organisation(number: u64, slug: &str) -> Organisation {
    Organisation {
        realm: REALM.to_owned(),
        id: id(number),
        slug: slug.to_owned(),
        number: 0,
        name: format!("{slug} GmbH"),
        created_at: at(0),
        external: Some(external(number)),
        version: 1,
    }
}

/// What another system calls it.
pub fn external(number: u64) -> ExternalId {
    ExternalId {
        source: "crm".to_owned(),
        id: format!("no. {number}"),
    }
}

/// A role with these rights.
pub fn role(organisation: Uuid, name: &str, rights: &[&str]) -> Role {
    Role {
        realm: REALM.to_owned(),
        organisation,
        name: name.to_owned(),
        rights: rights.iter().map(|&right| right.to_owned()).collect(),
        version: 0,
    }
}

/// A membership with these roles.
pub fn membership(organisation: Uuid, user: Uuid, roles: &[&str]) -> Membership {
    Membership {
        realm: REALM.to_owned(),
        organisation,
        user,
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        given: None,
        cut_off: None,
        version: 0,
    }
}

/// The place as it is read once it was stored.
pub fn stored(membership: Membership) -> Membership {
    Membership {
        version: membership.version + 1,
        ..membership
    }
}

/// A session of 100 seconds from the beginning.
pub fn session(number: u64, user: Uuid) -> BrowserSession {
    BrowserSession {
        hash: hash(number),
        realm: REALM.to_owned(),
        user,
        created_at: at(0),
        authentication: Authentication::by_password(at(0)),
        expires_at: at(100),
        browser: Some("Firefox, Windows".to_owned()),
        position: Some(Position(4)),
    }
}

/// Who takes part in most cases: an app, a person and an organisation.
pub struct Parties {
    /// The person.
    pub user: Uuid,
    /// An organisation; the store gives the number.
    /// The organisation.
    pub organisation: Uuid,
}

/// Stores the parties.
pub async fn parties(store: &dyn Store) -> Parties {
    store
        .insert_client(&plain_client(APP), audit())
        .await
        .unwrap();
    let user = store.insert_user(&user(1, "grace"), audit()).await.unwrap();
    let organisation = organisation(2, "alpine");
    let roles = [
        role(organisation.id, "admin", &["*"]),
        role(organisation.id, "sales", &["contact_*", "invoice_show"]),
    ];
    let organisation = store
        .insert_organisation(&organisation, &roles, audit())
        .await
        .unwrap();
    Parties {
        user: user.id,
        organisation: organisation.id,
    }
}

impl Parties {
    /// A live grant.
    pub fn grant(&self, number: u64) -> Grant {
        Grant {
            id: id(number),
            realm: REALM.to_owned(),
            client: APP.to_owned(),
            user: self.user,
            organisation: Some(self.organisation),
            catalog_version: "2025-06".to_owned(),
            requested: scope("contact_edit invoice_show bank_pay"),
            granted: scope("contact_show contact_edit general"),
            refused: scope("invoice_show"),
            withheld: vec![withheld()],
            reduced: Scope::empty(),
            taken_off: BTreeMap::new(),
            created_at: at(0),
            updated_at: at(0),
            status: GrantStatus::Live,
            owner: GrantOwner::Person,
            version: 1,
        }
    }

    /// A consent whose answer is that of [`Parties::grant`].
    pub fn consent(&self, number: u64) -> Consent {
        Consent {
            id: id(number),
            realm: REALM.to_owned(),
            grant: None,
            client: APP.to_owned(),
            user: self.user,
            organisation: Some(self.organisation),
            catalog_version: "2025-06".to_owned(),
            requested: scope("contact_edit invoice_show bank_pay"),
            granted: scope("contact_show contact_edit general"),
            refused: scope("invoice_show"),
            withheld: vec![withheld()],
            decided_at: at(0),
            evidence: Some(ConsentEvidence {
                catalog: [9; 32],
                language: "de".to_owned(),
                rows: Some(serde_json::json!([{ "scope": "contact_edit", "offered": true }])),
                names: Some(ShownNames {
                    app: "Ledger \"Sync\"".to_owned(),
                    maker: "Ledger Ltd".to_owned(),
                    organisations: vec!["Müster AG (7)".to_owned()],
                }),
                returned_to: "https://ledger.example/callback?x=1".to_owned(),
                signed_in_at: at(-5),
            }),
        }
    }

    /// Expires 60 seconds after the beginning.
    pub fn code(&self, number: u64, grant: Uuid) -> AuthorizationCode {
        AuthorizationCode {
            hash: hash(number),
            realm: REALM.to_owned(),
            client: APP.to_owned(),
            grant,
            user: self.user,
            organisation: Some(self.organisation),
            redirect_uri: Some("https://ledger.example/callback?x=1".to_owned()),
            code_challenge: Some([7; 32]),
            scope: scope("contact_show contact_edit general"),
            withheld: vec![withheld()],
            refused: scope("invoice_show"),
            requested: Some(scope("contact_edit invoice_show bank_pay")),
            created_at: at(0),
            expires_at: at(60),
            consumed_at: None,
            family: Some(id(7_000 + number)),
            position: Some(Position(5)),
            authentication: None,
        }
    }

    /// Expires 1,000 seconds after the beginning.
    pub fn refresh_token(&self, number: u64, grant: Uuid) -> RefreshToken {
        RefreshToken {
            hash: hash(number),
            realm: REALM.to_owned(),
            client: APP.to_owned(),
            grant,
            user: self.user,
            organisation: Some(self.organisation),
            scope: scope("contact_show contact_edit general"),
            created_at: at(1),
            expires_at: Some(at(1_000)),
            rotated_at: None,
            rotated_to: None,
            revoked_at: None,
            derived_with: Some([number as u8; 32]),
            family: Some(id(7_000)),
            position: Some(Position(6)),
            authentication: None,
        }
    }

    /// Stores a consent with its grant and code, all of that number, on whatever stands.
    pub async fn agree(&self, store: &dyn Store, number: u64) -> Grant {
        let grant = self.grant(number);
        self.agree_to(store, number, &grant).await
    }

    /// The same with this grant.
    pub async fn agree_to(&self, store: &dyn Store, number: u64, grant: &Grant) -> Grant {
        let consent = Consent {
            organisation: grant.organisation,
            ..self.consent(number)
        };
        let code = AuthorizationCode {
            organisation: grant.organisation,
            ..self.code(number, grant.id)
        };
        loop {
            let standing = store
                .standing_grant(REALM, &grant.client, grant.user, grant.organisation)
                .await
                .unwrap();
            let recording = store
                .record_consent(&consent, grant, &code, standing.as_ref(), None)
                .await;
            if let Recording::Recorded(stored) = recording.unwrap() {
                return stored;
            }
        }
    }

    /// Stores a grant and a refresh token that hangs from it.
    pub async fn connect(&self, store: &dyn Store, number: u64, refresh: u64) -> Grant {
        let grant = self.agree(store, number).await;
        let token = self.refresh_token(refresh, grant.id);
        let redeemed = store
            .redeem_code(&hash(number), Some(&token), at(1))
            .await
            .unwrap();
        assert_eq!(redeemed, oauth::model::Redemption::Redeemed);
        grant
    }
}

/// A scope that needs an approval.
pub fn withheld() -> Withheld {
    Withheld {
        scope: "bank_pay".to_owned(),
        reason: WithheldReason::ElevationNotApproved,
    }
}

/// A revoked access token that would have lived until then.
pub fn revoked_access_token(number: u64, expires: i64) -> RevokedAccessToken {
    RevokedAccessToken {
        realm: REALM.to_owned(),
        id: id(number),
        expires_at: at(expires),
    }
}

/// A sample record of the sandbox.
pub fn record(organisation: Uuid, collection: &str, name: &str) -> SandboxRecord {
    SandboxRecord {
        realm: REALM.to_owned(),
        organisation,
        collection: collection.to_owned(),
        parent: String::new(),
        id: name.to_owned(),
        created_by: None,
        body: serde_json::json!({ "id": name, "name": "Ünï \"x\"", "lines": [1, 2.5, null] }),
        created_at: at(0),
        updated_at: at(1),
    }
}

/// The records of a collection.
pub fn records(organisation: Uuid, collection: &str, limit: usize) -> SandboxQuery {
    SandboxQuery {
        realm: REALM.to_owned(),
        organisation,
        collection: collection.to_owned(),
        parent: None,
        created_by: None,
        page: page(limit),
    }
}

/// An authorization request from an address, bound to a browser, which came at that second and
/// is kept for a hundred.
pub fn kept_request(number: u64, sender: &str, seconds: i64) -> KeptRequest {
    KeptRequest {
        hash: hash(number),
        realm: REALM.to_owned(),
        parameters: "client_id=ledger-sync&scope=contact_show+invoice_show&state=%26".to_owned(),
        sender: sender.to_owned(),
        browser: Some(hash(1)),
        session: Some(hash(2)),
        created_at: at(seconds),
        expires_at: at(seconds + 100),
        answered_at: None,
    }
}
