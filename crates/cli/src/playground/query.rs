use serde::Deserialize;
use url::form_urlencoded;

/// What the page's own forms and links choose: a place on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct PlayQuery {
    /// Whose form is shown.
    pub client: Option<String>,
    /// Which calls are listed.
    #[serde(default)]
    pub show: Show,
    /// Words in a path or a scope.
    #[serde(default)]
    pub find: String,
    /// The resource whose calls are listed, where none is looked for.
    #[serde(default)]
    pub group: String,
    /// From 0.
    #[serde(default)]
    pub page: usize,
}

/// Which endpoints the table shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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
        };
        let text = place.text();
        let uri: axum::http::Uri = format!("/play/bexio{text}").parse().unwrap();
        let axum::extract::Query(read) =
            axum::extract::Query::<PlayQuery>::try_from_uri(&uri).unwrap();
        assert_eq!(read, place);
        assert_eq!(PlayQuery::default().text(), "");
        assert_eq!(place.grouped("task").text(), "?client=ledgerly&group=task");
    }
}
