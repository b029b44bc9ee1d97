//! Catalog files that are changed while the server runs.

use std::path::Path;
use std::time::Duration;

use oauth::model::TokenHash;
use serde_json::Value;

use crate::common::operated::{PUBLIC, Server, until};
use crate::common::{Running, person, root};

fn shipped(name: &str) -> String {
    std::fs::read_to_string(root().join(format!("catalogs/{name}.toml"))).unwrap()
}

/// A scope more, opened at an endpoint of its own.
fn wider(text: &str, scope: &str) -> String {
    let words = "title = { en = \"See things\" }\ndescription = { en = \"All of them.\" }";
    let wider = text.replacen(
        "\n[resources.",
        &format!("\n[scopes.{scope}]\n{words}\n[resources."),
        1,
    );
    assert_ne!(wider, text);
    format!("{wider}\n[[endpoints]]\npath = \"/things\"\nget = \"{scope}\"\n")
}

/// `mine` of the file `mine.toml`, beside bexio.
fn serve(text: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("mine.toml"), text);
    let realm = "[[realm]]\ncatalog = \"mine.toml\"\nsandbox = true";
    Server::start_in(folder, &format!("{PUBLIC}\n{realm}"))
}

/// As an editor does: whole, and in the place of the one before.
fn write(file: &Path, text: impl AsRef<[u8]>) {
    let beside = file.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, file).unwrap();
}

fn mine() -> String {
    let text = shipped("stora").replacen("id = \"stora\"", "id = \"mine\"", 1);
    assert_ne!(text, shipped("stora"));
    text
}

impl Server {
    fn knows(&self, scope: &str) -> bool {
        let metadata = self.get("/.well-known/oauth-authorization-server/mine");
        let metadata: Value = metadata.json().unwrap();
        let supported = metadata["scopes_supported"].as_array().unwrap();
        supported.iter().any(|name| name == scope)
    }

    fn ready(&self) -> Value {
        let url = format!("http://{}/readyz", self.operations);
        let answer = person::browser().get(url).send().unwrap();
        assert_eq!(answer.status(), 200, "it serves the catalog from before");
        answer.json().unwrap()
    }

    fn digest(&self) -> String {
        let digest = self.ready()["catalogs"]["mine"]["digest"].clone();
        digest.as_str().unwrap().to_owned()
    }

    fn complaints(&self) -> usize {
        self.log().matches("cannot be taken").count()
    }
}

#[test]
fn a_changed_file_counts_by_itself_and_at_once_when_told() {
    let server = serve(&mine());
    let file = server.at("mine.toml");
    let before = server.digest();
    assert!(server.log().contains(&before), "{}", server.log());
    assert!(!server.knows("first"));
    write(&file, wider(&mine(), "first"));
    until("the file is looked at", || server.knows("first"));
    server.wait_for_log("a changed catalog counts from now on");
    server.wait_for_log("it opens more than the one before");
    let after = server.digest();
    assert_ne!(before, after);
    assert!(server.log().contains(&after));
    let sandbox = server.get("/mine/api/things").status();
    assert_eq!(
        sandbox, 401,
        "the call has a rule by now, and needs a token"
    );

    // In place, and said so.
    std::fs::write(
        &file,
        wider(&wider(&mine(), "first"), "second").replacen("/things", "/others", 1),
    )
    .unwrap();
    server.hang_up();
    until("SIGHUP is heard", || server.knows("second"));
    server.hang_up();
    server.wait_for_log("they are as before");

    // A scope that goes is told.
    write(&file, mine());
    until("it is gone", || !server.knows("second"));
    server.wait_for_log("these scopes count no more");
    assert!(server.log().contains("first second"), "{}", server.log());
    assert_eq!(server.complaints(), 0, "{}", server.log());
    let taken = "scopegate_catalog_changes_total{outcome=\"taken\"}";
    assert!((server.metric(taken) - 3.0).abs() < 0.1);
}

