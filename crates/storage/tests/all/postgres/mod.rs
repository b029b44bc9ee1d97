mod conformance;
mod faults;
mod pgbouncer;
mod schema;
mod tls;
