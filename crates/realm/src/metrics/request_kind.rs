/// A kind of request, for counting: few enough that each has its own metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
#[expect(missing_docs, reason = "named as in the paths")]
pub enum RequestKind {
    Token,
    Introspect,
    Revoke,
    Jwks,
    Metadata,
    Authorize,
    Login,
    Logout,
    Account,
    Scopes,
    /// Explanations of problems.
    Errors,
    /// The root, and a realm's own address.
    Home,
    /// Calls of the API behind the decision.
    Api,
    /// What services ask about calls of theirs.
    Gate,
    Static,
    /// The demo's own pages.
    Demo,
    /// Health and metrics.
    Operations,
    /// Everything else, also what is not there.
    Other,
}

impl RequestKind {
    /// Every one, in the order of their numbers.
    pub const ALL: [Self; 18] = [
        Self::Token,
        Self::Introspect,
        Self::Revoke,
        Self::Jwks,
        Self::Metadata,
        Self::Authorize,
        Self::Login,
        Self::Logout,
        Self::Account,
        Self::Scopes,
        Self::Errors,
        Self::Home,
        Self::Api,
        Self::Gate,
        Self::Static,
        Self::Demo,
        Self::Operations,
        Self::Other,
    ];

    /// The name in metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Jwks => "jwks",
            Self::Metadata => "metadata",
            Self::Authorize => "authorize",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Account => "account",
            Self::Scopes => "scopes",
            Self::Errors => "errors",
            Self::Home => "home",
            Self::Api => "api",
            Self::Gate => "gate",
            Self::Static => "static",
            Self::Demo => "demo",
            Self::Operations => "operations",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (place, kind) in RequestKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
    }
}
