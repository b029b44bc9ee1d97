//! What `deploy/compose.yaml` starts, without containers: its Caddy, two nodes and a database,
//! each with its own file from `deploy`. Only hosts and ports are others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use tokio::runtime::Runtime;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::operated::until;
use super::root;
use super::site::{App, Node, Site};

/// The nodes are told apart by their address: Caddy asks all for their health at one port.
const NODES: [&str; 2] = ["127.0.0.2", "127.0.0.3"];

/// Two nodes on one database behind Caddy. Everything ends with the value.
pub struct Behind {
    pub site: Site,
    pub apps: Vec<App>,
    pub nodes: Vec<Option<Node>>,
    /// Where people reach them: the issuer begins with it.
    pub base: String,
    /// The same with TLS, by the name of the shipped file.
    pub with_tls: SocketAddr,
    operations: u16,
    caddy: Child,
    _runtime: Runtime,
    _database: TestDatabase,
}

impl Behind {
    /// Starts it all, with as many apps.
    pub fn start(apps: usize) -> Self {
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(async {
            let postgres = TestPostgres::shared().await;
            postgres.fresh_database().await
        });
        let [public, operations, outside, with_tls] = free_ports();
        let base = format!("http://127.0.0.1:{outside}");
        let configurations = NODES.map(|host| {
            let public = format!("{host}:{public}");
            let operations = format!("{host}:{operations}");
            node_configuration(&base, &database.url(), &public, &operations)
        });
        let bases = NODES.map(|host| format!("http://{host}:{public}"));
        let site = Site::with(&configurations, bases.into());
        let caddyfile = site.at("Caddyfile");
        let text = caddyfile_text(&site, public, operations, outside, with_tls);
        std::fs::write(&caddyfile, text).unwrap();
        let apps = site.settle(apps);
        let nodes = (0..NODES.len()).map(|node| Some(site.start(node)));
        let behind = Self {
            nodes: nodes.collect(),
            apps,
            base,
            with_tls: ([127, 0, 0, 1], with_tls).into(),
            operations,
            caddy: start_caddy(&site),
            _runtime: runtime,
            _database: database,
            site,
        };
        until("Caddy listens", || {
            [outside, with_tls]
                .iter()
                .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
        behind
    }

    /// What is answered to a GET at the TLS port, by whoever proves to be that host: its
    /// certificate must be from the authority that this Caddy made for itself.
    pub fn get_with_tls(&self, host: &'static str, path: &str) -> String {
        let authority = self.site.at("caddy/pki/authorities/local/root.crt");
        let authority = CertificateDer::from_pem_file(authority).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let session = ClientConnection::new(Arc::new(client), host.try_into().unwrap()).unwrap();
        let stream = TcpStream::connect(self.with_tls).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Where a node says how it is.
    pub fn operations(&self, node: usize) -> String {
        format!("http://{}:{}", NODES[node], self.operations)
    }

    /// A node that runs.
    pub fn node(&mut self, node: usize) -> &mut Node {
        self.nodes[node].as_mut().unwrap()
    }

    /// Starts a node that has ended.
    pub fn start_again(&mut self, node: usize) {
        self.nodes[node] = Some(self.site.start(node));
    }

    /// What Caddy has said of mistakes.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.site.at("caddy.log")).unwrap()
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        let _ = self.caddy.kill();
        let _ = self.caddy.wait();
    }
}

/// `deploy/compose.toml` at other places.
fn node_configuration(base: &str, database: &str, public: &str, operations: &str) -> String {
    changed(
        "compose.toml",
        &[
            ("https://login.example.com", base),
            ("postgres://scopegate@postgres/scopegate", database),
            // Caddy is at 127.0.0.1; other loopback addresses are clients.
            ("172.30.71.0/24", "127.0.0.1/32"),
            ("0.0.0.0:8080", public),
            ("0.0.0.0:9464", operations),
            ("[log]\n", "[log]\naccess = true\n"),
            (
                "catalog = \"bexio\"\n",
                "catalog = \"bexio\"\nsandbox = true\n",
            ),
        ],
    )
}

/// `deploy/Caddyfile` at other places, with certificates of its own, and with everything it
/// writes in the site's folder.
fn caddyfile_text(
    site: &Site,
    public: u16,
    operations: u16,
    outside: u16,
    with_tls: u16,
) -> String {
    let addresses = format!("http://127.0.0.1:{outside}, https://login.example.com:{with_tls} {{");
    let [node1, node2] = NODES.map(|host| format!("{host}:{public}"));
    let text = changed(
        "Caddyfile",
        &[
            ("login.example.com {", &addresses),
            ("node1:8080", &node1),
            ("node2:8080", &node2),
            ("health_port 9464", &format!("health_port {operations}")),
        ],
    );
    format!(
        "{{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n\
         \tdefault_bind 127.0.0.1\n\tstorage file_system \"{}\"\n}}\n{text}",
        site.at("caddy").display()
    )
}

/// A file of `deploy`, each place in it replaced, which must be there once.
fn changed(name: &str, places: &[(&str, &str)]) -> String {
    let text = std::fs::read_to_string(root().join("deploy").join(name)).unwrap();
    places.iter().fold(text, |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from} in {name}");
        text.replacen(from, to, 1)
    })
}

fn start_caddy(site: &Site) -> Child {
    let log = std::fs::File::create(site.at("caddy.log")).unwrap();
    Command::new("caddy")
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(site.at("Caddyfile"))
        // Nothing is written beside the site.
        .env("HOME", site.at(""))
        .env("XDG_CONFIG_HOME", site.at("caddy"))
        .env("XDG_DATA_HOME", site.at("caddy"))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("Caddy is needed: on Debian or Ubuntu, `apt-get install caddy`")
}

/// All are taken at once, so that no port comes twice.
fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let taken = [(); COUNT].map(|()| TcpListener::bind("0.0.0.0:0").unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}
