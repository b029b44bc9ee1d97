use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use oauth::model::Client;
use realm::{Random, SeededRandom};
use scope::Scope;

use crate::support::{World, basic, client_secret, encode};

const FORM: &str = "application/x-www-form-urlencoded";

async fn stora() -> (World, Client) {
    let world = World::new("stora").await;
    let machine = world.machine("robot", "operator", "public.contact:read");
    let machine = world.add(machine).await;
    (world, machine)
}

fn request(world: &World, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(world.path("token"))
        .header(header::CONTENT_TYPE, content_type)
        .header(
            header::AUTHORIZATION,
            basic("robot", client_secret("robot").expose()),
        )
        .body(body.into())
        .unwrap()
}

const GOOD: &str = "grant_type=client_credentials&scope=public.contact%3Aread";

#[tokio::test]
async fn only_forms_are_read() {
    let (world, _) = stora().await;
    for other in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencodedx",
    ] {
        let answer = world.send(request(&world, other, GOOD)).await;
        answer.expect_error(400, "invalid_request");
        assert!(
            answer.body.contains("application/x-www-form-urlencoded"),
            "{}",
            answer.body
        );
    }
    for form in [
        FORM,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLEncoded ;q=1",
    ] {
        world
            .send(request(&world, form, GOOD))
            .await
            .expect(StatusCode::OK);
    }
    let none = Request::post(world.path("token"))
        .body(Body::from(GOOD))
        .unwrap();
    world.send(none).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn forms_that_say_two_things_are_refused() {
    let (world, _) = stora().await;
    for form in [
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=client_credentials&scope=a&scope=b",
        "grant_type=client_credentials&scope[]=public.contact:read",
        "grant_type=client_credentials&scope[a]=b",
        "grant_type=client_credentials&unknown=%zz",
        "grant_type=client_credentials&unknown=%ff",
        "grant_type=client_credentials&client_id=somebody",
        "grant_type=client_credentials&client_secret=x",
        "scope=public.contact:read",
        "",
    ] {
        world
            .send(request(&world, FORM, form))
            .await
            .expect_error(400, "invalid_request");
    }
    let unknown = format!("{GOOD}&anything=else&resource=");
    world
        .send(request(&world, FORM, unknown))
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let (world, _) = stora().await;
    let mut twice = request(&world, FORM, GOOD);
    twice
        .headers_mut()
        .append(header::AUTHORIZATION, "Basic eDp5".parse().unwrap());
    world.send(twice).await.expect_error(400, "invalid_request");
    let mut binary = request(&world, FORM, GOOD);
    let value = header::HeaderValue::from_bytes(b"Basic \xff").unwrap();
    binary.headers_mut().insert(header::AUTHORIZATION, value);
    world
        .send(binary)
        .await
        .expect_error(400, "invalid_request");
    for other in ["Bearer x", "Basic", "Basic !!!", "Basic eA==", ""] {
        let mut request = request(&world, FORM, GOOD);
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, other.parse().unwrap());
        world
            .send(request)
            .await
            .expect_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn grant_types_are_told_apart() {
    let (world, machine) = stora().await;
    for unsupported in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "CLIENT_CREDENTIALS",
    ] {
        let form = [("grant_type", unsupported)];
        let answer = world.post_as(&machine, "token", &form).await;
        answer.expect_error(400, "unsupported_grant_type");
    }
    world
        .post_as(&machine, "token", &[])
        .await
        .expect_error(400, "invalid_request");
}

#[tokio::test]
async fn huge_requests_are_refused_without_being_read() {
    let (world, machine) = stora().await;
    let megabyte = "a".repeat(1 << 20);
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", megabyte.as_str()),
    ];
    let answer = world.post_as(&machine, "token", &form).await;
    answer.expect_error(413, "invalid_request");

    // No length is announced here: the body is cut off while it comes.
    let endless = chunked_body(1 << 14);
    let answer = world.send(request(&world, FORM, endless)).await;
    answer.expect_error(413, "invalid_request");
}

