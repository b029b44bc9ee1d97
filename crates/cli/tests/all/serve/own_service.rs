//! A Rust service of one's own, with the gate in its own process, before a server that runs.

use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use enforce::remote::Credentials;
use scope::Catalog;
use serde_json::Value;

use crate::common::many::free_ports;
use crate::common::operated::until;
use crate::common::play::text;
use crate::common::site::{ORGANISATION, Site};
use crate::common::{person, root};

#[path = "../../../../enforce/examples/axum_service.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod axum_service;

/// The API's own address, as the realm knows it.
const API: &str = "https://api.example.com";

/// The example of `docs/tower.md`, and where it is.
fn service(issuer: &str, secret: &str) -> String {
    let file = root().join("catalogs/bokio.toml");
    let catalog = std::fs::read_to_string(&file).unwrap();
    let catalog = Arc::new(Catalog::parse("bokio.toml", &catalog).unwrap());
    let (issuer, secret) = (issuer.to_owned(), secret.to_owned());
    let (told, at) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async move {
            let credentials = Credentials::basic("orders-api", &secret);
            let layer = axum_service::gate::layer(catalog, &issuer, API, credentials);
            let app = axum_service::app(layer.await.unwrap());
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            let app = ServiceExt::<axum::extract::Request>::into_make_service(app);
            axum::serve(listener, app).await.unwrap();
        });
    });
    format!("http://{}", at.recv().unwrap())
}

#[test]
fn a_service_with_the_layer_opens_what_a_running_server_allows_and_closes_in_time() {
    let [port] = free_ports();
    let base = format!("http://127.0.0.1:{port}");
    let configuration = format!(
        "listen = \"127.0.0.1:{port}\"\nbase_url = \"{base}\"\ndatabase = \"own.sqlite\"\n\
         [[realm]]\ncatalog = \"bokio\"\n[[realm.api]]\nurl = \"{API}\"\n"
    );
    let site = Site::with(&[configuration], vec![base]);
    site.manage(&["migrate"]).ok();
    let organisation = ["organisation", "add", "bokio", ORGANISATION];
    site.manage(&[&organisation[..], &["--name", "Firma"]].concat())
        .ok();
    let add = |id: &str, more: &[&str]| {
        let about = ["client", "add", "bokio", id, "--name", id, "--maker", "Us"];
        let added = site.manage(&[&about[..], more].concat()).ok();
        added.out.split_whitespace().last().unwrap().to_owned()
    };
    let may = ["--kind", "private-integration", "--scope", "invoices:read"];
    let robot = add(
        "robot",
        &[&may[..], &["--organisation", ORGANISATION]].concat(),
    );
    let kind = ["--kind", "private-integration", "--introspector"];
    let api = add("orders-api", &kind);
    let node = site.start(0);
    let issuer = format!("{}/bokio", site.bases[0]);
    let web = person::browser();
    let ask = || {
        let request = web.post(format!("{issuer}/oauth/token"));
        let request = request.form(&[
            ("grant_type", "client_credentials"),
            ("scope", "invoices:read"),
        ]);
        let answer = request.basic_auth("robot", Some(&robot)).send().unwrap();
        answer.json::<Value>().unwrap()
    };
    let told = ask();
    let token = text(&told["access_token"]);
    let company = text(&told["tenant_id"]);
    let service = service(&issuer, &api);
    let once = |method: &str, company: &str, token: &str| {
        let url = format!("{service}/v1/companies/{company}/invoices");
        let request = web.request(method.parse().unwrap(), url).bearer_auth(token);
        let answer = request.send().unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    };
    // On a busy machine the gate may have waited for its issuer in vain, and says so.
    let call = |method: &str, company: &str, token: &str| {
        let mut answer = (503, String::new());
        until("the issuer answers in time", || {
            answer = once(method, company, token);
            answer.0 != 503
        });
        answer
    };
    let (status, body) = call("GET", &company, &token);
    assert_eq!(
        (status, body.as_str()),
        (200, &*format!("the invoices of {company} for robot\n"))
    );
    for (method, company, token, status, reason) in [
        (
            "POST",
            company.as_str(),
            token.as_str(),
            403,
            "insufficient-scope",
        ),
        ("GET", "other", &token, 403, "wrong-organisation"),
        ("GET", &company, "sg_at_nonsense", 401, "invalid-token"),
    ] {
        let (found, body) = call(method, company, token);
        assert_eq!(found, status, "{body}");
        assert!(body.contains(&format!("\"reason\":\"{reason}\"")), "{body}");
    }
    // The command ends when every node knows; what comes a second later is closed, however much
    // later that is.
    site.manage(&["client", "disable", "bokio", "robot"]).ok();
    std::thread::sleep(Duration::from_millis(1_100));
    let (status, body) = call("GET", &company, &token);
    assert_eq!(status, 401, "{body}");
    site.manage(&["client", "enable", "bokio", "robot"]).ok();
    // What was issued before stays ended.
    let token = text(&ask()["access_token"]);
    assert_eq!(call("GET", &company, &token).0, 200);
    // Without its issuer the gate opens nothing that it does not know.
    drop(node);
    until("nothing is known any more", || {
        once("GET", &company, &token).0 == 503
    });
}
