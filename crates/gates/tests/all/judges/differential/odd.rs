//! Calls as callers send them: plain ones, and those in which something is odd.

use super::super::laws::call::Call;
use super::super::laws::draws::Draws;
use super::Round;

/// The id of what stands in a body, and is no call.
pub const SMUGGLED: &str = "smuggled";

/// A value of a header that nobody but the gate may say.
pub const FORGED: &str = "forged-value";

/// A call on the wire.
#[derive(Clone)]
pub struct Sent {
    pub id: u64,
    /// What is odd about it.
    pub odd: &'static str,
    /// Who calls, by the token; nobody without one.
    pub caller: Option<usize>,
    pub call: std::sync::Arc<Call>,
    pub method: String,
    /// What the API may receive as its target.
    pub targets: Vec<String>,
    pub bytes: Vec<u8>,
    /// Its token counts for nothing, whatever it is: it may be opened as what anybody may do, or not at all.
    pub is_closed: bool,
    /// Nobody knows where it ends: nothing is sent behind it.
    pub is_last: bool,
}

impl Sent {
    pub fn is_plain(&self) -> bool {
        self.odd.is_empty()
    }

    pub fn random(draws: &mut Draws, round: &Round, id: u64) -> Self {
        let mut call = super::call(draws, &round.model);
        let caller = (!draws.chance(12)).then(|| match draws.chance(2) {
            true => 0,
            false => draws.below(round.holders.len()),
        });
        if let Some(caller) = caller {
            call.is_client = round.holders[caller].1 == scope::Subject::Client;
        }
        let mut draft = Draft::of(&call, caller, id);
        if draws.chance(2) {
            draft.make_odd(draws, round);
        }
        let targets = draft.targets();
        Self {
            id,
            odd: draft.odd,
            caller,
            method: draft.method.clone(),
            targets,
            bytes: draft.bytes(),
            is_closed: draft.is_closed,
            is_last: draft.is_last,
            call: std::sync::Arc::new(call),
        }
    }

    /// The same, as another call: nobody knows what became of the first.
    pub fn again(&self, id: u64) -> Self {
        let (old, new) = (format!("x-call: {}", self.id), format!("x-call: {id}"));
        let ends = |at: usize| {
            self.bytes
                .get(at + old.len())
                .is_some_and(u8::is_ascii_control)
        };
        let mut places = self.bytes.windows(old.len()).enumerate();
        let own = places.find(|(at, own)| *own == old.as_bytes() && ends(*at));
        let at = own.map(|(at, _)| at).unwrap();
        let (before, behind) = (&self.bytes[..at], &self.bytes[at + old.len()..]);
        let bytes = [before, new.as_bytes(), behind].concat();
        Self {
            id,
            bytes,
            ..self.clone()
        }
    }
}

struct Draft {
    odd: &'static str,
    before: &'static str,
    method: String,
    /// Of the first line, before the path.
    authority: String,
    path_and_query: String,
    version: &'static str,
    host: &'static str,
    authorization: Vec<String>,
    content_type: Vec<&'static str>,
    headers: Vec<String>,
    body: Framed,
    line_end: &'static str,
    is_closed: bool,
    is_last: bool,
}

enum Framed {
    Nothing,
    Length(String),
    /// As it stands, whatever the headers say.
    Raw(String),
}

