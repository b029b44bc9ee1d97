//! What providers and strangers hand to the import of descriptions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use authoring::{Allow, ExportOptions, Files, Imported, Options, Unreadable, export, import};
use scope::Catalog;
use scope::reference::Addresses;

const NAME: &str = "api.yaml";

/// One file, and nothing beside it.
struct One<'b>(&'b [u8]);

impl Files for One<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let is_own = path == Path::new(NAME);
        is_own
            .then(|| self.0.to_owned())
            .ok_or_else(|| "there is none".to_owned())
    }
}

/// A description that is read becomes a catalog without mistakes, in which only what says so is
/// open; what is exported into it again comes back.
pub fn description(bytes: &[u8]) {
    let mut options = Options::default();
    for propose in [false, true] {
        options.propose = propose;
        let imported = match read(bytes, &options) {
            Ok(imported) => imported,
            Err(unreadable) => return told(&unreadable),
        };
        let said = imported.report.text();
        assert!(said.len() <= 200_000 + 20 * bytes.len(), "{}", said.len());
        let Some(text) = imported.catalog else {
            continue;
        };
        let catalog = Catalog::parse(NAME, &text).unwrap();
        // The options keep public calls out.
        for endpoint in catalog.endpoints() {
            let needs = endpoint.requirement.to_string();
            assert!(!needs.contains("public"), "{endpoint:?}");
        }
        comes_back(bytes, &catalog);
    }
}

fn read(bytes: &[u8], options: &Options) -> Result<Imported, Unreadable> {
    import(&[PathBuf::from(NAME)], options, &One(bytes))
}

fn told(unreadable: &Unreadable) {
    assert!(!unreadable.what.is_empty() && !unreadable.help.is_empty());
    assert!(unreadable.to_string().len() <= 4_096, "{unreadable}");
    assert!(
        !unreadable.what.contains("a defect of the import"),
        "{unreadable}"
    );
}

/// What each call needs.
fn calls(catalog: &Catalog) -> BTreeMap<(String, String), String> {
    let endpoints = catalog.endpoints().iter();
    endpoints
        .map(|own| {
            (
                (own.method.to_string(), own.path.clone()),
                own.requirement.to_string(),
            )
        })
        .collect()
}

fn comes_back(bytes: &[u8], catalog: &Catalog) {
    let options = ExportOptions {
        addresses: Addresses::of("https://login.example.com", "https://api.example.com"),
        language: "en".to_owned(),
        is_plain: false,
        as_json: false,
    };
    let exported = match export(catalog, Some(Path::new(NAME)), &options, &One(bytes)) {
        Ok(exported) => exported,
        Err(unreadable) => return told(&unreadable),
    };
    let mut keep = Options::default();
    keep.public = Allow::Keep;
    let again = read(exported.description.as_bytes(), &keep).unwrap();
    // Operations that several paths share cannot say different things.
    if exported.report.json()["findings"]
        .to_string()
        .contains("\"shared\"")
    {
        return;
    }
    let again = Catalog::parse(NAME, &again.catalog.unwrap()).unwrap();
    assert_eq!(calls(&again), calls(catalog), "{}", exported.description);
}
