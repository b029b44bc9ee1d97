//! `scopegate catalog`.

mod commands;
mod decision_cases;
