//! `scopegate key`: what signs and seals a server's tokens.

use oauth::model::{KeyPurpose, KeyRecord, KeyRevocation, KeyUse, Timestamp};
use realm::keys::StoredKeys;
use realm::{SystemClock, SystemRandom};

use super::{Desk, stored};
use crate::arguments::{KeyCommand, KeyPurposeArgument};
use crate::configuration::MASTER_KEY;
use crate::failure::Failure;

/// Runs one command.
pub async fn run(desk: &Desk, command: &KeyCommand) -> Result<String, Failure> {
    match command {
        KeyCommand::List { realm } => list(desk, realm).await,
        KeyCommand::Rotate {
            realm,
            purpose,
            now,
        } => rotate(desk, realm, *purpose, *now).await,
        KeyCommand::Revoke { realm, key, yes } => revoke(desk, realm, key, *yes).await,
        KeyCommand::Seal => seal(desk).await,
    }
}

/// The realm's keys, one a line; no master key is needed for that.
async fn list(desk: &Desk, realm: &str) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let keys = desk.store().keys(realm).await.map_err(stored)?;
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
    desk: &Desk,
    realm: &str,
    purpose: Option<KeyPurposeArgument>,
    at_once: bool,
) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let settings = desk.key_settings()?;
    let clock = SystemClock::new();
    let keys = StoredKeys::new(desk.store(), &clock, &SystemRandom, &settings);
    let begins = if at_once { desk.now() } else { keys.soon() };
    let uses = match purpose {
        None => &KeyUse::ALL[..],
        Some(KeyPurposeArgument::Sign) => &[KeyUse::Sign],
        Some(KeyPurposeArgument::Seal) => &[KeyUse::Seal],
    };
    let mut said = Vec::new();
    for key_use in uses {
        let made = keys.rotate(realm, *key_use, begins).await;
        let made = made.map_err(|error| Failure::new(error.to_string()))?;
        said.push(match made {
            Some(key) => line(&key, desk.now()),
            None => String::from("somebody else replaced the key at this moment; nothing done."),
        });
    }
    Ok(said.join("\n"))
}

/// Takes a key away for good.
async fn revoke(desk: &Desk, realm: &str, id: &str, yes: bool) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let found = |keys: Vec<KeyRecord>| keys.into_iter().find(|key| key.id == id);
    let unknown = || {
        Failure::new(format!(
            "realm {realm} has no key {id:?}; `scopegate key list {realm}` lists them"
        ))
    };
    let key = found(desk.store().keys(realm).await.map_err(stored)?).ok_or_else(unknown)?;
    if !yes {
        return Err(Failure::new(format!(
            "nothing done yet. {} With --yes it is done.",
            consequences(realm, &key)
        )));
    }
    let settings = desk.key_settings()?;
    let clock = SystemClock::new();
    let keys = StoredKeys::new(desk.store(), &clock, &SystemRandom, &settings);
    let revoked = keys.revoke(realm, id).await;
    if revoked.map_err(|error| Failure::new(error.to_string()))? == KeyRevocation::Unknown {
        return Err(unknown());
    }
    let now = desk.now();
    let left = desk.store().keys(realm).await.map_err(stored)?;
    let in_place = left
        .iter()
        .find(|left| left.purpose.key_use() == key.purpose.key_use() && left.retired_at.is_none());
    let mut said = vec![format!("{id} is revoked: its access tokens work nowhere.")];
    said.extend(in_place.map(|key| line(key, now)));
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
async fn seal(desk: &Desk) -> Result<String, Failure> {
    let settings = desk.key_settings()?;
    let Some(master) = settings.master_keys.first() else {
        return Err(Failure::new(format!(
            "there is no master key to wrap keys by; give one in {MASTER_KEY} or in the file \
             that `master_key_file` in [keys] names (`openssl rand -base64 32` makes one)"
        )));
    };
    let clock = SystemClock::new();
    let keys = StoredKeys::new(desk.store(), &clock, &SystemRandom, &settings);
    let failed = |error: realm::keys::KeysError| Failure::new(error.to_string());
    let mut in_the_clear = Vec::new();
    for realm in desk.realms() {
        let found = keys.not_wrapped(realm).await.map_err(failed)?;
        let clear = found.iter().filter(|key| key.wrapped_by().is_none());
        in_the_clear.extend(clear.map(|key| format!("{} of realm {realm}", key.id)));
    }
    let mut wrapped = 0;
    for realm in desk.realms() {
        wrapped += keys.wrap(realm).await.map_err(failed)?;
    }
    let mut said =
        format!("{wrapped} keys changed; every key is now wrapped by master key {master}.");
    if !in_the_clear.is_empty() {
        said.push_str(&format!(
            "\nThese lay in the clear: {}. Copies of the database from before still show them; \
             `scopegate key revoke` ends what they are good for.",
            in_the_clear.join(", ")
        ));
    }
    Ok(said)
}
