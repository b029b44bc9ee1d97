//! Small catalogs: a test says what it cares about, and whatever else has to be there is.
//!
//! Included by the tests and benchmarks that need it; the product has no part in it.
#![allow(
    clippy::panic,
    dead_code,
    reason = "tests fail by panicking; each program uses its own part"
)]

use scope::Catalog;

const TITLE: &str = "title = { en = \"Small\" }";
const DESCRIPTION: &str = "description = { en = \"Small.\" }";

/// A catalog being written.
pub struct SmallCatalog {
    id: &'static str,
    pattern: &'static str,
    decline: &'static str,
    bound_to: &'static str,
    reducible: bool,
    token: &'static str,
    ttls: [&'static str; 3],
    has_kind: bool,
    tables: String,
}

impl SmallCatalog {
    /// Scopes such as `contact:read`, grants bound to the user, any scope may be struck, no
    /// refresh; one kind of client unless others follow.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            pattern: "{resource}:{action}",
            decline: "any",
            bound_to: "user",
            reducible: false,
            token: "",
            ttls: ["60s", "1h", "never"],
            has_kind: false,
            tables: String::new(),
        }
    }

    pub fn pattern(self, pattern: &'static str) -> Self {
        Self { pattern, ..self }
    }

    pub fn decline(self, decline: &'static str) -> Self {
        Self { decline, ..self }
    }

    pub fn bound_to(self, bound_to: &'static str) -> Self {
        Self { bound_to, ..self }
    }

    pub fn reducible(self) -> Self {
        Self {
            reducible: true,
            ..self
        }
    }

    /// More lines of `[token]`.
    pub fn token(self, token: &'static str) -> Self {
        Self { token, ..self }
    }

    /// The lives of codes, access tokens and refresh tokens.
    pub fn ttls(self, code: &'static str, access: &'static str, refresh: &'static str) -> Self {
        let ttls = [code, access, refresh];
        Self { ttls, ..self }
    }

    /// Lines as they stand: more keys of the table before them, or tables of their own.
    pub fn with(mut self, lines: &str) -> Self {
        self.tables += lines;
        self.tables += "\n";
        self
    }

    pub fn action(self, name: &str, access: &str) -> Self {
        self.with(&format!("[actions.{name}]\n{TITLE}\naccess = \"{access}\""))
    }

    /// A scope that stands alone.
    pub fn scope(self, name: &str) -> Self {
        self.with(&format!("[scopes.{name}]\n{TITLE}\n{DESCRIPTION}"))
    }

    /// A resource with a scope for each of these actions.
    pub fn resource(self, name: &str, actions: &[&str]) -> Self {
        let resource = self.with(&format!("[resources.{name}]\n{TITLE}"));
        actions.iter().fold(resource, |catalog, action| {
            catalog.with(&format!(
                "[resources.{name}.{action}]\n{TITLE}\n{DESCRIPTION}"
            ))
        })
    }

    /// A kind of client.
    pub fn kind(mut self, name: &str, grant_types: &[&str]) -> Self {
        self.has_kind = true;
        self.with(&format!(
            "[client_kinds.{name}]\n{TITLE}\n{DESCRIPTION}\ngrant_types = {grant_types:?}"
        ))
    }

    /// An elevation for one kind of client, on these pieces of evidence.
    pub fn elevation(self, name: &str, kind: &str, evidence: &[&str]) -> Self {
        let each = evidence
            .iter()
            .map(|item| format!("[evidence.{item}]\n{TITLE}\n"));
        let each: String = each.collect();
        self.with(&format!(
            "{each}[elevations.{name}]\n{TITLE}\n{DESCRIPTION}\nclient_kinds = [\"{kind}\"]\n\
             evidence = {evidence:?}"
        ))
    }

    /// A role with the rights that fit these patterns.
    pub fn role(self, name: &str, rights: &[&str]) -> Self {
        self.with(&format!("[roles.{name}]\n{TITLE}\nrights = {rights:?}"))
    }

    /// A path, and the scope that each method needs.
    pub fn endpoint(self, path: &str, methods: &[(&str, &str)]) -> Self {
        let endpoint = self.with(&format!("[[endpoints]]\npath = \"{path}\""));
        methods.iter().fold(endpoint, |catalog, (method, scope)| {
            catalog.with(&format!("{method} = \"{scope}\""))
        })
    }

    /// The file.
    pub fn text(self) -> String {
        if !self.has_kind {
            return self.kind("app", &["authorization_code"]).text();
        }
        let Self {
            id,
            pattern,
            decline,
            bound_to,
            reducible,
            token,
            ttls: [code, access, refresh],
            tables,
            ..
        } = self;
        format!(
            "id = \"{id}\"\nversion = \"1\"\nlanguages = [\"en\"]\n{TITLE}\n\
             summary = {{ en = \"Small.\" }}\nscope_pattern = \"{pattern}\"\n\
             [consent]\ndecline = \"{decline}\"\n\
             [grant]\nbound_to = \"{bound_to}\"\nreducible = {reducible}\n\
             [token]\ncode_ttl = \"{code}\"\naccess_ttl = \"{access}\"\n\
             refresh_ttl = \"{refresh}\"\n{token}\n{tables}"
        )
    }

    pub fn parse(self) -> Catalog {
        let name = format!("{}.toml", self.id);
        Catalog::parse(&name, &self.text()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }
}
