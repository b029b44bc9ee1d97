//! Catalogs out, into descriptions; `given` has what all of them use.

mod given;
mod law;
mod written;
