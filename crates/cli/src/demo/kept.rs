//! The catalog of a demo's own, kept beside its database: commands on it know the realm by it.

use std::io::{ErrorKind, Write};
use std::path::Path;

use scope::Catalog;
use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::input;
use crate::shipped;

/// The catalog's file in a demo's directory.
const CATALOG: &str = "catalog.toml";

/// Keeps the catalog of a demo that has but one, unless it is shipped: those are in the binary, and
/// commands know all of them, as a demo of all may have run there before.
pub fn keep<C: AsRef<Catalog>>(folder: &Path, catalogs: &[C]) -> Result<(), Failure> {
    let file = folder.join(CATALOG);
    let kept = match catalogs {
        [catalog] if !shipped::is_text(catalog.as_ref().source()) => {
            replace(folder, &file, catalog.as_ref().source())
        }
        _ => match std::fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    };
    kept.map_err(Failure::while_doing(format!(
        "cannot write {}",
        file.display()
    )))
}

/// Whoever reads meanwhile finds the whole old one or the whole new one.
fn replace(folder: &Path, file: &Path, text: &str) -> std::io::Result<()> {
    let mut whole = NamedTempFile::new_in(folder)?;
    whole.write_all(text.as_bytes())?;
    whole.persist(file)?;
    Ok(())
}

/// The catalogs of the demo that ran last on a directory.
pub fn catalogs(folder: &Path) -> Result<Vec<Catalog>, Failure> {
    let file = folder.join(CATALOG);
    let text = match input::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let shipped = shipped::CATALOGS.iter();
            return shipped.map(|(name, _)| shipped::catalog(name)).collect();
        }
        Err(error) => {
            let reading = format!("cannot read {}", file.display());
            return Err(Failure::while_doing(reading)(error));
        }
    };
    let catalog = Catalog::parse(&file.to_string_lossy(), &text)
        .map_err(|mistakes| Failure::new(format!("the catalog has mistakes\n{mistakes}")))?;
    Ok(vec![catalog])
}
