//! `scopegate backup` and `restore` on a demo's database: copies while it is written, and
//! what is refused.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::play::{Ask, Play, text};
use crate::common::{Ran, RunningDemo, demo_at, scopegate};
use serde_json::Value;
use tempfile::TempDir;

const LEDGERLY: Ask<'_> = Ask {
    client: "ledgerly",
    user: "anna",
    organisation: Some("muster-ag"),
    scope: "contact_edit task_show",
    strike: &[],
};

fn backup(data: &Path, to: &Path) -> Ran {
    scopegate([Path::new("backup"), to, Path::new("--data"), data])
}

fn restore(data: &Path, from: &Path) -> Ran {
    scopegate([Path::new("restore"), from, Path::new("--data"), data])
}

fn refresh(play: &Play, token: &str) -> (u16, Value) {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let answer = play.token("ledgerly", &fields);
    (answer.status, answer.json())
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The data of a demo that has run once and ended in good order.
fn stopped_demo() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let mut server = demo_at("127.0.0.1:0", data.path());
    // Whoever answers also listens for signals.
    Play::of(&server.base, "bexio");
    let id = server.id().to_string();
    let told = std::process::Command::new("kill").arg(id).status();
    assert!(told.unwrap().success());
    assert_eq!(server.wait(), Some(0));
    data
}

fn database(data: &Path) -> PathBuf {
    data.join("scopegate.sqlite")
}

/// A backup under load holds at least what was answered before it began, and is a database
/// that a server goes on with.
#[test]
fn a_backup_of_a_busy_server_is_whole() {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, "bexio");
    let kept = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    let busy = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.sqlite");

    let (done, base) = (AtomicBool::new(false), demo.base.clone());
    let rotated = std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            let play = Play::of(&base, "bexio");
            let (mut token, mut rotated) = (busy.clone(), 0);
            while !done.load(Ordering::SeqCst) {
                let (status, answer) = refresh(&play, &token);
                assert_eq!(status, 200, "{answer}");
                token = text(&answer["refresh_token"]);
                rotated += 1;
            }
            rotated
        });
        for _ in 0..5 {
            let _ = std::fs::remove_file(&copy);
            let said = backup(demo.data(), &copy).ok().out;
            assert!(said.contains("verified"), "{said}");
        }
        done.store(true, Ordering::SeqCst);
        load.join().unwrap()
    });
    assert!(rotated > 0);
    assert_eq!(files(elsewhere.path()), ["copy.sqlite"]);

    let other = tempfile::tempdir().unwrap();
    restore(other.path(), &copy).ok();
    assert_eq!(files(other.path()), ["scopegate.sqlite"]);
    let server = demo_at("127.0.0.1:0", other.path());
    // The grant is there; what was issued for it counts no more.
    let list = ["grant", "list", "bexio", "anna", "--data"].map(Path::new);
    let granted = scopegate(list.into_iter().chain([other.path()]));
    assert!(granted.ok().out.contains("ledgerly"));
    let play = Play::of(&server.base, "bexio");
    assert_eq!(refresh(&play, &kept).0, 400);
    let anew = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    assert_eq!(refresh(&play, &anew).0, 200);
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let data = stopped_demo();
    let copy = data.path().join("copy.sqlite");
    backup(data.path(), &copy).ok();
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_force() {
    let data = stopped_demo();
    let copy = data.path().join("copy");
    std::fs::write(&copy, "a letter").unwrap();
    backup(data.path(), &copy).wrong(&["copy", "--force"]);
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "a letter");
    scopegate([
        Path::new("backup"),
        &copy,
        Path::new("--force"),
        Path::new("--data"),
        data.path(),
    ])
    .ok();
    assert!(
        std::fs::read(&copy)
            .unwrap()
            .starts_with(b"SQLite format 3")
    );
    backup(data.path(), &database(data.path())).wrong(&["is the database itself"]);
    restore(data.path(), &database(data.path())).wrong(&["is the database itself"]);
}

