//! The commands that change what is stored.

mod audit;
mod key_revocation;
mod keys;
mod records;
mod refusals;
