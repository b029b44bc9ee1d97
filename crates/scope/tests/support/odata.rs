//! A large API as OData ones are (OData 4.01, URL conventions): sets in sets, functions with arguments
//! in a segment, actions behind a namespace, paths in paths, two spellings of one thing.
//!
//! Included by the test that writes it as a catalog, and by the benchmark.
#![allow(dead_code, reason = "each program uses its own part")]

use std::collections::BTreeMap;

use scope::Catalog;

use crate::small_catalog::SmallCatalog;

/// One call of the API.
pub struct Described {
    pub method: &'static str,
    /// As its documentation has it. More than one path: spellings of the same.
    pub paths: Vec<String>,
    /// A request of it for each of the paths.
    pub requests: Vec<String>,
    /// Does its documentation say more than a path can: what the body holds, or two paths in one?
    pub is_beyond: bool,
    /// The set that it is about.
    pub resource: &'static str,
}

const SETS: [&str; 40] = [
    "users",
    "groups",
    "devices",
    "applications",
    "servicePrincipals",
    "contacts",
    "sites",
    "drives",
    "teams",
    "chats",
    "places",
    "subscriptions",
    "policies",
    "domains",
    "invitations",
    "workbooks",
    "plans",
    "schedules",
    "bookings",
    "agreements",
    "audits",
    "reports",
    "schemas",
    "templates",
    "directories",
    "roles",
    "shares",
    "printers",
    "connectors",
    "agents",
    "solutions",
    "search",
    "education",
    "privacy",
    "security",
    "compliance",
    "communications",
    "tenants",
    "programs",
    "external",
];

const PARTS: [&str; 14] = [
    "messages",
    "events",
    "calendars",
    "mailFolders",
    "contactFolders",
    "attachments",
    "extensions",
    "memberOf",
    "owners",
    "licenseDetails",
    "onlineMeetings",
    "conversations",
    "photos",
    "settings",
];

/// Every call, 10,000 of them.
pub fn calls() -> Vec<Described> {
    let mut calls = Vec::new();
    for set in SETS {
        of_set(set, &mut calls);
        for part in PARTS {
            of_part(set, part, &mut calls);
        }
    }
    for root in [
        "/me/drive",
        "/drives/{drive-id}",
        "/users/{user-id}/drive",
        "/groups/{group-id}/drive",
        "/sites/{site-id}/drive",
    ] {
        of_drive(root, &mut calls);
    }
    // What the body holds, and a path beside a path, no catalog can say exactly.
    for number in 0..20 {
        let path = format!("/bundles{number}/$batch");
        let mut call = described("POST", "search", &[&path]);
        call.is_beyond = true;
        calls.push(call);
    }
    for number in 0..15 {
        let path = format!("/compare{number}/root:/{{left}}:/with:/{{right}}:/differences");
        let mut call = described("GET", "drives", &[&path]);
        call.is_beyond = true;
        calls.push(call);
    }
    calls
}

