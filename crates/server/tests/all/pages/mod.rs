//! What people see.

mod login;
mod missing;
mod spellings;
