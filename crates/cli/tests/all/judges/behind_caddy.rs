//! The proxy as it is shipped: `deploy/Caddyfile` before two nodes of `deploy/compose.toml`.

#![allow(clippy::disallowed_methods, reason = "they measure time")]

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::common::caddy::Behind;
use crate::common::operated::until;
use crate::common::person;
use crate::common::play::{REDIRECT_URI, VERIFIER, text};
use crate::common::site::{App, PASSWORD, SCOPE, USER};
use reqwest::Url;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use serde_json::Value;

/// Apps that work at the same time.
const APPS: usize = 4;
/// In this time Caddy, which looks each second, has surely seen how a node is.
const SEEN: Duration = Duration::from_secs(2);

#[test]
fn everybody_sees_one_server_and_the_server_sees_who_asks() {
    let behind = Behind::start(1);
    let issuer = format!("{}/bexio", behind.base);
    let path = "/.well-known/oauth-authorization-server/bexio";
    let metadata = person::browser().get(format!("{}{path}", behind.base));
    let metadata: Value = metadata.send().unwrap().json().unwrap();
    assert_eq!(metadata["issuer"], issuer);
    let endpoint = text(&metadata["token_endpoint"]);
    assert_eq!(endpoint, format!("{issuer}/oauth/token"));
    // The same by the shipped name with the certificate that Caddy gave itself.
    let with_tls = behind.get_with_tls("login.example.com", path);
    assert!(with_tls.starts_with("HTTP/1.1 200"), "{with_tls}");
    assert!(with_tls.contains(&issuer), "{with_tls}");

    // A person and an app at another address, which say that they are elsewhere.
    let browser = Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .local_address(IpAddr::from([127, 0, 0, 9]))
        .default_headers(HeaderMap::from_iter([(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("203.0.113.7"),
        )]))
        .build()
        .unwrap();
    let mut worker = Worker::begin(&behind.base, &behind.apps[0], browser);
    for _ in 0..4 {
        worker.round();
    }
    assert!(worker.work.lost.is_empty(), "{:?}", worker.work.lost);

    for node in behind.nodes.iter().flatten() {
        let mut seen = Vec::new();
        until("the node tells whom it answered", || {
            seen.extend(node.errors().lines().filter_map(client_of_realm));
            !seen.is_empty()
        });
        // Of the metadata, and of everything since.
        assert!(seen.iter().any(|client| client == "127.0.0.9"), "{seen:?}");
        let others = seen.iter().filter(|client| *client != "127.0.0.9");
        assert!(others.clone().all(|client| client == "127.0.0.1"));
        assert!(others.count() <= 2, "{seen:?}");
    }
}

/// The client of an answered request, as the access log has it.
fn client_of_realm(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).unwrap();
    let path = line["path"].as_str()?;
    path.contains("/bexio").then(|| text(&line["client"]))
}

#[test]
fn nodes_are_restarted_one_after_the_other_and_no_request_is_lost() {
    let mut behind = Behind::start(APPS);
    let mut load = Load::begin(&behind);
    let work = load.while_doing(|| {
        for node in 0..2 {
            let slow = SlowRequests::begin(&behind, node);
            behind.node(node).terminate();
            until("it is not ready any more", || !is_ready(&behind, node));
            // The rest of these comes after Caddy has seen it.
            std::thread::sleep(SEEN);
            slow.are_finished();
            assert_eq!(behind.node(node).wait(), Some(0));
            behind.start_again(node);
            std::thread::sleep(SEEN);
        }
    });
    println!("two nodes restarted under load: {work}");
    assert!(work.lost.is_empty(), "{:?}\n{}", work.lost, behind.log());
    assert!(work.answered > 200, "{work}");
}

/// What Caddy does not hand on a second time is a request with a body: rightly when the node
/// had it, and in Caddy up to 2.11.1 also when the node was gone before.
#[test]
fn a_killed_node_takes_requests_with_bodies_along_and_the_other_goes_on() {
    let mut behind = Behind::start(APPS);
    let mut load = Load::begin(&behind);
    for node in 0..2 {
        let at_the_death = load.while_doing(|| {
            std::thread::sleep(Duration::from_millis(500));
            behind.nodes[node].take().unwrap().kill();
            std::thread::sleep(SEEN);
        });
        println!("a node killed under load: {at_the_death}");
        for lost in &at_the_death.lost {
            assert!(lost.starts_with("POST") && lost.contains("502"), "{lost}");
        }
        let afterwards = load.while_doing(|| {
            std::thread::sleep(Duration::from_secs(1));
            behind.start_again(node);
            std::thread::sleep(SEEN);
        });
        assert!(afterwards.lost.is_empty(), "{:?}", afterwards.lost);
        assert!(afterwards.answered > 100, "{afterwards}");
    }
}

fn is_ready(behind: &Behind, node: usize) -> bool {
    let url = format!("{}/readyz", behind.operations(node));
    let answer = person::browser().get(url).send();
    answer.is_ok_and(|answer| answer.status() == 200)
}

/// Apps that refresh, call and ask again, through the proxy.
struct Load(Vec<Worker>);

impl Load {
    fn begin(behind: &Behind) -> Self {
        let apps = behind.apps.iter();
        let workers = apps.map(|app| Worker::begin(&behind.base, app, person::browser()));
        Self(workers.collect())
    }

