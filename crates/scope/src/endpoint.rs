//! The calls of the API and what each requires, as the file says it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Text;

/// One method of one path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// From the root of the API, with `{templates}`.
    pub path: String,
    /// What a call needs.
    pub requirement: Requirement,
    /// Was it concluded rather than documented?
    pub inferred: bool,
    /// Where it comes from, a key of the catalog's sources.
    pub source: Option<String>,
    /// A remark of the catalog's author.
    pub note: Option<String>,
    /// The source document's own name for it.
    pub operation: Option<String>,
    /// A title for people.
    pub title: Option<Text>,
}

impl Endpoint {
    /// Its path with values put in for the templates, each by its name.
    pub fn filled(&self, mut value: impl FnMut(&str) -> String) -> String {
        let mut parts = self.path.split('{');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, behind) = part.split_once('}').unwrap_or((part, ""));
            filled += &value(name.strip_suffix("...").unwrap_or(name));
            filled += behind;
        }
        filled
    }
}

/// The methods a catalog can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`, and `HEAD` where no rule names it
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
    /// `OPTIONS`; a preflight (CORS) is never a call
    Options,
    /// `QUERY`: a `GET` with a body
    Query,
    /// Every method that has no rule of its own
    Any,
}

impl Method {
    /// Every method in the order of reference pages.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Head,
        Self::Options,
        Self::Query,
        Self::Any,
    ];

    /// The method as requests spell it; `ANY` for all.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Query => "QUERY",
            Self::Any => "ANY",
        }
    }

    /// Does it only read, as its standard says (RFC 9110 section 9.2.1)?
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Query)
    }

    /// The key in catalog files.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Head => "head",
            Self::Options => "options",
            Self::Query => "query",
            Self::Any => "any",
        }
    }

    /// The method whose own rule decides a request; case matters (RFC 9110 section 9.1).
    pub(crate) fn of_request(method: &str) -> Option<Self> {
        match method {
            "GET" => Some(Self::Get),
            "POST" => Some(Self::Post),
            "PUT" => Some(Self::Put),
            "PATCH" => Some(Self::Patch),
            "DELETE" => Some(Self::Delete),
            "HEAD" => Some(Self::Head),
            "OPTIONS" => Some(Self::Options),
            "QUERY" => Some(Self::Query),
            _ => None,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a call needs, as the file says it. Printed in plain English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// This scope.
    Scope(String),
    /// All of these; never empty.
    All(Vec<Requirement>),
    /// At least one of these; never empty.
    Any(Vec<Requirement>),
    /// Any token that counts, whatever its scope.
    AnyToken,
    /// Nothing, not even a token. Stands alone, never inside another requirement.
    Public,
    /// By whom the token speaks for; where one is left out, no scope opens the call to it.
    BySubject {
        /// For a person.
        person: Option<Box<Requirement>>,
        /// For the client itself.
        client: Option<Box<Requirement>>,
    },
    /// By the value of a path parameter.
    ByPath {
        /// The template's name.
        parameter: String,
        /// Values, or beginnings followed by `*`, in file order.
        is: Vec<(String, Requirement)>,
    },
    /// By the value of a query parameter.
    ByQuery {
        /// The parameter's name.
        parameter: String,
        /// Does the API answer nothing but what has the value?
        filters: bool,
        /// Values, or beginnings followed by `*`, in file order.
        is: Vec<(String, Requirement)>,
        /// For every other value, and where there is none.
        otherwise: Option<Box<Requirement>>,
    },
    /// By the value of a string in the JSON body.
    ByBody {
        /// RFC 6901.
        pointer: String,
        /// May the body be a list of such objects, each of which counts?
        batch: bool,
        /// Pointers to what must not be there, neither in the body nor by their first name in the
        /// query, for the value to decide.
        without: Vec<String>,
        /// Values, or beginnings followed by `*`, in file order.
        is: Vec<(String, Requirement)>,
        /// For every other value, and besides all others where one of `without` is there.
        otherwise: Option<Box<Requirement>>,
    },
}

impl Requirement {
    /// Every scope it names, each once, in order of appearance.
    pub fn scopes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_scopes(&mut names);
        names
    }

    fn collect_scopes<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Scope(name) if names.contains(&name.as_str()) => {}
            Self::Scope(name) => names.push(name),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_scopes(names));
            }
            Self::AnyToken | Self::Public => {}
            Self::BySubject { person, client } => {
                let parts = person.iter().chain(client);
                parts.for_each(|part| part.collect_scopes(names));
            }
            Self::ByPath { is, .. } => {
                is.iter().for_each(|(_, part)| part.collect_scopes(names));
            }
            Self::ByQuery { is, otherwise, .. } | Self::ByBody { is, otherwise, .. } => {
                let parts = is.iter().map(|(_, part)| part);
                let parts = parts.chain(otherwise.as_deref());
                parts.for_each(|part| part.collect_scopes(names));
            }
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(name) => f.write_str(name),
            Self::All(parts) => joined(f, parts, " and "),
            Self::Any(parts) => joined(f, parts, " or "),
            Self::ByPath { parameter, is } => {
                write!(f, "by path parameter {parameter}: ")?;
                cases(f, is)
            }
            Self::AnyToken => f.write_str("any token"),
            Self::Public => f.write_str("nothing, it is public"),
            Self::BySubject { person, client } => {
                let closed = "nothing opens it";
                match person {
                    Some(part) => write!(f, "for a person: {part}")?,
                    None => write!(f, "for a person: {closed}")?,
                }
                match client {
                    Some(part) => write!(f, "; for the client itself: {part}"),
                    None => write!(f, "; for the client itself: {closed}"),
                }
            }
            Self::ByQuery {
                parameter,
                is,
                otherwise,
                ..
            } => {
                write!(f, "by query parameter {parameter}: ")?;
                cases(f, is)?;
                others(f, otherwise.as_deref())
            }
            Self::ByBody {
                pointer,
                batch,
                without,
                is,
                otherwise,
            } => {
                write!(f, "by {pointer} in the body")?;
                if *batch {
                    f.write_str(", or in each member of a list")?;
                }
                if !without.is_empty() {
                    write!(f, ", without {}", without.join(" and "))?;
                }
                f.write_str(": ")?;
                cases(f, is)?;
                others(f, otherwise.as_deref())
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Requirement], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part {
            Requirement::Scope(name) => f.write_str(name)?,
            nested => write!(f, "({nested})")?,
        }
    }
    Ok(())
}

