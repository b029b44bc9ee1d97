//! The gates, each in front of the same callers.

mod forward_auth;
mod support;
