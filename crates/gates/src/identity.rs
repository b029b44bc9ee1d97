//! What a permit hands on to the API, as headers that a caller cannot forge.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use enforce::{AccessNow, CallerNames, Permitted, Uuid, VerifiedToken};
use http::{HeaderMap, HeaderName, HeaderValue};
use scope::{Catalog, Subject};
use serde_json::{Map, Value};

/// How a call came through: `token`, `public`, `preflight`, or without a decision of this gate that the
/// API could rely on: `passed`, `observed`. An API behind a gate refuses a call without it: it came
/// another way.
pub const PERMIT: HeaderName = HeaderName::from_static("scopegate-permit");
/// Whom the token speaks for: a person's id, or the client's.
pub const SUBJECT: HeaderName = HeaderName::from_static("scopegate-subject");
/// What that is: `person` or `client`.
pub const SUBJECT_KIND: HeaderName = HeaderName::from_static("scopegate-subject-kind");
/// The app's `client_id`.
pub const CLIENT: HeaderName = HeaderName::from_static("scopegate-client");
/// The catalog's kind of client.
pub const CLIENT_KIND: HeaderName = HeaderName::from_static("scopegate-client-kind");
/// The id of the organisation that the call is about.
pub const ORGANISATION: HeaderName = HeaderName::from_static("scopegate-organisation");
/// Its short name.
pub const ORGANISATION_SLUG: HeaderName = HeaderName::from_static("scopegate-organisation-slug");
/// Its number.
pub const ORGANISATION_NUMBER: HeaderName =
    HeaderName::from_static("scopegate-organisation-number");
/// What counts of the token's scope at this call.
pub const SCOPE: HeaderName = HeaderName::from_static("scopegate-scope");
/// `true` where [`SCOPE`] is left out because it is too long.
pub const SCOPE_OMITTED: HeaderName = HeaderName::from_static("scopegate-scope-omitted");
/// The records that the API has to limit its answer to.
pub const ROW_FILTER: HeaderName = HeaderName::from_static("scopegate-row-filter");
/// The grant that the token hangs from.
pub const GRANT: HeaderName = HeaderName::from_static("scopegate-grant");
/// The token's `jti`.
pub const TOKEN: HeaderName = HeaderName::from_static("scopegate-token");

/// All of this in one signed text, where the API is told in this way; the others are empty then.
pub const IDENTITY: HeaderName = HeaderName::from_static("scopegate-identity");

const COUNT: usize = 14;

/// Every header of a permit. A gate sets all of them at each call, an empty one where it has nothing to
/// say: what a caller sent under the name is never left.
pub const HEADERS: [HeaderName; COUNT] = [
    PERMIT,
    SUBJECT,
    SUBJECT_KIND,
    CLIENT,
    CLIENT_KIND,
    ORGANISATION,
    ORGANISATION_SLUG,
    ORGANISATION_NUMBER,
    SCOPE,
    SCOPE_OMITTED,
    ROW_FILTER,
    GRANT,
    TOKEN,
    IDENTITY,
];

/// Makes one text of who calls that an API can check by itself.
pub trait Signs: Send + Sync + 'static {
    /// A JWT (RFC 7519) with these claims, and with issuer, audience and time. `None` when it cannot be
    /// made now, which denies.
    fn sign(&self, claims: Map<String, Value>) -> Option<String>;
}

/// The longest value, in bytes. Servers bound what they read of all headers together.
const LONGEST: usize = 2_048;

/// How all of them begin.
const OWN: &str = "scopegate-";

/// Is this a header that only a gate may set? Whatever is no letter and no digit counts as a hyphen:
/// programs are handed names with underscores, and some with anything else, under one name.
#[must_use]
pub fn is_identity(name: &str) -> bool {
    let word = OWN.trim_end_matches('-');
    let beginning = name.get(..word.len());
    let next = name.as_bytes().get(word.len()).copied();
    beginning.is_some_and(|own| own.eq_ignore_ascii_case(word))
        && next.is_some_and(|next| !next.is_ascii_alphanumeric())
}

/// Who calls, as the API behind a gate is told: a value for each header of [`HEADERS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    permit: HeaderValue,
    subject: HeaderValue,
    subject_kind: HeaderValue,
    client: HeaderValue,
    client_kind: HeaderValue,
    organisation: HeaderValue,
    organisation_slug: HeaderValue,
    organisation_number: HeaderValue,
    scope: HeaderValue,
    scope_omitted: HeaderValue,
    row_filter: HeaderValue,
    grant: HeaderValue,
    token: HeaderValue,
    identity: HeaderValue,
}

