//! The sandbox: every endpoint of a realm's catalog answers at `/{realm}/api/…`, behind the
//! decision, with invented records for each organisation, where the realm wants it.
//!
//! Nothing here knows a provider. What a call does follows from its path template and the
//! catalog's sample records, and how it is answered from the API's own description, where that is
//! beside the catalog.

mod advice;
mod answer;
mod as_said;
mod body;
mod call;
mod change;
mod content;
mod described;
mod document;
mod example_calls;
mod expand;
mod form;
mod ids;
mod invent;
mod limits;
mod me;
mod naming;
mod page_names;
mod paging;
mod public;
mod query;
mod reading;
mod recorded;
mod refusal;
mod response;
mod router;
mod said;
mod sandbox;
mod search;
mod seed;
mod shape;
mod show;
mod shown_id;
mod shown_ids;
mod source;
mod spot;
mod written;

pub use example_calls::ExampleCalls;
pub use refusal::reasons;
pub use router::{PATHS, router};
pub use seed::seed;
