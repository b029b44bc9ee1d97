//! Gates that stand in the way of calls, with the proxies that others make: what comes through each is what
//! the engine, or the naive reference of its laws, opens.

mod api;
mod cases;
mod differential;
mod laws;
mod stand;
