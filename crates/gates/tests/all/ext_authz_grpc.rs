//! What Envoy is told by gRPC. Its messages are written and read here by the numbers of their public
//! description, once more.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;

use crate::support::World;

/// A member of a message.
pub fn member(number: u8, value: &[u8]) -> Vec<u8> {
    let mut written = vec![number << 3 | 2];
    let mut length = value.len();
    while length > 0x7f {
        written.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    written.push(u8::try_from(length).unwrap());
    [written, value.to_vec()].concat()
}

/// The members of a message, numbers as the bytes that they are written with.
fn members(mut message: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut found = Vec::new();
    let number = |message: &mut &[u8]| {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let (first, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(first & 0x7f) << shift;
            shift += 7;
            if first & 0x80 == 0 {
                return value;
            }
        }
    };
    while !message.is_empty() {
        let key = number(&mut message);
        let value = number(&mut message);
        let value = match key & 7 {
            0 => value.to_be_bytes().to_vec(),
            2 => {
                let (own, rest) = message.split_at(usize::try_from(value).unwrap());
                message = rest;
                own.to_vec()
            }
            other => panic!("{other}"),
        };
        found.push((key >> 3, value));
    }
    found
}

fn all(message: &[u8], number: u64) -> Vec<Vec<u8>> {
    let own = members(message).into_iter();
    own.filter(|(own, _)| *own == number)
        .map(|(_, value)| value)
        .collect()
}

fn one(message: &[u8], number: u64) -> Vec<u8> {
    all(message, number).pop().unwrap_or_default()
}

fn count(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// What Envoy asks.
#[derive(Clone)]
pub struct Question {
    pub method: String,
    pub path: Vec<u8>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Option<Vec<u8>>,
    pub text_body: Option<String>,
    /// Each header by itself?
    pub raw: bool,
    pub extension: Option<String>,
    pub metadata: Option<&'static str>,
}

impl Question {
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: None,
            text_body: None,
            raw: true,
            extension: None,
            metadata: None,
        }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let header = (name.to_owned(), value.as_ref().to_vec());
        self.headers.push(header);
        self
    }

    /// With a body that Envoy held back, and whether it cut it off.
    pub fn body(self, body: &str, partial: &str) -> Self {
        let with = self.header("x-envoy-auth-partial-body", partial);
        Self {
            body: Some(body.into()),
            ..with
        }
    }

    fn joined(self) -> Self {
        Self { raw: false, ..self }
    }

    fn message(&self) -> Vec<u8> {
        let mut http = [
            member(1, b"17"),
            member(2, self.method.as_bytes()),
            member(4, &self.path),
            member(5, b"api.example.com"),
        ]
        .concat();
        let headers = [(":path".to_owned(), self.path.clone())];
        let headers = headers.iter().chain(&self.headers);
        if self.raw {
            let each = headers.map(|(name, value)| {
                let header = [member(1, name.as_bytes()), member(3, value)].concat();
                member(1, &header)
            });
            http.extend(member(13, &each.collect::<Vec<_>>().concat()));
        } else {
            let mut joined = BTreeMap::<&str, Vec<u8>>::new();
            for (name, value) in headers {
                let own = joined.entry(name).or_default();
                if !own.is_empty() {
                    own.push(b',');
                }
                own.extend(value);
            }
            for (name, value) in joined {
                let header = [member(1, name.as_bytes()), member(2, &value)].concat();
                http.extend(member(3, &header));
            }
        }
        if let Some(body) = &self.text_body {
            http.extend(member(11, body.as_bytes()));
        }
        if let Some(body) = &self.body {
            http.extend(member(12, body));
        }
        let mut attributes = member(4, &member(2, &http));
        if let Some(api) = &self.extension {
            let named = [member(1, b"scopegate-api"), member(2, api.as_bytes())].concat();
            attributes.extend(member(10, &named));
        }
        member(1, &attributes)
    }
}

