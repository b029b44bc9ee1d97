//! The real binary, for tests: run once, or running as a demo.

#![allow(dead_code, reason = "not every test file needs everything")]

pub mod caddy;
pub mod cluster;
pub mod dice;
pub mod line;
pub mod many;
pub mod operated;
pub mod page;
pub mod person;
pub mod play;
pub mod proxies;
pub mod running;
pub mod site;
pub mod small_disk;
pub mod tally;
pub mod until;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub use page::root;

/// What one run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails the test unless the question was answered with "it is so".
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Fails the test unless the question itself was wrong, and every word is in the error.
    pub fn wrong(self, words: &[&str]) -> Self {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {self:?}");
        }
        self
    }
}

/// Runs the binary to its end.
pub fn scopegate<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    scopegate_with_input(arguments, "")
}

/// Runs the binary to its end, with a standard input.
pub fn scopegate_with_input<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
    input: &str,
) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scopegate"))
        .args(arguments)
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may have closed its end already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().expect("no signal ends the binary"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
/// A server that runs; it ends with the value.
pub struct Running {
    child: Child,
    /// Where it is reached, without a slash at the end.
    pub base: String,
}

impl Running {
    /// Starts the binary and waits until it says that it is ready.
    pub fn start<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_scopegate")).args(arguments))
    }

    /// The same by a command of one's own.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                let rest = line.strip_prefix("ready: ")?.to_owned();
                rest.split_whitespace().next().map(str::to_owned)
            })
            .expect("the server ended before it was ready");
        // Somebody has to read on, or the server would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }

    /// The server has not ended by itself.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended, and answers its exit status.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A demo that runs on data of its own; both end with the value.
pub struct RunningDemo {
    pub server: Running,
    /// Where it is reached, without a slash at the end.
    pub base: String,
    data: tempfile::TempDir,
}

impl RunningDemo {
    /// Starts a demo on a free port and waits until it says that it is ready.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = demo_at("127.0.0.1:0", data.path());
        Self {
            base: server.base.clone(),
            server,
            data,
        }
    }

    /// The directory of its data.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Runs a command that manages this demo's store.
    pub fn manage(&self, arguments: &[&str]) -> Ran {
        self.manage_with_input(arguments, "")
    }

    /// The same with a standard input.
    pub fn manage_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let data = self.data().to_str().unwrap();
        let with_data: Vec<&str> = arguments.iter().copied().chain(["--data", data]).collect();
        scopegate_with_input(with_data, input)
    }
}

/// A demo at an address, on a directory that is kept.
pub fn demo_at(listen: &str, data: &Path) -> Running {
    Running::start([
        OsStr::new("demo"),
        OsStr::new("--listen"),
        OsStr::new(listen),
        OsStr::new("--data"),
        data.as_os_str(),
    ])
}

/// Makes a database look as a later program would leave it.
pub fn raise_schema(file: &Path) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); \
                  c.execute('INSERT INTO schema_versions (version) VALUES (9999)'); c.commit()";
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(file)
        .status();
    assert!(done.unwrap().success());
}
