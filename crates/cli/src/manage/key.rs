//! `scopegate key`: what signs and seals a server's tokens.

use oauth::model::{KeyPurpose, KeyRecord, KeyUse, Timestamp};
use realm::manage::{Desk, RevokeKey, RotateKeys};

use super::Server;
use crate::arguments::manage::{KeyCommand, KeyPurposeArgument};
use crate::configuration::MASTER_KEY;
use crate::failure::Failure;

/// Runs one command.
pub async fn run(server: &Server, command: &KeyCommand) -> Result<String, Failure> {
    match command {
        KeyCommand::List { realm } => list(&server.desk(realm)?).await,
        KeyCommand::Rotate {
            realm,
            purpose,
            now,
        } => rotate(server, realm, *purpose, *now).await,
        KeyCommand::Revoke { realm, key, yes } => revoke(server, realm, key, *yes).await,
        KeyCommand::Seal => seal(server).await,
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
async fn revoke(server: &Server, realm: &str, id: &str, yes: bool) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let key = desk.key(id).await?;
    if !yes {
        return Err(Failure::new(format!(
            "nothing done yet. {} With --yes it is done.",
            consequences(realm, &key)
        )));
    }
    let command = RevokeKey { key: id.to_owned() };
    let settings = server.key_settings()?;
    let revoked = desk.revoke_key(server.operator(), &settings, command);
    let in_place = revoked.await?.in_place;
    let mut said = vec![format!("{id} is revoked: its access tokens work nowhere.")];
    said.extend(in_place.map(|key| line(&key, desk.now())));
    Ok(said.join("\n"))
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
    let Some(master) = settings.master_keys.first() else {
        return Err(Failure::new(format!(
            "there is no master key to wrap keys by; give one in {MASTER_KEY} or in the file \
             that `master_key_file` in [keys] names (`openssl rand -base64 32` makes one)"
        )));
    };
    let mut in_the_clear = Vec::new();
    for realm in server.realms() {
        let found = server.desk(realm)?.keys_not_wrapped(&settings).await?;
        let clear = found.iter().filter(|key| key.wrapped_by().is_none());
        in_the_clear.extend(clear.map(|key| format!("{} of realm {realm}", key.id)));
    }
    let mut wrapped = 0;
    for realm in server.realms() {
        let desk = server.desk(realm)?;
        wrapped += desk.wrap_keys(server.operator(), &settings).await?;
    }
    let mut said = format!(
        "{wrapped} keys changed; every key of its realms is now wrapped by master key {master}."
    );
    if !in_the_clear.is_empty() {
        said.push_str(&format!(
            "\nThese lay in the clear: {}. Copies of the database from before still show them; \
             `scopegate key revoke` ends what they are good for.",
            in_the_clear.join(", ")
        ));
    }
    Ok(said)
}
