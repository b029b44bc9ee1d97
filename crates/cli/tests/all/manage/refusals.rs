//! What commands that change records refuse, and that nothing is changed then.

use storage::conformance::november;

use crate::common::{Ran, RunningDemo, scopegate};

#[test]
fn a_wrong_change_changes_nothing() {
    let demo = RunningDemo::start();
    let lists = || {
        let of = |what: &str| demo.manage(&[what, "list", "bexio"]).ok().out;
        (of("user"), of("organisation"), of("client"))
    };
    let before = lists();
    let wrong = |arguments: &[&str], words: &[&str]| {
        let said = demo.manage_with_input(arguments, "short\n").wrong(words);
        assert!(said.out.is_empty(), "{said:?}");
    };
    wrong(
        &["user", "add", "acme", "eve", "--name", "Eve"],
        &["acme", "bexio"],
    );
    wrong(
        &["user", "add", "bexio", "eve", "--name", "Eve"],
        &["password", "characters"],
    );
    wrong(
        &["user", "add", "bexio", "e ve", "--name", "Eve"],
        &["without spaces"],
    );
    wrong(
        &["user", "password", "bexio", "anna"],
        &["password", "characters"],
    );
    wrong(
        &["user", "disable", "bexio", "nobody"],
        &["nobody", "user list bexio"],
    );
    wrong(
        &["organisation", "add", "bexio", "Muster AG", "--name", "x"],
        &["lower-case"],
    );
    wrong(
        &["organisation", "add", "bexio", "muster-ag", "--name", "x"],
        &["muster-ag"],
    );
    wrong(
        &["organisation", "show", "bexio", "nowhere"],
        &["nowhere", "organisation list bexio"],
    );
    wrong(
        &[
            "organisation",
            "member",
            "bexio",
            "muster-ag",
            "nobody",
            "--role",
            "viewer",
        ],
        &["nobody"],
    );
    wrong(
        &[
            "organisation",
            "member",
            "bexio",
            "muster-ag",
            "anna",
            "--role",
            "emperor",
        ],
        &["emperor"],
    );
    wrong(
        &["organisation", "member", "bexio", "muster-ag", "anna"],
        &["--role"],
    );
    wrong(
        &[
            "organisation",
            "role",
            "bexio",
            "muster-ag",
            "viewer",
            "--rights",
            "contact_rule",
        ],
        &["contact_rule"],
    );
    wrong(
        &["client", "scope", "bexio", "ledgerly", "contact_rule"],
        &["contact_rule"],
    );
    wrong(
        &["client", "scope", "bexio", "nobody", "contact_show"],
        &["nobody"],
    );
    wrong(
        &[
            "client",
            "scope",
            "bexio",
            "ledgerly",
            "contact_show",
            "--optional",
            "task_show",
        ],
        &["task_show"],
    );
    let add = |id: &'static str, more: &[&'static str]| {
        let first = ["client", "add", "bexio", id, "--name", "X", "--maker", "Y"];
        [&first[..], more].concat()
    };
    wrong(
        &add("new one", &["--scope", "contact_show"]),
        &["client id"],
    );
    wrong(
        &add(
            "new",
            &[
                "--scope",
                "contact_rule",
                "--redirect-uri",
                "https://a.example/cb",
            ],
        ),
        &["contact_rule"],
    );
    wrong(
        &add("new", &["--scope", "contact_show"]),
        &["--redirect-uri"],
    );
    wrong(
        &add("new", &["--scope", "contact_show", "--redirect-uri", "/cb"]),
        &["/cb"],
    );
    wrong(
        &add(
            "new",
            &[
                "--scope",
                "contact_show",
                "--redirect-uri",
                "https://a.example/#x",
            ],
        ),
        &["fragment"],
    );
    wrong(
        &add("new", &["--scope", "contact_show", "--kind", "robot"]),
        &["app", "machine"],
    );
    wrong(
        &add(
            "new",
            &[
                "--scope",
                "contact_show",
                "--kind",
                "machine",
                "--organisation",
                "nowhere",
            ],
        ),
        &["nowhere"],
    );
    wrong(
        &add(
            "new",
            &["--scope", "contact_show", "--kind", "machine", "--public"],
        ),
        &["machine"],
    );
    assert_eq!(lists(), before);
    let roles = demo
        .manage(&["organisation", "show", "bexio", "muster-ag"])
        .ok()
        .out;
    assert!(roles.contains("member anna: administrator"), "{roles}");
}

