//! Catalogs and records the tests share.

use std::collections::{BTreeMap, BTreeSet};

use oauth::model::{
    Approval, AuthorizationCode, Client, ClientType, Grant, GrantOwner, GrantStatus, GrantType,
    Position, RefreshToken, Status, StoredSecret, Timestamp, TokenEndpointAuthMethod, TokenHash,
    Uuid,
};
use oauth::secret::{SecretKind, generate};
use oauth::{Parameters, Secret};
use scope::{Catalog, ClientState, Scope, ScopeSet};

use crate::small_catalog::SmallCatalog;

/// Edit brings show, `general` on every grant, `old_show` retired; any scope may be struck.
pub fn any() -> Catalog {
    SmallCatalog::new("any")
        .pattern("{resource}_{action}")
        .bound_to("organisation")
        .reducible()
        .ttls("60s", "1h", "14d")
        .action("show", "read")
        .action("edit", "write")
        .with("implies = [\"show\"]")
        .scope("general")
        .with("added = \"every-grant\"")
        .resource("contact", &["show", "edit"])
        .resource("invoice", &["show", "edit"])
        .resource("old", &["show"])
        .with("status = \"retired\"")
        .kind("app", &["authorization_code", "refresh_token"])
        .kind("machine", &["client_credentials"])
        .with("client_credentials = \"organisation\"")
        .role("owner", &["*"])
        .endpoint(
            "/contact",
            &[("get", "contact_show"), ("post", "contact_edit")],
        )
        .endpoint(
            "/invoice",
            &[("get", "invoice_show"), ("post", "invoice_edit")],
        )
        .endpoint("/general", &[("get", "general")])
        .endpoint("/old", &[("get", "old_show")])
        .with(
            r#"
[authorization]
require_state = true
[token.response]
org = "organisation.slug"
user_id = "user.number"
grant_id = "grant.id"
created_at = "issued_at"
kind = { organisation = { literal = "company" }, otherwise = { literal = "general" } }"#,
        )
        .parse()
}

/// Reading and writing stand alone, payments need an approval; the client marks what is optional.
pub fn optional() -> Catalog {
    invoices("optional").decline("optional").parse()
}

/// All or nothing, with a default for new clients.
pub fn none() -> Catalog {
    invoices("none")
        .decline("none")
        .resource("profile", &["read"])
        .with("added = \"new-client\"")
        .endpoint("/profile", &[("get", "profile:read")])
        .parse()
}

/// Writing invoices brings reading customers, and payments bring writing invoices.
pub fn crossing(decline: &'static str) -> Catalog {
    SmallCatalog::new("crossing")
        .bound_to("organisation")
        .reducible()
        .decline(decline)
        .action("read", "read")
        .action("write", "write")
        .with("implies = [\"read\"]")
        .resource("customers", &["read"])
        .resource("invoices", &["read", "write"])
        .with("implies = [\"customers:read\"]")
        .resource("payments", &["write"])
        .with("implies = [\"invoices:write\"]")
        .kind("app", &["authorization_code", "refresh_token"])
        .role("owner", &["*"])
        .endpoint("/customers", &[("get", "customers:read")])
        .parse()
}

pub fn invoices(id: &'static str) -> SmallCatalog {
    SmallCatalog::new(id)
        .bound_to("organisation")
        .ttls("5m", "1h", "never")
        .token("format = \"jwt\"\ntoken_type = \"bearer\"")
        .action("read", "read")
        .action("write", "write")
        .resource("invoices", &["read", "write"])
        .resource("payments", &["write"])
        .with("elevation = \"partner\"")
        .kind(
            "public",
            &["authorization_code", "refresh_token", "client_credentials"],
        )
        .kind("private", &["client_credentials"])
        .with("client_credentials = \"organisation\"")
        .elevation("partner", "public", &["contract", "review"])
        .role("owner", &["*"])
        .endpoint(
            "/invoices",
            &[("get", "invoices:read"), ("post", "invoices:write")],
        )
        .endpoint("/payments", &[("post", "payments:write")])
}

