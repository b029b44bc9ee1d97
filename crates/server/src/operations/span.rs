use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, Method, StatusCode};
use oauth::model::Timestamp;
use tokio::sync::mpsc;

use realm::metrics::RequestKind;

use super::client_address::TrustedProxies;

/// One answered request, as a span of a trace (W3C Trace Context). It says nothing of what
/// was sent: neither path nor query.
#[derive(Debug, Clone)]
pub struct RequestSpan {
    /// The trace: a trusted proxy's, or a new one.
    pub trace: [u8; 16],
    /// This span.
    pub id: [u8; 8],
    /// The proxy's span.
    pub parent: Option<[u8; 8]>,
    /// When the head of the request was there.
    pub began: Timestamp,
    /// Until the head of the answer was.
    pub took: Duration,
    /// What was asked.
    pub kind: RequestKind,
    /// How.
    pub method: Method,
    /// And what came of it.
    pub status: StatusCode,
    /// The request's id, as in the log.
    pub request_id: String,
}

/// Hands spans on to whoever exports them. It never waits: what does not fit is dropped.
#[derive(Debug)]
pub(super) struct Spans(mpsc::Sender<RequestSpan>);

/// The beginning of a span.
pub(super) struct Begun {
    trace: [u8; 16],
    id: [u8; 8],
    parent: Option<[u8; 8]>,
    began: Timestamp,
    method: Method,
}

impl Spans {
    pub(super) fn to(sender: mpsc::Sender<RequestSpan>) -> Self {
        Self(sender)
    }

    /// Begins a span, below the peer's if the peer may name one. `ids` makes an id of a trace, and one
    /// of a span.
    pub(super) fn begin(
        began: Timestamp,
        ids: impl FnOnce() -> ([u8; 16], [u8; 8]),
        proxies: &TrustedProxies,
        peer: IpAddr,
        (method, headers): (&Method, &HeaderMap),
    ) -> Begun {
        let context = headers
            .get("traceparent")
            .filter(|_| proxies.trust(peer))
            .and_then(|value| context(value.to_str().ok()?));
        let (trace, id) = ids();
        Begun {
            trace: context.map_or(trace, |(trace, _)| trace),
            id,
            parent: context.map(|(_, parent)| parent),
            began,
            method: method.clone(),
        }
    }

    /// Ends it. Answers whether it was handed on.
    pub(super) fn end(
        &self,
        begun: Begun,
        kind: RequestKind,
        status: StatusCode,
        took: Duration,
        request_id: String,
    ) -> bool {
        let Begun {
            trace,
            id,
            parent,
            began,
            method,
        } = begun;
        let span = RequestSpan {
            trace,
            id,
            parent,
            began,
            took,
            kind,
            method,
            status,
            request_id,
        };
        // A full queue means that the collector is slow; requests do not wait for it.
        self.0.try_send(span).is_ok()
    }
}

/// The trace and the parent in a `traceparent` of version 00.
fn context(text: &str) -> Option<([u8; 16], [u8; 8])> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version != "00" || flags.len() != 2 || parts.next().is_some() {
        return None;
    }
    let (trace, parent) = (bytes(trace)?, bytes(parent)?);
    (trace != [0; 16] && parent != [0; 8]).then_some((trace, parent))
}

fn bytes<const N: usize>(hexadecimal: &str) -> Option<[u8; N]> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hexadecimal.len() != 2 * N || !hexadecimal.bytes().all(is_digit) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = hexadecimal.get(2 * index..2 * index + 2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_is_read_strictly() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let (trace, parent) = context(good).unwrap();
        assert_eq!((trace[0], trace[15]), (0x0a, 0x9c));
        assert_eq!((parent[0], parent[7]), (0xb7, 0x31));
        for wrong in [
            "",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        ] {
            assert_eq!(context(wrong), None, "{wrong}");
        }
    }
}
