//! What the endpoints answer: token responses, introspection, metadata.

use std::collections::BTreeSet;

use crate::support::{any, at, client, names, now, optional, scope, shipped};
use oauth::introspection::{Introspection, may_introspect, may_introspect_refresh_token};
use oauth::metadata::{Endpoints, authorization_server, protected_resource};
use oauth::model::{Client, Organisation, Status, User, Uuid, Withheld};
use oauth::response::{ResponseContext, TokenResponse, tells_of_organisation, tells_of_user};
use oauth::revocation::may_revoke;
use oauth::secret::Secret;
use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
use scope::{Scope, WithheldReason};
use serde_json::{Value, json};

fn organisation() -> Organisation {
    Organisation {
        realm: "any".to_owned(),
        id: Uuid::from_u128(3),
        slug: "muster".to_owned(),
        number: 7,
        name: "Muster AG".to_owned(),
        created_at: now(),
        external: None,
        version: 1,
    }
}

fn user() -> User {
    User {
        realm: "any".to_owned(),
        id: Uuid::from_u128(2),
        number: 11,
        username: "anna".to_owned(),
        name: "Anna".to_owned(),
        email: None,
        email_verified: false,
        language: None,
        password_hash: None,
        created_at: now(),
        status: Status::Active,
        cut_off: None,
        sessions_cut_off: None,
        external: None,
        version: 1,
    }
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn answer() -> TokenResponse {
    TokenResponse {
        access_token: Secret::presented("at"),
        expires_in: 3_600,
        scope: scope("general contact_show"),
        refresh_token: Some(Secret::presented("rt")),
        withheld: Vec::new(),
        refused: Scope::empty(),
        reduced: Scope::empty(),
    }
}

#[test]
fn a_token_response_names_scope_always_and_what_was_left_out_with_reasons() {
    let mut answer = answer();
    answer.withheld = vec![Withheld {
        scope: "nope".to_owned(),
        reason: WithheldReason::Unknown,
    }];
    answer.refused = scope("contact_edit");
    answer.reduced = scope("invoice_show");
    let context = ResponseContext {
        organisation: Some(&organisation()),
        user: Some(&user()),
        grant: Some(Uuid::from_u128(1)),
        issued_at: now(),
    };
    assert_eq!(
        read(&answer.json(&any(), &context)),
        json!({
            "access_token": "at",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "general contact_show",
            "refresh_token": "rt",
            "scope_withheld": [
                {
                    "scope": "nope",
                    "reason": "unknown",
                    "description": "This API has no such scope; check the spelling on its scopes page.",
                },
                { "scope": "contact_edit", "reason": "refused", "description": "The person did not allow it." },
                { "scope": "invoice_show", "reason": "reduced", "description": "The person took it off later." },
            ],
            "org": "muster",
            "user_id": 11,
            "grant_id": "00000000-0000-0000-0000-000000000001",
            "created_at": 1_700_000_000,
            "kind": "company",
        })
    );
}

#[test]
fn members_without_a_source_are_left_out() {
    let context = ResponseContext {
        issued_at: now(),
        ..ResponseContext::default()
    };
    let answer_without = TokenResponse {
        refresh_token: None,
        ..answer()
    };
    assert_eq!(
        read(&answer_without.json(&any(), &context)),
        json!({
            "access_token": "at",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "general contact_show",
            "created_at": 1_700_000_000,
            "kind": "general",
        })
    );
    assert!(!format!("{:?}", answer()).contains("\"at\""));
}

#[test]
fn each_shipped_dialect_has_its_members() {
    let context = ResponseContext {
        organisation: Some(&organisation()),
        user: Some(&user()),
        grant: Some(Uuid::from_u128(1)),
        issued_at: now(),
    };
    let table = [
        ("bexio", &["org", "user_id"][..]),
        ("bokio", &["tenant_id", "tenant_type", "connection_id"]),
        ("freshbooks", &["created_at", "direct_buy_tokens"]),
        ("stora", &["created_at"]),
    ];
    for (id, members) in table {
        let body = read(&answer().json(&shipped(id), &context));
        for member in members {
            assert!(body.get(member).is_some(), "{id} {member}: {body}");
        }
    }
}

#[test]
fn an_answer_says_what_it_tells_of() {
    let table = [
        ("bexio", true, true),
        ("bokio", true, false),
        ("freshbooks", false, false),
        ("stora", false, false),
    ];
    for (id, organisation, user) in table {
        let catalog = shipped(id);
        assert_eq!(tells_of_organisation(&catalog), organisation, "{id}");
        assert_eq!(tells_of_user(&catalog), user, "{id}");
    }
}

fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        id: Uuid::from_u128(9),
        realm: "any".to_owned(),
        client: TokenClient::Uuid(Uuid::from_u128(8)),
        grant: Some(Uuid::from_u128(1)),
        user: Some(Uuid::from_u128(2)),
        organisation: None,
        scope: scope("general contact_show contact_edit"),
        audience: "https://as.example/any/api".to_owned(),
        for_sandbox: false,
        issued_at: now(),
        expires_at: at(60),
        family: None,
        position: None,
        authentication: None,
        subject_kind: SubjectKind::Person,
    }
}