/// A catalog of the repository.
pub fn shipped(id: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    Catalog::parse(&path, &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub fn set(catalog: &Catalog, text: &str) -> ScopeSet {
    let (set, unknown) = catalog.set_of(text.split_whitespace());
    assert_eq!(unknown, Vec::<String>::new());
    set
}

pub fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

pub fn at(seconds_from_now: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds_from_now).unwrap()
}

pub fn client_secret() -> Secret {
    generate(SecretKind::ClientSecret, [42; 32])
}

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A confidential client of the catalog's first kind that may do everything.
pub fn client(catalog: &Catalog) -> Client {
    Client {
        realm: catalog.id().to_owned(),
        id: "ledgerly".to_owned(),
        name: "Ledgerly".to_owned(),
        maker: "Ledgerly Ltd".to_owned(),
        homepage: None,
        verified: true,
        client_type: ClientType::Confidential,
        kind: catalog.client_kinds()[0].name.clone(),
        auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
        secrets: vec![stored(client_secret().hash(), None)],
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        grant_types: GrantType::ALL.into_iter().collect(),
        registered_scope: catalog.scope_of(&catalog.all()),
        optional_scope: Scope::empty(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        organisation: Some(Uuid::from_u128(7)),
        introspects: None,
        signs_in: false,
        created_at: now(),
        status: Status::Active,
        cut_off: None,
        uuid: Uuid::from_u128(8),
        version: 1,
    }
}

pub fn public(catalog: &Catalog) -> Client {
    Client {
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..client(catalog)
    }
}

pub fn state(catalog: &Catalog, client: &Client) -> ClientState {
    client.state(catalog, &[])
}

pub fn approval(catalog: &Catalog) -> Approval {
    Approval {
        realm: catalog.id().to_owned(),
        client: "ledgerly".to_owned(),
        elevation: "partner".to_owned(),
        evidence: BTreeMap::from([
            ("contract".to_owned(), "C-1".to_owned()),
            ("review".to_owned(), "R-1".to_owned()),
        ]),
        reviewer: "Ada".to_owned(),
        approved_at: now(),
        expires_at: Some(at(3_600)),
        withdrawn_at: None,
        version: 1,
    }
}

pub fn grant(catalog: &Catalog, granted: &str, refused: &str) -> Grant {
    Grant {
        id: Uuid::from_u128(1),
        realm: catalog.id().to_owned(),
        client: "ledgerly".to_owned(),
        user: Uuid::from_u128(2),
        organisation: Some(Uuid::from_u128(3)),
        catalog_version: catalog.version().to_owned(),
        requested: scope(&format!("{granted} {refused}")),
        granted: scope(granted),
        refused: scope(refused),
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

pub fn code(catalog: &Catalog, granted: &str) -> AuthorizationCode {
    AuthorizationCode {
        hash: TokenHash([0; 32]),
        realm: catalog.id().to_owned(),
        client: "ledgerly".to_owned(),
        grant: Uuid::from_u128(1),
        user: Uuid::from_u128(2),
        organisation: Some(Uuid::from_u128(3)),
        redirect_uri: Some("https://app.example/cb".to_owned()),
        code_challenge: Some(TokenHash::of(VERIFIER.as_bytes()).0),
        scope: scope(granted),
        withheld: Vec::new(),
        refused: Scope::empty(),
        requested: None,
        created_at: now(),
        expires_at: at(60),
        consumed_at: None,
        family: Some(Uuid::from_u128(4)),
        position: Some(Position(5)),
        authentication: None,
    }
}

pub fn refresh(catalog: &Catalog, granted: &str) -> RefreshToken {
    RefreshToken {
        hash: TokenHash([0; 32]),
        realm: catalog.id().to_owned(),
        client: "ledgerly".to_owned(),
        grant: Uuid::from_u128(1),
        user: Uuid::from_u128(2),
        organisation: Some(Uuid::from_u128(3)),
        scope: scope(granted),
        created_at: now(),
        expires_at: Some(at(86_400)),
        rotated_at: None,
        rotated_to: None,
        revoked_at: None,
        derived_with: None,
        family: Some(Uuid::from_u128(4)),
        position: Some(Position(5)),
        authentication: None,
    }
}

/// Parameters from pairs that are not encoded yet.
pub fn parameters(pairs: &[(&str, &str)]) -> Parameters {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    Parameters::parse(form.finish().as_bytes()).unwrap()
}

pub fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// A client's secret as it is kept.
pub fn stored(hash: TokenHash, made_at: Option<Timestamp>) -> StoredSecret {
    StoredSecret { hash, made_at }
}
