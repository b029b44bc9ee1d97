//! Headers by which frameworks take a call for another one than its first line says.

use http::{HeaderMap, HeaderName};

use crate::problem::{Kind, Problem};

/// Method and address, as several frameworks read them: where the API behind is one of these, the
/// decision would be about another call than the one it answers.
const OVERRIDING: [&str; 5] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
];

/// Of these, those that name another address.
const ADDRESSES: [&str; 2] = ["x-original-url", "x-rewrite-url"];

/// Does a header name another address than the call's own?
pub(crate) fn is_addressed_otherwise(headers: &HeaderMap) -> bool {
    ADDRESSES.iter().any(|name| headers.contains_key(*name))
}

/// Nobody can say what such a call is.
pub(super) fn refuse(headers: Option<&HeaderMap>) -> Result<(), Problem> {
    let Some(headers) = headers else {
        return Ok(());
    };
    // Many programs are handed underscores and hyphens under one name.
    let overrides = |name: &&str| match name.contains('_') {
        true => OVERRIDING.contains(&name.replace('_', "-").as_str()),
        false => OVERRIDING.contains(name),
    };
    let mut names = headers.keys().map(HeaderName::as_str);
    names.find(overrides).map_or(Ok(()), |name| {
        Err(Problem::of(
            Kind::OverridingHeader,
            format!(
                "The header {name} asks for another call than the request's own line does. Leave it out, and send the method and the path that are meant."
            ),
        ))
    })
}
