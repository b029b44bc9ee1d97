//! `scopegate approve` on a running demo's store.

use super::records::{lacks, opens, start};
use crate::common::play::{Ask, words};

#[test]
fn a_withdrawn_approval_counts_at_once() {
    let (demo, play) = start("bokio");
    let company = play.organisation("Exempel AB");
    let pay = format!("/v1/companies/{company}/bank-payments");
    let tokens = play.tokens(&Ask {
        client: "betalfix",
        user: "astrid",
        organisation: Some("exempel-ab"),
        scope: "invoices:read bank-payments:write",
        strike: &[],
    });
    assert_eq!(
        words(&tokens["scope"]),
        ["bank-payments:write", "invoices:read"]
    );
    opens(&play.call("POST", &pay, &tokens));

    demo.manage(&["approve", "withdraw", "bokio", "betalfix", "partner"])
        .ok();
    lacks(
        &play.call("POST", &pay, &tokens),
        "bank-payments:write",
        "elevation-not-approved",
    );
    opens(&play.call("GET", &format!("/v1/companies/{company}/invoices"), &tokens));
    let again = demo.manage(&["approve", "withdraw", "bokio", "betalfix", "partner"]);
    assert!(again.ok().out.contains("so already"));
    demo.manage(&["approve", "withdraw", "bokio", "kvittofickan", "partner"])
        .wrong(&["kvittofickan", "partner"]);
    let listed = demo
        .manage(&["approve", "list", "bokio", "betalfix"])
        .ok()
        .out;
    assert!(
        listed.contains("withdrawn") && listed.contains("PC-2025-014"),
        "{listed}"
    );

    // Not without every piece of evidence, and nothing is half-done.
    let grant = [
        "approve",
        "grant",
        "bokio",
        "betalfix",
        "partner",
        "--reviewer",
        "Elsa",
    ];
    let contract = ["--evidence", "partnership-contract=PC-9"];
    demo.manage(&grant)
        .wrong(&["partnership-contract", "security-review"]);
    let half = demo
        .manage(&[&grant[..], &contract].concat())
        .wrong(&["security-review"]);
    assert!(!half.err.contains("partnership-contract="), "{half:?}");
    lacks(
        &play.call("POST", &pay, &tokens),
        "bank-payments:write",
        "elevation-not-approved",
    );

    let whole = [
        &grant[..],
        &contract,
        &["--evidence", "security-review=SR-9"],
    ]
    .concat();
    demo.manage(&[&whole[..], &["--expires", "2001-01-31"]].concat())
        .wrong(&["past"]);
    demo.manage(&[&whole[..], &["--expires", "soon"]].concat())
        .wrong(&["soon", "2027-01-31"]);
    demo.manage(&[&whole[..], &["--evidence", "luck=1"]].concat())
        .wrong(&["luck"]);
    demo.manage(&whole).ok();
    opens(&play.call("POST", &pay, &tokens));
}

#[test]
fn an_approval_is_refused_to_the_wrong_kind() {
    let (demo, _) = start("bokio");
    let grant = |client: &str, elevation: &str| {
        demo.manage(&[
            "approve",
            "grant",
            "bokio",
            client,
            elevation,
            "--reviewer",
            "Elsa",
        ])
    };
    grant("bokslutsrobot", "partner").wrong(&["private-integration", "public-integration"]);
    grant("betalfix", "royal").wrong(&["partner"]);
    grant("nobody", "partner").wrong(&["nobody", "client list bokio"]);
    demo.manage(&[
        "approve",
        "grant",
        "bexio",
        "ledgerly",
        "partner",
        "--reviewer",
        "Elsa",
    ])
    .wrong(&["bexio", "no elevations"]);
}

#[test]
fn only_what_was_seen_is_replaced_or_withdrawn() {
    let (demo, _) = start("bokio");
    let withdraw = [
        "approve",
        "withdraw",
        "bokio",
        "betalfix",
        "partner",
        "--if-version",
    ];
    let with = |command: &[&str], version: &str| demo.manage(&[command, &[version]].concat());
    with(&withdraw, "7").wrong(&["changed meanwhile"]);
    with(&withdraw, "1").ok();
    let give = [
        "approve",
        "grant",
        "bokio",
        "betalfix",
        "partner",
        "--reviewer",
        "Elsa",
        "--evidence",
        "partnership-contract=PC-9",
        "--evidence",
        "security-review=SR-9",
        "--if-version",
    ];
    // None stands any more.
    with(&give, "1").wrong(&["changed meanwhile"]);
    with(&give, "0").ok();
    with(&give, "0").wrong(&["changed meanwhile"]);
    let listed = demo
        .manage(&["approve", "list", "bokio", "betalfix"])
        .ok()
        .out;
    assert!(listed.contains("PC-9"), "{listed}");
}
