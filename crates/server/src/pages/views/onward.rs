use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;

/// The way back to the app, which the browser takes by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "onward.html")]
pub(crate) struct OnwardPage {
    /// What stands around it.
    pub frame: Frame,
    /// The app's address, with what it is told.
    pub target: String,
}

impl OnwardPage {
    /// One.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        vec![Self {
            frame: Frame::sample(language, None),
            target: "https://app.example/cb?code=sg_ac_a&state=1".to_owned(),
        }]
    }
}
