//! Several nodes on one database, and the moment when each denies what was just taken away.

#![allow(
    clippy::disallowed_methods,
    reason = "staleness is measured by the machine's own time"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use oauth::model::{KeyPurpose, Membership, Organisation, Timestamp};
use oauth::token::RealmKeys;
use reqwest::blocking::Client;
use scope::Scope;
use serde_json::Value;
use storage::Store;
use storage::conformance::samples::audit;
use tokio::runtime::Runtime;

use super::person;
use super::play::{REDIRECT_URI, VERIFIER, text};
use super::site::{App, Node, ORGANISATION, PASSWORD, SCOPE, Site, USER};

/// The promise: what changed on one node counts on every other within this.
pub const PROMISE: Duration = Duration::from_secs(1);

/// Running nodes.
pub struct Cluster {
    pub site: Site,
    pub nodes: Vec<Node>,
    apps: Vec<App>,
    /// This test's own way into the database: one more process that changes things.
    store: Arc<dyn Store>,
    runtime: Runtime,
    http: Client,
    /// The company's id in the realm with elevated scopes.
    company: String,
    partner: App,
}

/// What a token opens, until it does not.
struct Call {
    path: String,
    token: String,
}

impl Cluster {
    pub fn start(site: Site, store: impl Future<Output = Arc<dyn Store>>, apps: usize) -> Self {
        let apps = site.settle(apps);
        let partner = settle_partner(&site);
        let runtime = Runtime::new().unwrap();
        let store = runtime.block_on(store);
        let company = runtime.block_on(store.organisation_by_slug("bokio", ORGANISATION));
        let nodes = (0..site.bases.len()).map(|node| site.start(node)).collect();
        Self {
            nodes,
            apps,
            store,
            runtime,
            http: person::browser(),
            company: company.unwrap().unwrap().id.to_string(),
            partner,
            site,
        }
    }

    /// Takes things away in every way, and answers how long each other node went on.
    pub fn staleness(&self) -> Vec<(&'static str, Vec<Duration>)> {
        vec![
            ("grant revoked", self.revoke_grant()),
            ("grant reduced", self.reduce_grant()),
            ("rights removed", self.remove_rights()),
            ("client changed", self.change_client()),
            ("approval withdrawn", self.withdraw_approval()),
            ("key rotated", self.rotate_key()),
        ]
    }

