//! What the tower layer costs by itself: calls through it, beside the same calls without it, on one thread. Who
//! the token speaks for is known at once, as it is to a service that verifies by keys and remembers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::body::Body;
use enforce::{
    AccessError, AccessNow, AccessSource, RequireScopeLayer, TokenVerifier, UnverifiedToken, Uuid,
    VerifiedToken, VerifyError,
};
use http::{Request, Response};
use scope::{Catalog, OrganisationKey, Scope, Subject};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::place::CATALOG;

const ROUNDS: usize = 9;
const AT_ONCE: u32 = 1_000;

struct Known {
    token: VerifiedToken,
    access: AccessNow,
}

#[async_trait]
impl TokenVerifier for Known {
    async fn verify(&self, _: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        Ok(self.token.clone())
    }
}

#[async_trait]
impl AccessSource for Known {
    async fn access(
        &self,
        _: &VerifiedToken,
        _: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        Ok(self.access.clone())
    }
}

/// Says it in a line.
pub fn report(window: Duration) -> Result<(), String> {
    let catalog = Catalog::parse("orders.toml", CATALOG).map_err(|error| error.to_string())?;
    let scope = Scope::parse("orders:read").map_err(|error| error.to_string())?;
    let granted = catalog.granted(&scope);
    let all = Arc::new(catalog.all());
    let ceiling = catalog.registered(&catalog.scope_of(&all));
    let mut access = AccessNow::new(Subject::Client, granted.clone(), Arc::new(ceiling));
    (access.approved, access.rights) = (Arc::clone(&all), all);
    let known = Arc::new(Known {
        token: VerifiedToken::new(Uuid::from_u128(1), "load", granted),
        access,
    });
    let issuer = "https://login.example/orders";
    let layer = RequireScopeLayer::new(Arc::new(catalog), known.clone(), known, issuer);
    let api =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::empty())));
    // A thread of one runtime cannot have another one.
    let figures = std::thread::scope(|threads| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.map_err(|error| error.to_string())?.block_on(async {
                let (mut own, mut whole) = (Vec::new(), Vec::new());
                for _ in 0..ROUNDS {
                    let window = window / (2 * ROUNDS as u32);
                    let bare = time(
                        api.map_response(|response: Response<Body>| response),
                        window,
                    );
                    let bare = bare.await?;
                    let with = time(layer.layer(api), window).await?;
                    own.push((with - bare) * 1e9);
                    whole.push(with * 1e9);
                }
                Ok::<_, String>((own, whole))
            })
        };
        threads.spawn(run).join()
    });
    let (mut own, mut whole) = figures.map_err(|_| "the layer's thread ended")??;
    own.sort_by(f64::total_cmp);
    whole.sort_by(f64::total_cmp);
    let (Some(lowest), Some(median), Some(highest)) =
        (own.first(), own.get(own.len() / 2), own.last())
    else {
        return Err("no figure".to_owned());
    };
    println!(
        "The layer's own cost: {median:.0} ns a call, {lowest:.0} to {highest:.0} (goal 1000)"
    );
    Ok(())
}

/// Seconds for each call.
async fn time<S>(mut service: S, window: Duration) -> Result<f64, String>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < window {
        for _ in 0..AT_ONCE {
            let request = Request::get("/companies/firma/orders?limit=20")
                .header("host", "api.example.com")
                .header(
                    "authorization",
                    "Bearer sg_at_0123456789abcdef0123456789abcdef",
                )
                .body(Body::empty())
                .map_err(|error| error.to_string())?;
            let Ok(ready) = service.ready().await;
            let Ok(response) = ready.call(request).await;
            if response.status() != 200 {
                return Err(format!("the layer answered {}", response.status()));
            }
        }
        count += AT_ONCE;
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(count))
}
