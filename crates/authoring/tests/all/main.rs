//! Descriptions in, catalogs and reports out.

mod import;
