//! `scopegate catalog export`: what it writes where, and with which exit status.

use crate::common::{root, scopegate};

#[test]
fn a_shipped_catalog_comes_back_through_a_description_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for (catalog, name) in [("bokio", "bokio.yaml"), ("stora", "stora.json")] {
        let file = folder.path().join(name);
        let (file, new) = (file.to_str().unwrap(), folder.path().join(catalog));
        let new = new.to_str().unwrap();
        let ran = scopegate(["catalog", "export", catalog, "-o", file]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("Nothing needs a look"), "{ran:?}");
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(text.starts_with('{'), name.ends_with(".json"));
        let ran = scopegate(["catalog", "import", file, "-o", new]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let shown = |which: &str| {
            scopegate(["catalog", "show", which, "--json"])
                .ok()
                .out
                .clone()
        };
        assert_eq!(shown(catalog), shown(new));
        scopegate(["catalog", "export", catalog, "-o", file]).wrong(&["is there already"]);
    }
}

#[test]
fn a_description_gets_what_the_catalog_says() {
    let folder = tempfile::tempdir().unwrap();
    let example = root().join("docs/examples/library.yaml");
    let example = example.to_str().unwrap();
    let catalog = folder.path().join("library.toml");
    let catalog = catalog.to_str().unwrap();
    scopegate(["catalog", "import", example, "-o", catalog]);
    let with = |more: &[&str]| {
        let all = ["catalog", "export", catalog, "--openapi", example];
        scopegate(all.iter().chain(more))
    };
    for odd in [
        "login.example.org",
        "ftp://login.example.org",
        "https://a.example?b",
    ] {
        with(&["--issuer", odd]).wrong(&["write an address such as https://"]);
    }
    let ran = with(&["--issuer", "https://login.example.org/lib"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.err
            .contains("3 operations are not in the catalog, so denied"),
        "{ran:?}"
    );
    assert!(
        ran.out
            .contains("tokenUrl: https://login.example.org/lib/oauth/token"),
        "{ran:?}"
    );
    assert!(!with(&["--plain"]).out.contains("x-scopegate"));
    let json: serde_json::Value = serde_json::from_str(&with(&["--json"]).err).unwrap();
    assert_eq!(json["counts"]["written"], 12);
    with(&["--language", "fr"]).wrong(&["fr"]);
    let all = ["catalog", "export", catalog, "--openapi"];
    scopegate(all.iter().chain(&["/nowhere.yaml"])).wrong(&["/nowhere.yaml", "cannot be read"]);
    scopegate(all.iter().chain(&[catalog])).wrong(&["library.toml"]);
    scopegate(["catalog", "export", "nothing"]).wrong(&["nothing"]);
}
