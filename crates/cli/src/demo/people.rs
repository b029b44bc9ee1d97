//! Settles a realm's sample people, organisations and apps, unless they are there from an
//! earlier run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oauth::approval::WantedApproval;
use oauth::audit::Actor;
use oauth::model::{ClientType, GrantType, Organisation, TokenHash};
use oauth::registration::ClientMetadata;
use oauth::secret::{self, Secret, SecretKind};
use realm::manage::{
    AddOrganisation, AddPerson, Approve, ChangeClient, ClientChange, Desk, Refused, RegisterClient,
    SetMembership,
};
use realm::{App, Realm};

use super::sample::{SampleClient, SampleOrganisation, SampleRealm, SampleUser};
use crate::failure::Failure;
use crate::playground::{DemoClient, DemoIntrospector, DemoMembership, DemoRealm, DemoUser};

/// The resource server of each realm.
const INTROSPECTOR: &str = "sandbox-api";

/// Settles one realm and answers what outside clients need to know of it.
pub async fn settle(app: &App, sample: &SampleRealm) -> Result<DemoRealm, Failure> {
    let realm = realm(app, sample)?;
    let place = Place {
        desk: app.desk(&realm).showing_passwords(),
        by: Actor::system(),
    };
    let mut organisations = BTreeMap::new();
    for wanted in &sample.organisations {
        let settled = place.organisation(wanted).await;
        let settled = settled.map_err(failed("sample organisation", &wanted.slug))?;
        organisations.insert(wanted.slug.clone(), settled);
    }
    let mut users = Vec::new();
    for user in &sample.users {
        users.push(place.user(user, &organisations).await?);
    }
    let mut clients = Vec::new();
    for client in &sample.clients {
        clients.push(place.client(client, &organisations).await?);
    }
    let introspector = place.introspector(realm.audience()).await;
    Ok(DemoRealm {
        issuer: realm.issuer().to_owned(),
        api: realm.audience().to_owned(),
        introspector: introspector.map_err(failed("sample client", INTROSPECTOR))?,
        clients,
        users,
    })
}

/// The same in a realm whose catalog has changed: its apps are registered for what the sample has
/// now.
pub async fn register_again(app: &App, sample: &SampleRealm) -> Result<DemoRealm, Failure> {
    let settled = settle(app, sample).await?;
    let realm = realm(app, sample)?;
    let desk = app.desk(&realm);
    for client in &sample.clients {
        let command = ChangeClient {
            client: client.id.clone(),
            version: None,
            change: ClientChange::Scopes {
                registered: client.scope.clone(),
                optional: Some(client.optional.clone()),
            },
        };
        let changed = desk.change_client(&Actor::system(), command).await;
        changed.map_err(failed("sample client", &client.id))?;
    }
    Ok(settled)
}

fn realm(app: &App, sample: &SampleRealm) -> Result<Arc<Realm>, Failure> {
    let found = app.realm(&sample.id);
    found.ok_or_else(|| Failure::new(format!("demo.toml: there is no realm {:?}", sample.id)))
}

/// Where one realm is settled.
struct Place<'a> {
    desk: Desk<'a>,
    by: Actor,
}

