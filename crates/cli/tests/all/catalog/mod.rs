//! `scopegate catalog`.

mod commands;
mod decision_cases;
mod import;
