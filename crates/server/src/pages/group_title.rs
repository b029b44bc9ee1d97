//! What resources that stand together are called.

use scope::{Catalog, GroupedBy, Resource, Text, Together};

use super::words::Words;

/// What a group is called: by the catalog; by the word its names begin with, where its texts have
/// that, too; or by what is in it.
pub(crate) fn of(
    words: Words,
    catalog: &Catalog,
    group: &Together,
    members: &[&Resource],
) -> String {
    let text = |text: &Text| text.get(words.language().code()).to_owned();
    let mut titles = members
        .iter()
        .map(|one| one.title.get(words.language().code()));
    let title = match &group.by {
        GroupedBy::Group(name) => {
            let group = catalog.groups().iter().find(|one| one.name == *name);
            group.map(|group| text(&group.title))
        }
        GroupedBy::Words(common) => titles
            .clone()
            .find_map(|title| beginning(title, common))
            .map(str::to_owned),
        GroupedBy::Rest if group.part.is_none() && members.len() > 2 => {
            Some(words.get("group-rest"))
        }
        GroupedBy::Rest => None,
    };
    let few: Vec<&str> = titles.by_ref().take(2).collect();
    let is_all = titles.next().is_none();
    match (title, group.part) {
        (Some(title), None) => title,
        (Some(title), Some((part, count))) => words.with(
            "group-part",
            &[
                ("group", &title),
                ("part", &part.to_string()),
                ("of", &count.to_string()),
            ],
        ),
        (None, _) if is_all => few.join(", "),
        (None, _) => words.with("list-more", &[("first", &few.join(", "))]),
    }
}

/// Those of a group.
pub(crate) fn members<'a>(group: &Together, resources: &[&'a Resource]) -> Vec<&'a Resource> {
    let members = group.members.iter();
    members
        .filter_map(|place| resources.get(*place).copied())
        .collect()
}

/// The beginning of a title that says the words of names.
fn beginning<'t>(title: &'t str, words: &[String]) -> Option<&'t str> {
    let mut end = 0;
    for word in words {
        let rest = title.get(end..)?;
        let begin = rest.find(char::is_alphanumeric)?;
        let rest = rest.get(begin..)?;
        let length = rest
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap_or(rest.len());
        let same = rest.get(..length)?.to_lowercase();
        if same != *word && same.strip_suffix('s') != Some(word) {
            return None;
        }
        end += begin + length;
    }
    title.get(..end).filter(|said| !said.is_empty())
}
