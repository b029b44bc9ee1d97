//! The file of a gate in a process of its own, and the same from options.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use realm::Placement;
use realm::api::api_name;
use scope::Mistakes;
use server::operations::TrustedProxies;
use toml::de::DeTable;
use url::Url;

use super::key::{Absent, Key, Table};
use super::read::{log, tls_files, trusted_proxies};
use super::section::Section;
use super::syntax;
use super::tables::{
    CLIENT_ADDRESS_HEADER, LOG_TABLE, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS,
    SHUTDOWN_NOTICE, SHUTDOWN_TIMEOUT, TLS_TABLE, TRUSTED_PROXIES,
};
use super::upstream::{
    DECODE_BODIES, PASS_TOKEN, PRESERVE_HOST, UPSTREAM, UPSTREAM_CA, UPSTREAM_TIMEOUT, upstream,
};
use super::value::{address, base_url, duration, file};
use super::{Connections, Log, Shutdown, TlsFiles, Upstream};
use crate::failure::Failure;
use crate::input;

/// The environment may hold the secret.
const SECRET: &str = "SCOPEGATE_GATE_SECRET";

pub const GATE: Table = Table {
    head: "",
    about: "A file of its own, for `scopegate gate run --config FILE` and `scopegate proxy --config \
            FILE`; `[tls]` and `[log]` are as above. Paths are relative to the file's own folder.",
    keys: &[
        &ISSUER,
        &REALM,
        &API,
        &CLIENT,
        &SECRET_FILE,
        &SERVER,
        &SERVER_CA,
        &PLAIN_HTTP,
        &DENY_AFTER,
        &LISTEN,
        &BASE_URL,
        &OPERATIONS,
        &TLS_TABLE,
        &UPSTREAM,
        &PRESERVE_HOST,
        &PASS_TOKEN,
        &DECODE_BODIES,
        &UPSTREAM_TIMEOUT,
        &UPSTREAM_CA,
        &TRUSTED_PROXIES,
        &CLIENT_ADDRESS_HEADER,
        &MAX_CONNECTIONS,
        &MAX_CONNECTIONS_PER_ADDRESS,
        &SHUTDOWN_NOTICE,
        &SHUTDOWN_TIMEOUT,
        &LOG_TABLE,
    ],
};

pub const ISSUER: Key = Key {
    name: "issuer",
    form: "URL",
    example: r#"issuer = "https://login.example.com/orders""#,
    absent: Absent::Mistake,
    about: "The issuer of the realm whose API this is: the server's `base_url` and the realm's name, or \
            where the realm is instead (`docs/at-the-root.md`).",
};
pub const REALM: Key = Key {
    name: "realm",
    form: "text",
    example: r#"realm = "orders""#,
    absent: Absent::Off("the last part of `issuer`"),
    about: "The realm's name, where its issuer does not end in it.",
};
pub const API: Key = Key {
    name: "api",
    form: "text",
    example: r#"api = "api""#,
    absent: Absent::Means("api"),
    about: "The API's `name` in the server's configuration.",
};
pub const CLIENT: Key = Key {
    name: "client",
    form: "text",
    example: r#"client = "orders-api""#,
    absent: Absent::Mistake,
    about: "The `client_id` of the API's resource server: `scopegate client add --introspector`.",
};
pub const SECRET_FILE: Key = Key {
    name: "secret_file",
    form: "file",
    example: r#"secret_file = "gate-secret""#,
    absent: Absent::Off("the environment's `SCOPEGATE_GATE_SECRET`"),
    about: "Its secret, alone in a file.",
};
pub const SERVER: Key = Key {
    name: "server",
    form: "URL",
    example: r#"server = "https://10.0.0.5:8443""#,
    absent: Absent::Off("where the issuer is"),
    about: "Where this process reaches the server, if that is another way than the public one: scheme, \
            host and, if need be, port.",
};
pub const SERVER_CA: Key = Key {
    name: "server_ca_certificate",
    form: "file",
    example: r#"server_ca_certificate = "internal-ca.pem""#,
    absent: Absent::Off("the authorities of Mozilla's list, as built in"),
    about: "PEM file with the authorities that vouch for the server; then no other does.",
};
pub const PLAIN_HTTP: Key = Key {
    name: "plain_http",
    form: "`true` or `false`",
    example: "plain_http = true",
    absent: Absent::Means("false"),
    about: "Whether a server elsewhere may be reached by `http`, where something else keeps the way secret. \
            Whoever can listen there can use every token.",
};
pub const DENY_AFTER: Key = Key {
    name: "deny_after",
    form: "duration",
    example: r#"deny_after = "1s""#,
    absent: Absent::Means("1s"),
    about: "Cut off from the server for longer, this gate denies everything, with 503. What the server \
            ends while the way to it is broken opens calls here for at most so long.",
};
pub const LISTEN: Key = Key {
    name: "listen",
    form: "address",
    example: r#"listen = "127.0.0.1:8081""#,
    absent: Absent::Means("127.0.0.1:8081"),
    about: "Where to listen, as `IP:PORT`. At a gate, whoever reaches it may ask for decisions.",
};
pub const BASE_URL: Key = Key {
    name: "base_url",
    form: "URL",
    example: r#"base_url = "https://gate.example.com""#,
    absent: Absent::Off("where it listens"),
    about: "Where services that ask by AuthZEN reach this gate, if that is another address than `listen`: \
            scheme, host and, if need be, port. Its metadata names it, and whoever reads that elsewhere may \
            not believe it.",
};
pub const OPERATIONS: Key = Key {
    name: "operations",
    form: "address",
    example: r#"operations = "127.0.0.1:9090""#,
    absent: Absent::Off("they are nowhere"),
    about: "Where `/healthz`, `/readyz` and `/metrics` are, as `IP:PORT`.",
};

