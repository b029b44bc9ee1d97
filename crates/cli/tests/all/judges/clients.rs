//! Independent OAuth clients judge the real binary. They need Node.js and Python with their
//! packages: `./test` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::RunningDemo;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

fn judge(program: &Path, script: &str) {
    let demo = RunningDemo::start();
    let output = Command::new(program)
        .arg(root().join(script))
        .arg(&demo.base)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; ./test installs it", program.display()));
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success() && said.contains(" passed, 0 failed"),
        "{script}:\n{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn oauth4webapi() {
    judge(Path::new("node"), "tests/judges/oauth4webapi/judge.mjs");
}

#[test]
fn authlib() {
    let python = root().join("target/judges/venv/bin/python");
    judge(&python, "tests/judges/authlib/judge.py");
}
