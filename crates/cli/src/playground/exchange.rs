use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use axum::http::{Method, Request, StatusCode};
use base64::prelude::{BASE64_STANDARD, Engine};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::demo::DemoClient;

/// A request of the played app and its answer, as the page shows them.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What it was for.
    pub what: String,
    /// The request, as text.
    pub request: String,
    /// The answer, as text.
    pub answer: String,
    /// The answer's status.
    pub status: u16,
    /// The answer's body, when it is JSON.
    pub json: Option<Value>,
}

/// Posts a form to one of the realm's endpoints, as this client.
pub async fn post_form(
    server: &Router,
    what: &str,
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
    if let Some((id, secret)) = credentials {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
        request = request.header(AUTHORIZATION, format!("Basic {basic}"));
        shown += &format!("Authorization: Basic base64({id}:the secret)\n");
    }
    shown += &format!(
        "Content-Type: application/x-www-form-urlencoded\n\n{}",
        form.replace('&', "\n&")
    );
    send(server, what, shown, request.body(Body::from(form))).await
}

/// Calls the sandbox API with an access token.
pub async fn call_api(
    server: &Router,
    method: &str,
    url: &str,
    token: &str,
    body: Option<&str>,
) -> Exchange {
    let mut request = Request::builder()
        .method(method)
        .uri(path_of(url))
        .header(HOST, host_of(url))
        .header(AUTHORIZATION, format!("Bearer {token}"));
    let mut shown = format!(
        "{method} {}\nAuthorization: Bearer {}\n",
        path_of(url),
        short(token)
    );
    if let Some(body) = body {
        request = request.header(CONTENT_TYPE, "application/json");
        shown += &format!("Content-Type: application/json\n\n{body}");
    }
    let body = Body::from(body.unwrap_or_default().to_owned());
    send(server, "Call of the API", shown, request.body(body)).await
}

async fn send(
    server: &Router,
    what: &str,
    shown: String,
    request: Result<Request<Body>, axum::http::Error>,
) -> Exchange {
    let mut exchange = Exchange {
        what: what.to_owned(),
        request: shown,
        answer: String::new(),
        status: 0,
        json: None,
    };
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            exchange.answer = format!("This cannot be sent: {error}.");
            return exchange;
        }
    };
    let Ok(response) = server.clone().oneshot(request).await;
    exchange.status = response.status().as_u16();
    let reason = response.status().canonical_reason().unwrap_or_default();
    exchange.answer = format!("{} {reason}\n", exchange.status);
    for name in [CONTENT_TYPE, WWW_AUTHENTICATE] {
        if let Some(value) = response
            .headers()
            .get(&name)
            .and_then(|value| value.to_str().ok())
        {
            exchange.answer += &format!("{name}: {value}\n");
        }
    }
    let body = read(response.into_body()).await;
    exchange.json = serde_json::from_slice(&body).ok();
    let text = match &exchange.json {
        Some(json) => format!("{json:#}"),
        None => String::from_utf8_lossy(&body).into_owned(),
    };
    if exchange.status != StatusCode::NO_CONTENT.as_u16() {
        exchange.answer += "\n";
        exchange.answer += &cut(&text);
    }
    exchange
}

async fn read(body: Body) -> Bytes {
    body.collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default()
}

/// The page shows at most this much of an answer.
const LONGEST_ANSWER: usize = 6_000;

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ANSWER) {
        Some((at, _)) => format!("{}\n… cut here", text.get(..at).unwrap_or_default()),
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
