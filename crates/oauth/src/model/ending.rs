/// What would end with somebody, or with something, that is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ending {
    /// Live grants.
    pub grants: usize,
    /// Signed-in browsers.
    pub sessions: usize,
    /// Places of people in organisations.
    pub places: usize,
    /// Machines that act for an organisation: they get no tokens any more.
    pub machines: usize,
    /// API keys that nobody revoked.
    pub api_keys: usize,
}
