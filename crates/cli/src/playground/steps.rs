use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use oauth::model::TokenHash;

use super::demo::DemoClient;
use super::exchange::{ApiCall, Exchange, credentials, cut, is_short, post_form};
use super::form::Fields;
use super::held::Held;
use super::memory::{Call, Notice, Pending, Play};
use super::named::Named;
use super::play::Seat;
use super::query::PlayQuery;
use super::shared::Playground;
use super::verdicts::Verdicts;
use server::pages::respond;

type Shared = State<Arc<Playground>>;

/// `POST /play/{realm}/start`: the app asks, in the browser or, for a machine, by itself.
pub async fn start(State(playground): Shared, seat: Seat, fields: Fields) -> Response {
    if !fields.is_whole {
        return back(seat, Some(Notice::problem("notice-form")));
    }
    let field = |name: &str| fields.get(name);
    let Some(client) = field("client").and_then(|id| seat.client(id)).cloned() else {
        return back(seat, Some(Notice::problem("notice-pick-app")));
    };
    let mut asked: Vec<&str> = fields
        .all
        .iter()
        .filter(|(key, _)| key == "scope")
        .map(|(_, value)| value.as_str())
        .collect();
    asked.extend(field("more").into_iter().flat_map(str::split_whitespace));
    let asked = asked.join(" ");
    if client
        .grant_types
        .iter()
        .any(|one| one == "authorization_code")
    {
        return send_away(&playground, seat, &client, asked, field("organisation"));
    }
    let fields = [("grant_type", "client_credentials"), ("scope", &asked)];
    let what = "sent-machine";
    let exchange = as_client(&playground, &seat, &client, what, "token", &fields).await;
    keep_tokens(&seat, &client.client_id, &asked, exchange);
    back(seat, None)
}

/// More than this fits into the address of no browser and server on its way. A real app posts a form.
const LONGEST_ADDRESS: usize = 8_000;

/// Sends the person to the authorization endpoint, as an app would.
fn send_away(
    playground: &Playground,
    seat: Seat,
    client: &DemoClient,
    asked: String,
    organisation: Option<&str>,
) -> Response {
    let mut pending = Pending {
        client: client.client_id.clone(),
        asked,
        state: BASE64_URL_SAFE_NO_PAD.encode(playground.app.random_bytes::<24>()),
        verifier: BASE64_URL_SAFE_NO_PAD.encode(playground.app.random_bytes::<32>()),
        location: String::new(),
    };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(TokenHash::of(pending.verifier.as_bytes()).0);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &pending.client)
        .append_pair("redirect_uri", &redirect_uri(playground, &seat))
        .append_pair("scope", &pending.asked)
        .append_pair("state", &pending.state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    if let Some(organisation) = organisation {
        query.append_pair("organisation", organisation);
    }
    let language = seat.play().language;
    if let Some(language) = language {
        query.append_pair("ui_locales", language.code());
    }
    pending.location = format!(
        "{}?{}",
        seat.realm.layout().at("oauth/authorize"),
        query.finish()
    );
    let location = pending.location.clone();
    if location.len() > LONGEST_ADDRESS {
        return back(seat, Some(Notice::problem("notice-form")));
    }
    {
        let mut play = seat.play();
        play.notice = None;
        play.record(Exchange {
            what: "sent-authorize",
            request: cut(&format!(
                "GET {}",
                location.replace('?', "\n?").replace('&', "\n&")
            )),
            curl: String::new(),
            answer: None,
        });
        play.pending = Some(pending);
    }
    seat.seal(respond::see_other(&location))
}

/// What comes back with the person (RFC 6749 section 4.1.2, RFC 9207); of several values the first.
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Callback {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let first = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        Ok(Self {
            code: first("code"),
            state: first("state"),
            iss: first("iss"),
            error: first("error"),
            error_description: first("error_description"),
        })
    }
}

/// `GET /play/{realm}/callback`: the person is back.
pub async fn callback(State(playground): Shared, seat: Seat, callback: Callback) -> Response {
    let pending = seat.play().pending.take();
    let Some(pending) = pending.filter(|pending| callback.state.as_deref() == Some(&pending.state))
    else {
        return back(seat, Some(Notice::problem("notice-state")));
    };
    if callback.iss.as_deref() != Some(seat.demo.issuer.as_str()) {
        return back(seat, Some(Notice::problem("notice-issuer")));
    }
    if let Some(error) = callback.error {
        let said = callback.error_description.unwrap_or_default();
        let notice = Notice {
            values: vec![("error", error), ("said", said)],
            ..Notice::problem("notice-error")
        };
        return back(seat, Some(notice));
    }
    let (Some(code), Some(client)) = (callback.code, seat.client(&pending.client).cloned()) else {
        return back(seat, Some(Notice::problem("notice-empty")));
    };
    let redirect_uri = redirect_uri(&playground, &seat);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", pending.verifier.as_str()),
    ];
    let what = "sent-code";
    let exchange = as_client(&playground, &seat, &client, what, "token", &fields).await;
    keep_tokens(&seat, &client.client_id, &pending.asked, exchange);
    back(seat, None)
}

