//! Runs in each format, and the least scopes of catalogs that were imported.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use authoring::{
    OnDisk, Options, RecordedBody, Run, RunFormat, RunOptions, Source, import, least_of_run,
    read_run,
};
use proptest::prelude::*;
use scope::{Catalog, Proof, Reason};

use crate::import::given::catalog_of;
use crate::import::real::descriptions;
use crate::least_by_force::holds_for;

fn shipped(name: &str) -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    let text = std::fs::read_to_string(root.join(format!("{name}.toml"))).unwrap();
    Catalog::parse(name, &text).unwrap()
}

fn options(format: Option<RunFormat>, bases: &[&str]) -> RunOptions {
    let mut options = RunOptions::default();
    options.format = format;
    options.bases = bases.iter().map(|base| base.parse().unwrap()).collect();
    options
}

fn read(text: &str) -> Run {
    read_run(text.as_bytes(), &RunOptions::default()).unwrap()
}

fn below(text: &str, bases: &[&str]) -> Run {
    read_run(text.as_bytes(), &options(None, bases)).unwrap()
}

/// Method, target and how often.
fn calls(run: &Run) -> Vec<(&str, &str, usize)> {
    let calls = run.calls.iter();
    calls
        .map(|call| (call.method.as_str(), call.target.as_str(), call.times))
        .collect()
}

fn why(text: &[u8], options: &RunOptions) -> String {
    read_run(text, options).unwrap_err().to_string()
}

const COMMON: &str =
    r#"::1 - - [29/Nov/2026:10:00:00 +0000] "GET /2.0/contact?limit=1 HTTP/1.1" 200 12"#;

#[test]
fn the_format_is_told_by_the_beginning() {
    let har = r#"{ "log": { "version": "1.2", "entries": [
        { "request": { "method": "GET", "url": "https://a.example/x" }, "response": { "status": 200 } } ] } }"#;
    for (text, format) in [
        ("GET /x", RunFormat::Lines),
        ("\u{feff}# calls\n\nGET /x", RunFormat::Lines),
        (COMMON, RunFormat::Log),
        ("{\"method\":\"GET\",\"path\":\"/x\"}", RunFormat::JsonLines),
        (
            "{\"log\":\"access\",\"method\":\"GET\",\"path\":\"/x\"}",
            RunFormat::JsonLines,
        ),
        (har, RunFormat::Har),
    ] {
        assert_eq!(read(text).format, format, "{text}");
    }
    // What stands in front of a log, or between its lines, is told, and the log is read.
    for (text, format) in [
        (format!("starting up\n{COMMON}\n{COMMON}"), RunFormat::Log),
        (
            format!("GET /x\nlog of Monday\n{COMMON}\n{COMMON}"),
            RunFormat::Log,
        ),
        (
            "hello\n{\"method\":\"GET\",\"path\":\"/x\"}".to_owned(),
            RunFormat::JsonLines,
        ),
    ] {
        let run = read(&text);
        assert_eq!(run.format, format, "{text}");
        assert_eq!(run.unreadable[0].line, 1, "{text}");
        assert_eq!(run.calls.len(), 1, "{text}");
    }
    let garbage = why(b"GET /x\nhello\nGET /y", &options(None, &[]));
    assert!(
        garbage.starts_with("line 2: ") && garbage.contains("--format"),
        "{garbage}"
    );
    let forced = why(COMMON.as_bytes(), &options(Some(RunFormat::Lines), &[]));
    assert!(forced.starts_with("line 1: "), "{forced}");
}

