//! The reverse proxy, between bytes that a caller writes and bytes that an API reads.

mod limits;
mod passing;
pub mod place;
mod refusing;
mod streaming;
mod tunnels;
