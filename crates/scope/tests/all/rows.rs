//! Which scopes that stand alone are decided about in one row.

use proptest::prelude::*;
use scope::Catalog;

use crate::small_catalog::SmallCatalog;

fn catalog(titled: &[(&str, &str)]) -> SmallCatalog {
    let catalog = SmallCatalog::new("small");
    titled.iter().fold(catalog, |catalog, (name, title)| {
        catalog.with(&format!(
            "[scopes.\"{name}\"]\ntitle = {{ en = \"{title}\" }}\ndescription = {{ en = \"Does.\" }}"
        ))
    })
}

fn of(names: &[&str]) -> Catalog {
    let titled: Vec<(&str, &str)> = names.iter().map(|name| (*name, "Small")).collect();
    let first = titled[0].0;
    catalog(&titled).endpoint("/x", &[("get", first)]).parse()
}

/// The rows of more than one scope.
fn put_together(catalog: &Catalog) -> Vec<String> {
    let rows = catalog.rows().iter().filter(|row| row.scopes.len() > 1);
    let names = rows.map(|row| {
        let names = row
            .scopes
            .iter()
            .map(|id| &*catalog.scope(*id).unwrap().name);
        names.collect::<Vec<_>>().join(" ")
    });
    names.collect()
}

#[test]
fn read_and_write_of_one_thing_are_one_row_however_names_say_it() {
    for names in [
        &["contacts.read", "contacts.write"][..],
        &["read:contacts", "write:contacts"],
        &["contacts:read", "contacts:write", "contacts:delete"],
        &["contacts.read", "contacts"],
        &["price_list.read", "price_list"],
        &["price_list_show", "price_list_edit"],
        &[
            "https://api.example/auth/drive.readonly",
            "https://api.example/auth/drive",
        ],
        &[
            "https://api.example/contacts/read",
            "https://api.example/contacts/write",
        ],
        &["User.Read.All", "User.ReadWrite.All"],
        &["Mail.Read", "Mail.ReadWrite", "Mail.Send"],
        &["read:org", "write:org", "admin:org"],
        &["read_products", "write_products"],
        &["contactsRead", "contactsWrite"],
        // Real ones, of nine APIs.
        &["user.profile_readonly", "user.profile"],
        &["root_readonly", "root_readwrite"],
        &[
            "esi-mail.read_mail.v1",
            "esi-mail.organize_mail.v1",
            "esi-mail.send_mail.v1",
        ],
        &[
            "esi-characters.read_contacts.v1",
            "esi-characters.write_contacts.v1",
        ],
        &["user-library-read", "user-library-modify"],
        &["user-read-playback-state", "user-modify-playback-state"],
        &["playlist-read-private", "playlist-modify-private"],
        &["accounting.contacts.read", "accounting.contacts"],
        &["admin:read:accounts", "admin:write:accounts"],
        &["design:content:read", "design:content:write"],
        &["readers.read", "readers.write"],
        &["user:read", "user:write"],
        &["contact_show", "contact_edit"],
    ] {
        let written: Vec<&str> = names.iter().copied().rev().collect();
        let together = put_together(&of(&written));
        assert_eq!(together.len(), 1, "{names:?}: {together:?}");
        // What reads comes first, whatever the file begins with.
        let sorted = |names: &str| {
            let mut names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            names.sort();
            names
        };
        assert_eq!(sorted(&together[0]), sorted(&names.join(" ")));
        assert!(together[0].starts_with(names[0]), "{together:?}");
    }
}

