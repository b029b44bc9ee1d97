//! `[expand]`: a query parameter that adds requirements everywhere.

use toml::de::DeValue;

use super::scope::Scopes;
use crate::ScopeId;
use crate::compiled::{Expand, FieldNeeds};
use crate::endpoint::{ExpandField, ExpandRules};
use crate::mistake::Mistakes;
use crate::table::{Entry, Table};

/// What stands for "needs nothing more".
const NOTHING: &str = "none";

pub(super) fn read(
    file: &mut Table<'_>,
    scopes: &Scopes,
    m: &mut Mistakes,
) -> Option<(ExpandRules, Expand)> {
    let mut table = file.take("expand")?.table("[expand]", m)?;
    let parameter = table.require("parameter", "write `parameter = \"expand\"`", m);
    let parameter = parameter.and_then(|entry| entry.string(m));
    let fields = table.require("fields", "add [expand.fields] with a line per field", m);
    let entries = fields
        .and_then(|entry| entry.table("[expand.fields]", m))
        .map(Table::rest);
    let mut fields = Vec::new();
    let mut compiled = Vec::new();
    for entry in entries.unwrap_or_default() {
        if entry.key.split('.').any(str::is_empty) {
            let help = "write field names with one dot between them, in quotes";
            m.at(
                &entry.span,
                format!("the field `{}` has an empty part", entry.key),
                help,
            );
        }
        if let Some((field, needs)) = field(&entry, scopes, m) {
            fields.push((entry.key.to_owned(), field));
            compiled.push((entry.key.to_owned(), needs));
        }
    }
    table.finish(m);
    let parameter = parameter?;
    Some((
        ExpandRules {
            parameter: parameter.to_owned(),
            fields,
        },
        Expand::new(parameter, compiled),
    ))
}

fn field(
    entry: &Entry<'_>,
    scopes: &Scopes,
    m: &mut Mistakes,
) -> Option<(ExpandField, FieldNeeds)> {
    let help = "write a scope, \"none\", or `{ by_id = { prefix_ = \"scope\", … } }`";
    match entry.node.get_ref() {
        DeValue::String(text) if &**text == NOTHING => {
            Some((ExpandField::Nothing, FieldNeeds::Nothing))
        }
        DeValue::String(name) => {
            let id = find(name, entry, scopes, m)?;
            Some((ExpandField::Scope(name.to_string()), FieldNeeds::Scope(id)))
        }
        DeValue::Table(fields) => {
            let mut table = Table::new(
                format!("the field `{}`", entry.key),
                entry.span.clone(),
                fields,
            );
            let by_id = table
                .require("by_id", help, m)
                .and_then(|entry| entry.table("`by_id`", m));
            table.finish(m);
            prefixes(by_id?, scopes, m)
        }
        _ => {
            m.at(
                &entry.span,
                format!("the field `{}` is not a requirement", entry.key),
                help,
            );
            None
        }
    }
}

fn prefixes(
    table: Table<'_>,
    scopes: &Scopes,
    m: &mut Mistakes,
) -> Option<(ExpandField, FieldNeeds)> {
    let place = table.span.clone();
    let mut named = Vec::new();
    let mut compiled = Vec::new();
    for entry in table.rest() {
        let Some(name) = entry.string(m) else {
            continue;
        };
        let id = (name != NOTHING).then(|| find(name, &entry, scopes, m));
        named.push((entry.key.to_owned(), id.is_some().then(|| name.to_owned())));
        compiled.push((entry.key.into(), id.flatten()));
    }
    if named.is_empty() {
        m.at(
            &place,
            "`by_id` lists no beginning of an id",
            "list at least one, such as `staff_ = \"scope\"`",
        );
        return None;
    }
    compiled.sort_by_key(|(prefix, _): &(Box<str>, _)| std::cmp::Reverse(prefix.len()));
    Some((ExpandField::ById(named), FieldNeeds::ById(compiled.into())))
}

/// The scope with this name; `none` is suggested too.
fn find(name: &str, entry: &Entry<'_>, scopes: &Scopes, m: &mut Mistakes) -> Option<ScopeId> {
    let found = scopes.ids.get(name).copied();
    if found.is_none() {
        m.unknown(&entry.span, "scope", name, scopes.names().chain([NOTHING]));
    }
    found
}
