//! The catalogs inside the binary.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use scope::{ApiDescription, Catalog};

use crate::failure::Failure;
use crate::input;

/// Name and text of each shipped catalog.
pub const CATALOGS: [(&str, &str); 4] = [
    ("bexio", include_str!("../../../catalogs/bexio.toml")),
    ("bokio", include_str!("../../../catalogs/bokio.toml")),
    (
        "freshbooks",
        include_str!("../../../catalogs/freshbooks.toml"),
    ),
    ("stora", include_str!("../../../catalogs/stora.toml")),
];

/// The text of a catalog, with the name its mistakes are reported under: a shipped
/// catalog's name, or else a file.
pub fn text_of(name_or_file: &str) -> Result<(String, String), Failure> {
    if let Some((name, text)) = CATALOGS.iter().find(|(name, _)| *name == name_or_file) {
        return Ok((format!("{name}.toml"), (*text).to_owned()));
    }
    let path = Path::new(name_or_file);
    if !path.exists() {
        let names: Vec<_> = CATALOGS.iter().map(|(name, _)| *name).collect();
        return Err(Failure::new(format!(
            "there is no catalog or file {name_or_file:?}; give the path of a catalog file or one of {}",
            names.join(", ")
        )));
    }
    let text = input::file(path)?;
    Ok((name_or_file.to_owned(), text))
}

/// Is this the text of a shipped catalog?
pub fn is_text(text: &str) -> bool {
    CATALOGS.iter().any(|(_, shipped)| *shipped == text)
}

/// Is it one of the shipped ones, and no file?
pub fn is_shipped(name_or_file: &str) -> bool {
    CATALOGS.iter().any(|(name, _)| *name == name_or_file)
}

/// A catalog by name or file; its mistakes are a failure.
pub fn catalog(name_or_file: &str) -> Result<Catalog, Failure> {
    let (name, text) = text_of(name_or_file)?;
    Catalog::parse(&name, &text)
        .map_err(|mistakes| Failure::new(format!("the catalog has mistakes\n{mistakes}")))
}

/// Where the description of a catalog's API is: `my-api.api.json` beside `my-api.toml`.
pub fn description_file(catalog: &Path) -> PathBuf {
    catalog.with_extension("api.json")
}

/// The description beside a catalog's file, where there is one; a shipped catalog has none.
pub fn description(name_or_file: &str) -> Result<Option<ApiDescription>, Failure> {
    if CATALOGS.iter().any(|(name, _)| *name == name_or_file) {
        return Ok(None);
    }
    let file = description_file(Path::new(name_or_file));
    let name = file.display().to_string();
    let bytes = match input::file_bytes(&file, ApiDescription::MOST_BYTES as u64) {
        // A link that leads nowhere is there, and no description.
        Err(error) if error.kind() == ErrorKind::NotFound && file.symlink_metadata().is_err() => {
            return Ok(None);
        }
        read => read.map_err(Failure::while_doing(format!("cannot read {name}")))?,
    };
    let read = ApiDescription::parse(&name, &bytes);
    read.map(Some)
        .map_err(|error| Failure::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_description_that_is_a_link_to_nowhere_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = folder.path().join("my-api.toml");
        let name = catalog.to_str().unwrap();
        assert!(description(name).unwrap().is_none());
        std::os::unix::fs::symlink("nowhere.json", description_file(&catalog)).unwrap();
        assert!(description(name).is_err());
    }
}
