//! Real descriptions, counted a second time by other means.
//!
//! They belong to others and are no part of this repository. They are looked for in the folder
//! that `OPENAPI_DESCRIPTIONS` names, or beside the repository, where CI has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use authoring::{OnDisk, Options, Source, import};
use serde_json::{Map, Value};

use super::given::catalog_of;

/// Every description there is; none where nobody has them, which CI does not let pass.
pub fn descriptions() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
    let named = std::env::var_os("OPENAPI_DESCRIPTIONS").map(PathBuf::from);
    let folder = named.clone().unwrap_or(beside);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let must_be = named.is_some() || std::env::var_os("CI").is_some();
        assert!(
            !must_be,
            "there are no descriptions in {}: name their folder by OPENAPI_DESCRIPTIONS",
            folder.display()
        );
        return Vec::new();
    };
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 11, "{files:?}");
    files
}

/// By operation: its state, and its alternatives as sets.
type Counted = BTreeMap<String, (&'static str, BTreeSet<BTreeSet<String>>)>;

/// The same question, asked in another way: all of the file by serde, then by the letter.
fn counted(text: &str) -> Counted {
    let root: Value =
        serde_json::from_str(text).unwrap_or_else(|_| serde_saphyr::from_str(text).unwrap());
    let schemes = [
        &root["securityDefinitions"],
        &root["components"]["securitySchemes"],
    ];
    let schemes: Map<String, Value> = schemes
        .into_iter()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(key, own)| (key.clone(), own.clone()))
        .collect();
    let mut counted = Counted::new();
    for (path, item) in root["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !["get", "put", "post", "delete", "patch", "head", "options"]
                .contains(&method.as_str())
            {
                continue;
            }
            let own = operation.get("security").or_else(|| root.get("security"));
            let said = own.map_or(("unsaid", BTreeSet::new()), |own| of_list(own, &schemes));
            counted.insert(format!("{} {path}", method.to_uppercase()), said);
        }
    }
    counted
}

fn of_list(
    list: &Value,
    schemes: &Map<String, Value>,
) -> (&'static str, BTreeSet<BTreeSet<String>>) {
    let speaks_of_scopes = |key: &String| {
        let scheme = &schemes[key];
        let is_bearer = scheme["scheme"]
            .as_str()
            .is_some_and(|own| own.eq_ignore_ascii_case("bearer"));
        scheme["type"] == "oauth2" || scheme["type"] == "openIdConnect" || is_bearer
    };
    let mut lists = BTreeSet::new();
    let (mut any_token, mut others) = (false, false);
    for alternative in list.as_array().unwrap() {
        let alternative = alternative.as_object().unwrap();
        let fitting = alternative.iter().filter(|(key, _)| speaks_of_scopes(key));
        let names: BTreeSet<String> = fitting
            .clone()
            .flat_map(|(_, names)| {
                names
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap().to_owned())
            })
            .collect();
        if !names.is_empty() {
            lists.insert(names);
        } else if fitting.count() > 0 {
            any_token = true;
        } else if !alternative.is_empty() {
            others = true;
        }
    }
    let state = match (lists.is_empty(), any_token, others) {
        (false, ..) => "scopes",
        (true, true, _) => "any-token",
        (true, false, true) => "other-credentials",
        (true, false, false) => "public",
    };
    (state, lists)
}

#[test]
fn every_operation_is_counted_as_it_is() {
    for file in descriptions() {
        let expected = counted(&std::fs::read_to_string(&file).unwrap());
        let imported = import(std::slice::from_ref(&file), &Options::default(), &OnDisk).unwrap();
        let json = imported.report.json();
        let mut found = Counted::new();
        for own in json["operations"].as_array().unwrap() {
            let lists = own["scopes"].as_array().unwrap().iter().map(|list| {
                let names = list.as_array().unwrap().iter();
                names
                    .map(|name| name.as_str().unwrap().to_owned())
                    .collect()
            });
            let states = [
                "scopes",
                "any-token",
                "public",
                "other-credentials",
                "unsaid",
            ];
            let state = states
                .into_iter()
                .find(|state| own["state"] == *state)
                .unwrap();
            found.insert(
                own["operation"].as_str().unwrap().to_owned(),
                (state, lists.collect()),
            );
        }
        assert_eq!(found, expected, "{}", file.display());
        let names: BTreeSet<&String> = expected
            .values()
            .flat_map(|(_, lists)| lists.iter().flatten())
            .collect();
        let used: BTreeSet<&str> = json["scopes"]["used"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(
            used,
            names.iter().map(|name| name.as_str()).collect(),
            "{}",
            file.display()
        );
        if let Some(catalog) = &imported.catalog {
            catalog_of(catalog);
        }
    }
}

#[test]
fn each_of_them_becomes_a_catalog_with_the_options_its_report_names() {
    for file in descriptions() {
        let mut options = Options::default();
        options.propose = true;
        options.scopes_from = vec![Source::description("**Scope:** `{scope}`").unwrap()];
        let imported = import(std::slice::from_ref(&file), &options, &OnDisk).unwrap();
        let catalog = catalog_of(imported.catalog.as_deref().unwrap());
        assert!(!catalog.endpoints().is_empty(), "{}", file.display());
        if file.ends_with("bokio-company.yaml") {
            let used: BTreeSet<&str> = catalog
                .endpoints()
                .iter()
                .flat_map(|own| own.requirement.scopes())
                .collect();
            assert_eq!(used.len(), 12, "{used:?}");
        }
    }
}
