//! From the text of a catalog file to a [`Catalog`], or to every mistake in it.

mod action;
mod by_body;
mod client;
mod definition;
mod endpoint;
mod expand;
mod group;
mod head;
mod implication;
mod limits;
mod organisation;
mod paths;
mod policy;
mod possible;
mod requirement;
mod scope;
mod stored;

use toml::de::DeTable;

use crate::Catalog;
use crate::mistake::Mistakes;
use crate::table::Table;

impl Catalog {
    /// Reads a catalog file. `file_name` is only used in messages.
    ///
    /// # Errors
    /// Every mistake in the file, each with its line and what to do about it. When the file
    /// is not TOML at all, only the mistakes of its syntax.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Mistakes> {
        let mut m = Mistakes::new(file_name, text);
        let (document, syntax) = DeTable::parse_recoverable(text);
        tell_syntax(syntax, &mut m);
        if !m.is_empty() {
            return Err(m);
        }
        let file = Table::new("the file", 0..0, document.get_ref());
        let catalog = read(file, text, &mut m);
        match catalog {
            Some(catalog) if m.is_empty() => Ok(catalog),
            _ => {
                if m.is_empty() {
                    m.at(
                        &(0..0),
                        "the file could not be read",
                        "start from one of the shipped catalogs",
                    );
                }
                Err(m)
            }
        }
    }
}

/// The most syntax errors told: a missing bracket makes many more of them.
const MOST_SYNTAX_ERRORS: usize = 5;

/// The first error of each line; the later ones mostly follow from it.
fn tell_syntax(mut errors: Vec<toml::de::Error>, m: &mut Mistakes) {
    errors.sort_by_key(|error| error.span().unwrap_or_default().start);
    let mut lines = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or_default();
        let line = m.line(&span);
        if lines.len() < MOST_SYNTAX_ERRORS && !lines.contains(&line) {
            lines.push(line);
            let help =
                "correct the TOML here first (https://toml.io); later mistakes may follow from it";
            m.at(&span, error.message().replace('\n', ", "), help);
        }
    }
}

fn read(mut file: Table<'_>, text: &str, m: &mut Mistakes) -> Option<Catalog> {
    let head = head::read(&mut file, m);
    let languages = head.languages.clone();
    let actions = action::read(&mut file, &languages, m);
    let client_kinds = client::kinds(&mut file, &languages, m);
    let evidence = client::evidence(&mut file, &languages, m);
    let elevations = client::elevations(&mut file, &client_kinds, &evidence, &languages, m);
    let groups = group::read(&mut file, &languages, m);
    let known = scope::Known {
        actions: &actions,
        elevations: &elevations,
        groups: &groups,
    };
    let mut scopes = scope::read(&mut file, &head, known, m);
    let roles = client::roles(&mut file, &scopes, &languages, m);
    let organisation = organisation::read(&mut file, m);
    let policy = policy::read(&mut file, &organisation, m);
    let endpoints = endpoint::read(&mut file, &head, &scopes, &organisation.parameters, m);
    scopes.note_deleting(&endpoints.list, &actions);
    scopes.note_looking(&endpoints.list, &actions);
    let (expand_rules, expand) = expand::read(&mut file, &scopes, m).unzip();
    organisation.tell_expand(expand_rules.as_ref(), m);
    let limits = limits::read(&mut file, &scopes, &head, m);
    let samples = policy::samples(&mut file, &endpoints.list, expand_rules.as_ref(), m);
    file.finish(m);
    Some(Catalog {
        source: text.into(),
        head: head.finished()?,
        resource_places: scopes.resource_places(),
        scopes: scopes.definitions,
        ids: scopes.ids,
        resources: scopes.resources,
        rows: scopes.rows,
        groups,
        sets: scopes.sets,
        actions,
        client_kinds,
        elevations,
        evidence,
        roles,
        policy: policy?,
        endpoints: endpoints.list,
        needs: endpoints.needs,
        router: endpoints.router,
        expand_rules,
        expand,
        limits,
        samples,
    })
}