/// `POST /play/{realm}/refresh`
pub async fn refresh(State(playground): Shared, seat: Seat) -> Response {
    let held = seat.play().held.clone();
    let Some((client, held, token)) = held.and_then(|held| {
        let client = seat.client(&held.client)?.clone();
        let token = held.refresh_token.clone()?;
        Some((client, held, token))
    }) else {
        return back(seat, Some(Notice::problem("notice-no-refresh")));
    };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let what = "sent-refresh";
    let exchange = as_client(&playground, &seat, &client, what, "token", &fields).await;
    keep_tokens(&seat, &client.client_id, &held.asked, exchange);
    back(seat, None)
}

/// `POST /play/{realm}/introspect`: what the API would be told about the token.
pub async fn introspect(State(playground): Shared, seat: Seat) -> Response {
    let Some(held) = seat.play().held.clone() else {
        return back(seat, Some(Notice::problem("notice-no-token")));
    };
    let api = &seat.demo.introspector;
    let exchange = post_form(
        &playground.server,
        "sent-introspect",
        &format!("{}/oauth/introspect", seat.demo.issuer),
        Some((&api.client_id, &api.client_secret)),
        &[("token", &held.access_token)],
    )
    .await;
    seat.play().record(exchange);
    back(seat, None)
}

/// `POST /play/{realm}/revoke`: the app gives its access back.
pub async fn revoke(State(playground): Shared, seat: Seat) -> Response {
    let held = seat.play().held.clone();
    let Some((client, held)) =
        held.and_then(|held| Some((seat.client(&held.client)?.clone(), held)))
    else {
        return back(seat, Some(Notice::problem("notice-no-token")));
    };
    let token = held.refresh_token.as_deref().unwrap_or(&held.access_token);
    let what = "sent-revoke";
    let exchange = as_client(
        &playground,
        &seat,
        &client,
        what,
        "revoke",
        &[("token", token)],
    )
    .await;
    seat.play().record(exchange);
    back(seat, Some(Notice::done("notice-revoked")))
}

/// `POST /play/{realm}/call`: the answer is shown where the call was made.
pub async fn call(
    State(playground): Shared,
    seat: Seat,
    place: PlayQuery,
    fields: Fields,
) -> Response {
    if !fields.is_whole {
        return back(seat, Some(Notice::problem("notice-form")));
    }
    let Some(held) = seat.play().held.clone() else {
        return back(seat, Some(Notice::problem("notice-call-first")));
    };
    let Some(path) = fields.get("path").filter(|path| path.starts_with('/')) else {
        return back(seat, Some(Notice::problem("notice-path")));
    };
    let endpoint = fields
        .get("endpoint")
        .and_then(|number| number.parse().ok());
    let endpoint = endpoint.filter(|number| *number < seat.realm.catalog().endpoints().len());
    let Some(endpoint) = endpoint else {
        return back(seat, Some(Notice::problem("notice-endpoint")));
    };
    let method = fields.get("method").unwrap_or("GET");
    let url = format!("{}{path}", seat.demo.api);
    // Forms end lines in two characters.
    let body = fields.get("body").map(|body| body.replace("\r\n", "\n"));
    let body = body.as_deref();
    let verdicts = Verdicts::of(&seat.realm, Some(&held.access_token), None).await;
    let named = verdicts.named();
    let header = named.as_ref().and_then(Named::header);
    let call = ApiCall {
        method,
        url: &url,
        token: &held.access_token,
        header,
        body,
    };
    let exchange = call.send(&playground.server).await;
    {
        let mut play = seat.play();
        play.notice = None;
        play.record_call(Call {
            endpoint,
            path: path.to_owned(),
            body: body.filter(|own| is_short(own)).map(str::to_owned),
            exchange,
        });
    }
    let page = format!("/play/{}{}#call-{endpoint}", seat.realm.id(), place.text());
    seat.seal(respond::see_other(&page))
}

/// `POST /play/{realm}/forget`: begins anew. What was granted stays, as with a real app.
pub async fn forget(seat: Seat) -> Response {
    let mut play = seat.play();
    *play = Play {
        language: play.language,
        ..Play::default()
    };
    drop(play);
    back(seat, None)
}

/// Posts to one of the realm's OAuth endpoints as this client; a public one names itself.
async fn as_client(
    playground: &Playground,
    seat: &Seat,
    client: &DemoClient,
    what: &'static str,
    endpoint: &str,
    fields: &[(&str, &str)],
) -> Exchange {
    let mut fields = fields.to_vec();
    if client.client_secret.is_none() {
        fields.push(("client_id", &client.client_id));
    }
    let url = format!("{}/oauth/{endpoint}", seat.demo.issuer);
    post_form(&playground.server, what, &url, credentials(client), &fields).await
}

/// Takes tokens out of an answer of the token endpoint.
fn keep_tokens(seat: &Seat, client: &str, asked: &str, exchange: Exchange) {
    let mut play = seat.play();
    play.notice = None;
    let held = exchange
        .success()
        .and_then(|answer| Held::read(client, asked, answer));
    match held {
        Some(held) => {
            play.held = Some(held);
            // What an earlier token opened says nothing of this one.
            play.calls.clear();
        }
        None => play.notice = Some(Notice::problem("notice-refused")),
    }
    play.record(exchange);
}

fn redirect_uri(playground: &Playground, seat: &Seat) -> String {
    let realm = seat.realm.id();
    format!("{}/play/{realm}/callback", playground.app.base_url())
}

fn back(seat: Seat, notice: Option<Notice>) -> Response {
    if let Some(notice) = notice {
        seat.play().notice = Some(notice);
    }
    let page = format!("/play/{}#app", seat.realm.id());
    seat.seal(respond::see_other(&page))
}
