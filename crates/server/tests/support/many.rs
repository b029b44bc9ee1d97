//! Catalogs of any size, for pages that grow with them.

use crate::small_catalog::SmallCatalog;

/// So many scopes: a read and a write for each resource, in families of some ten resources, some of
/// which move money or delete.
pub fn catalog(scopes: usize) -> SmallCatalog {
    let catalog = SmallCatalog::new("many")
        .bound_to("organisation")
        .ttls("60s", "1h", "14d")
        .with("[actions.read]\ntitle = { en = \"See\" }\naccess = \"read\"")
        .with("[actions.write]\ntitle = { en = \"Create, change and delete\" }\naccess = \"write\"")
        .kind("app", &["authorization_code", "refresh_token"])
        .role("owner", &["*"]);
    (0..scopes.div_ceil(2)).fold(catalog, |catalog, number| {
        let name = name(number);
        let (what, weight) = (title(number), weight(number));
        let both = number * 2 + 1 < scopes;
        let read = format!(
            "[resources.{name}]\ntitle = {{ en = \"{what}\" }}\n[resources.{name}.read]\n\
             title = {{ en = \"See {what}\" }}\n\
             description = {{ en = \"Shows {what} with their dates, amounts and the people concerned.\" }}\n\
             risk = 2\nrisk_reason = {{ en = \"It shows {what}.\" }}"
        );
        let write = format!(
            "[resources.{name}.write]\ntitle = {{ en = \"Create, change and delete {what}\" }}\n\
             description = {{ en = \"Can make new {what}, correct them or remove them for good.\" }}\n\
             {weight}\nrisk_reason = {{ en = \"It can change {what}.\" }}"
        );
        let catalog = catalog.with(&read);
        let (read, path) = (format!("{name}:read"), format!("/{name}"));
        if both {
            let catalog = catalog.with(&write);
            let write = format!("{name}:write");
            catalog.endpoint(&path, &[("get", &read), ("post", &write)])
        } else {
            catalog.endpoint(&path, &[("get", &read)])
        }
    })
}

/// So many calls more, below the records of [`catalog`], each for a scope to read and one to write.
pub fn with_calls(catalog: SmallCatalog, scopes: usize, calls: usize) -> SmallCatalog {
    (0..calls / 2).fold(catalog, |catalog, number| {
        let name = name(number % (scopes / 2));
        let path = format!(
            "/{name}/{{{name}-id}}/relationships/items{number}/{{item-id}}/microsoft.graph.assign"
        );
        let (read, write) = (format!("{name}:read"), format!("{name}:write"));
        catalog.endpoint(&path, &[("get", &read), ("post", &write)])
    })
}

/// The names of the first scopes, with a space between.
pub fn names(scopes: usize) -> String {
    let names = (0..scopes).map(|number| {
        let action = ["read", "write"][number % 2];
        format!("{}:{action}", name(number / 2))
    });
    names.collect::<Vec<_>>().join(" ")
}

const FAMILIES: [&str; 11] = [
    "sales", "stock", "bank", "people", "projects", "taxes", "reports", "files", "messages",
    "plans", "devices",
];

fn family(number: usize) -> &'static str {
    FAMILIES[number / 6 % FAMILIES.len()]
}

fn name(number: usize) -> String {
    format!("{}_record{number:03}", family(number))
}

fn title(number: usize) -> String {
    let kinds = [
        "invoices",
        "orders",
        "payments",
        "notes",
        "contracts",
        "entries",
    ];
    format!("{} {} {number}", family(number), kinds[number % 6])
}

fn weight(number: usize) -> &'static str {
    match number % 97 {
        2 => "risk = 5\nmoney = true",
        3 => "risk = 4\ndeletes = true",
        _ => "risk = 3",
    }
}
