//! What an operation's `security` says: these scopes, any token, public, other credentials only,
//! or nothing.

use std::rc::Rc;

use crate::document::node::Node;

use super::finding::{Findings, Kind};
use super::scheme::{Names, Schemes};

/// The most alternatives, and the most names in one of them, that are read.
const MOST: usize = 256;

/// Who may call, as the document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever has all scopes of one of these lists; neither is ever empty.
    Scopes(Vec<Vec<String>>),
    /// Any token: a scheme that speaks of scopes, and an empty list.
    AnyToken,
    /// Everybody.
    Public,
    /// Whoever has something that is no access token.
    OtherCredentials,
    /// The catalog that the document was exported from has no rule for it.
    Denied,
    /// The document does not say, or not in a way that can be read.
    Unsaid,
}

/// What is said, and whether a call without any credentials is said to be fine, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) access: Access,
    pub(crate) is_optional: bool,
    /// The names of each alternative by scheme, where `security` has them: all schemes are needed,
    /// whatever a list means.
    by_scheme: Vec<Vec<Vec<String>>>,
}

impl Said {
    /// The same with scopes that `security` does not have.
    pub(crate) fn with(self, lists: Vec<Vec<String>>) -> Self {
        Self {
            access: Access::Scopes(lists),
            by_scheme: Vec::new(),
            ..self
        }
    }

    /// Nothing, whatever `security` says.
    pub(crate) fn nothing() -> Self {
        Self {
            access: Access::Unsaid,
            is_optional: false,
            by_scheme: Vec::new(),
        }
    }

    /// Denied, whatever `security` says.
    pub(crate) fn denied() -> Self {
        Self {
            access: Access::Denied,
            is_optional: false,
            by_scheme: Vec::new(),
        }
    }

    /// The lists of each alternative: one for each scheme.
    pub(crate) fn parts(&self) -> Vec<Vec<Vec<String>>> {
        match &self.access {
            Access::Scopes(lists) if lists.len() != self.by_scheme.len() => {
                lists.iter().map(|list| vec![list.clone()]).collect()
            }
            Access::Scopes(_) => self.by_scheme.clone(),
            _ => Vec::new(),
        }
    }

    /// The alternatives with a list of several scopes, whose meaning is in question.
    pub(crate) fn several(&self) -> Vec<Vec<String>> {
        let parts = self.parts().into_iter();
        let several = parts.filter(|schemes| schemes.iter().any(|list| list.len() > 1));
        several.map(|schemes| schemes.concat()).collect()
    }
}

/// Reads a list of requirements. `whose` names the operation in findings. What is not exactly as
/// OpenAPI has it says nothing: whatever was meant, a guess could open more.
pub(crate) fn read(
    security: Option<&Rc<Node>>,
    schemes: &Schemes,
    whose: &str,
    findings: &mut Findings,
) -> Said {
    let said = |access| Said {
        access,
        is_optional: false,
        by_scheme: Vec::new(),
    };
    let alternatives = match security.map(|node| &**node) {
        None => return said(Access::Unsaid),
        Some(Node::List(list)) => list.as_slice(),
        Some(other) => {
            let what = format!("`security` is {}, not a list", other.described());
            findings.add(Kind::OddSecurity, whose, what);
            return said(Access::Unsaid);
        }
    };
    if alternatives.len() > MOST {
        let what = format!("{} alternatives; {MOST} can be written", alternatives.len());
        findings.add(Kind::TooMuch, whose, what);
        return said(Access::Unsaid);
    }
    if alternatives.is_empty() {
        return said(Access::Public);
    }
    let mut sum = Sum::default();
    for alternative in alternatives {
        sum.add(alternative, schemes, whose, findings);
    }
    sum.said(whose, findings)
}

/// What the alternatives come to.
#[derive(Default)]
struct Sum {
    lists: Vec<Vec<String>>,
    by_scheme: Vec<Vec<Vec<String>>>,
    has_any_token: bool,
    has_other: bool,
    has_nothing: bool,
    is_unreadable: bool,
}

