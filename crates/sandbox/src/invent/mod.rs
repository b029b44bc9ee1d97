//! Values that look as a schema says: `schema` reads schemas, `make` makes values of them, `sent`
//! looks at what there is, `text` has the texts people would write, `pattern` those that a pattern asks for.
//!
//! What is made is the same each time, and bounded in depth and size whatever the schema says.

mod array;
pub(crate) mod make;
pub(crate) mod mix;
pub(crate) mod pattern;
mod scalar;
pub(crate) mod schema;
pub(crate) mod sent;
mod text;
