use std::collections::BTreeSet;
use std::fmt;

use super::Difference;
use crate::model::{Grant, Uuid};

/// What the page of connected apps showed of one grant: whose it is, and what stands allowed. Its
/// forms carry it as one line of text, and count for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownGrant {
    person: Uuid,
    granted: BTreeSet<String>,
}

impl ShownGrant {
    /// What is shown of a grant to its person.
    #[must_use]
    pub fn of(grant: &Grant) -> Self {
        Self {
            person: grant.user,
            granted: grant.granted.iter().map(str::to_owned).collect(),
        }
    }

    /// Reads what a form brought; nothing for what no page wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(FORMAT) {
            return None;
        }
        let person = Uuid::try_parse(words.next()?).ok()?;
        Some(Self {
            person,
            granted: words.map(str::to_owned).collect(),
        })
    }

    /// Was it shown to this person?
    #[must_use]
    pub fn is_of(&self, person: Uuid) -> bool {
        self.person == person
    }

    /// What is different now: other scopes stand allowed than the form showed.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.person != now.person {
            found.push(Difference::Person);
        }
        let scopes = self.granted.symmetric_difference(&now.granted);
        let scopes: Vec<String> = scopes.cloned().collect();
        if !scopes.is_empty() {
            found.push(Difference::Scopes(scopes));
        }
        found
    }
}

/// The first word, another one for another format.
const FORMAT: &str = "2";

impl fmt::Display for ShownGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FORMAT} {}", self.person)?;
        self.granted
            .iter()
            .try_for_each(|scope| write!(f, " {scope}"))
    }
}
