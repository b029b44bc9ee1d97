//! How often an API may be called: the count itself, what is remembered, and what a gate does by it.

mod gate;
mod remembered;
mod window;
