//! Load on the release binary beside its floors, in one run. The stable figure is the
//! server's CPU time per request; rates depend on what else the machine does.
//!
//! usage: `bench SCOPEGATE FLOOR [SECONDS]`: paths of the two programs, seconds per figure in all.

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

mod http;
mod journey;
mod process;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use http::{Connection, post};
use journey::Journey;
use process::Server;

/// Connections that ask at the same time.
const CONNECTIONS: usize = 32;

#[tokio::main]
async fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: bench SCOPEGATE FLOOR [SECONDS]";
    let scopegate = PathBuf::from(arguments.next().ok_or(usage)?);
    let floor = PathBuf::from(arguments.next().ok_or(usage)?);
    let seconds: u64 = arguments
        .next()
        .map_or(Ok(5), |text| text.parse())
        .map_err(|_| usage)?;
    let window = Duration::from_secs(seconds);

    let data = std::env::temp_dir().join(format!("scopegate-bench-{}", std::process::id()));
    let mut demo = Command::new(&scopegate);
    demo.args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data);
    // The first start settles the sample people; the second finds a database.
    drop(Server::start(&mut demo)?);
    let begun = Instant::now();
    let server = Server::start(&mut demo)?;
    Connection::open(&server.address)
        .await?
        .send(&http::get("/demo.json", ""))
        .await?;
    let start = begun.elapsed();

    let floor = Server::start(&mut Command::new(floor))?;
    let journey = Journey::prepare(&scopegate, &data, &server.address).await?;
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        taken.push(Figures::take(&floor, &server, &journey, window / ROUNDS).await?);
    }
    let memory = server.resident_mib()?;
    drop(server);
    // Left-overs of a temporary directory harm nobody.
    let _ = std::fs::remove_dir_all(&data);

    println!(
        "| what | CPU per request | requests per second | beside its floor | lowest to highest |"
    );
    println!("|---|---|---|---|---|");
    let row = |what, of: fn(&Figures) -> Figure| {
        println!("| {what} | {} | | |", median(&taken, of));
    };
    let beside = |what, of: fn(&Figures) -> Figure, floor: fn(&Figures) -> Figure| {
        println!(
            "| {what} | {} | {} |",
            median(&taken, of),
            ratio(&taken, of, floor)
        );
    };
    row("floor: fixed JSON answer", |round| round.plain);
    row("floor: form, Basic, hash, random", |round| round.form);
    row("floor: one ES256 signature", |round| round.signed);
    let opaque = "`client_credentials`, opaque";
    beside(opaque, |round| round.opaque, |round| round.plain);
    beside(
        "the same, beside the form",
        |round| round.opaque,
        |round| round.form,
    );
    let jwt = "`client_credentials`, JWT (ES256)";
    beside(jwt, |round| round.jwt, |round| round.signed);
    beside(
        "introspection",
        |round| round.introspection,
        |round| round.plain,
    );
    let same = "the same, beside the form";
    beside(same, |round| round.introspection, |round| round.form);
    row("code flow (authorize, code, token)", |round| {
        round.code_flow
    });
    row("refresh with rotation", |round| round.refresh);
    println!(
        "\nstart to first answer on an existing database: {} ms",
        start.as_millis()
    );
    println!("resident memory after the run: {memory:.0} MiB");
    Ok(())
}

/// Each figure is the median of so many, taken in turn: what else the machine does changes
/// from second to second, and a figure and its floor have to meet the same.
const ROUNDS: u32 = 5;

/// One round of all figures.
struct Figures {
    plain: Figure,
    form: Figure,
    signed: Figure,
    opaque: Figure,
    jwt: Figure,
    introspection: Figure,
    code_flow: Figure,
    refresh: Figure,
}