impl Sum {
    fn add(&mut self, alternative: &Node, schemes: &Schemes, whose: &str, findings: &mut Findings) {
        let Some(map) = alternative.map() else {
            let what = format!(
                "an alternative is {}, not an object",
                alternative.described()
            );
            findings.add(Kind::OddSecurity, whose, what);
            self.is_unreadable = true;
            return;
        };
        if map.is_empty() {
            self.has_nothing = true;
            return;
        }
        let mut list: Vec<String> = Vec::new();
        let mut others: Vec<&'static str> = Vec::new();
        let mut schemes_names: Vec<Vec<String>> = Vec::new();
        let mut takes_tokens = false;
        // What is needed and nobody knows could be anything.
        let mut is_unknown = false;
        for (key, names) in map.iter() {
            let Some(names) = texts(names, whose, findings) else {
                self.is_unreadable = true;
                return;
            };
            match schemes.find(key) {
                Some(scheme) if scheme.names == Names::Scopes => {}
                Some(scheme) => {
                    others.push(scheme.what);
                    is_unknown |= scheme.names == Names::Unknown;
                    if !names.is_empty() {
                        let what = format!("{} under {} `{key}`", names.join(", "), scheme.what);
                        findings.add(Kind::Roles, whose, what);
                    }
                    continue;
                }
                None => {
                    findings.add(Kind::UnknownScheme, whose, key);
                    if names.is_empty() {
                        others.push("a scheme that is not declared");
                        is_unknown = true;
                        continue;
                    }
                }
            }
            takes_tokens = true;
            if !names.is_empty() && !schemes_names.iter().any(|own| is_same(own, &names)) {
                schemes_names.push(names.clone());
            }
            for name in names {
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
        if list.is_empty() && (is_unknown || !takes_tokens) {
            self.has_other = true;
            return;
        }
        if !others.is_empty() {
            findings.add(Kind::BesideToken, whose, others.join(" and "));
        }
        if list.is_empty() {
            self.has_any_token = true;
        } else if !self.lists.iter().any(|own| is_same(own, &list)) {
            self.lists.push(list);
            self.by_scheme.push(schemes_names);
        }
    }

    fn said(self, whose: &str, findings: &mut Findings) -> Said {
        let access = if self.is_unreadable {
            Access::Unsaid
        } else if !self.lists.is_empty() {
            if self.has_any_token {
                findings.add(Kind::ScopesOrNone, whose, in_words(&self.lists));
            }
            Access::Scopes(self.lists)
        } else if self.has_any_token {
            Access::AnyToken
        } else if self.has_other {
            Access::OtherCredentials
        } else {
            Access::Public
        };
        let is_optional = self.has_nothing && access != Access::Public;
        Said {
            access,
            is_optional,
            by_scheme: self.by_scheme,
        }
    }
}

/// The different names of a list; `None` where it is none.
fn texts(names: &Node, whose: &str, findings: &mut Findings) -> Option<Vec<String>> {
    let Some(list) = names.list() else {
        let what = format!(
            "{} stands where a list of scopes belongs",
            names.described()
        );
        findings.add(Kind::OddSecurity, whose, what);
        return None;
    };
    if list.len() > MOST {
        let what = format!("{} scopes in one list; {MOST} can be written", list.len());
        findings.add(Kind::TooMuch, whose, what);
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for node in list {
        let Some(name) = node.string() else {
            let what = format!("a list of scopes has {} in it", node.described());
            findings.add(Kind::OddSecurity, whose, what);
            return None;
        };
        let name = name.trim();
        if !names.iter().any(|own| own == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

/// Do two lists have the same names?
pub(crate) fn is_same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

/// Do alternatives say the same, in whatever order?
pub(crate) fn is_alike(one: &[Vec<String>], other: &[Vec<String>]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|list| other.iter().any(|own| is_same(own, list)))
}

/// Alternatives for people: "a and b, or c".
pub(crate) fn in_words(lists: &[Vec<String>]) -> String {
    let lists: Vec<String> = lists.iter().map(|list| list.join(" and ")).collect();
    lists.join(", or ")
}