#[test]
fn access_logs_are_read_common_and_combined() {
    let log = [
        COMMON,
        COMMON,
        r#"10.0.0.1 - a b [29/Nov/2026:10:00:00 +0000] "DELETE /2.0/contact/1 HTTP/2.0" 204 - "https://x.example/?a=\"b\"" "agent [1] \"x\"""#,
        r#"api.example:443 10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET http://api.example/absolute HTTP/1.1" 200 1"#,
        // What a browser asks twice for, and what no server answered.
        r#"h - - [t] "GET /refused HTTP/1.1" 401 1"#,
        r#"h - - [t] "GET /refused HTTP/1.1" 403 1"#,
        r#"h - - [t] "GET /unanswered HTTP/1.1" 000 0"#,
        r#"h - - [t] "\x16\x03\x01\x00" 400 1"#,
        r#"h - - [t] "-" 408 1"#,
        r#"h - - [t] "GET /line\x0abreak HTTP/1.1" 200 1"#,
        r#"h - - [t] "GET /\xc3\xa9t\xc3\xa9 HTTP/1.1" 200 1"#,
        r#"h - - [t] "GET /two words HTTP/1.1" 400 1"#,
    ];
    let run = read(&log.join("\n"));
    assert_eq!(
        calls(&run),
        [
            ("GET", "/2.0/contact?limit=1", 2),
            ("DELETE", "/2.0/contact/1", 1),
            ("GET", "/absolute", 1),
            ("GET", "/\u{e9}t\u{e9}", 1),
        ]
    );
    assert_eq!(run.calls[1].status, Some(204));
    assert_eq!((run.left_out.refused, run.left_out.unanswered), (2, 1));
    assert_eq!(run.left_out.no_call, 4);
    assert!(run.unreadable.is_empty(), "{:?}", run.unreadable);
}

#[test]
fn what_is_no_line_of_a_log_is_told_by_its_number() {
    let log = format!(
        "{COMMON}\nnothing\n\n{}\n{}\nh - - [t] \"GET /x HTTP/1.1\" two 1\n",
        r#"h - - [t] "GET /cut"#,
        COMMON.replace(" [", " ")
    );
    let mut bytes = log.into_bytes();
    bytes.extend_from_slice(b"h - - [t] \"GET /\xff HTTP/1.1\" 200 1\n");
    let run = read_run(&bytes, &RunOptions::default()).unwrap();
    let lines: Vec<usize> = run.unreadable.iter().map(|own| own.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7]);
    assert_eq!(run.calls.len(), 1);
    let long = format!("{COMMON}\n{}", "x".repeat(100_000));
    assert!(read(&long).unreadable[0].what.len() < 400);
}

#[test]
fn lines_of_json_are_read_by_the_names_of_many_servers() {
    let one = |line: &str| {
        let run = read(line);
        let call = &run.calls[0];
        (call.method.clone(), call.target.clone(), call.status)
    };
    for line in [
        r#"{"request":"GET /x?a=1 HTTP/1.1","status":200}"#,
        r#"{"request_method":"GET","request_uri":"/x?a=1","status":"200"}"#,
        r#"{"method":"get","path":"/x","query":"a=1","status":200}"#,
        r#"{"request":{"method":"GET","host":"h","uri":"/x?a=1"},"status":200}"#,
        r#"{"RequestMethod":"GET","RequestPath":"/x?a=1","DownstreamStatus":200}"#,
        r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://h/x?a=1","status":200}}"#,
        r#"{"http.request.method":"GET","url.original":"/x?a=1","http.response.status_code":200}"#,
        r#"{"http":{"request":{"method":"GET"},"response":{"status_code":200}},"url":{"path":"/x","query":"a=1"}}"#,
        r#"{"fields":{"method":"GET","path":"/x?a=1","status":200},"target":"access"}"#,
    ] {
        assert_eq!(
            one(line),
            ("GET".to_owned(), "/x?a=1".to_owned(), Some(200)),
            "{line}"
        );
    }
    let run = read(
        "{\"method\":\"GET\",\"path\":\"/x\",\"status\":403}\n{\"message\":\"started\"}\n{oops\n[1]\n\
         {\"method\":\"GET\",\"path\":\"/x\",\"status\":0}\n{\"method\":\"GET\",\"path\":\"/y\"}\n\
         {\"method\":\"G\\nET\",\"path\":\"/x\"}\n{\"method\":1,\"path\":\"/x\"}",
    );
    assert_eq!(calls(&run), [("GET", "/y", 1)]);
    let lines: Vec<usize> = run.unreadable.iter().map(|own| own.line).collect();
    assert_eq!(lines, [3, 4]);
    assert_eq!(
        run.unreadable[0].what,
        "it is no JSON: a name does not stand between double quotes, at column 2"
    );
    let left_out = run.left_out;
    assert_eq!(
        (left_out.refused, left_out.unanswered, left_out.no_call),
        (1, 1, 3)
    );
}

