//! What grows with a catalog, on generated ones: start, memory, the reference of scopes, and tokens beside
//! its readers.
//!
//! usage: `size SCOPEGATE [SECONDS]`: path of the program, seconds for each figure of tokens.

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

#[path = "../http.rs"]
#[allow(dead_code, reason = "the load run uses the rest")]
mod http;
#[path = "../../../crates/server/tests/support/many.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod many;
#[path = "../process.rs"]
mod process;
#[path = "../../../crates/scope/tests/support/small_catalog.rs"]
mod small_catalog;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{Connection, get, post};
use process::Server;

/// Scopes, and calls beside two for each resource.
const SIZES: [(usize, usize); 5] = [(14, 0), (122, 0), (500, 0), (1_000, 0), (740, 10_000)];
/// Figures are the median of so many, from the lowest to the highest.
const ROUNDS: usize = 5;
const READERS: u32 = 8;
/// Pages that are looked for, each in words of its own.
const SEARCHES: u32 = 40;

#[tokio::main]
async fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: size SCOPEGATE [SECONDS]";
    let first = arguments.next().ok_or(usage)?;
    if first == READ {
        return read_for(arguments.collect()).await;
    }
    // It runs in folders of its own.
    let scopegate = std::fs::canonicalize(first);
    let scopegate = scopegate.map_err(|error| error.to_string())?;
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse());
    let window = Duration::from_secs(seconds.map_err(|_| usage)?);

    println!(
        "| scopes | endpoints | start | with sandbox | memory | with sandbox | pages | heaviest | compressed | \
         CPU of the first | of one searched | of one kept | of a 304 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut largest = None;
    for (scopes, calls) in SIZES {
        let site = Site::make(&scopegate, scopes, calls)?;
        println!("{}", site.row().await?);
        largest = Some(site);
    }
    if let Some(site) = largest {
        site.tokens_beside_readers(window / ROUNDS as u32).await?;
    }
    Ok(())
}

/// A server's files, on a generated catalog.
struct Site {
    scopegate: PathBuf,
    folder: PathBuf,
    scopes: usize,
    endpoints: usize,
    /// The id and secret of a client, as HTTP Basic.
    client: String,
}

