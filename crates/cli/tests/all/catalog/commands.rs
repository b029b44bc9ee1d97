//! `scopegate catalog …`: what it answers, and with which exit status.

use crate::common::{scopegate, scopegate_with_input};
use serde_json::{Value, json};

pub const CATALOGS: [(&str, usize); 4] = [
    ("bexio", 21),
    ("bokio", 16),
    ("freshbooks", 44),
    ("stora", 39),
];

#[test]
fn show_as_json_has_every_scope_and_endpoint() {
    for (name, scopes) in CATALOGS {
        let shown = scopegate(["catalog", "show", name, "--json"]).ok().json();
        assert_eq!(shown["id"], name);
        assert!(shown["version"].is_string());
        let listed = shown["scopes"].as_array().unwrap();
        let active = listed.iter().filter(|scope| scope["inferred"] != true);
        assert!(active.count() >= scopes, "{name}: {}", listed.len());
        for scope in listed {
            for member in ["name", "added", "status"] {
                assert!(scope[member].is_string(), "{name}: {member} of {scope}");
            }
            for member in ["resource", "action", "elevation"] {
                assert!(
                    scope[member].is_string() || scope[member].is_null(),
                    "{member} of {scope}"
                );
            }
            assert!(scope["implies"].is_array(), "{scope}");
            assert!(scope["title"]["en"].is_string(), "{scope}");
        }
        let endpoints = shown["endpoints"].as_array().unwrap();
        assert!(endpoints.len() >= 30, "{name}: {}", endpoints.len());
        for endpoint in endpoints {
            for member in ["method", "path", "requirement"] {
                let text = endpoint[member].as_str().unwrap();
                assert!(!text.is_empty(), "{name}: {member} of {endpoint}");
            }
            assert!(endpoint["inferred"].is_boolean(), "{endpoint}");
        }
    }
}

#[test]
fn show_tells_what_a_scope_is() {
    let scope = |catalog: &str, name: &str| -> Value {
        let shown = scopegate(["catalog", "show", catalog, "--json"])
            .ok()
            .json();
        let scopes = shown["scopes"].as_array().unwrap();
        scopes
            .iter()
            .find(|scope| scope["name"] == name)
            .unwrap()
            .clone()
    };
    let edit = scope("bexio", "contact_edit");
    assert_eq!(edit["implies"], json!(["contact_show"]));
    assert_eq!(
        (&edit["resource"], &edit["action"]),
        (&json!("contact"), &json!("edit"))
    );
    assert_eq!(scope("bexio", "contact_show")["implies"], json!([]));
    assert_eq!(scope("bexio", "general")["added"], "every-grant");
    assert_eq!(
        scope("freshbooks", "user:profile:read")["added"],
        "new-client"
    );
    assert_eq!(
        scope("bokio", "bank-payments:write")["elevation"],
        "partner"
    );
    assert_eq!(scope("bokio", "invoices:write")["implies"], json!([]));
    assert_eq!(scope("stora", "public.unit:write")["implies"], json!([]));
}

#[test]
fn show_for_people_is_a_table_in_their_language() {
    let table = scopegate(["catalog", "show", "bexio"]).ok().out;
    let line = |start: &str| {
        let found = table.lines().find(|line| line.starts_with(start));
        found
            .unwrap_or_else(|| panic!("no {start} in {table}"))
            .to_owned()
    };
    assert!(line("contact_edit ").contains("brings contact_show"));
    assert!(line("general ").contains("added to every grant"));
    assert!(table.lines().any(|line| {
        line.split_whitespace()
            .eq(["POST", "/2.0/contact/search", "contact_show"])
    }));
    let german = scopegate(["catalog", "show", "bexio", "--language", "de"])
        .ok()
        .out;
    assert!(german.contains("Kontakte"), "{german}");
    scopegate(["catalog", "show", "bexio", "--language", "xx"]).wrong(&["xx", "en", "de"]);
}

