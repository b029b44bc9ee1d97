//! The records a Scopegate realm keeps and what can come of changing them: plain data, loaded
//! from and saved to a store by others.

mod account;
mod api_key;
mod authentication;
mod client;
mod ending;
mod family;
mod gate_calls;
mod grant;
mod key;
mod login;
mod moment;
mod once;
mod organisation;
mod page;
mod record;
mod request;
mod sandbox;
mod sign_in;
mod status;
mod token;
mod user;

pub use account::{CodeUse, SecondFactor, Ticket, TicketPurpose};
pub use api_key::{ApiKey, ApiKeyHash, ApiKeyUse};
pub use authentication::{Authentication, AuthenticationContext, UpstreamSession};
pub use client::{
    Approval, Client, ClientType, GrantType, StoredSecret, TokenEndpointAuthMethod, TokenFormat,
};
pub use ending::Ending;
pub use family::{Family, FamilyStatus};
pub use gate_calls::{GateCalls, GateOutcome};
pub use grant::{
    Consent, ConsentEvidence, Grant, GrantOwner, GrantStatus, Recording, RevocationReason,
    ShownNames,
};
pub use key::{KeyPurpose, KeyRecord, KeyRevocation, KeyUse};
pub use login::{LoginAttempt, LoginLimit, LoginStart};
pub use moment::whole_milliseconds;
pub use once::{OncePurpose, UsedOnce};
pub use organisation::{GivenRights, Membership, Organisation, Rights, Role};
pub use page::{Page, PageRequest};
pub use record::{ExternalId, Position, is_cut_off};
pub use request::{KeptRequest, KeptRequests};
pub use sandbox::{SandboxQuery, SandboxRecord};
pub use sign_in::{SignInAnswer, SignInAsked, SignInOutcome, SignInUnderWay};
pub use status::Status;
pub use token::{AuthorizationCode, Redemption, RefreshToken, RevokedAccessToken, TokenHash};
pub use user::{BrowserSession, User};

pub use jiff::Timestamp;
pub use scope::Withheld;
pub use uuid::Uuid;
