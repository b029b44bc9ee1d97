//! What people see.

mod accounts;
mod errors;
mod home;
mod links;
mod login;
mod look;
mod missing;
mod reference;
mod second_factor;
mod spellings;
mod throttle;
