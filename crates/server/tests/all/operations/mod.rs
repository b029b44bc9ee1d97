//! What operators see.

mod health;
mod metrics;
