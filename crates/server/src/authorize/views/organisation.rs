use askama::Template;

#[cfg(test)]
use crate::language::Language;
use crate::pages::views::Frame;
use crate::pages::views::{AppView, Person};

/// Choosing the organisation whose data an app may work with.
#[derive(Debug, Clone, Template)]
#[template(path = "organisation.html")]
pub(crate) struct OrganisationPage {
    /// What stands around it.
    pub frame: Frame,
    /// Who asks.
    pub app: AppView,
    /// Who is asked.
    pub person: Person,
    /// Where to come back to after signing in as somebody else.
    pub back: String,
    /// Where the choice goes.
    pub action: String,
    /// The person's organisations.
    pub options: Vec<OrganisationOption>,
}

/// An organisation to choose.
#[derive(Debug, Clone)]
pub(crate) struct OrganisationOption {
    /// What it is called in our addresses.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What the person is there.
    pub roles: Option<String>,
}

impl OrganisationPage {
    /// Two organisations, and a hostile app.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let page = Self {
            action: frame.at("organisation?request=sg_rh_x&ui_locales=de"),
            frame,
            app: AppView::sample(),
            person: Person::sample(),
            back: "/bexio/consent?request=sg_rh_x".to_owned(),
            options: vec![
                OrganisationOption {
                    value: "muster-ag".to_owned(),
                    name: "Muster AG".to_owned(),
                    roles: Some("Owner".to_owned()),
                },
                OrganisationOption {
                    value: "beispiel".to_owned(),
                    name: "Beispiel & Söhne GmbH".to_owned(),
                    roles: None,
                },
            ],
        };
        let hostile = Self {
            app: AppView::hostile_sample(),
            ..page.clone()
        };
        vec![page, hostile]
    }
}
