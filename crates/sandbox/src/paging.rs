//! What stands around a list: how many there are, which of them these are, and where the others are.

use serde_json::{Map, Value, json};

use super::invent::schema::{Schemas, Shape};
use super::naming;

/// How deep in a body such members are looked for.
const MOST_DEEP: usize = 2;

/// What objects are called that hold them.
const ABOUT: [&str; 9] = [
    "pagination",
    "paging",
    "meta",
    "metadata",
    "page",
    "pageinfo",
    "links",
    "data",
    "cursors",
];

/// How many there are, of whatever pages.
const TOTALS: [&str; 8] = [
    "total",
    "totalcount",
    "totalresults",
    "totalitems",
    "totalrecords",
    "totalelements",
    "totalsize",
    "totalhits",
];

/// How many there are: on this page, where the total stands beside it.
const COUNTS: [&str; 3] = ["count", "itemcount", "resultcount"];

/// Members that only a page has.
const OF_PAGES: [&str; 19] = [
    "limit",
    "perpage",
    "pagesize",
    "itemsperpage",
    "offset",
    "startat",
    "startindex",
    "currentpage",
    "pagenumber",
    "totalpages",
    "pagecount",
    "hasmore",
    "hasnext",
    "next",
    "nexturl",
    "nextcursor",
    "nextmarker",
    "nextpagetoken",
    "previous",
];

/// Which part of a list is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) total: usize,
    pub(super) per_page: usize,
    pub(super) offset: usize,
    /// The number of the first page.
    pub(super) first_page: usize,
    /// The URLs of this page, and of those beside it.
    pub(super) here: String,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
    /// What asks for the next page, where the call takes such.
    pub(super) cursor: Option<String>,
}

/// What a member says.
enum Says {
    Value(Value),
    /// There is none of what it would say.
    Nothing,
}

impl Shown {
    /// All of them.
    pub(super) fn all(count: usize) -> Self {
        Self {
            total: count,
            per_page: count,
            first_page: 1,
            ..Self::default()
        }
    }

    /// What a member of this name says of `count` records on a page.
    fn said(&self, name: &str, count: usize, is_text: bool, beside_total: bool) -> Option<Says> {
        let per_page = self.per_page.max(1);
        let behind = self.offset.saturating_add(per_page);
        let text = |own: &Option<String>| match own {
            Some(own) => Says::Value(Value::from(own.as_str())),
            None => Says::Nothing,
        };
        let number = |own: usize| {
            Says::Value(match is_text {
                true => Value::from(own.to_string()),
                false => Value::from(own),
            })
        };
        Some(match name {
            _ if TOTALS.contains(&name) => number(self.total),
            _ if COUNTS.contains(&name) && !beside_total => number(self.total),
            _ if COUNTS.contains(&name) => number(count),
            "returned" | "numberofelements" => number(count),
            "totalpages" | "pagecount" | "pages" => number(self.total.div_ceil(per_page).max(1)),
            "lastpage" if !is_text => {
                number(self.total.div_ceil(per_page).max(1) - 1 + self.first_page)
            }
            "limit" | "perpage" | "pagesize" | "itemsperpage" => number(per_page),
            "offset" | "startat" | "startindex" => number(self.offset),
            "currentpage" | "pagenumber" | "page" => {
                number(self.offset / per_page + self.first_page)
            }
            "hasmore" | "hasnext" | "hasnextpage" | "more" => {
                Says::Value(Value::from(behind < self.total))
            }
            "hasprevious" | "hasprev" | "haspreviouspage" => {
                Says::Value(Value::from(self.offset > 0))
            }
            "next" | "nexturl" | "nextpageurl" | "nextlink" | "nextpage" if is_text => {
                text(&self.next)
            }
            "previous" | "previousurl" | "prev" | "prevurl" | "previouspage" | "prevlink"
                if is_text =>
            {
                text(&self.previous)
            }
            "nextpage" if behind < self.total => number(behind / per_page + self.first_page),
            "nextpage" => Says::Nothing,
            "nextcursor" | "nextmarker" | "nextpagetoken" | "nexttoken" | "continuation"
            | "cursor" | "after" | "endcursor" | "continuationtoken"
                if is_text =>
            {
                text(&self.cursor)
            }
            "prevcursor" | "previouscursor" | "prevmarker" | "before" if is_text => Says::Nothing,
            "href" | "self" if is_text && !self.here.is_empty() => {
                Says::Value(Value::from(self.here.as_str()))
            }
            _ => return None,
        })
    }
}

