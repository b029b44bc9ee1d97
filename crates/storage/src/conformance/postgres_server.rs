//! A PostgreSQL server of one's own, for tests: made from nothing, thrown away at the end.
//!
//! ```no_run
//! # async fn example() {
//! use storage::conformance::postgres_server::TestPostgres;
//!
//! let database = TestPostgres::shared().await.fresh_database().await;
//! let store = storage::open(&database.url()).await.unwrap();
//! # drop(store);
//! # }
//! ```

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, raw_sql};
use tokio::sync::{Mutex as AsyncMutex, OnceCell};

use crate::postgres::PgStore;
use crate::upgrade::Upgrade;

/// What to install where there is no server.
const INSTALL: &str = "PostgreSQL 15 or newer is needed: on Debian or Ubuntu, \
    `apt-get install postgresql`; elsewhere, put initdb and postgres on the PATH";
/// The user who may run the server when the tests run as root, which may not.
const SERVER_USER: &str = "postgres";
const TEMPLATE: &str = "scopegate_template";

/// A running server, listening on the loopback address only, with `fsync` on.
///
/// It stops, and its files go, when the process that started it ends, in whatever way.
pub struct TestPostgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    guardian: Mutex<Option<Child>>,
    template: OnceCell<()>,
    /// Making databases takes turns: PostgreSQL copies a template for one at a time.
    making: AsyncMutex<()>,
    names: AtomicU32,
    /// Databases nobody uses any more.
    finished: Arc<Mutex<Vec<String>>>,
}

impl TestPostgres {
    /// The one that all tests of a program share.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<TestPostgres> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Starts one.
    ///
    /// # Panics
    /// If PostgreSQL cannot be started; says what to install.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts one with files of one's own in its data folder: their names and what they say.
    /// `postgresql.auto.conf` sets what is set nowhere else, `pg_hba.conf` says who may in
    /// (user `postgres` must, without a password).
    ///
    /// # Panics
    /// If PostgreSQL cannot be started; says what to install.
    pub async fn start_with(files: &[(&str, &str)]) -> Self {
        let programs = programs().expect(INSTALL);
        let folder = folder();
        initialise(&programs, &folder);
        for (name, text) in files {
            put(&folder.join("data").join(name), text);
        }
        for _ in 0..5 {
            let server = Self {
                programs: programs.clone(),
                folder: folder.clone(),
                port: free_port(),
                guardian: Mutex::new(None),
                template: OnceCell::new(),
                making: AsyncMutex::new(()),
                names: AtomicU32::new(0),
                finished: Arc::default(),
            };
            server.launch();
            // Another program may have taken the port meanwhile.
            if server.answers().await {
                return server;
            }
            server.end("crash");
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        unavailable(&format!("PostgreSQL does not start; its log says:\n{log}"))
    }

    /// An empty database with Scopegate's tables, for one test.
    pub async fn fresh_database(&self) -> TestDatabase {
        self.template.get_or_init(|| self.make_template()).await;
        self.make_database(&format!("TEMPLATE {TEMPLATE}")).await
    }

    /// A database without tables, made with these further words of `CREATE DATABASE`.
    pub async fn make_database(&self, how: &str) -> TestDatabase {
        let _turn = self.making.lock().await;
        let mut connection = self.connect("postgres").await;
        let finished = std::mem::take(&mut *self.finished.lock().unwrap());
        for name in finished {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            execute(&mut connection, &drop).await;
        }
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let name = format!("case_{number}");
        execute(&mut connection, &format!("CREATE DATABASE {name} {how}")).await;
        TestDatabase {
            url: self.url(&name),
            name,
            finished: Arc::clone(&self.finished),
        }
    }

    /// Where a database is.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens, on the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where a database is, by the socket in the file system.
    pub fn socket_url(&self, database: &str) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/{database}", self.port)
    }

    /// Shuts the server down as an administrator does; its files stay.
    pub fn stop(&self) {
        self.end("keep");
    }

    /// Kills the server as a power failure does; its files stay.
    pub fn crash(&self) {
        self.end("crash");
    }

    /// Starts it again, at the same address.
    pub async fn restart(&self) {
        self.launch();
        assert!(self.answers().await, "PostgreSQL does not start again");
    }

