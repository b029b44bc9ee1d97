//! Pages to try a realm out.

mod demo;

pub use demo::{Demo, DemoClient, DemoIntrospector, DemoMembership, DemoRealm, DemoUser};
