//! Catalogs and records the tests share.

use std::collections::{BTreeMap, BTreeSet};

use oauth::model::{
    Approval, AuthorizationCode, Client, ClientType, Grant, GrantOwner, GrantStatus, GrantType,
    Position, RefreshToken, Timestamp, TokenEndpointAuthMethod, TokenHash, Uuid,
};
use oauth::secret::{SecretKind, generate};
use oauth::{Parameters, Secret};
use scope::{Catalog, ClientState, Scope, ScopeSet};

/// Edit brings show, `general` on every grant, `old_show` retired; any scope may be struck.
pub const ANY: &str = r#"
id = "any"
version = "1"
languages = ["en"]
title = { en = "Any" }
summary = { en = "A catalog for tests." }
scope_pattern = "{resource}_{action}"

[actions.show]
title = { en = "See" }
access = "read"
[actions.edit]
title = { en = "See and change" }
access = "write"
implies = ["show"]

[scopes.general]
added = "every-grant"
title = { en = "Basics" }
description = { en = "Basics." }

[resources.contact]
title = { en = "Contacts" }
[resources.contact.show]
title = { en = "See contacts" }
description = { en = "Contacts." }
[resources.contact.edit]
title = { en = "Change contacts" }
description = { en = "Contacts." }

[resources.invoice]
title = { en = "Invoices" }
[resources.invoice.show]
title = { en = "See invoices" }
description = { en = "Invoices." }
[resources.invoice.edit]
title = { en = "Change invoices" }
description = { en = "Invoices." }

[resources.old]
title = { en = "Old things" }
[resources.old.show]
title = { en = "See old things" }
description = { en = "Old things." }
status = "retired"

[client_kinds.app]
title = { en = "App" }
description = { en = "An app." }
grant_types = ["authorization_code", "refresh_token"]
[client_kinds.machine]
title = { en = "Machine" }
description = { en = "A machine." }
grant_types = ["client_credentials"]
client_credentials = "organisation"

[roles.owner]
title = { en = "Owner" }
rights = ["*"]

[consent]
decline = "any"
[authorization]
require_state = true
[grant]
bound_to = "organisation"
reducible = true
[token]
format = "opaque"
token_type = "Bearer"
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "14d"
[token.response]
org = "organisation.slug"
user_id = "user.number"
grant_id = "grant.id"
created_at = "issued_at"
kind = { organisation = { literal = "company" }, otherwise = { literal = "general" } }

[[endpoints]]
path = "/contact"
get = "contact_show"
post = "contact_edit"
[[endpoints]]
path = "/invoice"
get = "invoice_show"
post = "invoice_edit"
[[endpoints]]
path = "/general"
get = "general"
[[endpoints]]
path = "/old"
get = "old_show"
"#;

/// Reading and writing stand alone, payments need an approval; the client marks what is optional.
pub const OPTIONAL: &str = r#"
id = "optional"
version = "1"
languages = ["en"]
title = { en = "Optional" }
summary = { en = "A catalog for tests." }
scope_pattern = "{resource}:{action}"

[actions.read]
title = { en = "See" }
access = "read"
[actions.write]
title = { en = "Change" }
access = "write"

[resources.invoices]
title = { en = "Invoices" }
[resources.invoices.read]
title = { en = "See invoices" }
description = { en = "Invoices." }
[resources.invoices.write]
title = { en = "Change invoices" }
description = { en = "Invoices." }

[resources.payments]
title = { en = "Payments" }
[resources.payments.write]
title = { en = "Pay" }
description = { en = "Payments." }
elevation = "partner"

[client_kinds.public]
title = { en = "Public" }
description = { en = "Public." }
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
[client_kinds.private]
title = { en = "Private" }
description = { en = "Private." }
grant_types = ["client_credentials"]
client_credentials = "organisation"

[elevations.partner]
title = { en = "Partner" }
description = { en = "Moves money." }
client_kinds = ["public"]
evidence = ["contract", "review"]
[evidence.contract]
title = { en = "Contract" }
[evidence.review]
title = { en = "Review" }

[roles.owner]
title = { en = "Owner" }
rights = ["*"]

[consent]
decline = "optional"
[grant]
bound_to = "organisation"
[token]
format = "jwt"
token_type = "bearer"
code_ttl = "5m"
access_ttl = "1h"
refresh_ttl = "never"

[[endpoints]]
path = "/invoices"
get = "invoices:read"
post = "invoices:write"
[[endpoints]]
path = "/payments"
post = "payments:write"
"#;

/// All or nothing, with a default for new clients.
pub fn none() -> Catalog {
    let text = OPTIONAL
        .replace("id = \"optional\"", "id = \"none\"")
        .replace("decline = \"optional\"", "decline = \"none\"")
        .replace(
            "[resources.payments]",
            "[resources.profile]\ntitle = { en = \"Profile\" }\n[resources.profile.read]\nadded = \"new-client\"\n\
             title = { en = \"See the profile\" }\ndescription = { en = \"Profile.\" }\n\n[resources.payments]",
        )
        .replace("[[endpoints]]\npath = \"/payments\"", "[[endpoints]]\npath = \"/profile\"\nget = \"profile:read\"\n[[endpoints]]\npath = \"/payments\"");
    parse("none.toml", &text)
}

pub fn any() -> Catalog {
    parse("any.toml", ANY)
}

pub fn optional() -> Catalog {
    parse("optional.toml", OPTIONAL)
}

/// A catalog of the repository.
pub fn shipped(id: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    parse(&path, &std::fs::read_to_string(&path).unwrap())
}

fn parse(name: &str, text: &str) -> Catalog {
    match Catalog::parse(name, text) {
        Ok(catalog) => catalog,
        Err(mistakes) => panic!("{mistakes}"),
    }
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
        secrets: vec![client_secret().hash()],
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        grant_types: GrantType::ALL.into_iter().collect(),
        registered_scope: catalog.scope_of(&catalog.all()),
        optional_scope: Scope::empty(),
        legacy_without_pkce: false,
        token_format: None,
        organisation: Some(Uuid::from_u128(7)),
        introspects: None,
        created_at: now(),
        disabled_at: None,
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
        created_at: now(),
        expires_at: at(60),
        consumed_at: None,
        family: Some(Uuid::from_u128(4)),
        position: Some(Position(5)),
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
        revoked_at: None,
        family: Some(Uuid::from_u128(4)),
        position: Some(Position(5)),
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
