//! The shipped catalogs, with a call for each endpoint whose rule its path alone settles.

use std::path::Path;

use scope::{Access, ApiRequest, Catalog, Endpoint, decide};

use crate::Call;
use crate::held::Held;

/// Each catalog with its calls.
pub fn catalogs() -> Vec<(Catalog, Vec<Call>)> {
    ["bexio", "bokio", "freshbooks", "stora"]
        .into_iter()
        .map(|id| {
            let catalog = read(id);
            let held = Held::all_of(&catalog);
            let calls = calls(&catalog, &held.access());
            (catalog, calls)
        })
        .collect()
}

fn read(id: &str) -> Catalog {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../catalogs/{id}.toml"));
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", file.display()),
    };
    match Catalog::parse(&format!("{id}.toml"), &text) {
        Ok(catalog) => catalog,
        Err(mistakes) => panic!("{mistakes}"),
    }
}

fn calls(catalog: &Catalog, access: &Access<'_>) -> Vec<Call> {
    catalog
        .endpoints()
        .iter()
        .map(|endpoint| (endpoint.method.as_str().to_owned(), filled_in(endpoint)))
        // A path whose template must have one of some listed values is left out.
        .filter(|(method, path)| {
            decide(catalog, access, &ApiRequest::new(method, path)).is_permit()
        })
        .collect()
}

fn filled_in(endpoint: &Endpoint) -> String {
    endpoint
        .path
        .split('/')
        .skip(1)
        .map(|segment| {
            if segment.starts_with('{') {
                "4711"
            } else {
                segment
            }
        })
        .fold(String::new(), |path, segment| path + "/" + segment)
}
