//! The real binary under load, killed again and again: what it answered holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::dice::Dice;
use common::line::Line;
use common::site::Site;
use common::tally::Tally;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};

/// How often the server is killed.
const KILLS: u64 = 60;
/// Apps that work at the same time.
const LINES: usize = 6;
/// Where chance begins; another number tries other moments.
const SEED: u64 = 0x5c09_e6a7;

#[test]
fn nothing_answered_is_lost_on_sqlite() {
    let site = Site::new(1, "own.sqlite");
    let mut dice = Dice::new(SEED);
    let apps = site.settle(LINES);
    let mut lines: Vec<Line> = apps
        .into_iter()
        .map(|app| Line::new(&site.bases[0], app, dice.roll()))
        .collect();

    let node = site.start(0);
    lines.iter_mut().for_each(Line::begin);
    node.kill();

    let mut while_starting = 0;
    for kill in 0..KILLS {
        if dice.one_in(6) {
            let node = site.spawn(0);
            std::thread::sleep(Duration::from_millis(dice.below(150)));
            node.kill();
            while_starting += 1;
            continue;
        }
        let node = site.start(0);
        let moment = Duration::from_millis(dice.below(900));
        std::thread::scope(|scope| {
            for line in &mut lines {
                scope.spawn(|| line.run());
            }
            std::thread::sleep(moment);
            node.kill();
        });
        if kill % 10 == 9 {
            whole(&site.at("own.sqlite"));
        }
    }

    let node = site.start(0);
    let mut tally = Tally::default();
    for line in &mut lines {
        line.settle_accounts();
        tally.add(&line.tally);
    }
    drop(node);
    whole(&site.at("own.sqlite"));
    println!(
        "SQLite: {} kills survived, {while_starting} of them while starting; {tally}",
        KILLS + 1
    );
    // A run that did next to nothing would show nothing.
    assert!(tally.refreshes > 200 && tally.revocations > 20 && tally.unanswered > KILLS);
    assert_eq!(tally.unavailable, 0, "the file is always there");
    assert!(tally.had_happened > 0 && tally.had_not > 0);
}

/// The server is killed, single connections of the database are, and the whole database is.
#[test]
fn nothing_answered_is_lost_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let postgres = runtime.block_on(TestPostgres::start());
    let database = runtime.block_on(postgres.fresh_database());
    let site = Site::new(1, &database.url());
    let mut dice = Dice::new(SEED);
    let apps = site.settle(LINES);
    let mut lines: Vec<Line> = apps
        .into_iter()
        .map(|app| Line::new(&site.bases[0], app, dice.roll()))
        .collect();
    let mut node = Some(site.start(0));
    lines.iter_mut().for_each(Line::begin);

    let (mut of_server, mut of_backends, mut of_database) = (0, 0, 0);
    for round in 0..KILLS {
        let go_on = AtomicBool::new(true);
        let moment = Duration::from_millis(dice.below(700));
        std::thread::scope(|scope| {
            for line in &mut lines {
                let go_on = &go_on;
                scope.spawn(move || {
                    while go_on.load(Ordering::SeqCst) && !line.run_while(go_on) {
                        // What was answered "unavailable" may have happened; the node learns
                        // of it within a second.
                        std::thread::sleep(Duration::from_millis(1_100));
                    }
                });
            }
            std::thread::sleep(moment);
            match round % 10 {
                3 | 7 => {
                    runtime.block_on(kill_one_backend(&database));
                    of_backends += 1;
                    std::thread::sleep(Duration::from_millis(2_000));
                    // The whole server recovers from it, on a busy machine for longer.
                    while runtime.block_on(storage::open(&database.url())).is_err() {
                        std::thread::sleep(Duration::from_millis(100));
                    }
                }
                9 => {
                    postgres.crash();
                    runtime.block_on(postgres.restart());
                    of_database += 1;
                    std::thread::sleep(Duration::from_millis(2_000));
                }
                _ => {
                    node.take().unwrap().kill();
                    of_server += 1;
                }
            }
            go_on.store(false, Ordering::SeqCst);
        });
        if node.is_none() {
            node = Some(site.start(0));
        }
    }

    // The last round ended with the database: nothing is to be remembered by mistake.
    drop(node);
    let node = site.start(0);
    let mut tally = Tally::default();
    for line in &mut lines {
        line.settle_accounts();
        tally.add(&line.tally);
    }
    drop(node);
    println!(
        "PostgreSQL: survived {of_server} kills of the server, {of_backends} of a connection's \
         process, {of_database} of the whole database; {tally}"
    );
    assert!(tally.refreshes > 200 && tally.revocations > 20);
    assert!(tally.had_happened > 0 && tally.had_not > 0);
}

/// SIGKILL to the process behind one of the server's connections.
async fn kill_one_backend(database: &TestDatabase) {
    let mut connection = database.connect().await;
    let id: i32 = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() AND backend_type = 'client backend'
         ORDER BY state_change DESC LIMIT 1",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let killed = Command::new("kill").args(["-9", &id.to_string()]).status();
    assert!(killed.unwrap().success());
}

/// Nothing in the file is half: each statement counts what may not be there.
fn whole(file: &Path) {
    let script = r"
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
assert c.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
assert c.execute('PRAGMA foreign_key_check').fetchall() == []
for name, sql in {
    'rotated to nothing': '''SELECT COUNT(*) FROM refresh_tokens o WHERE rotated_to IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM refresh_tokens n WHERE n.hash = o.rotated_to)''',
    'two successors': '''SELECT COUNT(*) - COUNT(DISTINCT rotated_to) FROM refresh_tokens
        WHERE rotated_to IS NOT NULL''',
    'two that live in one family': '''SELECT COUNT(*) FROM (SELECT 1 FROM refresh_tokens
        WHERE rotated_at IS NULL AND revoked_at IS NULL GROUP BY family HAVING COUNT(*) > 1)''',
    'token without its family': '''SELECT COUNT(*) FROM refresh_tokens t WHERE NOT EXISTS
        (SELECT 1 FROM families f WHERE f.id = t.family AND f.grant_id = t.grant_id)''',
    'token of an ended family that is not revoked': '''SELECT COUNT(*) FROM refresh_tokens t
        JOIN families f ON f.id = t.family WHERE f.ended_at IS NOT NULL AND t.revoked_at IS NULL
            AND t.rotated_at IS NULL''',
    'used, and could be derived again': '''SELECT COUNT(*) FROM refresh_tokens
        WHERE rotated_at IS NOT NULL AND derived_with IS NOT NULL''',
    'code redeemed for nothing': '''SELECT COUNT(*) FROM authorization_codes c
        WHERE consumed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM refresh_tokens t
            WHERE t.grant_id = c.grant_id AND t.created_at = c.consumed_at)''',
    'token of a revoked grant that is not revoked': '''SELECT COUNT(*) FROM refresh_tokens t
        JOIN grants g ON g.id = t.grant_id
        WHERE g.revoked_at IS NOT NULL AND t.revoked_at IS NULL AND t.rotated_at IS NULL''',
    'grant without consent': '''SELECT COUNT(*) FROM grants WHERE NOT EXISTS
        (SELECT 1 FROM consents WHERE consents.grant_id = grants.id)''',
}.items():
    found = c.execute(sql).fetchone()[0]
    assert found == 0, (name, found)
";
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(file)
        .status();
    assert!(done.unwrap().success());
}
