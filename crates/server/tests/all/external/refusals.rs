use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use oauth::model::{Client, Status};
use serde_json::{Value, json};
use storage::{SqliteStore, Store};

use super::{Place, challenge, own};
use crate::support::{Answer, audit, basic, client_secret};

/// Of what does not count, nothing is left, and the same sign-in can still be answered.
async fn leaves_nothing(place: &Place, refused: &Answer, status: u16, what: &str) {
    assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
    assert!(refused.body.contains(what), "{what}: {}", refused.body);
    assert!(place.person().await.is_none());
}

#[tokio::test]
async fn the_challenge_alone_completes_nothing() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let challenge = challenge(&sent);
    for brought in [
        "",
        &challenge,
        "sg_sa_x",
        &challenge.replace("sg_sc_", "sg_sa_"),
    ] {
        let path = format!("/bexio/sign-ins/finish?answer={brought}&challenge={challenge}");
        browser.get(&path).await.expect(StatusCode::GONE);
    }
    let finish = format!("/bexio/sign-ins/finish?challenge={challenge}");
    browser.get(&finish).await.expect(StatusCode::GONE);
}

#[tokio::test]
async fn only_the_browser_that_began_comes_back() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    let without = place.world.get(&back).await;
    without.expect(StatusCode::BAD_REQUEST);
    let mut other = place.world.browser();
    place.goes(&mut other, &[]).await;
    other.get(&back).await.expect(StatusCode::GONE);
    assert!(other.cookie.is_none());
    // It is not used up by that.
    let own = browser.get(&back).await;
    assert!(own.location().starts_with("/bexio/consent?request="));
}

#[tokio::test]
async fn the_second_value_counts_once() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    // Looking at a link changes nothing.
    place.world.method(Method::HEAD, &back).await;
    browser.get(&back).await.expect(StatusCode::SEE_OTHER);
    let first = browser.cookie.clone();
    // Whoever takes the way back stays who they are; whoever signed out meanwhile stays so.
    let again = browser.get(&back).await;
    assert!(again.location().starts_with("/bexio/consent?request="));
    assert_eq!(browser.cookie, first);
    browser.cookie = None;
    browser.get(&back).await.expect(StatusCode::GONE);
    assert!(browser.cookie.is_none());
}

#[tokio::test]
async fn a_sign_in_is_answered_once() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let challenge = challenge(&sent);
    let first = place.told(&challenge, &place.grace()).await;
    let renamed = place.grace_with(&json!({ "name": "Mallory" }));
    for said in [
        renamed,
        json!({ "refused": "access_denied" }),
        json!({ "another": true }),
    ] {
        let again = place.tell(&challenge, &said).await;
        again.expect_error(409, "invalid_request");
    }
    place
        .asked(&challenge)
        .await
        .expect_error(409, "invalid_request");
    assert_eq!(place.person().await.unwrap().name, "Grace Muster");
    browser.get(&first).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn answers_that_race_are_one() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let challenge = challenge(&sent);
    let raced = {
        let (hash, realm) = (
            oauth::secret::hash(oauth::SecretKind::SignInChallenge, &challenge).unwrap(),
            place.world.app.now(),
        );
        move |store: Arc<dyn Store>| async move {
            let no = oauth::model::SignInAnswer {
                hash: oauth::model::TokenHash([9; 32]),
                outcome: oauth::model::SignInOutcome::Refused,
            };
            assert!(store.answer_sign_in(&hash, &no, realm).await.unwrap());
        }
    };
    place.world.store.before("record_arrival", raced);
    let refused = place.tell(&challenge, &place.grace()).await;
    leaves_nothing(&place, &refused, 409, "answered before").await;
}

#[tokio::test]
async fn what_comes_late_counts_no_more() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let late = Duration::from_secs(600);
    let sent = place.goes(&mut browser, &[]).await;
    let answered = place.goes(&mut browser, &[]).await;
    let back = place
        .told(&challenge(&answered), &json!({ "another": true }))
        .await;
    place.world.clock.advance(late);
    let refused = place.tell(&challenge(&sent), &place.grace()).await;
    leaves_nothing(&place, &refused, 404, "began more than ten minutes ago").await;
    place
        .asked(&challenge(&sent))
        .await
        .expect_error(404, "invalid_request");
    browser.get(&back).await.expect(StatusCode::GONE);
}

