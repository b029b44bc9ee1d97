//! Envoy's external authorization (`ext_authz`), in both of its ways: Envoy asks about the head of each
//! call, and about its body where it was told to hold that back, and passes on what is permitted.
//!
//! | file | |
//! |---|---|
//! | `http.rs` | Envoy asks with the call's own method at an address that ends in the call's own path |
//! | `grpc.rs` | Envoy asks `envoy.service.auth.v3.Authorization/Check` |
//! | `messages.rs` | what of its messages is read and written |
//! | `unary.rs` | one question and one answer of gRPC, over HTTP/2 |

pub(crate) mod grpc;
pub(crate) mod http;
mod messages;
mod unary;

/// What Envoy adds about a body that it sends along: whether it cut it off.
const PARTIAL: &str = "x-envoy-auth-partial-body";
