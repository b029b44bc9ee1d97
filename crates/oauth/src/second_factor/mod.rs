//! The second factor of people: codes of an authenticator app, and recovery codes for when that is
//! gone.
//!
//! [`totp`] works the app's codes out, [`recovery`] makes and reads recovery codes.

pub mod recovery;
pub mod totp;
