use std::collections::BTreeMap;

use oauth::api_key::rules::{KeyWorth, WantedApiKey};
use oauth::model::{ApiKey, Timestamp, Uuid};
use realm::manage::{AddApiKey, Desk};
use serde_json::{Value, json};

use super::approve::midnight;
use super::{Said, Server, api_key_import, every, settled};
use crate::arguments::api_keys::{ApiKeyAddArguments, ApiKeyCommand};
use crate::failure::Failure;

/// Runs one command on API keys.
pub async fn run(server: &Server, command: &ApiKeyCommand) -> Result<Said, Failure> {
    match command {
        ApiKeyCommand::Add(arguments) => Ok(add(server, arguments).await?.into()),
        ApiKeyCommand::List {
            realm,
            client,
            json,
        } => {
            let desk = server.desk(realm)?;
            Ok(list(&desk, client.as_deref(), *json).await?.into())
        }
        ApiKeyCommand::Revoke { realm, key, json } => {
            let desk = server.desk(realm)?;
            let now = desk.revoke_api_key(server.operator(), key).await?;
            if *json {
                let places = Places::of(&desk, [&now.record]).await?;
                let told = told(&now.record, &places, desk.now());
                return Ok(told.to_string().into());
            }
            let ApiKey { name, client, .. } = &now.record;
            Ok(settled(
                &now,
                format!("The API key {name:?} of {client} works no more."),
            ))
        }
        ApiKeyCommand::Import(arguments) => {
            Ok(api_key_import::run(server, arguments).await?.into())
        }
    }
}

async fn add(server: &Server, arguments: &ApiKeyAddArguments) -> Result<String, Failure> {
    let ApiKeyAddArguments {
        realm,
        client,
        scope,
        organisation,
        name,
        api,
        sandbox,
        expires,
        sunset,
        json,
    } = arguments;
    let desk = server.desk(realm)?;
    let api = match sandbox {
        true => None,
        false => Some(server.api_name(realm, api.as_deref())?),
    };
    let day = |option: &str, day: &Option<String>| {
        let day = day.as_deref();
        day.map(|day| midnight(option, day)).transpose()
    };
    let command = AddApiKey {
        client: client.clone(),
        organisation: organisation.clone(),
        key: WantedApiKey {
            name: name.as_ref().unwrap_or(client).clone(),
            scope: scope.clone(),
            organisation: None,
            api,
            expires_at: day("--expires", expires)?,
            sunset_at: day("--sunset", sunset)?,
        },
    };
    let made = desk.add_api_key(server.operator(), command).await?;
    let secret = made.secret.expose();
    let places = Places::of(&desk, [&made.key]).await?;
    if *json {
        let mut told = told(&made.key, &places, desk.now());
        if let Value::Object(members) = &mut told {
            members.insert("key".to_owned(), json!(secret));
        }
        return Ok(told.to_string());
    }
    Ok(format!(
        "{client} has a new API key{}, {}, for {}. It is shown this once: {secret}",
        places
            .name(&made.key)
            .map_or_else(String::new, |name| format!(" for {name}")),
        made.key.id,
        made.key.scope,
    ))
}

async fn list(desk: &Desk<'_>, client: Option<&str>, json: bool) -> Result<String, Failure> {
    if let Some(client) = client {
        desk.client(client).await?;
    }
    let keys = every(async |page| desk.api_keys(client, page).await).await?;
    let places = Places::of(desk, &keys).await?;
    let now = desk.now();
    if json {
        let keys: Vec<Value> = keys.iter().map(|key| told(key, &places, now)).collect();
        return Ok(json!({ "realm": desk.realm(), "api_keys": keys }).to_string());
    }
    if keys.is_empty() {
        return Ok("no API keys.".to_owned());
    }
    let lines: Vec<String> = keys.iter().map(|key| line(key, &places, now)).collect();
    Ok(lines.join("\n"))
}

fn line(key: &ApiKey, places: &Places, now: Timestamp) -> String {
    let place = places.name(key);
    let place = place.map_or_else(String::new, |name| format!(" for {name}"));
    let worth = key.worth(now);
    let end = |word: &str, at: Option<Timestamp>| {
        at.map_or_else(String::new, |at| format!(", {word} {at}"))
    };
    let state = match worth {
        KeyWorth::Revoked => end("since", key.revoked_at),
        _ => end("ends", key.expires_at) + &end("sunset", key.sunset_at),
    };
    let used = match key.last_used_at {
        Some(at) => format!("last used {at}"),
        None => "not used yet".to_owned(),
    };
    let beginning = match key.beginning.as_str() {
        "" => String::new(),
        beginning => format!("  {beginning}…"),
    };
    format!(
        "{}  {}{place}  {}{beginning}  {:?}  {}{state}, {used}: {}",
        key.id,
        key.client,
        key.api.as_deref().unwrap_or("sandbox"),
        key.name,
        worth.as_str(),
        key.scope,
    )
}

/// A key as programs are told of it. Nothing of its hash is told.
pub fn told(key: &ApiKey, places: &Places, now: Timestamp) -> Value {
    json!({
        "id": key.id,
        "client": key.client,
        "organisation": places.name(key),
        "organisation_id": key.organisation,
        "api": key.api,
        "sandbox": key.api.is_none(),
        "name": key.name,
        "beginning": key.beginning,
        "kept_as": key.hash.kind(),
        "scope": key.scope.to_string(),
        "status": key.worth(now).as_str(),
        "created": key.created_at,
        "expires": key.expires_at,
        "sunset": key.sunset_at,
        "revoked": key.revoked_at,
        "last_used": key.last_used_at,
    })
}

/// The short names of the organisations of keys.
pub struct Places(BTreeMap<Uuid, String>);

impl Places {
    /// Those of these keys that are there.
    pub async fn of<'k>(
        desk: &Desk<'_>,
        keys: impl IntoIterator<Item = &'k ApiKey>,
    ) -> Result<Self, Failure> {
        let mut names = BTreeMap::new();
        for id in keys.into_iter().filter_map(|key| key.organisation) {
            if names.contains_key(&id) {
                continue;
            }
            if let Some(found) = desk.organisation_with(id).await? {
                names.insert(id, found.slug);
            }
        }
        Ok(Self(names))
    }

    fn name(&self, key: &ApiKey) -> Option<&str> {
        let id = key.organisation?;
        self.0.get(&id).map(String::as_str)
    }
}
