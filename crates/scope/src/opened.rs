//! What a changed catalog opens more than the one before, to whoever holds the same scopes.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::endpoint::{Endpoint, Method, Requirement};

/// The most ways to meet a requirement that are told apart.
const MOST: usize = 256;

/// What stands for a part of a path that could be anything.
const ANYTHING: &str = "any-value-there-is";

/// What counts by a catalog, and did not by the one before. Calls are written `GET /path/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// Calls that no rule was for. They open to tokens that hold their scopes already.
    pub new: Vec<String>,
    /// Calls that need less than before or another scope, or may, where that depends on what a call
    /// says: somebody gets in who did not.
    pub less: Vec<String>,
    /// Calls that are open to everybody, and were not.
    pub public: Vec<String>,
    /// Scopes that bring another one by now: whatever is issued from now on has that, too.
    pub bring: Vec<String>,
    /// Scopes that need no approval any more.
    pub without_approval: Vec<String>,
}

impl Opened {
    /// Compares two catalogs, call by call: as a request is routed, so that a rule taken away counts
    /// where another one takes its calls.
    pub fn of(before: &Catalog, now: &Catalog) -> Self {
        let mut opened = Self::default();
        let mut seen: BTreeSet<(&'static str, String)> = BTreeSet::new();
        for endpoint in now.endpoints().iter().chain(before.endpoints()) {
            let path = endpoint.filled(|_| ANYTHING.to_owned());
            let methods = Method::ALL.into_iter();
            for method in methods.filter(|own| endpoint.method.covers(*own)) {
                if seen.insert((method.as_str(), path.clone())) {
                    opened.call(before, now, method, &path, endpoint);
                }
            }
        }
        for scope in now.scopes() {
            let name = scope.name.as_str();
            let (Some(old), Some(new)) = (before.find(name), now.find(name)) else {
                continue;
            };
            let known: BTreeSet<&str> = before.names(before.implied_by(old)).into_iter().collect();
            let brings = now.names(now.implied_by(new));
            if brings.iter().any(|own| !known.contains(own)) {
                opened.bring.push(name.to_owned());
            }
            if before.elevated().contains(old) && !now.elevated().contains(new) {
                opened.without_approval.push(name.to_owned());
            }
        }
        opened
    }

    /// Is nothing opened?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn call(
        &mut self,
        before: &Catalog,
        now: &Catalog,
        method: Method,
        path: &str,
        endpoint: &Endpoint,
    ) {
        let route = |catalog: &'_ Catalog| {
            let route = catalog.route(method.as_str(), path).ok()?;
            let own = route.endpoint();
            // By the rule for `GET` it is no call of its own.
            let is_get = method == Method::Head && own.method == Method::Get;
            Some((is_get, own.requirement.clone()))
        };
        let Some((is_get, needs)) = route(now) else {
            return;
        };
        let needed = match route(before) {
            Some((true, _)) | None if is_get => return,
            other => other.map(|(_, needed)| needed),
        };
        let list = match (&needed, &needs) {
            (Some(Requirement::Public), _) => return,
            (_, Requirement::Public) => &mut self.public,
            (None, _) => &mut self.new,
            (Some(needed), needs) if is_less(Some(needs), Some(needed)) => &mut self.less,
            _ => return,
        };
        list.push(format!("{method} {}", endpoint.path));
    }
}

impl Method {
    /// Does a rule for `self` speak of this method?
    fn covers(self, method: Self) -> bool {
        method != Self::Any && (self == method || self == Self::Any)
    }
}

/// Could a call be open by what it needs now, and not by what it needed? Where there is none, it is
/// open to nobody. Never `false` where it could.
fn is_less(now: Option<&Requirement>, before: Option<&Requirement>) -> bool {
    let (now, before) = match (now, before) {
        (None, _) => return false,
        (Some(_), None) => return true,
        (Some(now), Some(before)) if now == before => return false,
        (Some(now), Some(before)) => (now, before),
    };
    if let (
        Requirement::BySubject { person, client },
        Requirement::BySubject {
            person: old_person,
            client: old_client,
        },
    ) = (now, before)
    {
        return is_less(person.as_deref(), old_person.as_deref())
            || is_less(client.as_deref(), old_client.as_deref());
    }
    if let (
        Requirement::ByPath { parameter, is },
        Requirement::ByPath {
            parameter: old,
            is: was,
        },
    ) = (now, before)
        && parameter == old
        && is.len() == was.len()
        && is.iter().zip(was).all(|(own, old)| own.0 == old.0)
    {
        let mut cases = is.iter().zip(was);
        return cases.any(|(own, old)| is_less(Some(&own.1), Some(&old.1)));
    }
    let (Some(ways), Some(known)) = (ways(now, Case::Any), ways(before, Case::All)) else {
        return true;
    };
    let is_enough = |way: &BTreeSet<&str>| known.iter().any(|own| own.is_subset(way));
    !ways.iter().all(is_enough)
}

/// What is asked where it depends on the call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// What the mildest case could ask.
    Any,
    /// What every case could ask.
    All,
}

/// The ways to meet a requirement; nothing where there are too many.
fn ways(requirement: &Requirement, case: Case) -> Option<Vec<BTreeSet<&str>>> {
    match requirement {
        Requirement::Scope(name) => Some(vec![BTreeSet::from([name.as_str()])]),
        Requirement::AnyToken | Requirement::Public => Some(vec![BTreeSet::new()]),
        Requirement::Any(parts) => any(&mut parts.iter(), case),
        Requirement::All(parts) => all(&mut parts.iter(), case),
        // No scope opens it to a kind of token that is left out.
        Requirement::BySubject {
            person: None,
            client: _,
        }
        | Requirement::BySubject {
            person: _,
            client: None,
        } if case == Case::All => Some(Vec::new()),
        Requirement::BySubject { person, client } => {
            cases(&mut person.iter().chain(client).map(|part| &**part), case)
        }
        Requirement::ByPath { is, .. } => cases(&mut is.iter().map(|(_, part)| part), case),
        Requirement::ByQuery { is, otherwise, .. } | Requirement::ByBody { is, otherwise, .. } => {
            let parts = is.iter().map(|(_, part)| part);
            cases(&mut parts.chain(otherwise.as_deref()), case)
        }
    }
}

fn cases<'r>(
    parts: &mut dyn Iterator<Item = &'r Requirement>,
    case: Case,
) -> Option<Vec<BTreeSet<&'r str>>> {
    match case {
        Case::Any => any(parts, case),
        Case::All => all(parts, case),
    }
}

fn any<'r>(
    parts: &mut dyn Iterator<Item = &'r Requirement>,
    case: Case,
) -> Option<Vec<BTreeSet<&'r str>>> {
    let mut sum = Vec::new();
    for part in parts {
        sum.extend(ways(part, case)?);
        if sum.len() > MOST {
            return None;
        }
    }
    Some(sum)
}

fn all<'r>(
    parts: &mut dyn Iterator<Item = &'r Requirement>,
    case: Case,
) -> Option<Vec<BTreeSet<&'r str>>> {
    let mut product = vec![BTreeSet::new()];
    for part in parts {
        let own = ways(part, case)?;
        if product.len() * own.len() > MOST {
            return None;
        }
        let with = |way: &BTreeSet<&'r str>| {
            let own = own.iter().map(|more| way.union(more).copied().collect());
            own.collect::<Vec<BTreeSet<&str>>>()
        };
        product = product.iter().flat_map(with).collect();
    }
    Some(product)
}
