//! The issuer's own address, and the root.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use crate::support::{Answer, World};

async fn german(world: &World, path: &str) -> Answer {
    let request = Request::get(path)
        .header(header::ACCEPT_LANGUAGE, "de-CH")
        .body(Body::empty());
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn the_issuers_address_says_what_it_is_and_leads_on() {
    let world = World::new("bexio").await;
    let page = german(&world, "/bexio").await;
    page.expect(StatusCode::OK);
    assert!(page.body.contains("<html lang=\"de\">"), "{}", page.body);
    assert!(page.body.contains("Zugriff auf bexio für Apps"));
    assert!(page.body.contains(&world.issuer()), "{}", page.body);
    let targets = page.body.split("href=\"").skip(1);
    let targets = targets.filter_map(|rest| rest.split('"').next());
    let mut seen = 0;
    for target in targets.filter(|target| target.starts_with(['/', '?'])) {
        let target = target.replace("&#38;", "&");
        let path = match target.starts_with('?') {
            true => format!("/bexio{target}"),
            false => target,
        };
        let led = world.get(&path).await;
        let login = led.status == StatusCode::SEE_OTHER && path.contains("/account");
        assert!(login || led.status == StatusCode::OK, "{path}: {led:?}");
        seen += 1;
    }
    assert!(seen >= 4, "{}", page.body);
}

#[tokio::test]
async fn programs_that_mistake_the_name_get_a_problem() {
    let world = World::new("bexio").await;
    let answer = world.get("/bexo").await;
    answer.expect(StatusCode::NOT_FOUND);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
}

#[tokio::test]
async fn the_root_of_a_server_names_its_realms() {
    let world = World::new("bexio").await;
    let router = server::home_router(std::sync::Arc::clone(&world.app));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let page = router.oneshot(request).await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let body = axum::body::to_bytes(page.into_body(), usize::MAX).await;
    let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
    assert!(body.contains("href=\"/bexio?ui_locales=en\""), "{body}");
    assert!(
        !body.contains("/account"),
        "there is no account of no realm"
    );
}
