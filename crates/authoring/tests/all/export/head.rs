//! The catalog at the top of a description: read as a whole, or nothing is written.

use std::collections::HashMap;
use std::path::PathBuf;

use authoring::{Options, import};
use scope::Catalog;
use serde_json::{Value, json};

use super::given::{back, fresh, notes};
use crate::import::given::InMemory;

const CALLS: &str = "[[endpoints]]\npath = \"/notes\"\nget = \"notes:read\"\npost = \"money\"\n";

/// With an approval that a scope needs, which a description has no words for.
fn guarded() -> Catalog {
    let file = notes(CALLS).source().replace(
        "description = { en = \"About money.\" }\n",
        "description = { en = \"About money.\" }\nelevation = \"bank\"\n",
    );
    let (head, calls) = file.split_once("[[endpoints]]").unwrap();
    let elevation = "[evidence.contract]\ntitle = { en = \"Contract\" }\n\
        [elevations.bank]\ntitle = { en = \"Bank\" }\ndescription = { en = \"Moves money.\" }\n\
        evidence = [\"contract\"]\nclient_kinds = [\"app\"]\n[roles.owner]\ntitle = { en = \"Owner\" }\nrights = [\"money\"]\n";
    let text = format!("{head}{elevation}[[endpoints]]{calls}");
    Catalog::parse("notes.toml", &text).unwrap_or_else(|why| panic!("{why}"))
}

fn refused(text: &str, options: &Options) -> String {
    let file = PathBuf::from("api.yaml");
    let files = InMemory(HashMap::from([(file.clone(), text.as_bytes().to_vec())]));
    match import(&[file], options, &files) {
        Err(why) => why.to_string(),
        Ok(imported) => panic!("{}\n{text}", imported.report.text()),
    }
}

/// Without it the elevations would be gone, and what consent asks.
#[test]
fn a_carried_catalog_that_cannot_be_read_writes_nothing_and_says_what_is_wrong() {
    let got = fresh(&guarded()).description;
    let imported = back("api.yaml", &got);
    assert!(imported.catalog.unwrap().contains("[elevations.bank]"));
    let lines = |part: &str| got.lines().position(|line| line.contains(part)).unwrap() + 1;
    let at = |part: &str| format!("at line {}\n", lines(part));
    let top = lines("x-scopegate:\n".trim_end());
    let (head, _) = got.split_at(got.rfind("\nx-scopegate:").unwrap() + 1);
    let table = [
        (
            got.replace("  format: 1", "  format: 2"),
            "its `format` is `2`; this program reads format 1",
            at("  format: 1"),
        ),
        (
            got.replace("  format: 1\n", ""),
            "it has no `format`; this program reads format 1",
            String::new(),
        ),
        (
            got.replace("  format: 1\n", "  format: 1\n  more: 1\n"),
            "`more` is no member",
            String::new(),
        ),
        (
            got.replace("\n  catalog:", "\n  catalogs:"),
            "`catalogs` is no member",
            at("  catalog:"),
        ),
        (
            got.replace("    roles:", "    rolez:"),
            "`rolez`",
            at("    roles:"),
        ),
        (
            got.replace("      decline: any", "      decline: all_or"),
            "all_or",
            at("      decline:"),
        ),
        (
            got.replace(
                "      decline: any",
                "      decline: any\n      decline: any",
            ),
            "`catalog.consent.decline` is given twice",
            String::new(),
        ),
        (
            got.replace("    id: notes", "    id: notes\n    base_path: /api"),
            "its `base_path` is /api, and /notes does not begin so",
            String::new(),
        ),
        (
            format!("{head}x-scopegate: gone\n"),
            "it is a text",
            String::new(),
        ),
        (
            format!("{head}x-scopegate: null\n"),
            "it is null",
            String::new(),
        ),
        (format!("{head}x-scopegate:\n"), "it is null", String::new()),
    ];
    assert!(top > 1);
    for (text, what, line) in table {
        assert_ne!(text, got, "{what}");
        let said = refused(&text, &Options::default());
        for part in [
            what,
            &line,
            "nothing was written",
            "export the catalog once more",
            " at line ",
        ] {
            assert!(said.contains(part), "{part:?}\n{said}");
        }
    }
}

#[test]
fn neither_an_update_nor_several_descriptions_pass_it_over() {
    let got = fresh(&guarded()).description;
    let mut update = Options::default();
    update.update = Some(("notes.toml".to_owned(), guarded().source().to_owned()));
    let said = refused(&got.replace("  format: 1", "  format: 2"), &update);
    assert!(said.contains("its `format` is `2`"), "{said}");

    let other = json!({
        "openapi": "3.1.0",
        "info": { "title": "Other", "version": "1" },
        "paths": { "/other": { "get": {} } },
    });
    let files = [("api.yaml", got), ("other.json", Value::to_string(&other))];
    let names = files.each_ref().map(|(name, _)| PathBuf::from(name));
    let known = files.map(|(name, text)| (PathBuf::from(name), text.into_bytes()));
    let said = import(&names, &Options::default(), &InMemory(HashMap::from(known)));
    let said = said.unwrap_err().to_string();
    assert!(said.contains("import it alone"), "{said}");
}