impl Identity {
    /// Of the caller behind a token.
    #[must_use]
    pub fn of(permitted: &Permitted, names: &CallerNames, catalog: &Catalog) -> Self {
        let (token, access) = (&permitted.token, &permitted.access);
        let mut own = Self::who("token", token, access);
        own.client_kind = value(names.client_kind.as_deref().unwrap_or_default());
        own.organisation = access.organisation.map_or(NOTHING, id);
        own.organisation_slug = value(names.organisation_slug.as_deref().unwrap_or_default());
        let number = names.organisation_number.map(HeaderValue::from);
        own.organisation_number = number.unwrap_or(NOTHING);
        let scope = catalog.scope_of(&access.as_access().counts(catalog));
        let scope = scope.to_string();
        if scope.len() <= LONGEST {
            own.scope = value(&scope);
        } else {
            own.scope_omitted = HeaderValue::from_static("true");
        }
        let filter = permitted.row_filter.map(|filter| filter.as_str());
        own.row_filter = value(filter.unwrap_or_default());
        own
    }

    /// Of the caller behind a token that counts, at a call that would be denied: who it is, and nothing
    /// of what it may do. An empty row filter would say that there is no limit, and an organisation
    /// that the call is about it.
    #[must_use]
    pub fn observed(token: &VerifiedToken, access: &AccessNow) -> Self {
        Self::who("observed", token, access)
    }

    /// Of nobody: the call is let through for another reason than a token.
    #[must_use]
    pub fn nobody(permit: &'static str) -> Self {
        Self {
            permit: HeaderValue::from_static(permit),
            subject: NOTHING,
            subject_kind: NOTHING,
            client: NOTHING,
            client_kind: NOTHING,
            organisation: NOTHING,
            organisation_slug: NOTHING,
            organisation_number: NOTHING,
            scope: NOTHING,
            scope_omitted: NOTHING,
            row_filter: NOTHING,
            grant: NOTHING,
            token: NOTHING,
            identity: NOTHING,
        }
    }

    /// As the same API's gate at its server told it, by the names of [`Identity::members`]. `None` where
    /// it does not say how the call came through, or what no header can carry.
    pub(crate) fn told(members: &BTreeMap<String, String>) -> Option<Self> {
        let said = |name: HeaderName| {
            let value = members.get(&member(&name)).map_or("", String::as_str);
            HeaderValue::from_str(value).ok()
        };
        let own = Self {
            permit: said(PERMIT)?,
            subject: said(SUBJECT)?,
            subject_kind: said(SUBJECT_KIND)?,
            client: said(CLIENT)?,
            client_kind: said(CLIENT_KIND)?,
            organisation: said(ORGANISATION)?,
            organisation_slug: said(ORGANISATION_SLUG)?,
            organisation_number: said(ORGANISATION_NUMBER)?,
            scope: said(SCOPE)?,
            scope_omitted: said(SCOPE_OMITTED)?,
            row_filter: said(ROW_FILTER)?,
            grant: said(GRANT)?,
            token: said(TOKEN)?,
            identity: said(IDENTITY)?,
        };
        let is_permit = !own.permit.is_empty();
        is_permit.then_some(own)
    }

    /// Every header of [`HEADERS`], in that order.
    #[must_use]
    pub fn headers(self) -> [(HeaderName, HeaderValue); COUNT] {
        [
            (PERMIT, self.permit),
            (SUBJECT, self.subject),
            (SUBJECT_KIND, self.subject_kind),
            (CLIENT, self.client),
            (CLIENT_KIND, self.client_kind),
            (ORGANISATION, self.organisation),
            (ORGANISATION_SLUG, self.organisation_slug),
            (ORGANISATION_NUMBER, self.organisation_number),
            (SCOPE, self.scope),
            (SCOPE_OMITTED, self.scope_omitted),
            (ROW_FILTER, self.row_filter),
            (GRANT, self.grant),
            (TOKEN, self.token),
            (IDENTITY, self.identity),
        ]
    }

    /// Sets all of them: what there was under these names is gone.
    pub fn set(self, headers: &mut HeaderMap) {
        headers.reserve(COUNT);
        for (name, value) in self.headers() {
            headers.insert(name, value);
        }
    }

