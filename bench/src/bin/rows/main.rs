//! Bytes of each row, and commits and log of each write, on a real database.
//!
//! usage: `rows [sqlite | postgres] [ROWS] [RUNS]`: rows of each kind (20,000), runs of each
//! write (2,000), of which there are four rounds: give at least four times as many rows.
//! PostgreSQL must be installed; a server of its own is started and thrown away.
//! The numbers of `docs/scaling.md` come from here.

#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is the machine's own time"
)]

mod measured;
mod meter;
mod postgres;
mod records;
mod sqlite;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use measured::Work;
use meter::Meter;
use oauth::model::{Redemption, RevocationReason};
use postgres::PostgresMeter;
use sqlite::SqliteMeter;
use storage::conformance::postgres_server::TestPostgres;
use storage::conformance::samples::audit;
use storage::{PgStore, SqliteStore, Store, StoreError};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Done = Result<(), StoreError>;

/// Writes that are under way at the same time, where many are.
const TOGETHER: u64 = 64;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let database = arguments.next_if(|word| word.parse::<u64>().is_err());
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (rows, runs) = (number(20_000)?, number(2_000)?);
    match database.as_deref() {
        None | Some("sqlite") => {
            let folder =
                std::env::temp_dir().join(format!("scopegate-rows-{}", std::process::id()));
            std::fs::create_dir_all(&folder)?;
            let measured = on_sqlite(&folder.join("rows.sqlite"), rows, runs).await;
            std::fs::remove_dir_all(&folder)?;
            measured
        }
        Some("postgres") => on_postgres(rows, runs).await,
        Some(other) => Err(format!("sqlite or postgres, not `{other}`").into()),
    }
}

async fn on_sqlite(path: &Path, rows: u64, runs: u64) -> Outcome<()> {
    let store = Arc::new(SqliteStore::open(path).await?);
    let meter = Meter::Sqlite(SqliteMeter::open(path).await?);
    measure(store, meter, rows, runs).await
}

async fn on_postgres(rows: u64, runs: u64) -> Outcome<()> {
    let database = TestPostgres::shared().await.fresh_database().await;
    let store = Arc::new(PgStore::open(&database.url()).await?);
    let meter = Meter::Postgres(PostgresMeter::open(&database.url()).await?);
    measure(store, meter, rows, runs).await
}

async fn measure(store: Arc<dyn Store>, mut meter: Meter, rows: u64, runs: u64) -> Outcome<()> {
    let first = rows.min(1_000);
    fill(&store, 0..first).await?;
    meter.look_at_rows().await?;
    fill(&store, first..rows).await?;
    meter.look_at_rows().await?;
    print_sizes(&mut meter, rows).await?;
    println!(
        "\n| write | commits, alone | commits, {TOGETHER} at once | log bytes, alone | log bytes, {TOGETHER} at once | per second, alone | per second, {TOGETHER} at once |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut bench = Bench {
        store,
        meter,
        runs,
        next: rows,
    };
    bench.writes().await?;
    bench.cleaning(rows).await
}

/// So many organisations, each with a person, a session, a grant by its consent, a code, a
/// refresh token and a sandbox record; and as many clients, revoked tokens and failed
/// attempts to sign in.
async fn fill(store: &Arc<dyn Store>, numbers: std::ops::Range<u64>) -> Outcome<()> {
    if numbers.start == 0 {
        let client = records::client(records::CLIENT);
        store.insert_client(&client, audit()).await?;
    }
    at_once(store, numbers, |store, number| async move {
        let (organisation, roles) = records::organisation(number);
        store
            .insert_organisation(&organisation, &roles, audit())
            .await?;
        store.insert_user(&records::user(number), audit()).await?;
        store
            .put_membership(&records::membership(number), audit())
            .await?;
        store.insert_session(&records::session(number)).await?;
        consent(&*store, number).await?;
        redeem(&*store, number).await?;
        let client = records::client(&format!("tidy-ledger-{number}"));
        store.insert_client(&client, audit()).await?;
        let revoked = records::revoked_access_token(number);
        store.revoke_access_token(&revoked, audit()).await?;
        let attempt = records::login_attempt(number);
        let moment = records::now();
        store.begin_login(&attempt, moment, moment).await?;
        store.login_failed(&attempt, moment, moment).await?;
        store.sandbox_put(&[records::sandbox_record(number)]).await
    })
    .await?;
    Ok(())
}

