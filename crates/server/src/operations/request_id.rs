use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;

/// The longest id taken over from a proxy, in bytes.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The name of one request, in the answer's `X-Request-Id` and on every log line it causes.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id a proxy gave, if it can stand in a log line as it is.
    pub(super) fn given(value: &HeaderValue) -> Option<Self> {
        let bytes = value.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
        ((1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(is_plain))
            .then(|| Self(value.clone()))
    }

    /// As a header.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// Runs what this request asks for, so that its log lines can name it.
    pub(super) async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

/// The id of the request this task is answering, if it is answering one.
#[must_use]
pub fn current_request_id() -> Option<RequestId> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Makes ids: a random beginning for this process, then a number. They are names, not
/// secrets, and cost no randomness per request.
#[derive(Debug)]
pub(super) struct RequestIds {
    process: [u8; 16],
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(random: [u8; 8]) -> Self {
        Self {
            process: hexadecimal(u64::from_be_bytes(random)),
            next: AtomicU64::new(1),
        }
    }

    pub(super) fn next(&self) -> RequestId {
        let number = hexadecimal(self.next.fetch_add(1, Ordering::Relaxed));
        let [.., a, b, c, d, e, f, g, h] = number;
        let mut text = [b'-'; 25];
        let (process, rest) = text.split_at_mut(16);
        process.copy_from_slice(&self.process);
        if let [_, digits @ ..] = rest {
            digits.copy_from_slice(&[a, b, c, d, e, f, g, h]);
        }
        RequestId(HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("none")))
    }
}

fn hexadecimal(number: u64) -> [u8; 16] {
    let mut text = [b'0'; 16];
    let mut left = number;
    for place in text.iter_mut().rev() {
        let digit = u8::try_from(left & 0xf).unwrap_or_default();
        *place = if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        };
        left >>= 4;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_begin_with_the_process_and_count() {
        let ids = RequestIds::new([0xab; 8]);
        assert_eq!(ids.next().as_str(), "abababababababab-00000001");
        assert_eq!(ids.next().as_str(), "abababababababab-00000002");
    }

    #[test]
    fn only_plain_ids_are_taken_over() {
        let taken = |text: &'static str| RequestId::given(&HeaderValue::from_static(text));
        assert_eq!(taken("7f3a.b:c_d-E").unwrap().as_str(), "7f3a.b:c_d-E");
        for wrong in ["", "a b", "a\"b", "a,b", "{}", "a/b"] {
            assert!(taken(wrong).is_none(), "{wrong:?}");
        }
        let long = HeaderValue::from_str(&"a".repeat(65)).unwrap();
        assert!(RequestId::given(&long).is_none());
        let bytes = HeaderValue::from_bytes(b"a\xff").unwrap();
        assert!(RequestId::given(&bytes).is_none());
    }
}