    /// All of them and nothing else, as the answer to whoever asks for them at each call: the names
    /// have their places already.
    #[must_use]
    pub fn alone(self) -> HeaderMap {
        static PLACES: LazyLock<HeaderMap> =
            LazyLock::new(|| HEADERS.into_iter().map(|name| (name, NOTHING)).collect());
        let mut headers = HeaderMap::clone(&PLACES);
        // They are kept in the order in which they came.
        let values = self.headers().into_iter().map(|(_, value)| value);
        for (place, value) in headers.values_mut().zip(values) {
            *place = value;
        }
        headers
    }

    /// The same for a body of JSON: each by its name without what all of them begin with, underscores
    /// for hyphens.
    pub(crate) fn members(&self) -> impl Iterator<Item = (String, String)> {
        let headers = self.clone().headers().into_iter();
        headers.map(|(name, value)| (member(&name), text(&value)))
    }

    /// The same in one text, which nobody but a gate of this issuer can have made. A scope that would
    /// make it longer than a header may be is left out and marked. `None` when it cannot be made.
    #[must_use]
    pub fn signed(&self, signs: &dyn Signs) -> Option<Self> {
        let mut claims = self.claims();
        let mut text = signs.sign(claims.clone())?;
        if text.len() > LONGEST && claims.remove("scope").is_some() {
            claims.insert("scope_omitted".to_owned(), true.into());
            text = signs.sign(claims)?;
        }
        Some(Self {
            identity: HeaderValue::from_str(&text).ok()?,
            ..Self::nobody("")
        })
    }

    /// What there is to say, under the names that JWTs have for it (RFC 9068 section 2.2), or else those
    /// of the headers.
    fn claims(&self) -> Map<String, Value> {
        let said = self.members().filter(|(_, value)| !value.is_empty());
        let claim = |(name, value): (String, String)| {
            let value = match name.as_str() {
                "organisation_number" => value.parse::<i64>().map_or(Value::Null, Value::from),
                "scope_omitted" => Value::Bool(true),
                _ => Value::String(value),
            };
            let name = match name.as_str() {
                "subject" => "sub".to_owned(),
                "client" => "client_id".to_owned(),
                _ => name,
            };
            (name, value)
        };
        said.map(claim).collect()
    }

    fn who(permit: &'static str, token: &VerifiedToken, access: &AccessNow) -> Self {
        let client = value(&token.client);
        let (subject, kind) = match (access.subject, token.user) {
            (Subject::Person, Some(user)) => (id(user), "person"),
            _ => (client.clone(), "client"),
        };
        Self {
            subject,
            subject_kind: HeaderValue::from_static(kind),
            client,
            grant: token.grant.map_or(NOTHING, id),
            token: id(token.id),
            ..Self::nobody(permit)
        }
    }
}

const NOTHING: HeaderValue = HeaderValue::from_static("");

/// What no header can carry is left empty: the ids beside it still say who it is.
fn value(text: &str) -> HeaderValue {
    let text = if text.len() <= LONGEST { text } else { "" };
    HeaderValue::from_str(text).unwrap_or(NOTHING)
}

fn id(id: Uuid) -> HeaderValue {
    value(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

fn member(name: &HeaderName) -> String {
    let name = name.as_str();
    name.strip_prefix(OWN).unwrap_or(name).replace('-', "_")
}

/// A value that we made, of ASCII.
pub(crate) fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_gate_may_set_is_known_however_it_is_spelled() {
        for name in HEADERS {
            assert!(is_identity(name.as_str()));
            assert!(is_identity(&name.as_str().to_uppercase()));
            assert!(is_identity(&name.as_str().replace('-', "_")));
            assert!(is_identity(&name.as_str().replace('-', ".")));
        }
        for other in [
            "scopegate",
            "scopegates-client",
            "x-scopegate-client",
            "authorization",
            "scope",
            "é",
        ] {
            assert!(!is_identity(other), "{other}");
        }
    }

    #[test]
    fn each_has_its_value_wherever_it_is_set() {
        let told = HEADERS.map(|name| (member(&name), format!("of {name}")));
        let told = Identity::told(&BTreeMap::from(told)).unwrap();
        let mut set = HeaderMap::new();
        told.clone().set(&mut set);
        assert_eq!(told.alone(), set);
        for (name, value) in &set {
            assert_eq!(value, &format!("of {name}"));
        }
    }

    #[test]
    fn nobody_has_every_header_and_says_nothing() {
        let nobody = Identity::nobody("public").headers();
        for (own, (name, said)) in HEADERS.into_iter().zip(nobody) {
            assert_eq!(own, name);
            let expected = if name == PERMIT { "public" } else { "" };
            assert_eq!(said, expected, "{name}");
        }
    }
}
