//! What scopes bring: by their action within their resource, and by name.

use rustc_hash::FxHashMap;

use super::action::brought_by;
use crate::definition::{Action, Added, ScopeDefinition, ScopeStatus};
use crate::mistake::{Mistakes, Span};
use crate::table::Entry;
use crate::{ScopeId, ScopeSet};

/// By scope: everything it brings, directly or through others, without itself. A retired scope
/// brings nothing and is brought by nothing. `named` are the scopes that say themselves what they
/// bring.
pub(super) fn implied(
    definitions: &[ScopeDefinition],
    ids: &FxHashMap<String, ScopeId>,
    actions: &[Action],
    named: &[(ScopeId, Entry<'_>)],
    m: &mut Mistakes,
) -> Vec<ScopeSet> {
    let mut direct = by_action(definitions, actions);
    for (id, entry) in named {
        let Some(own) = definitions.get(id.index()) else {
            continue;
        };
        check(own, entry, m);
        for (name, span) in entry.strings(m) {
            let brought = ids.get(name).and_then(|id| definitions.get(id.index()));
            match (brought, ids.get(name)) {
                (Some(brought), Some(brought_id)) if is_right(own, brought, &span, m) => {
                    if let Some(direct) = direct.get_mut(id.index()) {
                        direct.insert(*brought_id);
                    }
                }
                (Some(_), _) => {}
                (None, _) => {
                    let known = definitions.iter().map(|scope| scope.name.as_str());
                    m.unknown(&span, "scope", name, known);
                }
            }
        }
    }
    if named.is_empty() {
        return direct;
    }
    let closed: Vec<ScopeSet> = direct.iter().map(|own| closure(own, &direct)).collect();
    for (id, entry) in named {
        if closed.get(id.index()).is_some_and(|all| all.contains(*id)) {
            let name = definitions.get(id.index()).map_or("", |own| &own.name);
            m.at(
                &entry.span,
                format!("the scope `{name}` implies itself through others"),
                "implication goes one way: remove one of the `implies`",
            );
        }
    }
    closed
}

/// What a scope's own `implies` says against its other keys.
fn check(own: &ScopeDefinition, entry: &Entry<'_>, m: &mut Mistakes) {
    if own.status == ScopeStatus::Retired {
        m.at(
            &entry.span,
            format!("`{}` is retired and brings others", own.name),
            "a retired scope brings nothing: remove `implies`",
        );
    }
    if own.added == Added::EveryGrant {
        m.at(
            &entry.span,
            format!("`{}` is on every grant and brings others", own.name),
            "what nobody chooses brings nothing along: remove `implies`, or set `added` on those too",
        );
    }
    if entry.is_empty_list() {
        let help = "name the scopes that it brings, or remove the key";
        m.at(&entry.span, "`implies` is empty", help);
    }
}

/// Can the one bring the other?
fn is_right(
    own: &ScopeDefinition,
    brought: &ScopeDefinition,
    span: &Span,
    m: &mut Mistakes,
) -> bool {
    if own.name == brought.name {
        let what = format!("the scope `{}` implies itself", own.name);
        m.at(span, what, "remove it from `implies`");
        return false;
    }
    if brought.status == ScopeStatus::Retired {
        let what = format!("`{}` brings `{}`, which is retired", own.name, brought.name);
        m.at(
            span,
            what,
            "nothing brings a retired scope: remove it from `implies`",
        );
        return false;
    }
    true
}

fn by_action(definitions: &[ScopeDefinition], actions: &[Action]) -> Vec<ScopeSet> {
    let mut by_place: FxHashMap<(&str, &str), ScopeId> = FxHashMap::default();
    for (index, own) in definitions.iter().enumerate() {
        if let (Some(action), true) = (&own.action, own.status != ScopeStatus::Retired) {
            by_place.insert((&own.resource, action), ScopeId::new(index));
        }
    }
    let brought: FxHashMap<&str, Vec<&str>> = actions
        .iter()
        .map(|action| (action.name.as_str(), brought_by(&action.name, actions)))
        .collect();
    let of = |own: &ScopeDefinition| -> ScopeSet {
        let action = own
            .action
            .as_deref()
            .filter(|_| own.status != ScopeStatus::Retired);
        let names = action
            .and_then(|action| brought.get(action))
            .into_iter()
            .flatten();
        names
            .filter_map(|name| by_place.get(&(own.resource.as_str(), *name)).copied())
            .collect()
    };
    definitions.iter().map(of).collect()
}

/// Everything that can be reached from these.
fn closure(first: &ScopeSet, direct: &[ScopeSet]) -> ScopeSet {
    let mut reached = first.clone();
    let mut open: Vec<ScopeId> = first.iter().collect();
    while let Some(next) = open.pop() {
        for id in direct
            .get(next.index())
            .into_iter()
            .flat_map(ScopeSet::iter)
        {
            if !reached.contains(id) {
                reached.insert(id);
                open.push(id);
            }
        }
    }
    reached
}
