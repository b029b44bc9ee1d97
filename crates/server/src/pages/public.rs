//! Pages that say the same to everybody: nothing on them tells who reads them or is secret, so they
//! are compressed as a whole, and browsers and proxies may keep them.

use std::io;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oauth::model::TokenHash;
use realm::Realm;

use super::respond::page_headers;
use super::static_files::STYLESHEET;
use super::words;
use crate::language::Language;

/// What tells one state of a page from the next (RFC 9110 section 8.8.3). It is weak: the page may be
/// compressed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag(HeaderValue);

impl Tag {
    /// Of pages that this program makes of a realm's catalog and addresses in a language.
    ///
    /// # Errors
    ///
    /// None for a value of hexadecimal digits.
    pub(crate) fn of(
        realm: &Realm,
        language: Language,
    ) -> Result<Self, axum::http::header::InvalidHeaderValue> {
        let of = format!(
            "{} {} {:?} {} {} {}",
            *BUILD,
            TokenHash(realm.catalog_digest()),
            realm.layout(),
            realm.look().digest(),
            realm.audience(),
            language.code()
        );
        let digest = TokenHash::of(of.as_bytes()).to_string();
        let short = digest.get(..32).unwrap_or_default();
        HeaderValue::try_from(format!("W/\"{short}\"")).map(Self)
    }

    /// Has whoever asks the page in this state (RFC 9110 section 13.1.2)?
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(IF_NONE_MATCH).iter();
        let mut tags = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim);
        let is_same = |tag: &str| tag.trim_start_matches("W/") == self.opaque();
        tags.any(|tag| tag == "*" || is_same(tag))
    }

    /// Without the sign that it is weak.
    fn opaque(&self) -> &str {
        self.0.to_str().unwrap_or_default().trim_start_matches("W/")
    }

    /// The page is as whoever asks has it.
    pub(crate) fn not_modified(self) -> Response {
        let mut headers = self.headers();
        headers.remove(CONTENT_TYPE);
        (StatusCode::NOT_MODIFIED, headers).into_response()
    }

    /// The page, compressed or as it is.
    pub(crate) fn answer(self, page: Bytes, is_compressed: bool) -> Response {
        let mut headers = self.headers();
        if is_compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        (headers, page).into_response()
    }

    fn headers(self) -> HeaderMap {
        let mut headers = page_headers();
        // Kept, and asked about each time: a catalog counts from the moment it is taken.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        headers.insert(
            VARY,
            HeaderValue::from_static("Accept-Language, Accept-Encoding"),
        );
        headers.insert(ETAG, self.0);
        headers
    }
}

/// What pages are made of besides the catalog.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let templates = [
        include_str!("../../templates/base.html"),
        include_str!("../../templates/scopes.html"),
    ];
    let words = Language::ALL.map(words::source);
    let parts = templates.into_iter().chain(words).chain([STYLESHEET]);
    let mut checksum = crc32fast::Hasher::new();
    parts.for_each(|part| checksum.update(part.as_bytes()));
    format!("{} {:08x}", env!("CARGO_PKG_VERSION"), checksum.finalize())
});

/// A page in bytes, compressed where that is taken.
///
/// # Errors
///
/// None that memory could not hold.
pub(crate) fn bytes(page: String, is_taken: bool) -> io::Result<Bytes> {
    match is_taken {
        true => super::compressed::whole(&page).map(Bytes::from),
        false => Ok(Bytes::from(page)),
    }
}
