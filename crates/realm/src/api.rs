//! The APIs of a realm: the resources (RFC 8707) that its access tokens are for.

use std::time::Duration;

use enforce::beside::Beside;
use enforce::gate::TakesKeys;
use scope::OwnLimits;
use url::Url;

use crate::base_url::base_url;
use crate::limits;
use crate::other_issuer::OtherIssuer;

/// One API of a realm's provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    name: String,
    url: String,
    base_path: String,
    paths: Vec<String>,
    beside: Beside,
    told: Told,
    limits: OwnLimits,
    deny_reads_after: Duration,
    keys: TakesKeys,
    issuers: Vec<OtherIssuer>,
}

/// How an API is told at its gates who calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Told {
    /// In headers: an API that only its gates reach.
    #[default]
    InHeaders,
    /// In one signed text, which the API checks by the keys that the realm publishes.
    InJwt,
}

/// What an API is called where nothing else is said.
pub const DEFAULT_NAME: &str = "api";

/// The longest URL of an API, in bytes: each token for it carries it.
pub const LONGEST_URL: usize = 200;

impl Api {
    /// The API with this identifier, which serves the whole catalog.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL, and what to write.
    pub fn new(url: &str) -> Result<Self, String> {
        Ok(Self {
            name: DEFAULT_NAME.to_owned(),
            url: api_url(url)?,
            base_path: String::new(),
            paths: Vec::new(),
            beside: Beside::default(),
            told: Told::default(),
            limits: OwnLimits::default(),
            deny_reads_after: limits::STALE_AFTER,
            keys: TakesKeys::default(),
            issuers: Vec::new(),
        })
    }

    /// The same under this name, which commands and the addresses of gates have: lower-case
    /// letters, digits and hyphens.
    ///
    /// # Errors
    ///
    /// Another text than that.
    pub fn named(self, name: &str) -> Result<Self, String> {
        Ok(Self {
            name: api_name(name)?,
            ..self
        })
    }

    /// The same mounted below this path: the catalog's own paths begin behind it.
    ///
    /// # Errors
    ///
    /// A path that does not begin with a slash, or ends in one.
    pub fn below(self, base_path: &str) -> Result<Self, String> {
        Ok(Self {
            base_path: beginning(base_path)?,
            ..self
        })
    }

    /// The same with a part of the catalog only: the endpoints whose paths begin so.
    ///
    /// # Errors
    ///
    /// As [`Api::below`].
    pub fn only(self, paths: &[String]) -> Result<Self, String> {
        let paths = paths.iter().map(|path| beginning(path));
        Ok(Self {
            paths: paths.collect::<Result<_, _>>()?,
            ..self
        })
    }

    /// The same with what goes on at its gates beside the decision.
    #[must_use]
    pub fn with(self, beside: Beside) -> Self {
        Self { beside, ..self }
    }

    /// The same that is told in this way who calls.
    #[must_use]
    pub fn telling(self, told: Told) -> Self {
        Self { told, ..self }
    }

    /// How it is told who calls.
    #[must_use]
    pub fn told(&self) -> Told {
        self.told
    }

    /// The same with limits of the provider's own.
    #[must_use]
    pub fn limited(self, limits: OwnLimits) -> Self {
        Self { limits, ..self }
    }

    /// How often it may be called, beside what the catalog says.
    #[must_use]
    pub fn limits(&self) -> &OwnLimits {
        &self.limits
    }

    /// The same where calls that only read are answered by what is remembered for so long after
    /// changes could be read last.
    ///
    /// # Errors
    ///
    /// Less than a second, or more than ten minutes.
    pub fn denying_reads_after(self, time: Duration) -> Result<Self, String> {
        Ok(Self {
            deny_reads_after: deny_reads_after(time)?,
            ..self
        })
    }

    /// The same taking API keys.
    #[must_use]
    pub fn taking(self, keys: TakesKeys) -> Self {
        Self { keys, ..self }
    }

    /// How its callers send API keys, where it takes any.
    #[must_use]
    pub fn takes_keys(&self) -> &TakesKeys {
        &self.keys
    }

