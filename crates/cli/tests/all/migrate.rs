//! `scopegate migrate` on a new database, a current one, and one of a newer program.

use crate::common::site::Site;
use crate::common::{raise_schema, scopegate};
use storage::conformance::postgres_server::TestPostgres;

#[test]
fn a_sqlite_file_is_brought_up_to_date() {
    let site = Site::new(1, "own.sqlite");
    let migrate = || {
        let config = site.config(0);
        scopegate(["migrate", "--config", config.to_str().unwrap()])
    };
    for _ in 0..2 {
        let said = migrate().ok().out;
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
