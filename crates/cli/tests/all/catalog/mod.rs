//! `scopegate catalog`.

mod authoring;
mod commands;
mod decision_cases;
mod docs;
mod export;
mod import;
mod minimal;
