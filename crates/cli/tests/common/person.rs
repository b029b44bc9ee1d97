//! A person with a browser that runs no scripts: follows redirects, keeps cookies, signs in,
//! and decides.

use reqwest::Url;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;

/// An HTTP client that keeps cookies and shows redirects.
pub fn browser() -> Client {
    Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .build()
        .unwrap()
}

/// Walks from the authorization URL to the redirect URI and answers it. Each row that offers
/// one of `strike` is answered with "no access".
pub fn consent(url: Url, username: &str, password: &str, strike: &[&str]) -> Url {
    let origin = url.origin().ascii_serialization();
    walk(&browser(), url, &origin, username, password, strike).unwrap()
}

/// The same with a browser that may be signed in, a server that may stop answering, and
/// pages whose origin is a proxy's.
pub fn walk(
    browser: &Client,
    url: Url,
    origin: &str,
    username: &str,
    password: &str,
    strike: &[&str],
) -> reqwest::Result<Url> {
    let mut answer = browser.get(url).send()?;
    for _ in 0..12 {
        if let Some(location) = location(&answer) {
            if location.path() == "/callback" {
                return Ok(location);
            }
            answer = browser.get(location).send()?;
            continue;
        }
        let (url, status) = (answer.url().clone(), answer.status());
        if status == 503 {
            answer.error_for_status_ref()?;
        }
        let page = answer.text()?;
        assert_eq!(status, 200, "{page}");
        let form = form_to_fill_in(&page).unwrap_or_else(|| panic!("no form on {url}: {page}"));
        let action = attribute(form.split_once('>').unwrap().0, "action").unwrap();
        answer = browser
            .post(url.join(&action).unwrap())
            .header("Origin", origin)
            .form(&filled_in(form, username, password, strike))
            .send()?;
    }
    panic!("no end to the redirects");
}

/// Where an answer sends the browser.
pub fn location(answer: &Response) -> Option<Url> {
    let headers = answer.headers();
    let location = match headers.get("refresh") {
        Some(refresh) => refresh.to_str().unwrap().strip_prefix("0; url=")?,
        None => headers.get("location")?.to_str().unwrap(),
    };
    Some(answer.url().join(location).unwrap())
}

/// The form that signs in or decides.
fn form_to_fill_in(page: &str) -> Option<&str> {
    page.split("<form ")
        .skip(1)
        .filter_map(|rest| rest.split_once("</form>").map(|(form, _)| form))
        .find(|form| form.contains("name=\"password\"") || form.contains("name=\"decision\""))
}

fn filled_in(form: &str, username: &str, password: &str, strike: &[&str]) -> Vec<(String, String)> {
    let inputs: Vec<Input> = form.split("<input ").skip(1).map(Input::of).collect();
    let struck: Vec<&str> = inputs
        .iter()
        .filter(|input| input.kind == "radio" && strike.contains(&input.value.as_str()))
        .map(|input| input.name.as_str())
        .collect();
    let mut fields = Vec::new();
    for input in &inputs {
        let value = match (input.name.as_str(), input.kind.as_str()) {
            ("username", _) => Some(username),
            ("password", _) => Some(password),
            (name, "radio") if struck.contains(&name) => input.value.is_empty().then_some(""),
            (_, "radio") => input.sent.then_some(input.value.as_str()),
            // Elevated ones begin off; this person wants them.
            (_, "checkbox") => (input.free && !strike.contains(&input.value.as_str()))
                .then_some(input.value.as_str()),
            _ => Some(input.value.as_str()),
        };
        fields.extend(value.map(|value| (input.name.clone(), value.to_owned())));
    }
    if form.contains("name=\"decision\"") {
        fields.push((String::from("decision"), String::from("allow")));
    }
    fields
}

struct Input {
    name: String,
    value: String,
    kind: String,
    /// Checked, and not disabled.
    sent: bool,
    /// Not disabled.
    free: bool,
}

impl Input {
    fn of(rest: &str) -> Self {
        let tag = rest.split_once('>').unwrap().0;
        let of = |name| attribute(tag, name).unwrap_or_default();
        let has = |word| tag.split_whitespace().any(|part| part == word);
        Self {
            name: of("name"),
            value: of("value"),
            kind: of("type"),
            sent: has("checked") && !has("disabled"),
            free: !has("disabled"),
        }
    }
}

/// An attribute's value with its character references resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let marked = format!(" {name}=\"");
    let text = format!(" {tag}");
    let (_, rest) = text.split_once(&marked)?;
    let (value, _) = rest.split_once('"')?;
    Some(
        [
            ("&#60;", "<"),
            ("&#62;", ">"),
            ("&#34;", "\""),
            ("&#39;", "'"),
            ("&#38;", "&"),
        ]
        .into_iter()
        .fold(value.to_owned(), |text, (from, to)| text.replace(from, to)),
    )
}
