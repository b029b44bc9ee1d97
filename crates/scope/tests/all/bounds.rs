//! What a decision costs, whatever is sent: steps, by the size of the call.

#![allow(clippy::disallowed_methods, reason = "one test measures time")]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use scope::{Access, ApiRequest, Catalog, History, Reason, Visible, decide, explain, steps};

use crate::small_catalog::SmallCatalog;

fn shipped(name: &str) -> Catalog {
    let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Catalog::parse(name, &std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A catalog whose rules read query and body in every way there is, several times.
fn greedy() -> Catalog {
    let values = |rule: &str| {
        let each = (0..20).map(|value| format!("v{value} = {rule}"));
        each.collect::<Vec<_>>().join(", ")
    };
    let scope = "\"thing:read\"";
    let inner = format!("{{ by_query = \"b\", is = {{ {} }} }}", values(scope));
    let middle = format!("{{ by_body = \"/a/b\", is = {{ {} }} }}", values(&inner));
    let outer = format!("{{ by_query = \"a\", is = {{ {} }} }}", values(&middle));
    SmallCatalog::new("greedy")
        .action("read", "read")
        .resource("thing", &["read"])
        .resource("other", &["read"])
        .with(&format!(
            "[[endpoints]]\npath = \"/things\"\npost = {outer}"
        ))
        .with("[expand]\nparameter = \"expand\"\n[expand.fields]")
        .with("x = \"other:read\"\n\"x.y.z\" = \"other:read\"\ny = \"none\"")
        .parse()
}

struct Call<'a> {
    catalog: &'a Catalog,
    path: &'a str,
    query: String,
    body: Option<String>,
}

impl Call<'_> {
    fn with<T>(&self, f: impl FnOnce(&Access<'_>, &ApiRequest<'_>) -> T) -> T {
        let all = self.catalog.all();
        let scope = self.catalog.scope_of(&all);
        let (granted, ceiling) = (
            self.catalog.granted(&scope),
            self.catalog.registered(&scope),
        );
        let access = Access {
            subject: scope::Subject::Person,
            granted: &granted,
            ceiling: &ceiling,
            approved: &all,
            rights: &all,
            expired: None,
            unproven: None,
        };
        let mut request = ApiRequest::new("POST", self.path);
        request.query = Visible::Seen(&self.query);
        if let Some(body) = &self.body {
            request.body = Visible::Seen(body);
        }
        f(&access, &request)
    }

    fn bytes(&self) -> usize {
        self.path.len() + self.query.len() + self.body.as_ref().map_or(0, String::len)
    }

    fn steps(&self) -> usize {
        self.with(|access, request| steps(self.catalog, access, request))
    }
}

/// Pieces that cost something once, to be sent many times over.
const PIECES: [&str; 26] = [
    ";",
    "&",
    "=",
    "%",
    "%FF",
    "+",
    ",",
    ".",
    "[",
    "expand=",
    "expand[]=x&",
    "expand=x,",
    "x.",
    "x.y.z,",
    "Expand&",
    "a=v1&",
    "b=v2&",
    "a=v1;",
    "A=1&",
    "%61=v%31&",
    "%FF&",
    "a[%FF]=&",
    "e%CC%87",
    "expand=%FF&",
    "?expand&",
    "%2565",
];

const BODIES: [&str; 8] = [
    "{\"a\":",
    "[",
    "{\"a\":{\"b\":\"v1\"},",
    "\"a\":{\"b\":\"v1\"},",
    "\"a\u{307}\u{323}\":{},",
    "\"\\u0061\":{\"b\":5},",
    " ",
    "\"",
];

#[test]
fn work_grows_with_the_call_and_no_faster() {
    let (freshbooks, stora) = (shipped("freshbooks"), shipped("stora"));
    let callbacks = "/events/account/a1/events/callbacks";
    for (catalog, path) in [(&freshbooks, callbacks), (&stora, "/2025-09/deals")] {
        for piece in PIECES {
            let call = |times: usize| Call {
                catalog,
                path,
                query: piece.repeat(times),
                body: Some(String::from("{\"a\":{\"b\":\"v1\"}}")),
            };
            let (mut last, mut bytes) = (call(1).steps(), call(1).bytes());
            for times in [2, 8, 32, 128, 512, 2_048, 8_192, 60_000] {
                let call = call(times);
                let (steps, grown) = (call.steps(), call.bytes() - bytes);
                // Each byte more costs at most so many steps more, and a rule its own size.
                assert!(
                    steps <= last.max(4_096) + 8 * grown,
                    "{piece} x {times}: {steps} after {last}"
                );
                (last, bytes) = (steps, call.bytes());
            }
        }
        for piece in BODIES {
            for times in [1, 64, 16_384] {
                let call = Call {
                    catalog,
                    path,
                    query: String::from("a=v1"),
                    body: Some(format!("{{{}\"a\":{{\"b\":\"v1\"}}}}", piece.repeat(times))),
                };
                assert!(
                    call.steps() <= 4_096 + 8 * call.bytes(),
                    "{piece} x {times}"
                );
            }
        }
    }
}

