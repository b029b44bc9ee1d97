//! The query of a sandbox call: which page, what to expand.

use enforce::Problem;
use serde_json::{Value, json};

use super::page_names::{PageNames, Turn};
use super::paging::Shown;
use super::refusal;
use super::written::one_spelling;

/// Records on a page when the call does not say.
const PER_PAGE: usize = 25;
/// Records on a page at most.
const MAX_PER_PAGE: usize = 200;

/// The query's parameters, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(raw: &str) -> Self {
        Self(
            url::form_urlencoded::parse(raw.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Every value of a parameter, also when it is spelled `name[]` or as a list with commas.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key.strip_suffix("[]").unwrap_or(key) == name)
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Which part of a list is wanted: by `page` and `per_page`, by `offset` and `limit`, or by what the
    /// description of the call has for these.
    pub(super) fn paging(&self, named: &PageNames<'_>) -> Result<Paging, Problem> {
        let (most, usual) = (
            named.most.min(MAX_PER_PAGE),
            named.usual.unwrap_or(PER_PAGE),
        );
        let per_page = self
            .number(&named.size)?
            .map_or(usual, |(_, own)| own)
            .clamp(most.min(1), most);
        let offset = self.number(&named.offset)?;
        let page = self.number(&named.page)?;
        let cursor = self.number(&named.cursor)?;
        let first = named.first_page;
        let (turn, offset) = match (offset, page, cursor) {
            (Some((name, offset)), _, _) => (Turn::Offset(name.to_owned()), offset),
            (None, _, Some((name, offset))) => (Turn::Cursor(name.to_owned()), offset),
            (None, Some((name, page)), None) => {
                let behind = page.saturating_sub(first).saturating_mul(per_page);
                (Turn::Page(name.to_owned()), behind)
            }
            (None, None, None) => (named.turn(), 0),
        };
        Ok(Paging {
            per_page,
            offset,
            turn,
            first_page: first,
            has_cursor: !named.cursor.is_empty(),
        })
    }

    fn number(&self, names: &[&str]) -> Result<Option<(&str, usize)>, Problem> {
        let Some((name, value)) = self.0.iter().find(|(key, _)| names.contains(&key.as_str()))
        else {
            return Ok(None);
        };
        value.parse().map(|own| Some((name.as_str(), own))).map_err(|_| {
            refusal::query(format!(
                "The query parameter {name} must be a whole number, such as 1; it was {value:?}."
            ))
        })
    }

    /// A URL with this query.
    fn at(&self, url: &str) -> String {
        if self.0.is_empty() {
            return url.to_owned();
        }
        let pairs = self.0.iter();
        let pairs = pairs.map(|(key, value)| (key.as_str(), value.as_str()));
        let mut written = url::form_urlencoded::Serializer::new(String::new());
        format!("{url}?{}", written.extend_pairs(pairs).finish())
    }

    /// The same query with another value for one parameter.
    fn with(&self, name: &str, value: usize) -> String {
        let kept = self.0.iter().filter(|(key, _)| key != name);
        let pairs = kept.map(|(key, value)| (key.as_str(), value.as_str()));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .append_pair(name, &value.to_string())
            .finish()
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paging {
    per_page: usize,
    offset: usize,
    /// By what the next page is asked for.
    turn: Turn,
    /// The number of the first page.
    first_page: usize,
    /// Is there a parameter for cursors? They are offsets here.
    has_cursor: bool,
}

impl Paging {
    /// Is the record with this index on the page?
    pub(super) fn holds(&self, index: usize) -> bool {
        index
            .checked_sub(self.offset)
            .is_some_and(|behind| behind < self.per_page)
    }

    /// The list's envelope. `url` is the call's own without query.
    pub(super) fn envelope(
        &self,
        data: Vec<Value>,
        total: usize,
        url: &str,
        query: &Query,
    ) -> Value {
        json!({
            "data": data,
            "page": self.offset / self.per_page.max(1) + 1,
            "per_page": self.per_page,
            "total": total,
            "next": self.next(total, url, query),
        })
    }

    /// The same, for envelopes of another shape.
    pub(super) fn shown(&self, total: usize, url: &str, query: &Query) -> Shown {
        let behind = self.offset.saturating_add(self.per_page);
        let before = self.offset.saturating_sub(self.per_page);
        Shown {
            total,
            per_page: self.per_page,
            offset: self.offset,
            first_page: self.first_page,
            here: query.at(url),
            next: self.next(total, url, query),
            previous: (self.offset > 0).then(|| self.link(before, url, query)),
            cursor: (self.has_cursor && self.offset < behind && behind < total)
                .then(|| behind.to_string()),
        }
    }

    /// The URL of the next page, if there is one.
    fn next(&self, total: usize, url: &str, query: &Query) -> Option<String> {
        let behind = self.offset.saturating_add(self.per_page);
        (self.offset < behind && behind < total).then(|| self.link(behind, url, query))
    }

    /// The URL of the page that begins with this record.
    fn link(&self, offset: usize, url: &str, query: &Query) -> String {
        let query = match &self.turn {
            Turn::Offset(name) | Turn::Cursor(name) => query.with(name, offset),
            Turn::Page(name) => query.with(name, offset / self.per_page.max(1) + self.first_page),
        };
        format!("{url}?{query}")
    }
}

/// A path parameter as an id: decoded, and of a length that an id can have.
pub(super) fn id(encoded: &str) -> String {
    one_spelling(percent_decode(encoded))
}

fn percent_decode(encoded: &str) -> String {
    // These are themselves in a path.
    let as_query = encoded
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    url::form_urlencoded::parse(as_query.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_offsets_mean_the_same() {
        let by_page = Query::parse("page=3&per_page=10")
            .paging(&PageNames::default())
            .unwrap();
        let by_offset = Query::parse("offset=20&limit=10")
            .paging(&PageNames::default())
            .unwrap();
        assert_eq!((by_page.offset, by_page.per_page), (20, 10));
        assert_eq!((by_offset.offset, by_offset.per_page), (20, 10));
    }

    #[test]
    fn absurd_numbers_are_cut_to_size_and_words_refused() {
        let huge = Query::parse("page=18446744073709551615&per_page=18446744073709551615");
        assert_eq!(
            huge.paging(&PageNames::default()).unwrap().per_page,
            MAX_PER_PAGE
        );
        assert_eq!(
            Query::parse("per_page=0&page=0")
                .paging(&PageNames::default())
                .unwrap()
                .per_page,
            1
        );
        for query in [
            "page=two",
            "page=-1",
            "per_page=1.5",
            "limit=",
            "offset=%00",
        ] {
            assert!(
                Query::parse(query).paging(&PageNames::default()).is_err(),
                "{query}"
            );
        }
    }

    #[test]
    fn the_next_page_keeps_the_rest_of_the_query() {
        let query = Query::parse("expand=contact.site&page=1&per_page=2");
        let paging = query.paging(&PageNames::default()).unwrap();
        let list = paging.envelope(Vec::new(), 5, "http://x/api/c", &query);
        assert_eq!(
            list["next"],
            "http://x/api/c?expand=contact.site&per_page=2&page=2"
        );
        let query = Query::parse("offset=4&limit=2");
        let list =
            query
                .paging(&PageNames::default())
                .unwrap()
                .envelope(Vec::new(), 5, "u", &query);
        assert_eq!(list["next"], Value::Null);
    }

    #[test]
    fn lists_are_spelled_in_three_ways() {
        let query = Query::parse("expand=a,b.c&expand[]=d&expand%5B%5D=e&expanded=f&expand=");
        assert_eq!(query.list("expand"), ["a", "b.c", "d", "e"]);
    }

    #[test]
    fn ids_come_percent_encoded_and_uuids_in_any_case() {
        assert_eq!(id("a+b%20c&d=e"), "a+b c&d=e");
        assert_eq!(
            id("0190163D-8694-739B-AEA5-966C26F8AD91"),
            "0190163d-8694-739b-aea5-966c26f8ad91"
        );
        for other in [
            "0190163d8694739baea5966c26f8ad91",
            "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91",
        ] {
            assert_eq!(id(other), other);
        }
    }
}
