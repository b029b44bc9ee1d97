//! `scopegate key`: what signs and seals a server's tokens.

use oauth::model::{KeyPurpose, KeyRecord, KeyUse, Timestamp};
use server::keys::StoredKeys;
use server::{SystemClock, SystemRandom};

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
    let failed = |error: server::keys::KeysError| Failure::new(error.to_string());
    for realm in desk.realms() {
        keys.list(realm).await.map_err(failed)?;
    }
    let mut wrapped = 0;
    for realm in desk.realms() {
        wrapped += keys.wrap(realm).await.map_err(failed)?;
    }
    Ok(format!(
        "{wrapped} keys changed; every key is now wrapped by master key {master}."
    ))
}
