//! The real binary on a disk that takes no more, and on a database it may not write: it says
//! so, goes on reading, and loses nothing it has answered.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod common;

use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

use common::play::{Answer, Ask, Play, text};
use common::{Running, RunningDemo, demo_at, scopegate};

const LEDGERLY: Ask<'_> = Ask {
    client: "ledgerly",
    user: "anna",
    organisation: Some("muster-ag"),
    scope: "contact_edit task_show",
    strike: &[],
};

/// A demo none of whose files may grow beyond this. The signal that comes at the limit would
/// end a process that does not care; the writes of one that does fail as on a full disk.
fn demo_with_file_limit(data: &Path, bytes: u64) -> Running {
    let script = "ulimit -f \"$0\"; exec \"$@\"";
    let blocks = (bytes / 512).to_string();
    Running::of(
        Command::new("sh")
            .args(["-c", script, &blocks, env!("CARGO_BIN_EXE_scopegate")])
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data),
    )
}

fn refresh(play: &Play, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    play.token("ledgerly", &fields)
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("scopegate.sqlite");
    drop(demo_at("127.0.0.1:0", data.path()));
    // A command that ends in good order empties the log into the file.
    let copy = data.path().join("copy");
    scopegate([Path::new("backup"), &copy, Path::new("--data"), data.path()]).ok();
    let room = file.metadata().unwrap().len() + 400_000;

    let mut server = demo_with_file_limit(data.path(), room);
    let play = Play::of(&server.base, "bexio");
    let tokens = play.tokens(&LEDGERLY);
    // The first look at the sandbox fills it.
    assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
    let mut token = text(&tokens["refresh_token"]);
    let mut answered = 0;
    let refused = loop {
        let answer = refresh(&play, &token);
        if answer.status != 200 {
            break answer;
        }
        token = text(&answer.json()["refresh_token"]);
        answered += 1;
        assert!(answered < 20_000, "there is no end to the disk");
    };
    assert!(answered > 0);
    assert_eq!(refused.status, 503, "{refused:?}");
    let said = refused.json();
    assert_eq!(said["error"], "temporarily_unavailable", "{said}");
    assert!(text(&said["error_description"]).contains("nothing was changed"));

    // It goes on reading, and refuses further writes in the same way.
    assert!(server.is_alive());
    assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
    assert_eq!(refresh(&play, &token).status, 503);
    let secret = text(&play.client("ledgerly")["client_secret"]);
    let fields = [("token", token.as_str())];
    let revoked = play.post_as("revoke", "ledgerly", Some(&secret), &fields);
    assert_eq!(
        revoked.status, 503,
        "a revocation that is not durable is none"
    );
    drop(server);

    // With room again, what was answered is there, and what was refused was not done.
    let server = demo_at("127.0.0.1:0", data.path());
    let play = Play::of(&server.base, "bexio");
    assert_eq!(refresh(&play, &token).status, 200);
}

#[test]
fn a_backup_that_does_not_fit_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    drop(demo_at("127.0.0.1:0", data.path()));
    let elsewhere = tempfile::tempdir().unwrap();
    let script = "ulimit -f 100; exec \"$0\" \"$@\"";
    let ran = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_scopegate"), "backup"])
        .arg(elsewhere.path().join("copy"))
        .arg("--data")
        .arg(data.path())
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot back up"), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

/// A file whose header says that newer programs only may write it: read-only for everybody,
/// whoever runs the test.
#[test]
fn a_database_that_may_not_be_written_is_said_at_the_start() {
    let data = tempfile::tempdir().unwrap();
    drop(demo_at("127.0.0.1:0", data.path()));
    let copy = data.path().join("copy");
    scopegate([Path::new("backup"), &copy, Path::new("--data"), data.path()]).ok();
    let file = std::fs::File::options()
        .write(true)
        .open(data.path().join("scopegate.sqlite"))
        .unwrap();
    file.write_all_at(&[3], 18).unwrap();
    drop(file);
    let start = ["demo", "--listen", "127.0.0.1:0", "--data"];
    let start = start.iter().map(Path::new).chain([data.path()]);
    let words = [
        "the database cannot be written",
        "readonly",
        "scopegate.sqlite",
    ];
    scopegate(start).wrong(&words);
    let config = data.path().join("scopegate.toml");
    let text = "base_url = \"http://127.0.0.1:9\"\nlisten = \"127.0.0.1:0\"\n\
                database = \"scopegate.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n";
    std::fs::write(&config, text).unwrap();
    let start = [Path::new("serve"), Path::new("--config"), &config];
    scopegate(start).wrong(&words);
}

/// The right to write goes while the server runs, and comes back.
#[cfg(target_os = "linux")]
#[test]
fn a_server_that_may_not_write_for_a_while_goes_on() {
    let mut demo = RunningDemo::start();
    let play = Play::of(&demo.base, "bexio");
    let tokens = play.tokens(&LEDGERLY);
    assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
    let token = text(&tokens["refresh_token"]);

    limit_files_of(&demo.server, "0:");
    for _ in 0..3 {
        let refused = refresh(&play, &token);
        assert_eq!(refused.status, 503, "{refused:?}");
        let said = refused.json();
        assert!(text(&said["error_description"]).contains("nothing was changed"));
        assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
        let access = text(&tokens["access_token"]);
        assert_eq!(play.introspect(&access)["active"], true);
        play.machine_token("nightly-export", "contact_show");
    }
    assert!(demo.server.is_alive());

    limit_files_of(&demo.server, "unlimited:");
    assert_eq!(refresh(&play, &token).status, 200);
}

/// Sets how large a process may make a file.
#[cfg(target_os = "linux")]
fn limit_files_of(server: &Running, bytes: &str) {
    let (id, limit) = (server.id().to_string(), format!("--fsize={bytes}"));
    let set = Command::new("prlimit")
        .args(["--pid", &id, &limit])
        .status();
    assert!(set.expect("prlimit of util-linux is installed").success());
}
