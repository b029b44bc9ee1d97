//! One realm at the root, or wherever it is asked to be: nobody notices a difference but in addresses.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use realm::{Endpoint, Placement};

use crate::browser::Browser;
use crate::support::{BASE, VERIFIER, World};

const SCOPE: &str = "contact_edit kb_invoice_show";

/// Each with the issuer's path.
fn placements() -> Vec<(Placement, &'static str)> {
    let named = |placement: Placement| {
        let names = [
            (Endpoint::Authorize, "/connect/authorize"),
            (Endpoint::Token, "/oauth2/token"),
            (Endpoint::Introspect, "/oauth2/introspect"),
            (Endpoint::Revoke, "/oauth/token"),
            (Endpoint::Jwks, "/oauth2/certs.json"),
        ];
        let named = names
            .into_iter()
            .try_fold(placement, |placement, (endpoint, path)| {
                placement.naming(endpoint, path)
            });
        named.unwrap()
    };
    let at = |path| Placement::default().at(path).unwrap();
    vec![
        (at("/"), ""),
        (at("/oauth2"), "/oauth2"),
        (at("/login/v2"), "/login/v2"),
        (named(at("/")), ""),
        (named(at("/auth")), "/auth"),
        (named(Placement::default()), "/bexio"),
    ]
}

#[tokio::test]
async fn an_app_that_reads_the_metadata_gets_along() {
    for (placement, base) in placements() {
        let world = World::placed("bexio", placement).await;
        assert_eq!(world.issuer(), format!("{BASE}{base}"));
        let path = format!("/.well-known/oauth-authorization-server{base}");
        let metadata = world.get(&path).await.json();
        assert_eq!(metadata["issuer"], world.issuer());
        if !base.is_empty() {
            let path = format!("{base}/.well-known/oauth-authorization-server");
            assert_eq!(world.get(&path).await.json(), metadata);
        }
        let told = |endpoint: Endpoint, member: &str| {
            let url = metadata[member].as_str().unwrap();
            assert_eq!(url, format!("{BASE}{}", world.at(endpoint.name())));
        };
        told(Endpoint::Authorize, "authorization_endpoint");
        told(Endpoint::Token, "token_endpoint");
        told(Endpoint::Introspect, "introspection_endpoint");
        told(Endpoint::Revoke, "revocation_endpoint");
        told(Endpoint::Jwks, "jwks_uri");
        let keys = world.get(&world.at(Endpoint::Jwks.name())).await;
        assert!(!keys.json()["keys"].as_array().unwrap().is_empty());
        let about = metadata["service_documentation"].as_str().unwrap();
        let about = world.get(about.strip_prefix(BASE).unwrap()).await;
        about.expect(StatusCode::OK);
        let shown = about.body.replace("<wbr>", "");
        for endpoint in [Endpoint::Authorize, Endpoint::Token] {
            let url = format!("{BASE}{}", world.at(endpoint.name()));
            assert!(shown.contains(&url), "{url}");
        }
        goes_all_the_way(&world).await;
    }
}

