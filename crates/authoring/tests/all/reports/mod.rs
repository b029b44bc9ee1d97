//! Reports as people read them. Whoever changes a sentence sees it here among the others.

use std::path::Path;

use authoring::{Allow, ExportOptions, Options, Rule, Source, lint};

use crate::export::given::{back, into, options as export_options, with};
use crate::import::given::{catalog_of, of_yaml};

const ODD: &str = include_str!("odd.yaml");

fn library() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/library.yaml");
    std::fs::read_to_string(root).unwrap()
}

#[test]
fn an_import_of_the_example_is_told() {
    insta::assert_snapshot!(of_yaml(&library(), &Options::default()).report.text());
}

#[test]
fn an_import_of_an_odd_description_is_told() {
    insta::assert_snapshot!(of_yaml(ODD, &Options::default()).report.text());
}

#[test]
fn an_import_that_keeps_and_proposes_everything_is_told() {
    let mut options = Options::default();
    options.public = Allow::Keep;
    options.propose = true;
    options.fall_through = true;
    options.scopes_from = vec![Source::description("Scope: {scope}").unwrap()];
    let text = ODD.replace("summary: 'Scope", "description: 'Scope");
    insta::assert_snapshot!(of_yaml(&text, &options).report.text());
}

#[test]
fn an_import_of_what_names_no_scopes_is_told() {
    let text = ODD
        .replace("oauth: [", "key: [")
        .replace("missing: [", "key: [");
    insta::assert_snapshot!(of_yaml(&text, &Options::default()).report.text());
}

#[test]
fn an_update_is_told() {
    let first = of_yaml(&library(), &Options::default()).catalog.unwrap();
    let newer = library()
        .replace("/status:", "/state:")
        .replace("[books:write]", "[books:change]")
        .replace("  - url: ", "  - url: https://example.com/other/v3   # ");
    let mut options = Options::default();
    options.update = Some(("library.toml".to_owned(), first));
    insta::assert_snapshot!(of_yaml(&newer, &options).report.text());
}

#[test]
fn an_export_is_told() {
    let catalog = catalog_of(&of_yaml(&library(), &Options::default()).catalog.unwrap());
    insta::assert_snapshot!(into(&catalog, "library.yaml", &library()).report.text());
}

#[test]
fn an_export_into_another_description_is_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs/freshbooks.toml");
    let catalog = catalog_of(&std::fs::read_to_string(path).unwrap());
    let plain = ExportOptions {
        is_plain: true,
        ..export_options()
    };
    let text = "openapi: 3.0.0
info: { title: FreshBooks, version: '1' }
x-get: &get { responses: {} }
components: { securitySchemes: { a: { type: oauth2, flows: {} }, b: { type: oauth2, flows: {} } } }
paths:
  /events/account/{accountId}/events/callbacks: { get: *get, post: { responses: {} } }
  /nowhere: { get: *get }
";
    insta::assert_snapshot!(
        with(&catalog, "freshbooks.yaml", text, &plain)
            .report
            .text()
    );
}

#[test]
fn what_was_changed_since_an_export_is_told() {
    let catalog = catalog_of(&of_yaml(&library(), &Options::default()).catalog.unwrap());
    let exported = into(&catalog, "library.yaml", &library()).description;
    let added = "  /new:
    get: { security: [{ library: [new:read] }] }
    put: { security: [{ library: [loans] }], x-scopegate: { require: { any_token: true } } }
    post: { security: [{ library: [loans] }], x-scopegate: { requires: loans } }
";
    let changed = exported.replacen("  /status:\n", &format!("{added}  /status:\n"), 1);
    insta::assert_snapshot!(back("library.yaml", &changed).report.text());
}

#[test]
fn what_lint_finds_in_imported_examples_is_told() {
    let mut text = String::new();
    for (name, description) in [("library", library()), ("odd", ODD.to_owned())] {
        let catalog = catalog_of(&of_yaml(&description, &Options::default()).catalog.unwrap());
        for finding in lint(&catalog).findings {
            let (level, rule) = (finding.rule.level(), finding.rule);
            text += &format!(
                "{name}: {level} [{rule}] {}: {}\n",
                finding.subject, finding.what
            );
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_rule_is_explained() {
    let rules =
        Rule::ALL.map(|rule| format!("{rule} ({})\n{}\n", rule.level(), rule.explanation()));
    insta::assert_snapshot!(rules.join("\n"));
}
