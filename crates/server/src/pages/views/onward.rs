use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;

/// Where a browser goes on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Onward {
    /// Back to the app.
    BackToApp,
    /// To where people sign in.
    ToSignIn,
}

/// The way to another site, which the browser takes by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "onward.html")]
pub(crate) struct OnwardPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address, with what is told there.
    pub target: String,
    /// What is there.
    pub to: Onward,
}

impl OnwardPage {
    /// One.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let sample = |target: &str, to| Self {
            frame: Frame::sample(language, None),
            target: target.to_owned(),
            to,
        };
        vec![
            sample(
                "https://app.example/cb?code=sg_ac_a&state=1",
                Onward::BackToApp,
            ),
            sample(
                "https://muster.example/sign-in?challenge=sg_sc_a",
                Onward::ToSignIn,
            ),
        ]
    }
}
