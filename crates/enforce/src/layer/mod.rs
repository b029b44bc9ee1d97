//! A tower layer that opens an API's calls to the tokens whose scopes suffice.
//!
//! # Rules
//!
//! 1. No token, no call. The token comes in the `Authorization` header and nowhere else.
//! 2. A call that no rule of the catalog names is denied, and so is everything that cannot be
//!    found out (503). There is no way to configure an exception.
//! 3. The decision is [`scope::decide()`] and is made anew for each call, from what client,
//!    grant and rights allow at that moment. Nothing is remembered between two calls.
//! 4. The body is read only when the rule of the matched route depends on it, up to 1 MiB,
//!    and goes on unchanged. What is not plain UTF-8 JSON counts as not seen: then every
//!    scope the rule could ask for is needed.
//! 5. A permit leaves the response alone and the request as it was, with a [`Permitted`]
//!    extension. A denial never reaches the API.
//!
//! # Answers
//!
//! | status | reason |
//! |---|---|
//! | 400 | `malformed-credentials`, `unreadable-body` |
//! | 401 | `no-credentials` (a challenge without error code), `invalid-token`, `token-ended` |
//! | 403 | every denial by the catalog, under the reasons of [`scope::Reason`]; `wrong-organisation`, `no-organisation` |
//! | 413 | `body-too-large`, where the rule depends on the body |
//! | 503 | `unavailable` |
//!
//! # Deployment caveat
//!
//! The decision is about the method, path and query of the request as the layer sees them.
//! Put it where nothing behind it changes these again: no `X-HTTP-Method-Override`, no
//! `X-Original-URL`, no path clean-up, no second router that reads `%2F` or `;` in another
//! way. If the layer sits below a prefix, name it with
//! [`RequireScopeLayer::strip_prefix`] rather than have another layer rewrite the path.
//! Behind a proxy that speaks TLS, the proxy must drop what clients put into `Forwarded`
//! headers; the layer itself reads none.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use axum_core::body::Body;
//! use enforce::{AccessError, AccessNow, AccessSource, Permitted, RequireScopeLayer};
//! use enforce::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};
//! use http::{Request, Response, StatusCode};
//! use tower::{Layer, ServiceExt, service_fn};
//! # use async_trait::async_trait;
//!
//! /// Knows no token: usually this opens tokens with the issuer's keys, or asks it.
//! struct NoTokens;
//! #[async_trait]
//! impl TokenVerifier for NoTokens {
//!     async fn verify(&self, _: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
//!         Err(VerifyError::Invalid("The token was not issued here."))
//!     }
//! }
//! /// Reads clients, grants and rights from wherever they are kept.
//! struct Standing;
//! #[async_trait]
//! impl AccessSource for Standing {
//!     async fn access(
//!         &self,
//!         _: &VerifiedToken,
//!         _: Option<(scope::OrganisationKey, &str)>,
//!     ) -> Result<AccessNow, AccessError> {
//!         Err(AccessError::Unavailable)
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! # let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs/bokio.toml");
//! let text = std::fs::read_to_string(file).unwrap();
//! let catalog = Arc::new(scope::Catalog::parse("bokio.toml", &text).unwrap());
//! let layer = RequireScopeLayer::new(
//!     catalog,
//!     Arc::new(NoTokens),
//!     Arc::new(Standing),
//!     "https://login.example/bokio",
//! );
//! let api = layer.layer(service_fn(|request: Request<Body>| async move {
//!     let permitted = request.extensions().get::<Permitted>();
//!     let status = if permitted.is_some() { StatusCode::OK } else { StatusCode::FORBIDDEN };
//!     Ok::<_, std::convert::Infallible>(Response::builder().status(status).body(Body::empty()).unwrap())
//! }));
//!
//! let request = Request::get("/v1/companies/1/invoices").body(Body::empty()).unwrap();
//! let response = api.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 401);
//! assert_eq!(response.headers()["www-authenticate"], "Bearer realm=\"https://login.example/bokio\"");
//! # });
//! ```
//!
//! [`Permitted`]: crate::Permitted

mod body;
#[expect(
    clippy::module_inception,
    reason = "a middleware is a folder with one file for its layer and one for its service"
)]
mod layer;
mod service;

pub use body::MAX_BODY_BYTES;
pub use layer::RequireScopeLayer;
pub use service::RequireScope;
