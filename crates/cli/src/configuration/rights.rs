//! Where it comes from what people may do.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use enforce::remote::Address;
use ipnet::IpNet;
use realm::rights::{remembered_for, valid_for, within};
use scope::Mistakes;

use super::key::Key;
use super::rights_tables as tables;
use super::section::Section;
use super::value::{duration, file, source};

/// As it is configured.
#[derive(Debug, Clone, Default)]
pub enum Rights {
    /// From roles.
    #[default]
    Stored,
    /// From the sign-in, for so long.
    Given(Duration),
    /// From a system that is asked.
    Asked(Box<AskedRights>),
}

/// How it is asked.
#[derive(Debug, Clone)]
pub struct AskedRights {
    /// Where it answers.
    pub address: Address,
    /// Holds what questions are signed with.
    pub secret_file: PathBuf,
    /// What the signature calls it.
    pub secret_name: String,
    /// For how long an answer counts.
    pub remembered_for: Duration,
    /// How long it may take.
    pub within: Duration,
    /// Whose people and organisations it knows; without it, those of the sign-in.
    pub source: Option<String>,
    /// Networks inside that it may be in.
    pub allow_addresses: Vec<IpNet>,
    /// Who vouches for it; without it, Mozilla's list.
    pub ca_certificate: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stored,
    Given,
    Asked,
}

/// The keys of one kind only.
const OF_KINDS: [(Kind, &str, &[&Key]); 2] = [
    (Kind::Given, "given", &[&tables::VALID_FOR]),
    (
        Kind::Asked,
        "asked",
        &[
            &tables::RIGHTS_URL,
            &tables::SECRET_FILE,
            &tables::SECRET_NAME,
            &tables::REMEMBERED_FOR,
            &tables::RIGHTS_TIMEOUT,
            &tables::RIGHTS_SOURCE,
            &tables::ALLOW_ADDRESSES,
            &tables::RIGHTS_CA,
        ],
    ),
];

/// Of a `[[realm]]`.
pub fn rights(realm: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<Rights> {
    if !realm.has(&tables::RIGHTS_TABLE) {
        return Some(Rights::Stored);
    }
    let section = realm.table(&tables::RIGHTS_TABLE, &tables::RIGHTS, m)?;
    let kind = section.value(&tables::RIGHTS_KIND, m, kind)?;
    for (own, name, keys) in OF_KINDS {
        for key in keys.iter().filter(|key| own != kind && section.has(key)) {
            m.at(
                &section.place_of(key),
                format!("`{}` is for `kind = \"{name}\"`", key.name),
                format!("remove it, or write `kind = \"{name}\"`"),
            );
        }
    }
    match kind {
        Kind::Stored => Some(Rights::Stored),
        Kind::Given => {
            let time = value_or(&section, &tables::VALID_FOR, "8h", m, |text| {
                valid_for(duration(text)?)
            })?;
            Some(Rights::Given(time))
        }
        Kind::Asked => asked(&section, folder, m).map(|asked| Rights::Asked(Box::new(asked))),
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    match text {
        "stored" => Ok(Kind::Stored),
        "given" => Ok(Kind::Given),
        "asked" => Ok(Kind::Asked),
        other => Err(format!("{other:?} is not known")),
    }
}

fn asked(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<AskedRights> {
    let before = m.mistakes().len();
    let address = section.value(&tables::RIGHTS_URL, m, |text| {
        Address::new(text).map_err(|error| error.to_string())
    });
    let secret_file = section.value(&tables::SECRET_FILE, m, |name| Ok(folder.join(name)));
    for (key, is_there) in [
        (&tables::RIGHTS_URL, section.has(&tables::RIGHTS_URL)),
        (&tables::SECRET_FILE, section.has(&tables::SECRET_FILE)),
    ] {
        if !is_there {
            m.at(
                &section.place_of(&tables::RIGHTS_KIND),
                format!(
                    "[realm.rights] with `kind = \"asked\"` has no `{}`",
                    key.name
                ),
                format!("add it, as in `{}`", key.example),
            );
        }
    }
    let text = |text: &str| Ok(text.to_owned());
    let secret_name = value_or(section, &tables::SECRET_NAME, "scopegate", m, text);
    let remembered_for = value_or(section, &tables::REMEMBERED_FOR, "30s", m, |text| {
        remembered_for(duration(text)?)
    });
    let within = value_or(section, &tables::RIGHTS_TIMEOUT, "2s", m, |text| {
        within(duration(text)?)
    });
    let source = section.value(&tables::RIGHTS_SOURCE, m, source);
    let allow_addresses = section.list(&tables::ALLOW_ADDRESSES, m, |text| {
        let network = text.parse::<IpNet>();
        let network = network.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| format!("{text:?} is no network or address"))
    });
    let ca_certificate = section.value(&tables::RIGHTS_CA, m, |name| file(folder, name));
    if m.mistakes().len() > before {
        return None;
    }
    Some(AskedRights {
        address: address?,
        secret_file: secret_file?,
        secret_name: secret_name?,
        remembered_for: remembered_for?,
        within: within?,
        source,
        allow_addresses,
        ca_certificate,
    })
}

/// What stands there, or what counts for this kind without it.
fn value_or<T>(
    section: &Section<'_>,
    key: &'static Key,
    absent: &str,
    m: &mut Mistakes,
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    match section.has(key) {
        true => section.value(key, m, read),
        false => read(absent).ok(),
    }
}
