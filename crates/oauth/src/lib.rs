//! OAuth 2.0 types and decisions, as pure functions of loaded values, the time and random bytes.

pub mod model;
