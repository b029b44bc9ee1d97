//! `scopegate catalog`.

mod authoring;
mod commands;
mod decision_cases;
mod import;
mod minimal;
