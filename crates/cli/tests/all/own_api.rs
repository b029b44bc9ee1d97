//! `scopegate demo --openapi` and `--catalog`: any API becomes a running realm with one command.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::{Running, person, root, scopegate};

fn demo(arguments: &[&str]) -> (Running, Value) {
    let fixed = ["demo", "--listen", "127.0.0.1:0"];
    let running = Running::start(fixed.iter().chain(arguments));
    let told = person::browser()
        .get(format!("{}/demo.json", running.base))
        .send();
    let told = told.unwrap().json().unwrap();
    (running, told)
}

/// The only realm of a demo.
fn realm(told: &Value) -> (&str, &Value) {
    let realms = told["realms"].as_object().unwrap();
    assert_eq!(realms.len(), 1, "{told}");
    let (name, realm) = realms.iter().next().unwrap();
    (name, realm)
}

/// Signs in at every page and gets a token for a machine.
fn works(base: &str, told: &Value) {
    let (name, realm) = realm(told);
    let web = person::browser();
    for path in [
        format!("/{name}"),
        format!("/{name}/scopes"),
        format!("/{name}/login"),
        format!("/play/{name}"),
        "/".to_owned(),
    ] {
        let status = web.get(format!("{base}{path}")).send().unwrap().status();
        assert_eq!(status, 200, "{path}");
    }
    let clients = realm["clients"].as_array().unwrap();
    let machine = clients
        .iter()
        .find(|client| client["client_id"] == "nightly-export");
    let machine = machine.unwrap();
    let scope = machine["registered_scope"].as_str().unwrap();
    assert!(!scope.is_empty(), "{told}");
    let answer = web
        .post(format!("{base}/{name}/oauth/token"))
        .basic_auth("nightly-export", machine["client_secret"].as_str())
        .form(&[("grant_type", "client_credentials"), ("scope", scope)])
        .send();
    let answer: Value = answer.unwrap().json().unwrap();
    assert_eq!(answer["scope"], scope, "{answer}");
}

#[test]
fn a_description_becomes_a_running_realm() {
    let example = root().join("docs/examples/library.yaml");
    let (running, told) = demo(&["--openapi", example.to_str().unwrap()]);
    works(&running.base, &told);
    let (name, realm) = realm(&told);
    assert_eq!(name, "library");
    let users = realm["users"].as_array().unwrap();
    assert_eq!(users[0]["username"], "ada");
    assert_eq!(users[0]["organisations"].as_array().unwrap().len(), 2);
}

#[test]
fn a_new_catalog_becomes_a_running_realm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my-api.toml");
    let file = file.to_str().unwrap();
    scopegate(["catalog", "new", "my-api", "-o", file]).ok();
    let (running, told) = demo(&["--catalog", file]);
    works(&running.base, &told);
    let (name, realm) = realm(&told);
    assert_eq!(name, "my-api");
    let users = realm["users"].as_array().unwrap();
    let names: Vec<_> = users.iter().map(|user| user["username"].as_str()).collect();
    assert_eq!(names, [Some("ada"), Some("ben")]);
}

#[test]
fn commands_on_a_demo_know_its_own_realm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my-api.toml");
    let file = file.to_str().unwrap();
    scopegate(["catalog", "new", "my-api", "-o", file]).ok();
    let data = folder.path().join("demo");
    let data = data.to_str().unwrap();
    let (running, _) = demo(&["--catalog", file, "--data", data]);
    // It is the demo's own by then, wherever the file went.
    std::fs::remove_file(file).unwrap();
    let list = |realm: &str| scopegate(["organisation", "list", realm, "--data", data]);
    assert!(list("my-api").ok().out.contains("harbour-bakery"));
    list("bexio").wrong(&["there is no realm", "this server has my-api"]);
    drop(running);
    assert!(list("my-api").ok().out.contains("harbour-bakery"));
    // The next demo there has the shipped ones.
    let (_running, _) = demo(&["--data", data]);
    assert!(list("bexio").ok().out.contains("muster"));
    list("my-api").wrong(&["there is no realm"]);
}

#[test]
fn a_shipped_catalog_alone_keeps_its_people() {
    let (_running, told) = demo(&["--catalog", "bexio"]);
    let (name, realm) = realm(&told);
    assert_eq!(
        (name, &realm["users"][0]["username"]),
        ("bexio", &Value::from("anna"))
    );
}

#[test]
fn commands_know_every_shipped_realm_whichever_ran_last() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    drop(demo(&["--data", data]));
    drop(demo(&["--catalog", "bexio", "--data", data]));
    for realm in ["bexio", "bokio"] {
        let list = scopegate(["client", "list", realm, "--data", data]).ok();
        assert!(!list.out.contains("no clients"), "{}", list.out);
    }
}

