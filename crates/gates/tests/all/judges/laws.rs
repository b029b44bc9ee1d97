//! The naive reference of the engine's laws, with its random catalogs and calls.
#![allow(dead_code, reason = "the laws need more of it")]

#[path = "../../../../scope/tests/all/laws/call.rs"]
pub mod call;
#[path = "../../../../scope/tests/all/laws/draws.rs"]
pub mod draws;
#[path = "../../../../scope/tests/all/laws/model.rs"]
pub mod model;
#[path = "../../../../scope/tests/all/laws/naive.rs"]
pub mod naive;
#[path = "../../../../scope/tests/all/laws/paths.rs"]
mod paths;
#[path = "../../../../scope/tests/all/laws/rule.rs"]
pub mod rule;
#[path = "../../../../scope/tests/all/laws/seen.rs"]
mod seen;