impl Place<'_> {
    async fn organisation(&self, wanted: &SampleOrganisation) -> Result<Organisation, Refused> {
        if let Some(present) = present(self.desk.organisation(&wanted.slug).await)? {
            return Ok(present);
        }
        let command = AddOrganisation {
            slug: wanted.slug.clone(),
            name: wanted.name.clone(),
        };
        let added = self.desk.add_organisation(&self.by, command).await?;
        Ok(added.organisation)
    }

    async fn user(
        &self,
        sample: &SampleUser,
        organisations: &BTreeMap<String, Organisation>,
    ) -> Result<DemoUser, Failure> {
        let mut places = Vec::new();
        for membership in &sample.memberships {
            let organisation = organisation(organisations, &membership.organisation)?;
            places.push(DemoMembership {
                id: organisation.id.to_string(),
                name: organisation.name.clone(),
                roles: membership.roles.clone(),
            });
        }
        let added = self.add_user(sample).await;
        added.map_err(failed("sample user", &sample.username))?;
        Ok(DemoUser {
            username: sample.username.clone(),
            password: sample.password.clone(),
            organisations: places,
        })
    }

    async fn add_user(&self, sample: &SampleUser) -> Result<(), Refused> {
        if present(self.desk.person(&sample.username).await)?.is_some() {
            return Ok(());
        }
        let command = AddPerson {
            username: sample.username.clone(),
            name: sample.name.clone(),
            password: sample.password.clone(),
        };
        self.desk.add_person(&self.by, command).await?;
        for membership in &sample.memberships {
            let command = SetMembership {
                organisation: membership.organisation.clone(),
                username: sample.username.clone(),
                roles: membership.roles.clone(),
                version: None,
            };
            self.desk.set_membership(&self.by, command).await?;
        }
        Ok(())
    }

    async fn client(
        &self,
        sample: &SampleClient,
        organisations: &BTreeMap<String, Organisation>,
    ) -> Result<DemoClient, Failure> {
        let organisation = sample
            .organisation
            .as_deref()
            .map(|slug| organisation(organisations, slug))
            .transpose()?;
        let metadata = ClientMetadata {
            name: sample.name.clone(),
            maker: sample.maker.clone(),
            verified: sample.verified,
            client_type: sample.client_type,
            kind: Some(sample.kind.clone()),
            redirect_uris: redirect_uris(self.desk.realm(), sample),
            grant_types: Some(sample.grant_types.iter().copied().collect()),
            scope: sample.scope.clone(),
            optional_scope: sample.optional.clone(),
            organisation: organisation.map(|organisation| organisation.id),
            token_format: sample.token_format,
            ..nothing_yet(&sample.id)
        };
        let secret = match sample.client_type {
            ClientType::Confidential => Some(demo_secret(self.desk.realm(), &sample.id)),
            ClientType::Public => None,
        };
        let told = DemoClient {
            client_id: sample.id.clone(),
            client_secret: secret.as_ref().map(|secret| secret.expose().to_owned()),
            name: sample.name.clone(),
            kind: sample.kind.clone(),
            redirect_uris: metadata.redirect_uris.clone(),
            grant_types: sample
                .grant_types
                .iter()
                .map(|grant_type| grant_type.as_str().to_owned())
                .collect(),
            registered_scope: sample.scope.clone(),
        };
        let added = self.add_client(sample, metadata, secret).await;
        added.map_err(failed("sample client", &sample.id))?;
        Ok(told)
    }

    async fn add_client(
        &self,
        sample: &SampleClient,
        metadata: ClientMetadata,
        secret: Option<Secret>,
    ) -> Result<(), Refused> {
        if !self.register_unless_there(metadata, secret).await? {
            return Ok(());
        }
        for approval in &sample.approvals {
            let command = Approve {
                client: sample.id.clone(),
                approval: WantedApproval {
                    elevation: approval.elevation.clone(),
                    evidence: approval.evidence.clone(),
                    reviewer: approval.reviewer.clone(),
                    expires_at: None,
                },
                version: None,
            };
            self.desk.approve(&self.by, command).await?;
        }
        Ok(())
    }

    async fn introspector(&self, audience: &str) -> Result<DemoIntrospector, Refused> {
        let secret = demo_secret(self.desk.realm(), INTROSPECTOR);
        let audiences = BTreeSet::from([audience.to_owned()]);
        let metadata = ClientMetadata {
            name: String::from("Sandbox API"),
            maker: String::from("Scopegate demo"),
            verified: true,
            introspects: Some(audiences.clone()),
            ..nothing_yet(INTROSPECTOR)
        };
        let told = DemoIntrospector {
            client_id: INTROSPECTOR.to_owned(),
            client_secret: secret.expose().to_owned(),
        };
        if !self.register_unless_there(metadata, Some(secret)).await? {
            // The audience holds the port, which may have changed since the last run.
            let command = ChangeClient {
                client: INTROSPECTOR.to_owned(),
                version: None,
                change: ClientChange::Introspects(audiences),
            };
            self.desk.change_client(&self.by, command).await?;
        }
        Ok(told)
    }

    /// Answers whether it was new.
    async fn register_unless_there(
        &self,
        metadata: ClientMetadata,
        secret: Option<Secret>,
    ) -> Result<bool, Refused> {
        if present(self.desk.client(&metadata.id).await)?.is_some() {
            return Ok(false);
        }
        let command = RegisterClient { metadata, secret };
        self.desk.register_client(&self.by, command).await?;
        Ok(true)
    }
}

/// A confidential client that may do nothing yet.
fn nothing_yet(id: &str) -> ClientMetadata {
    ClientMetadata {
        id: id.to_owned(),
        name: String::new(),
        maker: String::new(),
        verified: false,
        client_type: ClientType::Confidential,
        kind: None,
        auth_method: None,
        redirect_uris: Vec::new(),
        grant_types: Some(BTreeSet::new()),
        scope: String::new(),
        optional_scope: String::new(),
        legacy_without_pkce: false,
        token_format: None,
        refresh_retry: None,
        organisation: None,
        introspects: None,
        signs_in: false,
    }
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

fn present<T>(found: Result<T, Refused>) -> Result<Option<T>, Refused> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Refused::NoSuch { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn failed(what: &str, name: &str) -> impl FnOnce(Refused) -> Failure {
    Failure::while_doing(format!("{what} {name}"))
}

/// The same at every start, so that a demo that keeps its data keeps its apps working.
fn demo_secret(realm: &str, client: &str) -> Secret {
    let seed = format!("scopegate demo {realm} {client}");
    secret::generate(SecretKind::ClientSecret, TokenHash::of(seed.as_bytes()).0)
}
