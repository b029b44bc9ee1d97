//! The pages of the authorization endpoint.

mod consent;
mod lacking;
mod nothing;
mod organisation;

pub(crate) use consent::ConsentPage;
pub(super) use consent::{Always, OrganisationHere, OtherOrganisation};
pub(super) use lacking::{Lacking, LackingRight, WithheldItem};
pub(crate) use nothing::NothingPage;
pub(super) use organisation::OrganisationOption;
pub(crate) use organisation::OrganisationPage;
