//! Access tokens: their claims, the realm's keys, and the two forms, sealed and JWT.

mod assertion;
mod claims;
mod jwt;
mod keys;
mod sealed;
mod size;
mod successor;
mod wrapping;

pub use assertion::AssertionKey;
pub use claims::{AccessTokenClaims, SubjectKind, TokenClient, TokenError};
pub use keys::{IDENTITY_TTL, KeyError, RealmKeys};
pub use sealed::SealedFormat;
pub use size::{TokenTooLarge, check_jwt_of};
pub use wrapping::{MasterKeyError, MasterKeys};
