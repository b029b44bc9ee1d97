//! `docs/rights.md`, followed with its own blocks: a provider's system in Python and one in Node are
//! asked what people may do, and a gate goes by it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::common::many::free_ports;
use crate::common::person;
use crate::common::play::{REDIRECT_URI, VERIFIER, text};
use crate::common::site::{App, Node, ORGANISATION, PASSWORD, SCOPE, Site, USER};

const PAGE: &str = include_str!("../../../../../docs/rights.md");

/// The blocks of the page in this language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let start = format!("```{language}\n");
    let rest = PAGE.split(&start).skip(1);
    rest.map(|rest| rest.split_once("```").unwrap().0).collect()
}

/// The page's own answering system, in another language.
const IN_NODE: &str = r"
import http from 'node:http'
import fs from 'node:fs'
import { isScopegate } from './is_scopegate.mjs'
const [port, file] = process.argv.slice(2)
const secret = fs.readFileSync('rights.secret', 'utf8').trimEnd()
http.createServer((request, answer) => {
  const parts = []
  request.on('data', part => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts)
    if (!isScopegate(`http://127.0.0.1:${port}${request.url}`, request.headers, body, secret)) {
      return answer.writeHead(401).end()
    }
    const asked = JSON.parse(body)
    const rights = JSON.parse(fs.readFileSync(file))[asked.person]?.[asked.organisation]
    if (!rights) return answer.writeHead(404).end()
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ rights }))
  })
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
";

/// So that it says when it can be asked.
const IN_PYTHON: &str = "import runpy, sys, http.server as h
class Telling(h.ThreadingHTTPServer):
    def server_activate(self):
        super().server_activate()
        print('ready', flush=True)
h.ThreadingHTTPServer = Telling
sys.path.insert(0, '.')
runpy.run_path('rights_server.py', run_name='__main__')
";

#[derive(Clone, Copy)]
enum Language {
    Python,
    Node,
}

/// A process that answers; it ends with the value.
struct Provider(Child);