/// A gate in a process of its own, with every default filled in.
#[derive(Debug)]
pub struct GateFile {
    /// The realm's issuer.
    pub issuer: Url,
    /// The realm's name.
    pub realm: String,
    /// The API's name.
    pub api: String,
    /// The client it is.
    pub client: String,
    /// Where its secret is, if not in the environment.
    pub secret_file: Option<PathBuf>,
    /// Where the server is, if not where the issuer is.
    pub server: Option<String>,
    /// Who vouches for it.
    pub server_ca: Option<PathBuf>,
    /// It may be elsewhere without TLS.
    pub plain_http: bool,
    /// For how long it may be silent.
    pub deny_after: Duration,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where services reach it, if that is not where it listens.
    pub base_url: Option<String>,
    /// Where to listen for operators.
    pub operations: Option<SocketAddr>,
    /// With TLS, if it has its files.
    pub tls: Option<TlsFiles>,
    /// The API behind a proxy.
    pub upstream: Option<Upstream>,
    /// Whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// How many connections there may be.
    pub connections: Connections,
    /// How long stopping takes.
    pub shutdown: Shutdown,
    /// The log.
    pub log: Log,
}

impl GateFile {
    /// Is this the file of a gate, rather than of a server? Only the first says of which realm it is.
    ///
    /// # Errors
    ///
    /// An unreadable file.
    pub fn is_one(path: &Path) -> Result<bool, Failure> {
        let text = input::read(path).map_err(Failure::while_doing(format!(
            "cannot read the configuration {} (give another with --config)",
            path.display()
        )))?;
        let (document, _) = DeTable::parse_recoverable(&text);
        let entries = document.get_ref();
        Ok(entries.contains_key(ISSUER.name))
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// An unreadable file; every mistake in it, in one message.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = input::read(path).map_err(Failure::while_doing(format!(
            "cannot read the configuration {}",
            path.display()
        )))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::of(&path.display().to_string(), &text, folder)
    }

    /// Reads a text of this name, whose paths begin in this folder.
    ///
    /// # Errors
    ///
    /// Every mistake in it, in one message.
    pub fn of(name: &str, text: &str, folder: &Path) -> Result<Self, Failure> {
        let mut mistakes = Mistakes::new(name, text);
        let (document, errors) = DeTable::parse_recoverable(text);
        syntax::told(errors, &mut mistakes);
        let found = mistakes.is_empty().then(|| {
            let top = Section::new(&GATE, document.get_ref(), 0..0, &mut mistakes);
            whole(&top, folder, &mut mistakes)
        });
        match found.flatten() {
            Some(found) if mistakes.is_empty() => Ok(found),
            _ => Err(Failure::new(format!(
                "the configuration has mistakes\n{mistakes}"
            ))),
        }
    }

    /// The realm's name.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The path of its issuer: empty at the root.
    pub fn issuer_path(&self) -> &str {
        self.issuer.path().trim_end_matches('/')
    }

    /// Scheme, host and, if need be, port of the server.
    pub fn server(&self) -> String {
        let own = self.issuer.origin().ascii_serialization();
        self.server.clone().unwrap_or(own)
    }

    /// The client's secret.
    ///
    /// # Errors
    ///
    /// When it is nowhere, or in two places.
    pub fn secret(&self) -> Result<String, Failure> {
        let given = std::env::var_os(SECRET).filter(|text| !text.is_empty());
        match (given, &self.secret_file) {
            (Some(text), None) => Ok(text.to_string_lossy().trim().to_owned()),
            (None, Some(file)) => Ok(input::file(file)?.trim().to_owned()),
            (None, None) => Err(Failure::new(format!(
                "the secret of {:?} is not known; write it into a file and name that as `secret_file`, or \
                 set {SECRET}",
                self.client
            ))),
            (Some(_), Some(file)) => Err(Failure::new(format!(
                "a secret is in {SECRET} and in {}; unset the variable, or remove `secret_file`",
                file.display()
            ))),
        }
    }
}