#[test]
fn introspection_tells_resource_servers_of_the_audience_and_nobody_else() {
    let app = client(&any());
    assert!(!may_introspect(&app, &claims(), None));
    let api = Client {
        introspects: Some(names(["https://as.example/any/api"])),
        ..client(&any())
    };
    assert!(may_introspect(&api, &claims(), None));
    let other = Client {
        introspects: Some(names(["https://as.example/other/api"])),
        ..client(&any())
    };
    assert!(!may_introspect(&other, &claims(), None));
    assert!(may_introspect(
        &other,
        &claims(),
        Some("https://as.example/other/api")
    ));
    let off = Client {
        status: Status::Disabled { since: now() },
        ..api
    };
    assert!(!may_introspect(&off, &claims(), None));
    assert!(may_introspect_refresh_token(&app, &app.id));
    assert!(!may_introspect_refresh_token(&app, "other"));
    assert!(!may_introspect_refresh_token(&off, &off.id));
    let inactive = read(&Introspection::default().json());
    assert_eq!(inactive, json!({ "active": false }));
    let (catalog, claims) = (any(), claims());
    let active = Introspection::of_access_token(
        &catalog,
        "https://as.example/any",
        &claims,
        "ledgerly",
        scope("general contact_show"),
        Some("anna".to_owned()),
    );
    assert_eq!(
        read(&active.json()),
        json!({
            "active": true,
            "scope": "general contact_show",
            "client_id": "ledgerly",
            "username": "anna",
            "token_type": "Bearer",
            "exp": 1_700_000_060,
            "iat": 1_700_000_000,
            "sub": "00000000-0000-0000-0000-000000000002",
            "subject_kind": "person",
            "aud": "https://as.example/any/api",
            "iss": "https://as.example/any",
            "jti": "00000000-0000-0000-0000-000000000009",
            "grant": "00000000-0000-0000-0000-000000000001",
        })
    );
    let of_refresh_token = read(&active.of_refresh_token(None).json());
    for absent in ["token_type", "jti", "exp"] {
        assert_eq!(of_refresh_token.get(absent), None, "{absent}");
    }
    assert_eq!(of_refresh_token["sub"], claims.subject("ledgerly"));
}

#[test]
fn only_own_tokens_can_be_revoked() {
    let client = client(&any());
    let id = |id: &str| TokenClient::Id(id.to_owned());
    assert!(may_revoke(&client, &id("ledgerly")));
    assert!(!may_revoke(&client, &id("Ledgerly")));
    assert!(!may_revoke(&client, &id("")));
    assert!(may_revoke(&client, &TokenClient::Uuid(client.uuid)));
    let other = Uuid::from_u128(81);
    assert!(!may_revoke(&client, &TokenClient::Uuid(other)));
    // One that was registered under this id before.
    let before = TokenClient::Both {
        id: client.id.clone(),
        uuid: other,
    };
    assert!(!may_revoke(&client, &before));
}

#[test]
fn metadata_is_what_rfc_8414_registers() {
    let at = |path: &str| format!("https://as.example/any/{path}");
    let endpoints = Endpoints {
        authorize: at("oauth/authorize"),
        token: at("oauth/token"),
        introspect: at("oauth/introspect"),
        revoke: at("oauth/revoke"),
        jwks: at("oauth/jwks"),
        documentation: at("scopes"),
    };
    let metadata = authorization_server(
        "https://as.example/any",
        &any(),
        &endpoints,
        &BTreeSet::from(["ES256", "RS256"]),
        &["pwd", "mfa"],
    );
    assert_eq!(
        metadata,
        json!({
            "acr_values_supported": ["pwd", "mfa"],
            "issuer": "https://as.example/any",
            "authorization_endpoint": "https://as.example/any/oauth/authorize",
            "token_endpoint": "https://as.example/any/oauth/token",
            "jwks_uri": "https://as.example/any/oauth/jwks",
            "access_token_signing_alg_values_supported": ["ES256", "RS256"],
            "scopes_supported": ["general", "contact_show", "contact_edit", "invoice_show", "invoice_edit"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "service_documentation": "https://as.example/any/scopes",
            "ui_locales_supported": ["en"],
            "revocation_endpoint": "https://as.example/any/oauth/revoke",
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "introspection_endpoint": "https://as.example/any/oauth/introspect",
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
        })
    );
}

#[test]
fn a_protected_resource_advertises_the_least_not_the_catalog() {
    let document = protected_resource(
        "https://as.example/any/api",
        "https://as.example/any",
        &any(),
    );
    assert_eq!(document["resource"], "https://as.example/any/api");
    assert_eq!(
        document["authorization_servers"],
        json!(["https://as.example/any"])
    );
    assert_eq!(document["scopes_supported"], json!(["general"]));
    let document = protected_resource("https://a", "https://b", &optional());
    assert_eq!(document.get("scopes_supported"), None);
}
