//! The sandbox of an API whose description is known.

mod document;
mod forms;
mod given;
mod invented;
mod odd;
mod pages;
mod real;
mod records;
mod refused;
