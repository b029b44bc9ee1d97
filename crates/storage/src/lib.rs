//! What Scopegate keeps, and the databases it keeps it in.

mod change;
mod error;
mod sandbox;
mod store;

pub use change::{Change, ChangeSubject};
pub use error::StoreError;
pub use sandbox::{SandboxQuery, SandboxRecord};
pub use store::{Redemption, Store};
