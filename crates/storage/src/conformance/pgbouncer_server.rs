//! A PgBouncer of one's own, for tests: made from nothing, thrown away at the end.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::postgres_server::{TestPostgres, as_server_user};

/// What to install where there is none.
const INSTALL: &str = "PgBouncer is needed: on Debian or Ubuntu, `apt-get install pgbouncer`";

/// A running PgBouncer before a PostgreSQL, on the loopback address only. It stops, and its
/// files go, when the process that started it ends, in whatever way.
pub struct TestPgBouncer {
    port: u16,
    guardian: Child,
}

impl TestPgBouncer {
    /// Starts one that pools by `session` or `transaction`.
    ///
    /// # Panics
    /// If it cannot be started; says what to install.
    pub fn start(postgres: &TestPostgres, pool_mode: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        // What docs/deploying.md says of its settings is what stands here.
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = {pool_mode}\n\
             ignore_startup_parameters = extra_float_digits\n\
             default_pool_size = 60\nmax_client_conn = 1000\nserver_idle_timeout = 1\n",
            postgres.port()
        );
        let mut bouncer = Self {
            port,
            guardian: launch(&settings),
        };
        bouncer.wait_until_it_listens();
        bouncer
    }

    /// Where a database is, through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn wait_until_it_listens(&mut self) {
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            let ended = self.guardian.try_wait().unwrap();
            assert!(ended.is_none(), "PgBouncer does not start. {INSTALL}");
            std::thread::sleep(Duration::from_millis(50));
        }
        let ended = self.guardian.try_wait().unwrap();
        assert!(ended.is_some(), "PgBouncer does not listen");
    }
}

impl Drop for TestPgBouncer {
    fn drop(&mut self) {
        // Its input ends, and the guardian does the rest.
        drop(self.guardian.stdin.take());
        let _ = self.guardian.wait();
    }
}

/// A shell watches over it: it reads from this process, and when that ends, by whatever death,
/// it stops PgBouncer and removes its settings.
fn launch(settings: &str) -> Child {
    const GUARDIAN: &str = r#"
        trap '' INT TERM HUP
        PATH="$PATH:/usr/sbin"
        command -v pgbouncer || exit 1
        umask 077
        printf %s "$2" >"$1"
        pgbouncer --quiet "$1" &
        server=$!
        read word
        kill -KILL "$server"
        wait "$server"
        rm -f "$1"
    "#;
    let mut command = as_server_user("sh");
    command
        .args(["-c", GUARDIAN, "guardian"])
        .arg(settings_file())
        .arg(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/");
    command.spawn().expect(INSTALL)
}

fn settings_file() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("scopegate-pgbouncer-{}-{count}.ini", std::process::id());
    std::env::temp_dir().join(name)
}