impl Drop for Site {
    fn drop(&mut self) {
        // Left-overs of a temporary folder harm nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    fn make(scopegate: &Path, scopes: usize, calls: usize) -> Result<Self, String> {
        let name = format!("scopegate-size-{}-{scopes}-{calls}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let catalog = many::with_calls(many::catalog(scopes), scopes, calls);
        let catalog = catalog.kind("machine", &["client_credentials"]);
        let write = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).map_err(|error| error.to_string())
        };
        write("many.toml", &catalog.text())?;
        for (name, sandbox) in [("plain.toml", false), ("sandbox.toml", true)] {
            let text = format!(
                "listen = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1\"\ndatabase = \"many.db\"\n\
                 [[realm]]\ncatalog = \"many.toml\"\nsandbox = {sandbox}\n\
                 [limits]\ntoken_per_client = \"none\"\ntoken_per_address = \"none\"\n"
            );
            write(name, &text)?;
        }
        let mut site = Self {
            scopegate: scopegate.to_owned(),
            folder,
            scopes,
            endpoints: scopes + calls,
            client: String::new(),
        };
        site.said(&["migrate"])?;
        site.said(&["organisation", "add", "many", "firma", "--name", "Firma"])?;
        let client = "client add many load --name Load --maker Us --kind machine --organisation firma --scope *";
        let said = site.said(&client.split(' ').collect::<Vec<_>>())?;
        let secret = said.split_whitespace().next_back().unwrap_or_default();
        let pair = BASE64_STANDARD.encode(format!("load:{secret}"));
        site.client = format!("Authorization: Basic {pair}\r\n");
        Ok(site)
    }

    fn said(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.scopegate);
        command.args(arguments).args(["--config", "plain.toml"]);
        let output = command.current_dir(&self.folder).output();
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{arguments:?}: {said}"));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A server, and how long it took to its first answer.
    async fn start(&self, configuration: &str) -> Result<(Server, Duration), String> {
        let mut command = Command::new(&self.scopegate);
        command.args(["serve", "--config", configuration]);
        let begun = Instant::now();
        let server = Server::start(command.current_dir(&self.folder))?;
        let mut connection = Connection::open(&server.address).await?;
        let metadata = "/many/.well-known/oauth-authorization-server";
        connection.send(&get(metadata, "")).await?;
        Ok((server, begun.elapsed()))
    }

    async fn row(&self) -> Result<String, String> {
        let mut cells = vec![self.scopes.to_string(), self.endpoints.to_string()];
        let mut memory = Vec::new();
        for configuration in ["plain.toml", "sandbox.toml"] {
            let (mut starts, mut resident) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let (server, start) = self.start(configuration).await?;
                starts.push(start.as_secs_f64() * 1e3);
                resident.push(server.resident_mib()?);
            }
            cells.push(spread(starts, "ms"));
            memory.push(spread(resident, "MiB"));
        }
        cells.append(&mut memory);
        let (server, _) = self.start("plain.toml").await?;
        cells.extend(pages(&server).await?);
        Ok(format!("| {} |", cells.join(" | ")))
    }

    /// The 99th percentile of how long a token takes, alone and beside readers, in turns.
    async fn tokens_beside_readers(&self, window: Duration) -> Result<(), String> {
        let (server, _) = self.start("plain.toml").await?;
        let form = format!("grant_type=client_credentials&scope={}", many::names(1));
        let token = post("/many/oauth/token", &self.client, &form);
        let (mut alone, mut beside, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let mut pages = 0;
        for _ in 0..ROUNDS {
            let idle = slowest_of_a_hundred(&server, &token, window).await?;
            // A process of its own that takes only what is left: what they do with a page is not measured.
            let itself = std::env::current_exe().map_err(|error| error.to_string())?;
            let milliseconds = (window + window / 5).as_millis().to_string();
            let mut readers = Command::new("chrt");
            readers.args(["--idle", "0"]).arg(itself);
            readers.args([READ, &server.address, &milliseconds]);
            let readers = readers.stdout(Stdio::piped()).spawn();
            let readers = readers.map_err(|error| error.to_string())?;
            tokio::time::sleep(window / 10).await;
            let busy = slowest_of_a_hundred(&server, &token, window).await?;
            let read = readers
                .wait_with_output()
                .map_err(|error| error.to_string())?;
            let read = String::from_utf8_lossy(&read.stdout);
            pages += read.trim().parse::<u64>().map_err(|_| "readers failed")?;
            alone.push(idle.as_secs_f64() * 1e6);
            beside.push(busy.as_secs_f64() * 1e6);
            ratios.push(busy.as_secs_f64() / idle.as_secs_f64());
        }
        println!("\nA token, 99th percentile: alone {}", spread(alone, "µs"));
        println!(
            "beside {READERS} readers of {} endpoints, {pages} pages: {}, {} as long",
            self.endpoints,
            spread(beside, "µs"),
            spread(ratios, "times")
        );
        Ok(())
    }
}

/// What the reference costs.
async fn pages(server: &Server) -> Result<Vec<String>, String> {
    let mut connection = Connection::open(&server.address).await?;
    let before = server.cpu_time()?;
    connection.send(&get("/many/scopes", GZIP)).await?;
    let first = server.cpu_time()?.saturating_sub(before);
    let (mut count, mut heaviest, mut compressed) = (0, 0, 0);
    let mut next = Some(String::from("/many/scopes"));
    let mut tag = String::new();
    while let Some(place) = next {
        let sent = connection.send(&get(&place, GZIP)).await?;
        compressed = compressed.max(length(&sent));
        sent.header("etag").unwrap_or_default().clone_into(&mut tag);
        let page = connection.send(&get(&place, "")).await?;
        (count, heaviest) = (count + 1, heaviest.max(length(&page)));
        next = page
            .body
            .split("\" rel=\"next\"")
            .next()
            .and_then(|before| {
                let link = before.rsplit("href=\"").next()?;
                page.body
                    .contains("rel=\"next\"")
                    .then(|| link.replace("&#38;", "&"))
            });
    }
    let before = server.cpu_time()?;
    for number in 0..SEARCHES {
        connection.send(&get(&search(number), GZIP)).await?;
    }
    let searched = server.cpu_time()?.saturating_sub(before) / SEARCHES;
    let kept = cost(server, &mut connection, &get("/many/scopes", GZIP)).await?;
    let known = format!("{GZIP}If-None-Match: {tag}\r\n");
    let known = cost(server, &mut connection, &get("/many/scopes", &known)).await?;
    Ok(vec![
        count.to_string(),
        format!("{:.0} kB", f64::from(heaviest) / 1e3),
        format!("{:.0} kB", f64::from(compressed) / 1e3),
        format!("{} ms", first.as_millis()),
        format!("{:.1} ms", searched.as_secs_f64() * 1e3),
        format!("{:.0} µs", kept.as_secs_f64() * 1e6),
        format!("{:.0} µs", known.as_secs_f64() * 1e6),
    ])
}

