//! `scopegate serve`.

mod bad_input;
mod changed_catalogs;
mod connections;
mod decide;
mod introspection;
mod logs;
mod operations;
mod own_service;
mod start;
mod too_much;
mod traces;
