//! What people see.

mod login;
mod missing;
mod render;
mod words;
