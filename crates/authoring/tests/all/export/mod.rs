//! Catalogs out, into descriptions; `given` has what all of them use.

pub mod given;
mod head;
mod law;
mod written;
