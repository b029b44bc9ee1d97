use prometheus::{IntGaugeVec, Opts, Registry};

use crate::openid::LastAsked;

/// The providers of OpenID Connect that people sign in at, by realm.
pub(super) struct Providers {
    answered: IntGaugeVec,
}

impl Providers {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let answered = IntGaugeVec::new(
            Opts::new(
                "scopegate_sign_in_provider_answered",
                "1 where the OpenID provider that people sign in at told of itself when it was asked last, 0 where it did not; not there before it was asked.",
            ),
            &["realm"],
        )?;
        registry.register(Box::new(answered.clone()))?;
        Ok(Self { answered })
    }

    pub(super) fn set(&self, providers: &[(String, LastAsked)]) {
        for (realm, last) in providers {
            let answered = match last {
                LastAsked::Never => continue,
                LastAsked::Answered => 1,
                LastAsked::Failed => 0,
            };
            self.answered.with_label_values(&[&**realm]).set(answered);
        }
    }
}
