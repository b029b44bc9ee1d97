//! The real binary on a disk that is really full, under load, again and again: it says so,
//! goes on reading, recovers by itself, and keeps what it has answered.

#![cfg(target_os = "linux")]
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

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::blocking::{Client, Response};
use serde_json::Value;

use common::dice::Dice;
use common::line::Line;
use common::play::{REDIRECT_URI, VERIFIER, text};
use common::site::{App, Node, PASSWORD, SCOPE, Site, USER};
use common::small_disk::SmallDisk;
use common::tally::Tally;
use common::{Running, person, scopegate};

/// How often the disk is filled.
const ROUNDS: u32 = 4;
/// Apps that work at the same time.
const LINES: usize = 4;
/// Where chance begins; another number leaves other room.
const SEED: u64 = 0xd15c;

#[test]
fn a_full_disk_is_said_and_survived() {
    let name = "a_full_disk_is_said_and_survived";
    SmallDisk::run(name, "12m", |disk| {
        let house = House::on(disk);
        let mut dice = Dice::new(SEED);
        let mut apps = house.site.settle(LINES + 1);
        let asker = apps.pop().unwrap();
        let mut lines: Vec<Line> = apps
            .into_iter()
            .map(|app| Line::new(&house.site.bases[0], app, dice.roll()))
            .collect();
        let introspector = house.introspector();
        let mut node = house.site.start(0);
        lines.iter_mut().for_each(Line::begin);
        go_on_for(&mut lines, Duration::from_millis(200));

        for round in 0..ROUNDS {
            let visitor = Visitor::come(&house, &asker, &introspector);
            disk.fill(dice.below(400_000) as usize);
            std::thread::scope(|scope| {
                for line in &mut lines {
                    scope.spawn(|| assert!(!line.run_while(&AtomicBool::new(true))));
                }
            });
            disk.fill(0);
            house.wait_until_not_ready();
            visitor.is_refused();
            house.is_logged(&node);
            if round % 2 == 1 {
                node.kill();
                disk.free();
                node = house.site.start(0);
            } else {
                disk.free();
            }
            house.is_ready();
            visitor.is_served();
            go_on_for(&mut lines, Duration::from_millis(200));
        }

        node.kill();
        let node = house.site.start(0);
        let mut tally = Tally::default();
        for line in &mut lines {
            line.settle_accounts();
            tally.add(&line.tally);
        }
        drop(node);
        whole(&disk.at("own.sqlite"));
        println!("{ROUNDS} full disks; {tally}");
        assert!(tally.refreshes > 100 && tally.unavailable >= u64::from(ROUNDS));
        // "Nothing was changed" was true each time it was said.
        assert_eq!(tally.had_happened, 0);
        assert!(tally.had_not > 0);
    });
}

/// Lines that are all answered.
fn go_on_for(lines: &mut [Line], time: Duration) {
    let go_on = AtomicBool::new(true);
    std::thread::scope(|scope| {
        for line in lines {
            let go_on = &go_on;
            scope.spawn(move || assert!(line.run_while(go_on), "refused with room on the disk"));
        }
        std::thread::sleep(time);
        go_on.store(false, Ordering::SeqCst);
    });
}

/// One node whose database is on the disk, and its operations side.
struct House {
    site: Site,
    operations: String,
    database: String,
    http: Client,
}

impl House {
    fn on(disk: &SmallDisk) -> Self {
        let database = disk.at("own.sqlite").to_str().unwrap().to_owned();
        let site = Site::new(1, &database);
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let operations = free.local_addr().unwrap().to_string();
        let public = site.bases[0].strip_prefix("http://").unwrap();
        let text = format!(
            "base_url = \"http://{public}\"\ndatabase = \"{database}\"\n\
             [[listener]]\naddress = \"{public}\"\n\
             [[listener]]\naddress = \"{operations}\"\nserves = [\"operations\"]\n\
             [[realm]]\ncatalog = \"bexio\"\nsandbox = true\n"
        );
        std::fs::write(site.config(0), text).unwrap();
        Self {
            site,
            operations,
            database,
            http: person::browser(),
        }
    }

    fn introspector(&self) -> App {
        let about = ["client", "add", "bexio", "api", "--name", "API"];
        let may = ["--maker", "Us", "--scope", SCOPE, "--introspector"];
        let uri = ["--redirect-uri", REDIRECT_URI];
        let said = self.site.manage(&[&about[..], &may, &uri].concat()).ok();
        App {
            id: "api".to_owned(),
            secret: said.out.split_whitespace().last().unwrap().to_owned(),
        }
    }

