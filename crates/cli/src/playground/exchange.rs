use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use axum::http::{Method, Request, StatusCode};
use base64::prelude::{BASE64_STANDARD, Engine};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::curl::Curl;
use super::demo::DemoClient;

/// A request of the played app and its answer, as the page shows them.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What it was for: a key of the playground's words.
    pub what: &'static str,
    /// The request, as text.
    pub request: String,
    /// The same, for a shell.
    pub curl: String,
    /// What came back; nothing where the person's browser went away with it.
    pub answer: Option<Answer>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status, headers and body, as text.
    pub text: String,
    /// The status; none where nothing could be sent, as the text says.
    pub status: Option<StatusCode>,
    /// The body, when it is JSON.
    pub json: Option<Value>,
}

impl Exchange {
    /// Was the answer a success?
    pub fn is_success(&self) -> bool {
        let status = self.answer.as_ref().and_then(|answer| answer.status);
        status.is_some_and(|status| status.is_success())
    }

    /// The answer's status with its reason.
    pub fn status(&self) -> Option<String> {
        let status = self.answer.as_ref()?.status?;
        let reason = status.canonical_reason().unwrap_or_default();
        Some(format!("{} {reason}", status.as_u16()))
    }

    /// The path that finds a record where this one did not, as the sandbox says.
    pub fn example(&self) -> Option<&str> {
        let json = self.answer.as_ref()?.json.as_ref()?;
        let is_missing = json.get("reason")?.as_str() == Some("unknown-record");
        json.get("example")?.as_str().filter(|_| is_missing)
    }

    /// A successful answer's body.
    pub fn success(&self) -> Option<&Value> {
        let answer = self.answer.as_ref().filter(|_| self.is_success());
        answer.and_then(|answer| answer.json.as_ref())
    }
}

/// Posts a form to one of the realm's endpoints, as this client.
pub async fn post_form(
    server: &Router,
    what: &'static str,
    url: &str,
    credentials: Option<(&str, &str)>,
    fields: &[(&str, &str)],
) -> Exchange {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path_of(url))
        .header(HOST, host_of(url))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut shown = format!("POST {}\n", path_of(url));
    let mut curl = Curl::new("POST", url);
    if let Some((id, secret)) = credentials {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (encode(id), encode(secret));
        let basic = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        request = request.header(AUTHORIZATION, format!("Basic {basic}"));
        shown += &format!("Authorization: Basic base64({id}:the secret)\n");
        curl = curl.user(&id, &secret);
    }
    for (name, value) in fields {
        curl = curl.field(name, value);
    }
    shown += &format!(
        "Content-Type: application/x-www-form-urlencoded\n\n{}",
        form.replace('&', "\n&")
    );
    let answer = send(server, request.body(Body::from(form))).await;
    Exchange {
        what,
        request: cut(&shown),
        curl: whole(curl.command()),
        answer: Some(answer),
    }
}

/// A call of the sandbox API.
pub struct ApiCall<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub token: &'a str,
    /// What names the organisation, where a header does.
    pub header: Option<(&'a str, &'a str)>,
    pub body: Option<&'a str>,
}

impl ApiCall<'_> {
    /// Sends it.
    pub async fn send(self, server: &Router) -> Exchange {
        let (method, path) = (self.method, path_of(self.url));
        let own_host = self.header.filter(|(name, _)| *name == HOST.as_str());
        let host = own_host.map_or(host_of(self.url), |(_, host)| host);
        let bearer = format!("Bearer {}", self.token);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .header(AUTHORIZATION, &bearer);
        let mut shown = format!(
            "{method} {path}\nAuthorization: Bearer {}\n",
            short(self.token)
        );
        let mut curl = Curl::new(method, self.url).header("Authorization", &bearer);
        if let Some((name, value)) = self.header {
            shown += &format!("{name}: {value}\n");
            curl = curl.header(name, value);
            if own_host.is_none() {
                request = request.header(name, value);
            }
        }
        if let Some(body) = self.body {
            request = request.header(CONTENT_TYPE, "application/json");
            shown += &format!("Content-Type: application/json\n\n{body}");
            curl = curl.header("Content-Type", "application/json").body(body);
        }
        let body = Body::from(self.body.unwrap_or_default().to_owned());
        let answer = send(server, request.body(body)).await;
        Exchange {
            what: "sent-call",
            request: cut(&shown),
            curl: whole(curl.command()),
            answer: Some(answer),
        }
    }
}

async fn send(server: &Router, request: Result<Request<Body>, axum::http::Error>) -> Answer {
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            return Answer {
                text: error.to_string(),
                status: None,
                json: None,
            };
        }
    };
    let Ok(response) = server.clone().oneshot(request).await;
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut text = format!("{} {reason}\n", status.as_u16());
    for name in [CONTENT_TYPE, WWW_AUTHENTICATE] {
        let value = response.headers().get(&name);
        if let Some(value) = value.and_then(|value| value.to_str().ok()) {
            text += &format!("{name}: {value}\n");
        }
    }
    let body = read(response.into_body()).await;
    let json: Option<Value> = serde_json::from_slice(&body).ok();
    if status != StatusCode::NO_CONTENT {
        let body = match &json {
            Some(json) => format!("{json:#}"),
            None => match String::from_utf8(body.to_vec()) {
                Ok(text) => text,
                Err(no_text) => format!("({} B)", no_text.as_bytes().len()),
            },
        };
        text += "\n";
        text += &cut(&body);
    }
    Answer {
        text,
        status: Some(status),
        json,
    }
}

async fn read(body: Body) -> Bytes {
    body.collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default()
}

/// The page shows at most this much of a request, and of an answer.
const LONGEST_SHOWN: usize = 6_000;

/// Is it as long as the page shows it?
pub fn is_short(text: &str) -> bool {
    text.len() <= LONGEST_SHOWN
}

/// A command that is cut does something else, or nothing.
fn whole(command: String) -> String {
    if is_short(&command) {
        command
    } else {
        String::new()
    }
}

/// So much of a text as the page shows.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((at, _)) => format!("{}\n…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A token as it may stand on a page.
pub fn short(token: &str) -> String {
    let beginning: String = token.chars().take(16).collect();
    format!("{beginning}…")
}

fn path_of(url: &str) -> &str {
    let behind_scheme = url.find("://").map_or(0, |at| at + 3);
    url.get(behind_scheme..)
        .and_then(|rest| rest.find('/'))
        .and_then(|at| url.get(behind_scheme + at..))
        .unwrap_or("/")
}

fn host_of(url: &str) -> &str {
    let behind_scheme = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(behind_scheme..).unwrap_or_default();
    rest.split('/').next().unwrap_or_default()
}

/// How a client proves itself, for [`post_form`].
pub fn credentials(client: &DemoClient) -> Option<(&str, &str)> {
    let secret = client.client_secret.as_deref()?;
    Some((&client.client_id, secret))
}