/// By which some programs take a call for another one, or somebody for somebody else.
const OVERRIDING: [&str; 8] = [
    "X-HTTP-Method-Override: DELETE",
    "x-http-method: PUT",
    "X-Method-Override: POST",
    "X-Original-URL: /a",
    "X-Rewrite-URL: /a",
    "X_HTTP_Method_Override: DELETE",
    "X-Http_Method-Override: DELETE",
    "X_Original_URL: /a",
];
const IDENTITY: [&str; 9] = [
    "Scopegate-Permit",
    "Scopegate-Subject",
    "scopegate-row-filter",
    "SCOPEGATE-SCOPE",
    "Scopegate_Permit",
    "scopegate_row_filter",
    "Scopegate-Row_Filter",
    "Scopegate-Organisation",
    "Scopegate-Anything",
];
const MISLEADING: [&str; 9] = [
    "X-Original-URI: /a",
    "X-Original-Method: GET",
    "X-Original-Host: other.example",
    "X-Forwarded-Uri: /a",
    "X-Forwarded-Method: GET",
    "X-Forwarded-Host: other.example",
    "X-Envoy-Original-Path: /a",
    "X-Envoy-Auth-Partial-Body: true",
    "X-Forwarded-Prefix: /a",
];
const TYPES: [&[&str]; 14] = [
    &[],
    &["text/plain"],
    &["application/x-www-form-urlencoded"],
    &["application/json; charset=utf-8"],
    &["Application/JSON"],
    &["application/vnd.api+json"],
    &["application/json; charset=utf-16"],
    &["application/json, text/plain"],
    &["application/json; charset =utf-7"],
    &["application/json; charset=utf-8; charset=utf-7"],
    &["application/json", "text/plain"],
    &["application/json", "application/json"],
    &["application/json;;"],
    &[""],
];
const CODINGS: [&str; 6] = ["gzip", "br", "identity", "gzip, gzip", "deflate", ""];
const METHODS: [&str; 8] = [
    "get",
    "Get",
    "TRACE",
    "BREW",
    "PROPFIND",
    "QUERY",
    "G\u{45}T-X",
    "PRI",
];
const HOP: [&str; 8] = [
    "Connection: Authorization",
    "Connection: Content-Type",
    "Connection: Content-Length",
    "Connection: Transfer-Encoding, Host",
    "Connection: Scopegate-Permit, Scopegate-Row-Filter",
    "Connection: upgrade\r\nUpgrade: websocket",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    "Keep-Alive: timeout=5\r\nTE: trailers",
];
/// With a second call behind what one reader takes for the end of the body, and another does not.
const FRAMINGS: [&str; 20] = [
    "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 4",
    "Content-Length: 4\r\nContent-Length: 5",
    "Content-Length: 0\r\nContent-Length: 4",
    "Content-Length: 4, 5",
    "Content-Length: +4",
    "Content-Length: 0x4",
    "Content-Length: -1",
    "Content-Length: 4 4",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\u{b}chunked",
    "X: 1\r\n Transfer-Encoding: chunked",
    "X: 1\rTransfer-Encoding: chunked",
    "Transfer_Encoding: chunked\r\nContent-Length: 4",
    "Transfer-Encoding: CHUNKED\r\nContent-Length: 4",
];
const LINES: [&str; 10] = [
    "X: a\0b",
    "X: a\rb",
    "X: 1\r\n folded",
    " X: 1",
    "X",
    ": 1",
    "X Y: 1",
    "X:\u{7f}1",
    "Content-Type : application/json",
    "Authorization : Bearer c0",
];

impl Draft {
    fn of(call: &Call, caller: Option<usize>, id: u64) -> Self {
        let query = call.query.as_deref().unwrap_or_default();
        let mark = if query.is_empty() { "" } else { "?" };
        let body = call.body.as_ref().map(|body| body.text());
        Self {
            odd: "",
            before: "",
            method: call.method.to_owned(),
            authority: String::new(),
            path_and_query: format!("{}{mark}{query}", call.path),
            version: "HTTP/1.1",
            host: "Host: api.example.com",
            authorization: caller
                .iter()
                .map(|caller| format!("Bearer c{caller}"))
                .collect(),
            content_type: body.iter().map(|_| "application/json").collect(),
            headers: vec![format!("x-call: {id}")],
            body: body.map_or(Framed::Nothing, Framed::Length),
            line_end: "\r\n",
            is_closed: false,
            is_last: false,
        }
    }