/// What Envoy is answered.
#[derive(Debug)]
pub struct Told {
    /// `0` where it is an answer.
    pub grpc: String,
    pub permitted: bool,
    pub status: u64,
    pub headers: BTreeMap<String, String>,
    pub removed: Vec<String>,
    pub body: String,
}

impl Told {
    pub fn reason(&self) -> String {
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        problem["reason"].as_str().unwrap_or_default().to_owned()
    }
}

pub async fn ask(world: &World, question: &Question) -> Told {
    let message = question.message();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let framed = [&[0][..], &length, &message].concat();
    send(world, question.metadata, "application/grpc", framed).await
}

async fn send(world: &World, metadata: Option<&str>, kind: &str, framed: Vec<u8>) -> Told {
    let request = Request::post("/envoy.service.auth.v3.Authorization/Check")
        .header("content-type", kind)
        .header("te", "trailers");
    let request = match metadata {
        Some(api) => request.header("scopegate-api", api),
        None => request,
    };
    let response = world
        .respond(request.body(Body::from(framed)).unwrap())
        .await;
    assert_eq!(response.status(), 200);
    let (parts, body) = response.into_parts();
    assert_eq!(parts.headers["content-type"], "application/grpc");
    let collected = body.collect().await.unwrap();
    let trailers = collected.trailers().cloned();
    let status = |headers: &HeaderMap| {
        let status = headers.get("grpc-status");
        status.map(|status| status.to_str().unwrap().to_owned())
    };
    let grpc = status(&trailers.unwrap_or_default()).or_else(|| status(&parts.headers));
    let grpc = grpc.unwrap();
    let framed = collected.to_bytes();
    let answer = match framed.split_first_chunk::<5>() {
        Some(([0, length @ ..], answer)) => {
            assert_eq!(u32::from_be_bytes(*length), answer.len() as u32);
            answer
        }
        Some(other) => panic!("{other:?}"),
        None => {
            assert_ne!(grpc, "0");
            &[]
        }
    };
    let (denied, permitted) = (one(answer, 2), all(answer, 3).pop());
    let code = count(&one(&one(answer, 1), 1));
    assert_eq!(code == 0 && grpc == "0", permitted.is_some());
    let ok = permitted.clone().unwrap_or_default();
    let headers = [all(&ok, 2), all(&denied, 2)].concat();
    let headers = headers.iter().map(|option| {
        assert_eq!(count(&one(option, 3)), 2, "it takes the place of others");
        let header = one(option, 1);
        (text(one(&header, 1)), text(one(&header, 2)))
    });
    Told {
        grpc,
        permitted: permitted.is_some(),
        status: count(&one(&one(&denied, 1), 1)),
        headers: headers.collect(),
        removed: all(&ok, 5).into_iter().map(text).collect(),
        body: text(one(&denied, 3)),
    }
}

fn get(path: &str) -> Question {
    Question::new("GET", path).header("authorization", "Bearer contact_show")
}

#[tokio::test]
async fn a_permit_sets_every_header_and_takes_other_spellings_away() {
    let world = World::new("bexio");
    for question in [get("/2.0/contact?limit=1"), get("/2.0/contact").joined()] {
        let told = ask(&world, &question).await;
        assert!(told.permitted, "{told:?}");
        assert_eq!(told.headers.len(), gates::HEADERS.len());
        for name in gates::HEADERS {
            assert!(told.headers.contains_key(name.as_str()), "{name}");
        }
        assert_eq!(told.headers["scopegate-permit"], "token");
        assert_eq!(told.headers["scopegate-client"], "app");
        assert_eq!(told.headers["scopegate-organisation-slug"], "muster");
        assert_eq!(told.headers["scopegate-row-filter"], "");
        for spelling in [
            "scopegate_subject",
            "scopegate_subject_kind",
            "scopegate-subject_kind",
            "scopegate_organisation-number",
        ] {
            assert!(told.removed.contains(&spelling.to_owned()), "{spelling}");
        }
        for name in &told.removed {
            assert!(gates::is_identity(name), "{name}");
            assert!(!told.headers.contains_key(name), "{name}");
        }
    }
    assert_eq!(world.counts(), ["permitted", "permitted"]);
}