    fn operations(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.operations);
        self.http.get(url).send().unwrap()
    }

    fn is_ready(&self) {
        let ready = self.operations("/readyz");
        assert_eq!(ready.status(), 200, "{}", ready.text().unwrap());
    }

    /// Each question writes a little: the last room in the log is used up by them.
    fn wait_until_not_ready(&self) {
        for _ in 0..3_000 {
            let ready = self.operations("/readyz");
            if ready.status() != 503 {
                continue;
            }
            assert_eq!(ready.headers()["retry-after"], "1");
            let said = ready.json::<Value>().unwrap();
            assert_eq!(said["status"], "not ready");
            let problem = text(&said["problems"][0]);
            assert!(problem.contains("cannot be written"), "{problem}");
            assert!(problem.contains(&self.database), "{problem}");
            assert!(problem.contains("full"), "{problem}");
            assert_eq!(self.operations("/healthz").status(), 200);
            return;
        }
        panic!("a server that cannot write is ready");
    }

    fn is_logged(&self, node: &Node) {
        let log = node.errors();
        let mut lines = log.lines().filter(|line| line.contains("storage failed"));
        let line = lines.next_back().expect("a line for each refusal");
        assert!(line.contains("ERROR"), "{line}");
        assert!(line.contains(&self.database), "{line}");
        assert!(line.contains("full"), "{line}");
    }
}

/// An app and a person that come before the disk is full, with one of each thing that a full
/// disk refuses.
struct Visitor<'a> {
    house: &'a House,
    app: &'a App,
    introspector: &'a App,
    browser: Client,
    code: String,
    tokens: Value,
    to_revoke: Value,
    /// For the API, not for the sandbox.
    to_introspect: Value,
}

impl<'a> Visitor<'a> {
    fn come(house: &'a House, app: &'a App, introspector: &'a App) -> Self {
        let mut visitor = Self {
            house,
            app,
            introspector,
            browser: person::browser(),
            code: String::new(),
            tokens: Value::Null,
            to_revoke: Value::Null,
            to_introspect: Value::Null,
        };
        let redeemed = |visitor: &Self| {
            let code = visitor.ask().unwrap();
            visitor.redeem(&code).json().unwrap()
        };
        let code = visitor.ask().unwrap();
        visitor.to_introspect = visitor.redeem_for(&code, &[]).json().unwrap();
        visitor.tokens = redeemed(&visitor);
        visitor.to_revoke = redeemed(&visitor);
        visitor.code = visitor.ask().unwrap();
        assert_eq!(visitor.call(), 200);
        visitor
    }

    /// Everything that writes is refused, everything that only reads is answered.
    fn is_refused(&self) {
        is_unavailable(self.redeem(&self.code));
        is_unavailable(self.refresh());
        is_unavailable(self.revoke());
        let asked = self.ask();
        assert_eq!(asked.unwrap_err().status().unwrap(), 503);
        let stranger = person::browser();
        let signed_in = self.walk(&stranger);
        assert_eq!(signed_in.unwrap_err().status().unwrap(), 503);

        assert_eq!(self.call(), 200);
        let token = text(&self.to_introspect["access_token"]);
        let active = self.post("introspect", self.introspector, &[("token", &token)]);
        assert_eq!(active.json::<Value>().unwrap()["active"], true);
        let metadata = format!(
            "{}/.well-known/oauth-authorization-server/bexio",
            self.house.site.bases[0]
        );
        assert_eq!(self.browser.get(metadata).send().unwrap().status(), 200);
    }

    /// What was refused was not done, so it is done now.
    fn is_served(&self) {
        assert_eq!(self.redeem(&self.code).status(), 200);
        assert_eq!(self.refresh().status(), 200);
        assert_eq!(self.call(), 200);
        assert!(self.ask().is_ok());
        assert_eq!(self.revoke().status(), 200);
        assert_eq!(self.call_with(&self.to_revoke), 401, "it is revoked");
        assert_eq!(self.call(), 200, "another connection goes on");
    }

    fn ask(&self) -> reqwest::Result<String> {
        self.walk(&self.browser)
    }

    /// To a code.
    fn walk(&self, browser: &Client) -> reqwest::Result<String> {
        let base = &self.house.site.bases[0];
        let url = (self.app).authorization_url(&format!("{base}/bexio"), SCOPE);
        let back = person::walk(browser, url, base, USER, PASSWORD, &[])?;
        let code = back.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.unwrap_or_else(|| panic!("no code in {back}"));
        Ok(code.into_owned())
    }

    fn redeem(&self, code: &str) -> Response {
        let sandbox = format!("{}/bexio/api", self.house.site.bases[0]);
        self.redeem_for(code, &[("resource", &sandbox)])
    }

