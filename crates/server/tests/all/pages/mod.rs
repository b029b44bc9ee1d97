//! What people see.

mod login;
mod missing;
