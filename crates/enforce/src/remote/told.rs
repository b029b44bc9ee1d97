use std::collections::BTreeMap;
use std::sync::Arc;

use scope::{OrganisationKey, RightsOrigin, Scope};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::exchange::Fault;

/// What an issuer tells about a token: when it is asked (RFC 7662 section 2.2), or in a token that it
/// signed (RFC 9068 section 2.2).
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Told {
    /// What it opens now.
    #[serde(default)]
    pub scope: Scope,
    /// The app it was issued to.
    pub client_id: Option<String>,
    /// `Bearer`, for an access token.
    pub token_type: Option<String>,
    /// From this second since 1970 on it is dead.
    pub exp: Option<i64>,
    /// Whom it speaks for.
    pub sub: Option<String>,
    /// The APIs it is for; empty where the issuer does not say.
    #[serde(default, deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// Its own id.
    pub jti: Option<String>,
    /// What Scopegate tells besides; `None` where an issuer uses these names for something else.
    #[serde(skip)]
    pub for_gates: Option<ForGates>,
    /// Every other member, but for the person's name.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What Scopegate tells a gate besides: whose data a call may name, and of which
/// records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ForGates {
    /// `person`, or `machine` for a client of its own.
    pub subject_kind: Option<String>,
    /// The catalog's kind of the client.
    pub client_kind: Option<String>,
    /// The grant it hangs from.
    pub grant: Option<Uuid>,
    /// The connection under the grant; in a token's own claims only, as are the next two.
    pub family: Option<Uuid>,
    /// Which registration under its `client_id` the client is.
    pub client_uuid: Option<Uuid>,
    /// How far the issuer's changes had come when it was issued.
    pub position: Option<i64>,
    /// The organisation it is for,
    pub organisation: Option<Uuid>,
    /// its short name in URLs,
    pub organisation_slug: Option<String>,
    /// and its number.
    pub organisation_number: Option<i64>,
    /// Where the person has a place, for a token that is for no organisation: it opens each of
    /// them, and no other. `None` where it is for one, or where there are too many to tell.
    pub organisations: Option<Vec<Place>>,
    /// Scopes that open certain records only, each with which.
    #[serde(default)]
    pub row_filters: BTreeMap<String, String>,
    /// The place in the issuer's changes that the answer is from.
    pub as_of: Option<i64>,
    /// From this second since 1970 on less counts, though nothing changes.
    pub counts_until: Option<i64>,
    /// What would count besides, had the person signed in again.
    #[serde(default)]
    pub scope_expired: Scope,
    /// What would count besides, had the person signed in with a second factor.
    #[serde(default)]
    pub scope_unproven: Scope,
    /// Where the person's rights come from, where that is no role of theirs.
    #[serde(default, deserialize_with = "shared")]
    pub rights_from: Option<Arc<RightsOrigin>>,
}

/// An organisation under each name that an API may have for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its short name in URLs.
    pub slug: Option<String>,
    /// Its number.
    pub number: Option<i64>,
    /// What of the token's scope counts there; nothing where the issuer does not say.
    #[serde(default)]
    pub scope: Scope,
    /// What would count there besides, had the person signed in again.
    #[serde(default)]
    pub scope_expired: Scope,
    /// What would, had they signed in with a second factor.
    #[serde(default)]
    pub scope_unproven: Scope,
}

/// What of an answer says that there is more to read.
#[derive(Deserialize)]
struct Activity {
    active: bool,
}

impl Told {
    /// Reads an answer; `None` for a token that is not active.
    pub(super) fn read(body: &[u8]) -> Result<Option<Self>, Fault> {
        let not_understood = |error: serde_json::Error| Fault::NotUnderstood(error.to_string());
        let activity: Activity = serde_json::from_slice(body).map_err(not_understood)?;
        if !activity.active {
            return Ok(None);
        }
        let mut told: Self = serde_json::from_slice(body).map_err(not_understood)?;
        told.for_gates = serde_json::from_slice(body).ok();
        told.tidy();
        Ok(Some(told))
    }

