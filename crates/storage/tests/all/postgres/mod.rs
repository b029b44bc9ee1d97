mod conformance;
mod cuts;
mod faults;
mod pgbouncer;
mod schema;
mod tls;
