//! Random calls, hostile ones among them, as plain data.

use super::draws::Draws;
use super::model::{Model, ModelPath, Segment};

pub struct Call {
    /// Does the token speak for the client itself?
    pub is_client: bool,
    pub method: &'static str,
    pub path: String,
    /// `None` is hidden.
    pub query: Option<String>,
    pub body: Option<Body>,
    pub ids: Vec<(String, String)>,
}

#[derive(Clone)]
pub enum Body {
    Json(Json),
    Garbage(&'static str),
}

#[derive(Clone)]
pub enum Json {
    Text(&'static str),
    Number(u8),
    Object(Vec<(&'static str, Json)>),
    List(Vec<Json>),
}

const METHODS: [&str; 11] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "PURGE", "get", "",
];

const SEGMENTS: [&str; 51] = [
    "a",
    "b",
    "c",
    "items",
    "in",
    "invoice",
    "x.json",
    "x.a.json",
    "q:a",
    "a@b",
    "a@b@c",
    "(7)",
    "ab",
    "@me",
    "root:",
    "x:",
    "q%3Aa",
    "a%40b",
    "%40me",
    "root%3A",
    "A.JSON",
    "Items",
    "x y",
    "%20",
    "A",
    "a",
    "b",
    "c",
    "items",
    "%C3%A9",
    "..a",
    "",
    ".",
    "..",
    "%2F",
    "%2e%2e",
    "%61",
    "a;b",
    "%3B",
    "a\\b",
    "%5c",
    "é",
    "%",
    "%4",
    "%00",
    "a\u{1}",
    "inVoice",
    "in%20",
    "inv%C3%A9",
    "%C0%AF",
    "%C3",
];

const NAMES: [&str; 29] = [
    "query",
    "Callback",
    "event",
    "expand",
    "expand",
    "expand[]",
    "expand%5B%5D",
    "Expand",
    "kind",
    "entity_type",
    "kind[]",
    "KIND",
    "entity.type",
    "%6bind",
    "other",
    "other",
    "expand[0]",
    "expand[x]",
    "expand[%FF]",
    "expand.x",
    "[kind]",
    "kind[0]",
    "kind%00x",
    "?kind",
    "%2Bkind",
    "%E2%84%AAind",
    "entity[type",
    "entityType",
    "%FF",
];

const QUERY_VALUES: [&str; 25] = [
    "inVx",
    "inv%C3%A9",
    "in-",
    "A",
    "Inv",
    "a",
    "b",
    "in",
    "invoice",
    "inx",
    "x",
    "y",
    "x.y",
    "z",
    "x,y",
    "x.y.z",
    "y%2Cz",
    "nobody",
    "%69n",
    "%",
    "a;kind=b",
    "",
    "inv%00",
    "in+",
    "%FF",
];

const GARBAGE: [&str; 6] = ["", "  ", "{", "event=a", "{\"event\":\"a\"} x", "[1,]"];

impl Call {
    pub fn random(draws: &mut Draws, model: &Model) -> Self {
        let friendly = draws.pick(&[6, 6, 16, SEGMENTS.len()]);
        let fitting = draws.below(4) > 0;
        let mut path = match fitting {
            true => fitting_path(draws, &model.paths, friendly),
            false => (0..=draws.below(4))
                .map(|_| format!("/{}", SEGMENTS[draws.below(friendly)]))
                .collect(),
        };
        if draws.chance(6) {
            path.push('/');
        }
        if draws.chance(30) {
            path = draws.pick(&["", "*", "a", "/", "//"]).to_string();
        }
        let query = (!draws.chance(6)).then(|| {
            let pairs: Vec<String> = (0..draws.below(4))
                .map(|_| match draws.chance(12) {
                    true => draws.pick(&NAMES).to_string(),
                    false => format!("{}={}", draws.pick(&NAMES), draws.pick(&QUERY_VALUES)),
                })
                .collect();
            pairs.join(draws.pick(&["&", "&", "&", ";"]))
        });
        let body = (!draws.chance(4)).then(|| match draws.chance(5) {
            true => Body::Garbage(draws.pick(&GARBAGE)),
            false => Body::Json(Json::random(draws, 3)),
        });
        let ids = (0..draws.below(3))
            .map(|_| {
                let field = draws.pick(&["x", "y", "x.y", "z"]).to_string();
                (
                    field,
                    draws
                        .pick(&["st_1", "st_a1", "app_7", "unknown"])
                        .to_string(),
                )
            })
            .collect();
        let method = if draws.chance(3) {
            draws.pick(&METHODS)
        } else {
            draws.pick(&["GET", "POST"])
        };
        Self {
            is_client: draws.chance(2),
            method,
            path,
            query,
            body,
            ids,
        }
    }
}

/// One of the model's paths, its templates filled.
fn fitting_path(draws: &mut Draws, paths: &[ModelPath], friendly: usize) -> String {
    let path = &paths[draws.below(paths.len())];
    let segments = path.segments.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Template(_) => format!("/{}", SEGMENTS[draws.below(friendly)]),
        Segment::Tail(_, text) => {
            let length = 1 + draws.below(3);
            let own = (0..length).map(|_| format!("/{}", SEGMENTS[draws.below(friendly)]));
            own.collect::<String>() + text
        }
        Segment::Mixed(texts, names) => {
            let mut own = format!("/{}", texts[0]);
            for text in &texts[1..=names.len()] {
                own += SEGMENTS[draws.below(friendly)];
                own += text;
            }
            own
        }
    });
    segments.collect()
}

impl Body {
    pub fn text(&self) -> String {
        match self {
            Self::Garbage(text) => (*text).to_owned(),
            Self::Json(json) => json.text(),
        }
    }
}

impl Json {
    fn random(draws: &mut Draws, depth: usize) -> Self {
        const KEYS: [&str; 12] = [
            "query",
            "Query",
            "id",
            "event",
            "callback",
            "list",
            "event",
            "callback",
            "Event",
            "other",
            "callbac\u{212a}",
            "_event",
        ];
        let kind = if depth == 3 {
            2
        } else if depth == 0 {
            0
        } else {
            draws.below(4)
        };
        match kind {
            0 => Self::Text(draws.pick(&["a", "b", "in", "invoice", "other"])),
            1 => Self::Number(7),
            2 => {
                let members = (0..=draws.below(3))
                    .map(|_| (draws.pick(&KEYS), Self::random(draws, depth - 1)));
                Self::Object(members.collect())
            }
            _ => Self::List(
                (0..draws.below(3))
                    .map(|_| Self::random(draws, depth - 1))
                    .collect(),
            ),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Number(number) => number.to_string(),
            Self::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{name:?}: {}", value.text()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            Self::List(items) => format!(
                "[{}]",
                items.iter().map(Self::text).collect::<Vec<_>>().join(",")
            ),
        }
    }
}
