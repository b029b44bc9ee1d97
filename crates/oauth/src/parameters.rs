//! The parameters of a request, as RFC 6749 sections 3.1 and 3.2 want them read.

use std::borrow::Cow;
use std::collections::HashSet;

use memchr::{memchr, memchr2};
use percent_encoding::percent_decode;
use url::form_urlencoded;

use crate::error::OAuthError;

/// The decoded parameters of a query or form. No name appears twice, except `resource`
/// (RFC 8707 section 2); a parameter without a value counts as absent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<(String, String)>);

/// What is left of parameters that hold a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyParameters {
    /// The first fault.
    pub error: OAuthError,
    usable: Parameters,
    unusable: HashSet<String>,
}

impl FaultyParameters {
    /// The parameters without a fault.
    #[must_use]
    pub fn usable(&self) -> &Parameters {
        &self.usable
    }

    /// Was this one there, and is it without a known value: given twice, as a list, or not
    /// readable?
    #[must_use]
    pub fn is_unusable(&self, name: &str) -> bool {
        self.unusable.contains(name)
    }
}

/// Names whose `name[…]` form some frameworks read as a list; refused, since a client that
/// sends it means something this server would not see.
const KNOWN: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "organisation",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "ui_locales",
];

impl Parameters {
    /// The longest query or form that is read, in bytes: each byte of the longest scope may be written
    /// as three, and there are other parameters.
    pub const MAX_BYTES: usize = 4 * scope::Scope::MAX_BYTES;
    /// Up to so many, looking through them beats a set of their names.
    const FEW: usize = 16;

    /// Reads `application/x-www-form-urlencoded` text.
    ///
    /// # Errors
    /// `invalid_request` for text over [`Self::MAX_BYTES`], an incomplete percent-encoding,
    /// bytes that are not UTF-8, a parameter given twice (RFC 6749 section 3.1) and a list
    /// such as `scope[]`.
    pub fn parse(form_or_query: &[u8]) -> Result<Self, OAuthError> {
        Self::read(form_or_query).map_err(|faulty| faulty.error)
    }

    /// The same for who has an answer also to a faulty request.
    ///
    /// # Errors
    /// The first fault, with the parameters that have none.
    pub fn read(form_or_query: &[u8]) -> Result<Self, FaultyParameters> {
        if form_or_query.len() > Self::MAX_BYTES {
            return Err(FaultyParameters {
                error: OAuthError::invalid_request(format!(
                    "the request has {} bytes of parameters, the most is {}",
                    form_or_query.len(),
                    Self::MAX_BYTES
                )),
                usable: Self::default(),
                unusable: HashSet::new(),
            });
        }
        let mut seen = HashSet::new();
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut first_fault = None;
        let mut unusable = HashSet::new();
        let mut rest = Some(form_or_query);
        while let Some(encoded) = rest {
            let (pair, behind) = cut(encoded, b'&');
            rest = behind;
            if pair.is_empty() {
                continue;
            }
            let (name, value) = cut(pair, b'=');
            let value = value.unwrap_or_default();
            let Some(name) = form_decode(name) else {
                first_fault.get_or_insert_with(|| {
                    OAuthError::invalid_request(
                        "a parameter's name is not valid percent-encoded UTF-8",
                    )
                });
                continue;
            };
            let is_repeated = if pairs.len() < Self::FEW {
                pairs.iter().any(|(own, _)| *own == name)
            } else {
                if seen.is_empty() {
                    seen.extend(pairs.iter().map(|(own, _)| own.clone()));
                }
                !seen.insert(name.clone())
            };
            let fault = if let Some(base) = list_of(&name) {
                let fault = format!("'{name}' is not a parameter; send '{base}' as one text");
                unusable.insert(base.to_owned());
                fault
            } else if is_repeated && name != "resource" {
                let fault = format!("the parameter '{name}' is given more than once; give it once");
                unusable.insert(name);
                fault
            } else if let Some(value) = form_decode(value) {
                pairs.push((name, value));
                continue;
            } else {
                let fault = format!("the value of '{name}' is not valid percent-encoded UTF-8");
                unusable.insert(name);
                fault
            };
            first_fault.get_or_insert_with(|| OAuthError::invalid_request(fault));
        }
        pairs.retain(|(name, value)| !value.is_empty() && !unusable.contains(name));
        match first_fault {
            None => Ok(Self(pairs)),
            Some(error) => Err(FaultyParameters {
                error,
                usable: Self(pairs),
                unusable,
            }),
        }
    }

