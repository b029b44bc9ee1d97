//! Large pages, compressed where the browser takes it, without a word about what stands beside it.
//!
//! Compression finds what a page says twice, and the length tells whoever watches the line: a text
//! that somebody else puts on the page can so be tried against one that is secret (BREACH). So only
//! marked parts are compressed, each by itself: those hold what the catalog says and which of it is on,
//! and everything else, people and addresses and what an app is called or asked for, goes as it is.

use std::io::{self, Write as _};

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use crate::heavy;

/// Stands before and behind each part that may be compressed. No text that is shown can hold it.
pub(crate) const APART: &str = "\u{1}";

/// Fast: the rows of a page repeat themselves.
const LEVEL: u32 = 3;

/// So many bytes of a page that is for everybody are compressed at once, before others have a turn.
const STEP: usize = 8_192;

/// Does the browser take gzip (RFC 9110 section 12.5.3)?
#[must_use]
pub(crate) fn is_taken(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let mut codings = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight, Some(Ok(0.0) | Err(_)))
    })
}

/// The page without the marks.
#[must_use]
pub(crate) fn plain(html: &str) -> String {
    html.replace(APART, "")
}

/// The page as gzip (RFC 1952).
///
/// # Errors
///
/// None that memory could not hold.
pub(crate) fn gzip(html: &str) -> io::Result<Vec<u8>> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff];
    let mut checksum = crc32fast::Hasher::new();
    let mut length: u32 = 0;
    for (place, part) in html.split(APART).enumerate() {
        checksum.update(part.as_bytes());
        length = length.wrapping_add(u32::try_from(part.len()).unwrap_or_default());
        if place % 2 == 0 {
            store(part.as_bytes(), &mut out);
        } else {
            deflate(part.as_bytes(), &mut out)?;
        }
    }
    // The last block, an empty one.
    out.extend([1, 0, 0, 0xff, 0xff]);
    out.extend(checksum.finalize().to_le_bytes());
    out.extend(length.to_le_bytes());
    Ok(out)
}

/// A page that has nothing secret, as a whole.
///
/// # Errors
///
/// None that memory could not hold.
pub(crate) fn whole(html: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
    for part in html.as_bytes().chunks(STEP) {
        encoder.write_all(part)?;
        heavy::step_aside();
    }
    encoder.finish()
}

/// As it is, in blocks that refer to nothing (RFC 1951 section 3.2.4).
fn store(part: &[u8], out: &mut Vec<u8>) {
    for chunk in part.chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(chunk.len()).unwrap_or(u16::MAX);
        out.push(0);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(chunk);
    }
}

/// By itself: a new encoder knows nothing of what stands before it.
fn deflate(part: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(part)?;
    // To the end of a byte, with more to come.
    encoder.flush()?;
    out.append(encoder.get_mut());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_compressed_is_read_again() {
        let long = "<p>row</p>".repeat(20_000);
        for html in [
            String::new(),
            "<p>plain".to_owned(),
            format!("{APART}{long}{APART}"),
            format!("a{APART}b{APART}c{APART}{long}{APART}{long}"),
        ] {
            let sent = gzip(&html).unwrap();
            assert_eq!(read(&sent), plain(&html));
        }
    }

    /// The length tells nothing of what stands outside, whatever the rest says.
    #[test]
    fn what_is_not_marked_goes_as_it_is_and_is_held_against_nothing() {
        let rows = "anna@muster.example ".repeat(50);
        let length = |name: &str, asked: &str| {
            let html = format!("<p>{name}</p><p>{asked}</p>{APART}{rows}{APART}<p>{asked}</p>");
            gzip(&html).unwrap().len()
        };
        let guessed = length("anna@muster.example", "anna@muster.example");
        assert_eq!(
            guessed,
            length("anna@muster.example", "erna@meister.exampl")
        );
        let sent = gzip(&format!("anna{APART}{rows}{APART}anna")).unwrap();
        assert_eq!(sent.windows(4).filter(|four| four == b"anna").count(), 2);
        assert!(sent.len() < rows.len());
    }

    #[test]
    fn only_who_takes_it_gets_it() {
        let taken = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
            is_taken(&headers)
        };
        assert!(taken("gzip") && taken("br, GZIP;q=0.5") && taken("deflate, gzip"));
        assert!(!taken("") && !taken("br") && !taken("gzip;q=0") && !taken("gzip;q=0.000"));
        assert!(!is_taken(&HeaderMap::new()));
    }
}
