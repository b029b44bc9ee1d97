//! Apps and integrations.

use std::collections::BTreeSet;

use oauth::audit::{Act, Actor, Subject, SubjectKind};
use oauth::model::{Client, ClientType, Ending, Page, PageRequest, Position, StoredSecret};
use oauth::registration::{self, ClientDetails, ClientMetadata};
use oauth::status::StatusChange;
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

/// The end of a client.
#[derive(Debug, Clone)]
pub struct DeleteClient {
    /// `client_id`.
    pub client: String,
    /// The version that was seen, if it is to be deleted only as that.
    pub version: Option<i64>,
}

/// What of a client is changed. The rest stays, whatever else happens to it meanwhile.
#[derive(Debug, Clone)]
pub enum ClientChange {
    /// The most it may ask for.
    Scopes {
        /// Space-separated.
        registered: String,
        /// Those of them a person may strike where the catalog says `optional`; `None` for those
        /// of before that stay registered.
        optional: Option<String>,
    },
    /// What else it is registered as.
    Details(Box<ClientDetails>),
    /// It may do nothing for now.
    Suspend,
    /// What it could do before it was suspended, it can again.
    Resume,
    /// It may do nothing any more.
    Disable,
    /// It may act again. Nothing that was issued before counts.
    Enable,
    /// A resource server may introspect tokens of these audiences.
    Introspects(BTreeSet<String>),
}

/// What a new secret of a client means for those it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherSecrets {
    /// They work as well, until they are revoked.
    Stay,
    /// They work no more; what was issued to the client does.
    Go,
    /// Somebody else may know them: they work no more, and nor does what was issued.
    Compromised,
}

/// How many secrets a client may have at once: one more than a change of secrets takes.
const MOST_SECRETS: usize = 3;

/// The end of a secret.
#[derive(Debug, Clone)]
pub struct RevokeClientSecret {
    /// `client_id`.
    pub client: String,
    /// The beginning of its hash, in hexadecimal.
    pub secret: String,
    /// The version of the client that was seen, if it is to end only as that.
    pub version: Option<i64>,
    /// Somebody else may know it: what was issued to the client ends.
    pub compromised: bool,
}

/// A client's new secret, which is known only now. It is the last of those the client has.
#[derive(Debug, Clone)]
pub struct ClientSecret {
    /// The client.
    pub client: Client,
    /// The secret.
    pub secret: Secret,
}