#[test]
fn a_catalog_edited_to_nonsense_leaves_the_one_before() {
    let server = serve(&mine());
    let file = server.at("mine.toml");
    let before = server.digest();
    let nonsense: [(&[u8], &str); 5] = [
        (b"id = \"mine\"\n[[[[\n", "mine.toml:2"),
        (b"\n\n\xff\xfe\n", "line 3 has a byte"),
        (b"", "mine.toml:1"),
        (
            &mine()
                .replacen("id = \"mine\"", "id = \"other\"", 1)
                .into_bytes(),
            "another realm",
        ),
        (
            &mine()
                .replacen("en = \"", &format!("en = \"{}", "x".repeat(1 << 20)), 1)
                .into_bytes(),
            "bytes in `en`",
        ),
    ];
    for (number, (text, words)) in nonsense.into_iter().enumerate() {
        write(&file, text);
        until(words, || {
            let why = server.ready()["catalogs_refused"].clone();
            why.as_str().is_some_and(|why| why.contains(words))
        });
        assert_eq!(server.digest(), before, "{words}");
        assert!(!server.knows("first"));
        until("it is told", || server.complaints() == number + 1);
    }
    std::fs::remove_file(&file).unwrap();
    server.wait_for_log("is no file any more");
    assert!((server.metric("scopegate_catalog_refused") - 1.0).abs() < 0.1);
    // Not every second.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(server.complaints(), 6, "{}", server.log());
    write(&file, wider(&mine(), "first"));
    until("what was mended is taken", || server.knows("first"));
    assert!(server.ready().get("catalogs_refused").is_none());
    assert!(server.metric("scopegate_catalog_refused").abs() < 0.1);
}

#[test]
fn half_a_file_is_not_read() {
    let server = serve(&mine());
    let file = server.at("mine.toml");
    let text = wider(&mine(), "first");
    let before = server.digest();
    let whole = TokenHash::of(text.as_bytes()).to_string();
    let pieces = 12;
    for piece in 1..=pieces {
        let so_far = text.len() * piece / pieces;
        let so_far = (0..=so_far).rev().find(|at| text.is_char_boundary(*at));
        std::fs::write(&file, &text[..so_far.unwrap()]).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let digest = server.digest();
        assert!(digest == before || digest == whole);
    }
    until("all of it is there", || server.digest() == whole);
}

#[test]
#[cfg(unix)]
fn catalogs_that_are_mounted_through_links_are_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let put = |folder: &Path, version: &str, text: &str| {
        std::fs::create_dir(folder.join(version)).unwrap();
        std::fs::write(folder.join(version).join("mine.toml"), text).unwrap();
        symlink(version, folder.join("..next")).unwrap();
        std::fs::rename(folder.join("..next"), folder.join("..data")).unwrap();
    };
    put(folder.path(), "one", &mine());
    symlink("..data/mine.toml", folder.path().join("mine.toml")).unwrap();
    let realm = "[[realm]]\ncatalog = \"mine.toml\"";
    let server = Server::start_in(folder, &format!("{PUBLIC}\n{realm}"));
    put(&server.at(""), "two", &wider(&mine(), "first"));
    until("the link is followed", || server.knows("first"));
    assert_eq!(server.complaints(), 0, "{}", server.log());
}

/// A server without files of its own is told to read them again as well, by whoever tells all.
#[test]
fn sighup_ends_no_server() {
    let server = Server::start(PUBLIC);
    server.hang_up();
    server.wait_for_log("they are as before");
    assert_eq!(server.get("/healthz").status(), 200);
}

#[test]
fn a_demo_follows_its_catalog() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    write(&file, mine());
    let (file_name, data) = (file.to_str().unwrap(), folder.path().join("data"));
    let demo = Running::start([
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--catalog",
        file_name,
        "--data",
        data.to_str().unwrap(),
    ]);
    let http = person::browser();
    let page = || {
        let url = format!("{}/mine/scopes", demo.base);
        http.get(url).send().unwrap().text().unwrap()
    };
    assert!(!page().contains("See things"));
    write(&file, wider(&mine(), "first"));
    until("the demo has the new scope", || {
        page().contains("See things")
    });
    let apps = || -> Value {
        let url = format!("{}/demo.json", demo.base);
        http.get(url).send().unwrap().json().unwrap()
    };
    until("its apps may ask for it", || {
        let clients = apps()["realms"]["mine"]["clients"].clone();
        let clients = clients.as_array().unwrap().clone();
        clients.iter().any(|app| {
            let scope = app["registered_scope"].as_str().unwrap();
            scope.split(' ').any(|name| name == "first")
        })
    });
    let kept = data.join("catalog.toml");
    until("commands know it, too", || {
        std::fs::read_to_string(&kept)
            .unwrap()
            .contains("[scopes.first]")
    });
}