#[test]
fn what_is_beyond_the_bounds_is_denied() {
    let (greedy, stora) = (greedy(), shipped("stora"));
    let reason = |catalog: &Catalog, path: &str, query: String| {
        let call = Call {
            catalog,
            path,
            query,
            body: Some(String::from("{\"a\":{\"b\":\"v1\"}}")),
        };
        call.with(|access, request| {
            let explained = explain(catalog, access, request, &History::default());
            assert_eq!(decide(catalog, access, request).reason(), explained.reason);
            explained.reason
        })
    };
    let (deals, things) = ("/2025-09/deals", "/things");
    let most = ApiRequest::MAX_QUERY_BYTES;
    let padded = |length: usize| format!("q={}", "a".repeat(length - 2));
    assert_eq!(reason(&stora, deals, padded(most)), Reason::Permitted);
    assert_eq!(reason(&stora, deals, padded(most + 1)), Reason::TooLarge);
    assert_eq!(reason(&stora, deals, "&".repeat(999)), Reason::Permitted);
    assert_eq!(reason(&stora, deals, "&".repeat(1_000)), Reason::TooLarge);
    assert_eq!(reason(&stora, deals, ";".repeat(1_000)), Reason::TooLarge);
    let fields = |many: usize| format!("expand={}", vec!["site"; many].join("&expand="));
    assert_eq!(reason(&stora, deals, fields(256)), Reason::Permitted);
    assert_eq!(reason(&stora, deals, fields(257)), Reason::TooLarge);
    let values = |many: usize| format!("b=v1&{}", vec!["a=v1"; many].join("&"));
    assert_eq!(reason(&greedy, things, values(16)), Reason::Permitted);
    assert_eq!(reason(&greedy, things, values(17)), Reason::TooLarge);
    let long = format!("/{}", "a".repeat(ApiRequest::MAX_PATH_BYTES));
    assert_eq!(reason(&stora, &long, String::new()), Reason::TooLarge);
    assert_eq!(
        reason(&stora, &long[1..], String::new()),
        Reason::AmbiguousPath
    );
    // A body that is too long counts as not seen: every value's requirement.
    let call = Call {
        catalog: &greedy,
        path: things,
        query: String::from("a=v1&b=v1"),
        body: Some(" ".repeat(ApiRequest::MAX_BODY_BYTES + 1)),
    };
    assert!(call.with(|access, request| decide(&greedy, access, request).is_permit()));
}

/// 60,000 semicolons once kept a worker busy for seconds.
#[test]
fn hostile_calls_are_decided_and_explained_at_once() {
    let (greedy, stora) = (greedy(), shipped("stora"));
    let mut slowest = Duration::ZERO;
    for (catalog, path) in [(&greedy, "/things"), (&stora, "/2025-09/deals")] {
        for piece in PIECES {
            for times in [999, 60_000] {
                let call = Call {
                    catalog,
                    path,
                    query: piece.repeat(times),
                    body: Some(String::from("{\"a\":{\"b\":\"v1\"}}")),
                };
                let begin = Instant::now();
                call.with(|access, request| {
                    decide(catalog, access, request);
                    explain(catalog, access, request, &History::default());
                });
                slowest = slowest.max(begin.elapsed());
            }
        }
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_mixture_costs_more_than_its_size(
        pieces in proptest::collection::vec((0..PIECES.len(), 1..400_usize), 0..12),
        bodies in proptest::collection::vec((0..BODIES.len(), 1..400_usize), 0..6),
    ) {
        static GREEDY: LazyLock<Catalog> = LazyLock::new(greedy);
        let query: String = pieces.iter().map(|(piece, times)| PIECES[*piece].repeat(*times)).collect();
        let body: String = bodies.iter().map(|(piece, times)| BODIES[*piece].repeat(*times)).collect();
        let call = Call { catalog: &GREEDY, path: "/things", query, body: Some(body) };
        prop_assert!(call.steps() <= 65_536 + 8 * call.bytes(), "{} {}", call.steps(), call.bytes());
    }
}

#[test]
fn a_batch_is_decided_up_to_a_hundred_members() {
    let catalog = SmallCatalog::new("batch")
        .action("read", "read")
        .resource("thing", &["read"])
        .with("[[endpoints]]\npath = \"/rpc\"")
        .with("post = { by_body = \"/method\", batch = true, is = { a = \"thing:read\", \"b*\" = \"thing:read\" } }")
        .parse();
    for (members, expected) in [(100, Reason::Permitted), (101, Reason::TooLarge)] {
        for value in ["a", "bc"] {
            let call = Call {
                catalog: &catalog,
                path: "/rpc",
                query: String::new(),
                body: Some(format!(
                    "[{}]",
                    vec![format!("{{\"method\":\"{value}\"}}"); members].join(",")
                )),
            };
            call.with(|access, request| {
                assert_eq!(decide(&catalog, access, request).reason(), expected);
                let explained = explain(&catalog, access, request, &History::default());
                assert_eq!(explained.reason, expected);
            });
            assert!(call.steps() <= 4_096 + 8 * call.bytes());
        }
    }
}
