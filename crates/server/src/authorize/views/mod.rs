//! The pages of the authorization endpoint.

mod consent;
mod organisation;

pub(crate) use consent::ConsentPage;
pub(super) use consent::{Always, OrganisationHere, OtherOrganisation, WithheldItem};
pub(super) use organisation::OrganisationOption;
pub(crate) use organisation::OrganisationPage;
