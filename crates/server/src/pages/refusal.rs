use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use oauth::{ErrorCode, OAuthError};
use realm::Fault;
use realm::manage::Refused;

use super::respond;
use super::views::{ErrorDetail, ErrorPage, Frame, WayBack};
use super::visit::Visit;
use crate::heavy;

/// Why a person gets another page than the one they asked for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// What is stored cannot be reached or changed.
    Fault(Fault),
    /// Others are being answered whose pages take as long.
    Busy,
    /// More came from this address than people send.
    TooMany,
    /// An authorization request that must not be answered at the client.
    Request(OAuthError),
    /// A form from somewhere else.
    ForeignForm {
        /// Where our own come from.
        origin: String,
        /// Does the request say where it comes from? A program's may not.
        is_told: bool,
    },
    /// A form that is too large or lacks something our pages always send.
    Form,
    /// The authorization request is kept no more, or for another browser.
    RequestGone,
    /// The person has answered the authorization request.
    Answered {
        /// The app's name, as shown.
        app: String,
    },
    /// A link in a mail that counts no more.
    LinkGone,
    /// The browser sends no cookies of ours.
    NoCookies,
    /// The address names nothing of this person's.
    NotFound,
    /// The provider's system that knows what the person may do does not answer, and an app waits.
    RightsUnavailable {
        /// The app's name, as shown.
        app: String,
        /// Where the same request is looked at again, and the way back to the app begins.
        consent: String,
    },
    /// The person belongs to no organisation.
    NoOrganisation {
        /// The app's name, as shown.
        app: String,
        /// The person's name, as shown.
        person: String,
        /// Where to sign in as somebody else.
        login: String,
        /// Where the way back to the app begins.
        consent: String,
    },
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What a person asks of their own grants is seldom refused: the record is gone, or others
/// change it again and again.
impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoSuch { .. } | Refused::NotReducible(_) => Self::NotFound,
            other => Self::Fault(other.into()),
        }
    }
}

impl Refusal {
    /// The answer to a visit.
    #[must_use]
    pub(crate) fn answer(self, visit: &Visit) -> Response {
        match &self {
            Self::Fault(error @ Fault::RightsUnavailable) => {
                tracing::warn!(realm = visit.realm.id(), %error, "a page cannot be shown");
            }
            Self::RightsUnavailable { .. } => {
                let error = Fault::RightsUnavailable;
                tracing::warn!(realm = visit.realm.id(), %error, "a person cannot be asked for consent");
            }
            Self::Fault(error) => tracing::error!(%error, "storage failed behind a page"),
            _ => {}
        }
        let status = self.status();
        let again = match &self {
            Self::Busy => Some(heavy::AGAIN),
            Self::TooMany => Some(Duration::from_secs(60)),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(Duration::from_secs(60)),
            _ => None,
        };
        let back = self.back(visit);
        let mut page = self.page(visit.frame(None));
        page.link.get_or_insert(back);
        let mut response = respond::page(status, &page);
        if let Some(again) = again {
            let again = HeaderValue::from(again.as_secs());
            response.headers_mut().insert(RETRY_AFTER, again);
        }
        response
    }

    /// The way on from the page: to the same one again where that may go better, to another link from
    /// one that is gone, and otherwise to what the person has here.
    fn back(&self, visit: &Visit) -> (String, String, bool) {
        let label = match self {
            Self::Fault(_) | Self::Busy | Self::TooMany | Self::RightsUnavailable { .. } => {
                "error-again"
            }
            Self::LinkGone if visit.app.sends_mail() => {
                let label = visit.words.get("forgotten-title");
                return (visit.form_at("forgotten"), label, true);
            }
            Self::LinkGone => {
                let label = visit.words.get("back-to-sign-in");
                return (visit.form_at("login"), label, false);
            }
            Self::Form | Self::ForeignForm { .. } => "error-open-again",
            Self::Request(_)
            | Self::RequestGone
            | Self::Answered { .. }
            | Self::NoCookies
            | Self::NotFound
            | Self::NoOrganisation { .. } => {
                let label = visit.words.get("connected-apps");
                return (visit.form_at("account"), label, false);
            }
        };
        (visit.page_of_form(), visit.words.get(label), true)
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Fault(fault) if fault.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy | Self::RightsUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Request(error) => match error.code {
                ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::BAD_REQUEST,
            },
            Self::ForeignForm { .. } | Self::NoOrganisation { .. } => StatusCode::FORBIDDEN,
            Self::Form | Self::NoCookies => StatusCode::BAD_REQUEST,
            Self::RequestGone | Self::LinkGone | Self::Answered { .. } => StatusCode::GONE,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }

    /// The page that says so.
    #[must_use]
    pub(crate) fn page(self, frame: Frame) -> ErrorPage {
        match self {
            Self::Fault(Fault::RightsUnavailable) => rights_unavailable(frame),
            Self::RightsUnavailable { app, consent } => ErrorPage {
                back: Some(WayBack {
                    action: consent.clone(),
                    decision: "later",
                    label: frame.tv("nothing-back", [("app", app.as_str())]),
                }),
                link: Some((consent, frame.t("error-again"), true)),
                ..rights_unavailable(frame)
            },
            Self::Fault(fault) if fault.is_passing() => plain(frame, "error-unavailable"),
            Self::Fault(_) => plain(frame, "error-server"),
            Self::Busy => plain(frame, "error-busy"),
            Self::TooMany => plain(frame, "error-many"),
            Self::ForeignForm { is_told: true, .. } => plain(frame, "error-origin"),
            Self::ForeignForm { origin, .. } => ErrorPage {
                detail: Some(ErrorDetail {
                    code: String::from("Origin"),
                    description: format!("a program has to send the header `Origin: {origin}`"),
                }),
                ..plain(frame, "error-origin")
            },
            Self::Form => plain(frame, "error-form"),
            Self::RequestGone => plain(frame, "error-request-gone"),
            Self::Answered { app } => {
                let app = [("app", app.as_str())];
                ErrorPage {
                    what: frame.tv("error-answered-what", app),
                    now: frame.tv("error-answered-now", app),
                    ..plain(frame, "error-answered")
                }
            }
            Self::LinkGone => plain(frame, "error-link"),
            Self::NoCookies => plain(frame, "error-cookies"),
            Self::NotFound => plain(frame, "error-not-found"),
            // The one reason for it before the redirect URI is known to be good.
            Self::Request(error) if error.code == ErrorCode::UnauthorizedClient => {
                let realm = [("realm", frame.realm_title.as_str())];
                ErrorPage {
                    what: frame.tv("error-app-off-what", realm),
                    now: frame.tv("error-app-off-now", realm),
                    detail: Some(ErrorDetail {
                        code: error.code.as_str().to_owned(),
                        description: error.description,
                    }),
                    ..plain(frame, "error-app-off")
                }
            }
            Self::Request(error) => ErrorPage {
                detail: Some(ErrorDetail {
                    code: error.code.as_str().to_owned(),
                    description: error.description,
                }),
                ..plain(frame, "error-request")
            },
            Self::NoOrganisation {
                app,
                person,
                login,
                consent,
            } => ErrorPage {
                back: Some(WayBack {
                    action: consent,
                    decision: "deny",
                    label: frame.tv("nothing-back", [("app", app.as_str())]),
                }),
                what: frame.tv(
                    "error-no-organisation-what",
                    [
                        ("app", app.as_str()),
                        ("name", person.as_str()),
                        ("realm", frame.realm_title.as_str()),
                    ],
                ),
                link: Some((login, frame.t("sign-in"), true)),
                ..plain(frame, "error-no-organisation")
            },
        }
    }
}

/// Whose system it is that does not answer.
fn rights_unavailable(frame: Frame) -> ErrorPage {
    let realm = [("realm", frame.realm_title.as_str())];
    ErrorPage {
        title: frame.tv("error-rights-title", realm),
        what: frame.tv("error-rights-what", realm),
        ..plain(frame, "error-rights")
    }
}

/// A page whose three texts share a beginning of their keys.
fn plain(frame: Frame, key: &str) -> ErrorPage {
    ErrorPage {
        title: frame.t(&format!("{key}-title")),
        what: frame.t(&format!("{key}-what")),
        now: frame.t(&format!("{key}-now")),
        link: None,
        back: None,
        detail: None,
        frame,
    }
}