    /// The value of a parameter; `None` when it is absent or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may come several times.
    pub fn get_all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> {
        self.0
            .iter()
            .filter(move |(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Those of these names, as a query that reads as they do.
    #[must_use]
    pub fn query_of(&self, names: &[&str]) -> String {
        let named = self
            .0
            .iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(named)
            .finish()
    }

    /// The value of a parameter that has to be there.
    ///
    /// # Errors
    /// `invalid_request` names the missing parameter.
    pub fn require(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| {
            OAuthError::invalid_request(format!("the parameter '{name}' is missing"))
        })
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The known parameter that this name makes a list of.
fn list_of(name: &str) -> Option<&str> {
    let base = name.get(..name.bytes().position(|byte| byte == b'[')?)?;
    KNOWN.contains(&base).then_some(base)
}

/// What stands before a byte, and behind it if it is there.
fn cut(bytes: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(at, bytes).and_then(|place| bytes.split_at_checked(place)) {
        Some((before, rest)) => (before, rest.get(1..)),
        None => (bytes, None),
    }
}

/// `application/x-www-form-urlencoded` decoding that accepts no broken encoding.
pub(crate) fn form_decode(encoded: &[u8]) -> Option<String> {
    // Most need no decoding.
    if memchr2(b'%', b'+', encoded).is_none() {
        return String::from_utf8(encoded.to_vec()).ok();
    }
    for (index, byte) in encoded.iter().enumerate() {
        let complete = || {
            let hex = |offset| {
                encoded
                    .get(index + offset)
                    .is_some_and(u8::is_ascii_hexdigit)
            };
            hex(1) && hex(2)
        };
        if *byte == b'%' && !complete() {
            return None;
        }
    }
    let spaced: Cow<'_, [u8]> = if encoded.contains(&b'+') {
        encoded
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect()
    } else {
        encoded.into()
    };
    percent_decode(&spaced)
        .decode_utf8()
        .ok()
        .map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn refused(text: &str) -> String {
        let error = Parameters::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        error.description
    }

    #[test]
    fn plus_is_a_space_and_an_encoded_plus_is_a_plus() {
        let parameters = Parameters::parse(b"scope=a+b%20c%2Bd").unwrap();
        assert_eq!(parameters.get("scope"), Some("a b c+d"));
    }

    #[test]
    fn a_parameter_without_a_value_is_absent() {
        let parameters = Parameters::parse(b"state=&scope&a=b=c&&").unwrap();
        assert_eq!(parameters.get("state"), None);
        assert_eq!(parameters.get("scope"), None);
        assert_eq!(parameters.get("a"), Some("b=c"));
        assert_eq!(
            parameters.require("state").unwrap_err().description,
            "the parameter 'state' is missing"
        );
    }

    #[test]
    fn repeated_parameters_are_refused_except_resource() {
        assert_eq!(
            refused("scope=a&scope=b"),
            "the parameter 'scope' is given more than once; give it once"
        );
        refused("state=&state=x");
        refused("unknown=1&unknown=1");
        refused("client%5Fid=a&client_id=b");
        let parameters = Parameters::parse(b"resource=https://a&resource=https://b").unwrap();
        let resources: Vec<&str> = parameters.get_all("resource").collect();
        assert_eq!(resources, ["https://a", "https://b"]);
    }

    #[test]
    fn repetitions_are_found_among_many_parameters() {
        let many: Vec<String> = (0..100).map(|number| format!("p{number}=")).collect();
        let many = many.join("&");
        assert!(Parameters::parse(many.as_bytes()).is_ok());
        for first in [0, 15, 16, 17, 99] {
            refused(&format!("{many}&p{first}=x"));
        }
        let resources = format!("{many}&resource=https://a&resource=https://b");
        assert!(Parameters::parse(resources.as_bytes()).is_ok());
    }

    #[test]
    fn lists_of_known_parameters_are_refused_and_unknown_names_ignored() {
        assert_eq!(
            refused("scope[a]=b"),
            "'scope[a]' is not a parameter; send 'scope' as one text"
        );
        refused("scope%5B%5D=b");
        refused("request[]=b");
        refused("organisation[id]=b");
        assert!(Parameters::parse(b"utm[source]=x&anything=y").is_ok());
    }

    #[test]
    fn broken_encodings_are_refused() {
        for text in [
            "scope=%",
            "scope=%2",
            "scope=%zz",
            "scope=%ff",
            "%c3=x",
            "scope=%ed%a0%80",
        ] {
            refused(text);
        }
    }

    #[test]
    fn the_bound_is_inclusive() {
        let longest = vec![b'x'; Parameters::MAX_BYTES];
        assert!(Parameters::parse(&longest).is_ok());
        let longer = vec![b'x'; Parameters::MAX_BYTES + 1];
        assert!(Parameters::parse(&longer).is_err());
    }

    #[test]
    fn a_query_of_some_reads_as_they_do() {
        let text = "scope=a+b%2Bc&state=%26%3D%C3%BC&resource=https://a&secret=x&resource=b&empty=";
        let parameters = Parameters::parse(text.as_bytes()).unwrap();
        let query = parameters.query_of(&["scope", "state", "resource", "empty", "other"]);
        let again = Parameters::parse(query.as_bytes()).unwrap();
        assert_eq!(again.get("scope"), Some("a b+c"));
        assert_eq!(again.get("state"), Some("&=ü"));
        assert_eq!(
            again.get_all("resource").collect::<Vec<_>>(),
            ["https://a", "b"]
        );
        assert_eq!(again.get("secret"), None);
    }

    #[test]
    fn debug_does_not_show_values() {
        let parameters = Parameters::parse(b"client_secret=hunter2").unwrap();
        assert_eq!(format!("{parameters:?}"), r#"["client_secret"]"#);
    }
}
