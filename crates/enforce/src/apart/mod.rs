//! What a server and a gate in a process of its own tell each other (`docs/gate-process.md`): what
//! is to be known of an API, what of it is to be forgotten, and what was seen. Both sides write and
//! read it by these types, as JSON; a member that one of them does not know is left alone.

mod api;
mod news;
mod seen;

pub use api::{ServedApi, ServedKeys};
pub use news::{Forget, News};
pub use seen::{MOST_SEEN, Outcome, Seen, SeenCalls};
