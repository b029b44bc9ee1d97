//! Several processes on one database agree: what one does counts on the others within a
//! second, and the death of one makes no other answer wrongly.

#![allow(clippy::disallowed_methods, reason = "they measure time")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::common::cluster::{Cluster, PROMISE};
use crate::common::dice::Dice;
use crate::common::line::Line;
use crate::common::site::Site;
use crate::common::tally::Tally;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{SqliteStore, Store};

/// How often each kind of change is made.
const ROUNDS: usize = 8;
/// How often a node is killed under load.
const KILLS: usize = 10;
/// Apps that work at the same time.
const LINES: usize = 6;

#[test]
fn two_processes_on_one_sqlite_file_follow_each_other() {
    let site = Site::new(2, "own.sqlite");
    let file = site.at("own.sqlite");
    let store = async { Arc::new(SqliteStore::open(file).await.unwrap()) as Arc<dyn Store> };
    follow_within_the_promise("SQLite, two processes", &Cluster::start(site, store, 2));
}

#[test]
fn a_process_that_dies_beside_another_on_sqlite_spoils_nothing() {
    die_under_load("SQLite, two processes", &Site::new(2, "own.sqlite"));
}

#[test]
fn three_processes_on_postgresql_follow_each_other() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.fresh_database().await
    });
    // The third has a name of its own, to be shut out by.
    runtime.block_on(execute(&database, "CREATE ROLE third SUPERUSER LOGIN"));
    let url = database.url();
    let third = url.replace("//postgres@", "//third@");
    assert_ne!(third, url);
    let site = Site::of(&[url.clone(), url.clone(), third]);
    let cluster = Cluster::start(site, async { storage::open(&url).await.unwrap() }, 2);
    follow_within_the_promise("PostgreSQL, three processes", &cluster);

    for _ in 0..3 {
        let (decided, recovered) = cluster.cut_off(
            2,
            || {
                runtime.block_on(async {
                    execute(&database, "ALTER ROLE third NOLOGIN").await;
                    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                               WHERE usename = 'third'";
                    execute(&database, end).await;
                });
            },
            || runtime.block_on(execute(&database, "ALTER ROLE third LOGIN")),
        );
        println!(
            "PostgreSQL, one of three cut off: decided for {} ms, denied rightly {} ms after \
             it was let in",
            decided.as_millis(),
            recovered.as_millis()
        );
        assert!(decided <= PROMISE, "{decided:?}");
    }
}

#[test]
fn a_process_that_dies_beside_others_on_postgresql_spoils_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.fresh_database().await
    });
    let site = Site::new(3, &database.url());
    die_under_load("PostgreSQL, three processes", &site);
}

async fn execute(database: &TestDatabase, sql: &'static str) {
    let mut connection = database.connect().await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}

/// Prints what was seen, and fails when a node went on for longer than is promised.
fn follow_within_the_promise(what: &str, cluster: &Cluster) {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.extend(cluster.staleness());
    }
    let mut kinds: Vec<_> = all.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let seen = all.iter().filter(|(of, _)| *of == kind);
        print(
            what,
            kind,
            seen.flat_map(|(_, seen)| seen.clone()).collect(),
        );
    }
    let every: Vec<_> = all.into_iter().flat_map(|(_, seen)| seen).collect();
    let worst = every.iter().max().copied().unwrap();
    print(what, "all", every);
    assert!(worst <= PROMISE, "{worst:?}");
}

fn print(what: &str, kind: &str, mut seen: Vec<Duration>) {
    seen.sort_unstable();
    println!(
        "{what}: {kind}: staleness median {} ms, worst {} ms, {} seen",
        seen[seen.len() / 2].as_millis(),
        seen[seen.len() - 1].as_millis(),
        seen.len()
    );
}

/// One node after the other is killed; its apps go on at the next, after the second in which
/// that one may still answer by what it remembers.
fn die_under_load(what: &str, site: &Site) {
    let mut dice = Dice::new(0x0de5);
    let count = site.bases.len();
    let mut lines: Vec<Line> = site
        .settle(LINES)
        .into_iter()
        .map(|app| Line::new(&site.bases[0], app, dice.roll()))
        .collect();
    let mut nodes: Vec<_> = (0..count).map(|node| Some(site.start(node))).collect();
    lines.iter_mut().for_each(Line::begin);

    for kill in 0..KILLS {
        let (victim, refuge) = (kill % count, (kill + 1) % count);
        let go_on = AtomicBool::new(true);
        std::thread::sleep(PROMISE);
        std::thread::scope(|scope| {
            for (number, line) in lines.iter_mut().enumerate() {
                line.move_to(&site.bases[number % count]);
                let (go_on, refuge) = (&go_on, &site.bases[refuge]);
                scope.spawn(move || {
                    if !line.run_while(go_on) {
                        std::thread::sleep(PROMISE);
                        line.move_to(refuge);
                        assert!(line.run_while(go_on), "the other node stays");
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(200 + dice.below(800)));
            nodes[victim].take().unwrap().kill();
            std::thread::sleep(PROMISE + Duration::from_millis(800));
            go_on.store(false, Ordering::SeqCst);
        });
        nodes[victim] = Some(site.start(victim));
    }
    std::thread::sleep(PROMISE);
    let mut tally = Tally::default();
    for (number, line) in lines.iter_mut().enumerate() {
        line.move_to(&site.bases[number % count]);
        line.settle_accounts();
        tally.add(&line.tally);
    }
    println!("{what}: {KILLS} kills under load; {tally}");
    assert!(tally.refreshes > 100 && tally.unanswered > 0);
}
