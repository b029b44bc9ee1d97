//! nginx, Apache and haproxy as Debian configures them, each before one server: from the files
//! that the packages bring, with only the port, the server behind, and the paths changed.

use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::operated::until;

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Nginx,
    Apache,
    Haproxy,
}

/// A proxy that runs; it ends with the value.
pub struct Proxy {
    child: Child,
    folder: TempDir,
}

impl Proxy {
    /// At that port of this machine, before the server at the address.
    pub fn start(kind: Kind, port: u16, upstream: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Its workers may run as another user.
        let readable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), readable).unwrap();
        let mut command = match kind {
            Kind::Nginx => nginx(folder.path(), port, upstream),
            Kind::Apache => apache(folder.path(), port, upstream),
            Kind::Haproxy => haproxy(folder.path(), port, upstream),
        };
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap_or_else(|error| panic!("{error}: {kind:?} is needed; ./test installs it"));
        let mut proxy = Self { child, folder };
        until(&format!("{kind:?} listens"), || {
            if let Some(status) = proxy.child.try_wait().unwrap() {
                panic!("{kind:?} ended with {status}: {}", proxy.said());
            }
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        proxy
    }

    /// What it has said of mistakes.
    pub fn said(&self) -> String {
        let read = |name| std::fs::read_to_string(self.folder.path().join(name));
        let said = ["said", "error.log"].map(|name| read(name).unwrap_or_default());
        said.concat()
    }
}

impl Drop for Proxy {
    /// By the signal that its own workers end with, too.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

fn nginx(folder: &Path, port: u16, upstream: &str) -> Command {
    let site = changed(
        "/etc/nginx/sites-available/default",
        &[
            (
                "\n\tlisten 80 default_server;",
                &format!("\n\tlisten 127.0.0.1:{port} default_server;"),
            ),
            ("\n\tlisten [::]:80 default_server;", ""),
            (
                "\n\t\ttry_files $uri $uri/ =404;",
                &format!(
                    "\n\t\tinclude /etc/nginx/proxy_params;\n\t\tproxy_pass http://{upstream};"
                ),
            ),
        ],
    );
    let site_file = written(folder, "site", &site);
    let at = |name: &str| folder.join(name).display().to_string();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("\t{kind}_temp_path {};\n", at(kind)))
        .concat();
    let text = changed(
        "/etc/nginx/nginx.conf",
        &[
            ("\npid /run/nginx.pid;", &format!("\npid {};", at("pid"))),
            ("/var/log/nginx/error.log", &at("error.log")),
            ("/var/log/nginx/access.log", &at("access.log")),
            (
                "\tinclude /etc/nginx/sites-enabled/*;",
                &format!("{temporary}\tinclude {};", site_file.display()),
            ),
        ],
    );
    let mut command = Command::new("/usr/sbin/nginx");
    command
        .args(["-g", "daemon off;", "-e", &at("error.log"), "-c"])
        .arg(written(folder, "nginx.conf", &text));
    command
}

fn apache(folder: &Path, port: u16, upstream: &str) -> Command {
    let site = changed(
        "/etc/apache2/sites-available/000-default.conf",
        &[
            (
                "<VirtualHost *:80>",
                &format!("<VirtualHost 127.0.0.1:{port}>"),
            ),
            (
                "\tDocumentRoot /var/www/html",
                &format!(
                    "\tProxyPass / http://{upstream}/\n\tProxyPassReverse / http://{upstream}/"
                ),
            ),
        ],
    );
    let site = written(folder, "site.conf", &site);
    let listen = format!("Listen 127.0.0.1:{port}\n");
    let listen = written(folder, "ports.conf", &listen);
    // As `a2enmod proxy_http` does.
    let modules: String = ["proxy.load", "proxy.conf", "proxy_http.load"]
        .map(|name| format!("Include mods-available/{name}\n"))
        .concat();
    let text = changed(
        "/etc/apache2/apache2.conf",
        &[
            (
                "\nInclude ports.conf\n",
                &format!("\n{modules}Include {}\n", listen.display()),
            ),
            (
                "\nIncludeOptional sites-enabled/*.conf\n",
                &format!("\nInclude {}\n", site.display()),
            ),
        ],
    );
    let mut command = Command::new("/usr/sbin/apache2");
    command
        .args(["-D", "FOREGROUND", "-f"])
        .arg(written(folder, "apache2.conf", &text))
        // What /etc/apache2/envvars says, at other places.
        .env("APACHE_RUN_USER", "www-data")
        .env("APACHE_RUN_GROUP", "www-data")
        .env("APACHE_PID_FILE", folder.join("pid"))
        .env("APACHE_RUN_DIR", folder)
        .env("APACHE_LOCK_DIR", folder)
        .env("APACHE_LOG_DIR", folder);
    command
}

fn haproxy(folder: &Path, port: u16, upstream: &str) -> Command {
    let socket = folder.join("admin.sock").display().to_string();
    let chroot = format!("\n\tchroot {}\n", folder.display());
    let mut places = vec![("/run/haproxy/admin.sock", socket.as_str())];
    if is_root() {
        places.push(("\n\tchroot /var/lib/haproxy\n", &chroot));
    } else {
        // Nobody else can become another user.
        places.push(("\n\tchroot /var/lib/haproxy\n", "\n"));
        places.push(("\n\tuser haproxy\n\tgroup haproxy\n", "\n"));
    }
    let text = changed("/etc/haproxy/haproxy.cfg", &places);
    let text = format!(
        "{text}\nfrontend all\n\tbind 127.0.0.1:{port}\n\tdefault_backend scopegate\n\
         backend scopegate\n\tserver node {upstream}\n"
    );
    let mut command = Command::new("/usr/sbin/haproxy");
    command
        .args(["-db", "-f"])
        .arg(written(folder, "haproxy.cfg", &text));
    command
}

/// A file of a package, each place in it replaced, which must be there once.
fn changed(file: &str, places: &[(&str, &str)]) -> String {
    let text = std::fs::read_to_string(file);
    let text = text.unwrap_or_else(|error| panic!("{error}: {file}; ./test installs it"));
    places.iter().fold(text, |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
        text.replacen(from, to, 1)
    })
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
