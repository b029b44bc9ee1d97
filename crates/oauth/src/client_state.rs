//! A client's record as decisions take it.

use std::time::SystemTime;

use scope::{Catalog, ClientState};

use crate::model::{Approval, Client, TokenFormat};

impl Client {
    /// The form of its access tokens: as it is registered, or else the catalog's.
    #[must_use]
    pub fn token_format_in(&self, catalog: &Catalog) -> TokenFormat {
        self.token_format
            .unwrap_or_else(|| match catalog.token_policy().format {
                scope::TokenFormat::Opaque => TokenFormat::Opaque,
                scope::TokenFormat::Jwt => TokenFormat::Jwt,
            })
    }

    /// The client as decisions need it. Of the approvals, only those for this client count.
    #[must_use]
    pub fn state(&self, catalog: &Catalog, approvals: &[Approval]) -> ClientState {
        let own = approvals
            .iter()
            .filter(|approval| approval.client == self.id && approval.realm == self.realm)
            .map(scope::Approval::from)
            .collect();
        ClientState::new(catalog, &self.kind, &self.registered_scope, own)
    }
}

impl From<&Approval> for scope::Approval {
    fn from(record: &Approval) -> Self {
        let mut approval = Self::new(&record.elevation);
        approval.evidence.clone_from(&record.evidence);
        approval.reviewer.clone_from(&record.reviewer);
        approval.expires_at = record.expires_at.map(SystemTime::from);
        approval.withdrawn = record.withdrawn_at.is_some();
        approval
    }
}