#[test]
fn explain_permits_with_0_and_denies_with_1() {
    let permit = scopegate([
        "catalog",
        "explain",
        "bexio",
        "contact_edit",
        "GET",
        "/2.0/contact/1",
    ])
    .ok();
    assert!(permit.out.starts_with("permit"), "{permit:?}");
    let deny = scopegate([
        "catalog",
        "explain",
        "bexio",
        "contact_show",
        "POST",
        "/2.0/contact",
    ]);
    assert_eq!(deny.code, 1, "{deny:?}");
    assert!(
        deny.out
            .contains("missing:  contact_edit (never-requested)"),
        "{deny:?}"
    );
    let unknown = scopegate([
        "catalog",
        "explain",
        "bexio",
        "contact_edit",
        "GET",
        "/2.0/nowhere",
        "--json",
    ]);
    assert_eq!(
        (unknown.code, &unknown.json()["reason"]),
        (1, &json!("no-rule"))
    );
}

#[test]
fn explain_holds_to_rights_kind_and_approval() {
    let explain = |more: &[&str]| {
        let mut arguments = vec!["catalog", "explain", "--json"];
        arguments.extend(more);
        let ran = scopegate(arguments);
        let why = ran.json()["missing"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["why"].to_string())
            .collect::<String>();
        (ran.code, why)
    };
    let contact = ["bexio", "contact_show", "GET", "/2.0/contact/1"];
    let with = |call: &[&'static str], more: &[&'static str]| [call, more].concat();
    assert_eq!(explain(&with(&contact, &["--rights", "*_show"])).0, 0);
    assert_eq!(
        explain(&with(&contact, &["--rights", "task_*"])),
        (1, String::from("\"right-missing\""))
    );
    let payment = [
        "bokio",
        "bank-payments:write",
        "POST",
        "/v1/companies/1/bank-payments",
    ];
    assert_eq!(
        explain(&payment),
        (1, String::from("\"elevation-not-approved\""))
    );
    let approved = ["--approved", "partner", "--client-kind"];
    assert_eq!(
        explain(&[&payment[..], &approved, &["public-integration"]].concat()).0,
        0
    );
    // An approval counts for nothing with a kind of client that may never have it.
    assert_eq!(
        explain(&[&payment[..], &approved, &["private-integration"]].concat()).0,
        1
    );
}

#[test]
fn a_wrong_question_is_2_and_says_what_is_wrong() {
    let wrong = |arguments: &[&str], words: &[&str]| {
        scopegate(arguments).wrong(words);
    };
    wrong(&[], &["Usage"]);
    wrong(&["nonsense"], &["nonsense"]);
    wrong(
        &["catalog", "explain", "bexio"],
        &["SCOPE", "METHOD", "PATH"],
    );
    wrong(&["catalog", "show", "acme"], &["acme", "bexio", "stora"]);
    wrong(&["catalog", "show", "/"], &["cannot read /"]);
    wrong(
        &["catalog", "check", "no-such-file.toml"],
        &["no-such-file.toml"],
    );
    wrong(&["catalog", "docs", "acme"], &["acme"]);
    wrong(
        &["catalog", "minimal", "bexio", "no-such-list"],
        &["no-such-list"],
    );
    let explain = |more: &[&str], words: &[&str]| {
        wrong(&[&["catalog", "explain"], more].concat(), words);
    };
    explain(&["acme", "a", "GET", "/"], &["acme"]);
    explain(
        &["bexio", "contact_rule", "GET", "/2.0/contact"],
        &["contact_rule", "bexio"],
    );
    let commas = "contact_show,task_show";
    let separate = &["separate scopes by spaces", "catalog show bexio"];
    explain(&["bexio", commas, "GET", "/2.0/contact"], separate);
    explain(
        &["bexio", "contact_show", "FETCH", "/2.0/contact"],
        &["FETCH"],
    );
    explain(&["bexio", "contact_show", "GET", "2.0/contact"], &["slash"]);
    let call = ["bexio", "contact_show", "GET", "/2.0/contact"];
    let with = |option: &'static str, value: &'static str| [&call[..], &[option, value]].concat();
    explain(&with("--rights", "contacts"), &["--rights", "contacts"]);
    explain(
        &with("--registered", "nothing_such"),
        &["--registered", "nothing_such"],
    );
    for option in [
        "--rights",
        "--registered",
        "--requested",
        "--refused",
        "--reduced",
    ] {
        explain(
            &with(option, commas),
            &[option, "separate scopes by spaces"],
        );
    }
    explain(&with("--client-kind", "robot"), &["robot"]);
    explain(&with("--approved", "partner"), &["partner"]);
    explain(&with("--withheld", "contact_show"), &["SCOPE=REASON"]);
    explain(&with("--withheld", "contact_show=because"), &["because"]);
    explain(&with("--id", "creator"), &["FIELD=ID"]);
    explain(&with("--sideways", "1"), &["--sideways"]);
}

