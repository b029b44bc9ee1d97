//! What the parameters of a list are called that say which part of it is wanted.

use super::described::Described;
use super::naming;

/// How many records are wanted, without what joins the words.
const SIZES: [&str; 15] = [
    "limit",
    "perpage",
    "pagesize",
    "pagelimit",
    "maxresults",
    "maxitems",
    "resultsperpage",
    "itemsperpage",
    "numresults",
    "top",
    "first",
    "take",
    "size",
    "count",
    "rows",
];
const OFFSETS: [&str; 6] = [
    "offset",
    "skip",
    "start",
    "startat",
    "startindex",
    "pageoffset",
];
const PAGES: [&str; 4] = ["page", "pagenumber", "pageno", "pageindex"];
const CURSORS: [&str; 11] = [
    "cursor",
    "pagecursor",
    "nextcursor",
    "marker",
    "nextmarker",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "continuation",
    "continuationtoken",
    "after",
];

/// By which parameter the next page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    Offset(String),
    Page(String),
    /// By what the page before said.
    Cursor(String),
}

/// The names for one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageNames<'d> {
    pub(super) size: Vec<&'d str>,
    pub(super) offset: Vec<&'d str>,
    pub(super) page: Vec<&'d str>,
    pub(super) cursor: Vec<&'d str>,
    /// How many records are shown where the call does not say, and at most.
    pub(super) usual: Option<usize>,
    pub(super) most: usize,
    pub(super) first_page: usize,
    /// Does the description name an offset, a page?
    has_offset: bool,
    has_page: bool,
}

impl Default for PageNames<'_> {
    fn default() -> Self {
        Self {
            size: vec!["per_page", "pageSize", "limit"],
            offset: vec!["offset"],
            page: vec!["page"],
            cursor: Vec::new(),
            usual: None,
            most: usize::MAX,
            first_page: 1,
            has_offset: false,
            has_page: false,
        }
    }
}

impl<'d> PageNames<'d> {
    /// Those that every sandbox takes, and those of a description.
    pub(super) fn of(described: &Described<'d>) -> Self {
        let mut names = Self::default();
        let parameters = described.operation.parameters.iter();
        for own in parameters.filter(|own| own.place == "query") {
            let name: &'d str = &own.name;
            let schema = own.schema.as_ref().map(|own| own.value());
            let shape = described.schemas.shape(&Vec::from_iter(schema), None);
            let is_of = |kinds: &[&str]| {
                let types = shape.types.as_ref();
                types.is_none_or(|own| own.iter().any(|own| kinds.contains(own)))
            };
            let is_count = is_of(&["integer", "number"]);
            let is_text = is_of(&["string"]) && shape.text("format").is_none();
            let bare = naming::bare(name);
            let bare = bare.as_str();
            let begins_at = |number: f64| {
                let mut shown = shape.examples().filter_map(serde_json::Value::as_f64);
                shape.number("minimum") == Some(number) || shown.any(|own| own == number)
            };
            if is_count && SIZES.contains(&bare) {
                names.size.push(name);
                let default = shape.words.get("default").and_then(|own| own.as_u64());
                let default = default.and_then(|own| usize::try_from(own).ok());
                names.usual = names.usual.or(default);
                let most = shape.count("maximum");
                names.most = names.most.min(most.unwrap_or(usize::MAX));
            } else if is_count && OFFSETS.contains(&bare) {
                names.offset.push(name);
                names.has_offset = true;
            } else if is_count && PAGES.contains(&bare) {
                names.page.push(name);
                names.has_page = true;
                names.first_page = usize::from(!begins_at(0.0));
            } else if is_text && CURSORS.contains(&bare) {
                names.cursor.push(name);
            }
        }
        names
    }

    /// By which the next page is asked for where the call says none.
    pub(super) fn turn(&self) -> Turn {
        let own = |names: &[&str]| {
            names
                .last()
                .map_or_else(String::new, |own| (*own).to_owned())
        };
        match (self.has_offset, self.has_page, self.cursor.is_empty()) {
            (true, _, _) => Turn::Offset(own(&self.offset)),
            (false, false, false) => Turn::Cursor(own(&self.cursor)),
            (false, _, _) => Turn::Page(own(&self.page)),
        }
    }
}
