//! The requests of the load run, prepared against a running demo: the Bokio realm, where one person
//! may have connected an app many times, and an app with one scope it cannot do without:
//! whose all-or-nothing consent needs no choices.

use std::path::Path;
use std::process::Command;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::Value;

use crate::Steps;
use crate::http::{Answer, Connection, get, post};

const REALM: &str = "bokio";
const APP: &str = "betalfix";
const MACHINE: &str = "betalfix";
const ORGANISATION: &str = "exempel-ab";
const VERIFIER: &str = "a-code-verifier-of-the-load-run-0123456789abcdef";
const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A9999%2Fcallback";

/// The prepared requests.
pub struct Journey {
    /// `client_credentials` with an opaque access token.
    pub opaque: Vec<u8>,
    /// `client_credentials` with a JWT access token.
    pub jwt: Vec<u8>,
    /// Introspection of an opaque access token.
    pub introspection: Vec<u8>,
    authorize: Vec<u8>,
    app: String,
}

impl Journey {
    /// Registers a client for JWTs, signs in, consents once.
    pub async fn prepare(scopegate: &Path, data: &Path, address: &str) -> Result<Self, String> {
        let mut connection = Connection::open(address).await?;
        let demo = connection.send(&get("/demo.json", "")).await?;
        let demo: Value = serde_json::from_str(&demo.body).map_err(|error| error.to_string())?;
        let realm = demo
            .pointer(&format!("/realms/{REALM}"))
            .ok_or("no realm")?;
        let app = basic(APP, &secret_of(realm, APP)?);
        let machine = basic(MACHINE, &secret_of(realm, MACHINE)?);
        let introspector = basic(
            &text(realm, "/introspector/client_id")?,
            &text(realm, "/introspector/client_secret")?,
        );

        let token_path = format!("/{REALM}/oauth/token");
        let form = "grant_type=client_credentials&scope=invoices%3Aread";
        let opaque = post(&token_path, &machine, form);
        let token = connection.send(&opaque).await?.member("access_token")?;
        let introspection = post(
            &format!("/{REALM}/oauth/introspect"),
            &introspector,
            &format!("token={token}"),
        );
        let jwt_client = basic("load-jwt", &register_jwt_client(scopegate, data)?);
        let jwt = post(&token_path, &jwt_client, form);

        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
        let authorize_path = format!(
            "/{REALM}/oauth/authorize?response_type=code&client_id={APP}&redirect_uri={REDIRECT}&state=x&organisation={ORGANISATION}&scope=invoices%3Aread&code_challenge={challenge}&code_challenge_method=S256"
        );
        let cookie = sign_in(&mut connection, address, realm).await?;
        let browser = format!("Cookie: {cookie}\r\nOrigin: http://{address}\r\n");
        let asked = get(&authorize_path, &format!("Cookie: {cookie}\r\n"));
        let asked = connection.send(&asked).await?;
        let page = asked.header("location").ok_or("no page that asks")?;
        let own = asked.header("set-cookie").unwrap_or_default();
        let own = own.split(';').next().unwrap_or_default();
        let cookies = format!("Cookie: {own}\r\n{browser}");
        let seen = connection.send(&get(page, &cookies)).await?;
        let shown = shown_by(&seen.body)?;
        let consent = post(
            page,
            &cookies,
            &format!("decision=allow&allow=invoices%3Aread&shown={shown}"),
        );
        let decided = connection.send(&consent).await?;
        code_of(&decided)?;
        Ok(Self {
            opaque,
            jwt,
            introspection,
            authorize: get(&authorize_path, &format!("Cookie: {cookie}\r\n")),
            app,
        })
    }

    /// Authorize with the standing grant, take the code, redeem it.
    pub fn code_flow(&self) -> CodeFlow {
        CodeFlow {
            authorize: self.authorize.clone(),
            app: self.app.clone(),
        }
    }

    /// One refresh token for each connection.
    pub async fn refresh_tokens(&self, address: &str, count: usize) -> Result<Vec<String>, String> {
        let mut connection = Connection::open(address).await?;
        let mut tokens = Vec::new();
        for _ in 0..count {
            let answer = self.code_flow().once(&mut connection).await?;
            tokens.push(answer.member("refresh_token")?);
        }
        Ok(tokens)
    }

