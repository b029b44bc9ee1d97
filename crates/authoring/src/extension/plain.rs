//! What `security` can say of a requirement: OR of AND. What depends on the call becomes the
//! strictest of what it could ask for, never less.

use scope::Requirement;

/// What a requirement comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plain {
    /// All scopes of one of these lists; neither is ever empty.
    Scopes(Vec<Vec<String>>),
    AnyToken,
    Public,
}

/// The most alternatives that are told apart; beyond, all scopes are needed.
const MOST: usize = 256;

impl Plain {
    pub(crate) fn of(requirement: &Requirement) -> Self {
        if *requirement == Requirement::Public {
            return Self::Public;
        }
        let Some(mut lists) = alternatives(requirement) else {
            let all = requirement.scopes().into_iter().map(str::to_owned);
            return Self::Scopes(vec![all.collect()]);
        };
        if lists.iter().any(Vec::is_empty) {
            return Self::AnyToken;
        }
        // Whoever has more has enough.
        let all = lists.clone();
        let mut place = 0;
        lists.retain(|own| {
            let mut others = all.iter().enumerate();
            let is_needless = others.any(|(other, less)| {
                let is_less = less.iter().all(|name| own.contains(name));
                other != place && is_less && (less.len() < own.len() || other < place)
            });
            place += 1;
            !is_needless
        });
        Self::Scopes(lists)
    }

    /// What is read where `security` says it, and nothing else does.
    pub(crate) fn requirement(&self) -> Requirement {
        match self {
            Self::Scopes(lists) => any(lists),
            Self::AnyToken => Requirement::AnyToken,
            Self::Public => Requirement::Public,
        }
    }
}

/// One of these lists, and all of it.
pub(crate) fn any(lists: &[Vec<String>]) -> Requirement {
    let scope = |name: &String| Requirement::Scope(name.clone());
    let all = |list: &Vec<String>| of_parts(list.iter().map(scope).collect(), Requirement::All);
    of_parts(lists.iter().map(all).collect(), Requirement::Any)
}

/// One part stands for itself.
pub(crate) fn of_parts(
    mut parts: Vec<Requirement>,
    several: fn(Vec<Requirement>) -> Requirement,
) -> Requirement {
    match parts.len() {
        1 => parts.remove(0),
        _ => several(parts),
    }
}

/// Does it depend on the call or on whom the token speaks for?
pub(crate) fn is_conditional(requirement: &Requirement) -> bool {
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => false,
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().any(is_conditional),
        _ => true,
    }
}

/// Every way to meet it, whatever the call says; nothing where there are too many.
fn alternatives(requirement: &Requirement) -> Option<Vec<Vec<String>>> {
    match requirement {
        Requirement::Scope(name) => Some(vec![vec![name.clone()]]),
        Requirement::AnyToken | Requirement::Public => Some(vec![Vec::new()]),
        Requirement::Any(parts) => {
            let mut any: Vec<Vec<String>> = Vec::new();
            for list in parts
                .iter()
                .map(alternatives)
                .collect::<Option<Vec<_>>>()?
                .concat()
            {
                if !any.contains(&list) {
                    any.push(list);
                }
            }
            (any.len() <= MOST).then_some(any)
        }
        Requirement::All(parts) => all(parts.iter()),
        Requirement::BySubject { person, client } => {
            all(person.iter().chain(client).map(|part| &**part))
        }
        Requirement::ByPath { is, .. } => all(is.iter().map(|(_, part)| part)),
        Requirement::ByQuery { is, otherwise, .. } | Requirement::ByBody { is, otherwise, .. } => {
            all(is.iter().map(|(_, part)| part).chain(otherwise.as_deref()))
        }
    }
}

fn all<'r>(parts: impl Iterator<Item = &'r Requirement>) -> Option<Vec<Vec<String>>> {
    let mut ways = vec![Vec::new()];
    for part in parts {
        let own = alternatives(part)?;
        if ways.len() * own.len() > MOST {
            return None;
        }
        let mut wider: Vec<Vec<String>> = Vec::new();
        for way in &ways {
            for list in &own {
                let mut both: Vec<String> = way.clone();
                both.extend(list.iter().filter(|name| !way.contains(name)).cloned());
                if !wider.contains(&both) {
                    wider.push(both);
                }
            }
        }
        ways = wider;
    }
    Some(ways)
}
