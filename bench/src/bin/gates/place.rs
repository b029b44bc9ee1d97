//! A server with a gate and a proxy before an API, which the floor program is, and nginx before the same.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::grpc;
use crate::http::{Connection, get, post};
use crate::load::{Asked, Row};
use crate::process::Server;

/// Orders of companies.
pub const CATALOG: &str = include_str!("orders.toml");

/// The call that is made.
const CALL: &str = "/companies/firma/orders?limit=20";

pub struct Place {
    server: Server,
    floor: Server,
    nginx: Option<Server>,
    folder: PathBuf,
    gate: u16,
    proxy: u16,
    token: String,
    less: String,
    /// For the API that has limits.
    limited: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left-overs of a temporary folder harm nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    pub async fn make(scopegate: &str, floor: &str) -> Result<Self, String> {
        let text = |error: std::io::Error| error.to_string();
        // It runs in a folder of its own.
        let scopegate = std::fs::canonicalize(scopegate).map_err(text)?;
        let folder = std::env::temp_dir().join(format!("scopegate-gates-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(text)?;
        let floor = Server::start(&mut Command::new(floor))?;
        let [public, gate, proxy, nginx] = free_ports()?;
        let configuration = format!(
            "base_url = \"http://127.0.0.1:{public}\"\ndatabase = \"gates.db\"\nmax_connections = 4096\n\
             [[realm]]\ncatalog = \"orders.toml\"\n[[realm.api]]\ndefault = true\nurl = \"https://api.example.com\"\n\
             upstream = \"http://{}\"\n[[realm.api.pass]]\nno_token = true\npaths = [\"/companies\"]\n\
             [[realm.api]]\nname = \"limited\"\nurl = \"https://limited.example.com\"\n\
             [[realm.api.limit]]\nper = \"client\"\ncalls = 1000000\nwithin = \"1s\"\n\
             [[realm.api.limit]]\nper = \"token\"\ncalls = 1000000\nwithin = \"60s\"\n\
             [[listener]]\naddress = \"127.0.0.1:{public}\"\n\
             [[listener]]\naddress = \"127.0.0.1:{gate}\"\nserves = [\"gate\"]\n\
             [[listener]]\naddress = \"127.0.0.1:{proxy}\"\nserves = [\"proxy\"]\n",
            floor.address
        );
        std::fs::write(folder.join("gates.toml"), configuration).map_err(text)?;
        std::fs::write(folder.join("orders.toml"), CATALOG).map_err(text)?;
        let said = |arguments: &str| said(&scopegate, &folder, arguments);
        said("migrate")?;
        said("organisation add orders firma --name Firma")?;
        let client = "client add orders load --name Load --maker Us --scope * --organisation firma";
        let secret = said(client)?;
        let secret = secret.split_whitespace().next_back().unwrap_or_default();
        let mut serve = Command::new(&scopegate);
        serve
            .args(["serve", "--config", "gates.toml"])
            .current_dir(&folder);
        let server = Server::start(&mut serve)?;
        let pair = BASE64_STANDARD.encode(format!("load:{secret}"));
        let client = format!("Authorization: Basic {pair}\r\n");
        let mut connection = Connection::open(&format!("127.0.0.1:{public}")).await?;
        let mut tokens = Vec::new();
        for scope in [
            "orders%3Aread",
            "orders%3Awrite",
            "orders%3Aread&resource=https%3A%2F%2Flimited.example.com",
        ] {
            let form = format!("grant_type=client_credentials&scope={scope}");
            let asked = post("/orders/oauth/token", &client, &form);
            let token = connection.send(&asked).await?.member("access_token")?;
            tokens.push(format!("Authorization: Bearer {token}\r\n"));
        }
        let nginx = start_nginx(&folder, nginx, &floor.address).await?;
        let limited = tokens.pop().unwrap_or_default();
        let less = tokens.pop().unwrap_or_default();
        Ok(Self {
            server,
            floor,
            nginx,
            folder,
            gate,
            proxy,
            token: tokens.pop().unwrap_or_default(),
            less,
            limited,
        })
    }

    pub fn resident_mib(&self) -> Result<f64, String> {
        self.server.resident_mib()
    }

    /// What nginx asks for each call, of headers that browsers and apps send.
    fn asks(&self, token: &str) -> String {
        format!(
            "X-Original-Method: GET\r\nX-Original-URI: {CALL}\r\nX-Original-Host: api.example.com\r\n\
             User-Agent: app/1.0\r\nAccept: application/json\r\n{token}"
        )
    }

    pub fn forward_auth(&self) -> Row<'_> {
        self.row(
            Some(self.gate),
            get("/orders/api/forward-auth/nginx", &self.asks(&self.token)),
            204,
        )
        .named(
            "forward-auth, permitted",
            Some((FLOOR_OF_HEADERS, "1.6")),
            "",
        )
    }

    pub fn proxied(&self) -> Row<'_> {
        self.row(Some(self.proxy), get(CALL, &self.call(&self.token)), 200)
            .named("proxy", Some((UNCHECKED, "1.3")), "")
    }