async fn consent(store: &dyn Store, number: u64) -> Done {
    let (consent, grant) = (records::consent(number), records::grant(number));
    let code = records::code(number, number);
    let recorded = store.record_consent(&consent, &grant, &code, None, None);
    recorded.await?;
    Ok(())
}

async fn redeem(store: &dyn Store, number: u64) -> Done {
    let code = records::code(number, number);
    let refresh = records::refresh_token(number, number);
    store
        .redeem_code(&code.hash, Some(&refresh), records::now())
        .await?;
    Ok(())
}

async fn print_sizes(meter: &mut Meter, rows: u64) -> Outcome<()> {
    println!("| table | rows | bytes per row | of that its indexes |");
    println!("|---|---|---|---|");
    let mut all = 0;
    for size in meter.sizes().await? {
        all += size.table_bytes + size.index_bytes;
        if size.rows >= rows {
            println!(
                "| `{}` | {} | {} | {} |",
                size.table,
                size.rows,
                (size.table_bytes + size.index_bytes) / size.rows,
                size.index_bytes / size.rows
            );
        }
    }
    println!(
        "\nall tables: {} MiB, {} bytes per organisation",
        all >> 20,
        all / rows
    );
    Ok(())
}

struct Bench {
    store: Arc<dyn Store>,
    meter: Meter,
    runs: u64,
    /// The number of the next record nobody has used.
    next: u64,
}

impl Bench {
    async fn writes(&mut self) -> Outcome<()> {
        let rows = self.next;
        self.write(
            "sign in: attempt, its end, session",
            |store, number| async move {
                let attempt = records::login_attempt(number);
                let moment = records::now();
                store.begin_login(&attempt, moment, moment).await?;
                store.login_succeeded(&attempt).await?;
                let session = oauth::model::BrowserSession {
                    user: records::id(2, number % 1_000),
                    ..records::session(number)
                };
                store.insert_session(&session).await
            },
        )
        .await?;
        self.write("a further code", |store, number| async move {
            store
                .insert_code(&records::code(number, number % 1_000))
                .await
        })
        .await?;
        self.write("code and redemption", |store, number| async move {
            let code = records::code(number, number % 1_000);
            store.insert_code(&code).await?;
            let refresh = records::refresh_token(number, number % 1_000);
            store
                .redeem_code(&code.hash, Some(&refresh), records::now())
                .await?;
            Ok(())
        })
        .await?;
        self.write("refresh", move |store, number| async move {
            // The token that came with the rows: each run has one of its own.
            let old = records::hash(9, number % rows);
            let next = records::refresh_token(number, number % 1_000);
            let done = store.rotate_refresh_token(&old, &next, records::now());
            match done.await? {
                Redemption::Redeemed => Ok(()),
                other => Err(StoreError::Refused(format!("too few rows: {other:?}"))),
            }
        })
        .await?;
        self.write(
            "person, organisation, consent",
            |store, number| async move {
                let (organisation, roles) = records::organisation(number);
                store
                    .insert_organisation(&organisation, &roles, audit())
                    .await?;
                store.insert_user(&records::user(number), audit()).await?;
                store
                    .put_membership(&records::membership(number), audit())
                    .await?;
                consent(&*store, number).await
            },
        )
        .await?;
        self.write("revoke a grant", move |store, number| async move {
            let (grant, reason) = (records::grant(number % rows), RevocationReason::ByUser);
            let done =
                store.revoke_grant(records::REALM, grant.id, reason, records::now(), audit());
            match done.await? {
                true => Ok(()),
                false => Err(StoreError::Refused(String::from("too few rows"))),
            }
        })
        .await?;
        self.write("revoke an access token", |store, number| async move {
            let token = records::revoked_access_token(number);
            store.revoke_access_token(&token, audit()).await.map(|_| ())
        })
        .await
    }

