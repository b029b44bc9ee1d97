//! The page of consent for a request that names everything: CPU time of the release binary for each, and
//! what a browser receives.
//!
//! usage: `consent SCOPEGATE`

#[expect(dead_code, reason = "each program uses its own part")]
#[path = "../http.rs"]
mod http;
#[allow(dead_code, reason = "tests use the rest")]
#[path = "../../../crates/server/tests/support/many.rs"]
mod many;
#[expect(dead_code, reason = "each program uses its own part")]
#[path = "../process.rs"]
mod process;
#[path = "../../../crates/scope/tests/support/small_catalog.rs"]
mod small_catalog;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use http::{Connection, get, post};
use process::Server;
use serde_json::Value;

const APP: &str = "load";
const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A9999%2Fcallback";
/// How many scopes are asked for.
const SIZES: [usize; 3] = [122, 500, 1_000];
/// Each figure is the median of so many.
const ROUNDS: usize = 7;
/// Pages of a round: a hundredth of a second is what the system counts in.
const PAGES: u32 = 20;

#[tokio::main]
async fn main() -> Result<(), String> {
    let scopegate = std::env::args().nth(1).ok_or("usage: consent SCOPEGATE")?;
    println!("| consent to | CPU per page | lowest to highest | compressed |");
    println!("|---|---|---|---|");
    for scopes in SIZES {
        let data = std::env::temp_dir().join(format!("scopegate-consent-{}", std::process::id()));
        let taken = measure(Path::new(&scopegate), &data, scopes).await;
        // Left-overs of a temporary directory harm nobody.
        let _ = fs::remove_dir_all(&data);
        println!("| {scopes} scopes | {} |", taken?);
    }
    Ok(())
}

/// The cells of a row.
async fn measure(scopegate: &Path, data: &PathBuf, scopes: usize) -> Result<String, String> {
    fs::create_dir_all(data).map_err(told)?;
    let catalog = data.join("many.toml");
    fs::write(&catalog, many::catalog(scopes).text()).map_err(told)?;
    let mut demo = Command::new(scopegate);
    demo.args(["demo", "--listen", "127.0.0.1:0", "--catalog"])
        .arg(&catalog)
        .arg("--data")
        .arg(data.join("demo"));
    let server = Server::start(&mut demo)?;
    register(scopegate, &data.join("demo"))?;
    let mut connection = Connection::open(&server.address).await?;
    let page = page_of_everything(&mut connection, &server.address, scopes).await?;
    let mut taken = Vec::new();
    let mut sent = 0;
    for _ in 0..ROUNDS {
        let before = server.cpu_time()?;
        for _ in 0..PAGES {
            let answer = connection.send(&page).await?;
            if answer.status != 200 || answer.header("content-encoding") != Some("gzip") {
                return Err(format!("answered {}: {}", answer.status, answer.body));
            }
            let length = answer.header("content-length").ok_or("no length")?;
            sent = length.parse().map_err(told)?;
        }
        taken.push(server.cpu_time()?.saturating_sub(before) / PAGES);
    }
    taken.sort_unstable();
    let millis = |place: usize| {
        let figure = taken.get(place).copied().unwrap_or(Duration::ZERO);
        figure.as_secs_f64() * 1e3
    };
    let (lowest, median, highest) = (millis(0), millis(ROUNDS / 2), millis(ROUNDS - 1));
    let kilobytes = f64::from(u32::try_from(sent).unwrap_or(u32::MAX)) / 1e3;
    Ok(format!(
        "{median:.1} ms | {lowest:.1} to {highest:.1} ms | {kilobytes:.1} kB"
    ))
}

/// The request for the page, of a person who signed in.
async fn page_of_everything(
    connection: &mut Connection,
    address: &str,
    scopes: usize,
) -> Result<Vec<u8>, String> {
    let demo = connection.send(&get("/demo.json", "")).await?;
    let demo: Value = serde_json::from_str(&demo.body).map_err(told)?;
    let text = |pointer: &str| {
        let value = demo.pointer(&format!("/realms/many{pointer}"));
        let value = value.and_then(Value::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| format!("no {pointer}"))
    };
    let sign_in = format!(
        "username={}&password={}&next=%2Fmany%2Faccount",
        text("/users/0/username")?,
        text("/users/0/password")?
    );
    let origin = format!("Origin: http://{address}\r\n");
    let signed_in = connection
        .send(&post("/many/login", &origin, &sign_in))
        .await?;
    let cookie = |answer: &http::Answer| -> Option<String> {
        Some(answer.header("set-cookie")?.split(';').next()?.to_owned())
    };
    let session = cookie(&signed_in).ok_or("nobody is signed in")?;
    // It fits into no address, so the page behind the redirect is asked for with the session.
    let request = format!(
        "response_type=code&client_id={APP}&redirect_uri={REDIRECT}&state=x&organisation={}&scope={}\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        text("/users/0/organisations/0/id")?,
        many::names(scopes).replace(':', "%3A").replace(' ', "+"),
    );
    let asked = connection
        .send(&post("/many/oauth/authorize", "", &request))
        .await?;
    let page = asked.header("location").ok_or("no page that asks")?;
    let cookies = format!("Cookie: {session}\r\n");
    let seen = connection.send(&get(page, &cookies)).await?;
    let own = cookie(&seen).map_or_else(String::new, |own| format!("; {own}"));
    let headers = format!("Cookie: {session}{own}\r\nAccept-Encoding: gzip\r\n");
    Ok(get(page, &headers))
}

/// The apps of a demo may not ask for so much: an operator registers one that may.
fn register(scopegate: &Path, data: &Path) -> Result<(), String> {
    let told_so = Command::new(scopegate)
        .args(["client", "add", "many", APP, "--name", "Load", "--maker"])
        .args(["Load", "--scope", "*", "--redirect-uri"])
        .args(["http://127.0.0.1:9999/callback", "--data"])
        .arg(data)
        .output()
        .map_err(told)?;
    match told_so.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&told_so.stderr).into_owned()),
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
