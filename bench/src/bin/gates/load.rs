//! Load: as much as there can be, and so much that is asked for.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::grpc::Line;
use crate::http::Connection;
use crate::process::Server;

/// Connections that ask at the same time.
const CONNECTIONS: u32 = 32;

/// A request that is made over and over, and whose time is counted.
pub struct Row<'p> {
    pub what: &'static str,
    pub server: &'p Server,
    pub address: String,
    pub request: Asked,
    pub status: u16,
    /// What it is held against, and at most how many times of it.
    pub beside: Option<(&'static str, &'static str)>,
    pub goal: &'static str,
}

/// What is asked, as it goes over the connection.
#[derive(Clone)]
pub enum Asked {
    Http(Vec<u8>),
    Grpc(Bytes),
}

/// One kept connection.
enum Kept {
    Http(Connection),
    Grpc(Line),
}

impl Kept {
    async fn open(row: &Row<'_>) -> Result<Self, String> {
        Ok(match row.request {
            Asked::Http(_) => Self::Http(Connection::open(&row.address).await?),
            Asked::Grpc(_) => Self::Grpc(Line::open(&row.address).await?),
        })
    }

    async fn ask(&mut self, request: &Asked, status: u16) -> Result<(), String> {
        let (answered, told) = match (self, request) {
            (Self::Http(connection), Asked::Http(request)) => {
                let answer = connection.send(request).await?;
                (answer.status, answer.body)
            }
            (Self::Grpc(line), Asked::Grpc(question)) => (line.ask(question).await?, String::new()),
            _ => return Err("another kind of connection".to_owned()),
        };
        match answered == status {
            true => Ok(()),
            false => Err(format!("answered {answered}: {told}")),
        }
    }
}

/// CPU time for each request, requests in a second, and how many there were.
#[derive(Clone, Copy)]
pub struct Figure {
    pub cpu: Duration,
    pub rate: f64,
    pub count: u64,
}

/// Warms up for a tenth of the window, then counts.
pub async fn closed(row: &Row<'_>, window: Duration) -> Result<Figure, String> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Kept::open(row).await?);
    }
    let (connections, _) = run(row, connections, window / 10).await?;
    let before = row.server.cpu_time()?;
    let begun = Instant::now();
    let (_, count) = run(row, connections, window).await?;
    let elapsed = begun.elapsed();
    let cpu = row.server.cpu_time()?.saturating_sub(before);
    let count = count.max(1);
    Ok(Figure {
        cpu: cpu.div_f64(count as f64),
        rate: count as f64 / elapsed.as_secs_f64(),
        count,
    })
}

async fn run(
    row: &Row<'_>,
    connections: Vec<Kept>,
    window: Duration,
) -> Result<(Vec<Kept>, u64), String> {
    let end = Instant::now() + window;
    let started = connections.into_iter().map(|mut connection| {
        let (request, status) = (row.request.clone(), row.status);
        tokio::spawn(async move {
            let mut count = 0;
            while Instant::now() < end {
                connection.ask(&request, status).await?;
                count += 1;
            }
            Ok::<_, String>((connection, count))
        })
    });
    let tasks: Vec<_> = started.collect();
    let (mut back, mut total) = (Vec::new(), 0);
    for task in tasks {
        let (connection, count) = task.await.map_err(|error| error.to_string())??;
        back.push(connection);
        total += count;
    }
    Ok((back, total))
}

/// Median and 99th percentile in microseconds, at so many requests in a second. One that was due while another
/// was under way counts from then, so that a late one does not hide those behind it.
pub async fn paced(row: &Row<'_>, rate: f64, window: Duration) -> Result<(f64, f64), String> {
    let every = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate);
    let begun = Instant::now() + every;
    let mut tasks = Vec::new();
    for number in 0..CONNECTIONS {
        let mut connection = Kept::open(row).await?;
        let (request, status) = (row.request.clone(), row.status);
        tasks.push(tokio::spawn(async move {
            let mut due = begun + every * number / CONNECTIONS;
            let mut taken = Vec::new();
            while due < begun + window {
                // The timer has steps of a millisecond, which nobody has to answer for.
                let from = if Instant::now() < due {
                    tokio::time::sleep_until(due.into()).await;
                    Instant::now()
                } else {
                    due
                };
                connection.ask(&request, status).await?;
                taken.push(from.elapsed().as_secs_f64() * 1e6);
                due += every;
            }
            Ok::<_, String>(taken)
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.map_err(|error| error.to_string())??);
    }
    all.sort_by(f64::total_cmp);
    let at = |part: f64| all.get((all.len() as f64 * part) as usize).copied();
    Ok((at(0.5).ok_or("no request")?, at(0.99).ok_or("no request")?))
}
