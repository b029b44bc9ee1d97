use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

/// What the page's own forms and links choose: a place on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlayQuery {
    /// Whose form is shown.
    pub client: Option<String>,
    /// Which calls are listed.
    pub show: Show,
    /// Words in a path or a scope.
    pub find: String,
    /// The resource whose calls are listed, where none is looked for.
    pub group: String,
    /// From 0.
    pub page: usize,
    /// Does the address name a place that there is not? Then it is as if it did not name it.
    pub is_mistaken: bool,
}

/// The longest word that is looked for, in bytes.
const LONGEST_WORD: usize = 300;

/// Which endpoints the table shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// What the token opens.
    Open,
    /// What it does not.
    Closed,
}

impl Show {
    const ALL: [Self; 3] = [Self::All, Self::Open, Self::Closed];

    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl PlayQuery {
    /// The place that a query names, whatever somebody wrote there.
    pub fn read(query: &str) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let mut is_mistaken = false;
        // The page repeats it in many links.
        let mut first = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            let value = found.map_or("", |(_, value)| value.as_ref());
            is_mistaken |= value.len() > LONGEST_WORD;
            Some(value.to_owned()).filter(|value| (1..=LONGEST_WORD).contains(&value.len()))
        };
        let (client, find, group) = (first("client"), first("find"), first("group"));
        let (show, page) = (first("show"), first("page"));
        let read_show = show.as_deref().map(|show| {
            let mut known = Show::ALL.into_iter();
            known.find(|one| one.as_str() == show)
        });
        let read_page = page.map(|page| page.parse().ok());
        is_mistaken |= read_show == Some(None) || read_page == Some(None);
        Self {
            client,
            show: read_show.flatten().unwrap_or_default(),
            find: find.unwrap_or_default(),
            group: group.unwrap_or_default(),
            page: read_page.flatten().unwrap_or_default(),
            is_mistaken,
        }
    }

    /// Are calls looked for, in whatever resource they are?
    pub fn is_search(&self) -> bool {
        self.show != Show::All || !self.find.trim().is_empty()
    }

    /// The place as a query with its question mark; nothing where all is as at first.
    pub fn text(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(client) = &self.client {
            query.append_pair("client", client);
        }
        if self.show != Show::All {
            query.append_pair("show", self.show.as_str());
        }
        for (name, value) in [("find", &self.find), ("group", &self.group)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if self.page > 0 {
            query.append_pair("page", &self.page.to_string());
        }
        match query.finish() {
            empty if empty.is_empty() => empty,
            query => format!("?{query}"),
        }
    }

    /// The first page of another part of the table.
    #[must_use]
    pub fn showing(&self, show: Show) -> Self {
        Self {
            show,
            page: 0,
            ..self.clone()
        }
    }

    /// The first page of a resource's calls.
    #[must_use]
    pub fn grouped(&self, group: &str) -> Self {
        Self {
            client: self.client.clone(),
            group: group.to_owned(),
            ..Self::default()
        }
    }

    /// Another page of the same.
    #[must_use]
    pub fn at_page(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }
}

impl<S: Sync> FromRequestParts<S> for PlayQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_address() {
        let place = PlayQuery {
            client: Some("ledgerly".to_owned()),
            show: Show::Closed,
            find: "/2.0/kb_offer?a=b&c".to_owned(),
            group: "büro".to_owned(),
            page: 3,
            is_mistaken: false,
        };
        let text = place.text();
        assert_eq!(PlayQuery::read(text.trim_start_matches('?')), place);
        assert_eq!(PlayQuery::default().text(), "");
        assert_eq!(place.grouped("task").text(), "?client=ledgerly&group=task");
    }

    #[test]
    fn a_place_that_there_is_not_is_said_and_left_out() {
        for (query, page) in [
            ("page=abc", 0),
            ("page=-1", 0),
            ("page=99999999999999999999999", 0),
            ("show=zzz&page=2", 2),
            ("show=%FF", 0),
        ] {
            let place = PlayQuery::read(query);
            assert!(place.is_mistaken, "{query}");
            assert_eq!((place.show, place.page), (Show::All, page), "{query}");
        }
        let long = format!("find={}&group=task", "x".repeat(301));
        let place = PlayQuery::read(&long);
        assert!(place.is_mistaken && place.find.is_empty() && place.group == "task");
        for query in ["", "page=&show=", "page=1&page=2", "x=y&find=%ZZ"] {
            assert!(!PlayQuery::read(query).is_mistaken, "{query}");
        }
    }
}
