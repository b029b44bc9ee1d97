//! What a person may decide about an import.

use super::source::Source;

/// What becomes of calls that need no scope in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allow {
    /// They get an explicit rule.
    Keep,
    /// They are left out, and so denied.
    Deny,
}

/// What a list of several scopes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// Any of them.
    Any,
    /// All of them, as OpenAPI has it.
    All,
}

/// What lists mean for some operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListsRule {
    /// What their lists mean.
    pub lists: Lists,
    /// Which operations: `METHOD /path` or an operation id, with `*` for any text; all without it.
    pub operations: Option<String>,
}

/// How a description is to be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Operations that are open to any token.
    pub any_token: Allow,
    /// Operations that are open to everybody.
    pub public: Allow,
    /// What lists of several scopes mean; the last rule that fits an operation counts.
    pub lists: Vec<ListsRule>,
    /// Where scopes stand besides `security`; the first that has some for an operation counts.
    pub scopes_from: Vec<Source>,
    /// Proposes scopes for operations that name none.
    pub propose: bool,
    /// A catalog that takes what is new, instead of a new one: its name and its text.
    pub update: Option<(String, String)>,
    /// Opens what a literal path hides as the template beside it does.
    pub fall_through: bool,
    /// Keeps what the description says of parameters, bodies and answers.
    pub keep_description: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            any_token: Allow::Keep,
            public: Allow::Deny,
            lists: Vec::new(),
            scopes_from: Vec::new(),
            propose: false,
            update: None,
            fall_through: false,
            keep_description: true,
        }
    }
}

impl Options {
    /// What lists mean for an operation, by its name and its id.
    pub(crate) fn lists_of(&self, name: &str, id: Option<&str>) -> Lists {
        let fits = |rule: &&ListsRule| match &rule.operations {
            None => true,
            Some(pattern) => {
                let path = name.split_once(' ').map(|(_, path)| path);
                [Some(name), path, id]
                    .into_iter()
                    .flatten()
                    .any(|text| is_like(pattern, text))
            }
        };
        self.lists
            .iter()
            .rev()
            .find(fits)
            .map_or(Lists::All, |rule| rule.lists)
    }
}

/// Does a text fit a pattern with `*` for any text?
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}