fn har(entries: &[&str]) -> String {
    format!(
        "{{\"log\":{{\"creator\":{{}},\"entries\":[{}]}}}}",
        entries.join(",")
    )
}

#[test]
fn archives_say_what_was_in_a_body() {
    let run = read(&har(&[
        r#"{"request":{"method":"POST","url":"https://h/x","postData":{"mimeType":"application/json; charset=utf-8","text":"{\"event\":\"a\"}"}},"response":{"status":201,"content":{"text":"[1]"}}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","postData":{"mimeType":"application/json","text":"{\"event\":\"b\"}"}},"response":{"status":201}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","postData":{"mimeType":"application/x-www-form-urlencoded","text":"a=b"}},"response":{"status":201}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","postData":{"mimeType":"application/json","text":"e30=","encoding":"base64"}},"response":{"status":201}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","bodySize":12},"response":{"status":201}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","bodySize":0},"response":{"status":201}}"#,
        r#"{"request":{"method":"POST","url":"https://h/x","bodySize":0},"response":{"status":201}}"#,
    ]));
    let bodies: Vec<(&RecordedBody, usize)> = run
        .calls
        .iter()
        .map(|call| (&call.body, call.times))
        .collect();
    let seen = |text: &str| RecordedBody::Seen(text.to_owned());
    assert_eq!(
        bodies,
        [
            (&seen("{\"event\":\"a\"}"), 1),
            (&seen("{\"event\":\"b\"}"), 1),
            (&RecordedBody::Unseen, 3),
            (&seen(""), 2),
        ]
    );
}

#[test]
fn archives_hold_what_is_no_call_of_the_app() {
    let run = read(&har(&[
        r#"{"request":{"method":"OPTIONS","url":"https://h/x","headers":[{"name":"Access-Control-Request-Method","value":"PUT"}]},"response":{"status":204}}"#,
        r#"{"request":{"method":"PUT","url":"https://h/x"},"response":{"status":200}}"#,
        r#"{"request":{"method":"GET","url":"https://h/blocked"},"response":{"status":0}}"#,
        r#"{"request":{"method":"GET","url":"data:text/plain,x"},"response":{"status":200}}"#,
        r#"{"request":{"method":"GET"},"response":{"status":200}}"#,
        r#"{"response":{"status":200}}"#,
        r#"{"request":{"method":7,"url":"https://h/x"}}"#,
        r#"{"request":{"method":"GET","url":"https://h/x","headers":null},"response":{"status":200}}"#,
        "[]",
        "null",
    ]));
    assert_eq!(calls(&run), [("PUT", "/x", 1)]);
    let left_out = run.left_out;
    assert_eq!(
        (left_out.preflights, left_out.unanswered, left_out.no_call),
        (1, 1, 1)
    );
    let entries: Vec<usize> = run.unreadable.iter().map(|own| own.line).collect();
    // One odd entry says nothing about the others.
    assert_eq!(entries, [5, 6, 7, 8, 9, 10]);
    let what: Vec<&str> = run.unreadable.iter().map(|own| own.what.as_str()).collect();
    assert_eq!(
        what[2..],
        [
            "it is no entry of an HTTP Archive: its `request.method` is a number, not a text",
            "it is no entry of an HTTP Archive: its `request.headers` is null, not a list",
            "it is no entry of an HTTP Archive: it is a list, not an object",
            "it is no entry of an HTTP Archive: it is null, not an object",
        ]
    );
    for (broken, told) in [
        ("{\"log\":{\"entries\":[", "ends in the middle"),
        ("{ \"log\" :", "ends in the middle"),
        (
            "{\"log\":{\"entries\":{}}}",
            "there is an object where a list is expected",
        ),
        ("{\"log\":{}}", "a member `entries` is missing"),
        ("{\"log\":{\"entries\":[]},}", "a comma stands before"),
    ] {
        let why = why(broken.as_bytes(), &RunOptions::default());
        for words in [told, "no HTTP Archive", "line 1", "save it", "--format"] {
            assert!(why.contains(words), "{words}: {why}");
        }
    }
}

