use std::collections::BTreeSet;

use oauth::model::{Client, ClientType, GrantType, TokenEndpointAuthMethod, TokenFormat};
use oauth::redirect_uri::RedirectUri;
use oauth::secret::{self, SecretKind};
use scope::{Catalog, ClientKind};

use super::{Desk, every, known_scope, stored};
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
            client.registered_scope = known_scope(catalog, scope)?;
            client.optional_scope = optional_scope(catalog, optional, scope)?;
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
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if arguments.client.is_empty() || !arguments.client.chars().all(plain) {
        return Err(Failure::new(format!(
            "{:?} cannot be a client id; use letters, digits, `-`, `_` and `.`",
            arguments.client
        )));
    }
    for uri in &arguments.redirect_uris {
        RedirectUri::register(uri)
            .map_err(Failure::while_doing(format!("--redirect-uri {uri}")))?;
    }
    let kind = kind(catalog, arguments)?;
    let grant_types = grant_types(kind, arguments)?;
    let organisation = match &arguments.organisation {
        Some(slug) => Some(desk.organisation(&arguments.realm, slug).await?.id),
        None => None,
    };
    let introspects = if arguments.introspector {
        Some(BTreeSet::from([desk.audience(&arguments.realm)?]))
    } else {
        None
    };
    let secret = (!arguments.public)
        .then(|| secret::generate(SecretKind::ClientSecret, desk.random_bytes()));
    let client = Client {
        realm: arguments.realm.clone(),
        id: arguments.client.clone(),
        uuid: desk.new_id(),
        version: 1,
        name: arguments.name.clone(),
        maker: arguments.maker.clone(),
        homepage: None,
        verified: arguments.verified,
        client_type: if arguments.public {
            ClientType::Public
        } else {
            ClientType::Confidential
        },
        kind: kind.name.clone(),
        auth_method: auth_method(arguments),
        secrets: secret.iter().map(oauth::Secret::hash).collect(),
        redirect_uris: arguments.redirect_uris.clone(),
        grant_types,
        registered_scope: registered_scope(catalog, &arguments.scope)?,
        optional_scope: optional_scope(catalog, &arguments.optional, &arguments.scope)?,
        legacy_without_pkce: arguments.legacy_without_pkce,
        token_format: arguments.token_format.map(|format| match format {
            TokenFormatArgument::Opaque => TokenFormat::Opaque,
            TokenFormatArgument::Jwt => TokenFormat::Jwt,
        }),
        organisation,
        introspects,
        created_at: desk.now(),
        disabled_at: None,
        cut_off: None,
    };
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

fn kind<'c>(
    catalog: &'c Catalog,
    arguments: &ClientAddArguments,
) -> Result<&'c ClientKind, Failure> {
    let kinds = catalog.client_kinds();
    let found = match &arguments.kind {
        Some(name) => kinds.iter().find(|kind| kind.name == *name),
        None => kinds.first(),
    };
    found.ok_or_else(|| {
        let names: Vec<_> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        Failure::new(format!(
            "catalog {} has the client kinds {}",
            catalog.id(),
            names.join(", ")
        ))
    })
}

/// Those of the kind that fit: without a redirect URI there is no code flow, and without a
/// secret no client credentials.
fn grant_types(
    kind: &ClientKind,
    arguments: &ClientAddArguments,
) -> Result<BTreeSet<GrantType>, Failure> {
    let mut fitting = BTreeSet::new();
    for name in &kind.grant_types {
        let grant_type = GrantType::ALL
            .into_iter()
            .find(|grant_type| grant_type.as_str() == name)
            .ok_or_else(|| {
                Failure::new(format!(
                    "client kind {}: unknown grant type {name}",
                    kind.name
                ))
            })?;
        let fits = match grant_type {
            GrantType::AuthorizationCode | GrantType::RefreshToken => {
                !arguments.redirect_uris.is_empty()
            }
            GrantType::ClientCredentials => !arguments.public,
        };
        if fits {
            fitting.insert(grant_type);
        }
    }
    if fitting.is_empty() && !arguments.introspector {
        return Err(Failure::new(format!(
            "a client of kind {} needs --redirect-uri",
            kind.name
        )));
    }
    Ok(fitting)
}

fn auth_method(arguments: &ClientAddArguments) -> TokenEndpointAuthMethod {
    match (arguments.public, arguments.auth) {
        (true, _) => TokenEndpointAuthMethod::None,
        (false, AuthMethodArgument::Basic) => TokenEndpointAuthMethod::ClientSecretBasic,
        (false, AuthMethodArgument::Post) => TokenEndpointAuthMethod::ClientSecretPost,
    }
}

/// The scope asked for, with what the catalog adds to every new client.
fn registered_scope(catalog: &Catalog, text: &str) -> Result<scope::Scope, Failure> {
    let asked = known_scope(catalog, text)?;
    let (mut set, _) = catalog.set_of(asked.iter());
    set = set.union(catalog.new_client());
    Ok(catalog.scope_of(&set))
}

fn optional_scope(
    catalog: &Catalog,
    optional: &str,
    registered: &str,
) -> Result<scope::Scope, Failure> {
    let optional = known_scope(catalog, optional)?;
    let registered = known_scope(catalog, registered)?;
    if let Some(stranger) = optional.iter().find(|name| !registered.contains(name)) {
        return Err(Failure::new(format!(
            "--optional names {stranger}, which is not in the registered scope"
        )));
    }
    Ok(optional)
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
    lines.push(super::approve::list(desk, realm, id).await?);
    Ok(lines.join("\n"))
}

async fn new_secret(desk: &Desk, realm: &str, id: &str) -> Result<String, Failure> {
    let mut client = desk.client(realm, id).await?;
    if client.client_type == ClientType::Public {
        return Err(Failure::new(format!(
            "{id} is a public client; it cannot keep a secret"
        )));
    }
    let secret = secret::generate(SecretKind::ClientSecret, desk.random_bytes());
    client.secrets = vec![secret.hash()];
    desk.store().update_client(&client).await.map_err(stored)?;
    Ok(format!(
        "{id} has a new secret, shown this once: {}",
        secret.expose()
    ))
}
