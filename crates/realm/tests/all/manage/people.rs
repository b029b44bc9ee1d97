use oauth::model::{PageRequest, Position, Status};
use oauth::password::PasswordError;
use realm::manage::{AddPerson, ChangePerson, PersonChange, Refused};
use realm::password;

use super::{Office, now};

async fn change(office: &Office, username: &str, change: PersonChange) -> Result<(), Refused> {
    let command = ChangePerson {
        username: username.to_owned(),
        version: None,
        change,
    };
    office.desk().change_person(&office.by, command).await?;
    Ok(())
}

#[tokio::test]
async fn a_person_signs_in_with_the_password_they_were_given() {
    let office = Office::of("bexio").await;
    let dora = office.person("dora").await;
    assert_eq!((dora.number, dora.created_at), (1, now()));
    assert_eq!(office.desk().person("Dora").await.unwrap(), dora);
    let hash = |user: oauth::model::User| user.password_hash;
    assert!(password::verify("quite long enough".to_owned(), hash(dora)).await);

    let other = PersonChange::Password("another one of them".to_owned());
    change(&office, "dora", other).await.unwrap();
    let dora = office.desk().person("dora").await.unwrap();
    assert!(password::verify("another one of them".to_owned(), hash(dora)).await);
}

#[tokio::test]
async fn a_change_changes_what_it_names() {
    let office = Office::of("bexio").await;
    let before = office.person("dora").await;
    change(&office, "dora", PersonChange::Disable)
        .await
        .unwrap();
    let mut expected = before.clone();
    (expected.status, expected.version) = (Status::Disabled { since: now() }, 2);
    expected.cut_off = Some(Position(1));
    assert_eq!(office.desk().person("dora").await.unwrap(), expected);
    let other = PersonChange::Password("another one of them".to_owned());
    change(&office, "dora", other).await.unwrap();
    let dora = office.desk().person("dora").await.unwrap();
    assert_eq!(dora.status, Status::Disabled { since: now() });
    change(&office, "dora", PersonChange::Enable).await.unwrap();
    let dora = office.desk().person("dora").await.unwrap();
    assert_eq!(dora.status, Status::Active);
    assert_ne!(dora.password_hash, before.password_hash);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    let desk = office.desk();
    let add = |username: &str, password: &str| AddPerson {
        username: username.to_owned(),
        name: "X".to_owned(),
        password: password.to_owned(),
    };
    for (command, sentence) in [
        (
            add("e ve", "short"),
            "a username is one word of at most 200 characters, without spaces: letters, digits, and \
             the signs of ASCII such as . - _ + @",
        ),
        (
            add("eve", "short"),
            "a password has at least 12 characters; several words that do not belong together are good",
        ),
        (
            add("eve", "Bexio-Eve-2026"),
            "this password is tried first: it is hardly more than common words, one's own name or \
             address, the realm's name, years, or rows as 1234; take several words that do not belong \
             together, or let a password manager make one",
        ),
        (
            add("ANNA", "quite long enough"),
            "user \"ANNA\" already exists",
        ),
    ] {
        let refused = desk.add_person(&office.by, command).await;
        assert_eq!(refused.unwrap_err().to_string(), sentence);
    }
    let short = PersonChange::Password("1234567".to_owned());
    let refused = change(&office, "anna", short).await;
    assert!(matches!(
        refused,
        Err(Refused::Password(PasswordError::Short))
    ));
    let refused = change(&office, "nobody", PersonChange::Disable).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "realm bexio has no user \"nobody\""
    );
    let people = desk.people(&PageRequest::first(10)).await.unwrap();
    assert_eq!(people.items, [anna]);
}

#[tokio::test]
async fn names_are_kept_in_their_one_spelling() {
    let office = Office::of("bexio").await;
    let zoe = office.person("Ｚｏe\u{308}").await;
    assert_eq!(
        (&*zoe.username, &*zoe.name),
        ("Zo\u{eb}", "Ｚｏ\u{eb} the person")
    );
    for name in ["zoe\u{308}", "ZO\u{cb}"] {
        assert_eq!(office.desk().person(name).await.unwrap(), zoe, "{name:?}");
    }
    let rename = |username: &str| PersonChange::Names {
        username: Some(username.to_owned()),
        name: None,
    };
    change(&office, "zo\u{eb}", rename("bjo\u{308}rn"))
        .await
        .unwrap();
    let found = office.desk().person("BJ\u{d6}RN").await.unwrap();
    assert_eq!(found.username, "bj\u{f6}rn");
    office.person("anna").await;
    let taken = change(&office, "anna", rename("ｂjo\u{308}rn")).await;
    assert!(matches!(taken, Err(Refused::Taken { .. })), "{taken:?}");
}

#[tokio::test]
async fn names_change_and_the_rest_stays() {
    let office = Office::of("bexio").await;
    let before = office.person("dora").await;
    office.person("anna").await;
    let names = |username: Option<&str>, name: Option<&str>| PersonChange::Names {
        username: username.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    change(
        &office,
        "dora",
        names(Some("dorothea"), Some("Dorothea Muster")),
    )
    .await
    .unwrap();
    let mut expected = before.clone();
    expected.username = "dorothea".to_owned();
    expected.name = "Dorothea Muster".to_owned();
    expected.version = 2;
    assert_eq!(office.desk().person("dorothea").await.unwrap(), expected);
    let gone = office.desk().person("dora").await;
    assert!(matches!(gone, Err(Refused::NoSuch { .. })), "{gone:?}");
    let taken = change(&office, "dorothea", names(Some("Anna"), None)).await;
    assert!(matches!(taken, Err(Refused::Taken { .. })), "{taken:?}");
    let wrong = change(&office, "dorothea", names(Some("d d"), None)).await;
    assert!(matches!(wrong, Err(Refused::Name(_))), "{wrong:?}");
    assert_eq!(office.desk().person("dorothea").await.unwrap(), expected);
}