    /// A shell watches over the server: it reads from this process, and when that ends, by
    /// whatever death, it stops the server and removes its files.
    fn launch(&self) {
        const GUARDIAN: &str = r#"
            trap '' INT TERM HUP
            "$1/postgres" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 \
                -c max_connections=200 -c shared_buffers=64MB -c max_wal_size=256MB \
                -c log_min_messages=warning -c autovacuum_naptime=1h >>"$2/log" 2>&1 &
            server=$!
            word=
            read word
            case "$word" in
                keep) kill -INT "$server" ;;
                *) kill -QUIT "$server" ;;
            esac
            wait "$server"
            [ -n "$word" ] || rm -rf "$2"
        "#;
        let mut command = as_server_user("sh");
        command
            .args(["-c", GUARDIAN, "guardian"])
            .arg(&self.programs)
            .arg(&self.folder)
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/");
        let guardian = command.spawn().expect(INSTALL);
        *self.guardian.lock().unwrap() = Some(guardian);
    }

    fn end(&self, word: &str) {
        let guardian = self.guardian.lock().unwrap().take();
        if let Some(mut guardian) = guardian {
            if let Some(mut words) = guardian.stdin.take() {
                // If it is gone already, so is the server.
                let _ = writeln!(words, "{word}");
            }
            guardian.wait().unwrap();
        }
    }

    async fn answers(&self) -> bool {
        for _ in 0..200 {
            if self.options("postgres").connect().await.is_ok() {
                return true;
            }
            let gone = self
                .guardian
                .lock()
                .unwrap()
                .as_mut()
                .is_none_or(|guardian| guardian.try_wait().is_ok_and(|ended| ended.is_some()));
            if gone {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    async fn make_template(&self) {
        let mut connection = self.connect("postgres").await;
        execute(&mut connection, &format!("CREATE DATABASE {TEMPLATE}")).await;
        PgStore::migrate(&self.url(TEMPLATE), Upgrade::Finish)
            .await
            .unwrap();
    }

    async fn connect(&self, database: &str) -> PgConnection {
        self.options(database).connect().await.unwrap()
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        self.url(database).parse().unwrap()
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        // Its input ends, and the guardian does the rest.
        if let Ok(guardian) = self.guardian.get_mut()
            && let Some(mut guardian) = guardian.take()
        {
            drop(guardian.stdin.take());
            let _ = guardian.wait();
        }
    }
}

/// A database of one test. It is dropped some time after its test has ended.
pub struct TestDatabase {
    name: String,
    url: String,
    finished: Arc<Mutex<Vec<String>>>,
}

impl TestDatabase {
    /// Its URL.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection that is not a store's.
    pub async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.url.parse().unwrap();
        options.connect().await.unwrap()
    }

    /// Runs statements on a connection that is not a store's.
    pub async fn execute(&self, sql: &str) {
        execute(&mut self.connect().await, sql).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Ok(mut finished) = self.finished.lock() {
            finished.push(std::mem::take(&mut self.name));
        }
    }
}

async fn execute(connection: &mut PgConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .unwrap();
}

/// The newest installed server's programs.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut packaged: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path()))
        .collect();
    packaged.sort_by_key(|folder| {
        let version = folder.file_name().and_then(|name| name.to_str());
        std::cmp::Reverse(version.and_then(|name| name.parse::<u32>().ok()))
    });
    packaged
        .into_iter()
        .map(|version| version.join("bin"))
        .chain(std::env::split_paths(&on_path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// A new folder that belongs to who runs the server. Its name is short: it holds a socket.
fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut name = format!("scopegate-pg-{}", std::process::id());
    write!(name, "-{}", COUNT.fetch_add(1, Ordering::Relaxed)).unwrap();
    let folder = std::env::temp_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let made = as_server_user("mkdir")
        .args(["-m", "700"])
        .arg(&folder)
        .status();
    assert!(
        made.expect(INSTALL).success(),
        "cannot make {folder:?}; {INSTALL}"
    );
    folder
}

fn initialise(programs: &Path, folder: &Path) {
    let made = as_server_user(programs.join("initdb"))
        .arg("--pgdata")
        .arg(folder.join("data"))
        .args(["--username", "postgres", "--auth", "trust"])
        .args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"])
        .current_dir("/")
        .output()
        .expect(INSTALL);
    if !made.status.success() {
        let problem = String::from_utf8_lossy(&made.stderr);
        unavailable(&format!("initdb fails: {problem}"));
    }
}

/// Writes a file that belongs to who runs the server and that nobody else may read.
fn put(file: &Path, text: &str) {
    let mut writing = as_server_user("sh")
        .args(["-c", r#"umask 077; cat >"$1""#, "sh"])
        .arg(file)
        .stdin(Stdio::piped())
        .current_dir("/")
        .spawn()
        .expect(INSTALL);
    if let Some(mut input) = writing.stdin.take() {
        input.write_all(text.as_bytes()).unwrap();
    }
    assert!(writing.wait().unwrap().success(), "cannot write {file:?}");
}

/// A command, run by somebody who may run a server.
pub(super) fn as_server_user(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={SERVER_USER}"))
        .arg(format!("--regid={SERVER_USER}"))
        .args(["--init-groups", "--"])
        .arg(program);
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[expect(clippy::panic, reason = "tests fail where they cannot be run")]
fn unavailable(problem: &str) -> ! {
    panic!("{problem}\n{INSTALL}")
}
