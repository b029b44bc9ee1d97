//! What each page shows: one struct per page, compiled with its template, with samples that
//! the tests render in every language.

mod app;
mod error;
mod frame;
mod login;
mod row;
mod scopes;
mod when;

pub use app::{AppView, Person};
pub use error::{ErrorDetail, ErrorPage};
pub use frame::{Frame, LanguageLink};
pub use login::{LoginPage, LoginProblem, SampleAccount, SampleAccounts};
pub use row::{Answer, Choice, Mark, MarkKind, Row};
pub use scopes::{EndpointLine, GuideProse, ResourceSection, ScopeEntry, ScopesPage};
pub use when::When;
pub(crate) use when::{exact as exact_moment, span};