/// So many chunks of a kilobyte, of unknown length.
fn chunked_body(chunks: usize) -> Body {
    struct Chunks(usize);
    impl axum::body::HttpBody for Chunks {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
            if self.0 == 0 {
                return std::task::Poll::Ready(None);
            }
            self.0 -= 1;
            let chunk = bytes::Bytes::from(vec![b'a'; 1_024]);
            std::task::Poll::Ready(Some(Ok(http_body::Frame::data(chunk))))
        }
    }
    Body::new(Chunks(chunks))
}

#[tokio::test]
async fn long_scopes_are_refused_and_many_unknown_ones_are_told() {
    let (world, machine) = stora().await;
    let ask = |scope: String| {
        let (world, machine) = (&world, &machine);
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("scope", scope.as_str()),
            ];
            world.post_as(machine, "token", &form).await
        }
    };
    ask("a".repeat(60_000))
        .await
        .expect_error(400, "invalid_scope");
    ask((0..10_000).map(|number| format!("s{number} ")).collect())
        .await
        .expect_error(400, "invalid_scope");
    ask(String::from("public.contact:read \u{7f}"))
        .await
        .expect_error(400, "invalid_scope");
    ask(String::from("public.contact:read a\"b"))
        .await
        .expect_error(400, "invalid_scope");
    ask(String::from("public.contact:read a\\b"))
        .await
        .expect_error(400, "invalid_scope");
    ask(String::from("public.contact:read ünknown"))
        .await
        .expect_error(400, "invalid_scope");

    // `+` is a space, `%2B` a plus in a name.
    let plus = request(
        &world,
        FORM,
        "grant_type=client_credentials&scope=public.contact:read+a%2Bb",
    );
    let answer = world.send(plus).await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.json()["scope_withheld"][0]["scope"], "a+b");
}

/// The longest scope there may be fits, also where each of its letters has to be escaped.
#[tokio::test]
async fn a_scope_of_the_longest_length_fits_into_a_form() {
    let (world, machine) = stora().await;
    let longest: String = (0..Scope::MAX_TOKENS)
        .map(|number| format!("{}{number:03} ", "/".repeat(60)))
        .chain(["public.contact:read".to_owned()])
        .skip(1)
        .collect();
    assert!(
        longest.len() > 60_000 && longest.len() <= Scope::MAX_BYTES,
        "{}",
        longest.len()
    );
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", longest.as_str()),
    ];
    assert!(crate::support::encode(&form).len() > 150_000);
    let answer = world.post_as(&machine, "token", &form).await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.json()["scope"], "public.contact:read");
    // What is too long is refused as that, and not as a form that is.
    let longer = "//// ".repeat(14_000);
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", longer.as_str()),
    ];
    let answer = world.post_as(&machine, "token", &form).await;
    answer.expect_error(400, "invalid_scope");
    for endpoint in ["introspect", "revoke"] {
        let form = [("token", "x"), ("scope", longest.as_str())];
        let answer = world.post_as(&machine, endpoint, &form).await;
        assert_ne!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{endpoint}");
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let (world, _) = stora().await;
    for endpoint in ["token", "introspect", "revoke"] {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = world.method(method, &world.path(endpoint)).await;
            answer.expect_error(405, "invalid_request");
            assert!(answer.header("allow").unwrap().contains("POST"));
        }
    }
    let answer = world.method(Method::POST, "/stora/oauth/jwks").await;
    answer.expect_error(405, "invalid_request");
    assert!(answer.header("allow").unwrap().contains("GET"));
}

#[tokio::test]
async fn browsers_of_other_origins_may_call() {
    let (world, _) = stora().await;
    for endpoint in ["token", "introspect", "revoke", "jwks"] {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri(world.path(endpoint))
            .header(header::ORIGIN, "https://app.example")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(
                header::ACCESS_CONTROL_REQUEST_HEADERS,
                "authorization,mcp-protocol-version,traceparent,x-requested-with",
            );
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        answer.expect(StatusCode::NO_CONTENT);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let headers = answer.header("access-control-allow-headers").unwrap();
        assert_eq!(
            headers,
            "authorization,mcp-protocol-version,traceparent,x-requested-with"
        );
    }
}

