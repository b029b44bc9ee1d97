//! The commands that change what is stored.

mod accounts;
mod advice;
mod approvals;
mod apps;
mod audit;
mod deletions;
mod exit_status;
mod key_revocation;
mod keys;
mod records;
mod refusals;
