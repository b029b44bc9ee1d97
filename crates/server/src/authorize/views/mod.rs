//! The pages of the authorization endpoint.

mod consent;
mod organisation;

pub use consent::{Always, ConsentPage, OtherOrganisation, Place, WithheldItem};
pub use organisation::{OrganisationOption, OrganisationPage};
