//! `x-scopegate`: what a description says in the catalog's own words, because OpenAPI has none for
//! it. `form` writes and reads requirements, `plain` says what is left of one in `security`.

pub(crate) mod form;
pub(crate) mod plain;

use crate::document::node::Node;

/// The name of the extension, at the top of a description and in operations.
pub(crate) const NAME: &str = "x-scopegate";

/// The scheme that has the catalog's scopes, where an export says so at the top of a description.
pub(crate) fn scheme(root: &Node) -> Option<&str> {
    let own = root.member(NAME)?;
    let is_known = own.text_of(key::FORMAT) == Some(FORMAT);
    own.text_of(key::SCHEME).filter(|_| is_known)
}

/// The one form of it so far.
pub(crate) const FORMAT: &str = "1";

/// Its members.
pub(crate) mod key {
    /// At the top: which form it has.
    pub(crate) const FORMAT: &str = "format";
    /// At the top: the catalog without its endpoints.
    pub(crate) const CATALOG: &str = "catalog";
    /// At the top: the security scheme that has the catalog's scopes.
    pub(crate) const SCHEME: &str = "scheme";
    /// At the top: every scope in the catalog's order, which two tables of it cannot tell.
    pub(crate) const SCOPES: &str = "scopes";
    /// In an operation: what a call needs, where `security` cannot say it exactly.
    pub(crate) const REQUIRE: &str = "require";
    /// In an operation: the method of the catalog's rule, where it is another one.
    pub(crate) const METHOD: &str = "method";
    /// In an operation: the catalog's paths, where they are written otherwise.
    pub(crate) const PATH: &str = "path";
    /// In an operation: the catalog has no rule for it.
    pub(crate) const DENIED: &str = "denied";
    pub(crate) const SOURCE: &str = "source";
    pub(crate) const INFERRED: &str = "inferred";
    pub(crate) const NOTE: &str = "note";
    pub(crate) const OPERATION: &str = "operation";
    pub(crate) const TITLE: &str = "title";
}
