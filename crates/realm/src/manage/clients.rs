//! Apps and integrations.

use std::collections::BTreeSet;

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::{Client, ClientType, Page, PageRequest};
use oauth::registration::{self, ClientMetadata};
use oauth::{Secret, SecretKind};
use scope::Scope;

use super::desk::{Settled, as_seen, until_unchanged};
use super::{Desk, Refused};

/// A new client.
#[derive(Debug, Clone)]
pub struct RegisterClient {
    /// What it is to be.
    pub metadata: ClientMetadata,
    /// The secret of a confidential one; a new one is made if not given.
    pub secret: Option<Secret>,
}

/// A client with its secret, which is known only now.
#[derive(Debug, Clone)]
pub struct RegisteredClient {
    /// The client.
    pub client: Client,
    /// Its secret; a public one has none.
    pub secret: Option<Secret>,
}

/// A change of a client.
#[derive(Debug, Clone)]
pub struct ChangeClient {
    /// `client_id`.
    pub client: String,
    /// The version that was seen, if the change is for that only.
    pub version: Option<i64>,
    /// What is changed.
    pub change: ClientChange,
}

/// What of a client is changed. The rest stays, whatever else happens to it meanwhile.
#[derive(Debug, Clone)]
pub enum ClientChange {
    /// The most it may ask for.
    Scopes {
        /// Space-separated.
        registered: String,
        /// Those of them a person may strike where the catalog says `optional`.
        optional: String,
    },
    /// It may do nothing any more.
    Disable,
    /// It may do again what it could.
    Enable,
    /// A resource server may introspect tokens of these audiences.
    Introspects(BTreeSet<String>),
}

/// A client's new secret, which is known only now. Earlier ones work no more.
#[derive(Debug, Clone)]
pub struct ClientSecret {
    /// The client.
    pub client: Client,
    /// The secret.
    pub secret: Secret,
}

/// The same scopes in another order are no other.
fn put_scope(scope: &mut Scope, wanted: Scope) {
    let is_same = scope.len() == wanted.len() && wanted.iter().all(|name| scope.contains(name));
    if !is_same {
        *scope = wanted;
    }
}

impl Desk<'_> {
    /// The clients of the realm by id.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn clients(self, page: &PageRequest) -> Result<Page<Client>, Refused> {
        Ok(self.store.clients(self.realm(), page).await?)
    }

    /// Registers a client.
    ///
    /// # Errors
    ///
    /// [`Refused::Registration`], [`Refused::Taken`], or when the store fails.
    pub async fn register_client(
        self,
        by: &Actor,
        command: RegisterClient,
    ) -> Result<RegisteredClient, Refused> {
        let checked =
            registration::check(self.catalog, command.metadata, self.new_id(), self.now())?;
        let secret = match (checked.client_type(), command.secret) {
            (ClientType::Confidential, None) => Some(self.new_secret()),
            (_, given) => given,
        };
        let client = checked.with_secret(secret.as_ref().map(Secret::hash))?;
        let subject = Subject::new(SubjectKind::Client, &client.id);
        let record = self.record(by, Act::ClientRegistered, subject);
        let record = self.naming(record, client.organisation, None).await?;
        let record = record.made(&client);
        self.store.insert_client(&client, &record).await?;
        Ok(RegisteredClient { client, secret })
    }

    /// Changes a client; answers it as it is now.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Registration`], [`Refused::Changed`], or when the store
    /// fails.
    pub async fn change_client(
        self,
        by: &Actor,
        command: ChangeClient,
    ) -> Result<Settled<Client>, Refused> {
        until_unchanged(command.version, || async {
            let before = self.client(&command.client).await?;
            as_seen("client", &before.id, command.version, before.version)?;
            let mut client = before.clone();
            let act = match &command.change {
                ClientChange::Scopes {
                    registered,
                    optional,
                } => {
                    let scopes = registration::scopes(self.catalog, registered, optional)?;
                    put_scope(&mut client.registered_scope, scopes.registered);
                    put_scope(&mut client.optional_scope, scopes.optional);
                    Act::ClientScopesChanged
                }
                ClientChange::Disable => {
                    client.disabled_at = before.disabled_at.or_else(|| Some(self.now()));
                    Act::ClientDisabled
                }
                ClientChange::Enable => {
                    client.disabled_at = None;
                    Act::ClientEnabled
                }
                ClientChange::Introspects(audiences) => {
                    client.introspects = Some(audiences.clone());
                    Act::ClientAudiencesChanged
                }
            };
            if client == before {
                return Ok(Settled::unchanged(client));
            }
            let changed = self.update_client(by, act, &before, client).await?;
            Ok(Settled::changed(changed))
        })
        .await
    }

    /// Replaces the secrets of a client by a new one.
    ///
    /// # Errors
    ///
    /// As [`Desk::change_client`].
    pub async fn replace_client_secret(
        self,
        by: &Actor,
        client: &str,
    ) -> Result<ClientSecret, Refused> {
        let secret = self.new_secret();
        let client = until_unchanged(None, || async {
            let before = self.client(client).await?;
            registration::takes_secret(&before)?;
            let mut client = before.clone();
            client.secrets = vec![secret.hash()];
            let act = Act::ClientSecretReplaced;
            self.update_client(by, act, &before, client).await
        });
        Ok(ClientSecret {
            client: client.await?,
            secret,
        })
    }

    async fn update_client(
        &self,
        by: &Actor,
        act: Act,
        before: &Client,
        mut client: Client,
    ) -> Result<Client, Refused> {
        let subject = Subject::new(SubjectKind::Client, &client.id);
        let record = self.record(by, act, subject).changed(before, &client);
        self.store.update_client(&client, &record).await?;
        client.version += 1;
        Ok(client)
    }

    fn new_secret(&self) -> Secret {
        oauth::secret::generate(SecretKind::ClientSecret, self.random_bytes())
    }
}
