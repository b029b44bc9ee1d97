//! `scopegate key`: what signs and seals a server's tokens.

use oauth::model::{KeyPurpose, KeyRecord, KeyUse, Timestamp};
use realm::manage::{Desk, RevokeKey, RotateKeys, wrap_keys};

use super::{Said, Server};
use crate::arguments::manage::{KeyCommand, KeyPurposeArgument};
use crate::failure::Failure;

/// Runs one command.
pub async fn run(server: &Server, command: &KeyCommand) -> Result<Said, Failure> {
    match command {
        KeyCommand::List { realm } => Ok(list(&server.desk(realm)?).await?.into()),
        KeyCommand::Rotate {
            realm,
            purpose,
            now,
        } => Ok(rotate(server, realm, *purpose, *now).await?.into()),
        KeyCommand::Revoke { realm, key, yes } => revoke(server, realm, key, *yes).await,
        KeyCommand::Seal => Ok(seal(server).await?.into()),
    }
}

/// The realm's keys, one a line; no master key is needed for that.
async fn list(desk: &Desk<'_>) -> Result<String, Failure> {
    let keys = desk.keys().await?;
    if keys.is_empty() {
        return Ok(String::from(
            "no keys yet; the server makes them when it starts.",
        ));
    }
    let now = desk.now();
    let lines: Vec<_> = keys.iter().map(|key| line(key, now)).collect();
    Ok(lines.join("\n"))
}

fn line(key: &KeyRecord, now: Timestamp) -> String {
    let purpose = match key.purpose {
        KeyPurpose::SignEs256 => "signs ES256",
        KeyPurpose::SignEdDsa => "signs EdDSA",
        KeyPurpose::SignRs256 => "signs RS256",
        KeyPurpose::SealToken => "seals",
    };
    let state = match key.retired_at {
        Some(end) if end <= now => format!("retired {end}"),
        Some(end) => format!("used until {end}"),
        None if key.created_at > now => format!("published, used from {}", key.created_at),
        None => format!("used since {}", key.created_at),
    };
    let stored = match key.wrapped_by() {
        Some(master) => format!("wrapped by master key {master}"),
        None => String::from("in the clear"),
    };
    format!("{}: {purpose}, {state}, {stored}", key.id)
}

async fn rotate(
    server: &Server,
    realm: &str,
    purpose: Option<KeyPurposeArgument>,
    at_once: bool,
) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let settings = server.key_settings()?;
    let uses = match purpose {
        None => &KeyUse::ALL[..],
        Some(KeyPurposeArgument::Sign) => &[KeyUse::Sign],
        Some(KeyPurposeArgument::Seal) => &[KeyUse::Seal],
    };
    let command = RotateKeys { uses, at_once };
    let made = desk.rotate_keys(server.operator(), &settings, command);
    let said: Vec<_> = made
        .await?
        .iter()
        .map(|made| match made {
            Some(key) => line(key, desk.now()),
            None => String::from("somebody else replaced the key at this moment; nothing done."),
        })
        .collect();
    Ok(said.join("\n"))
}

/// Takes a key away for good.
async fn revoke(server: &Server, realm: &str, id: &str, yes: bool) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let key = desk.key(id).await?;
    if !yes {
        return Ok(Said::not_so(format!(
            "nothing done yet. {} Give --yes to do it.",
            consequences(realm, &key)
        )));
    }
    let command = RevokeKey { key: id.to_owned() };
    let settings = server.key_settings()?;
    let revoked = desk.revoke_key(server.operator(), &settings, command);
    let in_place = revoked.await?.in_place;
    let mut said = vec![format!("{id} is revoked: its access tokens work nowhere.")];
    said.extend(in_place.map(|key| line(&key, desk.now())));
    Ok(said.join("\n").into())
}

fn consequences(realm: &str, key: &KeyRecord) -> String {
    let (made, beyond) = match key.purpose.key_use() {
        KeyUse::Sign => (
            "signed",
            " APIs that verify them by the published keys follow when they next read these, \
             within five minutes if they keep to the answer's max-age.",
        ),
        KeyUse::Seal => ("sealed", ""),
    };
    format!(
        "Revoking {} of realm {realm} ends every access token it {made}, within a second on \
         every node.{beyond} Grants and refresh tokens stay: apps get new access tokens by \
         refreshing. If it is the current key, another takes its place at once.",
        key.id
    )
}

/// Wraps every key of every realm anew. When one of them cannot be opened, none is touched.
async fn seal(server: &Server) -> Result<String, Failure> {
    let settings = server.key_settings()?;
    let desks: Result<Vec<_>, _> = server.realms().map(|realm| server.desk(realm)).collect();
    let wrapped = wrap_keys(&desks?, server.operator(), &settings).await?;
    let master = settings.master_keys.first().unwrap_or_default();
    let mut said = format!(
        "{} keys changed; every key of its realms is now wrapped by master key {master}.",
        wrapped.changed
    );
    if !wrapped.in_the_clear.is_empty() {
        let keys = wrapped.in_the_clear.iter();
        let keys: Vec<_> = keys
            .map(|(realm, key)| format!("{key} of realm {realm}"))
            .collect();
        said.push_str(&format!(
            "\nThese lay in the clear: {}. Copies of the database from before still show them; \
             `scopegate key revoke` ends what they are good for.",
            keys.join(", ")
        ));
    }
    Ok(said)
}
