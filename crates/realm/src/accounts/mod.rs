//! What people do with their own accounts: links that are mailed, changing a password, and second
//! factors.
//!
//! [`links`] makes, mails and reads links; [`second_factor`] is the authenticator app; [`half`] is a
//! sign-in whose password was right. What is written of it, with its audit record, is in
//! [`manage`](crate::manage).

pub mod half;
pub mod links;
pub mod second_factor;