    fn make_odd(&mut self, draws: &mut Draws, round: &Round) {
        self.odd = match draws.below(22) {
            0 => {
                let authority = [
                    "http://api.example.com",
                    "http://other.example",
                    "HTTP://API.example.com:80",
                    "ftp://api.example.com",
                    "http://me@api.example.com",
                ];
                self.authority = draws.pick(&authority).to_owned();
                "an absolute target"
            }
            1 => {
                self.authorization.push("Bearer c0".to_owned());
                self.is_closed = self.authorization.len() > 1;
                if !self.is_closed {
                    self.authorization.clear();
                }
                "two tokens"
            }
            2 => {
                let value = draws.pick(&[
                    "Bearer c0, Bearer c0",
                    "Bearer c0 c0",
                    "Bearer",
                    "Bearer\tc0",
                    "BEARER  c0,",
                ]);
                self.authorization = vec![value.to_owned()];
                self.is_closed = true;
                "a token in another form"
            }
            3 => {
                let mark = if self.path_and_query.contains('?') {
                    '&'
                } else {
                    '?'
                };
                let name = draws.pick(&[
                    "access_token",
                    "access_token",
                    "Access_Token",
                    "access%5ftoken",
                ]);
                self.path_and_query += &format!("{mark}{name}=c0");
                // In another spelling it is a parameter like others.
                self.is_closed = name == "access_token";
                "a token in the query"
            }
            4 => {
                let own = format!("{}: {FORGED}", draws.pick(&IDENTITY));
                self.put(draws, own);
                "a forged identity"
            }
            5 => {
                let own = draws.pick(&MISLEADING).to_owned();
                self.put(draws, own);
                "a header of another gate"
            }
            6 => {
                let own = draws.pick(&OVERRIDING).to_owned();
                self.put(draws, own);
                "an overriding header"
            }
            7 => {
                self.content_type = draws.pick(&TYPES).to_vec();
                "another type"
            }
            8 => {
                let own = format!("Content-Encoding: {}", draws.pick(&CODINGS));
                self.put(draws, own);
                "a coding"
            }
            9 => {
                self.chunk(draws);
                "chunks"
            }
            10 => {
                let own = draws.pick(&FRAMINGS).to_owned();
                self.headers.push(own);
                let inner =
                    "GET /smuggled HTTP/1.1\r\nHost: api.example.com\r\nx-call: smuggled\r\n\r\n";
                let before = draws.pick(&[
                    "0\r\n\r\n",
                    "4\r\nabcd\r\n0\r\n\r\n",
                    "",
                    "abcd",
                    "0\r\nX: ",
                ]);
                self.body = Framed::Raw(format!("{before}{inner}"));
                self.is_last = true;
                "two ends"
            }
            11 => {
                self.headers.push(draws.pick(&HOP).to_owned());
                "a header of one hop"
            }
            12 => {
                let own = draws.pick(&LINES).to_owned();
                self.put(draws, own);
                self.is_last = true;
                "a line that is none"
            }
            13 => {
                self.method = draws.pick(&METHODS).to_owned();
                "another method"
            }
            14 => {
                let (version, host) = draws.pick(&[
                    ("HTTP/1.0", "Host: api.example.com"),
                    ("HTTP/1.1", "X: 1"),
                    ("HTTP/1.1", "Host: api.example.com\r\nHost: other.example"),
                    ("HTTP/1.1", "Host: other.example"),
                    ("HTTP/1.1", "Host:"),
                    ("HTTP/1.1", "Host: a\"b"),
                    ("HTTP/2.0", "Host: api.example.com"),
                    ("HTTP/0.9", "Host: api.example.com"),
                    ("http/1.1", "Host: api.example.com"),
                    ("HTTP/1.1 ", "Host: api.example.com"),
                ]);
                (self.version, self.host) = (version, host);
                self.is_last = true;
                "another version or host"
            }
            15 => {
                (self.before, self.line_end) = draws.pick(&[
                    ("\r\n", "\r\n"),
                    ("", "\n"),
                    ("\n\n", "\n"),
                    (" ", "\r\n"),
                    ("GET /\r\n", "\r\n"),
                ]);
                self.is_last = true;
                "other line ends"
            }
            16 => {
                self.headers.push("Expect: 100-continue".to_owned());
                "an expectation"
            }
            _ => {
                self.bend(draws, round);
                "another target"
            }
        };
    }

    /// Before or behind the others.
    fn put(&mut self, draws: &mut Draws, line: String) {
        let at = draws.below(self.headers.len() + 1);
        self.headers.insert(at, line);
    }

