//! `scopegate audit`: what commands, people and apps did is told; what somebody changed by other
//! means is noticed; what is personal can be erased.

use std::path::Path;

use crate::common::person;
use crate::common::play::{Ask, Play, text};
use crate::common::site::{Node, Site};
use crate::common::{Ran, RunningDemo, scopegate, scopegate_with_input};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use storage::conformance::postgres_server::TestPostgres;

const LEDGERLY: Ask<'_> = Ask {
    client: "ledgerly",
    user: "anna",
    organisation: Some("muster-ag"),
    scope: "contact_edit task_show",
    strike: &[],
};

/// The latest records of a realm, oldest first.
fn records(demo: &RunningDemo, realm: &str) -> Vec<Value> {
    let list = ["audit", "list", realm, "--limit", "1000", "--json"];
    let listed = demo.manage(&list).ok().json();
    listed["records"].as_array().unwrap().clone()
}

#[track_caller]
fn last(demo: &RunningDemo, act: &str) -> Value {
    let records = records(demo, "bexio");
    let found = records.iter().rev().find(|one| one["act"] == act);
    found
        .unwrap_or_else(|| panic!("no {act} in {records:#?}"))
        .clone()
}

#[track_caller]
fn not_so(ran: Ran, words: &[&str]) {
    assert_eq!(ran.code, 1, "{ran:?}");
    for word in words {
        assert!(ran.out.contains(word), "no {word:?} in {ran:?}");
    }
}

/// Each look takes some time of its own.
fn wait_until_linked(verify: impl Fn() -> Ran) {
    let waits = || verify().ok().out.contains("wait for their link");
    assert!((0..50).any(|_| !waits()));
}

fn change(file: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(file);
        let mut stranger = options.connect().await.unwrap();
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        sql.execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
    });
}

#[test]
fn what_was_done_is_told_by_whom_and_how() {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, "bexio");
    // A command.
    demo.manage(&["client", "scope", "bexio", "nightly-export", "task_show"])
        .ok();
    let scopes = last(&demo, "client-scopes-changed");
    assert_eq!(
        scopes["subject"],
        json!({"kind": "client", "id": "nightly-export", "names": {}})
    );
    assert_eq!(scopes["actor"]["kind"], "operator");
    assert_eq!(scopes["after"]["registered_scope"], "task_show");
    assert_eq!(scopes["before"].as_object().unwrap().len(), 1);

    // A person, at the page of their apps.
    let anna = person::browser();
    let url = play.authorization_url(&LEDGERLY);
    person::walk(&anna, url, &demo.base, "anna", "anna-demo", &[]).unwrap();
    let page = anna.get(format!("{}/bexio/account", demo.base)).send();
    let page = page.unwrap().text().unwrap();
    let (_, rest) = page.split_once("/bexio/account/grants/").unwrap();
    let grant = rest.split_once('/').unwrap().0.to_owned();
    let remove = format!("{}/bexio/account/grants/{grant}/remove", demo.base);
    let asked = anna.get(&remove).send().unwrap().text().unwrap();
    let (_, rest) = asked.split_once("name=\"shown\" value=\"").unwrap();
    let shown = rest.split_once('"').unwrap().0;
    let removed = anna
        .post(remove)
        .header("Origin", &demo.base)
        .form(&[("shown", shown)])
        .send()
        .unwrap();
    let request = removed.headers().get("x-request-id").cloned();
    let revoked = last(&demo, "grant-revoked");
    assert_eq!(
        revoked["subject"],
        json!({
            "kind": "grant",
            "id": grant,
            "names": {"client": "ledgerly", "organisation": "muster-ag"},
        })
    );
    assert_eq!(
        (&revoked["actor"]["kind"], &revoked["actor"]["username"]),
        (&json!("person"), &json!("anna"))
    );
    assert_eq!(revoked["address"], "127.0.0.1");
    assert_eq!(revoked["after"]["status"]["reason"], "by-user");
    if let Some(request) = request {
        assert_eq!(revoked["request_id"], request.to_str().unwrap());
    }

    // An app.
    let tokens = play.tokens(&LEDGERLY);
    let refresh_token = text(&tokens["refresh_token"]);
    let secret = play.client("ledgerly")["client_secret"].as_str();
    let form = [("token", refresh_token.as_str())];
    let given_back = play.post_as("revoke", "ledgerly", secret, &form);
    assert_eq!(given_back.status, 200);
    let revoked = last(&demo, "family-ended");
    assert_eq!(
        (&revoked["actor"]["kind"], &revoked["actor"]["id"]),
        (&json!("client"), &json!("ledgerly"))
    );
    assert_eq!(revoked["after"]["reason"], "by-client");
    assert_eq!(revoked["address"], "127.0.0.1");

    // The server.
    assert_eq!(last(&demo, "key-made")["actor"]["kind"], "system");

    let shown = demo.manage(&["audit", "list", "bexio"]).ok().out;
    for words in [
        "client-scopes-changed  client nightly-export",
        "    by operator",
        "    registered_scope: ",
        "    by person anna (",
        "from 127.0.0.1",
        "    by client ledgerly",
        "    by system",
    ] {
        assert!(shown.contains(words), "no {words:?} in {shown}");
    }
}

