//! What people see.

mod accounts;
mod errors;
mod home;
mod login;
mod look;
mod missing;
mod reference;
mod spellings;
mod throttle;
