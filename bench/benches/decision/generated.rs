//! Catalogs of any size: one resource for two scopes, four endpoints for each resource, on
//! two paths, one of which ends in a template.

use std::fmt::Write as _;

use scope::Catalog;

use crate::Call;

const HEAD: &str = r#"
id = "generated"
version = "1"
languages = ["en"]
title = { en = "Generated" }
summary = { en = "Generated." }
scope_pattern = "{resource}_{action}"
[actions.read]
title = { en = "See" }
access = "read"
[actions.write]
title = { en = "Change" }
access = "write"
implies = ["read"]
[client_kinds.app]
title = { en = "App" }
description = { en = "An app." }
grant_types = ["authorization_code"]
[roles.owner]
title = { en = "Owner" }
rights = ["*"]
[consent]
decline = "any"
[grant]
bound_to = "user"
reducible = true
[token]
format = "opaque"
token_type = "Bearer"
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "14d"
"#;

/// A catalog with this many scopes.
pub fn catalog(scopes: usize) -> Catalog {
    let mut text = String::from(HEAD);
    for number in 0..scopes / 2 {
        let name = resource(number);
        let _ = write!(
            text,
            r#"
[resources.{name}]
title = {{ en = "{name}" }}
[resources.{name}.read]
title = {{ en = "See {name}" }}
description = {{ en = "All of it." }}
[resources.{name}.write]
title = {{ en = "Change {name}" }}
description = {{ en = "All of it." }}
[[endpoints]]
path = "/v1/companies/{{company}}/{name}"
get = "{name}_read"
post = "{name}_write"
[[endpoints]]
path = "/v1/companies/{{company}}/{name}/{{id}}"
get = "{name}_read"
put = "{name}_write"
"#
        );
    }
    match Catalog::parse("generated.toml", &text) {
        Ok(catalog) => catalog,
        Err(mistakes) => panic!("{mistakes}"),
    }
}

/// Every call of the catalog of this size, scattered.
pub fn calls(scopes: usize) -> Vec<Call> {
    let count = scopes / 2;
    // A step that shares no factor with the count visits every resource once.
    let step = (count * 5 / 8..)
        .find(|step| coprime(*step, count))
        .unwrap_or(1);
    (0..count)
        .map(|turn| resource(turn * step % count))
        .flat_map(|name| {
            let list = format!("/v1/companies/acme/{name}?page=2");
            let item = format!("/v1/companies/acme/{name}/8231");
            [
                ("GET", &list),
                ("PUT", &item),
                ("POST", &list),
                ("GET", &item),
            ]
            .map(|(method, target)| (method.to_owned(), target.clone()))
        })
        .collect()
}

fn resource(number: usize) -> String {
    format!("resource{number}")
}

fn coprime(left: usize, right: usize) -> bool {
    if right == 0 {
        left == 1
    } else {
        coprime(right, left % right)
    }
}