fn others(f: &mut fmt::Formatter<'_>, otherwise: Option<&Requirement>) -> fmt::Result {
    match otherwise {
        Some(part) => write!(f, ", otherwise {part}"),
        None => Ok(()),
    }
}

fn cases(f: &mut fmt::Formatter<'_>, is: &[(String, Requirement)]) -> fmt::Result {
    for (index, (value, part)) in is.iter().enumerate() {
        if index > 0 {
            f.write_str("; ")?;
        }
        write!(f, "{value} needs {part}")?;
    }
    Ok(())
}

/// The query parameter that adds requirements to every call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpandRules {
    /// The parameter's name.
    pub parameter: String,
    /// Fields by name, dotted where they count only there; file order.
    pub fields: Vec<(String, ExpandField)>,
}

/// What expanding one field needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpandField {
    /// Nothing: part of its parent.
    Nothing,
    /// This scope.
    Scope(String),
    /// By the beginning of the record's id; `None` needs nothing.
    ById(Vec<(String, Option<String>)>),
}

impl fmt::Display for ExpandField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing more"),
            Self::Scope(name) => f.write_str(name),
            Self::ById(prefixes) => {
                f.write_str("by the record's id: ")?;
                for (index, (prefix, scope)) in prefixes.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    let scope = scope.as_deref().unwrap_or("nothing more");
                    write!(f, "{prefix}\u{2026} needs {scope}")?;
                }
                Ok(())
            }
        }
    }
}
