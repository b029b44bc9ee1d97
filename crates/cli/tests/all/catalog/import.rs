//! `scopegate catalog import`: what it writes where, and with which exit status.

use std::path::{Path, PathBuf};

use crate::common::{Ran, root, scopegate};

fn example() -> String {
    root()
        .join("docs/examples/library.yaml")
        .display()
        .to_string()
}

/// Imports the example.
fn import(more: &[&str]) -> Ran {
    let example = example();
    let arguments = ["catalog", "import", example.as_str()];
    scopegate(arguments.iter().chain(more))
}

const CLEAN: &str = "openapi: 3.1.0
info: { title: Notes, version: '1' }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://x.example', scopes: { 'notes:read': See notes } } } }
paths:
  /notes: { get: { security: [{ oauth: ['notes:read'] }] } }
";

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn what_is_wrong_with_yaml_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), "api.yaml", "a: [b: c: d");
    let ran = scopegate(["catalog", "import", file.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let (_, why) = ran.err.split_once("it is no YAML: ").unwrap();
    assert!(why.starts_with(|own: char| own.is_alphabetic()), "{why}");
}

#[test]
fn what_it_writes_is_a_catalog_that_every_question_works_on() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = folder.path().join("library.toml");
    let catalog = catalog.to_str().unwrap();
    let ran = import(&["-o", catalog]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("Look at this first"), "{ran:?}");
    scopegate(["catalog", "check", catalog]).ok();
    scopegate(["catalog", "show", catalog]).ok();
    scopegate(["catalog", "docs", catalog]).ok();
    scopegate([
        "catalog",
        "explain",
        catalog,
        "books:read",
        "GET",
        "/v2/books/1",
    ])
    .ok();
    let denied = scopegate([
        "catalog",
        "explain",
        catalog,
        "books:read",
        "DELETE",
        "/v2/books/1",
    ]);
    assert_eq!(denied.code, 1, "{denied:?}");
    let again = import(&["-o", catalog]);
    again.wrong(&["is there already", "--update"]);
}

/// What the description says of bodies and answers is kept beside the catalog.
#[test]
fn the_description_is_kept_beside_the_catalog() {
    let folder = tempfile::tempdir().unwrap();
    let notes = file(folder.path(), "notes.yaml", CLEAN);
    let notes = notes.to_str().unwrap();
    let (catalog, beside) = (
        folder.path().join("my.notes.toml"),
        folder.path().join("my.notes.api.json"),
    );
    let catalog = catalog.to_str().unwrap();
    let import = |more: &[&str]| {
        let arguments = ["catalog", "import", notes];
        scopegate(arguments.iter().chain(more))
    };
    let ran = import(&["-o", catalog, "--no-schemas"]).ok();
    assert!(!beside.exists() && !ran.out.contains("api.json"), "{ran:?}");
    std::fs::remove_file(catalog).unwrap();
    let ran = import(&["-o", catalog]).ok();
    assert!(
        ran.out.contains("is in ") && ran.out.contains("my.notes.api.json"),
        "{ran:?}"
    );
    let kept = std::fs::read_to_string(&beside).unwrap();
    let read = scope::ApiDescription::parse("x", kept.as_bytes()).unwrap();
    assert_eq!(read.operations.len(), 1);
    // A newer description renews it, whatever was there.
    std::fs::write(&beside, "old").unwrap();
    import(&["--update", catalog]).ok();
    assert_eq!(std::fs::read_to_string(&beside).unwrap(), kept);
    std::fs::write(&beside, "old").unwrap();
    import(&["--update", catalog, "--no-schemas"]).ok();
    assert_eq!(std::fs::read_to_string(&beside).unwrap(), "old");
    // One that is left over is not overwritten, and nothing is written beside it.
    std::fs::remove_file(catalog).unwrap();
    import(&["-o", catalog]).wrong(&["my.notes.api.json", "is there already", "--no-schemas"]);
    assert!(!Path::new(catalog).exists());
}

