//! The sandbox of an API whose description is known.

mod document;
mod forms;
mod given;
mod odd;
mod pages;
mod real;
mod records;