    fn chunk(&mut self, draws: &mut Draws) {
        let Framed::Length(text) = &self.body else {
            return;
        };
        let mut body = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let mut size = 1 + draws.below(rest.len());
            while !rest.is_char_boundary(size) {
                size += 1;
            }
            let (chunk, behind) = rest.split_at(size);
            let extension = draws.pick(&["", "", "", ";a=b", ";a=\"\r\""]);
            let extension = if extension.contains('\r') && !draws.chance(4) {
                ""
            } else {
                extension
            };
            self.is_last |= extension.contains('\r');
            let zero = draws.pick(&["", "", "00"]);
            body += &format!("{zero}{size:X}{extension}\r\n{chunk}\r\n");
            rest = behind;
        }
        body += "0\r\n";
        body += draws.pick(&[
            "",
            "",
            "Scopegate-Subject: forged-value\r\n",
            "X-HTTP-Method-Override: DELETE\r\n",
            "Content-Length: 4\r\nx-call: smuggled\r\n",
        ]);
        self.headers.push("Transfer-Encoding: chunked".to_owned());
        self.body = Framed::Raw(body + "\r\n");
    }

    /// As somebody writes it who wants to be understood in two ways.
    fn bend(&mut self, draws: &mut Draws, round: &Round) {
        let target = self.path_and_query.clone();
        let boundaries: Vec<usize> = target.char_indices().map(|(at, _)| at).collect();
        let at = boundaries
            .get(draws.below(boundaries.len().max(1)))
            .copied()
            .unwrap_or(0);
        let (before, behind) = target.split_at(at);
        let other = super::call(draws, &round.model).path;
        self.path_and_query = match draws.below(13) {
            0 => format!("{target}#{other}"),
            1 => format!("/.{target}"),
            2 => format!("{other}/..{target}"),
            3 => format!("/{target}"),
            4 => format!(
                "{before}{}{behind}",
                draws.pick(&[
                    "%2F", "%2f", "%2e", "%5C", "\\", ";", "%00", "%3F", "%23", "%25", "/", "//",
                    "/./", "+", "%20", "\t", "\"", "<", "|", "^", "`", "{", "\u{7f}", "\u{e9}",
                    "?", "&", "*"
                ])
            ),
            5 => {
                let mut rest = behind.chars();
                let first = rest.next().map_or(String::new(), |c| c.to_string());
                let encoded: String = first.bytes().map(|byte| format!("%{byte:02x}")).collect();
                format!("{before}{encoded}{}", rest.as_str())
            }
            6 => target.to_uppercase(),
            7 => format!("{target};{other}"),
            8 => format!("{target}/"),
            9 => format!(
                "{target}?{}",
                super::call(draws, &round.model).query.unwrap_or_default()
            ),
            10 => target.replacen('/', "//", 2),
            11 => target.trim_start_matches('/').to_owned(),
            _ => {
                self.authority = draws
                    .pick(&["http://api.example.com", "//api.example.com"])
                    .to_owned();
                target
                    .split_once('?')
                    .map_or(String::new(), |(_, query)| format!("?{query}"))
            }
        };
    }

    /// Its own target; what is behind `#` is no part of it (RFC 9112 section 3.2), and an address without a path
    /// has the root.
    fn targets(&self) -> Vec<String> {
        let own = self.path_and_query.clone();
        let rooted = match own.as_str() {
            "" => "/".to_owned(),
            own if own.starts_with('?') => format!("/{own}"),
            own => own.to_owned(),
        };
        // A blank more between the parts of a line is none of the target.
        let own = own.trim_start_matches(['\t', ' ']).to_owned();
        let whole = format!("{}{own}", self.authority);
        let mut targets: Vec<String> = if self.authority.is_empty() {
            vec![own]
        } else {
            vec![rooted, whole]
        };
        let cut = |target: &String| target.split_once('#').map(|(before, _)| before.to_owned());
        let cut: Vec<String> = targets.iter().filter_map(cut).collect();
        targets.extend(cut);
        targets
    }

    fn bytes(&self) -> Vec<u8> {
        let Self {
            method,
            authority,
            path_and_query,
            version,
            ..
        } = self;
        let mut lines = vec![
            format!("{method} {authority}{path_and_query} {version}"),
            self.host.to_owned(),
        ];
        lines.extend(
            self.authorization
                .iter()
                .map(|value| format!("Authorization: {value}")),
        );
        lines.extend(
            self.content_type
                .iter()
                .map(|value| format!("Content-Type: {value}")),
        );
        lines.extend(self.headers.iter().cloned());
        let body = match &self.body {
            Framed::Nothing => "",
            Framed::Raw(text) => text,
            Framed::Length(text) => {
                lines.push(format!("Content-Length: {}", text.len()));
                text
            }
        };
        let end = self.line_end;
        format!("{}{}{end}{end}{body}", self.before, lines.join(end)).into_bytes()
    }
}
