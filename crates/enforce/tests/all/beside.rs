//! What goes on beside the decision.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum_core::body::Body;
use enforce::beside::{Beside, Carries, Observe, Pass, Paths, Place, Until};
use enforce::{AccessSource, Permitted, PublicCall, RequireScopeLayer, WentBeside};
use http::{Request, Response};
use http_body_util::BodyExt;
use scope::Scope;
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{REALM, SameForAll, ScopesAsTokens, access, catalog, token};

/// What the API saw of a call: what let it through, and its body; or status and reason of a denial.
async fn call(layer: &RequireScopeLayer, request: Request<Body>) -> Result<(String, String), u16> {
    let api = service_fn(|request: Request<Body>| async move {
        let (parts, body) = request.into_parts();
        let all = &parts.extensions;
        let by = match (
            all.get::<Permitted>(),
            all.get::<PublicCall>(),
            all.get::<WentBeside>(),
        ) {
            (Some(_), None, None) => "permitted".to_owned(),
            (None, None, Some(beside)) => match beside {
                WentBeside::Passed { credential } => credential.clone(),
                WentBeside::Observed { reason, token } => format!("{reason} {}", token.is_some()),
                _ => panic!("{beside:?}"),
            },
            other => panic!("{other:?}"),
        };
        let mut answer = Response::new(body);
        answer.extensions_mut().insert(by);
        Ok::<_, Infallible>(answer)
    });
    let answer = layer.layer(api).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let Some(by) = parts.extensions.get::<String>() else {
        return Err(parts.status.as_u16());
    };
    let body = body.collect().await.unwrap().to_bytes();
    Ok((by.clone(), String::from_utf8(body.to_vec()).unwrap()))
}

fn layer(beside: Beside, now: &Arc<AtomicI64>) -> RequireScopeLayer {
    let catalog = catalog("freshbooks");
    let everything = access(&catalog, &Scope::empty());
    let source = Arc::new(SameForAll {
        answer: std::sync::Mutex::new(Ok(everything)),
        scope_of_token: true,
        asked: std::sync::Mutex::default(),
    }) as Arc<dyn AccessSource>;
    let verifier = Arc::new(ScopesAsTokens(Arc::clone(&catalog)));
    let now = Arc::clone(now);
    RequireScopeLayer::new(catalog, verifier, source, REALM)
        .beside(beside, move || now.load(Ordering::Relaxed))
}

const INVOICES: &str = "/accounting/account/firma/invoices/invoices";

fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &'static str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn other_credentials_pass_and_a_token_is_always_decided() {
    let pass = Pass {
        carries: Carries::Cookie("session".to_owned()),
        paths: Paths::new(vec![Place::Below("/accounting".to_owned())]),
    };
    let beside = Beside {
        pass: vec![pass],
        observe: Vec::new(),
    };
    let layer = layer(beside, &Arc::default());
    let bearer = token("user:invoices:read");
    let nothing = token("user:profile:read");
    for (headers, expected) in [
        (vec![("cookie", "session=1")], Ok("cookie session")),
        (vec![("cookie", "session=")], Err(401)),
        (vec![], Err(401)),
        (
            vec![("cookie", "session=1"), ("authorization", "Bearer bad")],
            Err(401),
        ),
        (
            vec![("cookie", "session=1"), ("authorization", bearer.as_str())],
            Ok("permitted"),
        ),
        (
            vec![("cookie", "session=1"), ("authorization", nothing.as_str())],
            Err(403),
        ),
    ] {
        let came = call(&layer, request("GET", INVOICES, &headers, "as it came")).await;
        let found = came.as_ref().map(|(by, body)| {
            assert_eq!(body, "as it came");
            by.as_str()
        });
        assert_eq!(found, expected.as_ref().copied(), "{headers:?}");
    }
    let elsewhere = request("GET", "/projects", &[("cookie", "session=1")], "");
    assert_eq!(call(&layer, elsewhere).await, Err(401));
}

#[tokio::test]
async fn what_is_observed_goes_on_until_its_day_is_over() {
    let beside = Beside {
        pass: Vec::new(),
        observe: vec![Observe {
            client: None,
            paths: Paths::default(),
            until: Until::new("2030-12-31", 100),
        }],
    };
    let now = Arc::new(AtomicI64::new(99));
    let layer = layer(beside, &now);
    let nothing = token("user:profile:read");
    let hook = "{\"callback\":{\"event\":\"invoice.create\",\"uri\":\"https://x.example\"}}";
    let json = ("content-type", "application/json");
    let of = |path: &'static str, body| {
        request("POST", path, &[json, ("authorization", &nothing)], body)
    };
    // One rule reads the body, and hands it on.
    let hooks = "/events/account/firma/events/callbacks";
    for (path, body, reason) in [
        (INVOICES, "as it came", "insufficient-scope true"),
        (hooks, hook, "insufficient-scope true"),
        ("/nowhere", "as it came", "no-rule true"),
    ] {
        let came = call(&layer, of(path, body)).await;
        assert_eq!(came, Ok((reason.to_owned(), body.to_owned())), "{path}");
    }
    let anybody = request("GET", INVOICES, &[], "");
    let came = call(&layer, anybody).await.unwrap();
    assert_eq!(came.0, "no-credentials false");
    // A body that cannot be read whole is not let on.
    let large: &'static str = "x".repeat(1_048_577).leak();
    assert_eq!(call(&layer, of(hooks, large)).await, Err(413));
    now.store(100, Ordering::Relaxed);
    assert_eq!(call(&layer, of(INVOICES, "")).await, Err(403));
}
