//! Chromium through chromedriver, one of each per test.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A chromedriver that runs; it ends with the value.
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// On a port that it chooses itself, and says.
    fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver; ./test installs it");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut driver = Self { child, port: 0 };
        driver.port = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver ended before it was ready");
        std::thread::spawn(move || lines.for_each(drop));
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What kind of browser.
#[derive(Clone, Copy, Default)]
pub struct Settings {
    /// A phone's screen, this many CSS pixels wide.
    pub phone_width: Option<u32>,
    /// Pages may run no script at all.
    pub without_scripts: bool,
    /// What it does is written down, to be read by [`Browser::log`].
    pub keeps_log: bool,
    /// What the person reads, English where it is not said.
    pub language: Option<&'static str>,
}

/// Runs a test in a fresh browser, which ends with it however it goes.
pub async fn in_browser<F, Fut>(settings: Settings, test: F)
where
    F: FnOnce(Browser) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let mut arguments: Vec<String> = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    .map(str::to_owned)
    .to_vec();
    let language = settings.language.unwrap_or("en");
    arguments.push(format!("--lang={language}"));
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    let mut options = json!({
        "args": arguments,
        "prefs": { "intl.accept_languages": language },
    });
    if let Some(width) = settings.phone_width {
        options["mobileEmulation"] =
            json!({ "deviceMetrics": { "width": width, "height": 844, "pixelRatio": 2.0 } });
    }
    if settings.without_scripts {
        options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let mut capabilities = json!({ "goog:chromeOptions": options });
    if settings.keeps_log {
        capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL", "performance": "ALL" });
    }
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object");
    };
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{}", driver.port))
        .await
        .expect("a browser; ./test installs it");
    let done = tokio::spawn(test(Browser(client.clone()))).await;
    let _ = client.close().await;
    if let Err(failed) = done {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// What a person does with a browser. What is not there in ten seconds is not there.
#[derive(Clone)]
pub struct Browser(pub Client);

impl Browser {
    pub async fn go(&self, url: &str) {
        self.0.goto(url).await.unwrap();
    }

    pub async fn path(&self) -> String {
        self.0.current_url().await.unwrap().path().to_owned()
    }

    pub async fn find(&self, xpath: &str) -> Element {
        let wait = self.0.wait().at_most(Duration::from_secs(10));
        match wait.for_element(Locator::XPath(xpath)).await {
            Ok(element) => element,
            Err(error) => panic!(
                "{error}: {xpath} on {}: {}",
                self.0.current_url().await.unwrap(),
                self.0.source().await.unwrap()
            ),
        }
    }

    /// Clicks something that leads to another page, and waits until this one is gone.
    pub async fn follow(&self, xpath: &str) {
        let element = self.find(xpath).await;
        element.click().await.unwrap();
        self.until_gone(&element).await;
    }

    async fn until_gone(&self, element: &Element) {
        for _ in 0..200 {
            if element.is_enabled().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no way on from {}", self.0.current_url().await.unwrap());
    }

    /// Clicks something that changes this page, out from under whatever stays at its edge.
    pub async fn click(&self, xpath: &str) {
        let element = self.find(xpath).await;
        let scroll = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
        let itself = vec![serde_json::to_value(&element).unwrap()];
        self.0.execute(scroll, itself).await.unwrap();
        element.click().await.unwrap();
    }

    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.find(&format!("//input[@name='{name}']")).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    pub async fn text(&self, xpath: &str) -> String {
        self.find(xpath).await.text().await.unwrap()
    }

    /// The texts of everything that is there now.
    pub async fn texts(&self, xpath: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.0.find_all(Locator::XPath(xpath)).await.unwrap() {
            texts.push(element.text().await.unwrap());
        }
        texts
    }

    /// Presses a key where the focus is, and answers what has the focus then.
    pub async fn press(&self, key: Key) -> Element {
        self.type_in(&char::from(key).to_string()).await;
        self.0.active_element().await.unwrap()
    }

    /// Presses Enter where that leads to another page.
    pub async fn enter(&self) {
        let focused = self.0.active_element().await.unwrap();
        self.type_in(&char::from(Key::Enter).to_string()).await;
        self.until_gone(&focused).await;
    }

    /// Types where the focus is.
    pub async fn type_in(&self, text: &str) {
        let focused = self.0.active_element().await.unwrap();
        focused.send_keys(text).await.unwrap();
    }

    /// What was written down since this was asked last, a line each.
    pub async fn log(&self, kind: Log) -> Vec<String> {
        let lines = self.0.issue_cmd(kind).await.unwrap();
        let lines = lines.as_array().unwrap().iter();
        lines
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A number that the browser works out of the page.
    pub async fn measure(&self, script: &str) -> f64 {
        let found = self
            .0
            .execute(&format!("return {script}"), Vec::new())
            .await;
        found.unwrap().as_f64().unwrap()
    }
}

/// A log of the browser, as chromedriver hands it out.
#[derive(Debug, Clone, Copy)]
pub enum Log {
    /// What pages are told they may not do.
    Console,
    /// Each step of each navigation, as the protocol of the developer tools has it.
    Steps,
}

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let kind = match self {
            Self::Console => "browser",
            Self::Steps => "performance",
        };
        (Method::POST, Some(json!({ "type": kind }).to_string()))
    }
}
