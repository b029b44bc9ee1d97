//! Records of usual size: an organisation of a business API with a bookkeeping app.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oauth::model::{
    Authentication, AuthorizationCode, BrowserSession, Client, ClientType, Consent,
    ConsentEvidence, Grant, GrantOwner, GrantStatus, GrantType, LoginAttempt, LoginLimit,
    Membership, Organisation, Position, RefreshToken, RevokedAccessToken, Role, SandboxRecord,
    Status, StoredSecret, Timestamp, TokenEndpointAuthMethod, TokenHash, User, Uuid,
};
use scope::Scope;
use serde_json::json;

pub const REALM: &str = "bexio";
pub const REQUESTED: &str = "contact_edit kb_invoice_edit article_show note_show";
pub const GRANTED: &str =
    "general contact_show contact_edit kb_invoice_show kb_invoice_edit article_show note_show";
const PASSWORD: &str = "$argon2id$v=19$m=19456,t=2,p=1$AwMDAwMDAwMDAwMDAwMDAw$8tHMe0KTvqMGuKTC6p0fEmD7DZkP4ZmE5EDcXX5NFxk";

pub fn now() -> Timestamp {
    Timestamp::from_second(1_770_000_000).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub fn later(seconds: u64) -> Timestamp {
    now()
        .saturating_add(Duration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// A hash spread over the whole range, as SHA-256 is: where a row lands in an index matters.
pub fn hash(kind: u8, number: u64) -> TokenHash {
    let mut text = number.to_be_bytes().to_vec();
    text.push(kind);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &text);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    TokenHash(bytes)
}

/// Time-ordered, as the server makes them; the rest is spread.
pub fn id(kind: u8, number: u64) -> Uuid {
    let mut random = [0; 10];
    let TokenHash(spread) = hash(kind, number);
    random.copy_from_slice(spread.first_chunk::<10>().unwrap_or(&[0; 10]));
    let moment = now() + Duration::from_millis(number);
    oauth::id::uuid_v7(moment, random)
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap_or_else(|_| Scope::empty())
}

pub fn organisation(number: u64) -> (Organisation, [Role; 2]) {
    let id = id(1, number);
    let role = |name: &str, rights: &str| Role {
        realm: REALM.to_owned(),
        organisation: id,
        name: name.to_owned(),
        rights: rights.split(' ').map(str::to_owned).collect(),
        version: 0,
    };
    let organisation = Organisation {
        realm: REALM.to_owned(),
        id,
        slug: format!("{:06x}", number * 37),
        number: 0,
        name: format!("Muster Handels AG {number}"),
        created_at: now(),
        external: None,
        version: 1,
    };
    (
        organisation,
        [role("owner", "*"), role("bookkeeper", GRANTED)],
    )
}

pub fn user(number: u64) -> User {
    User {
        realm: REALM.to_owned(),
        id: id(2, number),
        number: 0,
        username: format!("anna.muster{number}@firma.example"),
        name: String::from("Anna Muster"),
        email: None,
        email_verified: false,
        language: None,
        password_hash: Some(PASSWORD.to_owned()),
        created_at: now(),
        status: Status::Active,
        cut_off: None,
        sessions_cut_off: None,
        external: None,
        version: 1,
    }
}

pub fn membership(number: u64) -> Membership {
    Membership {
        realm: REALM.to_owned(),
        organisation: id(1, number),
        user: id(2, number),
        roles: vec![String::from("owner")],
        given: None,
        cut_off: None,
        version: 0,
    }
}

pub fn client(name: &str) -> Client {
    Client {
        realm: REALM.to_owned(),
        id: name.to_owned(),
        name: String::from("Tidy Ledger"),
        maker: String::from("Tidy Software GmbH"),
        homepage: Some(String::from("https://tidy.example/")),
        verified: true,
        client_type: ClientType::Confidential,
        kind: String::from("app"),
        auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
        secrets: vec![StoredSecret {
            hash: hash(3, 0),
            made_at: None,
        }],
        redirect_uris: vec![String::from("https://tidy.example/callback")],
        grant_types: BTreeSet::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
        registered_scope: scope(REQUESTED),
        optional_scope: Scope::empty(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        organisation: None,
        introspects: None,
        signs_in: false,
        created_at: now(),
        status: Status::Active,
        cut_off: None,
        uuid: Uuid::from_slice(TokenHash::of(name.as_bytes()).0.split_at(16).0).unwrap_or_default(),
        version: 1,
    }
}

pub const CLIENT: &str = "tidy-ledger";

pub fn login_attempt(number: u64) -> LoginAttempt {
    LoginAttempt {
        realm: REALM.to_owned(),
        id: id(9, number),
        limits: vec![LoginLimit {
            key: format!("username:anna.muster{number}@firma.example"),
            most: 5,
            forgiven: true,
        }],
    }
}

pub fn session(number: u64) -> BrowserSession {
    BrowserSession {
        hash: hash(4, number),
        realm: REALM.to_owned(),
        user: id(2, number),
        created_at: now(),
        authentication: Authentication::by_password(now()),
        expires_at: later(28_800),
        browser: None,
        position: Some(Position(1_000_000)),
    }
}

pub fn grant(number: u64) -> Grant {
    Grant {
        id: id(5, number),
        realm: REALM.to_owned(),
        client: CLIENT.to_owned(),
        user: id(2, number),
        organisation: Some(id(1, number)),
        catalog_version: String::from("2019-12"),
        requested: scope(REQUESTED),
        granted: scope(GRANTED),
        refused: Scope::empty(),
        withheld: Vec::new(),
        reduced: Scope::empty(),
        taken_off: BTreeMap::new(),
        created_at: now(),
        updated_at: now(),
        status: GrantStatus::Live,
        owner: GrantOwner::Person,
        version: 1,
    }
}

pub fn consent(number: u64) -> Consent {
    let grant = grant(number);
    Consent {
        id: id(6, number),
        realm: grant.realm,
        grant: Some(grant.id),
        client: grant.client,
        user: grant.user,
        organisation: grant.organisation,
        catalog_version: grant.catalog_version,
        requested: grant.requested,
        granted: grant.granted,
        refused: Scope::empty(),
        withheld: Vec::new(),
        decided_at: now(),
        evidence: Some(ConsentEvidence {
            catalog: [7; 32],
            language: String::from("de"),
            rows: None,
            names: None,
            returned_to: String::from("https://tidy.example/callback"),
            signed_in_at: now(),
        }),
    }
}

/// A code of grant `of`.
pub fn code(number: u64, of: u64) -> AuthorizationCode {
    let grant = grant(of);
    AuthorizationCode {
        hash: hash(7, number),
        realm: grant.realm,
        client: grant.client,
        grant: grant.id,
        user: grant.user,
        organisation: grant.organisation,
        redirect_uri: Some(String::from("https://tidy.example/callback")),
        code_challenge: Some(hash(8, number).0),
        scope: grant.granted,
        withheld: Vec::new(),
        refused: Scope::empty(),
        created_at: now(),
        expires_at: later(60),
        consumed_at: None,
        requested: None,
        family: Some(id(10, of)),
        position: Some(Position(1_000_000)),
        authentication: None,
    }
}

/// A refresh token of grant `of`.
pub fn refresh_token(number: u64, of: u64) -> RefreshToken {
    let grant = grant(of);
    RefreshToken {
        hash: hash(9, number),
        realm: grant.realm,
        client: grant.client,
        grant: grant.id,
        user: grant.user,
        organisation: grant.organisation,
        scope: grant.granted,
        created_at: now(),
        expires_at: Some(later(1_209_600)),
        rotated_at: None,
        rotated_to: None,
        derived_with: None,
        revoked_at: None,
        family: Some(id(10, of)),
        position: Some(Position(1_000_000)),
        authentication: None,
    }
}

pub fn revoked_access_token(number: u64) -> RevokedAccessToken {
    RevokedAccessToken {
        realm: REALM.to_owned(),
        id: id(10, number),
        expires_at: later(14_400),
    }
}

pub fn sandbox_record(number: u64) -> SandboxRecord {
    SandboxRecord {
        realm: REALM.to_owned(),
        organisation: id(1, number),
        collection: String::from("contact"),
        parent: String::new(),
        id: number.to_string(),
        created_by: None,
        body: json!({
            "id": number, "nr": number.to_string(), "contact_type_id": 1, "name_1": "Beispiel GmbH",
            "name_2": null, "address": "Bahnhofstrasse 1", "postcode": "8640", "city": "Rapperswil",
            "country_id": 1, "mail": "info@beispiel.example", "phone_fixed": "+41 55 000 00 00",
            "updated_at": "2026-01-05 10:12:00"
        }),
        created_at: now(),
        updated_at: now(),
    }
}
