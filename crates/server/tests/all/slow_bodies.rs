//! Bodies that never come: whoever reads one gives up in time, and says so.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::http::{Request, StatusCode, header};

use crate::slow::send_slowly;
use crate::support::{BASE, World, basic, client_secret};

/// Every address that takes a form, by programs and by people.
#[tokio::test]
async fn every_form_has_its_time() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let (_, grant) = world.consent(&client, "contact_show", 1).await;
    let other = world.add(world.app_client("other", "contact_show")).await;
    let (_, removed) = world.consent(&other, "contact_show", 2).await;
    let browser = world.annas_browser().await;
    let mut answers = BTreeMap::new();
    for route in server::routes() {
        if route.method != "POST" {
            continue;
        }
        let path = route.path.replace("{realm}", "bexio");
        let whose = match route.path.ends_with("/reduce") {
            true => grant.id,
            false => removed.id,
        };
        let path = path.replace("{grant}", &whose.to_string());
        let path = path.replace("{family}", &whose.to_string());
        let mut request = Request::post(format!("{path}?request=none"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, BASE);
        if route.is_open {
            let secret = client_secret("ledgerly");
            request = request.header(header::AUTHORIZATION, basic("ledgerly", secret.expose()));
        } else {
            request = request.header(header::COOKIE, browser.cookie.clone().unwrap());
        }
        let (answer, waited_for) = send_slowly(world.router.clone(), request).await;
        let status = answer.status();
        if route.is_open {
            assert_eq!(status, StatusCode::REQUEST_TIMEOUT, "{}", route.path);
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(body.contains("did not arrive in time"), "{body}");
        }
        answers.insert(route.path, (status.as_u16(), waited_for));
    }
    // Without the form nothing is done.
    let expected = [
        ("/{realm}/account/families/{family}/end", (303, true)),
        ("/{realm}/account/grants/{grant}/reduce", (303, true)),
        ("/{realm}/account/grants/{grant}/remove", (303, true)),
        ("/{realm}/account/password", (303, true)),
        ("/{realm}/account/second-factor", (303, true)),
        ("/{realm}/account/second-factor/codes", (303, true)),
        ("/{realm}/account/second-factor/confirm", (303, true)),
        ("/{realm}/account/second-factor/off", (303, true)),
        ("/{realm}/account/sessions/end-others", (303, true)),
        ("/{realm}/account/sessions/{session}/end", (303, true)),
        // Nothing is read of what a stranger sends there.
        ("/{realm}/apis/{api}/calls", (401, false)),
        ("/{realm}/consent", (400, true)),
        ("/{realm}/forgotten", (400, true)),
        ("/{realm}/link", (400, true)),
        ("/{realm}/login", (400, true)),
        ("/{realm}/login/code", (400, true)),
        ("/{realm}/logout", (303, true)),
        ("/{realm}/oauth/authorize", (400, true)),
        ("/{realm}/oauth/introspect", (408, true)),
        ("/{realm}/oauth/revoke", (408, true)),
        ("/{realm}/oauth/token", (408, true)),
        ("/{realm}/organisation", (400, true)),
        // Nobody signs in elsewhere here, and strangers are not read.
        ("/{realm}/sign-in/backchannel-logout", (404, false)),
        ("/{realm}/sign-ins/{challenge}", (401, false)),
    ];
    assert_eq!(answers, BTreeMap::from(expected));
    let grants = &world.followed;
    let left = grants.grant("bexio", grant.id).await.unwrap().unwrap();
    assert_eq!(left, grant, "nothing was taken off");
}
