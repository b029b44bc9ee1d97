//! The token endpoint and signing in take nobody too often, and nobody is locked out by others.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use enforce::limits::Pace;
use oauth::model::{Client, ClientType, TokenEndpointAuthMethod};
use realm::endpoint_limits::EndpointPaces;
use server::operations::ClientAddress;

use crate::support::{Answer, World, basic, encode};

/// One client or address in a minute.
fn two_a_minute() -> Option<Pace> {
    Some(Pace::new(2, Duration::from_secs(60)))
}

async fn ask(world: &World, client: &Client, secret: &str, from: &str) -> Answer {
    let mut form = vec![("grant_type", "client_credentials")];
    let request = Request::post("/bexio/oauth/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ClientAddress(from.parse::<IpAddr>().unwrap()));
    let request = match client.client_type {
        ClientType::Public => {
            form.push(("client_id", &client.id));
            request
        }
        ClientType::Confidential => {
            request.header(header::AUTHORIZATION, basic(&client.id, secret))
        }
    };
    let request = request.body(Body::from(encode(&form)));
    world.send(request.unwrap()).await
}

fn secret(client: &Client) -> String {
    crate::support::client_secret(&client.id)
        .expose()
        .to_owned()
}

#[tokio::test]
async fn a_client_comes_as_often_as_it_may_whoever_uses_its_name() {
    let paces = EndpointPaces {
        token_per_client: two_a_minute(),
        ..EndpointPaces::OFF
    };
    let world = World::with_paces("bexio", paces).await;
    let machine = world
        .add(world.machine("machine", "machine", "contact_show"))
        .await;
    let other = world
        .add(world.machine("other", "machine", "contact_show"))
        .await;
    let right = secret(&machine);
    // Nobody who does not know the secret uses anything up.
    for _ in 0..5 {
        let refused = ask(&world, &machine, "wrong", "192.0.2.1").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    for _ in 0..2 {
        assert_eq!(ask(&world, &machine, &right, "192.0.2.2").await.status, 200);
    }
    let refused = ask(&world, &machine, &right, "192.0.2.3").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(refused.json()["error"], "temporarily_unavailable");
    let description = refused.json()["error_description"].to_string();
    assert!(
        description.contains("this client asks for tokens too often"),
        "{description}"
    );
    assert_eq!(
        ask(&world, &other, &secret(&other), "192.0.2.2")
            .await
            .status,
        200
    );

    world.clock.advance_monotonic(Duration::from_secs(60));
    world.app.catch_up().await.unwrap();
    assert_eq!(ask(&world, &machine, &right, "192.0.2.3").await.status, 200);
}

/// Anybody can say that they are a public client.
#[tokio::test]
async fn who_floods_in_the_name_of_a_public_client_does_so_alone() {
    let paces = EndpointPaces {
        token_per_client: two_a_minute(),
        ..EndpointPaces::OFF
    };
    let world = World::with_paces("bexio", paces).await;
    let public = Client {
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..world.app_client("public", "contact_show")
    };
    let public = world.add(public).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(ask(&world, &public, "", "192.0.2.1").await.status.as_u16());
    }
    // It may not use this grant type: the request was looked at.
    assert_eq!(statuses, [400, 400, 429]);
    assert_eq!(ask(&world, &public, "", "192.0.2.2").await.status, 400);
}

#[tokio::test]
async fn an_address_comes_as_often_as_it_may_before_anything_is_looked_at() {
    let paces = EndpointPaces {
        token_per_address: two_a_minute(),
        ..EndpointPaces::OFF
    };
    let world = World::with_paces("bexio", paces).await;
    let machine = world
        .add(world.machine("machine", "machine", "contact_show"))
        .await;
    let right = secret(&machine);
    for (from, secret, status) in [
        ("2001:db8::1", "wrong", 401),
        ("2001:db8::2", "wrong", 401),
        ("2001:db8::3", &right, 429),
        ("2001:db8:0:1::1", &right, 200),
        ("192.0.2.1", &right, 200),
    ] {
        assert_eq!(
            ask(&world, &machine, secret, from).await.status,
            status,
            "{from}"
        );
    }
    let metrics = world.app.metrics().text(&world.app.figures()).unwrap();
    let line = "scopegate_limited_requests_total{limit=\"token-address\"} 1";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn by_default_an_office_behind_one_address_is_not_in_its_own_way() {
    let world = World::new("bexio").await;
    let machine = world
        .add(world.machine("machine", "machine", "contact_show"))
        .await;
    let right = secret(&machine);
    for _ in 0..200 {
        assert_eq!(ask(&world, &machine, &right, "192.0.2.1").await.status, 200);
    }
}

#[tokio::test]
async fn an_address_signs_in_as_often_as_it_may_with_right_passwords_too() {
    let paces = EndpointPaces {
        sign_in_per_address: two_a_minute(),
        ..EndpointPaces::OFF
    };
    let world = World::with_paces("bexio", paces).await;
    let sign_in = async |from: &str| {
        let form = [
            ("username", "anna@muster.example"),
            ("password", "wrong"),
            ("next", ""),
        ];
        let request = Request::post("/bexio/login")
            .header(header::ORIGIN, crate::support::BASE)
            .extension(ClientAddress(from.parse::<IpAddr>().unwrap()))
            .body(Body::from(encode(&form)));
        world.send(request.unwrap()).await
    };
    for _ in 0..2 {
        let looked_at = sign_in("192.0.2.1").await;
        assert_eq!(looked_at.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = sign_in("192.0.2.1").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), Some("60"));
    let other = sign_in("192.0.2.2").await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
}
