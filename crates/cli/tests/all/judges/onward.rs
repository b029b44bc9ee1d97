//! An app that goes on from its redirect URI to other places, in a real Chromium.

use std::sync::mpsc;

use axum::Router;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};

use super::chrome::{Browser, Log, Settings, in_browser};
use crate::common::RunningDemo;

/// The app's own server, on every address of this device: each hop is a host that the policy of
/// no page of ours names, and the last place says whether it was reached. It tells each path.
/// Browsers open connections that they may never use, so one of them holds up no other.
async fn hops() -> (u16, mpsc::Receiver<String>) {
    let first = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = first.local_addr().unwrap().port();
    let second = tokio::net::TcpListener::bind(("::1", port)).await.unwrap();
    let (tell, told) = mpsc::channel();
    for listener in [first, second] {
        let tell = tell.clone();
        let answer = move |uri: Uri| async move {
            let _ = tell.send(uri.to_string());
            hop(port, &uri)
        };
        let app = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    }
    (port, told)
}

fn hop(port: u16, uri: &Uri) -> Response {
    let refused = uri.query().is_some_and(|query| query.contains("error="));
    let to = match uri.path() {
        "/to-the-program" => String::from("com.example.app:/handed-over"),
        "/callback" if !refused => format!("http://localhost:{port}/second"),
        "/second" => format!("http://[::1]:{port}/third"),
        "/third" => format!("http://127.0.0.1:{port}/last"),
        _ => return Html("<h1>arrived</h1>").into_response(),
    };
    axum::response::Redirect::to(&to).into_response()
}

#[tokio::test]
async fn an_app_goes_on_to_where_it_wants_behind_each_of_our_forms() {
    let demo = RunningDemo::start();
    let (port, told) = hops().await;
    let callback = format!("http://127.0.0.1:{port}/callback");
    let added = [
        "client",
        "add",
        "bexio",
        "hopper",
        "--name",
        "Hopper",
        "--maker",
        "Us",
        "--redirect-uri",
        &callback,
        "--scope",
        "contact_show",
    ];
    demo.manage(&added).ok();
    let url = authorization_url(&demo, "hopper", &callback);
    // Behind the decision; then, in another browser, behind signing in alone.
    for is_remembered in [false, true] {
        let url = url.clone();
        in_browser(Settings::default(), |browser| async move {
            sign_in(&browser, &url).await;
            if !is_remembered {
                browser.follow("//button[@value='allow']").await;
            }
            browser.text("//h1[.='arrived']").await;
            assert_eq!(browser.path().await, "/last");
        })
        .await;
    }
    let told: Vec<String> = told.try_iter().collect();
    let codes = told
        .iter()
        .filter(|path| path.starts_with("/callback?code="));
    assert_eq!(codes.count(), 2, "{told:?}");
}

/// A program of the device, reached from our page, and from a page of the app's own behind it.
/// Whether one is installed is the device's to say: the browser sets out for it, and no policy of
/// ours stands in the way.
#[tokio::test]
async fn an_app_of_the_device_is_reached_behind_the_decision() {
    let demo = RunningDemo::start();
    let (port, _told) = hops().await;
    let own_page = format!("http://127.0.0.1:{port}/to-the-program");
    for (id, redirect_uri, arrives_at, kind) in [
        (
            "device",
            "com.example.app:/callback",
            "com.example.app:/callback?code=",
            "--public",
        ),
        (
            "bridge",
            own_page.as_str(),
            "com.example.app:/handed-over",
            "--verified",
        ),
    ] {
        let about = [
            "client", "add", "bexio", id, "--name", "Device", "--maker", "Us", kind,
        ];
        let may = ["--redirect-uri", redirect_uri, "--scope", "contact_show"];
        demo.manage(&[&about[..], &may].concat()).ok();
        let url = authorization_url(&demo, id, redirect_uri);
        let settings = Settings {
            keeps_log: true,
            ..Settings::default()
        };
        in_browser(settings, move |browser| async move {
            sign_in(&browser, &url).await;
            browser.click("//button[@value='allow']").await;
            let set_out = format!("\"url\":\"{arrives_at}");
            for _ in 0..200 {
                let steps = browser.log(Log::Steps).await;
                let mut steps = steps.iter();
                if steps.any(|step| {
                    step.contains("\"Network.requestWillBeSent\"") && step.contains(&set_out)
                }) {
                    let console = browser.log(Log::Console).await;
                    let stopped = |line: &&String| line.contains("Content Security Policy");
                    assert_eq!(console.iter().find(stopped), None);
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            panic!("it never set out for {arrives_at}");
        })
        .await;
    }
}

fn authorization_url(demo: &RunningDemo, client: &str, redirect_uri: &str) -> reqwest::Url {
    let mut url = reqwest::Url::parse(&format!("{}/bexio/oauth/authorize", demo.base)).unwrap();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", "contact_show")
        .append_pair("state", "kept")
        .append_pair("organisation", "muster-ag")
        .append_pair("code_challenge", crate::common::play::CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    url
}

async fn sign_in(browser: &Browser, url: &reqwest::Url) {
    browser.go(url.as_str()).await;
    assert_eq!(browser.path().await, "/bexio/login");
    browser.fill("username", "anna").await;
    browser.fill("password", "anna-demo").await;
    browser.follow("//button[.='Sign in']").await;
}