#[tokio::test]
async fn nobody_else_tells_who_signs_in() {
    let place = Place::new().await;
    let world = &place.world;
    world.add(world.api("resource-server")).await;
    let mut browser = world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let challenge = challenge(&sent);
    let grace = place.grace().to_string();
    for (credentials, status, code) in [
        (basic("my-app", "sg_cs_wrong"), 401, "invalid_client"),
        (
            basic("nobody", client_secret("my-app").expose()),
            401,
            "invalid_client",
        ),
        (
            basic("ledgerly", client_secret("ledgerly").expose()),
            403,
            "unauthorized_client",
        ),
        (
            basic("resource-server", client_secret("resource-server").expose()),
            403,
            "unauthorized_client",
        ),
        ("Bearer x".to_owned(), 401, "invalid_client"),
    ] {
        let refused = place.send(&challenge, &credentials, grace.clone()).await;
        refused.expect_error(status, code);
        leaves_nothing(&place, &refused, status, code).await;
    }
    let request = Request::post(place.path(&challenge)).body(Body::from(grace.clone()));
    world
        .send(request.unwrap())
        .await
        .expect_error(401, "invalid_client");
    let twice = Request::post(place.path(&challenge))
        .header(header::AUTHORIZATION, own())
        .header(header::AUTHORIZATION, own());
    let twice = world.send(twice.body(Body::from(grace)).unwrap()).await;
    twice.expect_error(400, "invalid_request");
    // And the application is nothing else: it gets no tokens, and learns of none.
    let form = [("grant_type", "client_credentials")];
    let service: Client = world
        .followed
        .client("bexio", "my-app")
        .await
        .unwrap()
        .unwrap();
    let token = world.post_as(&service, "token", &form).await;
    token.expect_error(400, "unauthorized_client");
    let told = world
        .post_as(&service, "introspect", &[("token", "x")])
        .await;
    assert_eq!(told.body, r#"{"active":false}"#);
    place.told(&challenge, &place.grace()).await;
}

/// Also where realms share a database, and a browser has the same secret in both.
#[tokio::test]
async fn a_challenge_counts_in_its_own_realm() {
    let database: Arc<dyn Store> = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let place = Place::over("bexio", Arc::clone(&database)).await;
    let other = Place::over("bokio", database).await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let refused = other.tell(&challenge(&sent), &other.grace()).await;
    leaves_nothing(&other, &refused, 404, "no sign-in under way").await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    let mut there = other.world.browser();
    let same = browser.own_cookie.as_deref().unwrap();
    there.own_cookie = Some(same.replace("bexio", "bokio"));
    let foreign = back.replace("/bexio/", "/bokio/");
    there.get(&foreign).await.expect(StatusCode::GONE);
    assert!(there.cookie.is_none());
    browser.get(&back).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let challenge = challenge(&sent);
    let organisation = |one: Value| place.grace_with(&json!({ "organisations": [one] }));
    let cases: Vec<(String, u16, &str)> = vec![
        (String::new(), 400, "ends in the middle"),
        ("{".to_owned(), 400, "ends in the middle"),
        ("[]".to_owned(), 400, "expected"),
        ("null".to_owned(), 400, "expected"),
        ("{}".to_owned(), 400, "say one of three things"),
        ("subject=42".to_owned(), 400, "no value"),
        (
            r#"{"subject":"42","subject":"43","name":"x"}"#.to_owned(),
            400,
            "given twice",
        ),
        (
            r#"{"subject":42,"name":"x"}"#.to_owned(),
            400,
            "subject: there is the number `42` where a text is expected, at line 1",
        ),
        (
            place.grace_with(&json!({"methods": "pwd"})).to_string(),
            400,
            "methods: there is the text",
        ),
        (
            organisation(json!({"id": 17, "name": "x"})).to_string(),
            400,
            "organisations[0].id: there is the number `17` where a text is expected",
        ),
        (
            organisation(json!({"id": "17"})).to_string(),
            400,
            "organisations[0]: a member `name` is missing",
        ),
        (
            place
                .grace_with(&json!({"organisations": null}))
                .to_string(),
            400,
            "organisations: null says neither",
        ),
        (
            format!("{}x", place.grace()),
            400,
            "something stands behind its end",
        ),
        (r#"{"subject":"42","nam":"x"}"#.to_owned(), 400, "`nam`"),
        (r#"{"subject":"42"}"#.to_owned(), 400, "name: it is missing"),
        (
            r#"{"subject":"42","name":"\ud800"}"#.to_owned(),
            400,
            "character",
        ),
        (
            json!({"refused": "server_error"}).to_string(),
            400,
            "refused: ",
        ),
        (
            json!({"another": false}).to_string(),
            400,
            "say one of three things",
        ),
        (
            place.grace_with(&json!({"another": true})).to_string(),
            400,
            "say one of three things",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": "yesterday"}))
                .to_string(),
            400,
            "authenticated_at: ",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": 1.5}))
                .to_string(),
            400,
            "authenticated_at: there is the number `1.5` where a time, in whole seconds since 1970 or as a text such as",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": true}))
                .to_string(),
            400,
            "authenticated_at: there is `true` where a time",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": u64::MAX}))
                .to_string(),
            400,
            "authenticated_at: it is no time",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": -1}))
                .to_string(),
            422,
            "authenticated_at: 1969-12-31T23:59:59Z is before 1970",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": "1969-07-20T20:17:40Z"}))
                .to_string(),
            422,
            "authenticated_at: ",
        ),
        (
            place.grace_with(&json!({"email": null})).to_string(),
            422,
            "email_verified: there is no `email`",
        ),
        (
            place.grace_with(&json!({"session": ""})).to_string(),
            422,
            "session: ",
        ),
        (
            place.grace_with(&json!({"session": "a\u{0}b"})).to_string(),
            422,
            "session: ",
        ),
        (
            place
                .grace_with(&json!({"session": "s".repeat(5_000)}))
                .to_string(),
            422,
            "send 1 to 255 bytes",
        ),
        (
            place
                .grace_with(&json!({"methods": ["Gesicht–für–mich"]}))
                .to_string(),
            422,
            "Gesicht–für–mich",
        ),
        (
            place
                .grace_with(&json!({"authenticated_at": place.now() + 3600}))
                .to_string(),
            422,
            "authenticated_at: ",
        ),
        (
            place.grace_with(&json!({"subject": ""})).to_string(),
            422,
            "subject: ",
        ),
        (
            place.grace_with(&json!({"name": "a\u{0}b"})).to_string(),
            422,
            "name: ",
        ),
        (
            // The next ones are counted on from it.
            place.grace_with(&json!({"number": i64::MAX})).to_string(),
            422,
            "number: ",
        ),
        (
            place.grace_with(&json!({"email": "grace"})).to_string(),
            422,
            "email: ",
        ),
        (
            organisation(json!({"id": "1", "name": "x", "roles": [], "rights": []})).to_string(),
            400,
            "organisations[0]: ",
        ),
        (
            organisation(json!({"id": "1", "name": "x", "roles": ["king"]})).to_string(),
            422,
            "organisations[0].roles[0]: ",
        ),
        (
            organisation(json!({"id": "1", "name": "x", "rights": ["contact_show"]})).to_string(),
            422,
            "organisations[0].rights: ",
        ),
        (
            place
                .grace_with(&json!({"name": "x".repeat(300_000)}))
                .to_string(),
            413,
            "at most 262144 bytes",
        ),
    ];
    for (body, status, what) in cases {
        let refused = place.send(&challenge, &own(), body).await;
        refused.expect_error(status, "invalid_request");
        leaves_nothing(&place, &refused, status, what).await;
    }
    let latin = Body::from(&b"{\"subject\":\"42\",\"name\":\"M\xfcller\"}"[..]);
    let refused = place.send(&challenge, &own(), latin).await;
    leaves_nothing(&place, &refused, 400, "UTF-8").await;
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonp",
    ] {
        let request = Request::post(place.path(&challenge))
            .header(header::AUTHORIZATION, own())
            .header(header::CONTENT_TYPE, kind);
        let body = Body::from(place.grace().to_string());
        let refused = place.world.send(request.body(body).unwrap()).await;
        leaves_nothing(&place, &refused, 415, "application/json").await;
    }
    place.told(&challenge, &place.grace()).await;
}

#[tokio::test]
async fn what_nobody_began_is_nobodys() {
    let place = Place::new().await;
    for forged in ["x", "sg_sc_x", "finish", "..%2F", &"a".repeat(5_000)] {
        let refused = place.tell(forged, &place.grace()).await;
        let is_refused = matches!(refused.status.as_u16(), 404 | 405);
        assert!(is_refused, "{forged}: {} {}", refused.status, refused.body);
    }
    let well_formed = oauth::secret::generate(oauth::SecretKind::SignInChallenge, [7; 32]);
    let refused = place.tell(well_formed.expose(), &place.grace()).await;
    leaves_nothing(&place, &refused, 404, "no sign-in under way").await;
}

#[tokio::test]
async fn whoever_was_stopped_here_does_not_come_in() {
    let place = Place::new().await;
    let mut browser = place.graces_browser().await;
    let grace = place.person().await.unwrap();
    let mut other = place.world.browser();
    let sent = place.goes(&mut other, &[]).await;
    let meanwhile = place.told(&challenge(&sent), &place.grace()).await;
    let stopped = oauth::model::User {
        status: Status::Disabled {
            since: place.world.app.now(),
        },
        ..grace.clone()
    };
    let store = &place.world.followed;
    store.update_user(&stopped, audit()).await.unwrap();
    // Whoever was told of before.
    let page = other.get(&meanwhile).await;
    page.expect(StatusCode::FORBIDDEN);
    assert!(other.cookie.is_none());
    assert!(page.body.contains("has been stopped"), "{}", page.body);
    // Whoever is told of now.
    browser.cookie = None;
    let sent = place.goes(&mut browser, &[]).await;
    let refused = place.tell(&challenge(&sent), &place.grace()).await;
    refused.expect_error(403, "access_denied");
    assert!(
        refused.body.contains("my-app:42 is disabled here"),
        "{}",
        refused.body
    );
    // The application can still say that nobody signed in.
    place
        .told(&challenge(&sent), &json!({ "refused": "access_denied" }))
        .await;
}

#[tokio::test]
async fn whoever_was_deleted_meanwhile_does_not_come_in() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    let grace = place.person().await.unwrap();
    let now = place.world.app.now();
    let store = &place.world.followed;
    store.delete_user(&grace, now, audit()).await.unwrap();
    browser.get(&back).await.expect(StatusCode::GONE);
    assert!(browser.cookie.is_none());
    // Come again, they are another person.
    let sent = place.goes(&mut browser, &[]).await;
    let back = place.told(&challenge(&sent), &place.grace()).await;
    browser.get(&back).await.expect(StatusCode::SEE_OTHER);
    assert_ne!(place.person().await.unwrap().id, grace.id);
}

#[tokio::test]
async fn a_database_that_fails_leaves_nothing_half_done() {
    let place = Place::new().await;
    let mut browser = place.world.browser();
    let sent = place.goes(&mut browser, &[]).await;
    place
        .world
        .store
        .break_calls(&["record_arrival", "finish_sign_in"]);
    let refused = place.tell(&challenge(&sent), &place.grace()).await;
    refused.expect_error(503, "temporarily_unavailable");
    assert!(place.person().await.is_none());
    place.world.store.mend();
    let back = place.told(&challenge(&sent), &place.grace()).await;
    place.world.store.break_calls(&["finish_sign_in"]);
    let page = browser.get(&back).await;
    assert!(page.status.is_server_error(), "{}", page.status);
    place.world.store.mend();
    assert!(
        browser
            .get(&back)
            .await
            .location()
            .starts_with("/bexio/consent?request=")
    );
}

#[tokio::test]
async fn a_realm_with_accounts_takes_no_word_of_others() {
    let world = crate::support::World::new("bexio").await;
    let service = Client {
        signs_in: true,
        grant_types: [].into(),
        redirect_uris: Vec::new(),
        ..world.app_client("my-app", "")
    };
    world.add(service).await;
    let request = Request::post("/bexio/sign-ins/sg_sc_x")
        .header(header::AUTHORIZATION, own())
        .header(header::CONTENT_TYPE, "application/json");
    let refused = world.send(request.body(Body::from("{}")).unwrap()).await;
    refused.expect_error(404, "invalid_request");
    assert!(refused.body.contains("[realm.sign_in]"), "{}", refused.body);
    let page = world.get("/bexio/sign-ins/finish?answer=x").await;
    page.expect(StatusCode::NOT_FOUND);
}
