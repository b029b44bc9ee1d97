//! Invitations and links, by commands.

use crate::common::site::Site;

const BASE: &str = "https://auth.example.com";
const CARLA: &str = "carla@firma.example";

/// A server that mails into a folder.
fn mailing() -> Site {
    let configuration = format!(
        "listen = \"127.0.0.1:0\"\nbase_url = \"{BASE}\"\ndatabase = \"scopegate.sqlite\"\n\
         [mail]\nfrom = \"login@example.com\"\nfolder = \"mail\"\n[[realm]]\ncatalog = \"bexio\"\n"
    );
    let site = Site::with(&[configuration], vec![BASE.to_owned()]);
    site.manage(&["migrate"]).ok();
    let organisation = ["organisation", "add", "bexio", "firma", "--name", "Firma"];
    site.manage(&organisation).ok();
    site
}

fn link_in(text: &str) -> &str {
    let beginning = format!("{BASE}/bexio/link?v=sg_al_");
    let start = text.find(&beginning).unwrap();
    text[start..].split_whitespace().next().unwrap()
}

#[test]
fn an_invitation_is_made_once_and_sent_again() {
    let site = mailing();
    let invite = ["user", "invite", "bexio", "--email", CARLA];
    let place = ["--organisation", "firma", "--role"];
    // Nothing of it is there where something of it cannot be.
    let wrong = [&invite[..], &place, &["emperor"]].concat();
    site.manage(&wrong).wrong(&["emperor", "viewer"]);
    assert!(
        !site
            .manage(&["user", "list", "bexio"])
            .ok()
            .out
            .contains(CARLA)
    );
    let right = [&invite[..], &place, &["viewer"]].concat();
    let first = site.manage(&right).ok().out;
    let people = site.manage(&["user", "list", "bexio"]).ok().out;
    assert!(people.contains("firma (viewer)"), "{people}");
    site.manage(&right).wrong(&[CARLA, "user invite-again"]);

    let again = ["user", "invite-again", "bexio", CARLA];
    let second = site.manage(&again).ok().out;
    assert!(
        second.contains("an earlier link counts no more"),
        "{second}"
    );
    assert_ne!(link_in(&first), link_in(&second));
    let mailed = site.manage(&[&again[..], &["--mail", "--language", "de"]].concat());
    let mailed = mailed.ok().out;
    assert!(
        mailed.contains(CARLA) && !mailed.contains("sg_al_"),
        "{mailed}"
    );
    let mail = std::fs::read_to_string(site.at("mail").join("000001.eml")).unwrap();
    assert!(mail.contains(&format!("To: {CARLA}")), "{mail}");

    // Whoever has a password is helped otherwise.
    site.manage_with_input(
        &["user", "password", "bexio", CARLA],
        "vier ganz andere Dinge\n",
    )
    .ok();
    site.manage(&again).wrong(&[CARLA, "user reset"]);
    site.manage(&["user", "invite-again", "bexio", "nobody"])
        .wrong(&["nobody", "user list bexio"]);
    let reset = site.manage(&["user", "reset", "bexio", CARLA]).ok().out;
    assert!(link_in(&reset).len() > BASE.len(), "{reset}");
}

#[test]
fn a_password_that_is_tried_first_is_refused_by_name() {
    let site = mailing();
    let add = ["user", "add", "bexio", "carla", "--name", "Carla Muster"];
    for weak in ["password1234", "Carla Muster 1987", "bexio bexio 2026"] {
        site.manage_with_input(&add, &format!("{weak}\n"))
            .wrong(&["tried first", "standard input"]);
    }
    site.manage_with_input(&add, "vier ganz andere Dinge\n")
        .ok();
}
