//! What a correct catalog could do better: findings by rule, without those that its author means
//! so (`[[accept]]`).

mod finding;
mod opening;
mod place;
mod routes;
mod rule;
mod run;
mod scopes;
mod texts;

pub use finding::Finding;
pub use rule::{Level, Rule};
pub use run::{Lint, lint};
