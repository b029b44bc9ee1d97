use askama::Template;

use super::consent::OrganisationHere;
use super::lacking::Lacking;
#[cfg(test)]
use crate::language::Language;
use crate::pages::views::{AppView, Frame, Person};

/// Nothing that an app asks can be allowed.
#[derive(Debug, Clone, Template)]
#[template(path = "nothing.html")]
pub(crate) struct NothingPage {
    /// What stands around it.
    pub frame: Frame,
    /// Who asks.
    pub app: AppView,
    /// That it is so, in a sentence.
    pub heading: String,
    /// Who is asked.
    pub person: Person,
    /// Where to come back to after signing in as somebody else.
    pub back: String,
    /// Whose data is meant; `None` where a grant is bound to the person.
    pub organisation: Option<OrganisationHere>,
    /// Where the way back to the app begins.
    pub action: String,
    /// What the page shows, for the form to carry.
    pub shown: String,
    /// Why.
    pub lacking: Lacking,
    /// What can be done about it.
    pub now: String,
}

impl NothingPage {
    /// A role that lacks it all, and a hostile app.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let heading = |app: &str| {
            frame.tv(
                "nothing-heading-at",
                [("app", app), ("organisation", "Muster AG")],
            )
        };
        let hostile = AppView::hostile_sample();
        let lacking = Lacking::sample(&frame);
        let page = Self {
            heading: heading("Ledgerly"),
            app: AppView::sample(),
            person: Person::sample(),
            back: String::from("/bexio/consent?request=sg_rh_x"),
            organisation: Some(OrganisationHere::sample()),
            action: String::from("/bexio/consent?request=sg_rh_x"),
            shown: String::from("1 sample"),
            now: frame.t("nothing-now-role"),
            lacking: Lacking {
                open: true,
                ..lacking
            },
            frame: frame.clone(),
        };
        let of_a_stranger = Self {
            heading: heading(&hostile.name),
            app: hostile,
            now: frame.t("nothing-now-app"),
            ..page.clone()
        };
        vec![page, of_a_stranger]
    }
}
