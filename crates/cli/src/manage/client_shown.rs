use oauth::grant::refresh_token::may_retry;
use oauth::model::{Client, ClientType, GrantType, StoredSecret, TokenFormat};
use realm::manage::Desk;
use scope::Scope;

use super::approve;
use crate::failure::Failure;

/// All that an app is registered as, a line each, with its secrets and approvals.
pub async fn show(desk: &Desk<'_>, id: &str) -> Result<String, Failure> {
    let client = desk.client(id).await?;
    let organisation = match client.organisation {
        Some(id) => {
            let found = desk.organisation_with(id).await?;
            found.map_or_else(|| id.to_string(), |found| found.slug)
        }
        None => String::from("none"),
    };
    let mut lines = registered(desk, &client, &organisation);
    lines.extend(client.secrets.iter().map(secret));
    if client.client_type == ClientType::Confidential && client.secrets.is_empty() {
        lines.push(String::from("secrets: none"));
    }
    lines.push(approve::list(desk, &client).await?);
    Ok(lines.join("\n"))
}

fn registered(desk: &Desk<'_>, client: &Client, organisation: &str) -> Vec<String> {
    let grant_types = client.grant_types.iter().copied().map(GrantType::as_str);
    let state = match client.status.stopped_since() {
        Some(since) => format!("{} since {since}", client.status.as_str()),
        None => client.status.as_str().to_owned(),
    };
    let format = match client.token_format_in(desk.catalog()) {
        TokenFormat::Opaque => "opaque",
        TokenFormat::Jwt => "jwt",
    };
    let retry = match may_retry(desk.catalog(), client) {
        true => "work until their successor is used",
        false => "work strictly once",
    };
    let pkce = match client.legacy_without_pkce {
        true => "may be left out",
        false => "required",
    };
    let verified = match client.verified {
        true => "verified",
        false => "not verified",
    };
    let client_type = match client.client_type {
        ClientType::Confidential => {
            format!("confidential, by {}", client.auth_method.as_str())
        }
        ClientType::Public => String::from("public"),
    };
    let mut lines = vec![
        format!("{} by {} ({verified})", client.name, client.maker),
        format!("version {}", client.version),
        format!("state: {state}"),
        format!("registered: {}", client.created_at),
        format!("kind: {}", client.kind),
        format!("type: {client_type}"),
        format!("grant types: {}", listed(grant_types, ", ")),
        format!(
            "redirect URIs: {}",
            listed(client.redirect_uris.iter().map(String::as_str), " ")
        ),
        format!("registered scope: {}", names(&client.registered_scope)),
        format!("of it optional: {}", names(&client.optional_scope)),
        format!("PKCE: {pkce}"),
        format!(
            "token format: {format}{}",
            chosen(client.token_format.is_some())
        ),
        format!(
            "refresh tokens: {retry}{}",
            chosen(client.refresh_retry.is_some())
        ),
        format!("organisation: {organisation}"),
    ];
    if let Some(audiences) = &client.introspects {
        let audiences = listed(audiences.iter().map(String::as_str), " ");
        lines.push(format!("introspects tokens for: {audiences}"));
    }
    if client.signs_in {
        lines.push(String::from("tells who signs in"));
    }
    lines
}

/// One of its secrets: what it is called by, and since when it works.
pub fn secret(secret: &StoredSecret) -> String {
    match secret.made_at {
        Some(made_at) => format!("secret {}: made {made_at}, without end", secret.name()),
        None => format!(
            "secret {}: made before dates were kept, without end",
            secret.name()
        ),
    }
}

fn chosen(is_own: bool) -> &'static str {
    match is_own {
        true => "",
        false => " (as the catalog says)",
    }
}

fn names(scope: &Scope) -> String {
    listed(scope.iter(), " ")
}

fn listed<'a>(names: impl Iterator<Item = &'a str>, between: &str) -> String {
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => String::from("none"),
        names => names.join(between),
    }
}