#[test]
fn what_is_no_description_says_so() {
    let readme = root().join("README.md");
    let readme = readme.to_str().unwrap();
    scopegate(["demo", "--openapi", readme]).wrong(&["README.md"]);
    scopegate(["demo", "--openapi", "/nowhere.yaml"]).wrong(&["/nowhere.yaml"]);
    scopegate(["demo", "--catalog", "nowhere"]).wrong(&["there is no catalog or file"]);
}

/// Gets a token for the machine of a demo and calls its API.
fn called(base: &str, told: &Value, path: &str) -> (u16, Value) {
    let (name, realm) = realm(told);
    let clients = realm["clients"].as_array().unwrap().iter();
    let machine = { clients }.find(|own| own["client_id"] == "nightly-export");
    let machine = machine.unwrap();
    let scope = machine["registered_scope"].as_str().unwrap();
    let web = person::browser();
    let answer = web
        .post(format!("{base}/{name}/oauth/token"))
        .basic_auth("nightly-export", machine["client_secret"].as_str())
        .form(&[("grant_type", "client_credentials"), ("scope", scope)])
        .send();
    let tokens: Value = answer.unwrap().json().unwrap();
    let called = web
        .get(format!("{base}/{name}/api{path}"))
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .send()
        .unwrap();
    (called.status().as_u16(), called.json().unwrap())
}

/// The sandbox answers as the description says, from the description itself and from what an
/// import keeps of it.
#[test]
fn a_sandbox_answers_as_its_description_says() {
    let library = root().join("crates/sandbox/tests/all/described/library.yaml");
    let library = library.to_str().unwrap();
    let first = |arguments: &[&str]| {
        let (running, told) = demo(arguments);
        let (status, list) = called(&running.base, &told, "/v1/books");
        assert_eq!(status, 200, "{list}");
        list
    };
    let list = first(&["--openapi", library]);
    assert_eq!(list["books"][0]["title"], "The first", "{list}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("library.toml");
    let file = file.to_str().unwrap();
    scopegate(["catalog", "import", library, "-o", file]);
    assert_eq!(first(&["--catalog", file]), list);
    let beside = folder.path().join("library.api.json");
    std::fs::write(&beside, "{\"format\": 9}").unwrap();
    scopegate(["demo", "--catalog", file]).wrong(&[
        "library.api.json",
        "its format is 9",
        "--update",
    ]);
    std::fs::remove_file(&beside).unwrap();
    let plain = first(&["--catalog", file]);
    assert_eq!(
        (&plain["total"], &plain["books"]),
        (&Value::from(3), &Value::Null)
    );
}

/// Whatever names the organisation of a call, the playground names it so.
#[test]
fn the_playground_names_organisations_as_the_catalog_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my-api.toml");
    let file = file.to_str().unwrap();
    scopegate(["catalog", "new", "my-api", "-o", file]).ok();
    let fresh = std::fs::read_to_string(file).unwrap();
    let own = "[client_kinds.app]\n";
    let fresh = fresh.replacen(
        own,
        &format!("{own}client_credentials = \"organisation\"\n"),
        1,
    );
    for (named, sent) in [
        (
            "header = { name = \"X-Company\", is = \"slug\" }",
            "X-Company: harbour-bakery",
        ),
        (
            "query = { name = \"company\", is = \"number\" }",
            "?company=1",
        ),
        (
            "host_label = { before = \"api.example.com\", is = \"slug\" }",
            "harbour-bakery.api.example.com",
        ),
    ] {
        let table = format!("[organisation]\n{named}\n\n[grant]\n");
        std::fs::write(file, fresh.replacen("[grant]\n", &table, 1)).unwrap();
        let (running, _) = demo(&["--catalog", file]);
        let play = format!("{}/play/my-api", running.base);
        let web = person::browser();
        let post = |step: &str, form: &[(&str, &str)]| {
            let url = format!("{play}/{step}");
            let sent = web.post(url).header("Origin", &running.base).form(form);
            assert_eq!(sent.send().unwrap().status(), 303, "{step}");
        };
        let page = |query: &str| {
            let asked = web
                .get(format!("{play}{query}"))
                .header("Accept-Language", "en");
            asked.send().unwrap().text().unwrap()
        };
        post(
            "start",
            &[("client", "nightly-export"), ("scope", "contacts:read")],
        );
        let open = page("?show=open");
        assert!(open.contains("organisation"), "{open}");
        let after = |text: &str, word: &str| {
            text.split(word)
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        };
        let row = open.split("action=\"/play/my-api/call").nth(1).unwrap();
        let (endpoint, path) = (
            after(row, "name=\"endpoint\" value=\""),
            after(row, "name=\"path\" value=\""),
        );
        post(
            "call",
            &[("method", "GET"), ("endpoint", &endpoint), ("path", &path)],
        );
        let called = page("?show=open");
        assert!(called.contains(">200 OK<"), "{named} {path}\n{called}");
        assert!(called.contains(sent), "{named}\n{called}");
    }
}