fn whole(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<GateFile> {
    let issuer = top.value(&ISSUER, m, issuer);
    let realm = realm(top, issuer.as_ref(), m);
    let api = top.value(&API, m, api_name);
    let client = top.value(&CLIENT, m, |text| Ok(text.to_owned()));
    let secret_file = top.value(&SECRET_FILE, m, |name| file(folder, name));
    let server = top.value(&SERVER, m, base_url);
    let server_ca = top.value(&SERVER_CA, m, |name| file(folder, name));
    let plain_http = top.flag(&PLAIN_HTTP, m);
    let deny_after = top.value(&DENY_AFTER, m, |text| match duration(text)? {
        Duration::ZERO => {
            Err("nobody is heard all the time; the server is every 200 ms".to_owned())
        }
        time => Ok(time),
    });
    let listen = top.value(&LISTEN, m, address);
    let reached_at = top.value(&BASE_URL, m, base_url);
    let operations = top.value(&OPERATIONS, m, address);
    let upstream = upstream(top, api.as_deref().unwrap_or_default(), folder, m);
    let tls = tls_files(top, folder, m);
    let trusted_proxies = trusted_proxies(top, m);
    let most = top.count(&MAX_CONNECTIONS, m);
    let of_an_address = top.count(&MAX_CONNECTIONS_PER_ADDRESS, m);
    let notice = top.value(&SHUTDOWN_NOTICE, m, duration);
    let timeout = top.value(&SHUTDOWN_TIMEOUT, m, duration);
    let log = log(top, m);
    Some(GateFile {
        issuer: issuer?,
        realm: realm?,
        api: api?,
        client: client?,
        secret_file,
        server,
        server_ca,
        plain_http: plain_http?,
        deny_after: deny_after?,
        listen: listen?,
        base_url: reached_at,
        operations,
        tls,
        upstream,
        trusted_proxies: trusted_proxies?,
        connections: Connections {
            most: most?,
            of_an_address,
        },
        shutdown: Shutdown {
            notice: notice?,
            timeout: timeout?,
        },
        log: log?,
    })
}

/// Scheme and host of a server, and a path such as a realm can have.
fn issuer(text: &str) -> Result<Url, String> {
    let host = text.find("://").map_or(0, |at| at + 3);
    let path = text.get(host..).and_then(|behind| behind.find('/'));
    let (base, path) = text.split_at(path.map_or(text.len(), |at| host + at));
    base_url(base)?;
    if !path.is_empty() {
        Placement::default().at(path)?;
    }
    Url::parse(text).map_err(|error| error.to_string())
}

fn realm(top: &Section<'_>, issuer: Option<&Url>, m: &mut Mistakes) -> Option<String> {
    let checked = |name: &str| {
        oauth::naming::realm(name).map_err(|error| error.to_string())?;
        match name.is_empty() || name.contains('/') {
            true => Err(format!("{name:?} is no realm's name")),
            false => Ok(name.to_owned()),
        }
    };
    if top.has(&REALM) {
        return top.value(&REALM, m, checked);
    }
    let last = issuer?.path().rsplit('/').next().unwrap_or_default();
    let found = checked(last);
    if let Err(problem) = &found {
        let what = format!("`issuer` does not end in the realm's name: {problem}");
        let help = "add it, as in `realm = \"orders\"`";
        m.at(&top.place_of(&ISSUER), what, help);
    }
    found.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_toml_with_its_key() {
        for key in GATE.keys {
            let read: toml::Table = key.example.parse().unwrap();
            let mut nested = read.values().filter_map(toml::Value::as_table);
            let is_there = read.contains_key(key.name) || nested.any(|t| t.contains_key(key.name));
            assert!(is_there, "{}", key.example);
        }
    }

    #[test]
    fn what_has_to_be_there_is_enough() {
        let text = "issuer = \"https://login.example:8443/orders\"\nclient = \"orders-api\"\n";
        let read = GateFile::of("gate.toml", text, Path::new(".")).unwrap();
        assert_eq!(read.realm(), "orders");
        assert_eq!(read.server(), "https://login.example:8443");
        assert_eq!(read.deny_after, Duration::from_secs(1));
        assert_eq!(read.base_url, None);
        let inside = format!("{text}server = \"http://10.0.0.5:8080\"\n");
        let read = GateFile::of("gate.toml", &inside, Path::new(".")).unwrap();
        assert_eq!(read.server(), "http://10.0.0.5:8080");
    }

    #[test]
    fn mistakes_are_named() {
        let text = "issuer = \"https://login.example\"\nclients = \"orders-api\"\ndeny_after = \"0s\"\nbase_url = \"https://gate.example/inside\"\n";
        let said = GateFile::of("gate.toml", text, Path::new(".")).unwrap_err();
        let said = said.to_string();
        for word in [
            "`clients`",
            "200 ms",
            "issuer",
            "client",
            "gate.example/inside",
        ] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}
