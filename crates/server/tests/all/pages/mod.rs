//! What people see.

mod errors;
mod home;
mod login;
mod look;
mod missing;
mod reference;
mod spellings;
mod throttle;
