//! What each page shows: one struct per page, compiled with its template, with samples that
//! the tests render in every language.

mod accounts;
mod app;
mod error;
mod frame;
mod home;
mod login;
mod onward;
mod problem;
mod row;
mod scopes;
mod when;

pub(crate) use accounts::{
    CodePage, FactorState, ForgottenPage, LinkPage, RecoveryCodesPage, SecurityPage, SessionLine,
    SetUpPage,
};
pub(crate) use app::{AppView, Person};
pub(crate) use error::{ErrorDetail, ErrorPage, WayBack};
pub(crate) use frame::Frame;
pub use frame::LanguageLink;
pub(crate) use home::{HomePage, RealmHomePage, RealmLine, SandboxPlace};
pub(crate) use login::{LoginPage, LoginProblem};
pub use login::{SampleAccount, SampleAccounts};
pub(crate) use onward::{Onward, OnwardPage};
pub(crate) use problem::{ProblemIndexPage, ProblemLine, ProblemPage, WhyLine};
pub(crate) use row::{Answer, Choice, Mark, MarkKind, Rest, Row, Says};
pub(crate) use scopes::{
    CallLine, CallsLine, Contents, GroupLine, GuideLine, GuideProse, ResourceSection, ScopeText,
    ScopesPage,
};
pub(crate) use when::When;
pub(crate) use when::{clock, span};