    pub fn rows(&self) -> Vec<Row<'_>> {
        let asks = self.asks(&self.token);
        let denied = get("/orders/api/forward-auth/nginx", &self.asks(&self.less));
        let envoy = |path: &str| {
            get(
                &format!("/orders/api/{path}{CALL}"),
                &self.call(&self.token),
            )
        };
        let mut rows = vec![
            self.row(None, get("/headers", &asks), 204)
                .named(FLOOR_OF_HEADERS, None, ""),
            self.forward_auth(),
            self.row(Some(self.gate), denied, 403).named(
                "forward-auth, denied",
                Some((FLOOR_OF_HEADERS, "")),
                "",
            ),
            self.row(
                Some(self.gate),
                get(
                    "/orders/limited/forward-auth/nginx",
                    &self.asks(&self.limited),
                ),
                204,
            )
            .named(
                "forward-auth, with two limits",
                Some((FLOOR_OF_HEADERS, "")),
                "",
            ),
            self.row(Some(self.gate), envoy("ext-authz"), 200).named(
                "ext_authz over HTTP",
                Some((FLOOR_OF_HEADERS, "")),
                "30 µs",
            ),
            self.by_grpc(),
            self.row(Some(self.proxy), get(CALL, &self.call("")), 200)
                .named(UNCHECKED, None, ""),
            self.proxied(),
        ];
        if let Some(nginx) = &self.nginx {
            rows.push(Row {
                what: "nginx, passing on alone",
                server: nginx,
                address: nginx.address.clone(),
                request: Asked::Http(get(CALL, &self.call(&self.token))),
                status: 200,
                beside: Some((UNCHECKED, "")),
                goal: "",
            });
        }
        rows
    }

    /// As Envoy asks, of the same headers.
    fn by_grpc(&self) -> Row<'_> {
        let bearer = self.token.trim_end();
        let (_, bearer) = bearer.split_once(": ").unwrap_or_default();
        let headers = [
            ("user-agent", "app/1.0"),
            ("accept", "application/json"),
            ("authorization", bearer),
        ];
        let question = grpc::question(CALL, &headers, "orders/api");
        let row = self.row(Some(self.gate), Vec::new(), 200);
        let row = row.named("ext_authz by gRPC", Some((FLOOR_OF_HEADERS, "")), "30 µs");
        Row {
            request: Asked::Grpc(question),
            ..row
        }
    }

    /// To the API, straight and through what stands before it.
    pub fn ways(&self) -> Vec<Row<'_>> {
        let straight = self.row(None, get(CALL, &self.call(&self.token)), 200);
        let mut ways = vec![straight.named("the API itself", None, "")];
        ways.extend(
            self.rows()
                .into_iter()
                .rev()
                .take_while(|row| row.status == 200)
                .filter(|row| !row.what.starts_with("ext_authz")),
        );
        ways
    }

    fn call(&self, token: &str) -> String {
        format!("User-Agent: app/1.0\r\nAccept: application/json\r\n{token}")
    }

    fn row(&self, port: Option<u16>, request: Vec<u8>, status: u16) -> Row<'_> {
        let (server, address) = match port {
            Some(port) => (&self.server, format!("127.0.0.1:{port}")),
            None => (&self.floor, self.floor.address.clone()),
        };
        Row {
            what: "",
            server,
            address,
            request: Asked::Http(request),
            status,
            beside: None,
            goal: "",
        }
    }
}

const FLOOR_OF_HEADERS: &str = "floor: 204 with as many headers";
const UNCHECKED: &str = "proxy, without checks";

impl<'p> Row<'p> {
    fn named(
        self,
        what: &'static str,
        beside: Option<(&'static str, &'static str)>,
        goal: &'static str,
    ) -> Self {
        Self {
            what,
            beside,
            goal,
            ..self
        }
    }
}

fn said(scopegate: &Path, folder: &Path, arguments: &str) -> Result<String, String> {
    let mut command = Command::new(scopegate);
    command
        .args(arguments.split(' '))
        .args(["--config", "gates.toml"]);
    let output = command.current_dir(folder).output();
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{arguments:?}: {said}"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn free_ports() -> Result<[u16; 4], String> {
    let bind = |_| {
        TcpListener::bind("127.0.0.1:0").and_then(|listener| {
            let port = listener.local_addr()?.port();
            Ok((listener, port))
        })
    };
    let all: Vec<(TcpListener, u16)> = (0..4)
        .map(bind)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    let ports: Vec<u16> = all.iter().map(|(_, port)| *port).collect();
    ports.try_into().map_err(|_| "four ports".to_owned())
}

/// nginx that passes on and does nothing else, in one process, if there is one on this machine.
async fn start_nginx(folder: &Path, port: u16, api: &str) -> Result<Option<Server>, String> {
    let program = "/usr/sbin/nginx";
    if !Path::new(program).exists() {
        return Ok(None);
    }
    let at = |name: &str| folder.join(name).display().to_string();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {};\n", at(kind)))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log {};\nevents {{}}\nhttp {{\naccess_log off;\n\
         keepalive_requests 100000000;\n{temporary}upstream api {{ server {api}; keepalive 64; }}\n\
         server {{\nlisten 127.0.0.1:{port};\nlocation / {{\nproxy_pass http://api;\nproxy_http_version 1.1;\n\
         proxy_set_header Connection \"\";\nproxy_set_header Host $http_host;\n}}\n}}\n}}\n",
        at("nginx.pid"),
        at("nginx.log")
    );
    std::fs::write(at("nginx.conf"), text).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command
        .args(["-e", &at("nginx.log"), "-c", &at("nginx.conf")])
        .stderr(Stdio::inherit());
    let address = format!("127.0.0.1:{port}");
    let server = Server::start_at(&mut command, &address)?;
    for _ in 0..100 {
        if Connection::open(&address).await.is_ok() {
            return Ok(Some(server));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("nginx does not listen".to_owned())
}