/// Makes the members true that say which page it is, wherever the schema has them. `path` leads to the
/// list, of which `count` are here. Are there any?
pub(super) fn say<'d>(
    schemas: &Schemas<'d>,
    root: &[&'d Value],
    base: &mut Value,
    shown: &Shown,
    (count, path): (usize, &[String]),
    depth: usize,
) -> bool {
    let shape = schemas.shape(root, None);
    let Some(members) = base.as_object_mut() else {
        return false;
    };
    let mut are_any = false;
    for (name, own) in &shape.properties {
        let inner = schemas.shape(own, None);
        let leads_there = path.first().is_some_and(|own| own == name);
        let is_about = ABOUT.contains(&naming::bare(name).as_str());
        if inner.is_object() && depth < MOST_DEEP && (leads_there || is_about) {
            let was_there = members.contains_key(*name);
            let below = members
                .entry(*name)
                .or_insert_with(|| Value::Object(Map::new()));
            let path = match leads_there {
                true => path.get(1..).unwrap_or_default(),
                false => &[],
            };
            let said = say(schemas, own, below, shown, (count, path), depth + 1);
            if !was_there && !said && below.as_object().is_some_and(Map::is_empty) {
                members.remove(*name);
            }
            are_any |= said;
        }
    }
    say_here(schemas, &shape, members, shown, count) || are_any
}

/// Makes what an object says of the list in it true of all that stands there, where it is one around a list:
/// what the document shows, or what is invented, counts other ones.
pub(super) fn say_whole(
    schemas: &Schemas<'_>,
    shape: &Shape<'_>,
    members: &mut Map<String, Value>,
) {
    let bare: Vec<String> = shape
        .properties
        .keys()
        .map(|own| naming::bare(own))
        .collect();
    let has = |names: &[&str]| bare.iter().any(|own| names.contains(&own.as_str()));
    // A sum is called a total, too.
    let is_around = has(&OF_PAGES) && has(&TOTALS) || has(&TOTALS[1..]);
    if !is_around {
        return;
    }
    let mut lists = members.values().filter_map(Value::as_array);
    if let (Some(list), None) = (lists.next(), lists.next()) {
        let count = list.len();
        let shown = Shown::all(count);
        say_here(schemas, shape, members, &shown, count);
    }
}

fn say_here(
    schemas: &Schemas<'_>,
    shape: &Shape<'_>,
    members: &mut Map<String, Value>,
    shown: &Shown,
    count: usize,
) -> bool {
    let mut are_any = false;
    let mut names = shape.properties.keys();
    let beside_total = names.any(|own| TOTALS.contains(&naming::bare(own).as_str()));
    for (name, own) in &shape.properties {
        let inner = schemas.shape(own, None);
        let bare = naming::bare(name);
        let is_text = inner
            .types
            .as_ref()
            .is_some_and(|own| own.contains(&"string"));
        let said = match (inner.is_object(), inner.is_array()) {
            (false, false) => shown.said(&bare, count, is_text, beside_total),
            (true, _) => shown.linked(&bare, &inner),
            (_, true) => shown.links(schemas, &bare, &inner),
        };
        are_any |= said.is_some();
        match said {
            Some(Says::Value(value)) => {
                members.insert((*name).to_owned(), value);
            }
            Some(Says::Nothing) if inner.null == Some(true) => {
                members.insert((*name).to_owned(), Value::Null);
            }
            Some(Says::Nothing) if is_text && shape.required.contains(name) => {
                members.insert((*name).to_owned(), Value::from(""));
            }
            Some(Says::Nothing) => {
                members.remove(*name);
            }
            None => {}
        }
    }
    are_any
}

impl Shown {
    fn beside(&self, name: &str) -> Option<&Option<String>> {
        match name {
            "next" => Some(&self.next),
            "prev" | "previous" => Some(&self.previous),
            _ => None,
        }
    }

    /// A link that is an object.
    fn linked(&self, name: &str, shape: &Shape<'_>) -> Option<Says> {
        let address = self.beside(name)?;
        let member = ["href", "url"];
        let member = member
            .iter()
            .find(|own| shape.properties.contains_key(*own))?;
        Some(match address {
            Some(address) => Says::Value(json!({ *member: address })),
            None => Says::Nothing,
        })
    }

    /// Links in a list, each with what it leads to.
    fn links(&self, schemas: &Schemas<'_>, name: &str, list: &Shape<'_>) -> Option<Says> {
        let link = schemas.shape(&list.items, None);
        let is_link = ["rel", "href"]
            .iter()
            .all(|own| link.properties.contains_key(own));
        if name != "links" || !is_link {
            return None;
        }
        let links = [("next", &self.next), ("prev", &self.previous)];
        let links = links
            .into_iter()
            .filter_map(|(rel, address)| Some(json!({ "rel": rel, "href": address.as_deref()? })));
        Some(Says::Value(links.collect()))
    }
}
