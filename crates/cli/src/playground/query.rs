use serde::Deserialize;

/// What the page's own forms choose.
#[derive(Debug, Default, Deserialize)]
pub struct PlayQuery {
    #[serde(default)]
    pub client: Option<String>,
    #[serde(default)]
    pub show: Show,
    #[serde(default)]
    pub find: String,
    #[serde(default)]
    pub page: usize,
}

/// Which endpoints the table shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// What the token opens.
    Open,
    /// What it does not.
    Closed,
}
