//! Which paths something is about, as callers send them.

use serde::{Deserialize, Serialize};

/// One path, or all that begin so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// This path and everything below it.
    Below(String),
    /// This path alone.
    Only(String),
}

/// Several of them; every path where the list is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Paths(Vec<Place>);

impl Paths {
    /// These; every path where there are none.
    #[must_use]
    pub fn new(places: Vec<Place>) -> Self {
        Self(places)
    }

    /// Every path?
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Is this path among them? One that programs could read in several ways is among none: the API
    /// would perhaps answer another.
    #[must_use]
    pub fn contain(&self, path: &str) -> bool {
        self.is_all() || scope::ambiguity(path).is_none() && self.0.iter().any(|own| own.is(path))
    }
}

impl Place {
    fn is(&self, path: &str) -> bool {
        match self {
            Self::Only(own) => own == path,
            Self::Below(own) => is_below(path, own),
        }
    }
}

/// Is it this path, or one below it, by whole segments?
pub(crate) fn is_below(path: &str, beginning: &str) -> bool {
    let rest = path.strip_prefix(beginning);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_by_whole_segments_as_they_arrive() {
        let paths = Paths::new(vec![
            Place::Below("/app".to_owned()),
            Place::Only("/login".to_owned()),
        ]);
        for (path, is_there) in [
            ("/app", true),
            ("/app/", true),
            ("/app/a/b", true),
            ("/apps", false),
            ("/App", false),
            ("/login", true),
            ("/login/", false),
            ("/login/reset", false),
            ("/", false),
            ("", false),
            // What another program would read as another path.
            ("/app/../orders", false),
            ("/app/./a", false),
            ("/app/%2e%2e/orders", false),
            ("/app/%2E./orders", false),
            ("/app//orders", false),
            ("/app/..;/orders", false),
            ("/app\\..\\orders", false),
            ("/app/%2forders", false),
            ("/app#/x", false),
            ("/%61pp", false),
            ("http://x/app", false),
        ] {
            assert_eq!(paths.contain(path), is_there, "{path}");
        }
        assert!(Paths::default().contain("/a/../b"));
    }
}