#[test]
fn only_what_is_below_a_base_counts_and_without_it() {
    let text = "GET https://api.example.com/v2/x\nGET https://API.example.com:443/v2/x\n\
                GET https://user@api.example.com/v2\nGET https://api.example.com/v2?a=1#b\n\
                GET https://api.example.com/v22/x\nGET https://other.example.com/v2/x\n\
                GET /v2/y\nGET http://api.example.com:8080/v2/x\nGET https://api.example.com/v2/deep/z\n";
    let run = below(text, &["https://api.example.com/v2/"]);
    assert_eq!(
        calls(&run),
        [
            ("GET", "/x", 2),
            ("GET", "/", 1),
            ("GET", "/?a=1", 1),
            ("GET", "/y", 1),
            ("GET", "/deep/z", 1),
        ]
    );
    assert_eq!(run.left_out.elsewhere, 3);
    // The longest base counts; a path alone is for every host.
    let run = below(text, &["/v2", "/v2/deep"]);
    assert_eq!(calls(&run).last(), Some(&("GET", "/z", 1)));
    // A host that stands beside the path is held to the base, too.
    let json = r#"{"host":"api.example.com","method":"GET","path":"/v2/x"}
                  {"host":"other.example.com","method":"GET","path":"/v2/x"}"#;
    let run = below(json, &["https://api.example.com/v2"]);
    assert_eq!(
        (calls(&run), run.left_out.elsewhere),
        (vec![("GET", "/x", 1)], 1)
    );
    for wrong in [
        "",
        "api.example.com",
        "ftp://x/",
        "https://",
        "/v2?x",
        "https://x/#y",
    ] {
        assert!(wrong.parse::<authoring::Base>().is_err(), "{wrong}");
    }
}

#[test]
fn a_run_without_calls_says_what_is_in_it() {
    let told = |text: &str, words: &[&str]| {
        let why = why(text.as_bytes(), &RunOptions::default());
        assert!(words.iter().all(|word| why.contains(word)), "{why}");
    };
    told("", &["no calls", "METHOD path"]);
    // The cause first, with a call to see it by.
    let log = format!("{COMMON}\n{COMMON}");
    let why = why(log.as_bytes(), &options(None, &["https://a.example/v9"]));
    let first = "there are no calls in it that count: 2 at other addresses than --base, the first of which is GET /2.0/contact?limit=1 (line 1)";
    assert!(why.starts_with(first), "{why}");
    told(
        r#"h - - [t] "GET /x HTTP/1.1" 401 1"#,
        &["no calls", "1 refused"],
    );
    told(
        "{\"a\":1}\n{",
        &["no calls", "1 of no call", "line 2", "cut off", "--format"],
    );
    // Cut off before anybody can tell what it is.
    told("{\"lo", &["line 1", "cut off", "har"]);
}

