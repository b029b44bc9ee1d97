//! `[keys]`: what signs and seals tokens, how long, and what wraps it in the database.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oauth::token::MasterKeys;
use realm::keys::{KeySettings, SigningAlgorithm};
use scope::Mistakes;
use toml::de::DeTable;

use super::section::Section;
use super::tables;
use super::value::duration;
use crate::failure::Failure;
use crate::input;

/// Where master keys stand when they are in the environment.
pub const MASTER_KEY: &str = "SCOPEGATE_MASTER_KEY";
const DAY: Duration = Duration::from_secs(86_400);
/// A key is published for ten minutes before it is used; much less than this could not follow.
const LEAST_AGE: Duration = Duration::from_secs(3_600);

/// The keys of all realms.
#[derive(Debug)]
pub struct Keys {
    algorithm: SigningAlgorithm,
    rotate_signing_every: Duration,
    rotate_sealing_every: Duration,
    master_key_file: Option<PathBuf>,
}

impl Keys {
    /// With the master keys, from the file or the environment.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, what is no master key, and keys in both places.
    pub fn settings(&self) -> Result<KeySettings, Failure> {
        Ok(KeySettings {
            algorithm: self.algorithm,
            of_realms: BTreeMap::new(),
            rotate_signing_every: self.rotate_signing_every,
            rotate_sealing_every: self.rotate_sealing_every,
            master_keys: self.master_keys()?,
        })
    }

    fn master_keys(&self) -> Result<MasterKeys, Failure> {
        let given = std::env::var_os(MASTER_KEY).filter(|text| !text.is_empty());
        match (given, &self.master_key_file) {
            (None, None) => Ok(MasterKeys::default()),
            (Some(_), Some(file)) => Err(Failure::new(format!(
                "master keys are in {MASTER_KEY} and in {}; unset the variable, or remove \
                 `master_key_file`",
                file.display()
            ))),
            (Some(text), None) => {
                MasterKeys::parse(&text.to_string_lossy()).map_err(Failure::while_doing(MASTER_KEY))
            }
            (None, Some(file)) => {
                let text = input::read(file).map_err(Failure::while_doing(format!(
                    "cannot read the master key file {}",
                    file.display()
                )))?;
                MasterKeys::parse(&text).map_err(Failure::while_doing(file.display().to_string()))
            }
        }
    }
}

/// Reads the table; without it, every default.
pub fn keys(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<Keys> {
    let nothing = DeTable::new();
    let section = if top.has(&tables::KEYS_TABLE) {
        top.table(&tables::KEYS_TABLE, &tables::KEYS, m)?
    } else {
        Section::new(&tables::KEYS, &nothing, 0..0, m)
    };
    let algorithm = section.value(&tables::ALGORITHM, m, algorithm);
    let signing = section.value(&tables::ROTATE_SIGNING_EVERY, m, age);
    let sealing = section.value(&tables::ROTATE_SEALING_EVERY, m, age);
    let file = section.value(&tables::MASTER_KEY_FILE, m, |name| Ok(folder.join(name)));
    Some(Keys {
        algorithm: algorithm?,
        rotate_signing_every: signing?,
        rotate_sealing_every: sealing?,
        master_key_file: file,
    })
}

/// How JWTs are signed, by its name in RFC 7518.
pub fn algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    match text {
        "ES256" => Ok(SigningAlgorithm::Es256),
        "EdDSA" => Ok(SigningAlgorithm::EdDsa),
        "RS256" => Ok(SigningAlgorithm::Rs256),
        other => Err(format!("{other:?} is not known")),
    }
}

/// Whole days, or a duration as elsewhere.
fn age(text: &str) -> Result<Duration, String> {
    let days = text.strip_suffix('d').map(str::parse::<u32>);
    let age = match days {
        Some(Ok(days)) => DAY.saturating_mul(days),
        _ => duration(text)?,
    };
    if age < LEAST_AGE {
        return Err("a key needs an hour at least".to_owned());
    }
    Ok(age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_days_or_durations() {
        assert_eq!(age("90d"), Ok(90 * DAY));
        assert_eq!(age("36h"), Ok(DAY + DAY / 2));
        assert_eq!(age("1h"), Ok(LEAST_AGE));
        for wrong in ["0d", "59m", "-1d", "d", "90", "1 month"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
