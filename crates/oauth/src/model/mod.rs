//! The records a Scopegate realm keeps: plain data, loaded from and saved to a store by others.

mod client;
mod grant;
mod key;
mod organisation;
mod page;
mod record;
mod token;
mod user;

pub use client::{Approval, Client, ClientType, GrantType, TokenEndpointAuthMethod, TokenFormat};
pub use grant::{Consent, ConsentEvidence, Grant, GrantOwner, GrantStatus, RevocationReason};
pub use key::{KeyPurpose, KeyRecord, KeyUse};
pub use organisation::{Membership, Organisation, Role};
pub use page::{Page, PageRequest};
pub use record::{ExternalId, Position};
pub use token::{AuthorizationCode, RefreshToken, RevokedAccessToken, TokenHash};
pub use user::{BrowserSession, User};

pub use jiff::Timestamp;
pub use scope::Withheld;
pub use uuid::Uuid;
