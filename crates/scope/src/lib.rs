#![doc = include_str!("../README.md")]
//!
//! # What may grow
//!
//! What is read here, or only told to people, may gain members in any version: it is
//! `#[non_exhaustive]`. What has to be acted on is not, so that a new kind is an error of the
//! compiler until somebody has thought about it: the limits of an [`Access`], the filters of a
//! [`Permit`], the rules of a catalog such as [`Decline`] or [`Requirement`].

mod api_description;
mod body;
mod by_name;
pub mod cases;
mod catalog;
mod client;
mod compile;
mod compiled;
mod decide;
mod definition;
mod effective;
mod endpoint;
mod evaluate;
mod expanding;
mod explain;
mod grouping;
mod json_mistake;
mod likeness;
mod limits;
mod marks;
mod message;
mod minimal;
mod mistake;
mod numbers;
mod opened;
mod organisation;
mod path;
mod pattern;
mod policy;
mod query;
mod reason;
pub mod reference;
mod request;
mod rights;
mod role;
mod route;
mod router;
mod rows;
mod segment;
mod set;
mod steps;
mod table;
mod text;
mod token;
mod unseen;
mod why;
mod withheld;
pub mod word;

pub use api_description::{
    ApiBody, ApiDescription, ApiDescriptionError, ApiOperation, ApiParameter, ApiResponse, Json,
};
pub use by_name::ByName;
pub use catalog::Catalog;
pub use client::{Approval, ApprovalState, ClientState};
pub use decide::{
    Access, Decision, Denial, Permit, decide, decide_route, decide_without_token, steps,
};
pub use definition::{
    Accepted, AccessKind, Action, Added, ClientCredentialsBinding, ClientKind, Elevation,
    GuideSection, Resource, ResourceGroup, Risk, RoleTemplate, RowFilter, ScopeDefinition,
    ScopeStatus,
};
pub use effective::{Limits, effective};
pub use endpoint::{Endpoint, ExpandField, ExpandRules, Method, Requirement};
pub use explain::{EndpointName, Explanation, Missing, explain, required};
pub use grouping::{GroupedBy, Together, together};
pub use json_mistake::JsonMistake;
pub use limits::{CallLimit, CallLimits, LimitHeaders, LimitedPer, OwnLimits, ResetForm};
pub use minimal::answer::{
    CallNeeds, MinimalScopes, Proof, UnknownCall, UnknownCalls, minimal, minimal_within,
};
pub use minimal::instead::{Instead, WhyNot};
pub use mistake::{Mistake, Mistakes};
pub use numbers::{ScopeNumbers, ScopeNumbersError, UnknownScopeNumber};
pub use opened::Opened;
pub use path::ambiguity;
pub use policy::{
    AuthorizationPolicy, BoundTo, Connections, ConsentPolicy, Decline, GrantPolicy, IdStyle,
    OrganisationKey, OrganisationPlace, OrganisationSource, ResponseMember, Samples, TokenFormat,
    TokenPolicy,
};
pub use reason::{Reason, Subject};
pub use request::{ApiRequest, Visible};
pub use rights::{RightsFrom, RightsOrigin};
pub use role::{GrantedScope, RegisteredScope, RequestedScope, RequiredScope};
pub use route::{Methods, NoRoute, Route};
pub use set::{ScopeId, ScopeSet};
pub use text::{Text, is_language};
pub use token::{Scope, ScopeSyntaxError, ScopeToken};
pub use unseen::{is_unseen, misleading, with_numbers};
pub use why::{Answer, GrantAnswers, History, WhyMissing};
pub use withheld::{UnknownWithheldReason, Withheld, WithheldReason};
