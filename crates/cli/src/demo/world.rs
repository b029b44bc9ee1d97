//! Which realms a demo has.

use std::path::PathBuf;

use authoring::{OnDisk, Options};
use scope::{ApiDescription, Catalog};

use super::own;
use super::sample::{self, SampleRealm};
use crate::arguments::DemoArguments;
use crate::failure::Failure;
use crate::shipped;

/// One realm of a demo.
pub struct World {
    pub catalog: Catalog,
    /// What its sandbox answers by, where that is known.
    pub description: Option<ApiDescription>,
    pub sample: SampleRealm,
}

/// The shipped ones; or the one that is asked for.
pub fn worlds(arguments: &DemoArguments) -> Result<Vec<World>, Failure> {
    let (catalog, description) = match (&arguments.catalog, arguments.openapi.as_slice()) {
        (Some(catalog), _) => (shipped::catalog(catalog)?, shipped::description(catalog)?),
        (None, []) => return shipped_worlds(),
        (None, files) => described(files)?,
    };
    let shipped = sample::realms()?.into_iter();
    let known = shipped.into_iter().find(|sample| {
        let is_shipped = arguments.catalog.as_deref() == Some(sample.id.as_str());
        is_shipped && sample.id == catalog.id()
    });
    let sample = known.unwrap_or_else(|| own::realm(&catalog));
    Ok(vec![World {
        catalog,
        description,
        sample,
    }])
}

fn shipped_worlds() -> Result<Vec<World>, Failure> {
    let samples = sample::realms()?.into_iter();
    samples
        .map(|sample| {
            let catalog = shipped::catalog(&sample.id)?;
            Ok(World {
                catalog,
                description: None,
                sample,
            })
        })
        .collect()
}

/// A catalog made of descriptions, as `catalog import` makes it; with proposed scopes where they
/// name none.
fn described(files: &[PathBuf]) -> Result<(Catalog, Option<ApiDescription>), Failure> {
    let mut options = Options::default();
    let read = |options: &Options| {
        authoring::import(files, options, &OnDisk)
            .map_err(|unreadable| Failure::new(unreadable.to_string()))
    };
    let mut imported = read(&options)?;
    if imported.catalog.is_none() || imported.report.names_no_scopes() {
        options.propose = true;
        imported = read(&options)?;
    }
    eprint!("{}", imported.report.summary());
    let text = imported
        .catalog
        .ok_or_else(|| Failure::new("the description has no operation that could be opened"))?;
    let catalog = Catalog::parse("the imported catalog", &text)
        .map_err(|mistakes| Failure::new(mistakes.to_string()))?;
    Ok((catalog, imported.description))
}
