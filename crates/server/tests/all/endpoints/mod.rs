//! What programs call.

mod apart;
mod apis;
mod cut_offs;
mod deletions;
mod elsewhere;
mod errors;
mod faults;
mod introspection;
mod keys;
mod limits;
mod many_scopes;
mod metadata;
mod next_decision;
mod november;
mod organisations;
mod revocation;
mod rights;
mod sandbox;
mod secrets;
mod signing;
mod step_up;
mod token;
