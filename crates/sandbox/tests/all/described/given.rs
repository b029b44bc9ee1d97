//! Sandboxes of descriptions in memory.

use std::path::{Path, PathBuf};

use authoring::{Files, Options, import};
use scope::Catalog;

use crate::caller::Sandbox;

pub const LIBRARY: &str = include_str!("library.yaml");

struct One<'t>(&'t str);

impl Files for One<'_> {
    fn read(&self, _: &Path) -> Result<Vec<u8>, String> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// The sandbox of a description, with its catalog edited.
pub async fn sandbox_of(text: &str, edit: impl FnOnce(String) -> String) -> Sandbox {
    let files = [PathBuf::from("api.yaml")];
    let imported = import(&files, &Options::default(), &One(text)).unwrap();
    let catalog = edit(imported.catalog.unwrap());
    let catalog = Catalog::parse("api.toml", &catalog).unwrap_or_else(|said| panic!("{said}"));
    Sandbox::described(catalog, imported.description.unwrap()).await
}

pub async fn library() -> Sandbox {
    sandbox_of(LIBRARY, |catalog| catalog).await
}
