//! A server as its operator meets it: with its listeners and its log.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use reqwest::blocking::Response;
use tempfile::TempDir;

pub use super::until::until;
use super::{person, scopegate_with_input};

/// The public listener, where the base URL says that it is.
pub const PUBLIC: &str = "[[listener]]\naddress = \"127.0.0.1:PORT\"";

/// A server of a configuration, with its addresses and its log.
pub struct Server {
    pub child: Child,
    folder: TempDir,
    /// Of each listener that is said, the public ones last.
    pub public: String,
    pub operations: String,
}

impl Server {
    /// Starts on free ports; `more` goes between the head of the file and its realm.
    pub fn start(more: &str) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), more)
    }

    pub fn start_in(folder: TempDir, more: &str) -> Self {
        let program = Command::new(env!("CARGO_BIN_EXE_scopegate"));
        Self::start_by(program, folder, more)
    }

    /// One that may have so many files open.
    pub fn start_with_files(files: usize, more: &str) -> Self {
        let mut program = Command::new("sh");
        let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        program.args(["-c", &script, env!("CARGO_BIN_EXE_scopegate")]);
        Self::start_by(program, tempfile::tempdir().unwrap(), more)
    }

    fn start_by(mut program: Command, folder: TempDir, more: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let text = format!(
            "base_url = \"http://127.0.0.1:{port}\"\ndatabase = \"own.sqlite\"\n{}\n\
             [[listener]]\naddress = \"127.0.0.1:0\"\nserves = [\"operations\"]\n\
             [[realm]]\ncatalog = \"bexio\"\nsandbox = true\n",
            more.replace("PORT", &port.to_string())
        );
        std::fs::write(folder.path().join("scopegate.toml"), text).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = program
            .args(["serve", "--config"])
            .arg(folder.path().join("scopegate.toml"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self {
            child,
            folder,
            public: String::new(),
            operations: String::new(),
        };
        for line in lines.by_ref().map(Result::unwrap) {
            let address = line.split_once("listening on ").map(|(_, rest)| {
                let address = rest.split([' ', ')']).next().unwrap();
                address.to_owned()
            });
            if line.starts_with("operations:") {
                server.operations = address.unwrap();
            } else if line.starts_with("ready:") {
                server.public = address.unwrap();
                break;
            }
        }
        assert!(!server.public.is_empty(), "{}", server.log());
        std::thread::spawn(move || lines.for_each(drop));
        server
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.at("log")).unwrap()
    }

    pub fn manage(&self, command: &[&str], input: &str) -> String {
        let config = self.at("scopegate.toml");
        let config = ["--config", config.to_str().unwrap()];
        scopegate_with_input([command, &config].concat(), input)
            .ok()
            .out
    }

    pub fn get(&self, path: &str) -> Response {
        person::browser()
            .get(format!("http://{}{path}", self.public))
            .send()
            .unwrap()
    }

    pub fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.operations);
        person::browser().get(url).send().unwrap().text().unwrap()
    }

    /// The value of one metric with its labels.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.metrics();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
            .parse()
            .unwrap()
    }

    pub fn terminate(&self) {
        self.send("-TERM");
    }

    /// SIGHUP.
    pub fn hang_up(&self) {
        self.send("-HUP");
    }

    fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until the log has these words.
    pub fn wait_for_log(&self, words: &str) {
        until(words, || self.log().contains(words));
    }

    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
