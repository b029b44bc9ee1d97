//! What roles, people and organisations may be called and hold.

use oauth::model::Uuid;
use oauth::{naming, roles};

use crate::support::{any, shipped};

#[test]
fn a_new_organisation_has_the_roles_of_the_catalog() {
    let organisation = Uuid::from_u128(5);
    for id in ["bexio", "bokio", "freshbooks", "stora"] {
        let catalog = shipped(id);
        let roles = roles::of_catalog(&catalog, organisation);
        assert_eq!(roles.len(), catalog.roles().len());
        for (role, template) in roles.iter().zip(catalog.roles()) {
            assert_eq!((&*role.realm, role.organisation), (id, organisation));
            assert_eq!(role.name, template.name);
            let rights = catalog.set_of(role.rights.iter().map(String::as_str));
            assert_eq!(rights, (template.rights.clone(), Vec::new()));
        }
    }
}

#[test]
fn rights_are_scopes_or_names_with_a_star() {
    let catalog = any();
    assert_eq!(
        roles::rights(&catalog, " contact_show  invoice_* ").unwrap(),
        ["contact_show", "invoice_*"]
    );
    assert!(roles::rights(&catalog, "").unwrap().is_empty());
    assert_eq!(roles::rights(&catalog, "later_*").unwrap(), ["later_*"]);
    let said = roles::rights(&catalog, "contact_show contact_rule nope");
    assert_eq!(
        said.unwrap_err().to_string(),
        "catalog any has no scope contact_rule"
    );
}

#[test]
fn names_have_their_letters() {
    for (name, is_good) in [
        ("anna", true),
        ("Anna.Brunner@example.com", true),
        ("ærø", true),
        ("", false),
        (" ", false),
        ("an na", false),
        ("anna\u{a0}b", false),
    ] {
        assert_eq!(naming::username(name).is_ok(), is_good, "{name:?}");
    }
    for (name, is_good) in [
        ("muster-ag", true),
        ("4711", true),
        ("", false),
        ("Muster", false),
        ("muster ag", false),
        ("müster", false),
        ("a_b", false),
        (&"a".repeat(100), true),
        (&"a".repeat(101), false),
    ] {
        assert_eq!(naming::slug(name).is_ok(), is_good, "{name:?}");
    }
}

/// What is shown beside others' words is one line and changes nothing around it.
#[test]
fn names_are_seen() {
    for (name, is_good) in [
        ("Muster AG", true),
        ("Zoë’s Café — שלום", true),
        ("نرم\u{200c}افزار", true),
        ("👩\u{200d}💻", true),
        ("", false),
        ("  ", false),
        ("a\nb", false),
        ("\u{1b}[31mred", false),
        ("abc\u{202e}moc.evil", false),
        ("\u{200b}", false),
        (&"ä".repeat(200), true),
        (&"ä".repeat(201), false),
    ] {
        assert_eq!(naming::name(name).is_ok(), is_good, "{name:?}");
    }
    for (name, is_good) in [
        ("administrator", true),
        ("Head of sales", true),
        ("", false),
        ("a/b", false),
        (&"a".repeat(101), false),
    ] {
        assert_eq!(naming::role(name).is_ok(), is_good, "{name:?}");
    }
    let said = naming::name(&"x".repeat(100_000)).unwrap_err().to_string();
    assert!(said.len() < 300, "{said}");
}