    /// Refreshes again and again, each time with the token of the last answer.
    pub fn refresh(&self, token: &str) -> Refresh {
        Refresh {
            app: self.app.clone(),
            token: token.to_owned(),
        }
    }
}

/// What the form of consent says it showed, as a value of a form.
fn shown_by(page: &str) -> Result<String, String> {
    let (_, rest) = page
        .split_once("name=\"shown\" value=\"")
        .ok_or("no form of consent")?;
    let (shown, _) = rest.split_once('"').ok_or("no end of the field")?;
    Ok(shown
        .replace('=', "%3D")
        .replace(':', "%3A")
        .replace(' ', "+"))
}

/// The whole code flow.
pub struct CodeFlow {
    authorize: Vec<u8>,
    app: String,
}

impl CodeFlow {
    async fn once(&self, connection: &mut Connection) -> Result<Answer, String> {
        let code = code_of(&connection.send(&self.authorize).await?)?;
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}"
        );
        connection
            .send(&post(&format!("/{REALM}/oauth/token"), &self.app, &form))
            .await
    }
}

impl Steps for CodeFlow {
    fn round<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async {
            let answer = self.once(connection).await?;
            answer.member("access_token").map(drop)
        })
    }
}

/// A chain of refreshes.
pub struct Refresh {
    app: String,
    token: String,
}

impl Steps for Refresh {
    fn round<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async {
            let form = format!("grant_type=refresh_token&refresh_token={}", self.token);
            let request = post(&format!("/{REALM}/oauth/token"), &self.app, &form);
            self.token = connection.send(&request).await?.member("refresh_token")?;
            Ok(())
        })
    }
}

async fn sign_in(
    connection: &mut Connection,
    address: &str,
    realm: &Value,
) -> Result<String, String> {
    let form = format!(
        "username={}&password={}&next=%2F{REALM}%2Faccount",
        text(realm, "/users/0/username")?,
        text(realm, "/users/0/password")?
    );
    let origin = format!("Origin: http://{address}\r\n");
    let answer = connection
        .send(&post(&format!("/{REALM}/login"), &origin, &form))
        .await?;
    answer
        .header("set-cookie")
        .and_then(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .ok_or_else(|| format!("no cookie: {} {}", answer.status, answer.body))
}

/// The command line registers it, as an operator would; its answer ends with the secret.
fn register_jwt_client(scopegate: &Path, data: &Path) -> Result<String, String> {
    let output = Command::new(scopegate)
        .args([
            "client", "add", REALM, "load-jwt", "--name", "Load", "--maker", "Load",
        ])
        .args([
            "--kind",
            "private-integration",
            "--organisation",
            ORGANISATION,
            "--token-format",
            "jwt",
        ])
        .args(["--scope", "invoices:read", "--data"])
        .arg(data)
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.split_whitespace()
        .next_back()
        .filter(|secret| secret.starts_with("sg_cs_"))
        .map(str::to_owned)
        .ok_or_else(|| {
            format!(
                "no secret in {said:?} {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
}

fn code_of(answer: &Answer) -> Result<String, String> {
    let onward = answer.header("refresh").or(answer.header("location"));
    onward
        .and_then(|location| {
            location
                .split(['?', '&'])
                .find_map(|pair| pair.strip_prefix("code="))
        })
        .map(str::to_owned)
        .ok_or_else(|| format!("no code: {} {onward:?}", answer.status))
}

fn secret_of(realm: &Value, client: &str) -> Result<String, String> {
    realm
        .get("clients")
        .and_then(Value::as_array)
        .and_then(|clients| {
            clients
                .iter()
                .find(|one| one.get("client_id").and_then(Value::as_str) == Some(client))?
                .get("client_secret")?
                .as_str()
        })
        .map(str::to_owned)
        .ok_or_else(|| format!("no secret of {client}"))
}

fn text(value: &Value, pointer: &str) -> Result<String, String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("no {pointer}"))
}

/// A header line with HTTP Basic.
pub fn basic(id: &str, secret: &str) -> String {
    format!(
        "Authorization: Basic {}\r\n",
        BASE64_STANDARD.encode(format!("{id}:{secret}"))
    )
}
