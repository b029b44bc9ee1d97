//! Proxies with a configuration of our own; each ends with its value.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::page::root;
use super::until::until;

pub struct Running {
    child: Child,
    folder: TempDir,
}

impl Running {
    /// nginx with these blocks inside of `http`.
    pub fn nginx(blocks: &str, port: u16) -> Self {
        let folder = folder();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", at(kind)))
            .concat();
        let text = format!(
            "pid {};\nerror_log {};\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{blocks}\n}}\n",
            at("pid"),
            at("error.log"),
        );
        std::fs::write(at("nginx.conf"), text).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.args(["-g", "daemon off;", "-e", &at("error.log"), "-c"]);
        command.arg(at("nginx.conf"));
        Self::start(command, folder, port)
    }

    /// Caddy with these sites.
    pub fn caddy(sites: &str, port: u16) -> Self {
        let folder = folder();
        let file = folder.path().join("Caddyfile");
        let text = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{sites}");
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new("caddy");
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file)
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path());
        Self::start(command, folder, port)
    }

    /// Traefik at this port, with these routers, services and middlewares.
    pub fn traefik(dynamic: &str, port: u16) -> Self {
        let folder = folder();
        let file = folder.path().join("dynamic.yaml");
        std::fs::write(&file, dynamic).unwrap();
        let mut command = Command::new(root().join("target/judges/proxies/bin/traefik"));
        command.args([
            format!("--entrypoints.web.address=127.0.0.1:{port}"),
            format!("--providers.file.filename={}", file.display()),
            "--global.checknewversion=false".to_owned(),
            "--global.sendanonymoususage=false".to_owned(),
        ]);
        Self::start(command, folder, port)
    }

    /// Envoy with this configuration.
    pub fn envoy(text: &str, port: u16) -> Self {
        let folder = folder();
        let file = folder.path().join("envoy.yaml");
        std::fs::write(&file, text).unwrap();
        let lib = root().join("target/judges/proxies/lib");
        let python = std::fs::read_dir(&lib)
            .into_iter()
            .flatten()
            .flatten()
            .next();
        let python =
            python.unwrap_or_else(|| panic!("nothing in {}; ./test makes it", lib.display()));
        let envoy = python.path().join("site-packages/envoy/_bin/envoy");
        let mut command = Command::new(envoy);
        command
            .args([
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "--log-level",
                "warning",
                "-c",
            ])
            .arg(&file);
        Self::start(command, folder, port)
    }

    /// Runs it, and waits until it listens there.
    pub fn start(mut command: Command, folder: TempDir, port: u16) -> Self {
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap_or_else(|error| panic!("{error}: {command:?} is needed; ./test installs it"));
        let mut running = Self { child, folder };
        until("the proxy listens", || {
            if let Some(status) = running.child.try_wait().unwrap() {
                panic!("it ended with {status}: {}", running.said());
            }
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        running
    }

    /// What it has said of mistakes.
    pub fn said(&self) -> String {
        let read = |name| std::fs::read_to_string(self.path().join(name));
        let said = ["said", "error.log"].map(|name| read(name).unwrap_or_default());
        said.concat()
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Running {
    /// By the signal that its own workers end with, too.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

/// Its workers may run as another user.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let readable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), readable).unwrap();
    folder
}
