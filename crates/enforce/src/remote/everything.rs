use std::sync::Arc;

use scope::{Catalog, GrantAnswers, GrantedScope, History, RegisteredScope, ScopeSet, Subject};

use crate::AccessNow;

/// Limits that limit nothing, for what was limited by the issuer already.
pub(super) struct Everything {
    ceiling: Arc<RegisteredScope>,
    scopes: Arc<ScopeSet>,
}

impl Everything {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let scopes = Arc::new(catalog.all());
        let ceiling = Arc::new(catalog.registered(&catalog.scope_of(&scopes)));
        Self { ceiling, scopes }
    }

    /// Access to what is granted, and no word on why it is no more.
    pub(super) fn access(&self, subject: Subject, granted: GrantedScope) -> AccessNow {
        let mut now = AccessNow::new(subject, granted, Arc::clone(&self.ceiling));
        now.approved = Arc::clone(&self.scopes);
        now.rights = Arc::clone(&self.scopes);
        now.answers = Some(Arc::new(KnownElsewhere));
        now
    }
}

/// What was asked, refused, withheld and taken off, the issuer knows.
#[derive(Debug)]
struct KnownElsewhere;

impl GrantAnswers for KnownElsewhere {
    fn history(&self, _: Option<i64>) -> History<'_> {
        History {
            elsewhere: true,
            ..History::default()
        }
    }
}
