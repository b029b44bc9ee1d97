//! Where what a person may do in an organisation comes from (`[realm.rights]`).
//!
//! - `source.rs`: which of the ways a realm has, and what is known now
//! - `asked.rs`: the provider's system is asked, and what it said is remembered for a while
//! - `question.rs`: how it is asked, and what it may answer
//! - `signature.rs`: by which it knows that this server asks

mod asked;
mod question;
mod signature;
mod source;

pub(crate) use asked::Asking;
pub use asked::{Asked, AskedFigures, AskedSettings};
pub(crate) use question::Question;
pub use signature::{KeyError, SigningKey};
pub(crate) use source::in_whole_seconds;
pub use source::{
    REMEMBERED_FOR, RightsNow, RightsSource, VALID_FOR, WITHIN, remembered_for, valid_for, within,
};