/// It cannot be taken for a file that is written and needs a look.
#[test]
fn where_nothing_is_written_the_status_and_the_last_line_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let unnamed = file(
        folder.path(),
        "api.yaml",
        &CLEAN.replace("security: [{ oauth: ['notes:read'] }]", ""),
    );
    let unnamed = unnamed.to_str().unwrap();
    let catalog = folder.path().join("api.toml");
    let into = ["-o", catalog.to_str().unwrap()];
    for more in [&into[..], &[]] {
        let ran = scopegate(["catalog", "import", unnamed].iter().chain(more));
        let ran = ran.wrong(&[
            "nothing was written: no operation names a scope",
            "--propose",
        ]);
        let last = ran.err.lines().last().unwrap();
        assert!(
            last.starts_with("scopegate: nothing was written"),
            "{ran:?}"
        );
        let json = scopegate(["catalog", "import", unnamed, "--json"].iter().chain(more));
        assert_eq!(json.code, 2, "{json:?}");
        let json = json.json();
        assert!(
            json["nothing_written"]
                .as_str()
                .unwrap()
                .contains("--propose"),
            "{json}"
        );
    }
    assert!(!catalog.exists());
    let drafted = ["catalog", "import", unnamed, "--propose"];
    assert_eq!(scopegate(drafted.iter().chain(&into)).code, 1);
    assert!(catalog.exists());
    let none = scopegate(["catalog", "import", unnamed, "--update", into[1]]);
    none.wrong(&["nothing was written"]);
}

#[test]
fn without_a_file_the_catalog_goes_to_standard_output_alone() {
    let folder = tempfile::tempdir().unwrap();
    let notes = file(folder.path(), "notes.yaml", CLEAN);
    let ran = scopegate(["catalog", "import", notes.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let written = file(folder.path(), "notes.toml", &ran.out);
    scopegate(["catalog", "check", written.to_str().unwrap()]).ok();
    assert!(ran.err.contains("Nothing needs a look"), "{ran:?}");
}

#[test]
fn programs_get_every_operation() {
    let ran = import(&["--json"]);
    assert_eq!(ran.code, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["counts"]["operations"], 15);
    assert_eq!(json["counts"]["scopes"], 11);
    assert_eq!(json["operations"].as_array().unwrap().len(), 15);
    assert!(json["catalog"].as_str().unwrap().contains("[[endpoints]]"));
}

#[test]
fn every_option_is_obeyed() {
    let with = |options: &[&str]| import(options).out;
    assert!(with(&[]).contains("{ any_token = true }"));
    assert!(!with(&["--any-token", "deny"]).contains("any_token"));
    assert!(!with(&[]).contains("public = true"));
    assert!(with(&["--public", "keep"]).contains("{ public = true }"));
    assert!(with(&["--lists", "any"]).contains("{ any = [\"readers:read\", \"readers:write\"] }"));
    let some = with(&["--lists", "any:GET /readers", "--lists", "all:/readers/*"]);
    assert_eq!(
        some.matches("any = [\"readers:read\", \"readers:write\"]")
            .count(),
        1,
        "{some}"
    );
    assert!(with(&["--propose"]).contains("[resources.status.read]"));
    assert!(with(&["--fall-through"]).contains("path = \"/books/search\""));
    let found = with(&[
        "--scopes-from",
        "description",
        "Scope: {scope}",
        "--scopes-from",
        "extension",
        "x-scopes",
    ]);
    assert!(found.contains("[[endpoints]]"));
}

#[test]
fn questions_that_cannot_be_answered_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = file(folder.path(), "text.yaml", "hello");
    let text = text.to_str().unwrap();
    scopegate(["catalog", "import", text]).wrong(&["text.yaml", "no OpenAPI description", "help:"]);
    scopegate(["catalog", "import", "/nowhere/api.yaml"])
        .wrong(&["/nowhere/api.yaml", "cannot be read"]);
    import(&["--lists", "some"]).wrong(&["any"]);
    import(&["--scopes-from", "description", "("]).wrong(&["{scope}"]);
    import(&["--scopes-from", "prose", "x"]).wrong(&["extension"]);
    import(&["--update", "/nowhere.toml"]).wrong(&["/nowhere.toml"]);
}

#[test]
fn a_newer_description_is_taken_into_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let notes = file(folder.path(), "notes.yaml", CLEAN);
    let catalog = folder.path().join("notes.toml");
    let (notes, catalog) = (notes.to_str().unwrap(), catalog.to_str().unwrap());
    assert_eq!(
        scopegate(["catalog", "import", notes, "-o", catalog]).code,
        0
    );
    let before = std::fs::read_to_string(catalog).unwrap();
    assert_eq!(
        scopegate(["catalog", "import", notes, "--update", catalog]).code,
        0
    );
    assert_eq!(std::fs::read_to_string(catalog).unwrap(), before);
    let newer = format!(
        "{CLEAN}  /notes/{{id}}: {{ get: {{ security: [{{ oauth: ['notes:read'] }}] }} }}\n"
    );
    std::fs::write(notes, newer).unwrap();
    let ran = scopegate(["catalog", "import", notes, "--update", catalog]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("1 call is new and was added"), "{ran:?}");
    let after = std::fs::read_to_string(catalog).unwrap();
    assert!(
        after.starts_with(before.trim_end()) && after.contains("/notes/{id}"),
        "{after}"
    );
}
