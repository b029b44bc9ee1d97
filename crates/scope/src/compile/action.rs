//! Actions, and what they bring.

use crate::definition::{AccessKind, Action};
use crate::mistake::Mistakes;
use crate::table::Table;

pub(super) fn read(file: &mut Table<'_>, languages: &[String], m: &mut Mistakes) -> Vec<Action> {
    let table = file
        .take("actions")
        .and_then(|entry| entry.table("[actions]", m));
    let entries = table.map(Table::rest).unwrap_or_default();
    let names: Vec<&str> = entries.iter().map(|entry| entry.key).collect();
    let mut actions = Vec::new();
    for entry in &entries {
        let Some(mut table) = entry.table(format!("[actions.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a verb", languages, m);
        let access = table.require(
            "access",
            "write `access = \"read\"` or `access = \"write\"`",
            m,
        );
        let words = [("read", AccessKind::Read), ("write", AccessKind::Write)];
        let access = access.and_then(|entry| entry.word(&words, m));
        let mut implies = Vec::new();
        for (name, span) in table
            .take("implies")
            .map(|list| list.strings(m))
            .unwrap_or_default()
        {
            if name == entry.key {
                m.at(
                    &span,
                    format!("the action `{name}` implies itself"),
                    "remove it from `implies`",
                );
            } else if names.contains(&name) {
                implies.push(name.to_owned());
            } else {
                m.unknown(&span, "action", name, names.iter().copied());
            }
        }
        table.finish(m);
        actions.push(Action {
            name: entry.key.to_owned(),
            title,
            // Whatever a mistake leaves open; it has been told.
            access: access.unwrap_or(AccessKind::Read),
            implies,
        });
    }
    for entry in &entries {
        if brought_by(entry.key, &actions).contains(&entry.key) {
            m.at(
                &entry.span,
                format!("the action `{}` implies itself through others", entry.key),
                "implication goes one way: remove one of the `implies`",
            );
        }
    }
    actions
}

/// The actions that an action brings, directly or through others.
pub(super) fn brought_by<'a>(action: &str, actions: &'a [Action]) -> Vec<&'a str> {
    let mut brought: Vec<&str> = Vec::new();
    let mut open = vec![action];
    while let Some(next) = open.pop() {
        let implies = actions
            .iter()
            .filter(|own| own.name == next)
            .flat_map(|own| &own.implies);
        for name in implies {
            if !brought.contains(&name.as_str()) {
                brought.push(name);
                open.push(name);
            }
        }
    }
    brought
}
