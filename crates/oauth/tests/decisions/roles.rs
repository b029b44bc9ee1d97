//! What roles, people and organisations may be called and hold.

use std::time::Duration;

use oauth::model::{GivenRights, Timestamp, Uuid};
use oauth::naming::NamingError;
use oauth::password::{self, OwnWords, PasswordError};
use oauth::roles::RightsError;
use oauth::{naming, roles};
use proptest::prelude::{prop_assert_eq, proptest};

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
    for no_pattern in ["**", "*_*", "contact_*_*", "con*ct_e*", "contact\"*"] {
        assert!(roles::rights(&catalog, no_pattern).is_err(), "{no_pattern}");
    }
    let said = roles::rights(&catalog, "contact_show contact_rule nope");
    assert_eq!(
        said.unwrap_err().to_string(),
        "catalog any has no scope contact_rule"
    );
}

#[test]
fn rights_that_others_name_are_taken_all_or_none() {
    let catalog = any();
    let told = |names: &[&str]| roles::told(&catalog, names);
    let taken = told(&["invoice_*", "contact_show", "later_*", "*", "contact_show"]);
    let once = ["invoice_*", "contact_show", "later_*", "*"];
    assert_eq!(taken.unwrap(), once);
    assert!(told(&[]).unwrap().is_empty());
    for (names, place) in [
        (&["contact_show", "contact_rule"][..], 2),
        (&[""], 1),
        (&["contact_show", "", "nope"], 2),
        (&["**"], 1),
        (&["contact _*"], 1),
        (&["contact_show,invoice_show"], 1),
        (&["Contact_show"], 1),
    ] {
        let Err(RightsError::Unknown { place: found, .. }) = told(names) else {
            panic!("{names:?}");
        };
        assert_eq!(found, place, "{names:?}");
    }
    let said = told(&["contact_show", "contact_rule"]).unwrap_err();
    assert_eq!(
        said.to_string(),
        "right number 2, \"contact_rule\", is no scope of catalog any; name scopes of the catalog, or patterns with one `*`"
    );
    let said = told(&[&"x".repeat(100_000)]).unwrap_err().to_string();
    assert!(said.len() < 500, "{said}");
    let most = vec!["contact_show"; GivenRights::MOST];
    assert_eq!(told(&most).unwrap(), ["contact_show"]);
    let more = vec!["contact_show"; GivenRights::MOST + 1];
    assert!(matches!(
        told(&more),
        Err(RightsError::TooMany {
            most: GivenRights::MOST,
            ..
        })
    ));
    let said = told(&["contact_*"; 101]).unwrap_err().to_string();
    assert_eq!(
        said,
        "there are 101 rights with a `*`, and at most 100 are taken"
    );
}

