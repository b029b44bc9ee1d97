//! `delete`, `rename-role` and `remove-role` on a running demo's store: what would end is told
//! first, and has ended once the command has.

use serde_json::json;

use crate::common::RunningDemo;
use crate::common::play::{Ask, Play};

const LEDGERLY: Ask<'_> = Ask {
    client: "ledgerly",
    user: "anna",
    organisation: Some("muster-ag"),
    scope: "contact_edit task_show",
    strike: &[],
};

/// Says what would end and does nothing, does it, and finds nothing there any more.
fn delete(demo: &RunningDemo, command: &[&str], told: &[&str], is_in_force: impl Fn() -> bool) {
    let first = demo.manage(command);
    assert_eq!(first.code, 1, "{first:?}");
    for part in told.iter().chain(&["nothing done yet", "--yes"]) {
        assert!(first.out.contains(part), "{}", first.out);
    }
    // Whoever saw another version is told, asked or not.
    for yes in [&[][..], &["--yes"]] {
        let stale = [command, yes, &["--if-version", "77"]].concat();
        demo.manage(&stale).wrong(&["changed meanwhile"]);
    }
    assert!(is_in_force(), "{command:?}");
    let confirmed = [command, &["--yes"]].concat();
    demo.manage(&confirmed).ok();
    assert!(!is_in_force(), "{command:?}");
    demo.manage(&confirmed).wrong(&["has no"]);
}

#[test]
fn people_organisations_apps_and_roles_go() {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, "bexio");
    let opens = |token: &serde_json::Value| {
        let answer = play.call("GET", "/2.0/contact", token);
        answer.status == 200
    };

    let tokens = play.tokens(&LEDGERLY);
    let rename = ["organisation", "rename-role", "bexio", "muster-ag"];
    demo.manage(&[&rename[..], &["administrator", "chief"]].concat())
        .ok();
    assert!(opens(&tokens));
    delete(
        &demo,
        &["organisation", "remove-role", "bexio", "muster-ag", "chief"],
        &["role chief at", "(version 2)", "would keep their place"],
        || opens(&tokens),
    );
    let member = ["organisation", "member", "bexio", "muster-ag", "anna"];
    demo.manage(&[&member[..], &["--role", "bookkeeper"]].concat())
        .ok();
    assert!(opens(&tokens));

    delete(
        &demo,
        &["client", "delete", "bexio", "ledgerly"],
        &["(version 1)", "1 live grant"],
        || opens(&tokens),
    );
    let add = [
        "client", "add", "bexio", "ledgerly", "--name", "L", "--maker", "M",
    ];
    let rest = [
        "--redirect-uri",
        "https://l.example/",
        "--scope",
        "contact_show",
    ];
    demo.manage(&[&add[..], &rest].concat())
        .wrong(&["ledgerly", "was deleted"]);

    let shown = demo.manage(&["organisation", "show", "bexio", "muster-ag"]);
    assert!(shown.ok().out.contains("version 1"));
    delete(
        &demo,
        &["organisation", "delete", "bexio", "muster-ag"],
        &["(version 1)", "place"],
        || {
            let shown = demo.manage(&["user", "list", "bexio"]);
            shown.ok().out.contains("muster-ag")
        },
    );

    delete(
        &demo,
        &["user", "delete", "bexio", "anna"],
        &["anna (version 1)", "session"],
        || {
            let listed = demo.manage(&["user", "list", "bexio"]);
            listed.ok().out.contains("anna")
        },
    );
    let acts = demo.manage(&[
        "audit", "list", "bexio", "--newest", "--json", "--limit", "1",
    ]);
    let acts = acts.ok().json();
    assert_eq!(acts["records"][0]["act"], json!("person-deleted"));
}
