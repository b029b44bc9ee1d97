//! Which organisation a call names: by its path, and by a header, the host or the query where the
//! catalog says so. As exact as a path: what could be read in two ways names nobody's.

use std::borrow::Cow;

use crate::catalog::Catalog;
use crate::likeness::{Likeness, Watched};
use crate::policy::{OrganisationKey, OrganisationPlace};
use crate::query::Given;
use crate::request::{ApiRequest, Visible};
use crate::route::Route;

/// No organisation has this name, number or id: what cannot be told names none of them.
const NOBODYS: &str = "";

/// What one place says.
enum Named<'a> {
    /// Nothing.
    Absent,
    One(Cow<'a, str>),
    /// Nobody can tell, or this gate cannot.
    Unclear,
}

impl Catalog {
    /// How a call names an organisation, and the text as it arrived; `None` where it names none and
    /// need not. Where it names none and must, or one that cannot be told, the text is empty, which
    /// names nobody's: a gate holds it to the token like any other.
    pub fn organisation_of<'r>(
        &self,
        route: &Route<'_, 'r>,
        request: &ApiRequest<'r>,
    ) -> Option<(OrganisationKey, Cow<'r, str>)> {
        let in_path = route.organisation_in_path();
        let in_path = in_path.map(|(key, text)| (key, Cow::Borrowed(text)));
        let Some((source, name)) = &self.policy.organisation_source else {
            return in_path;
        };
        let nobodys = Some((source.key, Cow::Borrowed(NOBODYS)));
        match (in_path, read(&source.place, name, request)) {
            (in_path, Named::Absent) if in_path.is_some() || source.optional => in_path,
            (None, Named::One(text)) => Some((source.key, text)),
            (Some((key, text)), Named::One(other)) if key == source.key && text == other => {
                Some((key, text))
            }
            _ => nobodys,
        }
    }

    /// Must a gate hand over a header of this name, for [`organisation_of`](Self::organisation_of)
    /// to tell what the call means? Look-alikes among them, which some servers read as the same.
    pub fn reads_header(&self, name: &str) -> bool {
        match &self.policy.organisation_source {
            Some((source, watched)) if matches!(source.place, OrganisationPlace::Header(_)) => {
                is_like(watched, name) || name.eq_ignore_ascii_case(CONNECTION)
            }
            _ => false,
        }
    }
}

/// Names headers that the next server on the way does not pass on (RFC 9110 section 7.6.1).
const CONNECTION: &str = "connection";

fn read<'r>(place: &OrganisationPlace, name: &Watched, request: &ApiRequest<'r>) -> Named<'r> {
    match place {
        OrganisationPlace::Header(own) => in_headers(own, name, request),
        OrganisationPlace::HostLabel(before) => in_host(before, request),
        OrganisationPlace::Query(_) => in_query(name, request),
    }
}

fn is_like(watched: &Watched, name: &str) -> bool {
    watched.of_member(&name.to_ascii_lowercase()) != Likeness::Other
}

fn in_headers<'r>(own: &str, watched: &Watched, request: &ApiRequest<'r>) -> Named<'r> {
    let Some(headers) = request.headers else {
        return Named::Unclear;
    };
    let mut named = Named::Absent;
    for (name, value) in headers {
        if name.eq_ignore_ascii_case(CONNECTION) {
            let listed = std::str::from_utf8(value).map(|value| value.split(','));
            let Ok(mut listed) = listed else {
                return Named::Unclear;
            };
            if listed.any(|listed| is_like(watched, listed.trim())) {
                return Named::Unclear;
            }
        } else if is_like(watched, name) {
            let is_first = matches!(named, Named::Absent);
            named = match std::str::from_utf8(value) {
                Ok(text) if is_first && name.eq_ignore_ascii_case(own) && !text.is_empty() => {
                    Named::One(Cow::Borrowed(text))
                }
                _ => return Named::Unclear,
            };
        }
    }
    named
}

fn in_host<'r>(before: &str, request: &ApiRequest<'r>) -> Named<'r> {
    let Visible::Seen(host) = request.host else {
        return Named::Unclear;
    };
    let (host, port) = host.split_once(':').unwrap_or((host, "0"));
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Named::Unclear;
    }
    if host.eq_ignore_ascii_case(before) {
        return Named::Absent;
    }
    let length = host.len().checked_sub(before.len() + 1);
    let parts = length.and_then(|length| Some((host.get(..length)?, host.get(length..)?)));
    match parts {
        Some((label, rest))
            if !label.is_empty()
                && !label.contains('.')
                && rest.starts_with('.')
                && rest
                    .get(1..)
                    .is_some_and(|rest| rest.eq_ignore_ascii_case(before)) =>
        {
            Named::One(Cow::Borrowed(label))
        }
        _ => Named::Unclear,
    }
}

fn in_query<'r>(name: &Watched, request: &ApiRequest<'r>) -> Named<'r> {
    let Visible::Seen(query) = request.query else {
        return Named::Unclear;
    };
    let mut named = Named::Absent;
    let read = crate::query::values(query, name, |given| {
        named = match (&named, given) {
            (Named::Absent, Given::Value(text)) if !text.is_empty() => {
                Named::One(Cow::Owned(text.to_owned()))
            }
            _ => Named::Unclear,
        };
    });
    match read {
        Ok(()) => named,
        Err(_) => Named::Unclear,
    }
}
