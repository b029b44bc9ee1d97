//! The power fails under load, again and again: what was answered is on the disk.
//!
//! The database lies on a file system of its own in an image file. At a cut the server is
//! stopped, the image is copied as it is, and the copy takes its place: what the server has
//! written but the disk does not have yet is gone, as it would be. SIGKILL alone cannot show
//! that, since the system keeps what a killed process wrote.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::dice::Dice;
use common::line::Line;
use common::site::{Node, Site};
use common::tally::Tally;
use tempfile::TempDir;

/// How often the power fails.
const CUTS: u64 = 16;
/// Apps that work at the same time.
const LINES: usize = 6;
/// Where chance begins; another number tries other moments.
const SEED: u64 = 0x70e3_0ff5;
/// The size of the disk; it is copied at each cut.
const SIZE: &str = "48M";

#[test]
fn nothing_answered_is_lost_with_the_power() {
    let mut disk = Disk::new();
    let site = Site::new(1, disk.at("own.sqlite").to_str().unwrap());
    let mut dice = Dice::new(SEED);
    let apps = site.settle(LINES);
    let mut lines: Vec<Line> = apps
        .into_iter()
        .map(|app| Line::new(&site.bases[0], app, dice.roll()))
        .collect();
    let node = site.start(0);
    lines.iter_mut().for_each(Line::begin);
    disk.cut(node);

    for _ in 0..CUTS {
        let node = site.start(0);
        let moment = Duration::from_millis(200 + dice.below(900));
        std::thread::scope(|scope| {
            for line in &mut lines {
                scope.spawn(|| line.run());
            }
            std::thread::sleep(moment);
            disk.cut(node);
        });
    }

    let node = site.start(0);
    let mut tally = Tally::default();
    for line in &mut lines {
        line.settle_accounts();
        tally.add(&line.tally);
    }
    drop(node);
    println!("SQLite: {} power cuts survived; {tally}", CUTS + 1);
    // A run that did next to nothing would show nothing.
    assert!(tally.refreshes > 50 && tally.revocations > 5 && tally.unanswered > CUTS);
    assert!(tally.had_happened > 0 && tally.had_not > 0);
}

/// A file system in an image file, mounted while the value lives.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new() -> Self {
        let disk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(disk.mount_point()).unwrap();
        disk.run("truncate", &["--size", SIZE, "image"]);
        disk.run("mkfs.ext4", &["-q", "-F", "image"]);
        disk.mount();
        disk
    }

    fn mount_point(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.mount_point().join(name)
    }

    fn mount(&self) {
        self.run("mount", &["-o", "loop", "image", "disk"]);
    }

    /// The power fails under the node, and comes back.
    fn cut(&mut self, node: Node) {
        self.run("kill", &["-STOP", &node.id().to_string()]);
        self.run("cp", &["--sparse=always", "image", "copy"]);
        node.kill();
        self.run("umount", &["disk"]);
        self.run("mv", &["copy", "image"]);
        self.mount();
    }

    /// Runs a system command in the folder.
    fn run(&self, program: &str, arguments: &[&str]) {
        let ran = as_root(program, self.folder.path(), arguments);
        assert!(
            ran,
            "`{program} {}` failed: this test needs mkfs.ext4 (package e2fsprogs), and root or \
             a sudo that does not ask, to mount a file system of its own",
            arguments.join(" ")
        );
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        as_root("umount", self.folder.path(), &["--lazy", "disk"]);
    }
}

fn as_root(program: &str, folder: &Path, arguments: &[&str]) -> bool {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    let mut command = match is_root {
        true => Command::new(program),
        false => Command::new("sudo"),
    };
    if !is_root {
        command.args(["-n", program]);
    }
    let status = command.args(arguments).current_dir(folder).status();
    status.is_ok_and(|status| status.success())
}
