//! Consent: what a person is offered, what the answer means, and how it joins what stands.

mod decision;
mod merge;
mod offer;
mod shown;

pub use decision::{Choice, ConsentDecision, decide, from_standing};
pub use merge::{Merged, merge};
pub use offer::{Locked, Offer, OfferItem, OfferRow, RowChoice, needs_consent, offer};
pub use shown::{Difference, Shown};
