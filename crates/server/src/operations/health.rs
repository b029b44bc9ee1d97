use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use oauth::model::TokenHash;
use serde_json::{Map, Value, json};

use realm::limits;
use realm::{Api, App, Realm};

/// `GET /healthz`: the process lives and answers. Restart it when this fails.
pub(crate) async fn alive() -> Response {
    ([(CACHE_CONTROL, "no-store")], "alive\n").into_response()
}

/// `GET /readyz`: may requests be sent here? If not, 503 with everything that is wrong.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let problems = problems(&app).await;
    let (status, word) = if problems.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    let catalogs: Map<String, Value> = app
        .realms()
        .iter()
        .map(|realm| (realm.id().to_owned(), catalog(realm)))
        .collect();
    let mut body = json!({ "status": word, "problems": problems, "catalogs": catalogs });
    // The ones from before are served all the same: no reason not to send requests here.
    if let (Some(why), Some(members)) = (app.catalogs_refused(), body.as_object_mut()) {
        members.insert("catalogs_refused".to_owned(), json!(*why));
    }
    let gates = gates(&app);
    if let (false, Some(members)) = (gates.is_empty(), body.as_object_mut()) {
        members.insert("apis".to_owned(), gates.into());
    }
    // Who is signed in goes on without one, and so do tokens: no reason either.
    let providers = providers(&app);
    if let (false, Some(members)) = (providers.is_empty(), body.as_object_mut()) {
        members.insert("sign_in_providers".to_owned(), providers.into());
    }
    let body = Json(body);
    let mut response = (status, [(CACHE_CONTROL, "no-store")], body).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = axum::http::HeaderValue::from_static("1");
        response.headers_mut().insert(RETRY_AFTER, soon);
    }
    response
}

/// `GET /readyz/reads`: may calls be sent to the gates here, and be it only those that read? Less than
/// `/readyz` asks for: for gates on nodes of their own while the database is away.
pub(super) async fn reads(State(app): State<Arc<App>>) -> Response {
    let no_store = [(CACHE_CONTROL, "no-store")];
    if app.is_stopping() || !app.decides_reads() {
        let body = Json(json!({ "status": "not ready", "problems": changes(&app) }));
        return (StatusCode::SERVICE_UNAVAILABLE, no_store, body).into_response();
    }
    (no_store, Json(json!({ "status": "ready" }))).into_response()
}

/// Which catalog a realm goes by here; while servers are replaced or files are changed one after
/// another, nodes differ.
fn catalog(realm: &Realm) -> Value {
    json!({
        "version": realm.catalog().version(),
        "digest": TokenHash(realm.catalog_digest()).to_string(),
    })
}

/// By realm whose people sign in at a provider of OpenID Connect: did it tell of itself when it was asked last?
fn providers(app: &App) -> Map<String, Value> {
    let realms = app.realms();
    let each = realms.iter().filter_map(|realm| {
        let provider = realm.sign_in().kind.openid_connect()?;
        let said = json!({
            "issuer": provider.settings().issuer,
            "discovery": provider.last_asked().as_str(),
        });
        Some((realm.id().to_owned(), said))
    });
    each.collect()
}

/// By realm and API: what gates do with calls that are not allowed.
fn gates(app: &App) -> Map<String, Value> {
    let now = app.now().as_second();
    let mode = |api: &Api| {
        let all = api.beside().observes_all_until();
        let mut said = match all.filter(|until| !until.is_over(now)) {
            Some(until) => json!({ "mode": "observe", "until": until.day() }),
            None if api.beside().observes_some(now) => {
                json!({ "mode": "deny", "observed_in_part": true })
            }
            None => json!({ "mode": "deny" }),
        };
        let time = api.deny_reads_after();
        if let (true, Some(members)) = (time > limits::STALE_AFTER, said.as_object_mut()) {
            let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            members.insert("deny_reads_after_ms".to_owned(), ms.into());
        }
        said
    };
    let realms = app.realms();
    let with_apis = realms.iter().filter(|realm| !realm.apis().is_empty());
    with_apis
        .map(|realm| {
            let apis = realm.apis().iter();
            let modes: Map<String, Value> =
                apis.map(|api| (api.name().to_owned(), mode(api))).collect();
            (realm.id().to_owned(), modes.into())
        })
        .collect()
}

async fn problems(app: &App) -> Vec<String> {
    let mut problems = Vec::new();
    if app.is_stopping() {
        problems.push("the server is stopping".to_owned());
    }
    match tokio::time::timeout(limits::READY_TIME, app.check_store()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => problems.push(error.to_string()),
        Err(_) => problems.push(format!(
            "the database did not answer within {} s",
            limits::READY_TIME.as_secs()
        )),
    }
    problems.extend(changes(app));
    problems
}

/// What is wrong with the changes of other nodes, if something is.
fn changes(app: &App) -> Option<String> {
    (!app.is_fresh()).then(|| {
        let why = app.changes_problem();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        format!(
            "changes of other nodes were last read {} ms ago, and everything is denied after {} ms{}{why}",
            app.changes_age().as_millis(),
            limits::STALE_AFTER.as_millis(),
            exceptions(app),
        )
    })
}

/// Which calls are answered for longer.
fn exceptions(app: &App) -> String {
    let longer = app.realms().into_iter().flat_map(|realm| {
        let apis = realm.apis().iter();
        let longer = apis.filter(|api| api.deny_reads_after() > limits::STALE_AFTER);
        let each = longer.map(|api| {
            let time = api.deny_reads_after().as_millis();
            format!(
                "; calls of {}/{} that only read, after {time} ms",
                realm.id(),
                api.name()
            )
        });
        each.collect::<Vec<_>>()
    });
    longer.collect()
}
