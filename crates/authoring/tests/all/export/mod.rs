//! Catalogs out, into descriptions; `given` has what all of them use.

mod extension;
pub mod given;
mod head;
mod law;
mod written;
