//! Catalogs of any size: one resource for two scopes, four endpoints for each resource, on
//! two paths, one of which ends in a template.

use scope::Catalog;

use crate::Call;
use crate::small_catalog::SmallCatalog;

/// A catalog with this many scopes.
pub fn catalog(scopes: usize) -> Catalog {
    let catalog = SmallCatalog::new("generated")
        .pattern("{resource}_{action}")
        .action("read", "read")
        .action("write", "write")
        .with("implies = [\"read\"]");
    let each = |catalog: SmallCatalog, number| {
        let name = resource(number);
        let (read, write) = (format!("{name}_read"), format!("{name}_write"));
        let list = format!("/v1/companies/{{company}}/{name}");
        catalog
            .resource(&name, &["read", "write"])
            .endpoint(&list, &[("get", &read), ("post", &write)])
            .endpoint(
                &format!("{list}/{{id}}"),
                &[("get", &read), ("put", &write)],
            )
    };
    (0..scopes / 2).fold(catalog, each).parse()
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
