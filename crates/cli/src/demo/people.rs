//! Settles a realm's sample people, organisations and apps in the store, unless they are
//! there from an earlier run.

use std::collections::{BTreeMap, BTreeSet};

use crate::playground::{DemoClient, DemoIntrospector, DemoMembership, DemoRealm, DemoUser};
use oauth::model::{
    Approval, Client, ClientType, GrantType, Membership, Organisation, Role,
    TokenEndpointAuthMethod, TokenHash, User, Uuid,
};
use oauth::secret::{self, Secret, SecretKind};
use realm::{App, Realm};
use scope::Scope;
use storage::Store;

use super::sample::{SampleClient, SampleRealm, SampleUser};
use crate::failure::Failure;

/// The resource server of each realm.
const INTROSPECTOR: &str = "sandbox-api";

/// Settles one realm and answers what outside clients need to know of it.
pub async fn settle(
    app: &App,
    store: &dyn Store,
    sample: &SampleRealm,
) -> Result<DemoRealm, Failure> {
    let realm = app
        .realm(&sample.id)
        .ok_or_else(|| Failure::new(format!("demo.toml: there is no realm {:?}", sample.id)))?;
    let organisations = organisations(app, store, realm, sample).await?;
    let mut users = Vec::new();
    for user in &sample.users {
        users.push(settle_user(app, store, user, realm, &organisations).await?);
    }
    let mut clients = Vec::new();
    for client in &sample.clients {
        clients.push(settle_client(app, store, client, realm, &organisations).await?);
    }
    Ok(DemoRealm {
        issuer: realm.issuer().to_owned(),
        api: realm.audience().to_owned(),
        introspector: introspector(app, store, realm).await?,
        clients,
        users,
    })
}

async fn organisations(
    app: &App,
    store: &dyn Store,
    realm: &Realm,
    sample: &SampleRealm,
) -> Result<BTreeMap<String, Organisation>, Failure> {
    let mut settled = BTreeMap::new();
    for wanted in &sample.organisations {
        let present = store
            .organisation_by_slug(realm.id(), &wanted.slug)
            .await
            .map_err(Failure::while_doing("sample organisations"))?;
        let organisation = match present {
            Some(organisation) => organisation,
            None => new_organisation(app, store, realm, &wanted.slug, &wanted.name).await?,
        };
        settled.insert(wanted.slug.clone(), organisation);
    }
    Ok(settled)
}

/// Adds an organisation with the roles of the realm's catalog.
async fn new_organisation(
    app: &App,
    store: &dyn Store,
    realm: &Realm,
    slug: &str,
    name: &str,
) -> Result<Organisation, Failure> {
    let organisation = Organisation {
        realm: realm.id().to_owned(),
        id: app.new_id(),
        slug: slug.to_owned(),
        number: 0,
        name: name.to_owned(),
        created_at: app.now(),
        external: None,
        version: 1,
    };
    let roles = catalog_roles(realm.catalog(), realm.id(), organisation.id);
    store
        .insert_organisation(&organisation, &roles)
        .await
        .map_err(Failure::while_doing(format!("organisation {slug}")))
}

/// The roles that a catalog gives to each new organisation.
pub fn catalog_roles(catalog: &scope::Catalog, realm: &str, organisation: Uuid) -> Vec<Role> {
    catalog
        .roles()
        .iter()
        .map(|role| Role {
            realm: realm.to_owned(),
            organisation,
            name: role.name.clone(),
            rights: catalog
                .names(&role.rights)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            version: 0,
        })
        .collect()
}

async fn settle_user(
    app: &App,
    store: &dyn Store,
    sample: &SampleUser,
    realm: &Realm,
    organisations: &BTreeMap<String, Organisation>,
) -> Result<DemoUser, Failure> {
    let failed = || Failure::while_doing(format!("sample user {}", sample.username));
    let present = store
        .user_by_username(realm.id(), &sample.username)
        .await
        .map_err(failed())?;
    let is_new = present.is_none();
    let user = match present {
        Some(user) => user,
        None => {
            let password_hash = realm::password::hash(&sample.password, app.random_bytes())
                .map_err(Failure::while_doing("a sample password"))?;
            let user = User {
                realm: realm.id().to_owned(),
                id: app.new_id(),
                number: 0,
                username: sample.username.clone(),
                name: sample.name.clone(),
                password_hash,
                created_at: app.now(),
                disabled_at: None,
                cut_off: None,
                external: None,
                version: 1,
            };
            store.insert_user(&user).await.map_err(failed())?
        }
    };
    let mut places = Vec::new();
    for membership in &sample.memberships {
        let organisation = organisation(organisations, &membership.organisation)?;
        if is_new {
            store
                .put_membership(&Membership {
                    realm: realm.id().to_owned(),
                    organisation: organisation.id,
                    user: user.id,
                    roles: membership.roles.clone(),
                    cut_off: None,
                    version: 0,
                })
                .await
                .map_err(failed())?;
        }
        places.push(DemoMembership {
            id: organisation.id.to_string(),
            name: organisation.name.clone(),
            roles: membership.roles.clone(),
        });
    }
    Ok(DemoUser {
        username: sample.username.clone(),
        password: sample.password.clone(),
        organisations: places,
    })
}