#[test]
fn what_no_rule_names_is_told_or_counted() {
    let log = [
        ("GET /2.0/contact", 200),
        ("GET /2.0/nowhere?a=1", 200),
        ("GET /2.0/nowhere?a=2", 500),
        ("PATCH /2.0/contact", 200),
        ("OPTIONS /2.0/contact", 204),
        ("GET /assets/app.JS?v=1", 200),
        ("POST /assets/app.js", 200),
        ("GET /wp-login.php", 404),
        ("GET /2.0/contact/../x", 404),
    ];
    let log: Vec<String> = log
        .iter()
        .map(|(call, status)| format!("h - - [t] \"{call} HTTP/1.1\" {status} 1"))
        .collect();
    let run = read(&log.join("\n"));
    let least = least_of_run(&shipped("bexio"), &run).unwrap();
    assert_eq!(least.least.scope.to_string(), "contact_show");
    assert_eq!(least.calls.len(), 1);
    let told: Vec<(&str, Reason, usize, usize)> = least
        .no_rule
        .iter()
        .map(|own| (own.path.as_str(), own.reason, own.line, own.times))
        .collect();
    assert_eq!(
        told,
        [
            ("/2.0/nowhere", Reason::NoRule, 2, 2),
            ("/2.0/contact", Reason::MethodNotInCatalog, 4, 1),
            ("/assets/app.js", Reason::NoRule, 7, 1),
            ("/2.0/contact/../x", Reason::AmbiguousPath, 9, 1),
        ]
    );
    let left_out = least.left_out;
    assert_eq!(
        (left_out.preflights, left_out.files, left_out.absent),
        (1, 1, 1)
    );
}

#[test]
fn what_stands_in_front_of_every_path_is_told() {
    let told = |paths: &[&str]| {
        let log = paths.iter();
        let log: Vec<String> = log
            .map(|path| format!("h - - [t] \"GET {path} HTTP/1.1\" 200 1"))
            .collect();
        let run = read(&log.join("\n"));
        let least = least_of_run(&shipped("bexio"), &run).unwrap();
        let base = least.missing_base;
        base.map(|own| (own.base, own.calls, own.with_rule))
    };
    let base = |base: &str, calls, with_rule| Some((base.to_owned(), calls, with_rule));
    let all = [
        "/api/2.0/contact",
        "/api/2.0/contact/1?a=b",
        "/api/health",
        "/2.0/contact",
    ];
    assert_eq!(told(&all), base("/api", 3, 2));
    assert_eq!(told(&["/eu/v1/2.0/contact", "/x"]), base("/eu/v1", 1, 1));
    assert_eq!(told(&["/2.0/nowhere", "/x/y/z"]), None);
    assert_eq!(told(&["/2.0/2.0/contact"]), None);
    let list =
        read("GET /api/2.0/contact\nGET /2.0/contact\n\nGET /api/2.0/task\nGET /api/2.0/task");
    let why = least_of_run(&shipped("bexio"), &list)
        .unwrap_err()
        .to_string();
    for words in [
        "GET /api/2.0/contact (no-rule, line 1)",
        "GET /api/2.0/task (no-rule, line 4, 2 times)",
        "No path of the catalog begins with /api, as 2 calls without a rule do; with --base /api, 2 of them",
    ] {
        assert!(why.contains(words), "{words}\n{why}");
    }
    // The cause comes before all that comes of it.
    assert!(why.find("--base") < why.find("GET /api"), "{why}");
}

#[test]
fn where_a_rule_goes_by_a_body_that_nobody_recorded_that_is_told() {
    let run = read(
        "GET /events/account/a1/events/callbacks\nPOST /events/account/a1/events/callbacks\n\
         POST /events/account/a2/events/callbacks\n",
    );
    let least = least_of_run(&shipped("freshbooks"), &run).unwrap();
    let unseen = least.unseen_bodies.iter();
    let unseen: Vec<(&str, usize, usize)> = unseen
        .map(|own| (own.method.as_str(), own.line, own.times))
        .collect();
    assert_eq!(unseen, [("POST", 2, 2)]);
    assert_eq!(least.unseen_bodies[0].members, ["/callback/event"]);
}

