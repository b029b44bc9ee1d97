//! The reference in pages of bounded size, for catalogs whose reference nobody would load as one.

use super::table::Table;
use super::words::Words;
use super::{Addresses, Page, words};
use crate::catalog::Catalog;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferencePage {
    /// What its file is called, without an ending: `index`, `scopes-1`, `calls-1` and so on.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Markdown.
    pub text: String,
}

/// The reference in one language, in pages of at most so many bytes as long as no single line is
/// longer: `index` first, with links to the others, whose files have this ending. Everything stands on
/// `index` where it fits.
pub fn pages(
    catalog: &Catalog,
    language: &str,
    addresses: &Addresses,
    most: usize,
    ending: &str,
) -> Vec<ReferencePage> {
    let page = Page {
        catalog,
        language,
        words: words::words(language),
    };
    let title = catalog.title().get(language).to_owned();
    let scopes = cut(page.scope_tables(), most);
    let calls = cut(page.call_tables(), most);
    if scopes.len() + calls.len() <= 2 {
        let whole = super::markdown(catalog, language, addresses);
        if whole.len() <= most {
            return vec![ReferencePage {
                name: "index".to_owned(),
                title,
                text: whole,
            }];
        }
    }
    let Words {
        scopes: of_scopes,
        calls: of_calls,
        ..
    } = page.words;
    let mut links = String::new();
    let mut behind = Vec::new();
    for (kind, heading, parts) in [("scopes", of_scopes, scopes), ("calls", of_calls, calls)] {
        links += &format!("## {heading}\n\n");
        for (part, number) in parts.into_iter().zip(1..) {
            let name = format!("{kind}-{number}");
            links += &format!("- [{}]({name}{ending})\n", part.told());
            behind.push(ReferencePage {
                name,
                title: format!("{title}: {heading}, {number}"),
                text: format!(
                    "# [{title}](index{ending}): {heading}, {number}\n{}",
                    part.text
                ),
            });
        }
        links.push('\n');
    }
    let mut pages = vec![ReferencePage {
        name: "index".to_owned(),
        title,
        text: page.around(addresses, vec![links]),
    }];
    pages.append(&mut behind);
    pages
}

/// Tables that fit onto one page, or parts of them.
struct Part {
    first: String,
    last: String,
    text: String,
}

impl Part {
    fn told(&self) -> String {
        match self.first == self.last {
            true => self.first.clone(),
            false => format!("{} – {}", self.first, self.last),
        }
    }
}

/// A table that goes on on the next page has its heading there, too.
fn cut(tables: Vec<Table>, most: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for table in tables {
        let begin = table.begin();
        let mut is_begun = false;
        for row in &table.rows {
            let needed = row.len() + if is_begun { 0 } else { begin.len() };
            let open = parts.pop_if(|part| part.text.len() + needed <= most);
            let goes_on = open.is_some() && is_begun;
            let mut part = open.unwrap_or_else(|| Part {
                first: table.heading.clone(),
                last: String::new(),
                text: String::new(),
            });
            if !goes_on {
                part.text += &begin;
            }
            part.text += row;
            part.last.clone_from(&table.heading);
            is_begun = true;
            parts.push(part);
        }
    }
    parts
}