impl Figures {
    async fn take(
        floor: &Server,
        server: &Server,
        journey: &Journey,
        window: Duration,
    ) -> Result<Self, String> {
        let same = |request: Vec<u8>| move |_| -> Made { Ok(Box::new(Same(request.clone()))) };
        let client = journey::basic("client-7", "secret-7");
        let grant = "grant_type=client_credentials&scope=invoices%3Aread";
        let refresh_tokens = journey.refresh_tokens(&server.address, CONNECTIONS).await?;
        Ok(Self {
            plain: measure(floor, window, same(post("/plain", "", "grant_type=x"))).await?,
            form: measure(floor, window, same(post("/form", &client, grant))).await?,
            opaque: measure(server, window, same(journey.opaque.clone())).await?,
            introspection: measure(server, window, same(journey.introspection.clone())).await?,
            signed: measure(floor, window, same(post("/signed", "", "grant_type=x"))).await?,
            jwt: measure(server, window, same(journey.jwt.clone())).await?,
            code_flow: measure(server, window, |_| Ok(Box::new(journey.code_flow()))).await?,
            refresh: measure(server, window, |number| {
                let token = refresh_tokens.get(number).ok_or("too few refresh tokens")?;
                Ok(Box::new(journey.refresh(token)))
            })
            .await?,
        })
    }
}

/// The median by CPU time, as two cells of the table.
fn median(taken: &[Figures], of: fn(&Figures) -> Figure) -> String {
    let mut figures: Vec<Figure> = taken.iter().map(of).collect();
    figures.sort_by_key(|figure| figure.cpu);
    figures
        .get(figures.len() / 2)
        .map_or_else(String::new, |figure| {
            let micros = figure.cpu.as_secs_f64() * 1e6;
            format!("{micros:.1} µs | {:.0}", figure.rate)
        })
}

/// How many times its floor, as two cells: the median, and the lowest to the highest round.
fn ratio(taken: &[Figures], of: fn(&Figures) -> Figure, floor: fn(&Figures) -> Figure) -> String {
    let ratio = |round| of(round).cpu.as_secs_f64() / floor(round).cpu.as_secs_f64();
    let mut ratios: Vec<f64> = taken.iter().map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let at = |place: usize| ratios.get(place).copied().unwrap_or(f64::NAN);
    let last = ratios.len().saturating_sub(1);
    let (lowest, median, highest) = (at(0), at(ratios.len() / 2), at(last));
    format!("{median:.2} times | {lowest:.2} to {highest:.2}")
}

/// What one connection does over and over.
pub trait Steps: Send {
    /// One round on a connection; an error ends the run.
    fn round<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;
}

/// The same request each time, which must be answered with 200.
struct Same(Vec<u8>);

impl Steps for Same {
    fn round<'a>(
        &'a mut self,
        connection: &'a mut Connection,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async {
            let answer = connection.send(&self.0).await?;
            if answer.status == 200 {
                Ok(())
            } else {
                Err(format!("answered {}: {}", answer.status, answer.body))
            }
        })
    }
}

/// CPU time per round and rounds per second.
#[derive(Clone, Copy)]
struct Figure {
    cpu: Duration,
    rate: f64,
}

/// Warms up for a tenth of the window, then counts.
async fn measure<F>(server: &Server, window: Duration, steps: F) -> Result<Figure, String>
where
    F: Fn(usize) -> Made,
{
    let mut makers = Vec::new();
    for number in 0..CONNECTIONS {
        makers.push((Connection::open(&server.address).await?, steps(number)?));
    }
    let mut ready = run(makers, window / 10).await?.0;
    let before = server.cpu_time()?;
    let begun = Instant::now();
    let (back, rounds) = run(std::mem::take(&mut ready), window).await?;
    drop(back);
    let elapsed = begun.elapsed();
    let cpu = server.cpu_time()?.saturating_sub(before);
    let rounds = u32::try_from(rounds.max(1)).map_err(|_| "too many rounds")?;
    Ok(Figure {
        cpu: cpu / rounds,
        rate: f64::from(rounds) / elapsed.as_secs_f64(),
    })
}

/// The steps of one connection.
type Made = Result<Box<dyn Steps>, String>;

type Worker = (Connection, Box<dyn Steps>);

async fn run(workers: Vec<Worker>, window: Duration) -> Result<(Vec<Worker>, u64), String> {
    let end = Instant::now() + window;
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|(mut connection, mut steps)| {
            tokio::spawn(async move {
                let mut rounds = 0_u64;
                while Instant::now() < end {
                    steps.round(&mut connection).await?;
                    rounds += 1;
                }
                Ok::<_, String>(((connection, steps), rounds))
            })
        })
        .collect();
    let mut back = Vec::new();
    let mut total = 0;
    for task in tasks {
        let (worker, rounds) = task.await.map_err(|error| error.to_string())??;
        back.push(worker);
        total += rounds;
    }
    Ok((back, total))
}
