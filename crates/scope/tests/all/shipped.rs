//! The shipped catalogs are free of mistakes, and every decision case holds.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use scope::Catalog;
use scope::cases::CaseFile;
use scope::reference::Addresses;

use crate::small_catalog::SmallCatalog;

#[path = "../../examples/check.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod check;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|ext| ext == "toml"))
        .collect();
    files.sort();
    files
}

fn catalog(path: &Path) -> Catalog {
    let name = path.file_name().unwrap().to_str().unwrap();
    Catalog::parse(name, &fs::read_to_string(path).unwrap())
        .unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn shipped_catalogs_are_free_of_mistakes() {
    let catalogs: Vec<Catalog> = files("../../catalogs")
        .iter()
        .map(|path| catalog(path))
        .collect();
    assert_eq!(catalogs.len(), 4);
    for catalog in catalogs {
        assert!(!catalog.endpoints().is_empty(), "{}", catalog.id());
    }
}

/// The consent page shows what a level's description says.
#[test]
fn what_deletes_says_so_in_every_language() {
    const WORDS: [&str; 13] = [
        "delet",
        "remov",
        "disconnect",
        "withdraw",
        "lösch",
        "entfern",
        "trenn",
        "zurücknehm",
        "supprim",
        "elimin",
        "cancell",
        "radera",
        "ta bort",
    ];
    let mut silent = Vec::new();
    let mut deleting = 0;
    for catalog in files("../../catalogs").iter().map(|path| catalog(path)) {
        for definition in catalog.scopes() {
            let id = catalog.find(&definition.name).unwrap();
            if !catalog.deletes(id) {
                let text = definition.description.get("en").to_lowercase();
                let says = text.contains("delete") || text.contains("remove");
                assert!(!says, "{}: {text}", definition.name);
                continue;
            }
            deleting += 1;
            for language in catalog.languages() {
                let text = definition.description.get(language).to_lowercase();
                if !WORDS.iter().any(|word| text.contains(word)) {
                    silent.push(format!("{language} {}: {text}", definition.name));
                }
            }
        }
    }
    assert!(deleting > 20, "{deleting}");
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn every_scope_says_its_risk_and_one_that_brings_another_says_no_less() {
    for catalog in files("../../catalogs").iter().map(|path| catalog(path)) {
        let risk = |name: &str| {
            let scope = catalog.scope(catalog.find(name).unwrap()).unwrap();
            let risk = scope.risk.as_ref();
            risk.unwrap_or_else(|| panic!("{} {name}", catalog.id()))
                .level
        };
        for scope in catalog.scopes() {
            let own = risk(&scope.name);
            assert!(
                scope.implies.iter().all(|brought| risk(brought) <= own),
                "{}",
                scope.name
            );
            assert!(!scope.money || own >= 4, "{} moves money", scope.name);
        }
    }
}

#[test]
fn deleting_belongs_to_the_scope_that_writes() {
    let bexio = catalog(Path::new("../../catalogs/bexio.toml"));
    let deletes = |name: &str| bexio.deletes(bexio.find(name).unwrap());
    assert!(deletes("contact_edit") && deletes("kb_invoice_edit"));
    assert!(deletes("general") && !deletes("contact_show"));
    // Who ends a subscription to invoices deletes none.
    let freshbooks = catalog(Path::new("../../catalogs/freshbooks.toml"));
    let deletes = |name: &str| freshbooks.deletes(freshbooks.find(name).unwrap());
    assert!(deletes("user:projects:write") && !deletes("user:invoices:read"));
    // The document says so of every write scope, whatever calls are known.
    assert!(deletes("user:expenses:write") && bexio.deletes(bexio.find("lead_edit").unwrap()));
}

/// Unless deleting has a rule of its own there.
#[test]
fn a_rule_for_any_method_deletes_too() {
    let small = SmallCatalog::new("any")
        .action("read", "read")
        .action("write", "write")
        .resource("note", &["read", "write"])
        .resource("task", &["read", "write"])
        .resource("file", &["write"])
        .endpoint("/note", &[("any", "note:write"), ("get", "note:read")])
        .endpoint("/task", &[("any", "task:write"), ("delete", "file:write")])
        .parse();
    let deletes = |name: &str| small.deletes(small.find(name).unwrap());
    assert!(deletes("note:write") && deletes("file:write"));
    assert!(!deletes("note:read") && !deletes("task:write") && !deletes("task:read"));
}

#[test]
fn every_case_holds() {
    let mut failures = Vec::new();
    for path in files("cases") {
        let file = CaseFile::parse(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let catalog = catalog(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../catalogs")
                .join(format!("{}.toml", file.catalog)),
        );
        assert!(!file.cases.is_empty(), "{}", path.display());
        for case in &file.cases {
            if let Err(differences) = case.check(&catalog) {
                failures.push(format!(
                    "{}: {}\n    {}",
                    file.catalog,
                    case.name,
                    differences.join("\n    ")
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the format's documentation shows.
#[test]
fn every_example_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    for name in ["json-rpc", "graphql"] {
        let file = |end: &str| format!("{}/{name}{end}.toml", folder.display());
        let report = check::check(&file(""), Some(&file(".cases")));
        let report = report.unwrap_or_else(|report| panic!("{report}"));
        assert!(report.contains("cases hold"), "{report}");
    }
}

#[test]
fn case_names_are_unique_in_their_file() {
    for path in files("cases") {
        let file = CaseFile::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut names = BTreeSet::new();
        for case in &file.cases {
            assert!(
                names.insert(&case.name),
                "{}: `{}` twice",
                path.display(),
                case.name
            );
        }
    }
}

#[test]
fn every_scope_and_call_is_on_the_reference_page_in_every_language() {
    for path in files("../../catalogs") {
        let catalog = catalog(&path);
        for language in catalog.languages() {
            let addresses =
                Addresses::of("https://login.example.com/acme", "https://api.example.com");
            let page = scope::reference::markdown(&catalog, language, &addresses);
            let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what}: {page}"));
            assert!(place("/acme/oauth/authorize?response_type=code") < place("| `GET /"));
            for scope in catalog.scopes() {
                assert!(
                    page.contains(&format!("| `{}` |", scope.name)),
                    "{} {language} {}",
                    catalog.id(),
                    scope.name
                );
            }
            for endpoint in catalog.endpoints() {
                let call = format!("| `{} {}` |", endpoint.method, endpoint.path);
                assert!(page.contains(&call), "{} {language} {call}", catalog.id());
            }
        }
    }
}

#[test]
fn pages_of_the_reference_say_everything_once_and_are_bounded() {
    const MOST: usize = 6_000;
    let addresses = Addresses::of("https://login.example.com/acme", "https://api.example.com");
    for path in files("../../catalogs") {
        let catalog = catalog(&path);
        let pages = |most| scope::reference::pages(&catalog, "en", &addresses, most, ".md");
        let whole = pages(1_000_000);
        assert_eq!(whole.len(), 1);
        let one = scope::reference::markdown(&catalog, "en", &addresses);
        assert_eq!(whole[0].text, one);
        let parts = pages(MOST);
        let (index, behind) = parts.split_first().unwrap();
        for page in behind {
            // With its own heading.
            assert!(
                page.text.len() < MOST + 100,
                "{}: {}",
                page.name,
                page.text.len()
            );
            assert!(index.text.contains(&format!("({}.md)", page.name)));
        }
        let rows = |text: &str| -> Vec<String> {
            let rows = text.lines().filter(|line| line.starts_with("| `"));
            rows.map(str::to_owned).collect()
        };
        let parts: Vec<String> = parts.iter().flat_map(|page| rows(&page.text)).collect();
        let mut once = rows(&one);
        let mut said = parts;
        once.sort();
        said.sort();
        assert_eq!(said, once, "{}", catalog.id());
    }
}

/// A default that a catalog gains later, and what a scope brings from then on, are on new grants
/// only.
#[test]
fn what_was_granted_earlier_gains_nothing() {
    let catalog = catalog(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../catalogs/bexio.toml"
    )));
    let earlier = scope::Scope::parse("contact_edit").unwrap();
    let names = |granted: &scope::GrantedScope| catalog.names(granted.set()).join(" ");
    assert_eq!(
        names(&catalog.granted(&earlier)),
        "general contact_show contact_edit"
    );
    assert_eq!(names(&catalog.recorded(&earlier)), "contact_edit");
}

#[test]
fn the_example_says_that_a_catalog_is_right_and_what_is_wrong_with_another() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let (catalog, cases) = (
        format!("{folder}/../../catalogs/bokio.toml"),
        format!("{folder}/cases/bokio.toml"),
    );
    let report = check::check(&catalog, Some(&cases)).unwrap();
    assert!(report.contains("no mistakes"), "{report}");
    assert!(report.contains("cases hold"), "{report}");
    let broken = format!("{folder}/tests/broken/scopes.toml");
    let report = check::check(&broken, None).unwrap_err();
    assert!(report.contains("scopes.toml:"), "{report}");
}
