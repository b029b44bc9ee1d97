use std::collections::BTreeSet;

use oauth::model::{ClientType, TokenEndpointAuthMethod, TokenFormat};
use oauth::registration::{self, ClientMetadata};
use oauth::secret::{self, SecretKind};

use super::{Desk, every, refused, stored};
use crate::arguments::{
    AuthMethodArgument, ClientAddArguments, ClientCommand, TokenFormatArgument,
};
use crate::failure::Failure;

/// Runs one command on apps.
pub async fn run(desk: &Desk, command: &ClientCommand) -> Result<String, Failure> {
    match command {
        ClientCommand::Add(arguments) => add(desk, arguments).await,
        ClientCommand::List { realm } => list(desk, realm).await,
        ClientCommand::Show { realm, client } => show(desk, realm, client).await,
        ClientCommand::Scope {
            realm,
            client,
            scope,
            optional,
        } => {
            let catalog = desk.catalog(realm)?;
            let mut client = desk.client(realm, client).await?;
            let scopes = registration::scopes(catalog, scope, optional);
            let scopes = scopes.map_err(refused::registration)?;
            client.registered_scope = scopes.registered;
            client.optional_scope = scopes.optional;
            desk.store().update_client(&client).await.map_err(stored)?;
            Ok(format!("{} may now ask for at most: {scope}", client.name))
        }
        ClientCommand::Secret { realm, client } => new_secret(desk, realm, client).await,
        ClientCommand::Disable { realm, client } => {
            let mut client = desk.client(realm, client).await?;
            client.disabled_at = Some(desk.now());
            desk.store().update_client(&client).await.map_err(stored)?;
            Ok(format!("{} can do nothing any more.", client.name))
        }
        ClientCommand::Enable { realm, client } => {
            let mut client = desk.client(realm, client).await?;
            client.disabled_at = None;
            desk.store().update_client(&client).await.map_err(stored)?;
            Ok(format!("{} works again.", client.name))
        }
    }
}

async fn add(desk: &Desk, arguments: &ClientAddArguments) -> Result<String, Failure> {
    let catalog = desk.catalog(&arguments.realm)?;
    let organisation = match &arguments.organisation {
        Some(slug) => Some(desk.organisation(&arguments.realm, slug).await?.id),
        None => None,
    };
    let introspects = if arguments.introspector {
        Some(BTreeSet::from([desk.audience(&arguments.realm)?]))
    } else {
        None
    };
    let wanted = ClientMetadata {
        id: arguments.client.clone(),
        name: arguments.name.clone(),
        maker: arguments.maker.clone(),
        verified: arguments.verified,
        client_type: if arguments.public {
            ClientType::Public
        } else {
            ClientType::Confidential
        },
        kind: arguments.kind.clone(),
        auth_method: (!arguments.public).then_some(match arguments.auth {
            AuthMethodArgument::Basic => TokenEndpointAuthMethod::ClientSecretBasic,
            AuthMethodArgument::Post => TokenEndpointAuthMethod::ClientSecretPost,
        }),
        redirect_uris: arguments.redirect_uris.clone(),
        grant_types: None,
        scope: arguments.scope.clone(),
        optional_scope: arguments.optional.clone(),
        legacy_without_pkce: arguments.legacy_without_pkce,
        token_format: arguments.token_format.map(|format| match format {
            TokenFormatArgument::Opaque => TokenFormat::Opaque,
            TokenFormatArgument::Jwt => TokenFormat::Jwt,
        }),
        organisation,
        introspects,
    };
    let secret = (!arguments.public)
        .then(|| secret::generate(SecretKind::ClientSecret, desk.random_bytes()));
    let client = registration::check(catalog, wanted, desk.now())
        .and_then(|client| client.with_secret(secret.as_ref().map(oauth::Secret::hash)))
        .map_err(refused::registration)?;
    desk.store().insert_client(&client).await.map_err(stored)?;
    Ok(match secret {
        Some(secret) => format!(
            "added {}. Its secret, shown this once: {}",
            client.id,
            secret.expose()
        ),
        None => format!("added {}, a public client without a secret.", client.id),
    })
}

async fn list(desk: &Desk, realm: &str) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let clients = every(async |page| desk.store().clients(realm, page).await).await?;
    if clients.is_empty() {
        return Ok(format!("realm {realm} has no clients yet."));
    }
    let lines: Vec<_> = clients
        .iter()
        .map(|client| {
            format!(
                "{}  {} by {}  {}{}",
                client.id,
                client.name,
                client.maker,
                client.kind,
                if client.disabled_at.is_some() {
                    "  disabled"
                } else {
                    ""
                }
            )
        })
        .collect();
    Ok(lines.join("\n"))
}

async fn show(desk: &Desk, realm: &str, id: &str) -> Result<String, Failure> {
    let client = desk.client(realm, id).await?;
    let grant_types: Vec<_> = client.grant_types.iter().map(|one| one.as_str()).collect();
    let mut lines = vec![
        format!("{} by {} ({})", client.name, client.maker, client.kind),
        format!("grant types: {}", grant_types.join(", ")),
        format!("registered scope: {}", client.registered_scope),
    ];
    if !client.optional_scope.is_empty() {
        lines.push(format!("of it optional: {}", client.optional_scope));
    }
    for uri in &client.redirect_uris {
        lines.push(format!("redirect URI: {uri}"));
    }
    if let Some(since) = client.disabled_at {
        lines.push(format!("disabled since {since}"));
    }
    lines.push(super::approve::list(desk, &client).await?);
    Ok(lines.join("\n"))
}

async fn new_secret(desk: &Desk, realm: &str, id: &str) -> Result<String, Failure> {
    let mut client = desk.client(realm, id).await?;
    registration::takes_secret(&client).map_err(refused::registration)?;
    let secret = secret::generate(SecretKind::ClientSecret, desk.random_bytes());
    client.secrets = vec![secret.hash()];
    desk.store().update_client(&client).await.map_err(stored)?;
    Ok(format!(
        "{id} has a new secret, shown this once: {}",
        secret.expose()
    ))
}