async fn settle_client(
    app: &App,
    store: &dyn Store,
    sample: &SampleClient,
    realm: &Realm,
    organisations: &BTreeMap<String, Organisation>,
) -> Result<DemoClient, Failure> {
    let failed = || Failure::while_doing(format!("sample client {}", sample.id));
    let secret = match sample.client_type {
        ClientType::Confidential => Some(demo_secret(realm.id(), &sample.id)),
        ClientType::Public => None,
    };
    let organisation = sample
        .organisation
        .as_deref()
        .map(|slug| organisation(organisations, slug))
        .transpose()?;
    let client = Client {
        name: sample.name.clone(),
        maker: sample.maker.clone(),
        verified: sample.verified,
        client_type: sample.client_type,
        kind: sample.kind.clone(),
        redirect_uris: redirect_uris(realm.id(), sample),
        grant_types: sample.grant_types.iter().copied().collect(),
        registered_scope: scope_of(&sample.scope)?,
        optional_scope: scope_of(&sample.optional)?,
        organisation: organisation.map(|organisation| organisation.id),
        token_format: sample.token_format,
        ..blank_client(app, realm, &sample.id, secret.as_ref())
    };
    if insert_unless_there(store, &client).await?.is_none() {
        for approval in &sample.approvals {
            store
                .approve(&Approval {
                    realm: realm.id().to_owned(),
                    client: client.id.clone(),
                    elevation: approval.elevation.clone(),
                    evidence: approval.evidence.clone(),
                    reviewer: approval.reviewer.clone(),
                    approved_at: app.now(),
                    expires_at: None,
                    withdrawn_at: None,
                    version: 1,
                })
                .await
                .map_err(failed())?;
        }
    }
    Ok(DemoClient {
        client_id: client.id,
        client_secret: secret.map(|secret| secret.expose().to_owned()),
        name: client.name,
        kind: client.kind,
        redirect_uris: client.redirect_uris,
        grant_types: sample
            .grant_types
            .iter()
            .map(|grant_type| grant_type.as_str().to_owned())
            .collect(),
        registered_scope: client.registered_scope.to_string(),
    })
}

async fn introspector(
    app: &App,
    store: &dyn Store,
    realm: &Realm,
) -> Result<DemoIntrospector, Failure> {
    let secret = demo_secret(realm.id(), INTROSPECTOR);
    let client = Client {
        name: String::from("Sandbox API"),
        maker: String::from("Scopegate demo"),
        verified: true,
        introspects: Some(BTreeSet::from([realm.audience().to_owned()])),
        ..blank_client(app, realm, INTROSPECTOR, Some(&secret))
    };
    if let Some(there) = insert_unless_there(store, &client).await? {
        // The audience holds the port, which may have changed since the last run.
        let client = Client {
            uuid: there.uuid,
            version: there.version,
            ..client
        };
        store
            .update_client(&client)
            .await
            .map_err(Failure::while_doing("the realm's resource server"))?;
    }
    Ok(DemoIntrospector {
        client_id: INTROSPECTOR.to_owned(),
        client_secret: secret.expose().to_owned(),
    })
}

/// A client that may do nothing yet.
fn blank_client(app: &App, realm: &Realm, id: &str, secret: Option<&Secret>) -> Client {
    Client {
        realm: realm.id().to_owned(),
        id: id.to_owned(),
        name: String::new(),
        maker: String::new(),
        homepage: None,
        verified: false,
        client_type: ClientType::Confidential,
        kind: realm
            .catalog()
            .client_kinds()
            .first()
            .map(|kind| kind.name.clone())
            .unwrap_or_default(),
        auth_method: match secret {
            Some(_) => TokenEndpointAuthMethod::ClientSecretBasic,
            None => TokenEndpointAuthMethod::None,
        },
        secrets: secret.map(Secret::hash).into_iter().collect(),
        redirect_uris: Vec::new(),
        grant_types: BTreeSet::new(),
        registered_scope: Scope::empty(),
        optional_scope: Scope::empty(),
        legacy_without_pkce: false,
        token_format: None,
        organisation: None,
        introspects: None,
        created_at: app.now(),
        disabled_at: None,
        uuid: app.new_id(),
        cut_off: None,
        version: 1,
    }
}

/// Answers the one that was there before, if there was one.
async fn insert_unless_there(
    store: &dyn Store,
    client: &Client,
) -> Result<Option<Client>, Failure> {
    let failed = || Failure::while_doing(format!("sample client {}", client.id));
    let there = store.client(&client.realm, &client.id).await;
    let there = there.map_err(failed())?;
    if there.is_none() {
        store.insert_client(client).await.map_err(failed())?;
    }
    Ok(there)
}

/// An app that people sign in for comes back to any loopback port, and to the playground.
fn redirect_uris(realm: &str, sample: &SampleClient) -> Vec<String> {
    if !sample.grant_types.contains(&GrantType::AuthorizationCode) {
        return Vec::new();
    }
    vec![
        String::from("http://127.0.0.1/callback"),
        format!("http://127.0.0.1/play/{realm}/callback"),
    ]
}

fn organisation<'a>(
    organisations: &'a BTreeMap<String, Organisation>,
    slug: &str,
) -> Result<&'a Organisation, Failure> {
    organisations
        .get(slug)
        .ok_or_else(|| Failure::new(format!("demo.toml: there is no organisation {slug:?}")))
}

fn scope_of(text: &str) -> Result<Scope, Failure> {
    Scope::parse(text).map_err(Failure::while_doing("demo.toml: a scope"))
}

/// The same at every start, so that a demo that keeps its data keeps its apps working.
fn demo_secret(realm: &str, client: &str) -> Secret {
    let seed = format!("scopegate demo {realm} {client}");
    secret::generate(SecretKind::ClientSecret, TokenHash::of(seed.as_bytes()).0)
}
