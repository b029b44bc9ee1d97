//! Consent: what a person is offered, what the answer means, and how it joins what stands.

mod answered;
mod asking;
mod at_once;
mod decision;
mod merge;
mod offer;
mod shown;
mod shown_grant;
mod worst;

pub(crate) use answered::answered;
pub use asking::{NOT_AGAIN_WITHIN, needs_consent};
pub use at_once::AtOnce;
pub use decision::{Choice, ConsentDecision, decide, from_standing, missing, something_offered};
pub use merge::{Merged, merge, refused};
pub use offer::{Locked, Offer, OfferItem, OfferRow, RowChoice, offer};
pub use shown::{Difference, Shown};
pub use shown_grant::ShownGrant;
pub use worst::{Weight, Worst, worst};
