//! One file for each part of an import; `given` has what all of them use.

mod access;
mod bad_input;
mod broken;
mod description;
mod given;
mod names;
mod paths;
mod real;
mod sources;
mod update;