impl Provider {
    fn start(language: Language, folder: &Path, port: u16) -> Self {
        let mut command = match language {
            Language::Python => {
                let mut python = Command::new("python3");
                python.args(["-c", IN_PYTHON]);
                python
            }
            Language::Node => {
                let mut node = Command::new("node");
                node.arg("rights_server.mjs");
                node
            }
        };
        let mut child = command
            .args([&port.to_string(), "rights.json"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "ready");
        Self(child)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Place {
    site: Site,
    _node: Node,
    app: App,
    gate: String,
    service: String,
    rights: u16,
}

impl Place {
    fn start() -> Self {
        let [public, gate, rights] = free_ports();
        let base = format!("http://127.0.0.1:{public}");
        let [_, asked, inside] = blocks("toml")[..] else {
            panic!("the page has other blocks")
        };
        let url = "https://app.example.com/scopegate/rights";
        assert!(asked.contains(url) && asked.contains("30s") && inside.contains("127.0.0.1"));
        let asked = asked
            .replace(url, &format!("http://127.0.0.1:{rights}/scopegate/rights"))
            .replace("30s", "0s");
        let text = format!(
            "base_url = \"{base}\"\ndatabase = \"own.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n\
             {asked}{inside}\
             [[realm.api]]\nurl = \"https://api.example.com\"\nname = \"main\"\n\
             [[listener]]\naddress = \"127.0.0.1:{public}\"\n\
             [[listener]]\naddress = \"127.0.0.1:{gate}\"\nserves = [\"gate\"]\n"
        );
        let site = Site::with(&[text], vec![base]);
        let write = |name: &str, text: &str| std::fs::write(site.at(name), text).unwrap();
        write(
            "rights.secret",
            "bXkgc2VjcmV0IG9mIG1vcmUgdGhhbiAzMiBieXRlcw==\n",
        );
        let [verified, server] = blocks("python")[..] else {
            panic!("the page has other blocks")
        };
        write("is_scopegate.py", verified);
        write("rights_server.py", server);
        write("is_scopegate.mjs", blocks("js")[0]);
        write("rights_server.mjs", IN_NODE);
        let app = site.settle(1).remove(0);
        call_as_the_provider_does(&site.at("own.sqlite"));
        let about = ["client", "add", "bexio", "main", "--name", "Gate"];
        let kind = ["--maker", "Us", "--kind", "machine", "--introspector"];
        let added = site.manage(&[&about[..], &kind].concat()).ok();
        let node = site.start(0);
        Self {
            service: added.out.split_whitespace().last().unwrap().to_owned(),
            site,
            _node: node,
            app,
            gate: format!("http://127.0.0.1:{gate}"),
            rights,
        }
    }

    fn provider(&self, language: Language) -> Provider {
        let config = self.site.config(0);
        Provider::start(language, config.parent().unwrap(), self.rights)
    }

    fn may(&self, rights: &[&str]) {
        let known = json!({ "user-17": { "org-4": rights } });
        std::fs::write(self.site.at("rights.json"), known.to_string()).unwrap();
    }

    /// Eva connects the app.
    fn token(&self) -> String {
        let issuer = format!("{}/bexio", self.site.bases[0]);
        let url = self.app.authorization_url(&issuer, SCOPE);
        let back = person::consent(url, USER, PASSWORD, &[]);
        let code = back.query_pairs().find(|(name, _)| name == "code");
        let code = code.unwrap_or_else(|| panic!("{back}")).1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        let request = person::browser()
            .post(format!("{issuer}/oauth/token"))
            .basic_auth(&self.app.id, Some(&self.app.secret))
            .form(&form);
        let answer: Value = request.send().unwrap().json().unwrap();
        assert_eq!(
            answer["scope"],
            "general contact_show contact_edit task_show"
        );
        text(&answer["access_token"])
    }

    /// What the gate says of a call with the token: status and reason, or that it goes on.
    fn call(&self, token: &str) -> (u64, String) {
        let question = json!({"method": "GET", "target": "/2.0/contact", "token": token});
        let request = person::browser()
            .post(format!("{}/bexio/decide", self.gate))
            .header("content-type", "application/json")
            .basic_auth("main", Some(&self.service))
            .body(question.to_string());
        let told: Value = request.send().unwrap().json().unwrap();
        match told["decision"].as_str() {
            Some("permit") => (200, String::new()),
            _ => (told["status"].as_u64().unwrap(), text(&told["reason"])),
        }
    }
}

/// As its sign-in would have told it.
fn call_as_the_provider_does(database: &Path) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1])\n\
         c.execute(\"UPDATE users SET source = 'sign-in', external_id = 'user-17' WHERE username = ?\", (sys.argv[2],))\n\
         c.execute(\"UPDATE organisations SET source = 'sign-in', external_id = 'org-4' WHERE slug = ?\", (sys.argv[3],))\n\
         c.commit()";
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(database)
        .args([USER, ORGANISATION])
        .status();
    assert!(done.unwrap().success());
}

fn denied(status: u64, reason: &str) -> (u64, String) {
    (status, reason.to_owned())
}

#[test]
fn a_gate_goes_by_what_the_providers_system_says() {
    let place = Place::start();
    let permitted = denied(200, "");
    for language in [Language::Python, Language::Node] {
        place.may(&["contact_*", "task_show"]);
        let provider = place.provider(language);
        let token = place.token();
        assert_eq!(place.call(&token), permitted);
        // Taken away there, it closes the next call.
        place.may(&["task_show"]);
        assert_eq!(place.call(&token), denied(403, "insufficient-scope"));
        place.may(&["contact_show"]);
        assert_eq!(place.call(&token), permitted);
        // Who is not there has taken nothing away.
        drop(provider);
        assert_eq!(place.call(&token), denied(503, "rights-unavailable"));
        let provider = place.provider(language);
        assert_eq!(place.call(&token), permitted);
        // Nobody there knows her any more.
        std::fs::write(place.site.at("rights.json"), "{}").unwrap();
        assert_eq!(place.call(&token), denied(403, "insufficient-scope"));
        drop(provider);
        // One that shares another secret answers nothing.
        place.may(&["contact_*"]);
        let secret = place.site.at("rights.secret");
        let shared = std::fs::read(&secret).unwrap();
        std::fs::write(&secret, "another secret, of as many bytes as that one\n").unwrap();
        let stranger = place.provider(language);
        assert_eq!(place.call(&token), denied(503, "rights-unavailable"));
        drop(stranger);
        std::fs::write(&secret, shared).unwrap();
    }
}
