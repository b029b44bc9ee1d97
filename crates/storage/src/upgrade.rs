/// How far tables are brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// As far as this program needs, and nodes of the version before can go on.
    Expand,
    /// To the end: programs of the version before start no more.
    Finish,
}