/// A body is sent as the person edits it, and stays so; a record that is not there has a button for one that is.
#[test]
fn the_playground_keeps_what_was_sent_and_offers_a_record_that_is_there() {
    let example = root().join("docs/examples/library.yaml");
    let (running, _) = demo(&["--openapi", example.to_str().unwrap()]);
    let play = format!("{}/play/library", running.base);
    let web = person::browser();
    let post = |step: &str, form: &[(&str, &str)]| {
        let url = format!("{play}/{step}");
        let sent = web.post(url).header("Origin", &running.base).form(form);
        assert_eq!(sent.send().unwrap().status(), 303, "{step}");
    };
    let row = |call: &str| {
        let asked = web.get(format!("{play}?show=open&find=books"));
        let page = asked.header("Accept-Language", "en").send().unwrap();
        let page = page.text().unwrap();
        let mut rows = page.split("<li id=\"call-").skip(1);
        let row = rows
            .find(|row| row.contains(call))
            .unwrap_or_else(|| panic!("{page}"));
        row.split("</li>").next().unwrap().to_owned()
    };
    let after = |text: &str, word: &str| {
        let rest = text
            .split(word)
            .nth(1)
            .unwrap_or_else(|| panic!("{word} {text}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let scopes = [("client", "nightly-export"), ("scope", "books:read")];
    post("start", &scopes);
    let make = row("<code>/v2/books/search</code>");
    assert!(make.contains("<textarea name=\"body\" rows=\""), "{make}");
    let sent = [
        ("method", "POST"),
        ("endpoint", &after(&make, "name=\"endpoint\" value=\"")),
        ("path", "/v2/books/search"),
        ("body", "[\r\n  1\r\n]"),
    ];
    post("call", &sent);
    let made = row("<code>/v2/books/search</code>");
    assert!(made.contains(">[\n  1\n]</textarea>"), "{made}");

    let show = row("<code>/v2/books/{isbn}</code>");
    let sent = [
        ("method", "GET"),
        ("endpoint", &after(&show, "name=\"endpoint\" value=\"")),
        ("path", "/v2/books/none"),
    ];
    post("call", &sent);
    let missing = row("<code>/v2/books/{isbn}</code>");
    assert!(missing.contains(">404 Not Found<"), "{missing}");
    let form = missing.split("class=\"instead\"").nth(1).unwrap();
    let path = after(form, "name=\"path\" value=\"");
    assert!(form.contains(&format!("<code>{path}</code>")), "{form}");
    let sent = [sent[0], sent[1], ("path", &path)];
    post("call", &sent);
    assert!(row("<code>/v2/books/{isbn}</code>").contains(">200 OK<"));
}

/// Real descriptions, where they are at hand: beside the project, or where
/// `OPENAPI_DESCRIPTIONS` says. A run that counts has them.
fn descriptions() -> Option<PathBuf> {
    let named = std::env::var_os("OPENAPI_DESCRIPTIONS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/openapi"));
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "there are no descriptions in {}: name their folder in OPENAPI_DESCRIPTIONS",
        folder.display()
    );
    eprintln!("no descriptions in {}: nothing is tried", folder.display());
    None
}

#[test]
fn each_real_description_becomes_a_running_realm() {
    let Some(folder) = descriptions() else {
        return;
    };
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.display().to_string();
        let (running, told) = demo(&["--openapi", &name]);
        works(&running.base, &told);
        counts_agree(&file, &running.base, realm(&told).0);
    }
}

/// The first page counts as many calls and scopes as the catalog that `catalog import` makes.
fn counts_agree(file: &Path, base: &str, realm: &str) {
    let imported = |more: &[&str]| {
        let arguments = ["catalog", "import", file.to_str().unwrap(), "--json"];
        let ran = scopegate(arguments.iter().chain(more));
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    let mut json = imported(&[]);
    if json["counts"]["scopes"] == 0 {
        json = imported(&["--propose"]);
    }
    let text = json["catalog"].as_str().unwrap();
    let catalog = scope::Catalog::parse(realm, text).unwrap();
    let page = person::browser().get(format!("{base}/")).send().unwrap();
    let page = page.text().unwrap();
    let (scopes, calls) = (catalog.scopes().len(), catalog.endpoints().len());
    for count in [scopes, calls] {
        let told = page.contains(&format!("{count} ")) || page.contains(&format!(">{count}<"));
        assert!(told, "{realm}: {count} is not on the first page\n{page}");
    }
}
