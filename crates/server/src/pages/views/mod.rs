//! What each page shows: one struct per page, compiled with its template, with samples that
//! the tests render in every language.

mod app;
mod error;
mod frame;
mod login;
mod onward;
mod row;
mod scopes;
mod when;

pub(crate) use app::{AppView, Person};
pub(crate) use error::{ErrorDetail, ErrorPage};
pub(crate) use frame::Frame;
pub use frame::LanguageLink;
pub(crate) use login::{LoginPage, LoginProblem};
pub use login::{SampleAccount, SampleAccounts};
pub(crate) use onward::OnwardPage;
pub(crate) use row::{Answer, Choice, Mark, MarkKind, Row};
pub(crate) use scopes::{
    EndpointLine, GuideProse, ResourceSection, ScopeEntry, ScopeText, ScopesPage,
};
pub(crate) use when::When;
pub(crate) use when::{exact as exact_moment, span};
