#[cfg(test)]
use crate::pages::views::Frame;

/// What an app asks and is not offered.
#[derive(Debug, Clone)]
pub(crate) struct Lacking {
    /// Whose role lacks what follows.
    pub role_text: String,
    /// What the person's own role does not include.
    pub role: Vec<LackingRight>,
    /// The rest, with reasons.
    pub other: Vec<WithheldItem>,
    /// Is the rest seen at once?
    pub open: bool,
}

/// What the person could allow with another role.
#[derive(Debug, Clone)]
pub(crate) struct LackingRight {
    /// The resource in plain words.
    pub resource: String,
    /// What the app wants to do with it.
    pub does: String,
}

/// A scope that is not offered.
#[derive(Debug, Clone)]
pub(crate) struct WithheldItem {
    /// As the app wrote it.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl Lacking {
    /// Something of both kinds.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn sample(frame: &Frame) -> Self {
        Self {
            role_text: frame.tv("lacking-text-at", [("organisation", "Muster AG")]),
            role: vec![LackingRight {
                resource: String::from("Tasks"),
                does: String::from("See and change"),
            }],
            other: vec![WithheldItem {
                name: String::from("contact_delete<script>"),
                reason: frame.t("withheld-unknown"),
            }],
            open: false,
        }
    }

    /// Nothing is lacking.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn nothing() -> Self {
        Self {
            role_text: String::new(),
            role: Vec::new(),
            other: Vec::new(),
            open: false,
        }
    }
}
