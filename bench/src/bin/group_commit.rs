//! Refresh rotation on SQLite, straight at the store: writes that wait share a commit, beside
//! one commit per request. Both modes take turns in one run, on files in the same folder.
//!
//! ```sh
//! cargo run --release -p bench --bin group_commit -- [SECONDS [CLIENTS [FOLDER]]]
//! ```

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

use oauth::model::Redemption;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use storage::conformance::samples::{at, hash, parties};
use storage::{Codes, SqliteOptions, SqliteStore, Tokens};

/// How often the modes take turns.
const TURNS: u32 = 3;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let clients: u64 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join(format!("scopegate-group-commit-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let window = Duration::from_secs(seconds) / TURNS;
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        for (name, most, rates) in [("alone", 1, &mut alone), ("together", 64, &mut together)] {
            let file = folder.join(format!("{name}-{turn}.sqlite"));
            rates.push(rate(&file, most, clients, window).await?);
        }
    }
    let sync = sync_time(&folder.join("sync"))?;
    // Left-overs of a temporary directory harm nobody.
    let _ = std::fs::remove_dir_all(&folder);
    let (alone, together) = (median(&mut alone), median(&mut together));
    println!("| refresh rotations, {clients} clients at once | per second |");
    println!("|---|---|");
    println!("| one commit per request | {alone:.0} |");
    println!("| waiting requests share a commit | {together:.0} |");
    println!(
        "\n{:.1} times, synchronous=FULL in both; one sync of this disk takes {} µs (median)",
        together / alone,
        sync.as_micros()
    );
    Ok(())
}

/// Rotations per second: each client refreshes, waits for the answer, and refreshes again.
async fn rate(
    file: &Path,
    writes_per_commit: usize,
    clients: u64,
    window: Duration,
) -> Result<f64, Box<dyn std::error::Error>> {
    let options = SqliteOptions {
        writes_per_commit,
        ..SqliteOptions::default()
    };
    let store = Arc::new(SqliteStore::open_with(file, &options).await?);
    let who = Arc::new(parties(store.as_ref()).await);
    let grant = who.connect(store.as_ref(), 1, 1).await;
    for client in 1..=clients {
        let code = who.code(client << 32, grant.id);
        store.insert_code(&code).await?;
        let token = who.refresh_token(client << 32, grant.id);
        store.redeem_code(&code.hash, Some(&token), at(1)).await?;
    }
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 1..=clients {
        let (store, who, grant) = (Arc::clone(&store), Arc::clone(&who), grant.id);
        tasks.spawn(async move {
            let mut number = client << 32;
            while begun.elapsed() < window {
                let next = who.refresh_token(number + 1, grant);
                match store
                    .rotate_refresh_token(&hash(number), &next, at(2))
                    .await
                {
                    Ok(Redemption::Redeemed) => number += 1,
                    other => return Err(format!("answered {other:?}")),
                }
            }
            Ok(number - (client << 32))
        });
    }
    let mut rotations = 0;
    while let Some(done) = tasks.join_next().await {
        rotations += done??;
    }
    let elapsed = begun.elapsed();
    Ok(rotations as f64 / elapsed.as_secs_f64())
}

/// What decides the ratio: how long the disk takes to make 4 KiB durable.
fn sync_time(file: &Path) -> std::io::Result<Duration> {
    let mut file = std::fs::File::create(file)?;
    let mut taken = Vec::new();
    for _ in 0..200 {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        taken.push(begun.elapsed());
    }
    taken.sort();
    Ok(taken.get(taken.len() / 2).copied().unwrap_or_default())
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
