use std::collections::BTreeSet;

use oauth::model::{Client, ClientType, TokenEndpointAuthMethod, TokenFormat};
use oauth::registration::{ClientDetails, ClientMetadata};
use realm::manage::{ChangeClient, ClientChange, DeleteClient, Desk, RegisterClient, Settled};

use super::{Said, Server, client_secret, client_shown, deletion, every, settled};
use crate::arguments::clients::{
    AuthMethodArgument, ClientAddArguments, ClientChangeArguments, ClientCommand,
    OwnChoiceArgument, OwnTokenFormatArgument, TokenFormatArgument,
};
use crate::arguments::manage::{Confirmed, IfVersion};
use crate::failure::Failure;

/// Runs one command on apps.
pub async fn run(server: &Server, command: &ClientCommand) -> Result<Said, Failure> {
    match command {
        ClientCommand::Add(arguments) => Ok(add(server, arguments).await?.into()),
        ClientCommand::List { realm } => Ok(list(&server.desk(realm)?).await?.into()),
        ClientCommand::Show { realm, client } => {
            Ok(client_shown::show(&server.desk(realm)?, client)
                .await?
                .into())
        }
        ClientCommand::Change(arguments) => change(server, arguments).await,
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
            let text = format!("{name} may now ask for at most: {scope}");
            Ok(settled(&now, text))
        }
        ClientCommand::Secret(command) => client_secret::run(server, command).await,
        ClientCommand::Suspend {
            realm,
            client,
            seen,
        } => {
            let now = change_client(server, realm, client, seen, ClientChange::Suspend).await?;
            let name = &now.record.name;
            Ok(settled(&now, format!("{name} can do nothing for now.")))
        }
        ClientCommand::Resume {
            realm,
            client,
            seen,
        } => {
            let now = change_client(server, realm, client, seen, ClientChange::Resume).await?;
            let name = &now.record.name;
            Ok(settled(&now, format!("{name} goes on.")))
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
            let text = format!("{name} works again; people are asked anew.");
            Ok(settled(&now, text))
        }
        ClientCommand::Delete {
            realm,
            client,
            confirmed,
        } => delete(server, realm, client, confirmed).await,
    }
}

async fn delete(
    server: &Server,
    realm: &str,
    id: &str,
    confirmed: &Confirmed,
) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let command = DeleteClient {
        client: id.to_owned(),
        version: confirmed.seen.version,
    };
    if !confirmed.yes {
        let (client, ending) = desk.ends_with_client(&command).await?;
        return Ok(deletion::unconfirmed(&client.name, &ending, client.version));
    }
    let gone = desk.delete_client(server.operator(), command).await?;
    Ok(Said::from(format!(
        "{} is deleted. No other app gets its client id, {id}.",
        gone.name
    )))
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

async fn change(server: &Server, arguments: &ClientChangeArguments) -> Result<Said, Failure> {
    let ClientChangeArguments {
        realm,
        client,
        details,
        seen,
    } = arguments;
    let organisation = match details.organisation.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(slug) => Some(Some(server.desk(realm)?.organisation(slug).await?.id)),
    };
    let redirect_uris = &details.redirect_uris;
    let change = ClientDetails {
        name: details.name.clone(),
        maker: details.maker.clone(),
        verified: details.verified,
        kind: details.kind.clone(),
        auth_method: details.auth.map(auth_method),
        redirect_uris: given_anew(redirect_uris),
        legacy_without_pkce: details.legacy_without_pkce,
        token_format: details.token_format.map(|format| match format {
            OwnTokenFormatArgument::Opaque => Some(TokenFormat::Opaque),
            OwnTokenFormatArgument::Jwt => Some(TokenFormat::Jwt),
            OwnTokenFormatArgument::Catalog => None,
        }),
        refresh_retry: details.refresh_retry.map(|choice| match choice {
            OwnChoiceArgument::True => Some(true),
            OwnChoiceArgument::False => Some(false),
            OwnChoiceArgument::Catalog => None,
        }),
        organisation,
    };
    let change = ClientChange::Details(Box::new(change));
    let now = change_client(server, realm, client, seen, change).await?;
    let text = format!("{} is changed.", now.record.name);
    Ok(settled(&now, text))
}

/// Nothing is no change; one that is empty is none at all.
fn given_anew(redirect_uris: &[String]) -> Option<Vec<String>> {
    match redirect_uris {
        [] => None,
        [none] if none.is_empty() => Some(Vec::new()),
        uris => Some(uris.to_vec()),
    }
}

fn auth_method(argument: AuthMethodArgument) -> TokenEndpointAuthMethod {
    match argument {
        AuthMethodArgument::Basic => TokenEndpointAuthMethod::ClientSecretBasic,
        AuthMethodArgument::Post => TokenEndpointAuthMethod::ClientSecretPost,
    }
}

async fn add(server: &Server, arguments: &ClientAddArguments) -> Result<String, Failure> {
    let desk = server.desk(&arguments.realm)?;
    let organisation = match &arguments.organisation {
        Some(slug) => Some(desk.organisation(slug).await?.id),
        None => None,
    };
    let introspects = if arguments.introspector {
        let audience = server.audience(&arguments.realm, arguments.api.as_deref())?;
        Some(BTreeSet::from([audience]))
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
        auth_method: (!arguments.public).then_some(auth_method(arguments.auth)),
        redirect_uris: arguments.redirect_uris.clone(),
        grant_types: None,
        scope: arguments.scope.clone().unwrap_or_default(),
        optional_scope: arguments.optional.clone(),
        legacy_without_pkce: arguments.legacy_without_pkce,
        token_format: arguments.token_format.map(|format| match format {
            TokenFormatArgument::Opaque => TokenFormat::Opaque,
            TokenFormatArgument::Jwt => TokenFormat::Jwt,
        }),
        refresh_retry: arguments.refresh_retry,
        organisation,
        introspects,
        signs_in: arguments.sign_in,
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
                super::unless_active(client.status)
            )
        })
        .collect();
    Ok(lines.join("\n"))
}