    /// They work while something happens.
    fn while_doing(&mut self, happening: impl FnOnce()) -> Work {
        let go_on = AtomicBool::new(true);
        let mut all = Work::default();
        std::thread::scope(|scope| {
            let working: Vec<_> = self
                .0
                .iter_mut()
                .map(|worker| {
                    let go_on = &go_on;
                    scope.spawn(move || {
                        while go_on.load(Ordering::SeqCst) {
                            worker.round();
                        }
                        std::mem::take(&mut worker.work)
                    })
                })
                .collect();
            // A failure must not leave the workers at it for ever.
            let happened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(happening));
            go_on.store(false, Ordering::SeqCst);
            for worker in working {
                all.add(worker.join().unwrap());
            }
            if let Err(failure) = happened {
                std::panic::resume_unwind(failure);
            }
        });
        all
    }
}

/// What workers did.
#[derive(Debug, Default)]
struct Work {
    answered: u64,
    slowest: Duration,
    /// Requests that were not answered as they should have been.
    lost: Vec<String>,
}

impl Work {
    fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.slowest = self.slowest.max(other.slowest);
        self.lost.extend(other.lost);
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} requests answered, {} lost, the slowest took {} ms",
            self.answered,
            self.lost.len(),
            self.slowest.as_millis()
        )
    }
}

/// One app and one person's browser.
struct Worker {
    base: String,
    app: App,
    browser: Client,
    refresh_token: Option<String>,
    work: Work,
}

impl Worker {
    /// Signs in and agrees.
    fn begin(base: &str, app: &App, browser: Client) -> Self {
        let mut worker = Self {
            base: base.to_owned(),
            app: app.clone(),
            browser,
            refresh_token: None,
            work: Work::default(),
        };
        let url = app.authorization_url(&format!("{base}/bexio"), SCOPE);
        let back = person::walk(&worker.browser, url, base, USER, PASSWORD, &[]).unwrap();
        worker.redeem(&back).expect("a fresh code is redeemed");
        worker
    }

    /// Everything once; what follows from a lost request is begun anew.
    fn round(&mut self) -> Option<()> {
        if self.refresh_token.is_none() {
            self.ask_again()?;
        }
        for _ in 0..4 {
            let token = self.refresh_token.take()?;
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
            ];
            let tokens = self.tokens("refresh", &fields)?;
            let url = format!("{}/bexio/api/2.0/contact", self.base);
            let access = text(&tokens["access_token"]);
            let call = self.browser.get(url).bearer_auth(access);
            self.send("GET call", call, 200)?;
        }
        self.ask_again()
    }

    /// The person agreed before and is signed in: there is nothing to ask.
    fn ask_again(&mut self) -> Option<()> {
        let mut url = (self.app).authorization_url(&format!("{}/bexio", self.base), SCOPE);
        for _ in 0..4 {
            let sent = self.browser.get(url);
            let answer = self.send("GET authorize", sent, 303)?;
            url = person::location(&answer).unwrap();
            if url.path() == "/callback" {
                return self.redeem(&url);
            }
        }
        panic!("no end to the redirects");
    }

    fn redeem(&mut self, back: &Url) -> Option<()> {
        let code = back.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.unwrap_or_else(|| panic!("no code in {back}"));
        self.tokens(
            "redeem",
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ],
        )?;
        Some(())
    }

    fn tokens(&mut self, what: &str, fields: &[(&str, &str)]) -> Option<Value> {
        let sandbox = format!("{}/bexio/api", self.base);
        let request = self
            .browser
            .post(format!("{}/bexio/oauth/token", self.base))
            .basic_auth(&self.app.id, Some(&self.app.secret))
            .form(&[fields, &[("resource", &sandbox)]].concat());
        let answer = self.send(&format!("POST {what}"), request, 200)?;
        let tokens: Value = answer.json().unwrap();
        self.refresh_token = Some(text(&tokens["refresh_token"]));
        Some(tokens)
    }

    fn send(&mut self, what: &str, request: RequestBuilder, expected: u16) -> Option<Response> {
        let begun = Instant::now();
        let answer = request.send();
        self.work.slowest = self.work.slowest.max(begun.elapsed());
        let why = match answer {
            Ok(answer) if answer.status() == expected => {
                self.work.answered += 1;
                return Some(answer);
            }
            Ok(answer) => format!("{}: {:?}", answer.status(), answer.text()),
            Err(error) => error.to_string(),
        };
        self.work.lost.push(format!("{what}: {why}"));
        None
    }
}

/// Requests whose end has not come, at every node.
struct SlowRequests(Vec<TcpStream>);

impl SlowRequests {
    const BODY: &str = "grant_type=client_credentials&client_id=nobody&client_secret=nothing";

    /// As many as it takes until the node has some.
    fn begin(behind: &Behind, node: usize) -> Self {
        let mut slow = Vec::new();
        let address = behind.base.trim_start_matches("http://");
        let under_way = || {
            let url = format!("{}/metrics", behind.operations(node));
            let metrics = person::browser().get(url).send().unwrap().text().unwrap();
            let name = "scopegate_requests_in_flight ";
            let value = metrics.lines().find_map(|line| line.strip_prefix(name));
            value.unwrap().parse::<u32>().unwrap()
        };
        for _ in 0..12 {
            let mut stream = TcpStream::connect(address).unwrap();
            let (begun, _) = Self::BODY.split_at(20);
            let head = format!(
                "POST /bexio/oauth/token HTTP/1.1\r\nHost: {address}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{begun}",
                Self::BODY.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            slow.push(stream);
        }
        // Half of them are here, and no worker's request stays as long.
        until("slow requests are under way", || under_way() > 4);
        Self(slow)
    }

    /// Each gets its answer.
    fn are_finished(self) {
        for mut stream in self.0 {
            let (_, rest) = Self::BODY.split_at(20);
            stream.write_all(rest.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
            assert!(answer.contains("invalid_client"), "{answer}");
        }
    }
}