fn of_set(set: &'static str, calls: &mut Vec<Described>) {
    let id = singular(set);
    let mut add = |method, ends: &[&str]| {
        let paths: Vec<String> = ends.iter().map(|end| format!("/{set}{end}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        calls.push(described(method, set, &paths));
    };
    let item = format!("/{{{id}-id}}");
    add("GET", &[""]);
    add("POST", &[""]);
    add("GET", &["/$count"]);
    add("GET", &["/delta()", "/microsoft.graph.delta()"]);
    for method in ["GET", "PATCH", "DELETE"] {
        add(method, &[&item]);
    }
    add("GET", &["(externalKey='{externalKey}')"]);
    add(
        "GET",
        &[
            "/getActivity(start='{start}',end='{end}')",
            "/microsoft.graph.getActivity(start='{start}',end='{end}')",
        ],
    );
}

fn of_part(set: &'static str, part: &'static str, calls: &mut Vec<Described>) {
    let (set_id, part_id) = (singular(set), singular(part));
    let mut add = |method, ends: &[&str]| {
        let start = format!("/{set}/{{{set_id}-id}}/{part}");
        let paths: Vec<String> = ends.iter().map(|end| format!("{start}{end}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        calls.push(described(method, set, &paths));
    };
    let item = format!("/{{{part_id}-id}}");
    let below = |end: &str| format!("{item}{end}");
    add("GET", &[""]);
    add("POST", &[""]);
    add("GET", &["/$count"]);
    for method in ["GET", "PATCH", "DELETE"] {
        add(method, &[&item]);
    }
    add("GET", &["/$ref"]);
    add("POST", &["/$ref"]);
    add("DELETE", &[&below("/$ref")]);
    add("GET", &[&below("/$value")]);
    add(
        "POST",
        &[&below("/forward"), &below("/microsoft.graph.forward")],
    );
    add("POST", &["/microsoft.graph.validateProperties"]);
    add("GET", &["/delta()", "/microsoft.graph.delta()"]);
    add(
        "GET",
        &["/reminderView(startDateTime='{startDateTime}',endDateTime='{endDateTime}')"],
    );
    for method in ["GET", "POST"] {
        add(method, &[&below("/items")]);
    }
    add("GET", &[&below("/items/{item-id}")]);
}

fn of_drive(root: &str, calls: &mut Vec<Described>) {
    for (method, end) in [
        ("GET", "/root:/{path}"),
        ("PATCH", "/root:/{path}"),
        ("DELETE", "/root:/{path}"),
        ("GET", "/root:/{path}:/children"),
        ("POST", "/root:/{path}:/children"),
        ("GET", "/root:/{path}:/content"),
        ("PUT", "/root:/{path}:/content"),
        ("POST", "/root:/{path}:/microsoft.graph.createUploadSession"),
        ("GET", "/root:/{path}:/versions/{version-id}"),
        ("GET", "/root:/{path}:/search(q='{q}')"),
        (
            "GET",
            "/root:/{path}:/workbook/worksheets/{worksheet-id}/range(address='{address}')",
        ),
        (
            "PATCH",
            "/root:/{path}:/workbook/worksheets/{worksheet-id}/range(address='{address}')",
        ),
        (
            "POST",
            "/root:/{path}:/workbook/worksheets/{worksheet-id}/range(address='{address}')/clear",
        ),
        ("GET", "/items/{item-id}"),
        ("GET", "/items/{item-id}:/{path}"),
        ("GET", "/items/{item-id}:/{path}:/children"),
        ("GET", "/items/{item-id}/delta(token='{token}')"),
    ] {
        let path = format!("{root}{end}");
        calls.push(described(method, "drives", &[&path]));
    }
}

fn described(method: &'static str, resource: &'static str, paths: &[&str]) -> Described {
    Described {
        method,
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        requests: paths.iter().map(|path| request(path)).collect(),
        is_beyond: false,
        resource,
    }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

/// With the values that such an API has: long ids, dates, addresses of cells, paths.
fn request(path: &str) -> String {
    let mut parts = path.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, behind) = part.split_once('}').unwrap_or((part, ""));
        filled += match name {
            "path" | "left" | "right" => "Documents/Year%202026/Report.xlsx",
            "address" => "A1:C9",
            "startDateTime" | "endDateTime" | "start" | "end" => "2026-11-29T00:00:00",
            "item-id" => "01BYE5RZ6QN3ZWBTUFOFD3GSPGOHDJD36K",
            _ => "AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZiLTU1OGY5OTZhYmY4OAA=",
        };
        filled += behind;
    }
    filled
}

/// The calls as a catalog, a path in a path as it has to be written.
pub fn catalog<'c>(calls: impl IntoIterator<Item = &'c Described>) -> Catalog {
    let mut catalog = SmallCatalog::new("odata")
        .action("read", "read")
        .action("write", "write");
    for set in SETS {
        catalog = catalog.resource(set, &["read", "write"]);
    }
    let mut tables: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    for call in calls {
        let line = format!("{} = \"{}\"", call.method.to_lowercase(), call.scope());
        tables.entry(&call.paths).or_default().push(line);
    }
    let mut endpoints = String::new();
    for (paths, methods) in tables {
        let paths: Vec<String> = paths.iter().map(|path| written(path)).collect();
        endpoints += &format!("[[endpoints]]\npath = {paths:?}\n{}\n", methods.join("\n"));
    }
    catalog.with(&endpoints).parse()
}

/// A path as a catalog has it.
pub fn written(path: &str) -> String {
    path.replace("{path}", "{path...}")
}

impl Described {
    /// The scope that it needs.
    pub fn scope(&self) -> String {
        let action = if self.method == "GET" {
            "read"
        } else {
            "write"
        };
        format!("{}:{action}", self.resource)
    }
}