#[test]
fn what_is_not_one_thing_stays_apart() {
    for names in [
        &["contacts.read", "contracts.write"][..],
        &["contact.read", "contacts.write"],
        // Nothing reads, or it is a thing that is called so.
        &["price", "price_list"],
        &["blog.post", "blog.share"],
        &["data.import", "data.export"],
        &["orders", "orders.write"],
        // Verbs alone, and what administrators have.
        &["read", "write"],
        &["admin:read", "admin:write"],
        // Other versions, other places.
        &["contacts.read.v1", "contacts.write.v2"],
        &[
            "https://a.example/contacts.read",
            "https://b.example/contacts.write",
        ],
        // Of OpenID Connect.
        &["profile", "profile.read"],
        &["email", "user-read-email"],
        // Real ones, of seven APIs.
        &[
            "https://x.example/auth/drive.readonly",
            "https://x.example/auth/drive.file",
        ],
        &[
            "drive.metadata.readonly",
            "drive.photos.readonly",
            "drive.scripts",
            "drive.appdata",
        ],
        &[
            "user-read-private",
            "playlist-read-private",
            "playlist-read-collaborative",
        ],
        &[
            "user-read-recently-played",
            "user-read-currently-playing",
            "user-top-read",
        ],
        &[
            "user.app-settings",
            "user.payout-settings",
            "user.subaccounts",
        ],
        &[
            "esi-corporations.read_contacts.v1",
            "esi-characters.write_contacts.v1",
        ],
        &[
            "esi-markets.read_character_orders.v1",
            "esi-markets.structure_markets.v1",
        ],
        &[
            "accounting.reports.read",
            "accounting.reports.tenninetynine.read",
        ],
        &["accounting", "accounting.contacts.read"],
        &["read:search", "write:media", "follow", "push"],
        &["admin:read:accounts", "write:accounts"],
        &["brandtemplate:content:read", "design:content:write"],
        &["repo", "repo:status", "repo_deployment", "public_repo"],
        &["manage_groups", "manage_managed_users", "manage_app_users"],
    ] {
        let none: [String; 0] = [];
        assert_eq!(put_together(&of(names)), none, "{names:?}");
    }
}

#[test]
fn what_the_catalog_says_counts_for_rows() {
    // Groups of the catalog tell apart.
    let two = |groups: [&str; 2]| {
        let mut catalog = SmallCatalog::new("small");
        for name in ["sales", "people"] {
            catalog = catalog.with(&format!("[groups.{name}]\ntitle = {{ en = \"{name}\" }}"));
        }
        for (name, group) in ["contacts.read", "contacts.write"].into_iter().zip(groups) {
            catalog = catalog
                .scope(&format!("\"{name}\""))
                .with(&format!("group = \"{group}\""));
        }
        let catalog = catalog.endpoint("/x", &[("get", "contacts.read")]).parse();
        put_together(&catalog).len()
    };
    assert_eq!((two(["sales", "sales"]), two(["sales", "people"])), (1, 0));
    // A resource of the pattern has its own row.
    let catalog = SmallCatalog::new("small")
        .action("read", "read")
        .resource("contacts", &["read"])
        .scope("contacts")
        .scope("\"contacts.read\"")
        .scope("\"contacts.write\"")
        .endpoint("/x", &[("get", "contacts:read")])
        .parse();
    assert_eq!(put_together(&catalog), ["contacts.read contacts.write"]);
    let keys: std::collections::BTreeSet<&str> = catalog
        .rows()
        .iter()
        .filter(|row| row.scopes.len() > 1)
        .map(|row| &*row.name)
        .collect();
    assert!(
        catalog
            .resources()
            .iter()
            .all(|one| !keys.contains(&*one.name))
    );
}

#[test]
fn a_row_is_titled_by_what_the_titles_of_its_scopes_have_in_common() {
    let title = |titled: &[(&str, &str)]| {
        let catalog = catalog(titled)
            .endpoint("/x", &[("get", titled[0].0)])
            .parse();
        assert_eq!(catalog.rows().len(), 1);
        catalog.rows()[0].title.get("en").to_owned()
    };
    for (read, write, both) in [
        ("See contacts", "Change contacts", "Contacts"),
        (
            "See your open orders",
            "Create your open orders",
            "Your open orders",
        ),
        ("Kontakte sehen", "Kontakte ändern", "Kontakte"),
        ("Read", "Write", "Wide things"),
        ("Look at it", "Do all of it", "Wide things"),
        ("Wide things", "Things, read only", "Wide things"),
    ] {
        let titled = [("wide-things.read", read), ("wide-things.write", write)];
        assert_eq!(title(&titled), both);
    }
}

proptest! {
    /// Whatever names are made of: each scope is in one row, and each row has a key of its own.
    #[test]
    fn every_scope_is_in_one_row(names in prop::collection::btree_set(
        "(read|write|list|all|admin|contacts|note|v1)([:./_-](read|write|list|all|admin|contacts|note|v1)){0,3}",
        1..12,
    )) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let catalog = of(&names);
        let mut seen: Vec<_> = catalog.rows().iter().flat_map(|row| row.scopes.clone()).collect();
        seen.sort_by_key(|id| id.index());
        prop_assert_eq!(seen, catalog.all().iter().collect::<Vec<_>>());
        let mut keys: Vec<&str> = catalog.rows().iter().map(|row| &*row.name).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        prop_assert_eq!(keys.len(), count);
        for row in catalog.rows() {
            for id in &row.scopes {
                prop_assert_eq!(&catalog.row_of(*id).unwrap().name, &row.name);
            }
        }
    }
}