#[test]
fn what_happened_after_the_backup_is_undone() {
    let data = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy");
    let server = demo_at("127.0.0.1:0", data.path());
    let play = Play::of(&server.base, "bexio");
    let token = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    backup(data.path(), &copy).ok();
    let fields = [("token", token.as_str())];
    let secret = text(&play.client("ledgerly")["client_secret"]);
    let ended = play.post_as("revoke", "ledgerly", Some(&secret), &fields);
    assert_eq!(ended.status, 200);
    assert_eq!(refresh(&play, &token).0, 400);

    // Not while the server runs.
    restore(data.path(), &copy).wrong(&["scopegate.sqlite is in use", "stop the server"]);
    assert_eq!(refresh(&play, &token).0, 400);
    drop(server);

    // The server was killed: its log lies there and must not reach the restored file.
    assert!(files(data.path()).contains(&String::from("scopegate.sqlite-wal")));
    let said = restore(data.path(), &copy).ok().out;
    assert!(said.contains("as it was at the backup"), "{said}");
    assert_eq!(files(data.path()), ["scopegate.sqlite"]);
    let server = demo_at("127.0.0.1:0", data.path());
    let play = Play::of(&server.base, "bexio");
    assert!(said.contains("Every session, code and token"), "{said}");
    assert_eq!(refresh(&play, &token).0, 400);
    let between = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    assert_eq!(refresh(&play, &between).0, 200);
    let between = text(&play.tokens(&LEDGERLY)["refresh_token"]);
    drop(server);

    // The same backup once more: it knows as little of what was issued in between.
    restore(data.path(), &copy).ok();
    let server = demo_at("127.0.0.1:0", data.path());
    let play = Play::of(&server.base, "bexio");
    assert_eq!(refresh(&play, &between).0, 400);
    let listed = scopegate([
        Path::new("audit"),
        Path::new("list"),
        Path::new("bexio"),
        Path::new("--limit"),
        Path::new("1000"),
        Path::new("--data"),
        data.path(),
    ]);
    assert!(listed.ok().out.contains("database-restored"));
}

#[test]
fn a_damaged_or_foreign_file_is_not_restored() {
    let data = stopped_demo();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy");
    backup(data.path(), &copy).ok();
    let before = std::fs::read(database(data.path())).unwrap();
    let good = std::fs::read(&copy).unwrap();

    let mut damaged = good.clone();
    for byte in &mut damaged[8_192..40_000] {
        *byte = 0x5a;
    }
    let half = &good[..good.len() / 2];
    let words = "Dear reader, this is a letter. ".repeat(500);
    for wrong in [&damaged, half, words.as_bytes(), b""] {
        std::fs::write(&copy, wrong).unwrap();
        restore(data.path(), &copy).wrong(&["copy cannot be restored", "nothing was changed"]);
    }
    std::fs::write(&copy, &good).unwrap();
    std::fs::write(elsewhere.path().join("copy-wal"), "log").unwrap();
    restore(data.path(), &copy).wrong(&["copy-wal", "no backup"]);
    restore(data.path(), &elsewhere.path().join("none")).wrong(&["none"]);

    let after = std::fs::read(database(data.path())).unwrap();
    assert!(after == before, "the database was touched");
    assert_eq!(files(data.path()), ["scopegate.sqlite"]);
}

#[test]
fn a_newer_backup_is_not_restored() {
    let data = stopped_demo();
    let copy = data.path().join("copy");
    backup(data.path(), &copy).ok();
    crate::common::raise_schema(&copy);
    restore(data.path(), &copy).wrong(&["schema 9999", "newer scopegate"]);
}

#[test]
fn a_database_that_cannot_be_read_is_kept_aside() {
    let data = stopped_demo();
    let copy = data.path().join("copy");
    backup(data.path(), &copy).ok();
    std::fs::write(database(data.path()), "no database at all. ".repeat(300)).unwrap();
    restore(data.path(), &copy).wrong(&["cannot tell whether a server", "--force"]);
    backup(data.path(), &data.path().join("another")).wrong(&["not a database"]);
    let force = [Path::new("restore"), &copy, Path::new("--force")];
    let said = scopegate(force.into_iter().chain([Path::new("--data"), data.path()]));
    assert!(said.ok().out.contains("scopegate.sqlite.replaced"));
    let aside = data.path().join("scopegate.sqlite.replaced");
    let aside = std::fs::read_to_string(aside).unwrap();
    assert!(aside.starts_with("no database"));
    drop(demo_at("127.0.0.1:0", data.path()));
    restore(data.path(), &copy).wrong(&["scopegate.sqlite.replaced", "earlier restore"]);
}

#[test]
fn what_is_not_there_is_said() {
    let nowhere = tempfile::tempdir().unwrap();
    backup(nowhere.path(), &nowhere.path().join("copy")).wrong(&["scopegate.sqlite"]);
    assert!(files(nowhere.path()).is_empty());
    scopegate(["backup", "copy", "--config", "/no/such/file.toml"]).wrong(&["/no/such/file.toml"]);
    scopegate(["backup"]).wrong(&["FILE"]);
}

#[test]
fn postgresql_has_its_own_programs() {
    let site = tempfile::tempdir().unwrap();
    let config = site.path().join("scopegate.toml");
    let text = "base_url = \"http://127.0.0.1:1\"\ndatabase = \"postgres://scopegate@db/scopegate\"\n\
                [[realm]]\ncatalog = \"bexio\"\n";
    std::fs::write(&config, text).unwrap();
    for (command, tool) in [("backup", "pg_dump"), ("restore", "pg_restore")] {
        let given = [Path::new(command), Path::new("copy"), Path::new("--config")];
        scopegate(given.into_iter().chain([config.as_path()])).wrong(&["PostgreSQL", tool]);
    }
}
