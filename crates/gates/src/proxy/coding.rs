//! Bodies that come compressed, where the rule depends on them and the proxy may look inside: what was
//! decided about goes on, which is the body without its coding.

use std::io::Read;

use bytes::Bytes;
use enforce::Problem;
use enforce::gate::MAX_BODY_BYTES;
use flate2::bufread::{GzDecoder, ZlibDecoder};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName};

use super::fault;

/// What says something of the bytes that came, and is wrong of what they decode to (RFC 9530).
const OF_THE_BYTES: [HeaderName; 4] = [
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-md5"),
];

/// So much is decoded before others get their turn, in bytes.
const STEP: usize = 65_536;

/// A coding that is read here (RFC 9110 section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// `gzip`, and `x-gzip`, which is the same.
    Gzip,
    /// `deflate`, which is the format of zlib.
    Deflate,
}

impl Coding {
    /// The one coding of a body, if there is one and it is one of these.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(CONTENT_ENCODING).iter();
        let (Some(coding), None) = (all.next(), all.next()) else {
            return None;
        };
        let is = |name: &[u8]| coding.as_bytes().eq_ignore_ascii_case(name);
        match () {
            () if is(b"gzip") || is(b"x-gzip") => Some(Self::Gzip),
            () if is(b"deflate") => Some(Self::Deflate),
            () => None,
        }
    }

    /// The body without its coding, of at most [`MAX_BODY_BYTES`].
    ///
    /// # Errors
    ///
    /// One that is larger, and one that is not in this coding from its first byte to its last.
    pub(super) async fn decode(self, body: &[u8]) -> Result<Bytes, Problem> {
        match self {
            Self::Gzip => read(GzDecoder::new(body), GzDecoder::into_inner).await,
            Self::Deflate => read(ZlibDecoder::new(body), ZlibDecoder::into_inner).await,
        }
    }
}

/// The headers of a call whose body has lost its coding, in the place of those that it came with,
/// which come back.
pub(super) fn take_off(headers: &mut HeaderMap) -> HeaderMap {
    let came = headers.clone();
    for name in [CONTENT_ENCODING, CONTENT_LENGTH]
        .iter()
        .chain(&OF_THE_BYTES)
    {
        headers.remove(name);
    }
    came
}

async fn read<'b, D: Read>(
    mut decoder: D,
    rest: impl FnOnce(D) -> &'b [u8],
) -> Result<Bytes, Problem> {
    let mut decoded = Vec::new();
    loop {
        let step = decoder.by_ref().take(STEP as u64).read_to_end(&mut decoded);
        if step.map_err(|_| fault::body_not_in_its_coding())? == 0 {
            break;
        }
        if decoded.len() > MAX_BODY_BYTES {
            return Err(fault::decoded_too_large());
        }
        tokio::task::yield_now().await;
    }
    // A second part, or anything else: some programs would read it, others not.
    if !rest(decoder).is_empty() {
        return Err(fault::body_not_in_its_coding());
    }
    Ok(decoded.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    async fn reason(coding: Coding, body: &[u8]) -> &'static str {
        coding.decode(body).await.unwrap_err().reason()
    }

    #[test]
    fn one_coding_that_is_known_is_read() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            Coding::of(&headers)
        };
        assert_eq!(of(&["gzip"]), Some(Coding::Gzip));
        assert_eq!(of(&["X-GZip"]), Some(Coding::Gzip));
        assert_eq!(of(&["deflate"]), Some(Coding::Deflate));
        for other in [
            &[][..],
            &["br"],
            &["identity"],
            &["gzip, gzip"],
            &["gzip,"],
            &["gzip", "gzip"],
            &["gzip", "br"],
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }

    #[tokio::test]
    async fn a_body_is_decoded_whole_or_not_at_all() {
        let text = br#"{"event":"a"}"#.repeat(20_000);
        assert_eq!(Coding::Gzip.decode(&gzip(&text)).await.unwrap(), text);
        assert_eq!(Coding::Deflate.decode(&zlib(&text)).await.unwrap(), text);
        assert_eq!(Coding::Gzip.decode(&gzip(b"")).await.unwrap(), "");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(&text).unwrap();
        let raw = raw.finish().unwrap();
        let small = gzip(b"{}");
        let mut damaged = small.clone();
        let crc = damaged.len() - 8;
        damaged[crc] ^= 1;
        let twice = [&small[..], &small].concat();
        let more = [&small[..], b"x"].concat();
        let mut adler = zlib(b"{}");
        *adler.last_mut().unwrap() ^= 1;
        for (coding, body) in [
            (Coding::Gzip, &b""[..]),
            (Coding::Gzip, b"{}"),
            (Coding::Gzip, &small[..small.len() - 1]),
            (Coding::Gzip, &damaged),
            (Coding::Gzip, &twice),
            (Coding::Gzip, &more),
            (Coding::Gzip, &zlib(&text)),
            (Coding::Deflate, &small),
            (Coding::Deflate, &raw),
            (Coding::Deflate, &adler),
            (Coding::Deflate, &[&zlib(b"{}")[..], b"x"].concat()),
        ] {
            assert_eq!(reason(coding, body).await, "unreadable-body", "{body:?}");
        }
    }

    #[tokio::test]
    async fn what_grows_ends_at_the_bound() {
        let most = vec![b' '; MAX_BODY_BYTES];
        assert_eq!(
            Coding::Gzip.decode(&gzip(&most)).await.unwrap().len(),
            MAX_BODY_BYTES
        );
        for size in [MAX_BODY_BYTES + 1, 64 * MAX_BODY_BYTES] {
            let body = vec![b' '; size];
            assert_eq!(reason(Coding::Gzip, &gzip(&body)).await, "body-too-large");
            assert_eq!(
                reason(Coding::Deflate, &zlib(&body)).await,
                "body-too-large"
            );
        }
    }
}