#[test]
fn of_many_who_add_the_same_one_succeeds() {
    let demo = RunningDemo::start();
    let add = ["organisation", "add", "bexio", "racer", "--name", "Racer"];
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let racing: Vec<_> = (0..6).map(|_| scope.spawn(|| demo.manage(&add))).collect();
        let ran = racing.into_iter().map(|one| one.join().unwrap());
        ran.map(|ran| match ran.code {
            2 => ran.wrong(&["racer"]).code,
            _ => ran.ok().code,
        })
        .collect()
    });
    assert_eq!(
        codes.iter().filter(|code| **code == 0).count(),
        1,
        "{codes:?}"
    );
    let listed = demo.manage(&["organisation", "list", "bexio"]).ok().out;
    assert_eq!(listed.matches("racer").count(), 1, "{listed}");
}

#[test]
fn a_store_that_is_not_there_is_said() {
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    scopegate(["user", "list", "bexio", "--data", path]).wrong(&["holds no demo", path]);
    let config = empty.path().join("none.toml");
    scopegate([
        "user",
        "list",
        "bexio",
        "--config",
        config.to_str().unwrap(),
    ])
    .wrong(&["none.toml", "--config"]);
    std::fs::write(
        empty.path().join("scopegate.sqlite"),
        "this is a letter, not a database",
    )
    .unwrap();
    scopegate(["user", "list", "bexio", "--data", path]).wrong(&["scopegate.sqlite"]);
}

/// Two who saw the same version: the second is told, and nothing of theirs is done.
#[test]
fn a_change_may_be_meant_for_the_version_that_was_seen() {
    let demo = RunningDemo::start();
    let seen = |ran: Ran, of: &str| -> String {
        let line = ran.ok().out;
        let line = line.lines().find(|line| line.contains(of)).unwrap();
        let (_, version) = line.split_once("version ").unwrap();
        version.trim_end_matches(')').to_owned()
    };
    let of_client = seen(
        demo.manage(&["client", "show", "bexio", "ledgerly"]),
        "version",
    );
    let of_role = seen(
        demo.manage(&["organisation", "show", "bexio", "muster-ag"]),
        "role viewer:",
    );
    let of_member = seen(
        demo.manage(&["organisation", "show", "bexio", "muster-ag"]),
        "member beat:",
    );
    let of_user = seen(demo.manage(&["user", "list", "bexio"]), "carla");
    let changes: [(&[&str], &str); 4] = [
        (
            &["client", "scope", "bexio", "ledgerly", "contact_show"],
            &of_client,
        ),
        (
            &[
                "organisation",
                "role",
                "bexio",
                "muster-ag",
                "viewer",
                "--rights",
                "note_show",
            ],
            &of_role,
        ),
        (
            &[
                "organisation",
                "member",
                "bexio",
                "muster-ag",
                "beat",
                "--role",
                "viewer",
            ],
            &of_member,
        ),
        (&["user", "disable", "bexio", "carla"], &of_user),
    ];
    for (change, version) in changes {
        let change = [change, &["--if-version", version]].concat();
        demo.manage(&change).ok();
        demo.manage(&change)
            .wrong(&["changed meanwhile", "read it again"]);
    }
}

/// Many who change one record at once, whatever it was before: all of it is done.
#[test]
fn many_change_one_record_at_once() {
    let demo = RunningDemo::start();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    demo.manage(&["client", "secret", "bexio", "ledgerly"]);
                    demo.manage(&["client", "disable", "bexio", "ledgerly"])
                })
            })
            .collect();
        for one in all {
            one.join().unwrap().ok();
        }
    });
}

/// Who only asks makes no database, and does not bring one up to date.
#[test]
fn a_database_is_made_and_upgraded_by_no_other_command() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("scopegate.toml");
    let text = "base_url = \"http://127.0.0.1:1\"\ndatabase = \"own.sqlite\"\n\
                [[realm]]\ncatalog = \"bexio\"\n";
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let file = folder.path().join("own.sqlite");
    let commands: [&[&str]; 4] = [
        &["audit", "verify"],
        &["user", "list", "bexio"],
        &["key", "list", "bexio"],
        &["organisation", "add", "bexio", "one", "--name", "One"],
    ];
    let run = |command: &[&str]| scopegate([command, &["--config", config]].concat());
    for command in commands {
        run(command).wrong(&["own.sqlite", "there is no database", "scopegate migrate"]);
        assert!(!file.exists(), "{command:?}");
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(november::sqlite(&file));
    // A table that only later versions have.
    let is_upgraded = || {
        let bytes = std::fs::read(&file).unwrap();
        bytes.windows(12).any(|bytes| bytes == b"schema_steps")
    };
    for command in commands {
        run(command).wrong(&["own.sqlite", "scopegate migrate"]);
        assert!(!is_upgraded(), "{command:?}");
    }
    run(&["migrate"]).ok();
    assert!(is_upgraded());
    run(commands[1]).ok();
}
