//! What a client may be registered as: one table of what is wrong, one of what comes of it.

use oauth::model::{
    Client, ClientType, GrantType, Status, TokenEndpointAuthMethod as Method, TokenFormat, Uuid,
};
use oauth::naming;
use oauth::registration::{self, ClientDetails, ClientMetadata, RegistrationError};
use oauth::{Secret, SecretKind, secret};
use scope::Catalog;

use crate::support::{any, names, none, now, optional, scope, shipped, stored};

const URI: &str = "https://app.example/cb";

fn wanted() -> ClientMetadata {
    ClientMetadata {
        id: "new-app".to_owned(),
        name: "New App".to_owned(),
        maker: "Somebody".to_owned(),
        verified: false,
        client_type: ClientType::Confidential,
        kind: None,
        auth_method: None,
        redirect_uris: vec![URI.to_owned()],
        grant_types: None,
        scope: "invoices:read invoices:write".to_owned(),
        optional_scope: "invoices:write".to_owned(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        organisation: None,
        introspects: None,
        signs_in: false,
    }
}

fn secret() -> Secret {
    secret::generate(SecretKind::ClientSecret, [3; 32])
}

fn register(catalog: &Catalog, wanted: ClientMetadata) -> Result<Client, RegistrationError> {
    let secret = (wanted.client_type == ClientType::Confidential).then(|| self::secret().hash());
    registration::check(catalog, wanted, Uuid::from_u128(8), now())?.with_secret(secret)
}

#[test]
fn the_first_thing_that_is_wrong_is_told() {
    type Change = fn(&mut ClientMetadata);
    let table: [(&str, Change); 16] = [
        (
            "\"\" cannot be a client id; use letters, digits, `-`, `_` and `.`, at most 200",
            |client| client.id.clear(),
        ),
        (
            "\"new app\" cannot be a client id; use letters, digits, `-`, `_` and `.`, at most 200",
            |client| client.id = "new app".to_owned(),
        ),
        (
            "\"näh\" cannot be a client id; use letters, digits, `-`, `_` and `.`, at most 200",
            |client| client.id = "näh".to_owned(),
        ),
        (
            "redirect URI /cb: a redirect URI is absolute, such as https://app.example/callback: /cb",
            |client| client.redirect_uris.push("/cb".to_owned()),
        ),
        (
            "catalog optional has no client kind \"robot\"; its kinds are public, private",
            |client| {
                client.kind = Some("robot".to_owned());
            },
        ),
        ("a client of kind private needs a secret", |client| {
            client.kind = Some("private".to_owned());
            client.client_type = ClientType::Public;
        }),
        (
            "a client of kind private needs an organisation that it acts for",
            |client| client.kind = Some("private".to_owned()),
        ),
        (
            "a client of kind public needs a redirect URI, or a secret",
            |client| {
                client.redirect_uris.clear();
                client.client_type = ClientType::Public;
            },
        ),
        (
            "a client of kind private as it is here cannot use the grant type authorization_code",
            |client| {
                client.kind = Some("private".to_owned());
                client.grant_types = Some([GrantType::AuthorizationCode].into());
            },
        ),
        (
            "a client of kind public as it is here cannot use the grant type refresh_token",
            |client| {
                client.redirect_uris.clear();
                client.grant_types = Some([GrantType::RefreshToken].into());
            },
        ),
        (
            "a client of kind public as it is here cannot use the grant type client_credentials",
            |client| {
                client.client_type = ClientType::Public;
                client.grant_types = Some([GrantType::ClientCredentials].into());
            },
        ),
        (
            "a confidential client proves itself by its secret, and a public one cannot",
            |client| client.auth_method = Some(Method::None),
        ),
        (
            "a confidential client proves itself by its secret, and a public one cannot",
            |client| {
                client.client_type = ClientType::Public;
                client.auth_method = Some(Method::ClientSecretBasic);
            },
        ),
        ("catalog optional has no scope a, b", |client| {
            client.scope = "a invoices:read b".to_owned();
        }),
        ("catalog optional has no scope c", |client| {
            client.optional_scope = "c".to_owned();
        }),
        (
            "the optional scope names payments:write, which is not in the registered scope",
            |client| client.optional_scope = "invoices:read payments:write".to_owned(),
        ),
    ];
    let catalog = optional();
    for (sentence, change) in table {
        let mut wanted = wanted();
        change(&mut wanted);
        let said = register(&catalog, wanted).unwrap_err();
        assert_eq!(said.to_string(), sentence);
    }
    let unreadable = ClientMetadata {
        scope: "a\u{1}".to_owned(),
        ..wanted()
    };
    let said = register(&catalog, unreadable).unwrap_err().to_string();
    assert!(
        said.starts_with("\"a\\u{1}\" is no list of scopes: "),
        "{said}"
    );
}

#[test]
fn what_is_not_said_follows_from_the_kind() {
    use GrantType::{
        AuthorizationCode as Code, ClientCredentials as Machine, RefreshToken as Again,
    };
    type Change = fn(&mut ClientMetadata);
    let table: [(Change, &str, Method, &[GrantType]); 7] = [
        (
            |_| {},
            "public",
            Method::ClientSecretBasic,
            &[Code, Machine, Again],
        ),
        (
            |client| client.auth_method = Some(Method::ClientSecretPost),
            "public",
            Method::ClientSecretPost,
            &[Code, Machine, Again],
        ),
        (
            |client| client.client_type = ClientType::Public,
            "public",
            Method::None,
            &[Code, Again],
        ),
        (
            |client| client.redirect_uris.clear(),
            "public",
            Method::ClientSecretBasic,
            &[Machine],
        ),
        (
            |client| {
                client.kind = Some("private".to_owned());
                client.organisation = Some(Uuid::from_u128(9));
            },
            "private",
            Method::ClientSecretBasic,
            &[Machine],
        ),
        (
            |client| client.grant_types = Some([Code].into()),
            "public",
            Method::ClientSecretBasic,
            &[Code],
        ),
        (
            |client| {
                client.kind = Some("private".to_owned());
                client.client_type = ClientType::Public;
                client.introspects = Some(names(["https://api.example"]));
            },
            "private",
            Method::None,
            &[],
        ),
    ];
    let catalog = optional();
    for (change, kind, method, grant_types) in table {
        let mut wanted = wanted();
        change(&mut wanted);
        let client = register(&catalog, wanted).unwrap();
        assert_eq!(client.kind, kind);
        assert_eq!(client.auth_method, method);
        assert_eq!(client.grant_types, grant_types.iter().copied().collect());
    }
}

#[test]
fn everything_said_is_kept() {
    let wanted = ClientMetadata {
        verified: true,
        legacy_without_pkce: true,
        token_format: Some(TokenFormat::Opaque),
        organisation: Some(Uuid::from_u128(9)),
        introspects: Some(names(["https://api.example"])),
        ..wanted()
    };
    let client = register(&optional(), wanted).unwrap();
    assert_eq!(client.realm, "optional");
    assert_eq!((client.uuid, client.version), (Uuid::from_u128(8), 1));
    assert_eq!(
        (&*client.id, &*client.name, &*client.maker),
        ("new-app", "New App", "Somebody")
    );
    assert!(client.verified && client.legacy_without_pkce);
    assert_eq!(client.token_format, Some(TokenFormat::Opaque));
    assert_eq!(client.organisation, Some(Uuid::from_u128(9)));
    assert_eq!(client.introspects, Some(names(["https://api.example"])));
    assert_eq!(client.redirect_uris, [URI]);
    assert_eq!(
        client.secrets,
        [stored(secret().hash(), Some(client.created_at))]
    );
    assert_eq!((client.created_at, client.status), (now(), Status::Active));
    assert_eq!(
        client.registered_scope,
        scope("invoices:read invoices:write")
    );
    assert_eq!(client.optional_scope, scope("invoices:write"));
}

#[test]
fn a_new_client_gets_what_the_catalog_adds() {
    let client = register(&none(), wanted()).unwrap();
    assert_eq!(
        client.registered_scope,
        scope("invoices:read invoices:write profile:read")
    );
    let freshbooks = shipped("freshbooks");
    let client = register(
        &freshbooks,
        ClientMetadata {
            scope: "user:invoices:read".to_owned(),
            optional_scope: String::new(),
            ..wanted()
        },
    );
    assert_eq!(
        client.unwrap().registered_scope,
        scope("user:invoices:read user:profile:read")
    );
}

#[test]
fn a_changed_scope_is_taken_as_it_is_written() {
    let catalog = none();
    let changed = registration::scopes(&catalog, "invoices:write invoices:read", "").unwrap();
    assert_eq!(
        changed.registered.to_string(),
        "invoices:write invoices:read"
    );
    assert!(changed.optional.is_empty());
    let said = registration::scopes(&any(), "contact_show", "invoice_show");
    assert_eq!(
        said,
        Err(RegistrationError::OptionalNotRegistered(
            "invoice_show".to_owned()
        ))
    );
}

#[test]
fn a_name_with_a_star_is_every_scope_that_fits_it_now() {
    let catalog = shipped("bokio");
    let expanded = |text| registration::scopes(&catalog, text, "").map(|scopes| scopes.registered);
    let all = expanded("*").unwrap();
    assert_eq!(all.iter().count(), catalog.scopes().len());
    let read = expanded("*:read").unwrap();
    assert!(read.iter().all(|name| name.ends_with(":read")), "{read}");
    assert_eq!(
        expanded("invoices:* invoices:read").unwrap(),
        expanded("invoices:*").unwrap()
    );
    assert_eq!(
        expanded("invoices:write invoices:*").unwrap().to_string(),
        "invoices:write invoices:read"
    );
    let optional = registration::scopes(&catalog, "invoices:*", "*:write").unwrap_err();
    assert!(matches!(
        optional,
        RegistrationError::OptionalNotRegistered(_)
    ));
    for nothing in ["tasks:*", "invoices:**", "*invoices:read*"] {
        let said = expanded(nothing).unwrap_err().to_string();
        assert!(said.contains(nothing), "{said}");
    }
}

#[test]
fn a_star_brings_no_retired_scope_and_a_full_name_does() {
    let scopes = |text| registration::scopes(&any(), text, "").unwrap().registered;
    assert!(!scopes("*").contains("old_show"));
    assert!(scopes("* old_show").contains("old_show"));
    let alone = registration::scopes(&any(), "old_*", "");
    assert!(alone.is_err(), "nothing is left");
}

#[test]
fn a_public_client_has_no_secret() {
    let public = ClientMetadata {
        client_type: ClientType::Public,
        ..wanted()
    };
    let checked = registration::check(&optional(), public, Uuid::from_u128(8), now()).unwrap();
    let said = checked.clone().with_secret(Some(secret().hash()));
    assert_eq!(
        said.unwrap_err().to_string(),
        "new-app is a public client; it cannot keep a secret"
    );
    let client = checked.with_secret(None).unwrap();
    assert!(registration::takes_secret(&client).is_err());
}

#[test]
fn other_details_are_held_to_the_same_rules() {
    let catalog = optional();
    let before = register(&catalog, wanted()).unwrap();
    let change = |details| registration::changed(&catalog, before.clone(), details);
    assert_eq!(change(ClientDetails::default()).unwrap(), before);
    let renamed = change(ClientDetails {
        name: Some("Other".to_owned()),
        refresh_retry: Some(Some(false)),
        ..ClientDetails::default()
    });
    let mut expected = before.clone();
    (expected.name, expected.refresh_retry) = ("Other".to_owned(), Some(false));
    assert_eq!(renamed.unwrap(), expected);
    let kind = change(ClientDetails {
        kind: Some("robot".to_owned()),
        ..ClientDetails::default()
    });
    assert!(
        matches!(kind, Err(RegistrationError::Kind { .. })),
        "{kind:?}"
    );
    let uri = change(ClientDetails {
        redirect_uris: Some(vec!["https://app.example/#part".to_owned()]),
        ..ClientDetails::default()
    });
    assert!(
        matches!(uri, Err(RegistrationError::RedirectUri { .. })),
        "{uri:?}"
    );
    // Without a redirect URI there is no code to be had, and with one there is again.
    let none = ClientDetails {
        redirect_uris: Some(Vec::new()),
        ..ClientDetails::default()
    };
    let without = change(none).unwrap();
    assert!(!without.grant_types.contains(&GrantType::AuthorizationCode));
    let again = ClientDetails {
        redirect_uris: Some(before.redirect_uris.clone()),
        ..ClientDetails::default()
    };
    let with = registration::changed(&catalog, without, again).unwrap();
    assert!(with.grant_types.contains(&GrantType::AuthorizationCode));
}

/// Whoever could not be registered so does not become so by a change.
#[test]
fn a_change_makes_nothing_that_could_not_be_registered() {
    let catalog = optional();
    let private = ClientMetadata {
        kind: Some("private".to_owned()),
        organisation: Some(Uuid::from_u128(9)),
        ..wanted()
    };
    let before = register(&catalog, private).unwrap();
    let change =
        |client: &Client, details| registration::changed(&catalog, client.clone(), details);
    let nowhere = ClientDetails {
        organisation: Some(None),
        ..ClientDetails::default()
    };
    let said = change(&before, nowhere.clone()).unwrap_err().to_string();
    assert!(said.contains("needs an organisation"), "{said}");
    // An app goes on without; it only does not act for itself in a kind that is bound to one.
    let mixed = register(&catalog, wanted()).unwrap();
    assert_eq!(change(&mixed, nowhere).unwrap(), mixed);
    let as_private = ClientDetails {
        kind: Some("private".to_owned()),
        ..ClientDetails::default()
    };
    assert!(change(&mixed, as_private).is_err());

    // What the kind has not got any more is not kept, nor is something else put in its place.
    let mut old = mixed.clone();
    old.kind = "private".to_owned();
    old.organisation = Some(Uuid::from_u128(9));
    let rename = ClientDetails {
        name: Some("Other".to_owned()),
        ..ClientDetails::default()
    };
    let left = change(&old, rename.clone()).unwrap().grant_types;
    assert_eq!(left, [GrantType::ClientCredentials].into());
    old.grant_types = [GrantType::AuthorizationCode].into();
    let said = change(&old, rename.clone()).unwrap_err().to_string();
    assert!(said.contains("authorization_code"), "{said}");
    // An id of before is no reason to refuse what else is changed.
    let mut odd = mixed;
    odd.id = "an old id".to_owned();
    assert_eq!(change(&odd, rename).unwrap().id, "an old id");
}

#[test]
fn ids_that_look_alike_have_their_looks_in_common() {
    let look_alike = |one, other| {
        let (one, other) = (
            naming::looks_of_client_id(one),
            naming::looks_of_client_id(other),
        );
        one.iter().zip(&other).any(|(one, other)| one == other)
    };
    for (one, other) in [
        ("ledgerly", "Ledgerly"),
        ("LEDGERLY", "ledgerly"),
        ("ledgerly", "Iedgerly"),
        ("app-1", "app-l"),
        ("app-1", "app-I"),
        ("zer0", "zero"),
        ("ZERO", "zer0"),
        ("Invoices", "invoices"),
    ] {
        assert!(look_alike(one, other), "{one} {other}");
    }
    for (one, other) in [
        ("mail", "mall"),
        ("app-1", "app-2"),
        ("a.b", "a-b"),
        ("a", "aa"),
    ] {
        assert!(!look_alike(one, other), "{one} {other}");
    }
}
