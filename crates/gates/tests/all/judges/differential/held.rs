//! What came through, held against what was sent and what the reference opens.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::api::{Log, Received};
use super::super::laws::call::{Body, Call};
use super::super::laws::naive::{self, Answer};
use super::super::stand::Kind;
use super::Round;
use super::caller::Answered;
use super::odd::{FORGED, SMUGGLED, Sent};

#[derive(Debug, Default)]
pub struct Tally {
    sent: usize,
    opened: usize,
    /// Of what was plain.
    plain: usize,
    plain_opened: usize,
    /// Of what was odd, by how: sent and opened.
    odd: BTreeMap<&'static str, (usize, usize)>,
}

/// Those that everybody knows.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Where a framework takes the method or the address from them.
const OVERRIDING: [&str; 5] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
];

impl Tally {
    /// Every fault of a round.
    pub fn hold(
        &mut self,
        kind: Kind,
        round: &Round,
        sent: &HashMap<u64, Answered>,
        log: Log,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut opened = HashSet::new();
        for received in log {
            let call = match received {
                Ok(call) => call,
                Err(fault) => {
                    wrong.push(format!("the API received no call: {fault}"));
                    continue;
                }
            };
            let known = match call.values("x-call")[..] {
                // A line that is folded is a part of it.
                [id] => id.split(' ').next().and_then(|id| id.parse().ok()),
                _ => None,
            };
            let known = known.and_then(|id: u64| sent.get(&id));
            if call.values("x-call") == [SMUGGLED] && is_open_to_all(kind, round, &call) {
                // Where a body ends before it, it is a call, and anybody may make it.
                continue;
            }
            let Some(known) = known else {
                wrong.push(format!("nobody sent {call:?}"));
                continue;
            };
            let own = &known.sent;
            if !opened.insert(own.id) {
                wrong.push(format!("it came twice: {call:?}"));
            }
            if let Some(fault) = fault(kind, round, own, &call) {
                let bytes = String::from_utf8_lossy(&own.bytes)
                    .escape_debug()
                    .to_string();
                wrong.push(format!(
                    "{fault}\n  sent ({}): {bytes}\n  received: {call:?}",
                    own.odd
                ));
            }
        }
        for (id, answered) in sent {
            let own = &answered.sent;
            let is_open = opened.contains(id);
            self.sent += 1;
            self.opened += usize::from(is_open);
            let count = if own.is_plain() {
                self.plain += 1;
                self.plain_opened += usize::from(is_open);
                None
            } else {
                Some(self.odd.entry(own.odd).or_default())
            };
            if let Some((all, open)) = count {
                *all += 1;
                *open += usize::from(is_open);
            }
            // Where nobody knows what was answered, nobody knows what is missing.
            let Some(status) = answered.status.filter(|_| !own.is_last) else {
                continue;
            };
            if is_open != (status == 200) {
                wrong.push(format!(
                    "answered {status}, and opened: {is_open}: {}",
                    text(own)
                ));
            }
            if own.is_plain() && !is_open && should_open(kind, round, own) {
                wrong.push(format!(
                    "{status}, and the reference opens it: {}",
                    text(own)
                ));
            }
        }
        wrong
    }

    /// A run that opens next to nothing shows next to nothing.
    pub fn is_enough(&self, calls: usize) {
        assert!(self.sent >= calls, "{self:?}");
        assert!(
            self.opened * 12 > self.sent && self.opened * 2 < self.sent,
            "{self:?}"
        );
        assert!(self.plain_opened * 10 > self.plain, "{self:?}");
        assert!(
            self.odd.values().all(|(all, _)| *all * 200 > calls),
            "{self:?}"
        );
    }
}

fn text(sent: &Sent) -> String {
    String::from_utf8_lossy(&sent.bytes)
        .escape_debug()
        .to_string()
}

fn is_open_to_all(kind: Kind, round: &Round, call: &Received) -> bool {
    let nothing = Call {
        is_client: false,
        method: "",
        path: String::new(),
        query: None,
        body: None,
        ids: Vec::new(),
    };
    naive::is_open(&round.model, &as_received(kind, &nothing, call))
}

