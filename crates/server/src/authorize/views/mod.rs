//! The pages of the authorization endpoint.

mod consent;
mod lacking;
mod large;
mod nothing;
mod organisation;

pub(crate) use consent::ConsentPage;
pub(super) use consent::{Always, OrganisationHere, OtherOrganisation};
pub(super) use lacking::{Lacking, LackingRight, WithheldItem};
pub(super) use large::{AtOnceAnswer, Group, Large};
pub(crate) use nothing::NothingPage;
pub(super) use organisation::OrganisationOption;
pub(crate) use organisation::OrganisationPage;