#[tokio::test]
async fn a_denial_is_the_whole_answer() {
    let world = World::new("bexio");
    for (question, status, reason, challenged) in [
        (
            Question::new("GET", "/2.0/contact"),
            401,
            "no-credentials",
            true,
        ),
        (
            Question::new("POST", "/2.0/contact").header("authorization", "Bearer contact_show"),
            403,
            "insufficient-scope",
            true,
        ),
        (get("/2.0/nothing"), 403, "no-rule", false),
        (
            get("/2.0/contact").header("scopegate_subject", "me"),
            400,
            "forged-identity",
            false,
        ),
        (
            get("/2.0/contact").header("x-http-method-override", "DELETE"),
            400,
            "overriding-header",
            false,
        ),
        (
            Question::new("GET", "/2.0/contact").header("authorization", "Bearer down"),
            503,
            "unavailable",
            false,
        ),
    ] {
        let told = ask(&world, &question).await;
        assert_eq!((told.grpc.as_str(), told.permitted), ("0", false));
        assert_eq!((told.status, told.reason().as_str()), (status, reason));
        assert_eq!(told.headers["content-type"], "application/problem+json");
        assert_eq!(told.headers.contains_key("www-authenticate"), challenged);
        assert_eq!(world.counts(), [reason]);
    }
}

/// What could be taken for another call, or for no token where there is one.
#[tokio::test]
async fn what_arrives_in_two_ways_is_denied() {
    let world = World::new("bexio");
    let bare = || Question::new("GET", "/2.0/contact");
    let outside_utf8 = Question {
        path: b"/2.0/contact/\xff".to_vec(),
        ..get("/")
    };
    let several = || {
        bare()
            .header("authorization", "Basic YTpi")
            .header("authorization", "Bearer contact_show")
    };
    for (question, reason) in [
        (several(), "malformed-credentials"),
        (several().joined(), "malformed-credentials"),
        (
            get("/2.0/contact").header("authorization", "Bearer contact_show"),
            "malformed-credentials",
        ),
        (get("/2.0/contact/../note"), "ambiguous-path"),
        (get("//2.0/contact"), "ambiguous-path"),
        (get("/2.0/contact").header("a b", "c"), "malformed-call"),
        (get("/2.0/contact").header("a", b"c\nd"), "malformed-call"),
    ] {
        let told = ask(&world, &question).await;
        assert!(!told.permitted, "{reason}");
        assert_eq!(told.reason(), reason);
    }
    // What Envoy writes where a byte is no text; each header by itself is as it came.
    let marked = "/2.0/contact/!";
    assert_eq!(
        ask(&world, &get(marked).joined()).await.reason(),
        "malformed-call"
    );
    assert!(ask(&world, &get(marked)).await.permitted);
    let stora = World::new("stora");
    for (query, permitted) in [("x=a", true), ("x=a!", false)] {
        let path = format!("/2025-09/subscriptions/sub_1?{query}");
        let question =
            Question::new("GET", &path).header("authorization", "Bearer public.subscription/read");
        assert!(ask(&stora, &question).await.permitted);
        let told = ask(&stora, &question.joined()).await;
        assert_eq!(told.permitted, permitted, "{told:?}");
    }
    // Text that is none ends at the message already; Envoy denies then.
    let told = ask(&world, &outside_utf8).await;
    assert!(!told.permitted && told.grpc == "3", "{told:?}");
}

