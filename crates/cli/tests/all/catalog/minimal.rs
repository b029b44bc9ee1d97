//! `scopegate catalog minimal`: each kind of run, and what it says of its choice.

use serde_json::json;

use crate::common::{scopegate, scopegate_with_input};

const LOG: &str = r#"10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET /2.0/contact/1 HTTP/1.1" 200 12
10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET /2.0/contact/2 HTTP/1.1" 404 12 "-" "agent"
10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "POST /2.0/contact HTTP/1.1" 403 12
"#;

#[test]
fn an_access_log_becomes_the_scopes_to_ask_for() {
    let said = scopegate_with_input(["catalog", "minimal", "bexio", "-"], LOG)
        .ok()
        .out;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "contact_show");
    assert_eq!(
        lines[2],
        "GET /2.0/contact/{contact_id}  contact_show  (2 times)"
    );
    assert!(said.contains("all choices were compared"), "{said}");
    assert!(
        said.contains("Left out: 1 refused (401, 403; --refused counts them)."),
        "{said}"
    );
    let all = scopegate_with_input(["catalog", "minimal", "bexio", "-", "--refused"], LOG);
    assert!(all.ok().out.starts_with("contact_edit\n"));
}

#[test]
fn lines_of_json_become_the_scopes_to_ask_for() {
    let log = "{\"method\":\"GET\",\"path\":\"/api/2.0/contact\",\"host\":\"bexio.example\",\"status\":200}\n\
               {\"method\":\"GET\",\"path\":\"/api/2.0/task\",\"host\":\"other.example\",\"status\":200}\n";
    let base = ["--base", "https://bexio.example/api", "--json"];
    let answer = scopegate_with_input(
        [&["catalog", "minimal", "bexio", "-"][..], &base].concat(),
        log,
    );
    let answer = answer.ok().json();
    assert_eq!(answer["scope"], "contact_show");
    assert_eq!(answer["format"], "json-lines");
    assert_eq!(answer["left_out"]["elsewhere"], 1);
    assert_eq!(answer["proof"], "least");
}

#[test]
fn an_archive_becomes_the_scopes_to_ask_for_by_query_and_body() {
    let entry = |method: &str, path: &str, more: &str| {
        format!(
            r#"{{"request":{{"method":"{method}","url":"https://api.stora.co{path}"{more}}},"response":{{"status":200}}}}"#
        )
    };
    let har = |entries: &[String]| {
        format!(
            "{{\"log\":{{\"version\":\"1.2\",\"entries\":[{}]}}}}",
            entries.join(",")
        )
    };
    let text = har(&[
        entry("GET", "/2025-09/subscriptions?expand=site", ""),
        entry("GET", "/assets/logo.png", ""),
        entry("GET", "/2025-09/nowhere", ""),
    ]);
    let ran = scopegate_with_input(["catalog", "minimal", "stora", "-", "--json"], &text);
    assert_eq!(ran.code, 1, "{ran:?}");
    let answer = ran.json();
    assert_eq!(answer["scope"], "public.site:read public.subscription:read");
    assert_eq!(answer["left_out"]["files"], 1);
    assert_eq!(
        answer["no_rule"],
        json!([{ "method": "GET", "path": "/2025-09/nowhere", "reason": "no-rule", "why": null, "line": 3, "times": 1 }])
    );
    // The body says which event is meant.
    let body = r#","postData":{"mimeType":"application/json","text":"{\"callback\":{\"event\":\"invoice.create\"}}"}"#;
    let text = har(&[entry("POST", "/events/account/a1/events/callbacks", body)]);
    let ran = scopegate_with_input(["catalog", "minimal", "freshbooks", "-", "--json"], &text);
    let scope = ran.ok().json()["scope"].as_str().unwrap().to_owned();
    assert!(
        scope.contains("invoice") && !scope.contains("client"),
        "{scope}"
    );
}

#[test]
fn calls_without_a_rule_and_lines_that_cannot_be_read_are_told() {
    let log = format!(
        "{LOG}h - - [t] \"GET /2.0/nowhere HTTP/1.1\" 200 1\nbroken \u{1b}[31m\u{202e}line\n"
    );
    let ran = scopegate_with_input(["catalog", "minimal", "bexio", "-"], &log);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("contact_show\n"), "{ran:?}");
    for words in [
        "No scope opens 1 other call, which is not counted here.",
        "1 line could not be read, and is not counted:",
        "GET /2.0/nowhere (no-rule, line 4)",
        "line 5: ",
    ] {
        assert!(ran.out.contains(words), "{words} in {ran:?}");
    }
    // Whoever sends requests writes into this log.
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{ran:?}");
}

