//! A tower layer that opens an API's calls to the tokens whose scopes suffice.
//!
//! # Rules
//!
//! 1. No token, no call, unless the catalog's rule says `public = true`: then the call goes on with
//!    a [`PublicCall`] extension. The token comes in the `Authorization` header and nowhere else,
//!    and one that is sent counts, also where none is needed: a bad one is refused.
//! 2. A call that no rule of the catalog names is denied, and so is everything that cannot be
//!    found out (503). There is no exception but those of rule 6.
//! 3. The decision is [`scope::decide()`] and is made anew for each call, from what client,
//!    grant and rights allow at that moment. Nothing is remembered between two calls.
//! 4. The body is read only when the rule of the matched route depends on it, up to 1 MiB
//!    and for as long as [`reading`](crate::reading) says, and goes on unchanged. What is not plain UTF-8 JSON counts as not seen: then every
//!    scope the rule could ask for is needed. A `Content-Type` that two parsers could read
//!    differently is refused.
//! 5. A permit leaves the response alone (but for what lets pages of other origins read it,
//!    where [`RequireScopeLayer::open_to_browsers`] was called) and the request as it was, with a [`Permitted`]
//!    extension. A denial never reaches the API.
//!
//! 6. What [`RequireScopeLayer::beside`] lets through without a decision, or only observes, goes on with a
//!    [`WentBeside`] extension, which says that nothing was allowed: the API judges such a call by itself.
//!    A call that carries a Bearer token is always decided, and a body that cannot be read is never let on.
//!
//! # Answers
//!
//! | status | reason |
//! |---|---|
//! | 400 | `malformed-credentials`, `unreadable-body`, `overriding-header` |
//! | 401 | `no-credentials` (a challenge without error code), `invalid-token`, `token-ended` |
//! | 403 | every denial by the catalog, under the reasons of [`scope::Reason`]; `wrong-organisation`, `no-organisation` |
//! | 408 | `slow-body`, where the rule depends on the body |
//! | 413 | `body-too-large`, where the rule depends on the body |
//! | 414 | `too-large`: a path over 8 KiB or a query over 16 KiB |
//! | 415 | `ambiguous-content-type`, where the rule depends on the body |
//! | 503 | `unavailable` |
//!
//! # Deployment caveat
//!
//! The decision is about the method, path and query of the request as the layer sees them.
//! Put it where nothing behind it changes these again: no path clean-up, no second router that
//! reads `%2F` or `;` in another way. A call with `X-HTTP-Method-Override`, `X-Original-URL` or
//! another header that some frameworks take for its method or address is refused. If the layer sits below a prefix, name it with
//! [`RequireScopeLayer::strip_prefix`] rather than have another layer rewrite the path.
//! Where the catalog has the organisation in a header or in the host, nothing in front or behind may
//! change, add or take away that header, or answer for another host. Behind a proxy that speaks TLS, the proxy must drop what clients put into `Forwarded`
//! headers; the layer itself reads none.
//!
//! [`Permitted`]: crate::Permitted
//! [`PublicCall`]: crate::PublicCall
//! [`WentBeside`]: crate::WentBeside

mod browsers;
#[expect(
    clippy::module_inception,
    reason = "a middleware is a folder with one file for its layer and one for its service"
)]
mod layer;
mod looking;
mod service;

pub use layer::RequireScopeLayer;
pub use service::RequireScope;
