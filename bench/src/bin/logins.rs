//! CPU time of a sign-in, nearly all of it argon2, on the release binary's demo.
//!
//! usage: `logins SCOPEGATE [COUNT]`: path of the program, sign-ins in all (100).

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

#[path = "../http.rs"]
#[allow(dead_code, reason = "the load run uses the rest")]
mod http;
#[path = "../process.rs"]
mod process;

use std::process::Command;
use std::time::Instant;

use http::{Connection, get, post};
use process::Server;

/// Browsers that sign in at the same time.
const TOGETHER: usize = 4;

#[tokio::main]
async fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: logins SCOPEGATE [COUNT]";
    let scopegate = arguments.next().ok_or(usage)?;
    let count = arguments.next().map_or(Ok(100), |text| text.parse::<u32>());
    let each = count.map_err(|_| usage)? / TOGETHER as u32;
    let server = Server::start(Command::new(scopegate).args(["demo", "--listen", "127.0.0.1:0"]))?;

    let mut connection = Connection::open(&server.address).await?;
    let demo = connection.send(&get("/demo.json", "")).await?;
    let demo: serde_json::Value =
        serde_json::from_str(&demo.body).map_err(|error| error.to_string())?;
    let text = |name: &str| {
        let found = demo.pointer(&format!("/realms/bexio/users/0/{name}"));
        found.and_then(|value| value.as_str()).ok_or("no person")
    };
    let form = format!(
        "username={}&password={}",
        text("username")?,
        text("password")?
    );
    let origin = format!("Origin: http://{}\r\n", server.address);
    let request = post("/bexio/login", &origin, &form);

    let (begun, before) = (Instant::now(), server.cpu_time()?);
    let browsers = (0..TOGETHER).map(|_| {
        let (request, address) = (request.clone(), server.address.clone());
        tokio::spawn(async move {
            let mut connection = Connection::open(&address).await?;
            for _ in 0..each {
                let answer = connection.send(&request).await?;
                if answer.status != 303 {
                    return Err(format!("answered {}: {}", answer.status, answer.body));
                }
            }
            Ok(())
        })
    });
    for browser in browsers.collect::<Vec<_>>() {
        browser.await.map_err(|error| error.to_string())??;
    }
    let total = each * TOGETHER as u32;
    let cpu = server.cpu_time()?.saturating_sub(before) / total;
    let rate = f64::from(total) / begun.elapsed().as_secs_f64();
    println!(
        "sign-in: {:.1} ms CPU, {rate:.0} a second",
        cpu.as_secs_f64() * 1e3
    );
    println!("resident memory: {:.0} MiB", server.resident_mib()?);
    Ok(())
}
