//! Every page, rendered with its samples in every language, holds what all pages promise.

use std::collections::BTreeSet;

use crate::account::{AccountPage, RemovalPage};
use crate::authorize::{ConsentPage, NothingPage, OrganisationPage};
use crate::language::Language;
use crate::openid::NotSignedInPage;
use crate::pages::static_files::STYLESHEET;
use crate::pages::views::{
    ErrorPage, HomePage, LoginPage, OnwardPage, ProblemIndexPage, RealmHomePage, ScopesPage,
};
use askama::Template;

/// Name, language and HTML of every sample.
fn rendered() -> Vec<(String, Language, String)> {
    let mut all = Vec::new();
    for language in Language::ALL {
        let mut add = |name: &str, pages: Vec<String>| {
            for (number, html) in pages.into_iter().enumerate() {
                all.push((format!("{name} {number} {language:?}"), language, html));
            }
        };
        add("home", html(&HomePage::samples(language)));
        add("realm", html(&RealmHomePage::samples(language)));
        add("problems", html(&ProblemIndexPage::samples(language)));
        add("problem", html(&crate::pages::errors::samples(language)));
        add("login", html(&LoginPage::samples(language)));
        add("organisation", html(&OrganisationPage::samples(language)));
        add("consent", html(&ConsentPage::samples(language)));
        add("nothing", html(&NothingPage::samples(language)));
        add("removal", html(&RemovalPage::samples(language)));
        add("account", html(&AccountPage::samples(language)));
        add("onward", html(&OnwardPage::samples(language)));
        add("not signed in", html(&NotSignedInPage::samples(language)));
        add("error", html(&ErrorPage::samples(language)));
        add("scopes", html(&ScopesPage::samples(language)));
    }
    all
}

fn html(pages: &[impl Template]) -> Vec<String> {
    pages.iter().map(|page| page.render().unwrap()).collect()
}

#[test]
fn pages_say_their_language_have_one_heading_and_one_main_part() {
    for (name, language, html) in rendered() {
        assert!(
            html.contains(&format!("<html lang=\"{}\">", language.code())),
            "{name}"
        );
        for once in ["<h1", "<main id=\"main\"", "<title>", "name=\"viewport\""] {
            assert_eq!(html.matches(once).count(), 1, "{name} {once}");
        }
    }
}

#[test]
fn what_makers_wrote_stays_text() {
    for (name, _, html) in rendered() {
        for forbidden in [
            "<script",
            "<img",
            "<style",
            " style=",
            "javascript:",
            "<iframe",
        ] {
            assert!(!html.contains(forbidden), "{name} holds {forbidden}");
        }
        // The quote before it would have ended an attribute.
        assert!(!html.contains("'onmouseover="), "{name}");
    }
    let hostile = html(&ConsentPage::samples(Language::English))
        .pop()
        .unwrap();
    assert!(
        hostile.contains("&#60;script&#62;alert(1)&#60;/script&#62;"),
        "{hostile}"
    );
    assert!(hostile.contains("{{ 7*7 }} {$app} &#38;lt;"), "{hostile}");
}

#[test]
fn ids_are_unique_and_everything_that_points_at_one_finds_it() {
    for (name, _, html) in rendered() {
        let ids: Vec<&str> = values(&html, " id=\"");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        for attribute in [
            " for=\"",
            " aria-labelledby=\"",
            " aria-describedby=\"",
            " href=\"#",
        ] {
            for target in values(&html, attribute) {
                assert!(unique.contains(target), "{name}: {attribute}{target}");
            }
        }
    }
}

#[test]
fn every_control_has_a_name_people_can_read() {
    for (name, _, html) in rendered() {
        let fieldsets = html.matches("<fieldset").count();
        assert_eq!(fieldsets, html.matches("<legend>").count(), "{name}");
        for input in html.split("<input").skip(1) {
            let input = input.split('>').next().unwrap();
            let hidden = input.contains("type=\"hidden\"");
            let within_label = input.contains("radio") || input.contains("checkbox");
            let labelled = values(input, " id=\"")
                .first()
                .is_some_and(|id| html.contains(&format!("<label for=\"{id}\"")));
            assert!(hidden || within_label || labelled, "{name}: {input}");
        }
        assert!(
            !html.contains("<button></button>") && !html.contains("<legend></legend>"),
            "{name}"
        );
    }
}

#[test]
fn nobody_sees_a_key() {
    for (name, _, html) in rendered() {
        for key in crate::pages::words::source(Language::English)
            .lines()
            .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
            .filter(|key| key.contains('-') && !key.starts_with(' '))
        {
            // A name of the protocol may be spelt the same.
            let html = html.replace(&format!("<code>{key}</code>"), "");
            let shown = format!(">{key}<");
            assert!(!html.contains(&shown), "{name} shows {key}");
        }
    }
}

#[test]
fn pages_and_the_stylesheet_are_light() {
    assert!(STYLESHEET.len() < 20_000, "{} bytes", STYLESHEET.len());
    for (name, _, html) in rendered() {
        assert!(html.len() < 60_000, "{name}: {} bytes", html.len());
    }
}

#[test]
fn the_stylesheet_loads_nothing_and_answers_dark_and_print() {
    assert!(!STYLESHEET.contains("url(") && !STYLESHEET.contains("@import"));
    for query in [
        "prefers-color-scheme: dark",
        "@media print",
        ":focus-visible",
    ] {
        assert!(STYLESHEET.contains(query), "{query}");
    }
}

fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    html.split(attribute)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}
