//! The exit status of commands that find nothing to do, that are to be confirmed, and that name
//! what is not there. `docs/operating.md` says the rule.

use crate::common::RunningDemo;
use crate::common::play::{Ask, Play};

const SO_ALREADY: &str = "It was so already: nothing was changed.";
const NOT_YET: &str = "nothing done yet";

#[test]
fn it_says_whether_it_is_so() {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, "bexio");
    play.tokens(&Ask {
        client: "ledgerly",
        user: "anna",
        organisation: Some("muster-ag"),
        scope: "contact_show",
        strike: &[],
    });
    let first = |command: &[&str]| {
        let out = demo.manage(command).ok().out;
        let first = out.split_whitespace().next().unwrap();
        first.trim_end_matches(':').to_owned()
    };
    let grant = first(&["grant", "list", "bexio", "anna"]);
    let session = first(&["session", "list", "bexio", "anna"]);
    let key = first(&["key", "list", "bexio"]);
    let shown = demo.manage(&["client", "show", "bexio", "ledgerly"]).ok();
    let (_, secret) = shown.out.split_once("\nsecret ").unwrap();
    let (secret, _) = secret.split_once(':').unwrap();
    let never = "0190163d-8694-739b-aea5-966c26f8ad91";
    let none = "no-such";

    // What is asked twice is so the first time and was so the second; the last word says of
    // which command it is a wrong question where nothing of that name is there.
    let twice: [(&str, &str); 13] = [
        ("session end bexio anna", "session end bexio nobody"),
        (
            &format!("grant revoke bexio {grant}"),
            &format!("grant revoke bexio {never}"),
        ),
        ("user suspend bexio beat", "user suspend bexio nobody"),
        ("user resume bexio beat", "user resume bexio nobody"),
        ("user disable bexio beat", "user disable bexio nobody"),
        ("user enable bexio beat", "user enable bexio nobody"),
        (
            "user rename bexio beat --name Beat",
            "user rename bexio nobody --name Beat",
        ),
        ("client suspend bexio ledgerly", "client suspend bexio none"),
        ("client resume bexio ledgerly", "client resume bexio none"),
        ("client disable bexio ledgerly", "client disable bexio none"),
        ("client enable bexio ledgerly", "client enable bexio none"),
        (
            "client change bexio ledgerly --name Ledger",
            "client change bexio none --name Ledger",
        ),
        (
            "approve withdraw bokio betalfix partner",
            "approve withdraw bokio kvittofickan partner",
        ),
    ];
    for (command, nothing) in twice {
        let words =
            |command: &str| -> Vec<String> { command.split(' ').map(str::to_owned).collect() };
        let run = |command: &str| {
            let words = words(command);
            demo.manage(&words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let (done, again) = (run(command), run(command));
        assert_eq!((done.code, again.code), (0, 0), "{command}: {again:?}");
        assert!(!done.out.contains(SO_ALREADY), "{command}: {done:?}");
        assert!(again.out.contains(SO_ALREADY), "{command}: {again:?}");
        assert_eq!(run(nothing).code, 2, "{nothing}");
    }

    let confirmed: [&[&str]; 7] = [
        &["key", "revoke", "bexio", &key],
        &["client", "secret", "revoke", "bexio", "ledgerly", secret],
        &["client", "delete", "bexio", "ledgerly"],
        &["user", "delete", "bexio", "carla"],
        &[
            "organisation",
            "remove-role",
            "bexio",
            "muster-ag",
            "viewer",
        ],
        &["organisation", "delete", "bexio", "muster-ag"],
        &["realm", "cut-off", "bexio"],
    ];
    for command in confirmed {
        let asked = demo.manage(command);
        assert_eq!(asked.code, 1, "{command:?}: {asked:?}");
        assert!(asked.out.contains(NOT_YET), "{command:?}: {asked:?}");
        assert!(asked.out.contains("--yes"), "{command:?}: {asked:?}");
        let mut nowhere = command.to_vec();
        *nowhere.last_mut().unwrap() = none;
        assert_eq!(demo.manage(&nowhere).code, 2, "{nowhere:?}");
        let done = demo.manage(&[command, &["--yes"]].concat());
        assert_eq!(done.code, 0, "{command:?}: {done:?}");
    }
    let gone = ["session", "end", "bexio", "anna", &session];
    assert_eq!(demo.manage(&gone).code, 2);
    let erase = ["audit", "erase", "bexio", "--person", "anna"];
    for so in [false, true] {
        let erased = demo.manage(&erase);
        assert_eq!(erased.code, 0, "{erased:?}");
        assert_eq!(erased.out.contains(SO_ALREADY), so, "{erased:?}");
    }
}