#[test]
fn records_come_in_pages() {
    let demo = RunningDemo::start();
    let all = records(&demo, "bexio");
    let page = |realm: &[&str], after: &str| {
        let command = ["audit", "list", "--json", "--limit", "3", "--after", after];
        demo.manage(&[&command[..], realm].concat()).ok().json()
    };
    let mut after = String::from("0");
    let mut read = Vec::new();
    loop {
        let one = page(&["bexio"], &after);
        read.extend(one["records"].as_array().unwrap().clone());
        match &one["next"] {
            Value::Null => break,
            next => after = next.to_string(),
        }
    }
    assert_eq!(read, all);
    let every = page(&[], "0");
    let realms = every["records"].as_array().unwrap().iter();
    assert_eq!(realms.count(), 3);
    demo.manage(&["audit", "list", "acme"])
        .wrong(&["acme", "bexio"]);
    let text = demo.manage(&["audit", "list", "--limit", "2"]).ok().out;
    assert!(text.contains("there may be more: --after"), "{text}");
    let none = demo
        .manage(&["audit", "list", "--after", "999999"])
        .ok()
        .out;
    assert!(none.contains("nothing is recorded here"), "{none}");
}

#[test]
fn records_are_found_by_who_what_and_which() {
    let demo = RunningDemo::start();
    demo.manage(&["user", "disable", "bexio", "anna"]).ok();
    let found = |options: &[&str]| {
        let list = demo.manage(&[&["audit", "list", "bexio", "--json"], options].concat());
        let listed = list.ok().json()["records"].as_array().unwrap().clone();
        listed
            .iter()
            .map(|one| text(&one["act"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&["--act", "person-disabled"]), ["person-disabled"]);
    let annas = found(&["--person", "anna", "--newest", "--limit", "2"]);
    assert_eq!(annas.first().unwrap(), "person-disabled");
    assert_eq!(
        found(&["--person", "anna"]).first().unwrap(),
        "person-added"
    );
    let of_app = found(&["--subject", "client:ledgerly"]);
    assert_eq!(of_app, ["client-registered"]);
    assert!(found(&["--subject", "client"]).len() > 1);
    for (wrong, words) in [
        (["--limit", "0"], ["1..=1000", "--limit"]),
        (["--limit", "1001"], ["1..=1000", "--limit"]),
        (
            ["--act", "client-eaten"],
            ["client-eaten", "client-disabled"],
        ),
        (["--subject", "cat"], ["cat", "client"]),
        (["--person", "nobody"], ["nobody", "by their id"]),
    ] {
        let list = demo.manage(&[&["audit", "list", "bexio"], &wrong[..]].concat());
        list.wrong(&words);
    }
    // A realm that is not configured any more.
    let file = demo.data().join("scopegate.sqlite");
    change(
        &file,
        "UPDATE audit_records SET realm = 'gone' WHERE act = 'person-disabled'",
    );
    let gone = demo.manage(&["audit", "list", "gone"]).ok().out;
    assert!(gone.contains("person-disabled"), "{gone}");
}

#[test]
fn what_somebody_changed_by_other_means_is_noticed() {
    let demo = RunningDemo::start();
    let verify = |more: &[&str]| demo.manage(&[&["audit", "verify"], more].concat());
    wait_until_linked(|| verify(&[]));
    let anchor = demo.manage(&["audit", "head"]).ok().out.trim().to_owned();
    demo.manage(&["client", "disable", "bexio", "ledgerly"])
        .ok();
    let held = verify(&["--anchor", &anchor]).ok().out;
    assert!(
        held.contains("are as they were, and the anchor is among them"),
        "{held}"
    );
    verify(&["--anchor", "12:abc"]).wrong(&["12:abc", "scopegate audit head"]);

    let file = demo.data().join("scopegate.sqlite");
    change(
        &file,
        "UPDATE audit_records SET actor_id = 'somebody else' WHERE act = 'client-disabled'",
    );
    not_so(
        verify(&[]),
        &["is not as it was", "is not as it was linked"],
    );
    // Whoever links it all anew is given away by the anchor alone.
    change(&file, "DELETE FROM audit_links");
    wait_until_linked(|| verify(&[]));
    verify(&["--anchor", &anchor]).ok();
    change(
        &file,
        "DELETE FROM audit_records WHERE act = 'organisation-added'; DELETE FROM audit_links",
    );
    wait_until_linked(|| verify(&[]));
    not_so(
        verify(&["--anchor", &anchor]),
        &["is not as it was", "the anchor"],
    );
}

/// As it is written in the guide: a line for each day, and none when somebody made it anew.
#[test]
fn an_anchor_is_added_only_if_the_chain_passes_the_last_one() {
    let demo = RunningDemo::start();
    let first = demo.manage(&["audit", "head"]).ok().out;
    let after = |anchor: &str| demo.manage(&["audit", "head", "--after", anchor]);
    demo.manage(&["client", "disable", "bexio", "ledgerly"])
        .ok();
    let second = after(first.trim()).ok().out;
    assert_ne!(first, second);
    let sql = "UPDATE audit_records SET actor_id = 'somebody else' WHERE act = 'client-disabled';
               DELETE FROM audit_links";
    change(&demo.data().join("scopegate.sqlite"), sql);
    wait_until_linked(|| demo.manage(&["audit", "verify"]));
    let refused = after(second.trim());
    assert_eq!((refused.code, &*refused.out), (1, ""));
    let why = "is another one than the anchor's";
    assert!(refused.err.contains(why), "{refused:?}");
    after("").wrong(&["scopegate audit head"]);
}

/// What was done is done and said, though its record cannot be linked.
#[test]
fn a_command_ends_where_somebody_put_a_link_in_the_way() {
    let site = Site::new(1, "own.sqlite");
    site.manage(&["migrate"]).ok();
    let add = |slug: &str| {
        let command = ["organisation", "add", "bexio", slug, "--name", "Firma"];
        site.manage(&command).ok()
    };
    add("firma");
    let sql = "UPDATE audit_links SET number = 7";
    change(&site.config(0).with_file_name("own.sqlite"), sql);
    let added = add("werkstatt");
    assert!(added.out.contains("werkstatt"), "{added:?}");
    let why = "link 6 is not there; the next one is 7";
    assert!(added.err.contains(why), "{added:?}");
    not_so(site.manage(&["audit", "verify"]), &["link 1 is not there"]);
}

#[test]
fn what_is_personal_is_erased_and_the_chain_holds() {
    let demo = RunningDemo::start();
    let verify = |anchor: &str| demo.manage(&["audit", "verify", "--anchor", anchor]);
    let anchor = demo.manage(&["audit", "head"]).ok().out.trim().to_owned();
    let added = |username: &str| {
        let records = records(&demo, "bexio");
        let mut added = records.iter().filter(|one| one["act"] == "person-added");
        added
            .find(|one| one["after"]["username"] == username)
            .cloned()
    };
    let anna = added("anna").unwrap();
    assert_eq!(anna["after"]["name"], "Anna Brunner");
    let id = text(&anna["subject"]["id"]);

    let said = demo.manage(&["audit", "erase", "bexio", "--person", "anna"]);
    let said = said.ok().out;
    assert!(
        said.contains(
            "about anna in the record is erased. Only copies of the database from before"
        ),
        "{said}"
    );
    assert_eq!(added("anna"), None);
    assert!(added("beat").is_some());
    let shown = demo.manage(&["audit", "list", "bexio"]).ok().out;
    assert!(!shown.contains("Anna Brunner"), "{shown}");
    assert!(
        shown.contains(&format!("person {id} (erased, see ")),
        "{shown}"
    );
    verify(&anchor).ok();

    // By the id, once more: there is nothing.
    let again = demo.manage(&["audit", "erase", "bexio", "--person", &id]);
    let again = again.ok().out;
    assert!(
        again.contains("nothing personal") && again.contains("so already"),
        "{again}"
    );
    demo.manage(&["audit", "erase", "bexio", "--person", "nobody"])
        .wrong(&["nobody", "user list bexio"]);
    let erased = last(&demo, "person-erased");
    assert_eq!(
        erased["subject"],
        json!({"kind": "person", "id": id, "names": {}})
    );
}

/// Whoever is to be forgotten is, also where the realm is not offered any more.
#[test]
fn what_is_personal_is_erased_in_a_realm_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("scopegate.toml");
    let offer = |realms: &str| {
        let text = "base_url = \"https://login.example.com\"\ndatabase = \"a.sqlite\"\n";
        std::fs::write(&config, format!("{text}{realms}")).unwrap();
    };
    let run = |arguments: &[&str]| {
        let config = ["--config", config.to_str().unwrap()];
        scopegate_with_input([arguments, &config].concat(), "quite long enough\n")
    };
    let (bexio, bokio) = (
        "[[realm]]\ncatalog = \"bexio\"\n",
        "[[realm]]\ncatalog = \"bokio\"\n",
    );
    offer(&format!("{bexio}{bokio}"));
    run(&["migrate"]).ok();
    for name in ["eva", "finn"] {
        run(&["user", "add", "bokio", name, "--name", "Somebody"]).ok();
    }
    offer(bexio);
    run(&["user", "list", "bokio"]).wrong(&["no realm"]);
    let erase = ["audit", "erase", "bokio", "--person"];
    let said = run(&[&erase[..], &["eva"]].concat()).ok().out;
    assert!(said.contains("about eva in the record is erased"), "{said}");
    let told = run(&["audit", "list", "bokio"]).ok().out;
    assert!(!told.contains("eva") && told.contains("finn"), "{told}");
    run(&[&erase[..], &["nobody"]].concat()).wrong(&["nobody"]);
    run(&["audit", "erase", "nowhere", "--person", "eva"]).wrong(&["nowhere"]);
    run(&["audit", "verify"]).ok();
}

#[test]
fn several_nodes_make_one_chain_within_a_second_on_sqlite() {
    make_one_chain(&Site::new(2, "own.sqlite"));
}

#[test]
fn several_nodes_make_one_chain_within_a_second_on_postgresql() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.fresh_database().await
    });
    make_one_chain(&Site::new(2, &database.url()));
}

