//! What people see.

mod home;
mod login;
mod missing;
