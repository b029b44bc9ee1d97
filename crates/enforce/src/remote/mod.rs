//! Tokens whose issuer runs somewhere else (feature `remote`): asked about by introspection
//! (RFC 7662), or verified by the issuer's published keys (RFC 9068).
//!
//! Whatever cannot be found out denies: 503 with `Retry-After`.

mod address;
mod by_introspection;
mod by_keys;
mod clock;
mod credentials;
mod everything;
mod exchange;
mod flights;
mod introspection;
mod keys;
mod metadata;
mod moment;
mod names;
mod signed;
mod told;
mod transport;
mod verified;

pub use address::{Address, AddressError};
pub use by_introspection::ByIntrospection;
pub use by_keys::ByKeys;
pub use clock::{Clock, SystemClock};
pub use credentials::Credentials;
pub use exchange::Fault;
pub use flights::{Flights, Joined, Waiting};
pub use introspection::Introspection;
pub use keys::{Algorithm, PublishedKeys};
pub use metadata::Metadata;
pub use signed::SignedTokens;
pub use tokio_rustls::rustls;
pub use told::{ForGates, Place, Told};
pub use transport::{Http, Transport, TransportError};
pub use verified::{NotVerified, Verified};
