//! The sandbox of an API whose description is known.

mod document;
mod real;