#[tokio::test]
async fn an_unknown_realm_is_404_whatever_is_sent() {
    let (world, _) = stora().await;
    for path in [
        "/nowhere/oauth/token",
        "/nowhere/oauth/revoke",
        "/nowhere/oauth/introspect",
        "/%ff/oauth/token",
        "/STORA/oauth/token",
    ] {
        let request = Request::post(path).header(header::CONTENT_TYPE, FORM);
        let answer = world.send(request.body(Body::from(GOOD)).unwrap()).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
    world
        .get("/nowhere/oauth/jwks")
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_secret_damaged_in_any_way_opens_nothing() {
    let (world, _) = stora().await;
    let secret = client_secret("robot");
    let secret = secret.expose();
    let attempt = |presented: String| {
        let world = &world;
        async move {
            let mut request = request(world, FORM, GOOD);
            let value = basic("robot", &presented).parse().unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
            world.send(request).await
        }
    };
    for end in 0..secret.len() {
        attempt(secret[..end].to_owned())
            .await
            .expect_error(401, "invalid_client");
        let mut flipped = secret.to_owned().into_bytes();
        flipped[end] ^= 1;
        attempt(String::from_utf8(flipped).unwrap())
            .await
            .expect_error(401, "invalid_client");
    }
    attempt(format!("{secret}A"))
        .await
        .expect_error(401, "invalid_client");
    attempt(secret.to_owned()).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn one_secret_is_never_taken_for_another_kind() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_show"))
        .await;
    let tokens = world.tokens(&client, "contact_show", 1).await;
    let (code, _) = world.consent(&client, "contact_show", 2).await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for wrong in [access, code.expose(), client_secret("ledgerly").expose()] {
        world
            .refresh(&client, wrong)
            .await
            .expect_error(400, "invalid_grant");
    }
    for wrong in [access, refresh, client_secret("ledgerly").expose()] {
        let wrong = oauth::Secret::presented(wrong);
        world
            .redeem(&client, &wrong)
            .await
            .expect_error(400, "invalid_grant");
    }
    for wrong in [access, refresh, code.expose()] {
        let form = encode(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
        let request = Request::post(world.path("token"))
            .header(header::CONTENT_TYPE, FORM)
            .header(header::AUTHORIZATION, basic("ledgerly", wrong));
        let answer = world.send(request.body(Body::from(form)).unwrap()).await;
        answer.expect_error(401, "invalid_client");
    }
    world.clock.advance(Duration::from_secs(1));
    world.refresh(&client, refresh).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn whatever_is_sent_is_the_client_s_mistake() {
    let (world, _) = stora().await;
    let random = SeededRandom::new(99);
    let words: [&[u8]; 12] = [
        b"grant_type=",
        b"client_credentials",
        b"scope=",
        b"public.contact:read",
        b"&",
        b"=",
        b"%00",
        b"%F0%9F%92%A9",
        b"+",
        b"code=sg_ac_",
        b"token=sg_at_",
        b"resource=",
    ];
    for round in 0..1_500 {
        let mut choice = [0; 24];
        random.fill(&mut choice);
        let body: Vec<u8> = choice
            .iter()
            .flat_map(|byte| match words.get(usize::from(*byte) % 16) {
                Some(word) => word.to_vec(),
                None => vec![*byte],
            })
            .collect();
        let endpoint = ["token", "introspect", "revoke"][round % 3];
        let request = Request::post(world.path(endpoint))
            .header(header::CONTENT_TYPE, FORM)
            .header(
                header::AUTHORIZATION,
                basic("robot", client_secret("robot").expose()),
            );
        let answer = world
            .send(request.body(Body::from(body.clone())).unwrap())
            .await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 400 | 401),
            "{} {:?}",
            answer.status,
            String::from_utf8_lossy(&body)
        );
    }
}
