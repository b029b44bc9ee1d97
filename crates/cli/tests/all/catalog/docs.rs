//! `scopegate catalog docs`: what the reference tells.

use super::commands::CATALOGS;
use crate::common::many;
use crate::common::scopegate;

/// What each system's own scopes page tells its reader, point by point.
#[test]
fn docs_tell_what_the_document_tells() {
    let told: [(&str, &[&str]); 4] = [
        (
            "bexio",
            &[
                "rights of the user",
                "`general`",
                "taxes and units",
                "You do not ask for it",
                "Ask only for the scopes",
                "put a space between",
                "`contact_edit kb_invoice_show`",
                "take off any scope",
                "`contact_show task_show`",
                "access token response",
                "An edit scope always includes listing and showing",
                "`article_edit`",
            ],
        ),
        (
            "bokio",
            &[
                "`{resource}:{action}`",
                "`journal-entries:read`",
                "single space",
                "`journal-entries:read journal-entries:write invoices:read`",
                "Ask for the least",
                "Keep reading and writing apart",
                "Look again regularly",
                "can only be read",
                "approved",
                "public one",
                "partnership contract",
                "security review",
                "further requirements",
                "`bank-payments:read-limited`",
                "developer community",
            ],
        ),
        (
            "freshbooks",
            &[
                "The consent page",
                "access token",
                "app for tracking time",
                "`user:time_entries:write`",
                "Each new app is registered with `user:profile:read`",
                "keeps the scopes it was issued with",
                "revoke the token",
                "Try every part of your app",
                "A name has three parts",
                "22 objects",
            ],
        ),
        (
            "stora",
            &["at least one scope", "OAuth 2 itself", "manages them"],
        ),
    ];
    for (catalog, points) in told {
        let page = scopegate(["catalog", "docs", catalog]).ok().out;
        for point in points {
            assert!(page.contains(point), "{catalog}: nothing of {point:?}");
        }
        let shown = scopegate(["catalog", "show", catalog, "--json"])
            .ok()
            .json();
        for scope in shown["scopes"].as_array().unwrap() {
            let name = scope["name"].as_str().unwrap();
            let row = page.lines().any(|line| {
                line.strip_prefix(&format!("| `{name}` | "))
                    .is_some_and(|meaning| meaning.len() > 10)
            });
            assert!(row, "{catalog}: no row for {name}");
        }
    }
}

#[test]
fn docs_of_any_size_are_written_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.toml");
    let endpoints: String = (0..3_000)
        .map(|number| {
            format!(
                "[[endpoints]]\npath = \"/kinds/{{kind_id}}/things-with-a-long-name-{number}/{{thing_id}}\"\n\
                 get = \"records:read\"\n"
            )
        })
        .collect();
    let resource = "[resources.records]\ntitle = { en = \"Records\" }\n[resources.records.read]\n\
                    title = { en = \"See\" }\ndescription = { en = \"See them.\" }\n";
    std::fs::write(&file, many::head() + resource + &endpoints).unwrap();
    let into = folder.path().join("docs");
    let said = scopegate([
        "catalog",
        "docs",
        file.to_str().unwrap(),
        "--format",
        "html",
        "--into",
        into.to_str().unwrap(),
    ]);
    assert!(said.ok().out.contains("pages; they begin with"));
    let index = std::fs::read_to_string(into.join("index.html")).unwrap();
    let mut calls = 0;
    for entry in std::fs::read_dir(&into).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let page = std::fs::read_to_string(entry.path()).unwrap();
        assert!(page.len() < 200_000, "{name}: {} bytes", page.len());
        calls += page.matches("<td><code>GET ").count();
        assert!(
            name == "index.html" || index.contains(&format!("href=\"{name}\"")),
            "{name}"
        );
    }
    assert_eq!(calls, 3_000);
}

#[test]
fn docs_are_a_page_too() {
    for (catalog, _) in CATALOGS {
        let page = scopegate([
            "catalog",
            "docs",
            catalog,
            "--format",
            "html",
            "--language",
            "de",
        ])
        .ok()
        .out;
        assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"de\">"));
        assert!(page.contains("<table>") && !page.contains("<script"));
        assert_eq!(page.matches("<h1>").count(), 1, "{catalog}");
    }
    scopegate(["catalog", "docs", "bexio", "--format", "pdf"]).wrong(&["pdf", "markdown", "html"]);
}
