//! How resources are put together, and which scopes only look.

use std::collections::BTreeSet;

use scope::{Catalog, GroupedBy, Resource, Together, together};

use crate::small_catalog::SmallCatalog;

fn of(names: &[&str]) -> Catalog {
    let catalog = SmallCatalog::new("small").action("read", "read");
    let all = names
        .iter()
        .fold(catalog, |catalog, name| catalog.resource(name, &["read"]));
    let first = format!("{}:read", names[0]);
    all.endpoint("/first", &[("get", &first)]).parse()
}

fn told(resources: &[&Resource], group: &Together) -> String {
    let by = match &group.by {
        GroupedBy::Group(name) => format!("[{name}]"),
        GroupedBy::Words(words) => words.join(" "),
        GroupedBy::Rest => "rest".to_owned(),
    };
    let names = group.members.iter().map(|place| &*resources[*place].name);
    format!("{by}: {}", names.collect::<Vec<_>>().join(" "))
}

fn grouped(catalog: &Catalog) -> Vec<String> {
    let resources: Vec<&Resource> = catalog.resources().iter().collect();
    let groups = together(&resources);
    let told = groups.iter().map(|group| told(&resources, group));
    told.collect()
}

#[test]
fn names_that_begin_alike_stand_together_and_the_others_at_the_end() {
    let catalog = of(&[
        "note",
        "kb_invoice",
        "contract",
        "kb-offer",
        "contracts_template",
        "kbOrder",
        "task",
    ]);
    assert_eq!(
        grouped(&catalog),
        [
            "kb: kb_invoice kb-offer kbOrder",
            "contract: contract contracts_template",
            "rest: note task"
        ]
    );
}

#[test]
fn what_the_catalog_says_counts() {
    let catalog = SmallCatalog::new("small")
        .action("read", "read")
        .with("[groups.sales]\ntitle = { en = \"Sales\" }")
        .with("[resources.kb_invoice]\ngroup = \"sales\"\ntitle = { en = \"Invoices\" }")
        .with("[resources.kb_invoice.read]\ntitle = { en = \"See\" }\ndescription = { en = \"See.\" }")
        .resource("kb_offer", &["read"])
        .resource("kb_order", &["read"])
        .scope("export")
        .with("group = \"sales\"")
        .endpoint("/export", &[("get", "export")])
        .parse();
    assert_eq!(
        grouped(&catalog),
        ["[sales]: kb_invoice export", "kb: kb_offer kb_order"]
    );
    assert_eq!(catalog.groups()[0].title.get("en"), "Sales");
}

#[test]
fn a_group_that_does_not_exist_is_a_mistake() {
    let text = SmallCatalog::new("small")
        .scope("export")
        .with("group = \"sale\"");
    let text = text
        .with("[groups.sales]\ntitle = { en = \"Sales\" }")
        .text();
    let mistakes = Catalog::parse("small.toml", &text).unwrap_err().to_string();
    assert!(
        mistakes.contains("sale") && mistakes.contains("sales"),
        "{mistakes}"
    );
}

#[test]
fn families_of_many_small_kinds_stand_under_their_first_word() {
    let families = [
        "calendar", "mail", "team", "user", "site", "report", "device", "group",
    ];
    let kinds = [
        "settings", "messages", "events", "members", "files", "roles", "alerts", "tags",
    ];
    let names: Vec<String> = (0..320)
        .map(|n| format!("{}-{}-{n}", families[n % 8], kinds[n / 8 % 8]))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let catalog = of(&names);
    let resources: Vec<&Resource> = catalog.resources().iter().collect();
    for group in together(&resources) {
        let GroupedBy::Words(words) = &group.by else {
            panic!("{}", told(&resources, &group));
        };
        assert!(families.contains(&&*words[0]), "{words:?}");
    }
}

/// Whatever the names: every resource is in one group, no group is larger than a reader takes in, and
/// there are not many.
#[test]
fn groups_hold_everything_once_and_stay_few_and_small() {
    let alike: Vec<String> = (0..900)
        .map(|n| format!("records-of-some-kind-{n:03}"))
        .collect();
    let pairs: Vec<String> = (0..900).map(|n| format!("kind{:03}_{n}", n / 2)).collect();
    let apart: Vec<String> = (0..900).map(|n| format!("{n}th")).collect();
    let families: Vec<String> = (0..122).map(|n| format!("family{}-{n}", n % 9)).collect();
    let long: Vec<String> = (0..40).map(|n| format!("{}{n}", "x".repeat(200))).collect();
    for names in [alike, pairs, apart, families, long, Vec::new()] {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let catalog = (!names.is_empty()).then(|| of(&names));
        let resources: Vec<&Resource> = catalog
            .iter()
            .flat_map(|catalog| catalog.resources())
            .collect();
        let groups = together(&resources);
        let members: Vec<usize> = groups.iter().flat_map(|one| one.members.clone()).collect();
        let distinct: BTreeSet<usize> = members.iter().copied().collect();
        assert_eq!((members.len(), distinct.len()), (names.len(), names.len()));
        assert!(
            groups
                .iter()
                .all(|one| (1..=45).contains(&one.members.len()))
        );
        assert!(groups.len() <= 40, "{}", groups.len());
    }
}

#[test]
fn what_only_looks_changes_nothing_by_any_way() {
    let catalog = SmallCatalog::new("small")
        .action("read", "read")
        .action("write", "write")
        .resource("note", &["read", "write"])
        .resource("payment", &["read"])
        .with("money = true")
        .resource("bin", &["read"])
        .with("deletes = true")
        .resource("report", &["read"])
        .with("implies = [\"note:write\"]")
        .scope("search")
        .scope("export")
        .scope("unknown")
        .endpoint("/search", &[("get", "search"), ("query", "search")])
        .endpoint("/export", &[("get", "export"), ("post", "export")])
        .parse();
    assert_eq!(catalog.names(catalog.looking()), ["note:read", "search"]);
}