/// Why this call must not have reached the API like this.
fn fault(kind: Kind, round: &Round, sent: &Sent, call: &Received) -> Option<&'static str> {
    let body = sent.call.body.as_ref().map(Body::text).unwrap_or_default();
    // Raw framings that are let through have the body that their chunks or their length make.
    let is_body = call.body == body.as_bytes() || sent.odd == "two ends" && is_of_two_ends(call);
    let said = call.headers.iter();
    let said: Vec<(String, &str)> = said
        .map(|(name, value)| (name.replace('_', "-"), value.as_str()))
        .collect();
    let has = |name: &str| said.iter().filter(|(own, _)| own == name).count();
    let permit = call.values("scopegate-permit");
    if call.method != sent.method || !sent.targets.contains(&as_text(&call.target)) {
        return Some("the API received another line");
    }
    if !is_body {
        return Some("the API received another body");
    }
    if said
        .iter()
        .any(|(name, value)| value.contains(FORGED) && name.starts_with("scopegate"))
    {
        return Some("the API received a forged identity");
    }
    if OVERRIDING.iter().any(|name| has(name) > 0) {
        return Some("the API received a header that asks for another call");
    }
    if has("scopegate-permit") != 1 || has("authorization") > 1 || has("host") != 1 {
        return Some("the API received something twice, or not at all");
    }
    let seen = as_received(kind, &sent.call, call);
    if sent.is_closed && permit != ["public"] {
        return Some("no gate may open this to whom its token is for");
    }
    if sent.caller.is_none() || permit == ["public"] {
        return (!naive::is_open(&round.model, &seen) || permit != ["public"])
            .then_some("the reference does not open this to everybody");
    }
    let (holder, _) = &round.holders[sent.caller?];
    let Answer {
        reason,
        own_records,
    } = naive::decide(&round.model, holder, &seen);
    if reason != "permitted" || permit != ["token"] {
        return Some("the reference closes this");
    }
    let filter = if own_records { "own-records" } else { "" };
    // nginx leaves empty ones away.
    (call.values("scopegate-row-filter").concat() != filter).then_some("another row filter")
}

/// What one reader or another could take for the body of a call with two ends.
fn is_of_two_ends(call: &Received) -> bool {
    matches!(
        &call.body[..],
        b"" | b"abcd" | b"0\r\n\r" | b"4\r\na" | b"0\r\nX" | b"GET "
    )
}

/// The reference's view of a call, as the API received it.
fn as_received(kind: Kind, sent: &Call, call: &Received) -> Call {
    let target = as_text(&call.target);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let is_json = matches!(
        call.values("content-type")[..],
        ["application/json"
            | "application/json; charset=utf-8"
            | "Application/JSON"
            | "application/vnd.api+json"]
    );
    let is_seen = kind.sees_bodies() && is_json && call.values("content-encoding").is_empty();
    let body = sent
        .body
        .as_ref()
        .filter(|body| is_seen && body.text().as_bytes() == call.body);
    let mut methods = METHODS.into_iter().chain(["QUERY"]);
    Call {
        is_client: sent.is_client,
        method: methods
            .find(|method| *method == call.method)
            .unwrap_or("UNKNOWN"),
        path: path.to_owned(),
        query: Some(query.to_owned()),
        body: body.cloned(),
        ids: Vec::new(),
    }
}

/// Bytes outside ASCII as the text that they were.
fn as_text(target: &str) -> String {
    let bytes: Vec<u8> = target
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whoever is plain is understood by everybody: what the reference opens is opened. Addresses that HTTP
/// does not have, and longer ones than a proxy takes, are none.
fn should_open(kind: Kind, round: &Round, sent: &Sent) -> bool {
    let [target] = &sent.targets[..] else {
        return false;
    };
    if !METHODS.contains(&sent.method.as_str()) {
        return false;
    }
    let is_plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&b);
    if !target.starts_with('/') || !target.bytes().all(is_plain) {
        return false;
    }
    let received = Received {
        method: sent.method.clone(),
        target: target.clone(),
        headers: match sent.call.body {
            Some(_) => vec![("content-type".to_owned(), "application/json".to_owned())],
            None => Vec::new(),
        },
        body: sent
            .call
            .body
            .as_ref()
            .map(Body::text)
            .unwrap_or_default()
            .into_bytes(),
    };
    let seen = as_received(kind, &sent.call, &received);
    match sent.caller {
        Some(caller) => {
            naive::decide(&round.model, &round.holders[caller].0, &seen).reason == "permitted"
        }
        None => naive::is_open(&round.model, &seen),
    }
}
