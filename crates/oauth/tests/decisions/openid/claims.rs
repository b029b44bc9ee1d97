use oauth::openid::{
    ClaimPointers, OrganisationPointers, Person, PersonsOrganisation, Rights, RightsPointer,
};
use serde_json::{Value, json};

use super::changed;

fn pointers() -> ClaimPointers {
    ClaimPointers {
        organisations: Some(OrganisationPointers {
            list: "/app/companies".to_owned(),
            id: "/id".to_owned(),
            name: Some("/title".to_owned()),
            rights: RightsPointer::Roles("/access/roles".to_owned()),
        }),
        ..ClaimPointers::standard()
    }
}

fn claims() -> Value {
    json!({
        "sub": "248289761001",
        "name": "Anna Muster",
        "email": "anna@firma.example",
        "email_verified": true,
        "locale": "de-CH",
        "app": {"companies": [
            {"id": 17, "title": "Muster AG", "access": {"roles": ["admin", "accountant"]}},
            {"id": "b", "access": {}},
        ]},
    })
}

#[test]
fn a_person_is_read_where_the_configuration_points() {
    let person = pointers().read(&claims()).unwrap();
    let roles =
        |names: &[&str]| Rights::Roles(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(
        person,
        Person {
            subject: "248289761001".to_owned(),
            name: "Anna Muster".to_owned(),
            email: Some("anna@firma.example".to_owned()),
            email_verified: true,
            language: Some("de-CH".to_owned()),
            organisations: Some(vec![
                PersonsOrganisation {
                    id: "17".to_owned(),
                    name: "Muster AG".to_owned(),
                    rights: roles(&["admin", "accountant"]),
                },
                PersonsOrganisation {
                    id: "b".to_owned(),
                    name: "b".to_owned(),
                    rights: roles(&[]),
                },
            ]),
        }
    );
}

#[test]
fn little_is_enough() {
    let person = ClaimPointers::standard().read(&json!({"sub": 7})).unwrap();
    assert_eq!((person.subject.as_str(), person.name.as_str()), ("7", "7"));
    assert!(!person.email_verified);
    assert_eq!(person.organisations, None);
    // Somebody of whom nothing is told, where it could be, belongs to nothing.
    let person = pointers()
        .read(&json!({"sub": "a", "email": "a@b.example", "name": " "}))
        .unwrap();
    assert_eq!(person.name, "a@b.example");
    assert_eq!(person.organisations, Some(vec![]));
}

#[test]
fn organisations_may_be_their_ids_and_rights_may_be_named() {
    let pointers = ClaimPointers {
        organisations: Some(OrganisationPointers {
            list: "/groups".to_owned(),
            id: String::new(),
            name: None,
            rights: RightsPointer::Rights("/rights".to_owned()),
        }),
        ..ClaimPointers::standard()
    };
    let person = pointers
        .read(&json!({"sub": "a", "groups": ["x", "y"]}))
        .unwrap();
    let ids: Vec<_> = person
        .organisations
        .unwrap()
        .into_iter()
        .map(|one| (one.id, one.rights))
        .collect();
    let none = || Rights::Rights(vec![]);
    assert_eq!(ids, [("x".to_owned(), none()), ("y".to_owned(), none())]);
}

#[test]
fn an_address_counts_as_seen_only_where_it_says_so() {
    for (told, counts) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("yes"), false),
        (json!(1), false),
        (json!(null), false),
    ] {
        let claims = changed(claims(), &json!({"email_verified": told}));
        assert_eq!(
            pointers().read(&claims).unwrap().email_verified,
            counts,
            "{told}"
        );
    }
    let claims = changed(claims(), &json!({"email": null}));
    assert!(!pointers().read(&claims).unwrap().email_verified);
}

#[test]
fn what_is_of_another_kind_is_refused_with_its_place() {
    let many = |number: usize| Value::Array(vec![json!({"id": "x"}); number]);
    let companies = |list: Value| json!({"app": {"companies": list}});
    for (change, told) in [
        (json!({"sub": null}), "nothing at \"/sub\""),
        (json!({"sub": ""}), "\"/sub\" is empty"),
        (json!({"sub": 1.5}), "\"/sub\" is neither"),
        (json!({"sub": ["a"]}), "\"/sub\" is neither"),
        (json!({"sub": "x".repeat(1_001)}), "more than 1000 bytes"),
        (json!({"name": 7}), "\"/name\" is no text"),
        (json!({"email": {}}), "\"/email\" is no text"),
        (companies(json!({"a": 1})), "\"/app/companies\" is no list"),
        (
            companies(many(1_001)),
            "more than 1000 at \"/app/companies\"",
        ),
        (
            companies(json!([{"title": "x"}])),
            "/app/companies/0: there is nothing at \"/id\"",
        ),
        (
            companies(json!([{"id": "a"}, {"id": "b", "access": {"roles": "x"}}])),
            "/app/companies/1: what is at \"/access/roles\" is no list",
        ),
        (
            companies(json!([{"id": "a", "access": {"roles": [7]}}])),
            "not everything at",
        ),
    ] {
        let wrong = changed(claims(), &change);
        let said = pointers().read(&wrong).unwrap_err().to_string();
        assert!(said.contains(told), "{said}");
        assert!(said.len() < 1_000);
    }
}

#[test]
fn userinfo_is_asked_where_something_is_missing() {
    assert!(!pointers().lack_something_of(&claims()));
    for missing in ["name", "email", "email_verified", "locale", "app"] {
        let claims = changed(claims(), &json!({missing: null}));
        assert!(pointers().lack_something_of(&claims), "{missing}");
    }
}