#[test]
fn what_to_do_about_a_run_is_said() {
    let said = |catalog: &str, input: &str| {
        scopegate_with_input(["catalog", "minimal", catalog, "-"], input)
    };
    let log = LOG.replace(" /2.0", " /api/2.0");
    let ran = said("bexio", &log);
    assert_eq!(ran.code, 1, "{ran:?}");
    for words in [
        "No call that is counted here has a rule, so there is no scope to ask for.",
        "No path of the catalog begins with /api, as 1 call without a rule does; with --base /api, 1 of them has a rule.",
    ] {
        assert!(ran.out.contains(words), "{words} in {ran:?}");
    }
    assert!(
        ran.out.find("--base /api") < ran.out.find("GET /api"),
        "{ran:?}"
    );
    let events =
        "POST /events/account/a1/events/callbacks\nPOST /events/account/a2/events/callbacks\n";
    let out = said("freshbooks", events).ok().out;
    let words = "What 1 endpoint needs goes by a body that was not recorded, so every scope that it could ask for is counted";
    assert!(out.contains(words), "{out}");
    assert!(
        out.contains("POST /events/account/{accountId}/events/callbacks (first line 1, 2 times): by `/callback/event`"),
        "{out}"
    );
    said("bexio", "GET /2.0/contact\nhello\n").wrong(&["line 2: ", "--format"]);
    let ran = said("bexio", &format!("hello\n{LOG}"));
    assert!(
        ran.code == 1 && ran.out.starts_with("contact_show\n"),
        "{ran:?}"
    );
}

#[test]
fn it_says_what_else_would_open_the_calls() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.toml");
    let new = scopegate(["catalog", "new", "notes", "-o", file.to_str().unwrap()]);
    new.ok();
    let text = std::fs::read_to_string(&file).unwrap();
    let more = "\n[scopes.everything]\ntitle = { en = \"Everything\" }\ndescription = { en = \"All.\" }\n\
                [scopes.little]\ntitle = { en = \"Little\" }\ndescription = { en = \"A little.\" }\n\
                [[endpoints]]\npath = \"/a\"\nget = { any = [\"everything\", \"little\"] }\n\
                [[endpoints]]\npath = \"/b\"\nget = \"everything\"\n";
    std::fs::write(&file, text + more).unwrap();
    let name = file.to_str().unwrap();
    let said = scopegate_with_input(["catalog", "minimal", name, "-"], "GET /a\n")
        .ok()
        .out;
    assert!(said.starts_with("little\n"), "{said}");
    assert!(
        said.contains("  everything in place of little: also opens GET /b\n"),
        "{said}"
    );
    let answer = scopegate_with_input(["catalog", "minimal", name, "-", "--json"], "GET /a\n");
    assert_eq!(
        answer.ok().json()["instead"],
        json!([{ "scopes": ["everything"], "of": ["little"], "more": 1, "examples": ["GET /b"],
                 "less": 0, "why": "opens-more" }])
    );
}

#[test]
fn a_run_of_any_size_is_refused_beyond_its_bound() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // Sparse: nothing of it is on the disk.
    file.as_file().set_len((256 << 20) + 1).unwrap();
    let path = file.path().to_str().unwrap();
    scopegate(["catalog", "minimal", "bexio", path]).wrong(&["longer than 256 MiB", path]);
}

#[test]
fn what_cannot_be_read_is_said_in_words() {
    let wrong = |more: &[&str], input: &str, words: &[&str]| {
        let command = [&["catalog", "minimal", "bexio", "-"][..], more].concat();
        scopegate_with_input(command, input).wrong(words);
    };
    wrong(
        &["--format", "har"],
        "GET /2.0/contact",
        &["standard input: ", "no HTTP Archive", "line 1", "--format"],
    );
    wrong(
        &["--format", "log"],
        "GET /2.0/contact",
        &["no calls", "line 1"],
    );
    wrong(
        &["--base", "bexio"],
        "",
        &["--base", "https://api.example.com/v2"],
    );
    wrong(
        &["--base", "/v9"],
        "GET /2.0/contact",
        &["no calls", "at other addresses"],
    );
    wrong(&[], "GET /2.0/contact\u{1b}[31m", &["line 1"]);
}
