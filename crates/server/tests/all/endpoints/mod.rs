//! What programs call.

mod errors;
mod faults;
mod introspection;
mod keys;
mod metadata;
mod november;
mod organisations;
mod revocation;
mod secrets;
mod standing;
mod token;