#[test]
fn a_value_that_no_rule_lists_is_told_with_where_it_stands() {
    let call = |event: &str| {
        format!(
            r#"{{"request":{{"method":"POST","url":"https://h/events/account/a1/events/callbacks","postData":{{"mimeType":"application/json","text":"{{\"callback\":{{\"event\":{event}}}}}"}}}},"response":{{"status":201}}}}"#
        )
    };
    let (text, number) = (call(r#"\"nonsense\""#), call("7"));
    let run = read(&har(&[&text, &text, &number]));
    let least = least_of_run(&shipped("freshbooks"), &run).unwrap();
    let told = least.no_rule.iter();
    let told: Vec<(usize, usize, &str)> = told
        .map(|own| (own.line, own.times, own.why.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!((told.len(), told[0].0, told[0].1), (2, 1, 2), "{told:?}");
    let first = "`/callback/event` in the body is `nonsense`, which the rule for POST /events/account/{accountId}/events/callbacks does not list";
    assert!(told[0].2.starts_with(first), "{told:?}");
    let second = "`/callback/event` in the body is not a readable string";
    assert!(told[1].2.starts_with(second), "{told:?}");
}

static LINES: AtomicUsize = AtomicUsize::new(0);

#[test]
fn whoever_waits_is_told_how_much_was_read() {
    let mut options = RunOptions::default();
    options.progress = Some(|lines| LINES.store(lines, Ordering::Relaxed));
    let text = "GET /2.0/contact\n".repeat(120_000);
    read_run(text.as_bytes(), &options).unwrap();
    assert_eq!(LINES.load(Ordering::Relaxed), 100_000);
}

#[test]
fn queries_and_bodies_of_a_run_count() {
    let run = read("GET /2025-09/subscriptions?expand=site");
    let least = least_of_run(&shipped("stora"), &run).unwrap();
    assert_eq!(
        least.least.scope.to_string(),
        "public.site:read public.subscription:read"
    );
    let event = |event: &str| {
        format!(
            r#"{{"request":{{"method":"POST","url":"https://api.freshbooks.com/events/account/a1/events/callbacks","postData":{{"mimeType":"application/json","text":"{{\"callback\":{{\"event\":\"{event}\"}}}}"}}}},"response":{{"status":201}}}}"#
        )
    };
    let scope = |event_name: &str| {
        let run = below(&har(&[&event(event_name)]), &["https://api.freshbooks.com"]);
        let least = least_of_run(&shipped("freshbooks"), &run).unwrap();
        assert!(least.no_rule.is_empty(), "{:?}", least.no_rule);
        assert_eq!(least.least.proof, Proof::Least);
        least.least.scope.to_string()
    };
    assert_ne!(scope("invoice.create"), scope("client.create"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Pieces of each format between anything at all, so that readers get some way.
    #[test]
    fn any_bytes_are_a_run_or_say_why_not(
        pieces in prop::collection::vec((any::<prop::sample::Index>(), ".{0,6}"), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let known = [
            COMMON, "\n", "GET /2.0/contact", "{\"method\":\"GET\",\"path\":\"/x\"", "}", "{\"log\":{\"entries\":[",
            "{\"request\":{\"method\":\"GET\",\"url\":\"https://h/x\"}}", "]", "\"", "\\x2", " [t] \"GET /", "\u{202e}",
        ];
        let text: String = pieces.iter().map(|(place, text)| format!("{}{text}", place.get(&known))).collect();
        let bytes = &text.as_bytes()[..cut.index(text.len() + 1)];
        for format in [
            None, Some(RunFormat::Lines), Some(RunFormat::Log), Some(RunFormat::JsonLines), Some(RunFormat::Har),
        ] {
            match read_run(bytes, &options(format, &[])) {
                Ok(run) => prop_assert!(!run.calls.is_empty() && run.calls.iter().all(|call| call.target.starts_with('/'))),
                Err(why) => prop_assert!(!why.to_string().is_empty()),
            }
        }
    }
}

/// The law, on what importing real descriptions gives.
#[test]
fn nothing_opens_less_than_the_least_scopes_of_imported_catalogs() {
    for file in descriptions() {
        let mut options = Options::default();
        options.propose = true;
        options.scopes_from = vec![Source::description("**Scope:** `{scope}`").unwrap()];
        let imported = import(std::slice::from_ref(&file), &options, &OnDisk).unwrap();
        holds_for(&catalog_of(imported.catalog.as_deref().unwrap()), 300);
    }
}
