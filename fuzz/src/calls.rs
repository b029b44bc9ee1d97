//! What a call of an API brings.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use enforce::gate::BodyKind;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};
use scope::{
    Access, ApiRequest, Catalog, History, Reason, Visible, decide, explain, required, steps,
};

use crate::text;

static STORA: LazyLock<Catalog> =
    LazyLock::new(|| shipped("stora", include_str!("../../catalogs/stora.toml")));
static FRESHBOOKS: LazyLock<Catalog> =
    LazyLock::new(|| shipped("freshbooks", include_str!("../../catalogs/freshbooks.toml")));

fn shipped(name: &str, file: &str) -> Catalog {
    Catalog::parse(name, file).unwrap()
}

/// A path matches a rule only if it is the rule's path with its templates filled.
pub fn path(bytes: &[u8]) {
    let Some(path) = text(bytes) else { return };
    for catalog in [&*STORA, &*FRESHBOOKS] {
        for method in ["GET", "POST", "DELETE"] {
            let Ok(route) = catalog.route(method, path) else {
                continue;
            };
            let mut values = route.parameters().map(|(_, value)| value);
            let filled = route.endpoint().path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    values.next().unwrap()
                } else {
                    segment
                }
            });
            assert_eq!(filled.collect::<Vec<_>>().join("/"), path);
            for segment in path.split('/').skip(1) {
                assert!(!matches!(segment, "" | "." | ".."), "{path}");
            }
            let plain = path.to_ascii_lowercase();
            for hidden in [
                "%2f", "%5c", "%2e", "%25", "%00", "%3b", ";", "\\", "?", "#",
            ] {
                assert!(!plain.contains(hidden), "{path}");
            }
        }
    }
}

/// A query that is read asks for nothing that a hidden one would not, and its reader keeps to the
/// budget.
pub fn query(bytes: &[u8]) {
    let Some(query) = text(bytes) else { return };
    let mut call = ApiRequest::new("GET", "/2025-09/subscriptions/sub_1");
    call.query = Visible::Seen(query);
    seen_within_hidden(&STORA, &call);
    let mut call = ApiRequest::new("GET", "/payments/account/a1/payment_options");
    call.query = Visible::Seen(query);
    seen_within_hidden(&FRESHBOOKS, &call);
}

/// A body that is read asks for nothing that a hidden one would not.
pub fn body(bytes: &[u8]) {
    let Some(body) = text(bytes) else { return };
    let mut call = ApiRequest::new("POST", "/events/account/a1/events/callbacks");
    call.body = Visible::Seen(body);
    seen_within_hidden(&FRESHBOOKS, &call);
}

fn seen_within_hidden(catalog: &Catalog, call: &ApiRequest<'_>) {
    let mut hidden = *call;
    (hidden.query, hidden.body) = (Visible::Hidden, Visible::Hidden);
    let all = scopes(catalog, &hidden).unwrap();
    if let Ok(seen) = scopes(catalog, call) {
        assert!(seen.is_subset(&all), "{call:?}");
        assert!(!seen.is_empty(), "{call:?}");
    }
    let every = catalog.scope_of(&catalog.all());
    for scope in [
        every,
        "user:clients:read public.subscription:read"
            .parse()
            .unwrap(),
    ] {
        let (granted, ceiling) = (catalog.granted(&scope), catalog.registered(&scope));
        let every = catalog.all();
        let access = Access {
            subject: scope::Subject::Person,
            granted: &granted,
            ceiling: &ceiling,
            approved: &every,
            rights: &every,
            expired: None,
            unproven: None,
        };
        let decision = decide(catalog, &access, call);
        let explained = explain(catalog, &access, call, &History::default());
        assert_eq!(decision.reason(), explained.reason, "{call:?}");
        let length = |part| match part {
            Visible::Seen(text) => str::len(text),
            _ => 0,
        };
        let bytes = call.path.len() + length(call.query) + length(call.body);
        let taken = steps(catalog, &access, call);
        assert!(taken <= 4_096 + 4 * bytes, "{taken}: {call:?}");
    }
}

fn scopes(catalog: &Catalog, call: &ApiRequest<'_>) -> Result<BTreeSet<String>, Reason> {
    let required = required(catalog, call)?;
    let ids = required.alternatives().iter().flatten();
    let names = ids.filter_map(|id| catalog.scope(*id));
    Ok(names.map(|scope| scope.name.clone()).collect())
}

/// A header's parameters: a `Content-Type` that counts as JSON says so in one way only, and what
/// counts as a token is one.
pub fn http_parameters(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let request = Request::builder()
        .header(CONTENT_TYPE, &value)
        .header(AUTHORIZATION, &value)
        .body(());
    let (parts, ()) = request.unwrap().into_parts();
    if BodyKind::of(&parts.headers) == BodyKind::Json {
        let plain = value.to_str().unwrap().to_ascii_lowercase();
        let (kind, parameters) = plain.split_once(';').unwrap_or((&plain, ""));
        let kind = kind.trim();
        assert!(
            kind == "application/json" || kind.ends_with("+json"),
            "{plain}"
        );
        let parameters = parameters.split(';').map(str::trim);
        let charsets = parameters.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            (name.trim() == "charset").then_some(value)
        });
        let charsets: Vec<_> = charsets.collect();
        assert!(
            matches!(charsets[..], [] | ["utf-8" | "\"utf-8\""]),
            "{plain}"
        );
    }
    if let Ok(Some(token)) = enforce::bearer_token(&parts) {
        let token = token.expose();
        assert!(
            value
                .to_str()
                .unwrap()
                .trim_end_matches(' ')
                .ends_with(token)
        );
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()), "{token}");
    }
}
