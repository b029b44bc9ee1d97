//! `scopegate catalog new`, `lint` and `texts`: what they write, print and end with.

use std::path::Path;

use crate::common::scopegate;

/// A new catalog in a folder.
fn new(folder: &Path) -> String {
    let file = folder.join("my-api.toml").display().to_string();
    scopegate(["catalog", "new", "my-api", "-o", &file]).ok();
    file
}

#[test]
fn a_new_catalog_is_sound_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = new(folder.path());
    scopegate(["catalog", "check", &catalog]).ok();
    let lint = scopegate(["catalog", "lint", &catalog, "--deny", "all"]);
    assert_eq!(lint.ok().out.trim(), format!("{catalog}: nothing found."));
    scopegate(["catalog", "new", "my-api", "-o", &catalog]).wrong(&["is there already"]);
    scopegate(["catalog", "new", "My API"]).wrong(&["small letters, digits and `-`"]);
}

#[test]
fn lint_fails_for_what_is_denied_only() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = new(folder.path());
    let text = std::fs::read_to_string(&catalog).unwrap();
    let open = text.replacen("get = \"contacts:read\"", "get = { any_token = true }", 1);
    std::fs::write(&catalog, open).unwrap();

    let told = "warning [endpoint-without-scope] GET /v1/contacts: it is open to any token";
    let ran = scopegate(["catalog", "lint", &catalog]);
    assert!(ran.out.contains(told), "{ran:?}");
    let ran = scopegate(["catalog", "lint", &catalog, "--deny", "missing-text"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for denied in ["warnings", "all", "endpoint-without-scope"] {
        let ran = scopegate(["catalog", "lint", &catalog, "--deny", denied]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(
            ran.out.contains("denied [endpoint-without-scope]"),
            "{ran:?}"
        );
    }
    let ran = scopegate(["catalog", "lint", &catalog, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.ok().out).unwrap();
    assert_eq!(json["findings"][0]["rule"], "endpoint-without-scope");
    assert_eq!(json["findings"][0]["level"], "warning");

    std::fs::write(&catalog, "id = 1").unwrap();
    assert_eq!(scopegate(["catalog", "lint", &catalog]).code, 2);
}

#[test]
fn rules_are_listed_and_explained() {
    let rules = scopegate(["catalog", "lint", "--rules"]);
    assert!(
        rules.out.contains("warning  write-by-read-scope\n"),
        "{rules:?}"
    );
    let ran = scopegate(["catalog", "lint", "--explain", "write-by-read-scope"]);
    assert!(
        ran.out
            .contains("[[accept]]\nrule = \"write-by-read-scope\""),
        "{ran:?}"
    );
    scopegate(["catalog", "lint", "--explain", "nothing"]).wrong(&[
        "there is no such rule; the rules are organisation-unsaid, endpoint-without-scope,",
    ]);
    scopegate(["catalog", "lint"]).wrong(&["name a catalog"]);
}

#[test]
fn texts_go_to_a_translator_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = new(folder.path());
    let file = folder.path().join("texts.csv").display().to_string();
    let arguments = [
        "catalog",
        "texts",
        "export",
        &catalog,
        "--language",
        "de",
        "-o",
        &file,
    ];
    scopegate(arguments).ok();
    let table = std::fs::read_to_string(&file).unwrap();
    assert!(table.starts_with("key,en,de\ntitle,My api,\n"), "{table}");
    let translated = table.replacen("title,My api,", "title,My api,Meine API", 1);
    std::fs::write(&file, format!("{translated}nowhere,A,B\n")).unwrap();

    let ran = scopegate(["catalog", "texts", "import", &catalog, &file]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("de: 1 text set, a new language"),
        "{ran:?}"
    );
    assert!(ran.out.contains("not taken:\n  nowhere\n"), "{ran:?}");
    let text = std::fs::read_to_string(&catalog).unwrap();
    assert!(
        text.contains("title = { en = \"My api\", de = \"Meine API\" }"),
        "{text}"
    );
    let lint = scopegate(["catalog", "lint", &catalog]);
    assert!(
        lint.out.contains("[missing-text] summary in de"),
        "{lint:?}"
    );

    let xliff = ["catalog", "texts", "export", "bexio", "--format", "xliff"];
    scopegate(xliff).wrong(&["name it with --language"]);
    let xliff = scopegate(xliff.iter().chain(&["--language", "de"]));
    assert!(xliff.out.contains("<target>Kontakte ansehen</target>"));
    for format in ["csv", "xliff"] {
        let export = ["catalog", "texts", "export", "bexio", "--format", format];
        let into = |language| scopegate(export.iter().chain(&["--language", language]));
        into("en").wrong(&["written in `en`", "name one to translate them to"]);
        for language in ["e", "en-", "de_CH", "=1", "../x", "-", "123"] {
            let option = format!("--language={language}");
            scopegate(export.iter().chain(&[option.as_str()])).wrong(&["BCP 47"]);
        }
    }
    scopegate(["catalog", "texts", "import", &catalog, "/nowhere.csv"])
        .wrong(&["cannot read /nowhere.csv"]);
}
