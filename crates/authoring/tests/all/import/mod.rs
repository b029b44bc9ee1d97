//! One file for each part of an import; `given` has what all of them use.

mod access;
mod bad_input;
mod broken;
mod description;
pub mod given;
mod names;
mod paths;
pub mod real;
mod sources;
mod twice;
mod update;
