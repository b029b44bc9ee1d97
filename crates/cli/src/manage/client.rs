use std::collections::BTreeSet;

use oauth::model::{Client, ClientType, TokenEndpointAuthMethod, TokenFormat};
use oauth::registration::ClientMetadata;
use realm::manage::{ChangeClient, ClientChange, Desk, RegisterClient, Settled};

use super::{Server, approve, every, settled};
use crate::arguments::manage::{
    AuthMethodArgument, ClientAddArguments, ClientCommand, IfVersion, TokenFormatArgument,
};
use crate::failure::Failure;

/// Runs one command on apps.
pub async fn run(server: &Server, command: &ClientCommand) -> Result<String, Failure> {
    match command {
        ClientCommand::Add(arguments) => add(server, arguments).await,
        ClientCommand::List { realm } => list(&server.desk(realm)?).await,
        ClientCommand::Show { realm, client } => show(&server.desk(realm)?, client).await,
        ClientCommand::Scope {
            realm,
            client,
            scope,
            optional,
            seen,
        } => {
            let change = ClientChange::Scopes {
                registered: scope.clone(),
                optional: optional.clone(),
            };
            let now = change_client(server, realm, client, seen, change).await?;
            let name = &now.record.name;
            Ok(settled(
                &now,
                format!("{name} may now ask for at most: {scope}"),
            ))
        }
        ClientCommand::Secret { realm, client } => {
            let desk = server.desk(realm)?;
            let made = desk.replace_client_secret(server.operator(), client);
            Ok(format!(
                "{client} has a new secret, shown this once: {}",
                made.await?.secret.expose()
            ))
        }
        ClientCommand::Disable {
            realm,
            client,
            seen,
        } => {
            let now = change_client(server, realm, client, seen, ClientChange::Disable).await?;
            let name = &now.record.name;
            Ok(settled(&now, format!("{name} can do nothing any more.")))
        }
        ClientCommand::Enable {
            realm,
            client,
            seen,
        } => {
            let now = change_client(server, realm, client, seen, ClientChange::Enable).await?;
            let name = &now.record.name;
            Ok(settled(&now, format!("{name} works again.")))
        }
    }
}

async fn change_client(
    server: &Server,
    realm: &str,
    client: &str,
    seen: &IfVersion,
    change: ClientChange,
) -> Result<Settled<Client>, Failure> {
    let command = ChangeClient {
        client: client.to_owned(),
        version: seen.version,
        change,
    };
    let desk = server.desk(realm)?;
    Ok(desk.change_client(server.operator(), command).await?)
}

async fn add(server: &Server, arguments: &ClientAddArguments) -> Result<String, Failure> {
    let desk = server.desk(&arguments.realm)?;
    let organisation = match &arguments.organisation {
        Some(slug) => Some(desk.organisation(slug).await?.id),
        None => None,
    };
    let introspects = if arguments.introspector {
        Some(BTreeSet::from([server.audience(&arguments.realm)?]))
    } else {
        None
    };
    let metadata = ClientMetadata {
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
        refresh_retry: arguments.refresh_retry,
        organisation,
        introspects,
    };
    let command = RegisterClient {
        metadata,
        secret: None,
    };
    let added = desk.register_client(server.operator(), command).await?;
    Ok(match added.secret {
        Some(secret) => format!(
            "added {}. Its secret, shown this once: {}",
            added.client.id,
            secret.expose()
        ),
        None => format!(
            "added {}, a public client without a secret.",
            added.client.id
        ),
    })
}

async fn list(desk: &Desk<'_>) -> Result<String, Failure> {
    let clients = every(async |page| desk.clients(page).await).await?;
    if clients.is_empty() {
        return Ok(format!("realm {} has no clients yet.", desk.realm()));
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

async fn show(desk: &Desk<'_>, id: &str) -> Result<String, Failure> {
    let client = desk.client(id).await?;
    let grant_types: Vec<_> = client.grant_types.iter().map(|one| one.as_str()).collect();
    let mut lines = vec![
        format!("{} by {} ({})", client.name, client.maker, client.kind),
        format!("version {}", client.version),
        format!("grant types: {}", grant_types.join(", ")),
        format!("registered scope: {}", client.registered_scope),
    ];
    if !client.optional_scope.is_empty() {
        lines.push(format!("of it optional: {}", client.optional_scope));
    }
    if let Some(retry) = client.refresh_retry {
        lines.push(format!(
            "refresh tokens: {}",
            if retry {
                "work until their successor is used"
            } else {
                "work strictly once"
            }
        ));
    }
    for uri in &client.redirect_uris {
        lines.push(format!("redirect URI: {uri}"));
    }
    if let Some(since) = client.disabled_at {
        lines.push(format!("disabled since {since}"));
    }
    lines.push(approve::list(desk, &client).await?);
    Ok(lines.join("\n"))
}
