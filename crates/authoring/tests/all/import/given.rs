//! Descriptions in memory, and what came of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use authoring::{Files, Imported, Options, Unreadable, import};
use scope::Catalog;
use serde_json::Value;

/// Files by name.
#[derive(Default)]
pub struct InMemory(pub HashMap<PathBuf, Vec<u8>>);

impl Files for InMemory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        self.0
            .get(path)
            .cloned()
            .ok_or_else(|| "no such file".to_owned())
    }
}

/// Imports the first of these files, which may refer to the others.
pub fn of_files(files: &[(&str, &str)], options: &Options) -> Result<Imported, Unreadable> {
    let known = files
        .iter()
        .map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec()));
    import(
        &[PathBuf::from(files[0].0)],
        options,
        &InMemory(known.collect()),
    )
}

/// Imports one YAML text; its catalog has no mistakes.
pub fn of_yaml(text: &str, options: &Options) -> Imported {
    let imported = of_files(&[("api.yaml", text)], options).unwrap();
    if let Some(catalog) = &imported.catalog {
        catalog_of(catalog);
    }
    imported
}

/// The compiled catalog.
pub fn catalog_of(text: &str) -> Catalog {
    Catalog::parse("api.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"))
}

/// What the catalog needs for a call, in words; nothing where it has no rule.
pub fn needs(imported: &Imported, method: &str, path: &str) -> Option<String> {
    let catalog = catalog_of(imported.catalog.as_deref()?);
    let mut endpoints = catalog.endpoints().iter();
    let endpoint = endpoints.find(|own| own.method.as_str() == method && own.path == path)?;
    Some(endpoint.requirement.to_string())
}

/// The subjects of the findings of a kind.
pub fn found(imported: &Imported, id: &str) -> Vec<String> {
    let json = imported.report.json();
    let findings = json["findings"].as_array().unwrap().iter();
    let own = findings.filter(|finding| finding["id"] == id);
    let places = own.flat_map(|finding| finding["where"].as_array().unwrap().clone());
    places
        .map(|place: Value| place["subject"].as_str().unwrap().to_owned())
        .collect()
}

/// An OpenAPI 3.0 text with usual schemes and these paths.
pub fn api(paths: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{ title: Example, version: '1' }}
servers: [{{ url: 'https://api.example.com/v1' }}]
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://example.com/authorize
          tokenUrl: https://example.com/token
          scopes:
            contacts.read: See your contacts
            contacts.write: Change your contacts
    oidc: {{ type: openIdConnect, openIdConnectUrl: 'https://example.com/' }}
    bearer: {{ type: http, scheme: Bearer }}
    key: {{ type: apiKey, in: header, name: X-Key }}
    basic: {{ type: http, scheme: basic }}
paths:
{paths}"
    )
}
