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
use std::time::Duration;

use common::dice::Dice;
use common::line::{Line, Tally};
use common::site::Site;

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
    assert!(tally.had_happened > 0 && tally.had_not > 0);
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
