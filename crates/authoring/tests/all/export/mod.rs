//! Catalogs out, into descriptions; `given` has what all of them use.

pub mod given;
mod law;
mod written;