    /// The same taking tokens of other servers, too.
    #[must_use]
    pub fn beside_ours(self, issuers: Vec<OtherIssuer>) -> Self {
        Self { issuers, ..self }
    }

    /// The other servers whose tokens it takes.
    #[must_use]
    pub fn issuers(&self) -> &[OtherIssuer] {
        &self.issuers
    }

    /// Its name within the realm.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its resource identifier, the `aud` of tokens for it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What stands before the catalog's paths; empty where nothing does.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The beginnings of those of the catalog's paths that it serves; empty for all of them.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What goes on at its gates beside the decision.
    #[must_use]
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// For how long calls that only read are answered by what is remembered, after changes could be
    /// read last; for every other call that is a second.
    #[must_use]
    pub fn deny_reads_after(&self) -> Duration {
        self.deny_reads_after
    }

    /// Host and port, as in a `Host` header, and the path of its identifier, empty at the root.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        let behind = self.url.split_once("://").map_or("", |(_, behind)| behind);
        match behind.find('/') {
            Some(slash) => behind.split_at(slash),
            None => (behind, ""),
        }
    }
}

/// The name of an API.
///
/// # Errors
///
/// What it has to look like.
pub fn api_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=40).contains(&text.len());
    if fits && text.chars().all(is_plain) && !text.starts_with('-') && !text.ends_with('-') {
        return Ok(text.to_owned());
    }
    Err(format!(
        "{text:?} is no name of an API; write 1 to 40 lower-case letters, digits and hyphens"
    ))
}

/// A time for [`Api::denying_reads_after`].
///
/// # Errors
///
/// Less than a second, or more than ten minutes.
pub fn deny_reads_after(time: Duration) -> Result<Duration, String> {
    if (limits::STALE_AFTER..=limits::READS_STALE_AFTER_AT_MOST).contains(&time) {
        return Ok(time);
    }
    Err(format!(
        "write {} s, as for every other call, or more, up to {} s: for so long a revoked token may go on reading",
        limits::STALE_AFTER.as_secs(),
        limits::READS_STALE_AFTER_AT_MOST.as_secs()
    ))
}

/// The identifier of an API (RFC 8707 section 2): where it is reached, as programs write it, since
/// it is compared character by character.
///
/// # Errors
///
/// What is wrong, and what to write.
pub fn api_url(text: &str) -> Result<String, String> {
    if text.len() > LONGEST_URL {
        return Err(format!("it has more than {LONGEST_URL} bytes"));
    }
    let end = text.find("://").map_or(0, |at| at + 3);
    let rest = text.get(end..).unwrap_or_default();
    let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(path_at);
    let scheme = text.get(..end).unwrap_or_default();
    let origin =
        base_url(&format!("{scheme}{host}")).map_err(|error| error.problem().to_owned())?;
    let written = format!("{origin}{path}");
    let url = Url::parse(&written).map_err(|error| error.to_string())?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "it must end behind its path; write {:?}",
            format!("{origin}{}", url.path().trim_end_matches('/'))
        ));
    }
    let plain = format!("{origin}{}", url.path().trim_end_matches('/'));
    if plain != text {
        return Err(format!(
            "programs write it otherwise, and it is compared character by character; write {plain:?}"
        ));
    }
    Ok(plain)
}

/// The beginning of paths, of whole segments.
///
/// # Errors
///
/// What it has to look like.
pub fn beginning(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '{' | '}' | '\\');
    if text.starts_with('/')
        && !text.ends_with('/')
        && !text.contains("//")
        && text.chars().all(is_plain)
    {
        return Ok(text.to_owned());
    }
    Err(format!(
        "{text:?} is no beginning of a path; write one such as \"/v1\", without a slash at its end"
    ))
}

