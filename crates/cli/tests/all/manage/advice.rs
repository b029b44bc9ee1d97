//! What commands say to somebody who meant the right thing and wrote another, and how what was
//! written wrongly is put right.

use crate::common::{RunningDemo, scopegate};

#[test]
fn a_wrong_word_is_answered_with_those_there_are() {
    let demo = RunningDemo::start();
    let wrong = |arguments: &[&str], words: &[&str]| {
        demo.manage(arguments).wrong(words);
    };
    let member = [
        "organisation",
        "member",
        "bexio",
        "muster-ag",
        "anna",
        "--role",
        "boss",
    ];
    wrong(
        &member,
        &[
            "muster-ag has no role \"boss\"",
            "administrator, bookkeeper, viewer",
        ],
    );
    let add = |realm, kind, scope| {
        [
            "client",
            "add",
            realm,
            "app",
            "--name",
            "App",
            "--maker",
            "Maker",
            "--redirect-uri",
            "https://app.example/back",
            "--kind",
            kind,
            "--scope",
            scope,
        ]
    };
    wrong(
        &add("bokio", "machine", "journal-entries:read"),
        &[
            "no client kind \"machine\"",
            "public-integration, private-integration",
        ],
    );
    wrong(
        &add(
            "bokio",
            "public-integration",
            "journal-entries:read,invoices:read",
        ),
        &["separate scopes by spaces"],
    );
    // What would make it fit, by the options that say it.
    wrong(
        &add("bokio", "private-integration", "journal-entries:read"),
        &["private-integration needs --organisation"],
    );
    wrong(
        &[
            "client",
            "change",
            "freshbooks",
            "report-runner",
            "--organisation",
            "",
        ],
        &["machine needs --organisation"],
    );
    let public = [&add("bexio", "machine", "contact_show")[..], &["--public"]].concat();
    wrong(&public, &["machine needs a secret", "--public"]);
    let mut alike = add("bexio", "app", "contact_show");
    alike[3] = "Iedgerly";
    wrong(&alike, &["look-alike", "ledgerly"]);
    wrong(
        &[
            "approve",
            "grant",
            "bokio",
            "x",
            "partner",
            "--reviewer",
            "me",
            "--expires",
            "tomorrow",
        ],
        &["--expires \"tomorrow\"", "2027-01-31"],
    );
}

#[test]
fn a_backup_says_where_it_can_be_written() {
    let demo = RunningDemo::start();
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no such folder").join("backup");
    demo.manage(&["backup", nowhere.to_str().unwrap()])
        .wrong(&["there is no folder"]);
    demo.manage(&["backup", folder.path().to_str().unwrap(), "--force"])
        .wrong(&["is a folder", "name a file in it"]);
}

#[test]
fn one_demo_at_a_time_has_a_folder() {
    let demo = RunningDemo::start();
    let second = demo.manage(&["demo", "--listen", "127.0.0.1:0"]);
    second.wrong(&["another demo runs", "--data"]);
    let other = scopegate(["demo", "--listen", "nowhere"]);
    assert_eq!(other.code, 2, "{other:?}");
}

#[test]
fn what_was_written_wrongly_is_put_right() {
    let demo = RunningDemo::start();
    let run = |arguments: &[&str]| demo.manage(arguments);
    run(&[
        "organisation",
        "rename",
        "bexio",
        "muster-ag",
        "--slug",
        "muster",
        "--name",
        "Muster",
    ])
    .ok();
    let list = run(&["organisation", "list", "bexio"]).ok().out;
    assert!(
        list.contains("muster") && !list.contains("muster-ag"),
        "{list}"
    );
    run(&[
        "organisation",
        "rename",
        "bexio",
        "muster",
        "--slug",
        "Muster AG",
    ])
    .wrong(&["lower-case"]);
    run(&[
        "organisation",
        "rename",
        "bexio",
        "muster",
        "--name",
        "M",
        "--if-version",
        "1",
    ])
    .wrong(&["muster", "changed"]);

    run(&[
        "user",
        "rename",
        "bexio",
        "anna",
        "--username",
        "anna.muster",
    ])
    .ok();
    run(&["user", "suspend", "bexio", "anna.muster"]).ok();
    run(&["user", "rename", "bexio", "anna", "--name", "A"]).wrong(&["no user \"anna\""]);
    let nothing = run(&["user", "rename", "bexio", "anna.muster"]);
    assert_eq!(nothing.code, 2, "{nothing:?}");

    let change = |more: &[&str]| {
        let mut arguments = vec!["client", "change", "bexio", "ledgerly"];
        arguments.extend(more);
        run(&arguments)
    };
    change(&[
        "--name",
        "Ledgerly 2",
        "--maker",
        "Ledgerly Ltd",
        "--redirect-uri",
        "https://new.example/back",
        "--refresh-retry",
        "false",
        "--token-format",
        "jwt",
    ])
    .ok();
    let shown = run(&["client", "show", "bexio", "ledgerly"]).ok().out;
    for words in ["Ledgerly 2", "Ledgerly Ltd", "https://new.example/back"] {
        assert!(shown.contains(words), "no {words} in {shown}");
    }
    change(&["--redirect-uri", "https://new.example/back#x"]).wrong(&["--redirect-uri"]);
    assert_eq!(change(&[]).code, 2);
    let acts = run(&["audit", "list", "bexio"]).ok().out;
    for act in ["organisation-renamed", "person-renamed", "client-changed"] {
        assert!(acts.contains(act), "no {act} in {acts}");
    }
}