    /// A node is cut off from the database by `cut`, and let in again by `mend`. While it is
    /// cut off a grant is revoked elsewhere. Answers how long it still decided, and how
    /// soon after it was let in it denied rightly. Others never notice.
    pub fn cut_off(
        &self,
        node: usize,
        cut: impl FnOnce(),
        mend: impl FnOnce(),
    ) -> (Duration, Duration) {
        let tokens = self.tokens("bexio", &self.apps[0], SCOPE);
        let call = contacts(&tokens);
        // What the token does not open is decided without asking the database anything.
        let refusing = Call {
            path: String::from("/bexio/api/2.0/article"),
            ..contacts(&tokens)
        };
        self.until_permitted(&call);
        assert_eq!(self.status(node, &refusing), 403);
        cut();
        let begun = Instant::now();
        let mut decided = Duration::ZERO;
        // Nobody who asks later than is promised gets a decision that may be outdated.
        while begun.elapsed() < 4 * PROMISE {
            let asked = begun.elapsed();
            let answer = self.ask(node, &refusing);
            match answer.status().as_u16() {
                403 => decided = asked,
                503 => assert!(answer.headers().contains_key("retry-after")),
                other => panic!("cut off, it answered {other}"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.status(node, &call), 503);
        assert_eq!(self.status(0, &call), 200, "the others are not touched");
        let token = self
            .http
            .post(format!("{}/bexio/oauth/token", self.site.bases[node]));
        let token = token
            .basic_auth(&self.apps[0].id, Some(&self.apps[0].secret))
            .form(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", &text(&tokens["refresh_token"])),
            ])
            .send()
            .unwrap();
        assert_eq!(token.status(), 503);
        assert!(token.headers().contains_key("retry-after"));
        self.revoke(&self.apps[0], &tokens);

        mend();
        let begun = Instant::now();
        let mut status = self.status(node, &call);
        while status == 503 {
            assert!(begun.elapsed() < 30 * PROMISE, "it does not recover");
            std::thread::sleep(Duration::from_millis(5));
            status = self.status(node, &call);
        }
        assert_eq!(status, 401, "what was revoked meanwhile");
        (decided, begun.elapsed())
    }

    /// By the app, at the first node.
    fn revoke_grant(&self) -> Vec<Duration> {
        let tokens = self.tokens("bexio", &self.apps[0], SCOPE);
        let call = contacts(&tokens);
        self.until_denied(&call, 1, || {
            self.revoke(&self.apps[0], &tokens);
            assert_eq!(self.status(0, &call), 401, "at once where it was done");
        })
    }

    /// By the person, at the first node.
    fn reduce_grant(&self) -> Vec<Duration> {
        let tokens = self.tokens("bexio", &self.apps[1], SCOPE);
        let call = contacts(&tokens);
        let browser = person::browser();
        self.agree(&browser, "bexio", &self.apps[1], SCOPE);
        let account = format!("{}/bexio/account", self.site.bases[0]);
        let page = browser.get(&account).send().unwrap().text().unwrap();
        let (_, rest) = page.split_once("action=\"/bexio/account/grants/").unwrap();
        let id = rest.split_once('/').unwrap().0.to_owned();
        let (_, rest) = rest.split_once("name=\"shown\" value=\"").unwrap();
        let shown = rest.split_once('"').unwrap().0;
        let seen = self.until_denied(&call, 1, || {
            let reduced = browser
                .post(format!("{account}/grants/{id}/reduce"))
                .header("Origin", &self.site.bases[0])
                .form(&[("allow.task", "task_show"), ("shown", shown)])
                .send()
                .unwrap();
            assert_eq!(reduced.status(), 303);
            assert_eq!(self.status(0, &call), 403, "at once where it was done");
        });
        // What was taken off would be remembered at the next ask.
        let removed = browser
            .post(format!("{account}/grants/{id}/remove"))
            .header("Origin", &self.site.bases[0])
            .form(&[("shown", shown)])
            .send()
            .unwrap();
        assert_eq!(removed.status(), 303);
        seen
    }

    fn revoke(&self, app: &App, tokens: &Value) {
        let request = self
            .http
            .post(format!("{}/bexio/oauth/revoke", self.site.bases[0]))
            .basic_auth(&app.id, Some(&app.secret))
            .form(&[("token", text(&tokens["refresh_token"]))]);
        assert_eq!(request.send().unwrap().status(), 200);
    }

    /// By another process.
    fn remove_rights(&self) -> Vec<Duration> {
        let call = contacts(&self.tokens("bexio", &self.apps[0], SCOPE));
        let organisation = self.organisation("bexio");
        let user = self
            .runtime
            .block_on(self.store.user_by_username("bexio", USER));
        let user = user.unwrap().unwrap().id;
        let memberships = self.runtime.block_on(self.store.memberships("bexio", user));
        let (_, before) = memberships.unwrap().remove(0);
        let mut membership = before.clone();
        let roles = self
            .runtime
            .block_on(self.store.roles("bexio", organisation.id));
        let there = roles
            .unwrap()
            .into_iter()
            .find(|role| role.name == "nothing");
        let role = oauth::model::Role {
            realm: String::from("bexio"),
            organisation: organisation.id,
            name: String::from("nothing"),
            rights: [String::from("task_show")].into_iter().collect(),
            version: there.map_or(0, |role| role.version),
        };
        self.runtime
            .block_on(self.store.put_role(&role, audit()))
            .unwrap();
        membership.roles = [role.name].into_iter().collect();
        let seen = self.until_denied(&call, 0, || {
            let put = self.store.put_membership(&membership, audit());
            self.runtime.block_on(put).unwrap();
        });
        self.runtime
            .block_on(self.store.put_membership(
                &Membership {
                    version: before.version + 1,
                    ..before
                },
                audit(),
            ))
            .unwrap();
        self.until_permitted(&call);
        seen
    }

    fn change_client(&self) -> Vec<Duration> {
        let call = contacts(&self.tokens("bexio", &self.apps[0], SCOPE));
        let client = self
            .runtime
            .block_on(self.store.client("bexio", &self.apps[0].id));
        let before = client.unwrap().unwrap();
        let mut less = before.clone();
        less.registered_scope = Scope::parse("task_show").unwrap();
        let seen = self.until_denied(&call, 0, || {
            self.runtime
                .block_on(self.store.update_client(&less, audit()))
                .unwrap();
        });
        self.runtime
            .block_on(self.store.update_client(
                &oauth::model::Client {
                    version: before.version + 1,
                    ..before
                },
                audit(),
            ))
            .unwrap();
        self.until_permitted(&call);
        seen
    }

    fn withdraw_approval(&self) -> Vec<Duration> {
        let tokens = self.tokens("bokio", &self.partner, "bank-payments:read-limited");
        let call = Call {
            path: format!("/bokio/api/v1/companies/{}/bank-payments", self.company),
            token: text(&tokens["access_token"]),
        };
        let approvals = self
            .runtime
            .block_on(self.store.approvals("bokio", &self.partner.id));
        let approval = approvals.unwrap().remove(0);
        let seen = self.until_denied(&call, 0, || {
            let withdrawn = self.store.withdraw_approval(
                "bokio",
                &self.partner.id,
                "partner",
                approval.version,
                Timestamp::now(),
                audit(),
            );
            assert!(self.runtime.block_on(withdrawn).unwrap());
        });
        self.runtime
            .block_on(self.store.approve(&approval, None, audit()))
            .unwrap();
        self.until_permitted(&call);
        seen
    }

    /// Until every node publishes the new key.
    fn rotate_key(&self) -> Vec<Duration> {
        let keys = self.runtime.block_on(self.store.keys("bexio")).unwrap();
        let current = keys
            .iter()
            .find(|key| key.purpose == KeyPurpose::SignEs256 && key.retired_at.is_none())
            .unwrap();
        let now = Timestamp::now();
        let id = format!("rotated-{}", now.as_nanosecond());
        let mut random = [7; 32];
        random[..8].copy_from_slice(&now.as_millisecond().to_be_bytes());
        let next = RealmKeys::generate("bexio", KeyPurpose::SignEs256, &id, random, now).unwrap();
        assert!(
            self.runtime
                .block_on(self.store.rotate_key(&current.id, &next, audit()))
                .unwrap()
        );
        self.until("new key", 0, |node| {
            let url = format!("{}/bexio/oauth/jwks", self.site.bases[node]);
            let set: Value = self.http.get(url).send().unwrap().json().unwrap();
            let keys = set["keys"].as_array().unwrap().clone();
            keys.iter().any(|key| key["kid"] == id.as_str())
        })
    }

    fn organisation(&self, realm: &str) -> Organisation {
        let found = self.store.organisation_by_slug(realm, ORGANISATION);
        self.runtime.block_on(found).unwrap().unwrap()
    }

    /// Every node has permitted it, and so remembers; then something changes. How long the
    /// nodes from `first` on still permit it.
    fn until_denied(&self, call: &Call, first: usize, change: impl FnOnce()) -> Vec<Duration> {
        self.until_permitted(call);
        change();
        self.until(&format!("denied {}", call.path), first, |node| {
            match self.status(node, call) {
                // Permitted, and perhaps one call too many.
                200 | 429 => false,
                401 | 403 => true,
                other => panic!("answered {other}"),
            }
        })
    }

    fn until_permitted(&self, call: &Call) {
        self.until(&format!("permitted {}", call.path), 0, |node| {
            match self.status(node, call) {
                200 | 429 => true,
                401 | 403 => false,
                other => panic!("{} was answered {other}", call.path),
            }
        });
    }

    fn until(
        &self,
        what: &str,
        first: usize,
        reached: impl Fn(usize) -> bool + Sync,
    ) -> Vec<Duration> {
        let (begun, reached) = (Instant::now(), &reached);
        let wait = move |node| {
            while !reached(node) {
                assert!(
                    begun.elapsed() < 10 * PROMISE,
                    "{what}: node {node} never follows"
                );
                std::thread::sleep(Duration::from_millis(1));
            }
            begun.elapsed()
        };
        std::thread::scope(|scope| {
            let waiting: Vec<_> = (first..self.site.bases.len())
                .map(|node| scope.spawn(move || wait(node)))
                .collect();
            waiting
                .into_iter()
                .map(|waiting| waiting.join().unwrap())
                .collect()
        })
    }

    fn status(&self, node: usize, call: &Call) -> u16 {
        self.ask(node, call).status().as_u16()
    }

    fn ask(&self, node: usize, call: &Call) -> reqwest::blocking::Response {
        let url = format!("{}{}", self.site.bases[node], call.path);
        let sent = self.http.get(url).bearer_auth(&call.token).send();
        sent.unwrap()
    }

    /// The whole code flow at the first node.
    fn tokens(&self, realm: &str, app: &App, scope: &str) -> Value {
        let code = self.agree(&person::browser(), realm, app, scope);
        let sandbox = format!("{}/{realm}/api", self.site.bases[0]);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("resource", &sandbox),
        ];
        let request = self
            .http
            .post(format!("{}/{realm}/oauth/token", self.site.bases[0]))
            .basic_auth(&app.id, Some(&app.secret))
            .form(&fields);
        let answer: Value = request.send().unwrap().json().unwrap();
        assert!(answer["access_token"].is_string(), "{answer}");
        answer
    }