    /// One line of the table: counted with the log held, then timed without.
    async fn write<F, W>(&mut self, what: &str, work: F) -> Outcome<()>
    where
        F: Fn(Arc<dyn Store>, u64) -> W + Copy + Send + Sync + 'static,
        W: Future<Output = Done> + Send + 'static,
    {
        self.meter.hold_log().await?;
        let alone = self.counted(1, work).await?;
        let together = self.counted(TOGETHER, work).await?;
        self.meter.release_log().await?;
        let rates = [
            self.timed(1, work).await?,
            self.timed(TOGETHER, work).await?,
        ];
        let each = |total: u64| total as f64 / self.runs as f64;
        let commits =
            |work: Work| (work.commits).map_or("?".to_owned(), |all| format!("{:.2}", each(all)));
        println!(
            "| {what} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            commits(alone),
            commits(together),
            each(alone.bytes),
            each(together.bytes),
            rates[0],
            rates[1]
        );
        Ok(())
    }

    async fn counted<F, W>(&mut self, together: u64, work: F) -> Outcome<Work>
    where
        F: Fn(Arc<dyn Store>, u64) -> W + Copy + Send + Sync + 'static,
        W: Future<Output = Done> + Send + 'static,
    {
        let before = self.meter.work().await?;
        self.run(together, work).await?;
        let after = self.meter.work().await?;
        Ok(Work {
            commits: after
                .commits
                .zip(before.commits)
                .map(|(after, before)| after - before),
            bytes: after.bytes - before.bytes,
        })
    }

    async fn timed<F, W>(&mut self, together: u64, work: F) -> Outcome<f64>
    where
        F: Fn(Arc<dyn Store>, u64) -> W + Copy + Send + Sync + 'static,
        W: Future<Output = Done> + Send + 'static,
    {
        let begun = Instant::now();
        self.run(together, work).await?;
        Ok(self.runs as f64 / begun.elapsed().as_secs_f64())
    }

    async fn run<F, W>(&mut self, together: u64, work: F) -> Outcome<()>
    where
        F: Fn(Arc<dyn Store>, u64) -> W + Copy + Send + Sync + 'static,
        W: Future<Output = Done> + Send + 'static,
    {
        let numbers = self.next..self.next + self.runs;
        self.next = numbers.end;
        if together > 1 {
            return at_once(&self.store, numbers, work).await;
        }
        for number in numbers {
            work(Arc::clone(&self.store), number).await?;
        }
        Ok(())
    }

    /// Refresh tokens that have run out, removed as the server does it.
    async fn cleaning(&mut self, rows: u64) -> Outcome<()> {
        let end = records::later(2_000_000);
        let (begun, mut steps, mut removed, mut longest) = (Instant::now(), 0, 0, Duration::ZERO);
        loop {
            let step = Instant::now();
            let some = self.store.clean_up(end, 500).await?;
            longest = longest.max(step.elapsed());
            (steps, removed) = (steps + 1, removed + some);
            if some < 500 {
                break;
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "\ncleaning up after {rows} of each: {removed} rows in {steps} steps, {:.0} rows a second without pauses, longest step {} ms",
            removed as f64 / seconds,
            longest.as_millis()
        );
        Ok(())
    }
}

/// Does the work for every number, [`TOGETHER`] at a time.
async fn at_once<F, W>(
    store: &Arc<dyn Store>,
    numbers: std::ops::Range<u64>,
    work: F,
) -> Outcome<()>
where
    F: Fn(Arc<dyn Store>, u64) -> W + Copy + Send + Sync + 'static,
    W: Future<Output = Done> + Send + 'static,
{
    let numbers = Arc::new(std::sync::Mutex::new(numbers));
    let mut workers = Vec::new();
    for _ in 0..TOGETHER {
        let (store, numbers) = (Arc::clone(store), Arc::clone(&numbers));
        workers.push(tokio::spawn(async move {
            loop {
                let number = numbers.lock().ok().and_then(|mut numbers| numbers.next());
                let Some(number) = number else {
                    return Ok::<(), StoreError>(());
                };
                work(Arc::clone(&store), number).await?;
            }
        }));
    }
    for worker in workers {
        worker.await??;
    }
    Ok(())
}