    /// Reads the claims of a token that was verified.
    pub(super) fn of_claims(claims: &Value) -> Option<Self> {
        let mut told = Self::deserialize(claims).ok()?;
        told.for_gates = ForGates::deserialize(claims).ok();
        told.tidy();
        Some(told)
    }

    /// Takes out what has its place, and what nobody needs to know.
    fn tidy(&mut self) {
        self.more
            .retain(|name, _| name != "active" && name != "username");
        if self.for_gates.is_some() {
            let own = |name: &str| FOR_GATES.contains(&name);
            self.more.retain(|name, _| !own(name));
        }
    }

    /// How and when the person had signed in, as it is told (`acr`, `auth_time`).
    pub(super) fn sign_in(&self) -> (Option<String>, Option<i64>) {
        let class = self.more.get("acr").and_then(Value::as_str);
        let at = self.more.get("auth_time").and_then(Value::as_i64);
        (class.map(str::to_owned), at)
    }

    /// From this second since 1970 on the answer does not count any more.
    pub(super) fn counts_until(&self) -> i64 {
        let for_gates = self.for_gates.as_ref();
        let less = for_gates.and_then(|told| told.counts_until);
        let ends = self.exp.unwrap_or(i64::MAX);
        ends.min(less.unwrap_or(i64::MAX))
    }

    /// Is it from before this place in the issuer's changes, or from nobody knows which?
    pub(super) fn is_before(&self, position: i64) -> bool {
        let for_gates = self.for_gates.as_ref();
        for_gates.and_then(|told| told.as_of).unwrap_or(i64::MIN) < position
    }

    /// The token's own organisation, under each of its names.
    pub(super) fn place(&self) -> Option<Place> {
        let own = self.for_gates.as_ref()?;
        Some(Place {
            id: own.organisation?,
            slug: own.organisation_slug.clone(),
            number: own.organisation_number,
            scope: self.scope.clone(),
            scope_expired: own.scope_expired.clone(),
            scope_unproven: own.scope_unproven.clone(),
        })
    }
}

/// The members of [`ForGates`].
const FOR_GATES: [&str; 16] = [
    "family",
    "client_uuid",
    "position",
    "subject_kind",
    "client_kind",
    "grant",
    "organisation",
    "organisation_slug",
    "organisation_number",
    "organisations",
    "row_filters",
    "as_of",
    "counts_until",
    "scope_expired",
    "scope_unproven",
    "rights_from",
];

impl Place {
    /// One that is known by its id alone.
    pub(super) fn of_id(id: Uuid) -> Self {
        Self {
            id,
            slug: None,
            number: None,
            scope: Scope::default(),
            scope_expired: Scope::default(),
            scope_unproven: Scope::default(),
        }
    }

    /// Is it the one that a call names so? Every name has one spelling.
    #[must_use]
    pub fn is_named(&self, key: OrganisationKey, value: &str) -> bool {
        match key {
            OrganisationKey::Id => {
                value
                    == self
                        .id
                        .hyphenated()
                        .encode_lower(&mut Uuid::encode_buffer())
            }
            OrganisationKey::Slug => !value.is_empty() && self.slug.as_deref() == Some(value),
            OrganisationKey::Number => self.number.is_some_and(|own| own.to_string() == value),
        }
    }
}

/// What each call takes along is made once.
fn shared<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Arc<RightsOrigin>>, D::Error> {
    Ok(Option::<RightsOrigin>::deserialize(given)?.map(Arc::new))
}

/// `aud` (RFC 7519 section 4.1.3).
fn one_or_many<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Option::<Given>::deserialize(given)? {
        None => Vec::new(),
        Some(Given::One(one)) => vec![one],
        Some(Given::Many(many)) => many,
    })
}