#[test]
fn minimal_names_the_least_scopes_and_what_each_call_needs() {
    let calls = "# a nightly job\nGET /2.0/contact\n\npost /2.0/contact/search\nPOST /2.0/kb_offer/1/invoice\n";
    let answer = scopegate_with_input(["catalog", "minimal", "bexio", "-", "--json"], calls)
        .ok()
        .json();
    assert_eq!(
        answer["scope"],
        "contact_show kb_invoice_edit kb_offer_edit"
    );
    assert_eq!(answer["calls"].as_array().unwrap().len(), 3);
    assert_eq!(answer["calls"][1]["scopes"], json!(["contact_show"]));
    assert_eq!(
        answer["calls"][2]["scopes"],
        json!(["kb_invoice_edit", "kb_offer_edit"])
    );

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "GET /2.0/contact\nPOST /2.0/contact\n").unwrap();
    let said = scopegate(["catalog", "minimal", "bexio", file.path().to_str().unwrap()])
        .ok()
        .out;
    // An edit scope brings its show scope, so nothing else is needed.
    assert_eq!(said.lines().next(), Some("contact_edit"), "{said}");
    let reading = scopegate_with_input(
        ["catalog", "minimal", "stora", "-", "--json"],
        "GET /2025-09/subscriptions?expand=site\n",
    );
    assert_eq!(
        reading.ok().json()["scope"],
        "public.site:read public.subscription:read"
    );
}

#[test]
fn what_is_larger_than_anybody_writes_is_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // Sparse: nothing of it is on the disk.
    file.as_file().set_len((64 << 20) + 1).unwrap();
    let path = file.path().to_str().unwrap();
    let questions: [&[&str]; 3] = [
        &["texts", "import", path, "x.csv"],
        &["check", path],
        &["import", path],
    ];
    for question in questions {
        let ran = scopegate(std::iter::once(&"catalog").chain(question));
        ran.wrong(&["er than 64 MiB", path]);
    }
}

/// A pipe that nobody writes into would be read for ever, and so would some devices.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (pipe, catalog, configuration) = (at("pipe"), at("my.toml"), at("scopegate.toml"));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    scopegate(["catalog", "new", "my", "-o", &catalog]).ok();
    std::fs::copy(&catalog, at("beside.toml")).unwrap();
    std::os::unix::fs::symlink(&pipe, at("beside.api.json")).unwrap();
    let text = "base_url = \"http://127.0.0.1:1\"\ndatabase = \"my.sqlite\"\n[keys]\nmaster_key_file = \"pipe\"\n\
                [[realm]]\ncatalog = \"my.toml\"\n";
    std::fs::write(&configuration, text).unwrap();
    let questions: [&[&str]; 14] = [
        &["catalog", "check", &pipe],
        &["catalog", "check", "/dev/zero"],
        &["catalog", "show", &pipe],
        &["catalog", "lint", &pipe],
        &["catalog", "docs", &pipe],
        &["catalog", "import", &pipe],
        &["catalog", "import", &pipe, "--update", &catalog],
        &["catalog", "export", &catalog, "--openapi", &pipe],
        &["catalog", "texts", "import", &pipe, "x.csv"],
        &["catalog", "texts", "import", &catalog, &pipe],
        &["catalog", "minimal", "bexio", &pipe],
        &["demo", "--catalog", &at("beside.toml")],
        &["config", "check", "--config", &pipe],
        &["serve", "--config", &configuration],
    ];
    for question in questions {
        scopegate(question).wrong(&["it is a pipe, a socket or a device", "in a file"]);
    }
    scopegate(["catalog", "minimal", "bexio", &pipe]).wrong(&["on standard input, as -"]);
    for question in [["check", &at("")], ["import", &at("")]] {
        scopegate(std::iter::once("catalog").chain(question))
            .wrong(&["it is a folder, not a file"]);
    }
}

