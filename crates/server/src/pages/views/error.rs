use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;

/// Something went wrong: what happened, why, what now.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    /// What stands around it.
    pub frame: Frame,
    /// What happened.
    pub title: String,
    /// Why.
    pub what: String,
    /// What to do now.
    pub now: String,
    /// The way on: address, label, and whether it is what to do next.
    pub link: Option<(String, String, bool)>,
    /// The way back to the app that sent the person here.
    pub back: Option<WayBack>,
    /// For whoever builds the app.
    pub detail: Option<ErrorDetail>,
}

/// A form that sends the person back to the app.
#[derive(Debug, Clone)]
pub(crate) struct WayBack {
    /// Where it goes.
    pub action: String,
    /// What it says: why the app gets nothing.
    pub decision: &'static str,
    /// Its button.
    pub label: String,
}

/// What the app's developer needs.
#[derive(Debug, Clone)]
pub(crate) struct ErrorDetail {
    /// The error code (RFC 6749 section 4.1.2.1).
    pub code: String,
    /// What is wrong with the request.
    pub description: String,
}

impl ErrorPage {
    /// One with everything, one with nothing.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        vec![
            Self {
                title: frame.t("error-request-title"),
                what: frame.t("error-request-what"),
                now: frame.t("error-request-now"),
                link: Some((frame.at("account"), frame.t("connected-apps"), false)),
                back: Some(WayBack {
                    action: frame.at("consent?request=sg_rh_x"),
                    decision: "deny",
                    label: "Ledgerly".to_owned(),
                }),
                detail: Some(ErrorDetail {
                    code: "invalid_request".to_owned(),
                    description: "redirect_uri <script>alert(1)</script> is not registered"
                        .to_owned(),
                }),
                frame: frame.clone(),
            },
            Self {
                title: frame.t("error-unavailable-title"),
                what: frame.t("error-unavailable-what"),
                now: frame.t("error-unavailable-now"),
                link: None,
                back: None,
                detail: None,
                frame,
            },
        ]
    }
}
