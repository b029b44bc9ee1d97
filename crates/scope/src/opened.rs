//! What a changed catalog opens more than the one before, to whoever holds the same scopes.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::endpoint::{Endpoint, Method, Requirement};

/// The most ways to meet a requirement that are told apart.
const MOST: usize = 256;

/// What may stand for a part of a path that could be anything: one sign, so that no template with text
/// around it takes it for that.
const SIGNS: &str = "~!$'()*+,=&@_0123456789abcdefghijklmnopqrstuvwxyz";

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
    /// Scopes that need no approval any more, or another one.
    pub without_approval: Vec<String>,
    /// Scopes that were retired, and are not any more: whoever holds one, from before, opens its calls
    /// again at once.
    pub reactivated: Vec<String>,
    /// Scopes that open all records, and opened certain ones only.
    pub all_records: Vec<String>,
}

impl Opened {
    /// Compares two catalogs, call by call: as a request is routed, so that a rule taken away counts
    /// where another one takes its calls. Paths are compared as they are written: of two templates that
    /// share some calls, such as `/{name}.json` and `/a{id}`, these calls are not looked at one by one.
    pub fn of(before: &Catalog, now: &Catalog) -> Self {
        let mut opened = Self::default();
        opened.calls(before, now);
        opened.scopes(before, now);
        opened
    }

    /// Is nothing opened?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn calls(&mut self, before: &Catalog, now: &Catalog) {
        let mut seen: BTreeSet<(&'static str, String)> = BTreeSet::new();
        let all = || now.endpoints().iter().chain(before.endpoints());
        // Nor is it a text that stands there.
        let texts: String = all().map(|own| own.filled(|_| String::new())).collect();
        let is_free = |sign: &char| !texts.contains(*sign);
        let sign = SIGNS.chars().find(is_free).unwrap_or('~');
        // Longer than any path that is written out: what takes several segments is asked for that, too.
        let longest = all().map(|own| own.path.matches('/').count()).max();
        let long = vec![sign.to_string(); longest.unwrap_or_default() + 1].join("/");
        let filled = |endpoint: &Endpoint, several: &str| {
            let is_tail = |name: &str| endpoint.path.contains(&format!("{{{name}...}}"));
            endpoint.filled(|name| match is_tail(name) {
                true => several.to_owned(),
                false => sign.to_string(),
            })
        };
        let paths = all().flat_map(|own| {
            let one = sign.to_string();
            [(own, filled(own, &one)), (own, filled(own, &long))]
        });
        for (endpoint, path) in paths {
            // A path that is gone may have kept those from another one that it had no rule for.
            let methods = Method::ALL.into_iter();
            for method in methods.filter(|own| *own != Method::Any) {
                if seen.insert((method.as_str(), path.clone())) {
                    self.call(before, now, method, &path, endpoint);
                }
            }
        }
        for list in [&mut self.new, &mut self.less, &mut self.public] {
            let mut told = BTreeSet::new();
            list.retain(|own| told.insert(own.clone()));
        }
    }

    fn scopes(&mut self, before: &Catalog, now: &Catalog) {
        for scope in now.scopes() {
            let name = scope.name.as_str();
            let (Some(old), Some(new)) = (before.find(name), now.find(name)) else {
                continue;
            };
            let known: BTreeSet<&str> = before.names(before.implied_by(old)).into_iter().collect();
            let brings = now.names(now.implied_by(new));
            if brings.iter().any(|own| !known.contains(own)) {
                self.bring.push(name.to_owned());
            }
            let elevation = |catalog: &'_ Catalog, id| {
                let own = catalog.scope(id);
                own.and_then(|own| own.elevation.clone())
            };
            let (was, is) = (elevation(before, old), elevation(now, new));
            if was.is_some() && was != is {
                self.without_approval.push(name.to_owned());
            }
            if !before.usable().contains(old) && now.usable().contains(new) {
                self.reactivated.push(name.to_owned());
            }
            if before.row_filter(old).is_some() && now.row_filter(new).is_none() {
                self.all_records.push(name.to_owned());
            }
        }
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
    if let (Some(now), Some(before)) = (Cases::of(now), Cases::of(before))
        && now.about == before.about
        && now.values().eq(before.values())
    {
        let mut cases = now.is.iter().zip(before.is);
        return cases.any(|(own, old)| is_less(Some(&own.1), Some(&old.1)))
            || is_less(now.otherwise, before.otherwise);
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
        // What is not listed, or cannot be read, is open to nobody.
        Requirement::ByPath { .. } | Requirement::ByQuery { .. } | Requirement::ByBody { .. }
            if case == Case::All =>
        {
            Some(Vec::new())
        }
        Requirement::ByPath { is, .. } => cases(&mut is.iter().map(|(_, part)| part), case),
        Requirement::ByQuery { is, otherwise, .. } | Requirement::ByBody { is, otherwise, .. } => {
            let parts = is.iter().map(|(_, part)| part);
            cases(&mut parts.chain(otherwise.as_deref()), case)
        }
    }
}

/// A requirement that goes by what a call says.
struct Cases<'r> {
    /// What it goes by, and how that is read.
    about: (&'static str, &'r str, bool, &'r [String]),
    is: &'r [(String, Requirement)],
    otherwise: Option<&'r Requirement>,
}

impl<'r> Cases<'r> {
    fn of(requirement: &'r Requirement) -> Option<Self> {
        Some(match requirement {
            Requirement::ByPath { parameter, is } => Self {
                about: ("path", parameter, false, &[]),
                is,
                otherwise: None,
            },
            Requirement::ByQuery {
                parameter,
                filters,
                is,
                otherwise,
            } => Self {
                about: ("query", parameter, *filters, &[]),
                is,
                otherwise: otherwise.as_deref(),
            },
            Requirement::ByBody {
                pointer,
                batch,
                without,
                is,
                otherwise,
            } => Self {
                about: ("body", pointer, *batch, without),
                is,
                otherwise: otherwise.as_deref(),
            },
            _ => return None,
        })
    }

    fn values(&self) -> impl Iterator<Item = &'r str> {
        self.is.iter().map(|(value, _)| value.as_str())
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
