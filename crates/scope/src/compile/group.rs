//! Groups of resources.

use crate::definition::ResourceGroup;
use crate::mistake::Mistakes;
use crate::table::{Entry, Table};

/// The groups in file order.
pub(super) fn read(
    file: &mut Table<'_>,
    languages: &[String],
    m: &mut Mistakes,
) -> Vec<ResourceGroup> {
    let table = file
        .take("groups")
        .and_then(|entry| entry.table("[groups]", m));
    let mut groups = Vec::new();
    for entry in table.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[groups.{}]", entry.key), m) else {
            continue;
        };
        let title = table.text("title", "a few words", languages, m);
        table.finish(m);
        groups.push(ResourceGroup {
            name: entry.key.to_owned(),
            title,
        });
    }
    groups
}

/// The group that an entry names.
pub(super) fn named(
    entry: Option<Entry<'_>>,
    groups: &[ResourceGroup],
    m: &mut Mistakes,
) -> Option<String> {
    let entry = entry?;
    let name = entry.string(m)?;
    if !groups.iter().any(|group| group.name == name) {
        let names = groups.iter().map(|group| group.name.as_str());
        m.unknown(&entry.span, "group", name, names);
    }
    Some(name.to_owned())
}
