//! `docs/your-sign-in.md`, every command of it in one shell, with a real browser where it says so. It needs Node.js
//! and Python with their packages: `./test` installs them.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::Url;
use storage::conformance::postgres_server::TestPostgres;

use super::chrome::{Browser, Settings, in_browser};
use crate::common::many::free_ports;
use crate::common::root;

/// Whose application people sign in to.
#[derive(Clone, Copy, PartialEq)]
enum Made {
    Django,
    Express,
}

/// The page with the ports and the database of this test, without the application of another make.
fn page(made: Made, database: Option<&str>, [public, app, back]: [u16; 3]) -> String {
    let text = std::fs::read_to_string(root().join("docs/your-sign-in.md")).unwrap();
    let (django, rest) = text.split_once("\n### Django\n").unwrap();
    let (of_django, rest) = rest.split_once("\n### Express\n").unwrap();
    let (of_express, rest) = rest.split_once("\n## ").unwrap();
    let own = match made {
        Made::Django => of_django,
        Made::Express => of_express,
    };
    let text = format!("{django}\n{own}\n## {rest}")
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{public}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{app}"))
        .replace("listen(9000", &format!("listen({app}"))
        .replace("127.0.0.1:7000", &format!("127.0.0.1:{back}"));
    let beginning = "database = \"scopegate.sqlite\"\n";
    let at = format!("base_url = \"http://127.0.0.1:{public}\"\n");
    let text = text.replace(&at, &format!("{at}listen = \"127.0.0.1:{public}\"\n"));
    match database {
        Some(url) => text.replace(beginning, &format!("database = \"{url}\"\n")),
        None => text,
    }
}

/// A shell with the page's commands, line by line; what it started ends with it.
struct Shell {
    child: Child,
    folder: tempfile::TempDir,
    said: String,
}

impl Shell {
    fn start(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut commands = String::new();
        for block in text.split("\n```").skip(1).step_by(2) {
            let (kind, code) = block.split_once('\n').unwrap();
            match kind {
                "sh" => commands.push_str(&format!("{code}\n")),
                _ => {
                    let name = code.lines().next().unwrap();
                    let name = name.trim_start_matches("# ").trim_start_matches("// ");
                    std::fs::write(folder.path().join(name), code).unwrap();
                    is_short(name, code);
                }
            }
        }
        let judge = root().join("tests/judges/middleware/node_modules");
        std::os::unix::fs::symlink(judge, folder.path().join("node_modules")).unwrap();
        let script = format!("set -e -o pipefail\ntrap 'kill $(jobs -p)' EXIT\n{commands}");
        let binary = Path::new(env!("CARGO_BIN_EXE_scopegate"));
        let path = std::env::var("PATH").unwrap();
        let python = root().join("target/judges/middleware/bin");
        let path = format!(
            "{}:{}:{path}",
            python.display(),
            binary.parent().unwrap().display()
        );
        let told = std::fs::File::create(folder.path().join("told.log")).unwrap();
        let child = Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("PATH", path)
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(told)
            .spawn()
            .unwrap();
        Self {
            child,
            folder,
            said: String::new(),
        }
    }

    /// The next line that begins so.
    fn until(&mut self, lines: &mut impl Iterator<Item = String>, begins: &str) -> String {
        for line in lines {
            self.said.push_str(&line);
            self.said.push('\n');
            if line.starts_with(begins) {
                return line;
            }
        }
        let read = |name| std::fs::read_to_string(self.folder.path().join(name));
        let logs = ["told.log", "serve.log", "app.log"];
        let logs = logs.map(|name| read(name).unwrap_or_default());
        panic!("no {begins:?} in {}\n{}", self.said, logs.join("\n"));
    }
}

/// What a provider has to write is what the page says.
fn is_short(name: &str, code: &str) {
    if name.starts_with("connect.") {
        let lines = code.lines().skip(1).filter(|line| !line.trim().is_empty());
        let count = lines.count();
        assert!(count <= 20, "{name} has {count} lines");
    }
}

/// The way of a person, to the app's own address.
async fn lets_the_app_in(browser: &Browser, address: &str, back: u16) -> Url {
    browser.go(address).await;
    browser.fill("username", "grace").await;
    browser.fill("password", "a good password").await;
    browser.follow("//button[.='Sign in']").await;
    let heading = browser.text("//h1").await;
    assert!(heading.contains("Ledgerly"), "{heading}");
    let page = browser.0.source().await.unwrap();
    assert!(
        page.contains("Hafen GmbH") && page.contains("Grace Hopper"),
        "{page}"
    );
    browser.follow("//button[@value='allow']").await;
    browser.find("//p[.='The app.']").await;
    let url = browser.0.current_url().await.unwrap();
    let url = Url::parse(url.as_str()).unwrap();
    assert_eq!(url.port(), Some(back));
    url
}

async fn the_page(made: Made, database: Option<&str>) {
    let ports @ [_, app, back] = free_ports();
    super::openid::the_app_at(back);
    let mut shell = Shell::start(&page(made, database, ports));
    let mut lines = BufReader::new(shell.child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let address = shell.until(&mut lines, "http://127.0.0.1:");
    let (tell, told) = std::sync::mpsc::channel();
    in_browser(Settings::default(), move |browser| async move {
        let url = lets_the_app_in(&browser, &address, back).await;
        // Signed in and decided: the next time, the app is answered at once.
        browser.go(&address).await;
        browser.find("//p[.='The app.']").await;
        // What nobody began leads out, too.
        let own = format!("http://127.0.0.1:{app}/connect/sign-in?challenge=sg_sc_nothing");
        browser.go(&own).await;
        let page = browser.0.source().await.unwrap();
        assert!(
            page.contains("Go back to the app and begin again"),
            "{page}"
        );
        tell.send(url).unwrap();
    })
    .await;
    let url = told.recv().unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("no code: {url}"));
    let mut stdin = shell.child.stdin.take().unwrap();
    writeln!(stdin, "{code}").unwrap();
    for line in lines {
        shell.said.push_str(&line);
        shell.said.push('\n');
    }
    let ended = shell.child.wait().unwrap();
    let mut rest = &*shell.said;
    for word in [
        "\"access_token\":\"sg_at_",
        "contact_edit",
        "my-app:1",
        "Grace Hopper",
        "hafen-gmbh",
    ] {
        let found = rest.split_once(word);
        let (_, behind) = found.unwrap_or_else(|| panic!("no {word:?} in {rest}\n{}", shell.said));
        rest = behind;
    }
    assert!(ended.success(), "{}", shell.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn django_on_sqlite() {
    the_page(Made::Django, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn django_on_postgresql() {
    let database = TestPostgres::shared().await.fresh_database().await;
    the_page(Made::Django, Some(&database.url())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn express_on_sqlite() {
    the_page(Made::Express, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn express_on_postgresql() {
    let database = TestPostgres::shared().await.fresh_database().await;
    the_page(Made::Express, Some(&database.url())).await;
}