    fn agree(&self, browser: &Client, realm: &str, app: &App, scope: &str) -> String {
        let base = &self.site.bases[0];
        let url = app.authorization_url(&format!("{base}/{realm}"), scope);
        let back = person::walk(browser, url, base, USER, PASSWORD, &[]).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code");
        code.unwrap_or_else(|| panic!("no code in {back}"))
            .1
            .into_owned()
    }
}

fn contacts(tokens: &Value) -> Call {
    Call {
        path: String::from("/bexio/api/2.0/contact"),
        token: text(&tokens["access_token"]),
    }
}

/// An app with an approval.
fn settle_partner(site: &Site) -> App {
    let named = ["--name", "Firma"];
    let organisation = ["organisation", "add", "bokio", ORGANISATION];
    site.manage(&[&organisation[..], &named].concat()).ok();
    let user = ["user", "add", "bokio", USER, "--name", "Eva"];
    site.manage_with_input(&user, &format!("{PASSWORD}\n")).ok();
    let member = ["organisation", "member", "bokio", ORGANISATION, USER];
    site.manage(&[&member[..], &["--role", "owner"]].concat())
        .ok();
    let client = [
        "client", "add", "bokio", "partner", "--name", "P", "--maker", "P",
    ];
    let kind = [
        "--kind",
        "public-integration",
        "--redirect-uri",
        "http://127.0.0.1/callback",
    ];
    let scope = ["--scope", "bank-payments:read-limited"];
    let said = site.manage(&[&client[..], &kind, &scope].concat()).ok().out;
    let approve = [
        "approve",
        "grant",
        "bokio",
        "partner",
        "partner",
        "--reviewer",
        "Elsa",
    ];
    let contract = ["--evidence", "partnership-contract=PC-9"];
    let review = ["--evidence", "security-review=SR-9"];
    site.manage(&[&approve[..], &contract, &review].concat())
        .ok();
    App {
        id: String::from("partner"),
        secret: said.split_whitespace().last().unwrap().to_owned(),
    }
}