fn make_one_chain(site: &Site) {
    site.manage(&["migrate"]).ok();
    // Before anything runs there is nothing, and nothing for the file of anchors.
    let nothing = site.manage(&["audit", "head"]);
    assert_eq!((nothing.code, &*nothing.out), (1, ""));
    assert!(nothing.err.contains("nothing is recorded yet"));
    let _nodes: Vec<Node> = (0..2).map(|node| site.start(node)).collect();
    site.settle(6);
    // A command ends a second after what it did: by then its record has its link.
    let verified = site.manage(&["audit", "verify"]).ok().out;
    assert!(!verified.contains("wait"), "{verified}");
    let anchor = site.manage(&["audit", "head"]).ok().out;
    site.manage(&["user", "disable", "bexio", "eva"]).ok();
    let held = site.manage(&["audit", "verify", "--anchor", anchor.trim()]);
    let held = held.ok().out;
    // Two catalogs, four keys, an organisation, a person, a place and six apps, and the end.
    assert!(held.starts_with("all 16 linked records"), "{held}");
}

#[test]
fn a_command_beside_no_server_links_what_it_did() {
    let site = Site::new(1, "own.sqlite");
    site.manage(&["migrate"]).ok();
    let add = ["organisation", "add", "bexio", "firma", "--name", "Firma"];
    site.manage(&add).ok();
    let verified = site.manage(&["audit", "verify"]).ok().out;
    assert_eq!(verified.trim(), "all 1 linked records are as they were.");
    let config = site.config(0);
    let config = config.to_str().unwrap();
    let anchor = scopegate(["audit", "head", "--config", config]).ok().out;
    assert!(anchor.starts_with("1:"), "{anchor}");
}
