//! The least scopes that open some calls (`docs/adr/0023-what-the-least-scopes-are.md`).
//!
//! `answer` is what others use. It makes a `problem` of the calls: the choices that open each of
//! them, and by `opening` what each choice opens of the whole API. `search` finds the best choice:
//! `reduce` takes away what no best choice holds, `narrow` tells whether a choice can open less,
//! and `improve` betters one where comparing all of them would take too long. `instead` says what
//! else would have opened the calls.

pub(crate) mod answer;
mod budget;
mod building;
mod candidates;
mod clause;
pub(crate) mod cost;
mod improve;
pub(crate) mod instead;
mod narrow;
mod opening;
mod parts;
mod problem;
mod reduce;
mod search;
mod state;
mod variants;
