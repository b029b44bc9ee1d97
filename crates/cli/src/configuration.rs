//! `scopegate.toml`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;

/// A server's configuration. Unknown keys are mistakes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Where to listen.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Where people and apps reach this server: scheme, host and port. Issuers begin with it.
    pub base_url: String,
    /// The SQLite file; made when it is not there. Relative to the configuration file.
    pub database: PathBuf,
    /// The realms.
    #[serde(rename = "realm")]
    pub realms: Vec<RealmConfiguration>,
}

/// One realm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealmConfiguration {
    /// A shipped catalog's name, or a file relative to the configuration file.
    pub catalog: String,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

impl Configuration {
    /// Reads a configuration file. Its relative paths come back as paths from here.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(Failure::while_doing(format!(
            "cannot read the configuration {} (give another with --config)",
            path.display()
        )))?;
        let mut configuration: Self =
            toml::from_str(&text).map_err(Failure::while_doing(format!("{}", path.display())))?;
        if configuration.realms.is_empty() {
            return Err(Failure::new(format!(
                "{}: there is no [[realm]]; add one with its catalog",
                path.display()
            )));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        configuration.database = folder.join(&configuration.database);
        for realm in &mut configuration.realms {
            let file = folder.join(&realm.catalog);
            if file.exists() {
                realm.catalog = file.to_string_lossy().into_owned();
            }
        }
        Ok(configuration)
    }
}