/// A body counts where all of it came as it was.
#[tokio::test]
async fn a_body_is_seen_where_envoy_sends_it_whole() {
    let world = World::new("freshbooks");
    let call = || {
        Question::new("POST", "/events/account/muster/events/callbacks")
            .header("authorization", "Bearer user/invoices/read")
            .header("content-type", "application/json")
    };
    let body = r#"{"callback": {"event": "invoice.create", "uri": "https://a.example"}}"#;
    let as_text = Question {
        body: None,
        text_body: Some(body.to_owned()),
        ..call().body("", "false")
    };
    let unsaid = Question {
        body: Some(body.into()),
        ..call()
    };
    let twice = call()
        .header("x-envoy-auth-partial-body", "true")
        .body(body, "false");
    for (question, permitted) in [
        (call().body(body, "false"), true),
        (call().body(body, "false").joined(), true),
        (call().body(body, "true"), false),
        (call().body(body, "true").joined(), false),
        (twice, false),
        (unsaid, false),
        (as_text, false),
        (call(), false),
        (
            call()
                .header("content-encoding", "gzip")
                .body(body, "false"),
            false,
        ),
    ] {
        let told = ask(&world, &question).await;
        assert_eq!(told.permitted, permitted, "{told:?}");
    }
    // Longer than any body is read, though Envoy may hold back more.
    let long = format!(r#"{{"a": "{}"}}"#, "a".repeat(1 << 20));
    let told = ask(&world, &call().body(&long, "false")).await;
    assert_eq!(
        (told.status, told.reason().as_str()),
        (413, "body-too-large")
    );
}

/// The configuration of Envoy says which API it is: for the route, or else for the filter. Nothing that the
/// caller sends does.
#[tokio::test]
async fn the_api_is_the_one_that_envoys_configuration_names() {
    let world = World::new("bexio");
    let named = |extension: Option<&str>, metadata| Question {
        extension: extension.map(str::to_owned),
        metadata,
        ..get("/2.0/contact").header("scopegate-api", "realm/other")
    };
    // The caller's own is what any header of the gate's name is.
    let told = ask(&world, &named(None, None)).await;
    assert_eq!(told.reason(), "forged-identity");
    for (extension, metadata, found) in [
        (None, None, true),
        (Some("realm/api"), None, true),
        (None, Some("realm/api"), true),
        (Some("realm/api"), Some("realm/other"), true),
        (Some("realm/other"), Some("realm/api"), false),
        (None, Some("realm/other"), false),
        (Some("realm"), None, false),
        (None, Some(""), false),
    ] {
        let question = Question {
            headers: get("/").headers,
            ..named(extension, metadata)
        };
        let told = ask(&world, &question).await;
        assert_eq!(told.permitted, found, "{extension:?} {metadata:?}");
        assert_eq!(told.grpc, if found { "0" } else { "5" });
    }
}

/// Where the question is wrong there is no answer, and Envoy denies by itself.
#[tokio::test]
async fn a_question_that_is_none_has_no_answer() {
    let world = World::new("bexio");
    let message = get("/2.0/contact").message();
    let framed = |flag: u8, length: usize, message: &[u8]| {
        let length = u32::try_from(length).unwrap().to_be_bytes();
        [&[flag][..], &length, message].concat()
    };
    let nothing = member(1, &member(4, b""));
    let long = vec![0; (1 << 20) + (256 << 10) + 6];
    for (kind, sent, code) in [
        ("application/json", framed(0, message.len(), &message), "3"),
        ("application/grpc", Vec::new(), "3"),
        (
            "application/grpc",
            framed(0, message.len() + 1, &message),
            "3",
        ),
        ("application/grpc", framed(0, 3, &message), "3"),
        ("application/grpc", framed(1, message.len(), &message), "12"),
        ("application/grpc", framed(0, 3, b"\xff\xff\xff"), "3"),
        ("application/grpc", framed(0, 0, b""), "3"),
        ("application/grpc", framed(0, nothing.len(), &nothing), "3"),
        ("application/grpc", long, "8"),
    ] {
        let told = send(&world, None, kind, sent).await;
        assert_eq!((told.grpc.as_str(), told.permitted), (code, false));
    }
    assert_eq!(world.counts(), [] as [&str; 0]);
}