/// From signing in to a call of the API, and back.
async fn goes_all_the_way(world: &World) {
    world.give_anna_a_password().await;
    let client = world.add(world.app_client("ledgerly", SCOPE)).await;
    let api = world.add(world.api("api")).await;
    let mut browser = world.browser();
    let to_login = browser.open(&world.authorize(&client, SCOPE, &[])).await;
    let login = to_login.location().to_owned();
    assert!(
        login.starts_with(&format!("{}?next=", world.at("login"))),
        "{login}"
    );
    let page = browser.get(&login).await;
    page.expect(StatusCode::OK);
    let next = url::Url::parse(&format!("{BASE}{login}")).unwrap();
    let (_, next) = next.query_pairs().next().unwrap();
    let signed_in = browser
        .sign_in("anna@muster.example", crate::browser::PASSWORD, &next)
        .await;
    assert_eq!(signed_in.location(), next);
    let form = [
        ("organisation", "muster"),
        ("allow.contact", "contact_edit"),
        ("decision", "allow"),
    ];
    let answer = browser.answer(&next, &form).await;
    assert_eq!(answer.returned("iss"), Some(world.issuer()));
    let code = answer.returned("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = world.post_as(&client, "token", &form).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(world.is_active(&api, access).await);

    // The sandbox is behind the issuer, and so is what its refusals lead to.
    let refused = world.get(&world.at("api/2.0/contact")).await;
    refused.expect(StatusCode::UNAUTHORIZED);
    let challenge = refused.header("www-authenticate").unwrap();
    let (_, known) = challenge.split_once("resource_metadata=\"").unwrap();
    let known = known.split('"').next().unwrap().strip_prefix(BASE).unwrap();
    let known = world.get(known).await.json();
    assert_eq!(known["resource"], format!("{}/api", world.issuer()));
    assert_eq!(known["authorization_servers"][0], world.issuer());
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    let kind = problem["type"].as_str().unwrap();
    world
        .get(kind.strip_prefix(BASE).unwrap())
        .await
        .expect(StatusCode::OK);
    let request = axum::http::Request::get(world.at("api/2.0/contact"))
        .header("authorization", format!("Bearer {access}"))
        .body(axum::body::Body::empty());
    world.send(request.unwrap()).await.expect(StatusCode::OK);

    let answer = world.post_as(&client, "revoke", &[("token", access)]).await;
    answer.expect(StatusCode::OK);
    assert!(!world.is_active(&api, access).await);
}

/// Every address of every page that can be walked to, and every form's.
#[tokio::test]
async fn every_page_leads_to_pages_that_are_there() {
    for (placement, base) in placements() {
        let world = World::placed("bexio", placement).await;
        let client = world.add(world.app_client("ledgerly", SCOPE)).await;
        world.tokens(&client, SCOPE, 1).await;
        let mut browser = world.annas_browser().await;
        let mut known = BTreeSet::from([world.at("")]);
        let mut open: Vec<String> = known.iter().cloned().collect();
        let mut forms = BTreeSet::new();
        while let Some(address) = open.pop() {
            if known.len() > 60 {
                break;
            }
            let page = browser.get(&address).await;
            page.expect(StatusCode::OK);
            for found in addresses(&page.body, " href=\"") {
                let is_page = !found.contains("/static/") && !found.contains("/.well-known/");
                let is_near = !found.contains("ui_locales") || found.contains("ui_locales=de");
                assert_is_below(base, &found);
                if is_page && is_near && known.insert(found.clone()) {
                    open.push(found);
                }
            }
            forms.extend(addresses(&page.body, " action=\""));
        }
        assert!(known.len() > 20, "{known:?}");
        assert!(!forms.is_empty());
        for form in forms {
            assert_is_below(base, &form);
            let path = form.split('?').next().unwrap();
            let answer = world.method(Method::GET, path).await;
            assert_ne!(answer.status, StatusCode::NOT_FOUND, "{form}");
        }
        let style = world
            .get(&world.begun.layout().shared("/static/style.css"))
            .await;
        style.expect(StatusCode::OK);
    }
}

/// Local addresses in a page.
fn addresses(page: &str, before: &str) -> BTreeSet<String> {
    let found = page.split(before).skip(1);
    let found = found.filter_map(|rest| rest.split('"').next());
    let local = found.filter(|address| address.starts_with('/'));
    let plain = local.map(|address| address.split('#').next().unwrap_or_default());
    plain
        .map(|address| address.replace("&amp;", "&").replace("&#38;", "&"))
        .collect()
}

#[track_caller]
fn assert_is_below(base: &str, address: &str) {
    if address.starts_with("/.well-known/") {
        assert!(address.ends_with(base), "{address}");
        return;
    }
    let rest = address
        .strip_prefix(base)
        .unwrap_or_else(|| panic!("{address}"));
    let ends = rest.is_empty() || rest.starts_with(['/', '?']);
    assert!(
        ends && (base == "/bexio" || !rest.contains("/bexio")),
        "{address}"
    );
}

/// Neither where the realm would be beside others, nor an endpoint's usual name, nor anything near it.
#[tokio::test]
async fn nothing_answers_where_it_is_not() {
    let [root, below] = ["/", "/auth"].map(|path| {
        let placement = Placement::default().at(path).unwrap();
        placement.naming(Endpoint::Token, "/oauth2/token").unwrap()
    });
    let usual = [
        "/bexio",
        "/bexio/",
        "/bexio/login",
        "/bexio/account",
        "/bexio/oauth/authorize",
        "/bexio/oauth/jwks",
        "/bexio/api/2.0/contact",
        "/bexio/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/bexio",
        "/.well-known/oauth-protected-resource/bexio/api",
        "//login",
        "/./login",
        "/%6cogin",
        "/login/",
        "/LOGIN",
    ];
    let at_root = ["/oauth/token", "/oauth2/token/", "/oauth2", "/OAuth2/token"];
    let outside = [
        "/",
        "/login",
        "/auth/oauth/token",
        "/authx/login",
        "/auth//login",
        "/static/style.css",
        "/.well-known/oauth-authorization-server",
        "/auth/auth/login",
    ];
    for (placement, more) in [(root, &at_root[..]), (below, &outside[..])] {
        let world = World::placed("bexio", placement).await;
        for path in usual.iter().chain(more) {
            for method in [Method::GET, Method::POST] {
                // APIs anywhere on the host are known there, where nothing is sent.
                if method == Method::POST && path.contains("oauth-protected-resource") {
                    continue;
                }
                let answer = world.method(method.clone(), path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            }
        }
        world.get("/healthz").await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn nobody_is_led_out_of_the_realm() {
    for path in ["/", "/auth"] {
        let placement = Placement::default().at(path).unwrap();
        let world = World::placed("bexio", placement).await;
        world.give_anna_a_password().await;
        let account = world.at("account");
        for bad in [
            "//evil.example",
            "//evil.example/account",
            "/\\evil.example",
            "https://evil.example/account",
            "/%2e%2e/account",
            "/auth/../account",
            "/bexio/account",
            "account",
            "/oauth/token",
            "/",
            "",
        ] {
            let mut browser: Browser<'_> = world.browser();
            let answer = browser
                .sign_in("anna@muster.example", crate::browser::PASSWORD, bad)
                .await;
            assert_eq!(answer.location(), account, "{bad}");
        }
    }
}

/// The issuer with a slash behind it leads to the one without, query and all.
#[tokio::test]
async fn a_slash_behind_the_issuer_leads_back() {
    let placement = Placement::default().at("/auth").unwrap();
    let world = World::placed("bexio", placement).await;
    let answer = world.get("/auth/?ui_locales=de").await;
    answer.expect(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.header("location"), Some("/auth?ui_locales=de"));
    world
        .get("/auth?ui_locales=de")
        .await
        .expect(StatusCode::OK);
}
