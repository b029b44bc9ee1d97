//! Where what a person may do in an organisation comes from.

use serde::{Deserialize, Serialize};

/// Who says what a person may do in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RightsFrom {
    /// Their roles there, as they are stored.
    Stored,
    /// The provider's sign-in, each time the person signs in.
    Given,
    /// The provider's system, each time it is asked.
    Asked,
}

/// Where a person's rights come from, and since when they are known. Times are text in RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsOrigin {
    /// Who says it.
    pub from: RightsFrom,
    /// When it was said; nothing where nobody said anything of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Until when it counts, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How long ago a sign-in may be whose rights still count, in seconds: what an app asks for by
    /// `max_age` (RFC 9470 section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
}

impl RightsOrigin {
    /// For people: what the rights rest on.
    pub(crate) fn sentence(&self) -> String {
        let since = self.since.as_deref();
        match (self.from, since, self.until.as_deref()) {
            (RightsFrom::Stored, ..) => {
                String::from("The person's rights are those of their roles here.")
            }
            (RightsFrom::Given, Some(since), Some(until)) => format!(
                "The person's rights are given when they sign in, last at {since}, and count until {until}."
            ),
            (RightsFrom::Given, ..) => {
                String::from("The person's rights are given when they sign in, and none were.")
            }
            (RightsFrom::Asked, Some(since), _) => format!(
                "The person's rights are those that the provider's system names, asked at {since}."
            ),
            (RightsFrom::Asked, None, _) => String::from(
                "The person's rights are those that the provider's system names, and it has no name for this person or organisation.",
            ),
        }
    }
}