#[test]
fn minimal_names_every_call_it_does_not_know() {
    let unknown = "GET /2.0/contact\nGET /2.0/nowhere\nPURGE /2.0/contact\n";
    let said = scopegate_with_input(["catalog", "minimal", "bexio", "-"], unknown);
    let said = said.wrong(&["GET /2.0/nowhere", "PURGE /2.0/contact"]);
    assert!(
        said.out.is_empty() && !said.err.contains("GET /2.0/contact"),
        "{said:?}"
    );
    let wrong = |calls: &str, words: &[&str]| {
        scopegate_with_input(["catalog", "minimal", "bexio", "-"], calls).wrong(words);
    };
    wrong("GET /2.0/contact\nGET\n", &["line 2"]);
    wrong("GET 2.0/contact\n", &["line 1"]);
    wrong("GET /2.0/contact now\n", &["line 1"]);
    wrong("# only a remark\n", &["no calls"]);
}

#[test]
fn check_passes_what_ships_and_names_every_mistake() {
    for (name, _) in CATALOGS {
        let said = scopegate(["catalog", "check", name]).ok().out;
        assert!(said.contains("no mistakes"), "{said}");
    }
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let path = file.path().to_str().unwrap();
    let check = |text: &[u8]| {
        std::fs::write(path, text).unwrap();
        scopegate(["catalog", "check", path])
    };
    let bexio = std::fs::read_to_string(crate::common::root().join("catalogs/bexio.toml")).unwrap();
    assert_eq!(check(bexio.as_bytes()).code, 0);

    let mistaken = bexio.replace("\"contact_edit\"", "\"contact_rule\"");
    let said = check(mistaken.as_bytes());
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("contact_rule") && said.err.contains(path),
        "{said:?}"
    );

    for (text, word) in [
        ("", "id"),
        ("id = ", ":1:"),
        ("id = \"x\"\nunknown = 1\n", "unknown"),
        ("\u{feff}[", "1"),
    ] {
        let said = check(text.as_bytes());
        assert_eq!(said.code, 1, "{text:?}: {said:?}");
        assert!(said.err.contains(word), "{text:?}: no {word:?} in {said:?}");
    }
    let freshbooks = crate::common::root().join("catalogs/freshbooks.toml");
    let freshbooks = std::fs::read_to_string(freshbooks).unwrap();
    let by_what_is_said = freshbooks.replace("[endpoints.post", "[endpoints.put");
    let said = check(by_what_is_said.as_bytes());
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("only the API knows the record"),
        "{said:?}"
    );

    check(b"\xff\xfe\x00").wrong(&[path]);
    let deep = format!("id = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(check(deep.as_bytes()).code, 1);
}

#[test]
fn a_mistaken_catalog_answers_no_question() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "id = \"x\"\n").unwrap();
    let path = file.path().to_str().unwrap();
    for question in [
        &["show", path][..],
        &["docs", path],
        &["explain", path, "a", "GET", "/"],
        &["minimal", path, "-"],
    ] {
        scopegate([&["catalog"], question].concat()).wrong(&["mistakes", path]);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_scopegate"))
        .args(["catalog", "show", "bexio", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn check_lists_every_public_call() {
    let file = std::fs::read_to_string(format!(
        "{}/../../catalogs/bokio.toml",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let open = "\n[[endpoints]]\npath = \"/countries\"\nget = { public = true }\npost = { any_token = true }\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("open.toml");
    std::fs::write(&path, file + open).unwrap();
    let said = scopegate(["catalog", "check", path.to_str().unwrap()]).ok();
    let (_, list) = said.out.split_once("WARNING: PUBLIC").unwrap();
    assert!(
        list.contains("GET /countries") && !list.contains("POST"),
        "{list}"
    );
    let said = scopegate(["catalog", "check", "bokio"]).ok();
    assert!(!said.out.contains("PUBLIC"), "{}", said.out);
}
