//! Which path of the catalog an address means.

use std::str::FromStr;

/// Where an API begins: what stands before the paths of its catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// In small letters, without the port that its scheme has anyway; `None` is any host.
    host: Option<String>,
    /// Without a slash at the end.
    path: String,
}

impl FromStr for Base {
    type Err = String;

    /// From `https://api.example.com/v2`, or from a path alone, which counts for every host.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no address such as https://api.example.com/v2, and no path such as /v2"
            )
        };
        if text.contains(['?', '#']) {
            return Err(wrong());
        }
        let address = Address::of(text).ok_or_else(wrong)?;
        Ok(Self {
            host: address.host,
            path: address.target.trim_end_matches('/').to_owned(),
        })
    }
}

/// An address, taken apart.
struct Address<'t> {
    host: Option<String>,
    /// Path and query.
    target: &'t str,
}

impl<'t> Address<'t> {
    /// Of a path, or of a whole address by HTTP.
    fn of(text: &'t str) -> Option<Self> {
        if text.chars().any(char::is_control) {
            return None;
        }
        let text = text.split('#').next().unwrap_or_default();
        if text.starts_with('/') {
            return Some(Self {
                host: None,
                target: text,
            });
        }
        let (scheme, rest) = text.split_once("://")?;
        let default = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => ":80",
            "https" | "wss" => ":443",
            _ => return None,
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at_checked(end)?;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        (!host.is_empty()).then(|| Self {
            host: Some(host_of(host, default)),
            target: if target.is_empty() { "/" } else { target },
        })
    }
}

fn host_of(host: &str, default: &str) -> String {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(default).unwrap_or(&host).to_owned()
}

/// What a record's address comes to.
pub(super) enum Found {
    /// Path and query behind the base.
    Target(String),
    /// It is not below any base.
    Elsewhere,
    /// It is no address by HTTP.
    NoAddress,
}

/// Behind the longest base that fits; without a base, every address counts as it is.
pub(super) fn target(text: &str, host: Option<&str>, bases: &[Base]) -> Found {
    let Some(address) = Address::of(text) else {
        return Found::NoAddress;
    };
    // Where only the host is recorded nobody knows the scheme: both usual ports are none.
    let beside = host.map(|host| host_of(&host_of(host, ":443"), ":80"));
    let host = address.host.or(beside);
    let path = |target: &str| match target.starts_with('/') {
        true => target.to_owned(),
        // Nothing, or a query, right behind the base.
        false => format!("/{target}"),
    };
    if bases.is_empty() {
        return Found::Target(path(address.target));
    }
    let behind = |base: &Base| {
        let same_host = match (&base.host, &host) {
            (Some(base), Some(host)) => base == host,
            _ => true,
        };
        let rest = address.target.strip_prefix(base.path.as_str())?;
        let ends = rest.is_empty() || rest.starts_with(['/', '?']);
        (same_host && ends).then_some((base.path.len(), rest))
    };
    let longest = bases
        .iter()
        .filter_map(behind)
        .max_by_key(|(length, _)| *length);
    match longest {
        Some((_, rest)) => Found::Target(path(rest)),
        None => Found::Elsewhere,
    }
}