    fn redeem_for(&self, code: &str, resource: &[(&str, &str)]) -> Response {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        self.post("token", self.app, &[&fields[..], resource].concat())
    }

    fn refresh(&self) -> Response {
        let token = text(&self.tokens["refresh_token"]);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", &token)];
        self.post("token", self.app, &fields)
    }

    fn revoke(&self) -> Response {
        let token = text(&self.to_revoke["refresh_token"]);
        self.post("revoke", self.app, &[("token", &token)])
    }

    fn post(&self, endpoint: &str, app: &App, fields: &[(&str, &str)]) -> Response {
        let url = format!("{}/bexio/oauth/{endpoint}", self.house.site.bases[0]);
        let request = self.browser.post(url);
        let request = request.basic_auth(&app.id, Some(&app.secret));
        request.form(fields).send().unwrap()
    }

    fn call(&self) -> u16 {
        self.call_with(&self.tokens)
    }

    fn call_with(&self, tokens: &Value) -> u16 {
        let url = format!("{}/bexio/api/2.0/contact", self.house.site.bases[0]);
        let token = text(&tokens["access_token"]);
        let called = self.browser.get(url).bearer_auth(token).send();
        called.unwrap().status().as_u16()
    }
}

fn is_unavailable(answer: Response) {
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let said = answer.json::<Value>().unwrap();
    assert_eq!(said["error"], "temporarily_unavailable");
    let description = text(&said["error_description"]);
    assert!(description.contains("nothing was changed"), "{description}");
}

fn whole(file: &Path) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); \
                  assert c.execute('PRAGMA integrity_check').fetchall() == [('ok',)]; \
                  assert c.execute('PRAGMA foreign_key_check').fetchall() == []";
    let mut python = Command::new("python3");
    let checked = python.args(["-c", script]).arg(file).status();
    assert!(checked.unwrap().success());
}

/// Nothing can be said there any more, and nobody waits for that.
#[test]
fn a_log_on_the_full_disk_stops_nothing() {
    SmallDisk::run("a_log_on_the_full_disk_stops_nothing", "8m", |disk| {
        let house = House::on(disk);
        let app = house.site.settle(1).remove(0);
        let introspector = house.introspector();
        let log = disk.at("log");
        let mut server = Running::of(
            Command::new(env!("CARGO_BIN_EXE_scopegate"))
                .args(["serve", "--config"])
                .arg(house.site.config(0))
                .stderr(File::create(&log).unwrap()),
        );
        let visitor = Visitor::come(&house, &app, &introspector);
        disk.fill(0);
        house.wait_until_not_ready();
        visitor.is_refused();
        assert!(server.is_alive());
        disk.free();
        house.is_ready();
        visitor.is_served();
    });
}

#[test]
fn a_disk_that_takes_no_writes_is_said_at_the_start() {
    let name = "a_disk_that_takes_no_writes_is_said_at_the_start";
    SmallDisk::run(name, "8m", |disk| {
        let house = House::on(disk);
        house.site.settle(1);
        let empty = disk.at("empty");
        std::fs::create_dir(&empty).unwrap();
        let (config, database) = (house.site.config(0), house.database.as_str());
        let serve = || scopegate([Path::new("serve"), Path::new("--config"), &config]);
        let data = disk.at("demo");
        std::fs::create_dir(&data).unwrap();
        std::fs::copy(database, data.join("scopegate.sqlite")).unwrap();
        let demo = |data: &Path| {
            let start = ["demo", "--listen", "127.0.0.1:0", "--data"];
            scopegate(start.iter().map(Path::new).chain([data]))
        };
        let of_demo = data.to_str().unwrap();

        assert!(disk.remount("ro"));
        let read_only = [
            "cannot be written",
            "Read-only file system",
            "mount the disk",
        ];
        serve().wrong(&read_only).wrong(&[database]);
        demo(&data).wrong(&read_only).wrong(&[of_demo]);
        demo(&empty)
            .wrong(&read_only)
            .wrong(&["empty/scopegate.sqlite"]);
        assert!(disk.remount("rw"));

        disk.fill(0);
        let full = ["cannot be written", "No space left", "free space"];
        serve().wrong(&full).wrong(&[database]);
        demo(&data).wrong(&full).wrong(&[of_demo]);
        disk.free();
        let node = house.site.start(0);
        house.is_ready();

        // The system does not take the right to write from who has the file open. What is
        // opened from now on has none.
        assert!(!disk.remount("ro"));
        disk.cover_read_only();
        house.is_ready();
        drop(node);
        serve().wrong(&read_only).wrong(&[database]);
        disk.uncover();
        drop(house.site.start(0));
    });
}