#[test]
fn what_is_given_counts_for_so_long() {
    let at = Timestamp::from_second(1_000).unwrap();
    let given = GivenRights::new(Vec::new(), at, Duration::from_secs(10));
    let last = Timestamp::from_millisecond(1_009_999).unwrap();
    assert!(given.count(at) && given.count(last));
    assert!(!given.count(Timestamp::from_second(1_010).unwrap()));
    let ever = GivenRights::new(Vec::new(), Timestamp::MAX, Duration::from_secs(10));
    assert!(ever.until <= Timestamp::MAX && ever.at <= ever.until);
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
        ("नमस्\u{200d}ते", true),
        ("an\u{200d}na", false),
        ("anna\u{fe0f}", false),
        ("anna\u{34f}", false),
        ("ﬁna", false),
        ("anna²", false),
        (&"e\u{301}".repeat(200), true),
        (&"e\u{301}".repeat(201), false),
    ] {
        assert_eq!(naming::username(name).is_ok(), is_good, "{name:?}");
    }
    for (name, is_good) in [
        ("muster-ag", true),
        ("4711-ag", true),
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

/// Whoever is named by a number or an id is nobody else by name.
#[test]
fn names_are_no_numbers_and_no_ids() {
    let id = "0191abcd-0000-7000-8000-0000000000ef";
    let ambiguous = |name: &str| Err(NamingError::Ambiguous(name.to_owned()));
    for name in ["1", "4711", "007", "-3", "-", id, &id.replace('-', "")] {
        assert_eq!(naming::slug(name), ambiguous(name));
    }
    for name in ["4711a", "1-2", "a-1", &id[1..]] {
        assert_eq!(naming::slug(name), Ok(()), "{name}");
    }
    let [urn, braced] = [format!("urn:uuid:{id}"), format!("{{{id}}}")];
    for name in [id, &id.to_uppercase(), &id.replace('-', ""), &urn, &braced] {
        let refused = naming::username(name).map(|_| ());
        assert_eq!(refused, ambiguous(name));
    }
    assert_eq!(naming::username("4711").as_deref(), Ok("4711"));
    assert!(naming::realm("static").is_err() && naming::realm("bexio").is_ok());
    let said = naming::slug("4711").unwrap_err().to_string();
    assert_eq!(
        said,
        "\"4711\" reads like a number or an id, and may be another's; use a name that is neither"
    );
}

/// RFC 8265 section 3.3: letters in one piece or in several, wide or narrow, large or small.
#[test]
fn spellings_of_a_username_are_one_name() {
    for (one, other) in [
        ("Zo\u{eb}", "zoe\u{308}"),
        ("Ａｎｎａ", "anna"),
        ("ｶﾞ", "ガ"),
        ("\u{212b}sa", "a\u{30a}sa"),
        ("\u{212a}arl", "karl"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("ΣΟΦΟΣ", "σοφοσ"),
        ("Ệ", "e\u{302}\u{323}"),
    ] {
        let folded = naming::folded_username;
        assert_eq!(folded(one), folded(other), "{one} {other}");
    }
    for (one, other) in [("zoe", "zoë"), ("straße", "strasse"), ("ı", "i")] {
        let folded = naming::folded_username;
        assert_ne!(folded(one), folded(other), "{one} {other}");
    }
    assert_eq!(naming::username("Ｚｏe\u{308}").unwrap(), "Zo\u{eb}");
    assert_eq!(naming::name("Zoe\u{308} AG").unwrap(), "Zo\u{eb} AG");
    assert_eq!(naming::role("Bu\u{308}ro").unwrap(), "B\u{fc}ro");
    let long = "e\u{301}".repeat(200);
    assert!(!naming::is_too_long_for_a_username(&long));
    assert!(naming::is_too_long_for_a_username(&(long + "e")));
}

proptest! {
    /// Whoever is stored is found by what is stored, and by each spelling of it.
    #[test]
    fn folding_is_done_once(typed in "\\PC{0,12}|[ΑΣςσİIıßẞﬃｶﾞＡ\u{300}-\u{345}]{0,8}") {
        let folded = naming::folded_username(&typed);
        prop_assert_eq!(naming::folded_username(&folded), folded.as_str());
        prop_assert_eq!(naming::folded_username(&naming::spelled(&typed)), folded.as_str());
        if let Ok(username) = naming::username(&typed) {
            prop_assert_eq!(naming::folded_username(&username), folded.as_str());
            prop_assert_eq!(naming::username(&username), Ok(username));
        }
    }
}

/// RFC 8265 section 4.2.
#[test]
fn spellings_of_a_password_are_one() {
    let spelled = |text: &str| password::spelled(text).unwrap();
    assert_eq!(spelled("cafe\u{301}\u{a0}x"), "caf\u{e9} x");
    assert_eq!(spelled("Ａ ﬁ"), "Ａ ﬁ", "width and form stay");
    for (text, why) in [
        ("12345678901", PasswordError::Short),
        (
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            PasswordError::Short,
        ),
        ("        ", PasswordError::Blank),
        (" \u{a0}\u{3000}\u{200b}     ", PasswordError::Blank),
        ("", PasswordError::Short),
        ("line\none two", PasswordError::Control),
        (&"x".repeat(4_001), PasswordError::Long),
    ] {
        assert_eq!(
            password::new(text, &OwnWords::default()),
            Err(why),
            "{text:?}"
        );
    }
    assert!(password::typed(&"e\u{301}".repeat(2_000)).is_ok());
    assert!(password::spelled(&"é".repeat(2_001)).is_none());
}

/// However long they are, and with whatever they are made longer.
#[test]
fn passwords_that_are_tried_first_are_none() {
    let own = OwnWords::of([
        "anna.muster@treuhand.example",
        "Anna Muster-Keller",
        "bexio",
    ]);
    for text in [
        "password1234",
        "PasswordPassword",
        "P@ssw0rd!2026",
        "123456789012",
        "aaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "qwertzuiopasdf",
        "0987654321qwerty",
        "Sommer2026!!",
        "Willkommen-2027",
        "letmein letmein letmein",
        "anna.muster@treuhand.example",
        "Anna Muster 1987",
        "MusterKeller!23",
        "bexio-password-1",
        "1qaz2wsx3edc",
        "hej hej hej hej",
    ] {
        let chosen = password::new(text, &own);
        assert_eq!(chosen, Err(PasswordError::Expected), "{text:?}");
    }
    for text in [
        "four quite different words",
        "correct horse battery",
        "kx82-ak1p-vv0q",
        "Annas Hund bellt nie",
        "a good password",
        "søvnløs giraff",
        "пароль с берега моря",
    ] {
        assert_eq!(password::new(text, &own).as_deref(), Ok(text));
    }
    // What is one's own counts for oneself alone.
    let nobodys = password::new("Muster-Keller am See", &OwnWords::default());
    assert!(nobodys.is_ok());
    let long = "ab".repeat(2_000);
    assert_eq!(password::new(&long, &own), Err(PasswordError::Expected));
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
        ("a\u{61c}b", false),
        ("\u{3164}", false),
        ("\u{fe0f}", false),
        ("❤\u{fe0f}", true),
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

#[test]
fn names_that_look_alike_are_known_as_such() {
    let alike = |a: &str, b: &str| {
        let [one, two] = [a, b].map(naming::looks);
        one.iter().any(|look| two.contains(look))
    };
    for (a, b) in [
        ("Muster AG", "Muster AG"),
        ("Muster AG", "MUSTER ag"),
        ("Muster AG", "Muster-AG."),
        ("Muster AG", "\u{41c}uster \u{410}G"),
        ("Muster AG", "Ｍuster AG"),
        ("Ill AG", "lll AG"),
        ("Ill AG", "ill ag"),
        ("M\u{fc}ller", "Mu\u{308}ller"),
        ("M\u{fc}ller", "Muller"),
    ] {
        assert!(alike(a, b), "{a} {b}");
    }
    for (a, b) in [("Muster AG", "Muster GmbH"), ("Muster 1 AG", "Muster 2 AG")] {
        assert!(!alike(a, b), "{a} {b}");
    }
}
