//! A catalog's reference page, as Markdown.

mod addresses;
mod calls;
mod pages;
mod table;
mod words;

use std::fmt::Write;

use crate::catalog::Catalog;
use crate::definition::{Added, Resource, RowFilter, ScopeDefinition, ScopeStatus};
use crate::endpoint::Requirement;
use crate::limits::LimitedPer;
use crate::policy::{Connections, Decline};
use table::Table;
use words::Words;

pub use addresses::Addresses;
pub use pages::{ReferencePage, pages};

/// The page in one language: what a reader needs first, then everything there is, then prose. Its
/// own words exist in English, German, French, Italian and Swedish; for other languages they are
/// English around the catalog's texts.
pub fn markdown(catalog: &Catalog, language: &str, addresses: &Addresses) -> String {
    let page = Page {
        catalog,
        language,
        words: words::words(language),
    };
    page.around(addresses, vec![page.scopes(), page.calls()])
}

/// What a call needs, in one language: Markdown for a cell of a table, with the names of scopes as
/// code.
pub fn needs(requirement: &Requirement, language: &str) -> String {
    calls::requirement(words::words(language), requirement)
}

struct Page<'a> {
    catalog: &'a Catalog,
    language: &'a str,
    words: &'static Words,
}

impl Page<'_> {
    /// Everything, with these parts in the middle.
    fn around(&self, addresses: &Addresses, mut middle: Vec<String>) -> String {
        let mut parts = vec![self.head(), self.addresses(addresses)];
        parts.extend(self.example(addresses));
        parts.append(&mut middle);
        parts.extend(self.expand());
        parts.extend(self.elevations());
        parts.push(self.client_kinds());
        parts.push(self.consent());
        parts.extend(self.limits());
        parts.extend(self.catalog.guide().iter().map(|section| {
            format!(
                "## {}\n\n{}\n",
                section.title.get(self.language),
                section.text.get(self.language).trim()
            )
        }));
        parts.extend(self.sources());
        parts.join("\n")
    }

    fn head(&self) -> String {
        let (title, summary) = (self.catalog.title(), self.catalog.summary());
        format!(
            "# {}\n\n{}\n\n{}: {}\n",
            title.get(self.language),
            summary.get(self.language),
            self.words.version,
            self.catalog.version()
        )
    }

    fn scopes(&self) -> String {
        let tables = self.scope_tables();
        let tables: String = tables.iter().map(Table::markdown).collect();
        format!("## {}\n{tables}", self.words.scopes)
    }

    fn scope_tables(&self) -> Vec<Table> {
        let (scope, meaning) = (self.words.scope, self.words.meaning);
        let table = |resource: &Resource| Table {
            heading: resource.title.get(self.language).to_owned(),
            head: format!("| {scope} | {meaning} |\n|---|---|\n"),
            rows: self
                .definitions(resource)
                .map(|own| format!("| {} | {} |\n", code(&own.name), self.meaning(own)))
                .collect(),
        };
        self.catalog.resources().iter().map(table).collect()
    }

    fn definitions<'a>(
        &'a self,
        resource: &'a Resource,
    ) -> impl Iterator<Item = &'a ScopeDefinition> {
        resource
            .scopes
            .iter()
            .filter_map(|id| self.catalog.scope(*id))
    }

    fn meaning(&self, scope: &ScopeDefinition) -> String {
        let words = self.words;
        let mut sentences = vec![cell(scope.description.get(self.language))];
        if !scope.implies.is_empty() {
            let names: Vec<String> = scope.implies.iter().map(|name| code(name)).collect();
            sentences.push(format!("{}: {}.", words.brings, names.join(", ")));
        }
        match scope.added {
            Added::Never => {}
            Added::NewClient => sentences.push(words.new_client.to_owned()),
            Added::EveryGrant => sentences.push(words.every_grant.to_owned()),
        }
        if let Some(elevation) = scope
            .elevation
            .as_deref()
            .and_then(|name| self.catalog.elevation(name))
        {
            let title = cell(elevation.title.get(self.language));
            sentences.push(format!("**{}: {title}.**", words.approval));
        }
        if let Some(risk) = &scope.risk {
            let reason = cell(risk.reason.get(self.language));
            sentences.push(format!("{} {}/5: {reason}", words.risk, risk.level));
        }
        match scope.row_filter {
            None => {}
            Some(RowFilter::OwnRecords) => sentences.push(words.own_records.to_owned()),
        }
        match scope.status {
            ScopeStatus::Active => {}
            ScopeStatus::Deprecated => sentences.push(format!("**{}**", words.deprecated)),
            ScopeStatus::Retired => sentences.push(format!("**{}**", words.retired)),
        }
        if let Some(successor) = &scope.successor {
            sentences.push(format!("{}: {}.", words.successor, code(successor)));
        }
        if scope.inferred {
            sentences.push(format!("*{}*", words.inferred));
        }
        sentences.extend(scope.note.as_deref().map(cell));
        sentences.join(" ")
    }

    fn elevations(&self) -> Option<String> {
        let words = self.words;
        let mut part = format!("## {}\n", words.elevations);
        for elevation in self.catalog.elevations() {
            let (title, description) = (
                elevation.title.get(self.language),
                elevation.description.get(self.language),
            );
            part += &format!("\n### {title}\n\n{description}\n\n");
            let kinds = elevation
                .client_kinds
                .iter()
                .filter_map(|name| self.catalog.client_kind(name));
            let kinds: Vec<&str> = kinds.map(|kind| kind.title.get(self.language)).collect();
            part += &format!("- {}: {}\n", words.for_kinds, kinds.join(", "));
            let evidence = elevation
                .evidence
                .iter()
                .filter_map(|name| self.catalog.evidence().get(name));
            let evidence: Vec<&str> = evidence.map(|title| title.get(self.language)).collect();
            if !evidence.is_empty() {
                part += &format!("- {}: {}\n", words.evidence, evidence.join(", "));
            }
            let scopes = self.catalog.scopes().iter();
            let scopes = scopes.filter(|scope| scope.elevation.as_ref() == Some(&elevation.name));
            let scopes: Vec<String> = scopes.map(|scope| code(&scope.name)).collect();
            part += &format!("- {}: {}\n", words.scopes, scopes.join(", "));
        }
        (!self.catalog.elevations().is_empty()).then_some(part)
    }

    fn client_kinds(&self) -> String {
        let mut part = format!("## {}\n", self.words.client_kinds);
        for kind in self.catalog.client_kinds() {
            let (title, description) = (
                kind.title.get(self.language),
                kind.description.get(self.language),
            );
            let grant_types: Vec<String> = kind.grant_types.iter().map(|name| code(name)).collect();
            let heading = self.words.grant_types;
            part += &format!(
                "\n### {title}\n\n{description}\n\n- {heading}: {}\n",
                grant_types.join(", ")
            );
        }
        part
    }

    fn consent(&self) -> String {
        let words = self.words;
        let mut lines = vec![match self.catalog.consent().decline {
            Decline::Any => words.decline_any.to_owned(),
            Decline::Optional => words.decline_optional.to_owned(),
            Decline::None => words.decline_none.to_owned(),
        }];
        if self.catalog.grant_policy().reducible {
            lines.push(words.reducible.to_owned());
        }
        if self.catalog.grant_policy().connections == Connections::One {
            lines.push(words.one_connection.to_owned());
        }
        if self.catalog.authorization().require_state {
            lines.push(words.state.to_owned());
        }
        let token = self.catalog.token_policy();
        lines.push(format!("{} {}.", words.code_life, duration(token.code_ttl)));
        lines.push(format!(
            "{} {}.",
            words.access_life,
            duration(token.access_ttl)
        ));
        let refresh = token
            .refresh_ttl
            .map_or_else(|| words.endless.to_owned(), duration);
        lines.push(format!("{} {refresh}.", words.refresh_life));
        if !token.refresh_retry {
            lines.push(words.refresh_once.to_owned());
        }
        format!("## {}\n\n- {}\n", words.consent, lines.join("\n- "))
    }

    fn limits(&self) -> Option<String> {
        let (words, limits) = (self.words, self.catalog.limits());
        let windows = limits.windows.iter().map(|limit| {
            let per = match limit.per {
                LimitedPer::Token => words.per_token,
                LimitedPer::Client => words.per_client,
                LimitedPer::Grant => words.per_grant,
                LimitedPer::Organisation => words.per_organisation,
                LimitedPer::Address => words.per_address,
            };
            let scope = limit
                .scope
                .as_deref()
                .map(|name| format!(", {} {}", words.only_of, code(name)));
            let inferred = limit.inferred.then(|| format!(" {}", words.inferred));
            format!(
                "{} {} {}, {per}{}.{}",
                limit.calls,
                words.calls_within,
                duration(limit.within),
                scope.unwrap_or_default(),
                inferred.unwrap_or_default(),
            )
        });
        let mut lines: Vec<String> = windows.collect();
        if limits.one_write_at_a_time {
            lines.push(words.one_write.to_owned());
        }
        if lines.is_empty() {
            return None;
        }
        lines.push(words.too_many.to_owned());
        Some(format!("## {}\n\n- {}\n", words.limits, lines.join("\n- ")))
    }

    fn sources(&self) -> Option<String> {
        let sources = self.catalog.sources();
        let mut part = format!("## {}\n\n", self.words.sources);
        for (key, place) in sources {
            let _ = writeln!(part, "- {}: {}", code(key), cell(place));
        }
        (!sources.is_empty()).then_some(part)
    }
}

/// The largest unit that divides it, as ISO 80000-3 symbols.
fn duration(seconds: u64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")];
    let whole = units
        .into_iter()
        .find(|(unit, _)| seconds.is_multiple_of(*unit));
    let (unit, symbol) = whole.unwrap_or((1, "s"));
    format!("{} {symbol}", seconds / unit)
}

/// Text inside a table's cell or a list's item.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
        .replace('<', "&lt;")
}

/// A code span that any name survives, also inside a table.
fn code(name: &str) -> String {
    let name = name.replace('|', "\\|");
    if name.contains('`') {
        format!("`` {name} ``")
    } else {
        format!("`{name}`")
    }
}
