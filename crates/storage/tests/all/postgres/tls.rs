//! A PostgreSQL that speaks TLS and wants a password: who is believed, what is said when it
//! is not, and that the password is never said.
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use sqlx::Row;
use storage::conformance::postgres_server::{TestDatabase, TestPostgres};
use storage::{PgStore, StoreError};
use tempfile::TempDir;
use tokio::sync::OnceCell;

const PASSWORD: &str = "Hoch&geheim";
const PASSWORD_IN_URL: &str = "Hoch%26geheim";
/// Who comes without TLS, or without the password, is sent away.
const WHO_MAY: &str = "hostssl all gate 127.0.0.1/32 scram-sha-256
host all gate 127.0.0.1/32 reject
host all postgres 127.0.0.1/32 trust
";

struct Server {
    postgres: TestPostgres,
    folder: TempDir,
}

impl Server {
    async fn shared() -> &'static Self {
        static SHARED: OnceCell<Server> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Its certificate is for `localhost`, by an authority of its own.
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (authority, stranger) = (authority("ours"), authority("theirs"));
        for (name, issuer) in [("authority.pem", &authority), ("stranger.pem", &stranger)] {
            std::fs::write(folder.path().join(name), issuer.pem()).unwrap();
        }
        let marked = format!("\u{feff}{}", authority.pem());
        std::fs::write(folder.path().join("marked.pem"), marked).unwrap();
        std::fs::write(folder.path().join("empty.pem"), "nothing\n").unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([String::from("localhost")]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let postgres = TestPostgres::start_with(&[
            ("server.crt", &certificate.pem()),
            ("server.key", &key.serialize_pem()),
            ("pg_hba.conf", WHO_MAY),
            ("postgresql.auto.conf", "ssl = on\n"),
        ])
        .await;
        let gate = format!("CREATE ROLE gate LOGIN SUPERUSER PASSWORD '{PASSWORD}'");
        postgres.make_database("").await.execute(&gate).await;
        Self { postgres, folder }
    }

    async fn database(&self) -> TestDatabase {
        self.postgres.fresh_database().await
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut about = CertificateParams::default();
    about.distinguished_name.push(DnType::CommonName, name);
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap()
}

/// The database's URL for the user with the password, at another host name, with parameters.
fn url(database: &TestDatabase, host: &str, parameters: &str) -> String {
    let login = format!("gate:{PASSWORD_IN_URL}@{host}:");
    let url = database.url().replace("postgres@127.0.0.1:", &login);
    format!("{url}{parameters}")
}

/// Why it cannot be opened. No error says the password.
async fn refused(url: &str) -> String {
    let Err(error) = PgStore::open(url).await else {
        panic!("opened {url}");
    };
    let told = matches!(
        error,
        StoreError::Unavailable(_) | StoreError::Misconfigured(_)
    );
    assert!(told, "{error:?}");
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("geheim"), "{text}");
    }
    error.to_string()
}

/// How many connections a store has open, and how many of them are in the clear.
async fn connections(database: &TestDatabase) -> (i64, i64) {
    let row = sqlx::query(
        "SELECT count(*), count(*) FILTER (WHERE NOT ssl) FROM pg_stat_ssl
         JOIN pg_stat_activity USING (pid)
         WHERE datname = current_database() AND usename = 'gate'",
    )
    .fetch_one(&mut database.connect().await)
    .await
    .unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_proves_who_it_is_is_used() {
    let server = Server::shared().await;
    let authority = server.file("authority.pem");
    let verified = format!("?sslmode=verify-full&sslrootcert={}", authority.display());
    let marked = server.file("marked.pem");
    let marked = format!("?sslmode=verify-full&ssl-ca={}", marked.display());
    // By default TLS is used where there is TLS, and nothing is proved.
    for parameters in [
        &verified,
        &marked,
        "?sslmode=require",
        "?sslmode=prefer",
        "",
    ] {
        let database = server.database().await;
        let url = url(&database, "localhost", parameters);
        let store = PgStore::open(&url).await.unwrap();
        // That one as well which listens for changes.
        let mut seen = connections(&database).await;
        while seen.0 < 2 {
            tokio::task::yield_now().await;
            seen = connections(&database).await;
        }
        assert_eq!(seen.1, 0, "{parameters}: in the clear");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_is_not() {
    let server = Server::shared().await;
    let database = server.database().await;
    let with = |host: &str, mode: &str, file: &str| {
        let file = server.file(file);
        let parameters = format!("?sslmode={mode}&sslrootcert={}", file.display());
        url(&database, host, &parameters)
    };
    let why = refused(&with("localhost", "verify-full", "stranger.pem")).await;
    assert!(why.contains("UnknownIssuer"), "{why}");
    assert!(why.contains("sslrootcert"), "what to do: {why}");
    let why = refused(&url(&database, "localhost", "?sslmode=verify-full")).await;
    assert!(why.contains("UnknownIssuer"), "{why}");
    let why = refused(&with("127.0.0.1", "verify-full", "authority.pem")).await;
    assert!(
        why.contains("localhost") && why.contains("127.0.0.1"),
        "{why}"
    );
    // The name is not looked at.
    let store = PgStore::open(&with("127.0.0.1", "verify-ca", "authority.pem")).await;
    store.unwrap().close().await;

    let why = refused(&with("localhost", "verify-full", "nowhere.pem")).await;
    assert!(why.contains("nowhere.pem"), "{why}");
    let why = refused(&with("localhost", "verify-full", "empty.pem")).await;
    assert!(why.contains("empty.pem"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_that_is_asked_for_is_never_done_without() {
    let plain = TestPostgres::shared().await.fresh_database().await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let why = refused(&format!("{}?sslmode={mode}", plain.url())).await;
        assert!(why.contains("does not support TLS"), "{why}");
    }
    // A word that is not known may have meant something.
    for (parameters, named) in [
        ("?sslmode=verify-fully", "verify-fully"),
        ("?sslmod=verify-full", "sslmod"),
        (
            "?sslmode=require&channel_binding=require",
            "channel_binding",
        ),
    ] {
        let why = refused(&format!("{}{parameters}", plain.url())).await;
        assert!(why.contains(named), "{why}");
    }
    // Without TLS there, the default does without.
    let store = PgStore::open(&plain.url()).await;
    store.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_never_said() {
    let server = Server::shared().await;
    let database = server.database().await;
    let right = url(&database, "localhost", "");
    let wrong = right.replace("Hoch", "Tief");
    let why = refused(&wrong).await;
    assert!(why.contains("password authentication failed"), "{why}");
    let port = format!(":{}/", server.postgres.port());
    refused(&right.replace(&port, ":1/")).await;
    refused(&format!("{right}_not_there")).await;
    refused(&format!("{right}?sslmode=disable")).await;
    refused(&format!("{right}?port=geheim")).await;
    refused(&format!("{right}?sslpassword=geheim")).await;
    refused(&format!("{right}?options[geheim")).await;
    refused(&right.replace("@localhost:", "@localhost:x")).await;
    refused(&right.replace("%26", "%")).await;
}