fn still_registered(optional: &Scope, registered: &Scope) -> Scope {
    let names = optional.tokens().iter();
    let left = names.filter(|name| registered.contains(name.as_str()));
    left.cloned().collect()
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
    /// [`Refused::NoSuch`], [`Refused::Registration`], [`Refused::Status`], [`Refused::Changed`],
    /// or when the store fails.
    pub async fn change_client(
        self,
        by: &Actor,
        command: ChangeClient,
    ) -> Result<Settled<Client>, Refused> {
        until_unchanged(command.version, || async {
            let before = self.client_as_seen(&command.client, command.version);
            let before = before.await?;
            let mut client = before.clone();
            let act = match &command.change {
                ClientChange::Scopes {
                    registered,
                    optional,
                } => {
                    let asked = optional.as_deref().unwrap_or_default();
                    let scopes = registration::scopes(self.catalog, registered, asked)?;
                    let optional = match optional {
                        Some(_) => scopes.optional,
                        None => still_registered(&before.optional_scope, &scopes.registered),
                    };
                    put_scope(&mut client.registered_scope, scopes.registered);
                    put_scope(&mut client.optional_scope, optional);
                    registration::tokens_fit(self.catalog, &client)?;
                    Act::ClientScopesChanged
                }
                ClientChange::Details(details) => {
                    client = registration::changed(self.catalog, client, (**details).clone())?;
                    Act::ClientChanged
                }
                ClientChange::Suspend => {
                    self.stop(&mut client, StatusChange::Suspend)?;
                    Act::ClientSuspended
                }
                ClientChange::Resume => {
                    self.stop(&mut client, StatusChange::Resume)?;
                    Act::ClientResumed
                }
                ClientChange::Disable => {
                    self.stop(&mut client, StatusChange::Disable)?;
                    Act::ClientDisabled
                }
                ClientChange::Enable => {
                    self.stop(&mut client, StatusChange::Enable)?;
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

    /// Which client a deletion means, and what would end with it.
    ///
    /// # Errors
    ///
    /// As [`Desk::delete_client`].
    pub async fn ends_with_client(
        self,
        command: &DeleteClient,
    ) -> Result<(Client, Ending), Refused> {
        let gone = self.client_as_seen(&command.client, command.version);
        let gone = gone.await?;
        let ending = self.store.ends_with_client(self.realm(), &gone.id).await?;
        Ok((gone, ending))
    }

    /// Deletes a client, with its secrets, grants and approvals; answers it as it was. Its id is
    /// not given again.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Changed`], or when the store fails.
    pub async fn delete_client(self, by: &Actor, command: DeleteClient) -> Result<Client, Refused> {
        until_unchanged(command.version, || async {
            let gone = self.client_as_seen(&command.client, command.version);
            let gone = gone.await?;
            let subject = Subject::new(SubjectKind::Client, &gone.id);
            let record = self.record(by, Act::ClientDeleted, subject).removed(&gone);
            self.store.delete_client(&gone, self.now(), &record).await?;
            Ok(gone)
        })
        .await
    }

    /// Gives a client a new secret; those it has go, or stay.
    ///
    /// # Errors
    ///
    /// [`Refused::TooManySecrets`], and as [`Desk::change_client`].
    pub async fn add_client_secret(
        self,
        by: &Actor,
        client: &str,
        others: OtherSecrets,
    ) -> Result<ClientSecret, Refused> {
        let secret = self.new_secret();
        let client = until_unchanged(None, || async {
            let before = self.client(client).await?;
            registration::takes_secret(&before)?;
            let mut client = before.clone();
            let act = match others {
                OtherSecrets::Stay if before.secrets.len() >= MOST_SECRETS => {
                    return Err(Refused::TooManySecrets {
                        client: before.id,
                        most: MOST_SECRETS,
                    });
                }
                OtherSecrets::Stay => Act::ClientSecretAdded,
                OtherSecrets::Go => {
                    client.secrets.clear();
                    Act::ClientSecretReplaced
                }
                OtherSecrets::Compromised => {
                    client.secrets.clear();
                    client.cut_off = Some(Position::HERE);
                    Act::ClientSecretReplaced
                }
            };
            client.secrets.push(StoredSecret {
                hash: secret.hash(),
                made_at: Some(self.now()),
            });
            self.update_client(by, act, &before, client).await
        });
        Ok(ClientSecret {
            client: client.await?,
            secret,
        })
    }

    /// The client, and the secret that a revocation means.
    ///
    /// # Errors
    ///
    /// As [`Desk::revoke_client_secret`].
    pub async fn secret_to_revoke(
        self,
        command: &RevokeClientSecret,
    ) -> Result<(Client, StoredSecret), Refused> {
        let client = self.client_as_seen(&command.client, command.version);
        let client = client.await?;
        let named = |secret: &&StoredSecret| {
            let name = secret.hash.to_string();
            !command.secret.is_empty() && name.starts_with(&command.secret)
        };
        let mut found = client.secrets.iter().filter(named);
        let Some(secret) = found.next().cloned() else {
            return Err(Refused::NoSecret {
                client: client.id,
                secret: command.secret.clone(),
            });
        };
        if found.next().is_some() {
            return Err(Refused::Ambiguous {
                what: "secrets",
                beginning: command.secret.clone(),
            });
        }
        Ok((client, secret))
    }

    /// Takes a secret of a client away.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSecret`], [`Refused::Ambiguous`], and as [`Desk::change_client`].
    pub async fn revoke_client_secret(
        self,
        by: &Actor,
        command: RevokeClientSecret,
    ) -> Result<Client, Refused> {
        until_unchanged(command.version, || async {
            let (before, secret) = self.secret_to_revoke(&command).await?;
            let mut client = before.clone();
            client.secrets.retain(|other| *other != secret);
            if command.compromised {
                client.cut_off = Some(Position::HERE);
            }
            let act = Act::ClientSecretRevoked;
            self.update_client(by, act, &before, client).await
        })
        .await
    }

    async fn client_as_seen(&self, id: &str, version: Option<i64>) -> Result<Client, Refused> {
        let client = self.client(id).await?;
        as_seen("client", &client.id, version, client.version)?;
        Ok(client)
    }

    fn stop(&self, client: &mut Client, change: StatusChange) -> Result<(), Refused> {
        let (status, cut_off) = self.stands(&client.id, client.status, change)?;
        client.status = status;
        client.cut_off = cut_off.or(client.cut_off);
        Ok(())
    }

    async fn update_client(
        &self,
        by: &Actor,
        act: Act,
        before: &Client,
        client: Client,
    ) -> Result<Client, Refused> {
        let subject = Subject::new(SubjectKind::Client, &client.id);
        let record = self.record(by, act, subject).changed(before, &client);
        self.store.update_client(&client, &record).await?;
        self.client(&client.id).await
    }

    fn new_secret(&self) -> Secret {
        oauth::secret::generate(SecretKind::ClientSecret, self.random_bytes())
    }
}
