use std::time::Duration;

use oauth::audit::Actor;
use oauth::model::{ClientType, PageRequest, Position, Status};
use oauth::registration::{ClientMetadata, RegistrationError};
use oauth::{Secret, SecretKind, secret};
use realm::manage::{
    ChangeClient, ClientChange, OtherSecrets, Refused, RegisterClient, RevokeClientSecret,
};
use serde_json::json;

use super::audit::{fields, last};
use super::{Office, app, names, now, scope, stored};

async fn change(office: &Office, client: &str, change: ClientChange) -> Result<(), Refused> {
    let command = ChangeClient {
        client: client.to_owned(),
        version: None,
        change,
    };
    let changed = office.desk().change_client(&office.by, command).await?;
    assert_eq!(office.desk().client(client).await.unwrap(), changed.record);
    Ok(())
}

#[tokio::test]
async fn a_registered_client_is_there_with_the_secret_that_was_shown() {
    let office = Office::of("freshbooks").await;
    let command = RegisterClient {
        metadata: app("ledgerly", "user:invoices:read"),
        secret: None,
    };
    let registered = office.desk().register_client(&office.by, command).await;
    let registered = registered.unwrap();
    let client = office.desk().client("ledgerly").await.unwrap();
    assert_eq!(client, registered.client);
    assert_eq!(client.secrets, [stored(&registered.secret.unwrap())]);
    assert_eq!(
        client.registered_scope,
        scope("user:invoices:read user:profile:read")
    );
    assert_eq!(client.created_at, now());

    let given = secret::generate(SecretKind::ClientSecret, [5; 32]);
    let command = RegisterClient {
        metadata: app("given", "user:invoices:read"),
        secret: Some(given.clone()),
    };
    let registered = office.desk().register_client(&office.by, command).await;
    assert_eq!(registered.unwrap().secret, Some(given.clone()));
    let client = office.desk().client("given").await.unwrap();
    assert_eq!(client.secrets, [stored(&given)]);
}

#[tokio::test]
async fn none_is_registered_under_the_id_of_a_person() {
    let office = Office::of("freshbooks").await;
    let dora = office.person("dora").await;
    let command = RegisterClient {
        metadata: app(&dora.id.to_string(), "user:invoices:read"),
        secret: None,
    };
    let refused = office.desk().register_client(&office.by, command).await;
    assert!(matches!(refused, Err(Refused::Taken { key, .. }) if key == dora.id.to_string()));
}

#[tokio::test]
async fn a_public_client_has_no_secret_and_gets_none() {
    let office = Office::of("bexio").await;
    let public = ClientMetadata {
        client_type: ClientType::Public,
        ..app("pocket", "contact_show")
    };
    let desk = office.desk();
    let command = |secret: Option<Secret>| RegisterClient {
        metadata: public.clone(),
        secret,
    };
    let given = secret::generate(SecretKind::ClientSecret, [5; 32]);
    let refused = desk.register_client(&office.by, command(Some(given))).await;
    assert!(matches!(
        refused,
        Err(Refused::Registration(RegistrationError::NoSecret(_)))
    ));
    let registered = desk.register_client(&office.by, command(None)).await;
    assert!(registered.unwrap().secret.is_none());
    let refused = desk
        .add_client_secret(&office.by, "pocket", OtherSecrets::Go)
        .await;
    assert!(matches!(
        refused,
        Err(Refused::Registration(RegistrationError::NoSecret(_)))
    ));
    assert!(desk.client("pocket").await.unwrap().secrets.is_empty());
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let office = Office::of("bexio").await;
    let desk = office.desk();
    let command = |metadata| RegisterClient {
        metadata,
        secret: None,
    };
    let strange = app("strange", "contact_rule");
    let refused = desk.register_client(&office.by, command(strange)).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "catalog bexio has no scope contact_rule"
    );
    office.client(app("ledgerly", "contact_show")).await;
    let before = desk.client("ledgerly").await.unwrap();
    let again = app("ledgerly", "contact_edit");
    let refused = desk.register_client(&office.by, command(again)).await;
    assert!(matches!(
        refused,
        Err(Refused::Taken { what: "client", .. })
    ));
    let scopes = ClientChange::Scopes {
        registered: "contact_show".to_owned(),
        optional: Some("task_show".to_owned()),
    };
    let refused = change(&office, "ledgerly", scopes).await;
    assert!(matches!(refused, Err(Refused::Registration(_))));
    let refused = change(&office, "nobody", ClientChange::Disable).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "realm bexio has no client \"nobody\""
    );
    let listed = desk.clients(&PageRequest::first(10)).await.unwrap();
    assert_eq!(listed.items, [before]);
}

