//! The real binary on a disk that takes what is written and fails to sync it: the one fault
//! after which SQLite cannot say for good whether a change was made.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::play::{Answer, Ask, Play, text};
use common::{Running, demo_at};

/// In front of the system's own: fails while a file is there.
const SYNC: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int sync_as(const char *name, int file) {
    int (*own)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (access(getenv("SYNC_FAILS_WHILE"), F_OK) == 0) { errno = EIO; return -1; }
    return own(file);
}
int fsync(int file) { return sync_as("fsync", file); }
int fdatasync(int file) { return sync_as("fdatasync", file); }
"#;

/// A disk that can be told to fail.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn new() -> Self {
        let disk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(disk.at("sync.c"), SYNC).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([disk.at("sync.so"), disk.at("sync.c")])
            .arg("-ldl")
            .status();
        assert!(built.expect("a C compiler is installed").success());
        disk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn fail(&self) {
        std::fs::write(self.at("fails"), "").unwrap();
    }

    fn mend(&self) {
        std::fs::remove_file(self.at("fails")).unwrap();
    }

    fn demo(&self, data: &Path) -> Running {
        Running::of(
            Command::new(env!("CARGO_BIN_EXE_scopegate"))
                .args(["demo", "--listen", "127.0.0.1:0", "--data"])
                .arg(data)
                .env("LD_PRELOAD", self.at("sync.so"))
                .env("SYNC_FAILS_WHILE", self.at("fails")),
        )
    }
}

fn refresh(play: &Play, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    play.token("ledgerly", &fields)
}

fn is_left_open(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    let said = text(&answer.json()["error_description"]);
    assert!(said.contains("cannot say whether this was done"), "{said}");
    assert!(!said.contains("nothing was changed"), "{said}");
}

#[test]
fn a_sync_that_failed_is_never_called_undone() {
    let disk = Disk::new();
    let data = tempfile::tempdir().unwrap();
    let server = disk.demo(data.path());
    let play = Play::of(&server.base, "bexio");
    let tokens = play.tokens(&Ask {
        client: "ledgerly",
        user: "anna",
        organisation: Some("muster-ag"),
        scope: "contact_edit",
        strike: &[],
    });
    assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
    let first = text(&tokens["refresh_token"]);

    // While the server lives, the change is undone.
    disk.fail();
    is_left_open(&refresh(&play, &first));
    assert_eq!(play.call("GET", "/2.0/contact", &tokens).status, 200);
    disk.mend();
    let second = refresh(&play, &first);
    assert_eq!(second.status, 200, "{second:?}");
    let second = text(&second.json()["refresh_token"]);

    // When it dies before it has written anything else, what was undone is in the log.
    disk.fail();
    is_left_open(&refresh(&play, &second));
    drop(server);
    let server = demo_at("127.0.0.1:0", data.path());
    let play = Play::of(&server.base, "bexio");
    // Nobody has used what it was exchanged for, so it can be asked for again, and works.
    let third = refresh(&play, &second);
    assert_eq!(third.status, 200, "{third:?}");
    let third = text(&third.json()["refresh_token"]);
    assert_eq!(refresh(&play, &third).status, 200);
    // From then on it was used twice.
    let late = refresh(&play, &second);
    assert_eq!(late.status, 400, "{late:?}");
    assert_eq!(late.json()["error"], "invalid_grant");
}
