//! `scopegate migrate` on a new database, a current one, and one of a newer program.

use std::net::TcpListener;
use std::time::Duration;

use crate::common::play::text;
use crate::common::site::Site;
use crate::common::{raise_schema, scopegate};
use serde_json::Value;
use storage::conformance::november;
use storage::conformance::postgres_server::TestPostgres;

#[test]
fn a_sqlite_file_is_brought_up_to_date() {
    let site = Site::new(1, "own.sqlite");
    let migrate = || {
        let config = site.config(0);
        scopegate(["migrate", "--config", config.to_str().unwrap()])
    };
    for start in ["brought up", "nothing to do"] {
        let said = migrate().ok().out;
        assert!(said.starts_with(start), "{said}");
        assert!(said.contains("own.sqlite are up to date"), "{said}");
    }
    site.manage(&["client", "list", "bexio"]).ok();
    raise_schema(&site.at("own.sqlite"));
    migrate().wrong(&["schema 9999", "newer scopegate"]);
}

#[test]
fn a_postgresql_database_is_brought_up_to_date() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::shared().await;
        postgres.make_database("").await
    });
    let site = Site::new(1, &database.url());
    let config = site.config(0);
    let migrate = ["migrate", "--config", config.to_str().unwrap()];
    for _ in 0..2 {
        assert!(scopegate(migrate).ok().out.contains("are up to date"));
    }
    site.manage(&["client", "list", "bexio"]).ok();
}

/// A server on a database of the release of 22 November: it says what is left to do, and goes on
/// with the apps of that time while the upgrade is finished under it.
#[test]
fn a_server_goes_on_while_its_upgrade_is_finished() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let secrets: [Value; 2] = [november::SQLITE_SECRETS, november::POSTGRES_SECRETS]
        .map(|secrets| serde_json::from_str(secrets).unwrap());
    let database = runtime.block_on(async {
        let database = TestPostgres::shared().await.make_database("").await;
        november::postgres(&database).await;
        database
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.sqlite");
    runtime.block_on(november::sqlite(&file));
    for (place, secrets) in [file.to_str().unwrap(), &database.url()]
        .into_iter()
        .zip(secrets)
    {
        goes_on(place, &secrets);
    }
}

fn goes_on(place: &str, secrets: &Value) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let issuer = secrets["issuer"].as_str().unwrap();
    let configuration = format!(
        "listen = \"{}\"\nbase_url = \"{issuer}\"\ndatabase = \"{place}\"\n\
         [[realm]]\ncatalog = \"bexio\"\n[[realm]]\ncatalog = \"freshbooks\"\n",
        base.trim_start_matches("http://"),
    );
    let site = Site::with(&[configuration], vec![base.clone()]);
    let node = site.start(0);
    let http = reqwest::blocking::Client::new();
    let refreshed = |token: &str| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let answer = http
            .post(format!("{base}/freshbooks/oauth/token"))
            .basic_auth("swift", secrets["secrets"]["freshbooks/swift"].as_str())
            .form(&form)
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().unwrap();
        ["access_token", "refresh_token"].map(|name| text(&answer[name]))
    };
    let [first, token] = refreshed(secrets["swift"]["refresh_token"].as_str().unwrap());
    assert!(first.starts_with("sg_at_AR"), "format 1: {first}");
    let config = site.config(0);
    let migrate = ["migrate", "--config", config.to_str().unwrap()];
    let said = scopegate(migrate).ok().out;
    assert!(
        said.contains("not finished") && said.contains("migrate --finish"),
        "{said}"
    );
    let finish = [&migrate[..], &["--finish"]].concat();
    for _ in 0..2 {
        let said = scopegate(&finish).ok().out;
        assert!(
            said.contains("are up to date") && !said.contains("not finished"),
            "{said}"
        );
    }
    let list = ["audit", "list", "freshbooks", "--newest", "--config"];
    let list = [&list[..], &[config.to_str().unwrap()]].concat();
    let told = scopegate(&list).ok().out;
    assert_eq!(told.matches("upgrade-finished").count(), 1, "{told}");
    // The server hears of it within a second.
    std::thread::sleep(Duration::from_secs(1));
    let [second, token] = refreshed(&token);
    assert!(second.starts_with("sg_at_Ah"), "format 2: {second}");
    refreshed(&token);
    let told = node.errors();
    assert_eq!(
        told.matches("the upgrade is not finished").count(),
        1,
        "{told}"
    );
    assert!(!told.contains("ERROR"), "{told}");
}
