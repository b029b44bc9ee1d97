//! The password of a PostgreSQL: taken from the URL or from `PGPASSWORD`, and told to nobody.

use std::process::Command;

use crate::common::{Running, person};
use storage::conformance::postgres_server::TestPostgres;
use tempfile::TempDir;

const PASSWORD: &str = "Hochgeheim";
const WHO_MAY: &str = "host all gate 127.0.0.1/32 scram-sha-256
host all postgres 127.0.0.1/32 trust
";

#[test]
fn a_password_works_from_both_places_and_reaches_no_log() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(async {
        let postgres = TestPostgres::start_with(&[("pg_hba.conf", WHO_MAY)]).await;
        let database = postgres.fresh_database().await;
        let gate = format!("CREATE ROLE gate LOGIN SUPERUSER PASSWORD '{PASSWORD}'");
        database.execute(&gate).await;
        (database, postgres)
    });
    let (database, _postgres) = &database;
    let with = |login: &str| {
        database
            .url()
            .replace("//postgres@", &format!("//{login}@"))
    };
    let in_url = with(&format!("gate:{PASSWORD}"));
    let not_in_url = with("gate");

    for (url, in_environment) in [(&in_url, None), (&not_in_url, Some(PASSWORD))] {
        let folder = tempfile::tempdir().unwrap();
        let mut serve = serve(&folder, url, in_environment);
        let server = Running::of(&mut serve);
        let metadata = "/.well-known/oauth-authorization-server/bexio";
        let answer = person::browser().get(format!("{}{metadata}", server.base));
        assert_eq!(answer.send().unwrap().status(), 200);
        drop(server);
        let log = log(&folder);
        assert!(log.contains(metadata), "{log}");
        assert!(!log.contains("geheim"), "{log}");
    }

    let wrong = in_url.replace("Hoch", "Tief");
    let mistyped = format!("{in_url}?sslpassword={PASSWORD}");
    for (url, word) in [
        (&wrong, "password authentication failed"),
        (&mistyped, "sslpassword"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(serve(&folder, url, None).status().unwrap().code(), Some(2));
        let log = log(&folder);
        assert!(log.contains(word), "{log}");
        assert!(!log.contains("geheim"), "{log}");
    }
}

/// Everything it says goes to a file, at the level that says most.
fn serve(folder: &TempDir, url: &str, password: Option<&str>) -> Command {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\nbase_url = \"http://127.0.0.1:{port}\"\n\
         database = \"{url}\"\n[log]\nlevel = \"trace\"\naccess = true\n[[realm]]\ncatalog = \"bexio\"\n"
    );
    let file = folder.path().join("scopegate.toml");
    std::fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_scopegate"));
    command
        .args(["serve", "--config"])
        .arg(file)
        .env_remove("PGPASSWORD")
        .envs(password.map(|password| ("PGPASSWORD", password)))
        .stderr(std::fs::File::create(folder.path().join("log")).unwrap());
    command
}

fn log(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("log")).unwrap()
}
