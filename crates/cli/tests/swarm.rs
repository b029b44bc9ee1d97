//! Many processes of one app share a refresh token, answers get lost, processes and the server are
//! killed: no connection is lost, and never do two of its tokens work.

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

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::dice::Dice;
use common::person;
use common::play::{REDIRECT_URI, VERIFIER, text};
use common::site::{App, PASSWORD, SCOPE, Site, USER};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, query_scalar};
use storage::conformance::postgres_server::TestPostgres;
use tokio::runtime::Runtime;

/// Connections of the app, each shared by its own swarm.
const SWARMS: usize = 3;
/// Processes that share one.
const MEMBERS: usize = 5;
/// How often the server, or its database, is killed.
const KILLS: u64 = 20;
const SEED: u64 = 0x0005_3a25;

/// How many families have more than one refresh token that works.
const TWO_LIVE: &str = "SELECT COUNT(*) FROM (SELECT family FROM refresh_tokens
     WHERE rotated_at IS NULL AND revoked_at IS NULL GROUP BY family HAVING COUNT(*) > 1) AS two";
/// How many families were ended.
const ENDED: &str = "SELECT COUNT(*) FROM families WHERE ended_at IS NOT NULL";

#[test]
fn no_connection_is_lost_on_sqlite() {
    let site = Site::new(1, "own.sqlite");
    let runtime = Runtime::new().unwrap();
    let file = site.at("own.sqlite");
    let count = |sql: &'static str| {
        runtime.block_on(async {
            let options = SqliteConnectOptions::new().filename(&file);
            let mut connection = options.connect().await.unwrap();
            let found: i64 = query_scalar(sql).fetch_one(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            found
        })
    };
    storm(&site, |_| false, count);
}

#[test]
fn no_connection_is_lost_on_postgresql() {
    let runtime = Runtime::new().unwrap();
    let postgres = runtime.block_on(TestPostgres::start());
    let database = runtime.block_on(postgres.fresh_database());
    let site = Site::new(1, &database.url());
    let crash = |kill: u64| {
        let is_its_turn = kill % 5 == 4;
        if is_its_turn {
            postgres.crash();
            runtime.block_on(postgres.restart());
        }
        is_its_turn
    };
    let count = |sql: &'static str| {
        runtime.block_on(async {
            let mut connection = database.connect().await;
            query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        })
    };
    storm(&site, crash, count);
}

/// `crash` may kill something else in the place of the server, and answers whether it did.
fn storm(site: &Site, crash: impl Fn(u64) -> bool, count: impl Fn(&'static str) -> i64) {
    let mut dice = Dice::new(SEED);
    site.settle(1);
    let app = public_app(site);
    let mut node = Some(site.start(0));
    let places: Vec<PathBuf> = (0..SWARMS)
        .map(|swarm| {
            let place = site.at(&format!("token-{swarm}"));
            std::fs::write(&place, connect(site, &app)).unwrap();
            place
        })
        .collect();
    let member = |swarm: usize, seed: u64| Member::start(site, &app, &places[swarm], seed);
    let mut members: Vec<(usize, Member)> = (0..SWARMS * MEMBERS)
        .map(|number| (number % SWARMS, member(number % SWARMS, dice.roll())))
        .collect();
    let mut said = String::new();
    for kill in 0..KILLS {
        std::thread::sleep(Duration::from_millis(600 + dice.below(1_000)));
        for _ in 0..3 {
            let victim = dice.below(members.len() as u64) as usize;
            let (swarm, killed) = members.swap_remove(victim);
            said += &killed.kill();
            members.push((swarm, member(swarm, dice.roll())));
        }
        if !crash(kill) {
            node.take().unwrap().kill();
            assert_eq!(count(TWO_LIVE), 0);
            node = Some(site.start(0));
        }
    }
    std::thread::sleep(Duration::from_millis(1_500));
    for (_, member) in members {
        said += &member.kill();
    }
    let of = |letter| said.matches(letter).count();
    println!(
        "{KILLS} kills: {} refreshed, {} answers lost, {} not answered",
        of('r'),
        of('l'),
        of('u')
    );
    assert!(!said.contains("lost: "), "{said}");
    assert_eq!((count(TWO_LIVE), count(ENDED)), (0, 0));
    // A request of somebody who was just killed may still be under way for so long.
    std::thread::sleep(Duration::from_millis(600));
    for place in &places {
        let token = std::fs::read_to_string(place).unwrap();
        let (status, answer) = refresh(site, &app, &token);
        assert_eq!(status, 200, "{answer}");
    }
    // A storm that did next to nothing would show nothing.
    assert!(of('r') > 200 && of('l') > 30 && of('u') > 10);
    drop(node);
}

/// One process of a swarm.
struct Member(Child);

impl Member {
    fn start(site: &Site, app: &App, place: &Path, seed: u64) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/swarm_member.py");
        let host = site.bases[0].strip_prefix("http://").unwrap();
        let member = Command::new("python3")
            .arg(script)
            .args([host, &app.id])
            .arg(place)
            .arg(seed.to_string())
            .stdout(Stdio::piped())
            .spawn();
        Self(member.unwrap())
    }

    /// SIGKILL; answers what it said.
    fn kill(mut self) -> String {
        self.0.kill().unwrap();
        let mut said = String::new();
        let mut out = self.0.stdout.take().unwrap();
        out.read_to_string(&mut said).unwrap();
        self.0.wait().unwrap();
        said
    }
}

/// An app that cannot keep a secret.
fn public_app(site: &Site) -> App {
    let about = ["client", "add", "bexio", "native", "--name", "N", "--maker"];
    let uri = ["--redirect-uri", "http://127.0.0.1/callback"];
    let may = ["Us", "--public", "--scope", SCOPE];
    site.manage(&[&about[..], &may, &uri].concat()).ok();
    App {
        id: String::from("native"),
        secret: String::new(),
    }
}

/// The whole code flow; answers the refresh token.
fn connect(site: &Site, app: &App) -> String {
    let base = &site.bases[0];
    let url = app.authorization_url(&format!("{base}/bexio"), SCOPE);
    let back = person::walk(&person::browser(), url, base, USER, PASSWORD, &[]).unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let code = code.unwrap_or_else(|| panic!("no code in {back}")).1;
    let (status, answer) = post(
        site,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", &app.id),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ],
    );
    assert_eq!(status, 200, "{answer}");
    text(&answer["refresh_token"])
}

fn refresh(site: &Site, app: &App, token: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", app.id.as_str()),
        ("refresh_token", token),
    ];
    post(site, &form)
}

fn post(site: &Site, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/bexio/oauth/token", site.bases[0]);
    let answer = person::browser().post(url).form(form).send().unwrap();
    (answer.status().as_u16(), answer.json().unwrap())
}
