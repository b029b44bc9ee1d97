//! One server's configuration with an organisation, a person and apps, and the processes
//! that serve it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use reqwest::Url;
use tempfile::TempDir;

use super::play::{CHALLENGE, REDIRECT_URI};
use super::{Ran, scopegate_with_input};

pub const USER: &str = "eva";
pub const PASSWORD: &str = "a good password";
pub const ORGANISATION: &str = "firma";
/// What every app asks for and may have.
pub const SCOPE: &str = "contact_edit task_show";

/// A folder with one configuration file for each node; all name the same realm and database.
pub struct Site {
    folder: TempDir,
    /// Where people reach each node.
    pub bases: Vec<String>,
}

impl Site {
    /// As many nodes on one database.
    pub fn new(nodes: usize, database: &str) -> Self {
        Self::of(&vec![database.to_owned(); nodes])
    }

    /// A node for each way into the database.
    pub fn of(databases: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // All are taken at once, so that no port comes twice.
        let taken: Vec<_> = databases
            .iter()
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let mut bases = Vec::new();
        for (number, (listener, database)) in taken.iter().zip(databases).enumerate() {
            let address = listener.local_addr().unwrap();
            // The issuer is that of the first, as behind one proxy.
            let issuer = bases
                .first()
                .cloned()
                .unwrap_or(format!("http://{address}"));
            let text = format!(
                "listen = \"{address}\"\nbase_url = \"{issuer}\"\ndatabase = \"{database}\"\n\
                 [[realm]]\ncatalog = \"bexio\"\nsandbox = true\n\
                 [[realm]]\ncatalog = \"bokio\"\nsandbox = true\n"
            );
            std::fs::write(folder.path().join(format!("node{number}.toml")), text).unwrap();
            bases.push(format!("http://{address}"));
        }
        Self { folder, bases }
    }

    /// Nodes with configurations of their own: those texts, each reached at its base.
    pub fn with(configurations: &[String], bases: Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (number, text) in configurations.iter().enumerate() {
            std::fs::write(folder.path().join(format!("node{number}.toml")), text).unwrap();
        }
        Self { folder, bases }
    }

    /// A file of this folder.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A node's configuration.
    pub fn config(&self, node: usize) -> PathBuf {
        self.at(&format!("node{node}.toml"))
    }

    /// Runs a command that manages the store.
    pub fn manage(&self, arguments: &[&str]) -> Ran {
        self.manage_with_input(arguments, "")
    }

    /// The same with a standard input.
    pub fn manage_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let config = self.config(0);
        let config = ["--config", config.to_str().unwrap()];
        scopegate_with_input([arguments, &config].concat(), input)
    }

    /// An organisation, a person with every right in it, and as many apps: their ids and
    /// secrets.
    pub fn settle(&self, apps: usize) -> Vec<App> {
        self.manage(&["migrate"]).ok();
        let organisation = ["organisation", "add", "bexio", ORGANISATION];
        self.manage(&[&organisation[..], &["--name", "Firma"]].concat())
            .ok();
        let user = ["user", "add", "bexio", USER, "--name", "Eva"];
        self.manage_with_input(&user, &format!("{PASSWORD}\n")).ok();
        let member = ["organisation", "member", "bexio", ORGANISATION, USER];
        let settled = |number: usize| {
            if number == 0 {
                let role = ["--role", "administrator"];
                self.manage(&[&member[..], &role].concat()).ok();
            }
            self.app(&format!("app-{number}"))
        };
        // Each waits until running servers would have followed: all at once.
        std::thread::scope(|scope| {
            let adding: Vec<_> = (0..apps)
                .map(|number| scope.spawn(move || settled(number)))
                .collect();
            adding
                .into_iter()
                .map(|adding| adding.join().unwrap())
                .collect()
        })
    }

    fn app(&self, id: &str) -> App {
        let about = ["client", "add", "bexio", id, "--name", id, "--maker", "Us"];
        let may = [
            "--redirect-uri",
            "http://127.0.0.1/callback",
            "--scope",
            SCOPE,
        ];
        let said = self.manage(&[&about[..], &may].concat()).ok().out;
        App {
            id: id.to_owned(),
            secret: said.split_whitespace().last().unwrap().to_owned(),
        }
    }

    /// Starts a node; it need not be ready.
    pub fn spawn(&self, node: usize) -> Node {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scopegate"))
            .arg("serve")
            .arg("--config")
            .arg(self.config(node))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (says_ready, ready) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if line.starts_with("ready: ") {
                    // Nobody may be waiting any more.
                    let _ = says_ready.send(());
                }
            }
        });
        let (tell, told) = mpsc::channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Node {
            child,
            ready: Mutex::new(ready),
            told: Mutex::new(told),
        }
    }

    /// Starts a node and waits until it says that it is ready.
    pub fn start(&self, node: usize) -> Node {
        let node = self.spawn(node);
        node.wait_until_ready();
        node
    }
}

/// An app of the site.
#[derive(Clone)]
pub struct App {
    pub id: String,
    pub secret: String,
}

impl App {
    /// Where a person goes to let the app into the organisation.
    pub fn authorization_url(&self, issuer: &str, scope: &str) -> Url {
        let mut url = Url::parse(&format!("{issuer}/oauth/authorize")).unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.id)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("scope", scope)
            .append_pair("state", "kept")
            .append_pair("organisation", ORGANISATION)
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256");
        url
    }
}

/// One process; it ends with the value.
pub struct Node {
    child: Child,
    ready: Mutex<mpsc::Receiver<()>>,
    told: Mutex<mpsc::Receiver<String>>,
}

impl Node {
    /// Fails the test if it ends instead.
    pub fn wait_until_ready(&self) {
        let ready = self.ready.lock().unwrap();
        if ready.recv_timeout(Duration::from_secs(30)).is_err() {
            panic!("not ready: {}", self.errors());
        }
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; it ends when it has finished.
    pub fn terminate(&self) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended, and answers its exit status.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// What it has written to its standard error so far.
    pub fn errors(&self) -> String {
        let lines: Vec<_> = self.told.lock().unwrap().try_iter().collect();
        lines.join("\n")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
