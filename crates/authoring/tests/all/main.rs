//! Descriptions in, catalogs and reports out.

mod import;
mod lint;
mod texts;
