//! An app that asks for five hundred scopes, in a real Chromium: the page of another site posts the
//! request, and the person decides row by row.

use axum::Router;
use axum::response::Html;

use super::chrome::{Settings, in_browser};
use crate::common::many::Many;
use crate::common::person;
use crate::common::site::{PASSWORD, USER};
use reqwest::Url;

/// A page that no server has, with a form that sends the request.
pub(super) fn page_of_the_app(action: &str, request: &[(&str, String)]) -> String {
    let fields: String = request
        .iter()
        .map(|(name, value)| format!("<input type=hidden name={name} value=\"{value}\">"))
        .collect();
    let page =
        format!("<form method=post action=\"{action}\">{fields}<button>Connect</button></form>");
    let mut url = Url::parse("data:text/html,x").unwrap();
    url.set_path(&format!("text/html,{page}"));
    url.into()
}

/// The app's own server, as far as the browser needs one.
async fn app() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = Router::new().fallback(|| async { Html("<h1>In</h1>") });
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_are_asked_and_decided() {
    let many = tokio::task::spawn_blocking(|| Many::start(None))
        .await
        .unwrap();
    let callback = format!("http://127.0.0.1:{}/callback", app().await);
    let mut request = many.request(500);
    for (name, value) in &mut request {
        if *name == "redirect_uri" {
            value.clone_from(&callback);
        }
    }
    let start = page_of_the_app(&many.authorize(), &request);
    let (sender, receiver) = std::sync::mpsc::channel();
    in_browser(Settings::default(), |browser| async move {
        browser.go(&start).await;
        browser.follow("//button[.='Connect']").await;
        browser.fill("username", USER).await;
        browser.fill("password", PASSWORD).await;
        browser.follow("//button[.='Sign in']").await;
        browser.find("//button[@value='allow']").await;
        assert_eq!(browser.path().await, "/many/consent");
        let rows = browser.measure("document.querySelectorAll('.group > .row').length");
        assert!((rows.await - 250.0).abs() < 0.5);
        let boxes = "document.querySelectorAll('.group .row input:checked').length";
        assert!((browser.measure(boxes).await - 500.0).abs() < 0.5);
        // The page can be loaded again, and one row is struck by hand.
        browser.0.refresh().await.unwrap();
        let row = "//details[.//input[@value='records-of-some-kind-007:write']]/summary";
        browser.click(row).await;
        browser
            .click("//label[input[@value='records-of-some-kind-007:write']]")
            .await;
        assert!((browser.measure(boxes).await - 499.0).abs() < 0.5);
        browser.follow("//button[@value='allow']").await;
        browser.find("//h1[.='In']").await;
        sender.send(browser.0.current_url().await.unwrap()).unwrap();
    })
    .await;
    let redirect = receiver.recv().unwrap();
    tokio::task::spawn_blocking(move || {
        let browser = person::browser();
        let code = redirect.query_pairs().find(|(name, _)| name == "code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code.unwrap().1),
            ("redirect_uri", &callback),
            ("code_verifier", crate::common::play::VERIFIER),
        ];
        let tokens = many.token(&browser, &form);
        let scope = tokens["scope"].as_str().unwrap();
        assert_eq!(scope.split(' ').count(), 499);
        assert!(!scope.contains("007:write"));
    })
    .await
    .unwrap();
}
