//! How pages are answered: as HTML or by a redirect, with the headers every page carries.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A page with the headers every page carries.
#[must_use]
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_that_leads_to(status, template, None)
}

/// A page whose forms may end at `target` outside, a redirect URI: Chromium holds every
/// redirect after a form's post against `form-action`, also those the app itself adds.
#[must_use]
pub fn page_that_leads_to(
    status: StatusCode,
    template: &impl Template,
    target: Option<&str>,
) -> Response {
    match template.render() {
        Ok(html) => (status, page_headers(target), html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, page_headers(None)).into_response()
        }
    }
}

/// To another page or to the app, by GET.
#[must_use]
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        tracing::error!("a redirect to a location that is no header value");
        return (StatusCode::INTERNAL_SERVER_ERROR, page_headers(None)).into_response();
    };
    let mut headers = page_headers(None);
    headers.remove(CONTENT_TYPE);
    headers.insert(axum::http::header::LOCATION, location);
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// [`see_other`], with a cookie.
#[must_use]
pub fn see_other_with_cookie(location: &str, cookie: HeaderValue) -> Response {
    let mut response = see_other(location);
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

fn page_headers(form_target: Option<&str>) -> HeaderMap {
    let forms = form_target.and_then(form_sources);
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'{}{}; \
         frame-ancestors 'none'; base-uri 'none'",
        if forms.is_some() { " " } else { "" },
        forms.unwrap_or_default()
    );
    let fixed: [(HeaderName, &str); 6] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: browsers then send `Origin: null` with our own forms.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("vary"), "Accept-Language, Cookie"),
    ];
    let mut headers: HeaderMap = fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers
}

/// Where a form may lead when it ends at this redirect URI. Many apps send the browser on
/// from there to another host of theirs, and that counts as a part of the form's way: so
/// any HTTPS address, and for an app on this device this device. Without it the browser
/// stops without a word, and the code is spent.
fn form_sources(redirect_uri: &str) -> Option<String> {
    const THIS_DEVICE: &str = "http://127.0.0.1:* http://localhost:*";
    let url = url::Url::parse(redirect_uri).ok()?;
    let scheme = url.scheme();
    Some(match (scheme, url.host()) {
        ("https", _) => "https:".to_owned(),
        // The policy's grammar has no IPv6 addresses.
        ("http", Some(url::Host::Ipv6(_))) => "http: https:".to_owned(),
        ("http", _) => format!("{THIS_DEVICE} https:"),
        _ => format!("{scheme}:"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_may_end_where_the_app_may_be() {
        let sources = |uri| form_sources(uri).unwrap();
        assert_eq!(sources("https://app.example/cb?x=1"), "https:");
        assert_eq!(
            sources("http://127.0.0.1:49152/cb"),
            "http://127.0.0.1:* http://localhost:* https:"
        );
        assert_eq!(sources("http://[::1]:49152/cb"), "http: https:");
        assert_eq!(sources("com.example.app:/cb"), "com.example.app:");
        assert_eq!(form_sources("no uri; script-src *"), None);
    }
}
