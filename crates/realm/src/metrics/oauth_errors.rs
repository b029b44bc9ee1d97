use oauth::ErrorCode;
use prometheus::{IntCounter, IntCounterVec, Opts, Registry};

use super::request_kind::RequestKind;

/// The endpoints that answer with the error codes of OAuth.
const ENDPOINTS: [RequestKind; 4] = [
    RequestKind::Token,
    RequestKind::Introspect,
    RequestKind::Revoke,
    RequestKind::Authorize,
];

/// Refusals of the OAuth endpoints, counted by the code they tell.
pub(super) struct OAuthErrors {
    endpoints: [(RequestKind, Codes); ENDPOINTS.len()],
}

/// The counters of one endpoint.
struct Codes {
    told: [IntCounter; ErrorCode::ALL.len()],
    other: IntCounter,
}

impl OAuthErrors {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counted = IntCounterVec::new(
            Opts::new(
                "scopegate_oauth_errors_total",
                "Answers of an OAuth endpoint with this error code; `other` is a 4xx or 5xx without one.",
            ),
            &["endpoint", "error"],
        )?;
        registry.register(Box::new(counted.clone()))?;
        Ok(Self {
            endpoints: ENDPOINTS.map(|endpoint| {
                let of = |error| counted.with_label_values(&[endpoint.as_str(), error]);
                let codes = Codes {
                    told: ErrorCode::ALL.map(|code| of(code.as_str())),
                    other: of("other"),
                };
                (endpoint, codes)
            }),
        })
    }

    /// Counts one answer, if it is a refusal. Also a redirect to the app may tell one.
    pub(super) fn answered(&self, kind: RequestKind, status: u16, error: Option<ErrorCode>) {
        if (200..300).contains(&status) {
            return;
        }
        let codes = self.endpoints.iter().find(|(each, _)| *each == kind);
        let Some((_, codes)) = codes else {
            return;
        };
        match error {
            Some(code) => codes.count(code),
            None if status >= 400 => codes.other.inc(),
            None => {}
        }
    }
}

impl Codes {
    fn count(&self, code: ErrorCode) {
        self.told.get(code as usize).unwrap_or(&self.other).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_codes_are_places_in_the_list() {
        for (place, code) in ErrorCode::ALL.into_iter().enumerate() {
            assert_eq!(code as usize, place, "{code}");
        }
    }
}
