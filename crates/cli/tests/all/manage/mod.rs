//! The commands that change what is stored.

mod advice;
mod approvals;
mod audit;
mod deletions;
mod key_revocation;
mod keys;
mod records;
mod refusals;
