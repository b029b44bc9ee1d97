//! What a gate costs: each of the release binary beside its floor, the layer by itself, the proxy beside itself
//! without checks and beside nginx, what it adds at half load, and memory over many decisions.
//!
//! usage: `gates SCOPEGATE FLOOR [SECONDS] [MILLIONS]`: paths of the two programs, seconds for each figure in
//! all, and how many million decisions memory is held against (10).

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

mod grpc;
#[path = "../../http.rs"]
mod http;
mod layer;
mod load;
mod place;
#[path = "../../process.rs"]
mod process;

use std::time::Duration;

use load::{Figure, closed, paced};
use place::Place;

/// Each figure is the median of so many, taken in turn.
const ROUNDS: u32 = 5;

#[tokio::main]
async fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: gates SCOPEGATE FLOOR [SECONDS] [MILLIONS]";
    let scopegate = arguments.next().ok_or(usage)?;
    let floor = arguments.next().ok_or(usage)?;
    let seconds: f64 = arguments
        .next()
        .map_or(Ok(5.0), |text| text.parse())
        .map_err(|_| usage)?;
    let millions: f64 = arguments
        .next()
        .map_or(Ok(10.0), |text| text.parse())
        .map_err(|_| usage)?;
    let window = Duration::from_secs_f64(seconds / f64::from(ROUNDS));

    layer::report(window)?;
    let place = Place::make(&scopegate, &floor).await?;
    costs(&place, window).await?;
    added(&place, window).await?;
    memory(&place, millions).await
}

/// CPU time of each call, beside its floor.
async fn costs(place: &Place, window: Duration) -> Result<(), String> {
    let rows = place.rows();
    let mut taken: Vec<Vec<Figure>> = rows.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (row, figures) in rows.iter().zip(&mut taken) {
            figures.push(closed(row, window).await?);
        }
    }
    println!(
        "\n| what | CPU per request | requests per second | beside | lowest to highest | goal |"
    );
    println!("|---|---|---|---|---|---|");
    for (row, figures) in rows.iter().zip(&taken) {
        let beside = row.beside.and_then(|(name, _)| {
            rows.iter()
                .position(|other| other.what == name)
                .and_then(|at| taken.get(at))
        });
        let mut ratios: Vec<f64> = beside
            .into_iter()
            .flatten()
            .zip(figures)
            .map(|(floor, own)| own.cpu.as_secs_f64() / floor.cpu.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        let told = match (ratios.first(), ratios.get(ratios.len() / 2), ratios.last()) {
            (Some(lowest), Some(median), Some(highest)) => {
                format!("{median:.2} times | {lowest:.2} to {highest:.2}")
            }
            _ => " | ".to_owned(),
        };
        let mut figures = figures.clone();
        figures.sort_by_key(|figure| figure.cpu);
        let Some(median) = figures.get(figures.len() / 2) else {
            continue;
        };
        let goal = row.beside.map_or("", |(_, goal)| goal);
        let goal = if goal.is_empty() { row.goal } else { goal };
        println!(
            "| {} | {:.1} µs | {:.0} | {told} | {goal} |",
            row.what,
            median.cpu.as_secs_f64() * 1e6,
            median.rate
        );
    }
    Ok(())
}

/// The 99th percentile at half of what the proxy can do, straight at the API, by nginx and by the proxy.
async fn added(place: &Place, window: Duration) -> Result<(), String> {
    let full = closed(&place.proxied(), window).await?.rate;
    let rate = full / 2.0;
    println!("\nAt {rate:.0} requests per second, half of what the proxy takes:\n");
    println!("| what | median | 99th percentile | lowest to highest | added at the 99th |");
    println!("|---|---|---|---|---|");
    let ways = place.ways();
    let mut taken: Vec<Vec<(f64, f64)>> = ways.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (way, figures) in ways.iter().zip(&mut taken) {
            figures.push(paced(way, rate, window).await?);
        }
    }
    let mut straight = None;
    for (way, figures) in ways.iter().zip(&mut taken) {
        figures.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        let (Some(lowest), Some((median, late)), Some(highest)) = (
            figures.first(),
            figures.get(figures.len() / 2),
            figures.last(),
        ) else {
            continue;
        };
        let added = late - *straight.get_or_insert(*late);
        println!(
            "| {} | {median:.0} µs | {late:.0} µs | {:.0} to {:.0} µs | {added:.0} µs |",
            way.what, lowest.1, highest.1
        );
    }
    Ok(())
}

/// Resident memory after a tenth of so many decisions, and after all.
async fn memory(place: &Place, millions: f64) -> Result<(), String> {
    let row = place.forward_auth();
    let (mut done, mut said) = (0_u64, Vec::new());
    for share in [0.1, 0.5, 1.0] {
        let due = millions * 1e6 * share;
        while (done as f64) < due {
            done += closed(&row, Duration::from_secs(1)).await?.count;
        }
        said.push(format!(
            "{:.2} million: {:.1} MiB",
            done as f64 / 1e6,
            place.resident_mib()?
        ));
    }
    println!("\nresident memory after decisions, {}", said.join(", "));
    Ok(())
}
