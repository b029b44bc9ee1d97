//! What scopes mean: one catalog file per API says which scopes there are, who may hold them
//! and which calls they open. Everything here is a pure function of its arguments.
//!
//! [`Catalog::parse`] reads a file or tells every mistake in it. [`decide`] answers one call;
//! [`explain`] answers it with its reasons; [`minimal`] finds the least scope for some calls.

mod body;
pub mod cases;
mod catalog;
mod compile;
mod compiled;
mod decide;
mod definition;
mod endpoint;
mod evaluate;
mod explain;
mod message;
mod minimal;
mod mistake;
mod numbers;
mod path;
mod policy;
mod query;
pub mod reference;
mod request;
mod role;
mod route;
mod router;
mod set;
mod table;
mod text;
mod token;
mod why;

pub use catalog::Catalog;
pub use decide::{Access, Decision, Denial, Permit, Reason, decide, decide_route};
pub use definition::{
    AccessKind, Action, Added, ClientCredentialsBinding, ClientKind, Elevation, GuideSection,
    Resource, RoleTemplate, RowFilter, ScopeDefinition, ScopeStatus,
};
pub use endpoint::{Endpoint, ExpandField, ExpandRules, Method, Requirement};
pub use explain::{EndpointName, Explanation, Missing, explain, required};
pub use minimal::{CallNeeds, MinimalScopes, UnknownCalls, minimal};
pub use mistake::{CatalogErrors, CatalogMistake};
pub use numbers::{ScopeNumbers, ScopeNumbersError, UnknownScopeNumber};
pub use policy::{
    AuthorizationPolicy, BoundTo, ConsentPolicy, Decline, GrantPolicy, IdStyle, OrganisationKey,
    ResponseMember, Samples, TokenFormat, TokenPolicy,
};
pub use request::{ApiRequest, Visible};
pub use role::{GrantedScope, RegisteredScope, RequestedScope, RequiredScope};
pub use route::{Methods, NoRoute, Route};
pub use set::{ScopeId, ScopeSet};
pub use text::{Language, Text};
pub use token::{Scope, ScopeSyntaxError, ScopeToken};
pub use why::{History, UnknownWithheldReason, WhyMissing, WithheldReason};
