//! The commands that change what is stored.

mod key_revocation;
mod keys;
mod records;