/// Each secret has the time it was made, and the record of an act says which one it is about.
#[tokio::test]
async fn secrets_are_told_apart() {
    let office = Office::of("bexio").await;
    let (desk, by) = (office.desk(), &office.by);
    office.client(app("ledgerly", "contact_show")).await;
    let first = desk.client("ledgerly").await.unwrap().secrets.remove(0);
    let later = now() + Duration::from_secs(60);
    office.clock.advance(Duration::from_secs(60));
    let desk_later = office.desk();
    let added = desk_later.add_client_secret(by, "ledgerly", OtherSecrets::Stay);
    let second = added.await.unwrap().client.secrets.remove(1);
    assert_eq!((first.made_at, second.made_at), (Some(now()), Some(later)));
    assert_eq!(second.name(), second.hash.to_string()[..16]);
    let told = last(&office).await.row;
    assert_eq!(fields(&told.before)["secrets"], json!([first.name()]));
    let both = json!([first.name(), second.name()]);
    assert_eq!(fields(&told.after)["secrets"], both);

    let revoke = |version| RevokeClientSecret {
        client: String::from("ledgerly"),
        secret: first.name(),
        version,
        compromised: false,
    };
    let stale = desk.revoke_client_secret(by, revoke(Some(1))).await;
    assert!(matches!(stale, Err(Refused::Changed { .. })), "{stale:?}");
    let (client, meant) = desk.secret_to_revoke(&revoke(Some(2))).await.unwrap();
    assert_eq!((client.secrets.len(), meant), (2, first.clone()));
    let left = desk.revoke_client_secret(by, revoke(Some(2))).await;
    assert_eq!(left.unwrap().secrets, std::slice::from_ref(&second));
    let told = last(&office).await.row;
    assert_eq!(fields(&told.after)["secrets"], json!([second.name()]));
}

#[tokio::test]
async fn a_change_changes_what_it_names() {
    let office = Office::of("bexio").await;
    office
        .client(app("ledgerly", "contact_edit task_edit"))
        .await;
    let desk = office.desk();
    let before = desk.client("ledgerly").await.unwrap();

    change(&office, "ledgerly", ClientChange::Disable)
        .await
        .unwrap();
    let mut expected = before.clone();
    (expected.status, expected.version) = (Status::Disabled { since: now() }, 2);
    // Right before the change: nothing else was done but registering it.
    expected.cut_off = Some(Position(1));
    assert_eq!(desk.client("ledgerly").await.unwrap(), expected);
    change(&office, "ledgerly", ClientChange::Enable)
        .await
        .unwrap();
    (expected.status, expected.version) = (Status::Active, 3);
    assert_eq!(desk.client("ledgerly").await.unwrap(), expected);

    let scopes = ClientChange::Scopes {
        registered: "task_edit contact_show".to_owned(),
        optional: Some("contact_show".to_owned()),
    };
    change(&office, "ledgerly", scopes).await.unwrap();
    expected.version = 4;
    expected.registered_scope = scope("task_edit contact_show");
    expected.optional_scope = scope("contact_show");
    assert_eq!(desk.client("ledgerly").await.unwrap(), expected);

    let audiences = names(["https://api.example"]);
    let introspects = ClientChange::Introspects(audiences.clone());
    change(&office, "ledgerly", introspects).await.unwrap();
    (expected.introspects, expected.version) = (Some(audiences), 5);
    assert_eq!(desk.client("ledgerly").await.unwrap(), expected);

    let made = desk
        .add_client_secret(&Actor::system(), "ledgerly", OtherSecrets::Go)
        .await;
    let made = made.unwrap();
    (expected.secrets, expected.version) = (vec![stored(&made.secret)], 6);
    assert_eq!(made.client, expected);
    assert_ne!(expected.secrets, before.secrets);
    assert_eq!(desk.client("ledgerly").await.unwrap(), expected);

    // What people may strike stays so as long as it is registered.
    for (version, registered, optional) in
        [(7, "contact_show", "contact_show"), (8, "task_edit", "")]
    {
        let scopes = ClientChange::Scopes {
            registered: registered.to_owned(),
            optional: None,
        };
        change(&office, "ledgerly", scopes).await.unwrap();
        expected.version = version;
        expected.registered_scope = scope(registered);
        expected.optional_scope = scope(optional);
        assert_eq!(desk.client("ledgerly").await.unwrap(), expected);
    }
}