const GZIP: &str = "Accept-Encoding: gzip\r\n";

/// The CPU time of one of many.
async fn cost(
    server: &Server,
    connection: &mut Connection,
    request: &[u8],
) -> Result<Duration, String> {
    const MANY: u32 = 5_000;
    let before = server.cpu_time()?;
    for _ in 0..MANY {
        connection.send(request).await?;
    }
    Ok(server.cpu_time()?.saturating_sub(before) / MANY)
}

fn length(answer: &http::Answer) -> u32 {
    let length = answer.header("content-length");
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// What nobody looked for before, and much of it is found.
fn search(number: u32) -> String {
    format!(
        "/many/scopes?q=record+{}&page={}",
        number % 10,
        number % 7 + 1
    )
}

/// The argument that makes a process of readers.
const READ: &str = "read";

/// All readers at a server for so many milliseconds; says how many pages they read.
async fn read_for(arguments: Vec<String>) -> Result<(), String> {
    let [address, milliseconds] = &arguments[..] else {
        return Err("usage: size read ADDRESS MILLISECONDS".to_owned());
    };
    let milliseconds = milliseconds.parse().map_err(|_| "no number")?;
    let end = Instant::now() + Duration::from_millis(milliseconds);
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let address = address.clone();
            tokio::spawn(async move { read_until(&address, reader, end).await })
        })
        .collect();
    let mut pages = 0;
    for reader in readers {
        pages += reader.await.map_err(|error| error.to_string())??;
    }
    println!("{pages}");
    Ok(())
}

/// Pages of everything and what is looked for, in turn, one behind the other.
async fn read_until(address: &str, reader: u32, end: Instant) -> Result<u64, String> {
    let mut connection = Connection::open(address).await?;
    let mut pages = 0;
    while Instant::now() < end {
        let number = u32::try_from(pages).unwrap_or(0) * 7 + reader;
        let place = match pages % 2 {
            0 => search(number),
            _ => format!("/many/scopes?page={}", number % 20 + 1),
        };
        let answer = connection.send(&get(&place, GZIP)).await?;
        if answer.status != 200 {
            return Err(format!("{place} answered {}", answer.status));
        }
        pages += 1;
    }
    Ok(pages)
}

async fn slowest_of_a_hundred(
    server: &Server,
    request: &[u8],
    window: Duration,
) -> Result<Duration, String> {
    let mut connection = Connection::open(&server.address).await?;
    let mut taken = Vec::new();
    let end = Instant::now() + window;
    while Instant::now() < end {
        let begun = Instant::now();
        let answer = connection.send(request).await?;
        taken.push(begun.elapsed());
        if answer.status != 200 {
            return Err(format!("answered {}: {}", answer.status, answer.body));
        }
    }
    taken.sort_unstable();
    let place = taken.len() * 99 / 100;
    taken
        .get(place)
        .copied()
        .ok_or_else(|| "no token".to_owned())
}

/// The median, and the lowest to the highest.
fn spread(mut figures: Vec<f64>, unit: &str) -> String {
    figures.sort_by(f64::total_cmp);
    let at = |place: usize| figures.get(place).copied().unwrap_or(f64::NAN);
    let (lowest, highest) = (at(0), at(figures.len().saturating_sub(1)));
    let digits = usize::from(highest < 10.0);
    let median = at(figures.len() / 2);
    format!("{median:.digits$} {unit} ({lowest:.digits$} to {highest:.digits$})")
}
