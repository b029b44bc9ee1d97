//! Every act of administration, by the kind of record it is about. Whoever offers one (a command,
//! a page) hands in a typed command and who gives it, and gets a typed outcome or why not; nothing
//! is decided there.
//!
//! Acts begin at a [`Desk`]. What is changed names its fields. A command that names the version
//! its giver has seen is refused if somebody came between; one that does not is worked out anew
//! from what stands then.

mod accounts;
mod api_keys;
mod approvals;
mod arrivals;
mod audit;
mod chain;
mod clients;
mod desk;
mod families;
mod gates;
mod grants;
mod keys;
mod links;
mod organisations;
mod people;
mod personal;
mod realms;
mod refused;
mod roles;
mod sessions;
mod tokens;

pub use api_keys::{AddApiKey, MadeApiKey, MovingApiKey};
pub use approvals::{Approve, Approved, WithdrawApproval};
pub use audit::{AuditEntry, AuditTrail, Erased, Traces};
pub use chain::{Head, Verification};
pub use clients::{
    ChangeClient, ClientChange, ClientSecret, DeleteClient, OtherSecrets, RegisterClient,
    RegisteredClient, RevokeClientSecret,
};
pub use desk::{Desk, RightsBrought, Settled};
pub use grants::{Decision, GrantEvidence, ReduceGrant, Reduced};
pub use keys::{RevokeKey, RevokedKey, RotateKeys, WrappedKeys, wrap_keys};
pub use links::{Invite, Linked};
pub use organisations::{
    AddOrganisation, AddedOrganisation, DeleteOrganisation, EndMembership, RenameOrganisation,
    SetMembership,
};
pub use people::{AddPerson, ChangePerson, DeletePerson, PersonChange};
pub use personal::Personal;
pub use refused::{Refused, WrongLine};
pub use roles::{RemoveRole, RenameRole, SetRole};