/// Are these APIs fit to stand beside one another in a realm, the first of them the one that is
/// meant where none is named?
///
/// # Errors
///
/// Two of one name, or of one URL.
pub fn fit_together(apis: &[Api]) -> Result<(), String> {
    for (at, api) in apis.iter().enumerate() {
        let others = apis.get(..at).unwrap_or_default();
        if others.iter().any(|other| other.name == api.name) {
            return Err(format!(
                "two APIs have the name {:?}; give each its own `name`",
                api.name
            ));
        }
        if others.iter().any(|other| other.url == api.url) {
            return Err(format!(
                "two APIs have the URL {}; a token for one of them would be for both",
                api.url
            ));
        }
    }
    Ok(())
}

/// Is none of these APIs called by what stands for the sandbox of the realm with this issuer? There
/// its tokens would open both.
///
/// # Errors
///
/// The one that is.
pub fn apart_from_sandbox(apis: &[Api], issuer: &str) -> Result<(), String> {
    let taken = |api: &&Api| api.url.strip_prefix(issuer) == Some("/api");
    apis.iter().find(taken).map_or(Ok(()), |api| {
        Err(format!(
            "{} is the sandbox of its realm; choose another URL, or switch the sandbox off",
            api.url
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_written_as_programs_write_it() {
        for right in [
            "https://api.example.com",
            "https://api.example.com/v1",
            "http://127.0.0.1:8000/api",
            "https://api.example.com/a%20b",
        ] {
            assert_eq!(api_url(right).as_deref(), Ok(right));
        }
        for (wrong, says) in [
            ("https://api.example.com/", "\"https://api.example.com\""),
            (
                "https://api.example.com/v1/",
                "\"https://api.example.com/v1\"",
            ),
            (
                "https://API.example.com/v1",
                "\"https://api.example.com/v1\"",
            ),
            (
                "https://api.example.com:443/v1",
                "\"https://api.example.com/v1\"",
            ),
            (
                "https://api.example.com/a/../v1",
                "\"https://api.example.com/v1\"",
            ),
            ("https://api.example.com/v1?x=1", "behind its path"),
            ("https://api.example.com#x", "behind its path"),
            ("https://user@api.example.com", "name a user"),
            ("api.example.com/v1", "scheme"),
            ("ftp://api.example.com", "https://"),
            ("", "scheme"),
        ] {
            let said = api_url(wrong).unwrap_err();
            assert!(said.contains(says), "{wrong}: {said}");
        }
        let long = format!("https://api.example.com/{}", "x".repeat(LONGEST_URL));
        assert!(api_url(&long).unwrap_err().contains("200 bytes"));
    }

    #[test]
    fn its_place_is_host_and_path() {
        let place = |url| {
            let api = Api::new(url).unwrap();
            let (host, path) = api.place();
            format!("{host} {path}")
        };
        assert_eq!(place("https://api.example.com"), "api.example.com ");
        assert_eq!(place("http://127.0.0.1:8000/a/b"), "127.0.0.1:8000 /a/b");
    }

    #[test]
    fn beginnings_are_whole_segments() {
        let api = Api::new("https://api.example.com").unwrap();
        for wrong in ["v1", "/v1/", "/", "", "/a//b", "/a?b", "/{x}", "/a b"] {
            assert!(api.clone().below(wrong).is_err(), "{wrong}");
            assert!(api.clone().only(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
        assert_eq!(api.below("/api/v1").unwrap().base_path(), "/api/v1");
    }

    #[test]
    fn names_and_urls_are_there_once() {
        let api = |url, name| Api::new(url).unwrap().named(name).unwrap();
        let main = api("https://api.example.com/v1", "main");
        let other = api("https://api.example.com/v2", "other");
        assert_eq!(fit_together(&[main.clone(), other.clone()]), Ok(()));
        let same_name = api("https://api.example.com/v3", "main");
        assert!(fit_together(&[main.clone(), same_name]).is_err());
        let same_url = api("https://api.example.com/v1", "third");
        assert!(fit_together(&[main, other, same_url]).is_err());
        for wrong in ["", "Main", "-a", "a-", "a_b", "a/b", &"x".repeat(41)] {
            assert!(api_name(wrong).is_err(), "{wrong}");
        }
    }
}
