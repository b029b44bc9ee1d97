//! The real binary in demo mode, for tests.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running demo; it ends with the value.
pub struct RunningDemo {
    child: Child,
    /// Where it is reached, without a slash at the end.
    pub base: String,
    _data: tempfile::TempDir,
}

impl RunningDemo {
    /// Starts a demo on a free port and waits until it says that it is ready.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_scopegate"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                let rest = line.strip_prefix("ready: ")?.to_owned();
                rest.split_whitespace().next().map(str::to_owned)
            })
            .expect("the demo ended before it was ready");
        // Somebody has to read on, or the demo would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            base,
            _data: data,
        }
    }

    /// The directory of its data.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub fn data(&self) -> &std::path::Path {
        self._data.path()
    }
}

impl Drop for RunningDemo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
