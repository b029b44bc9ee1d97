use std::fs;
use std::path::PathBuf;

use realm::{SystemClock, SystemRandom};
use storage::SqliteStore;
use storage::conformance::FaultyStore;
use tempfile::TempDir;

use super::*;

const GOOD: &str = include_str!("../../../../../catalogs/stora.toml");

/// One file for realm `stora`, in a folder of its own.
struct Desk {
    folder: TempDir,
    files: CatalogFiles,
}

impl Desk {
    fn new(linked: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.toml");
        if linked {
            link(folder.path(), "first", GOOD);
        } else {
            fs::write(&path, GOOD).unwrap();
        }
        let path = path.to_str().unwrap();
        let files = CatalogFiles::at([path, "bexio"].into_iter());
        let files = files.for_realms([(path, "stora"), ("bexio", "bexio")].into_iter());
        Self { folder, files }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, bytes: impl AsRef<[u8]>) {
        fs::write(self.at("catalog.toml"), bytes).unwrap();
    }

    /// What is wrong with what is there.
    fn wrong(&mut self) -> String {
        match self.files.read() {
            Reading::Wrong(failure) => failure.to_string(),
            Reading::Offered(_) => panic!("it is right"),
            Reading::Changing => panic!("nobody changes it"),
        }
    }

    fn is_right(&mut self) -> bool {
        match self.files.read() {
            Reading::Offered(offered) => {
                let names = offered
                    .iter()
                    .map(|(realm, catalog)| (&**realm, catalog.id()));
                names.eq([("stora", "stora")])
            }
            Reading::Wrong(_) | Reading::Changing => false,
        }
    }

    fn looks<const N: usize>(&mut self) -> [Look; N] {
        [(); N].map(|()| self.files.look())
    }
}

/// As a ConfigMap is mounted: the file is a link through a link that is put in the place of
/// another one, in one step.
#[cfg(unix)]
fn link(folder: &Path, version: &str, text: &str) {
    use std::os::unix::fs::symlink;
    fs::create_dir(folder.join(version)).unwrap();
    fs::write(folder.join(version).join("catalog.toml"), text).unwrap();
    symlink(version, folder.join("..next")).unwrap();
    fs::rename(folder.join("..next"), folder.join("..data")).unwrap();
    let file = folder.join("catalog.toml");
    if !file.exists() {
        symlink("..data/catalog.toml", file).unwrap();
    }
}

#[test]
fn what_does_not_change_is_not_read() {
    let mut desk = Desk::new(false);
    assert_eq!(desk.files.files.len(), 1, "a shipped catalog is no file");
    assert_eq!(desk.looks(), [Look::AsBefore, Look::AsBefore]);
    assert!(desk.is_right());
    assert_eq!(desk.looks(), [Look::AsBefore, Look::AsBefore]);
}

#[test]
fn what_changes_is_read_once_it_has_stopped() {
    let mut desk = Desk::new(false);
    for length in [100, 1_000, 5_000] {
        desk.write(&GOOD[..length]);
        assert_eq!(desk.looks(), [Look::Changing]);
    }
    desk.write(format!("{GOOD}# more\n"));
    assert_eq!(desk.looks(), [Look::Changing, Look::Changed]);
    assert!(desk.is_right());
    assert_eq!(desk.looks(), [Look::AsBefore, Look::AsBefore]);
}

/// As editors do.
#[test]
fn a_file_that_another_one_takes_the_place_of_has_changed() {
    let mut desk = Desk::new(false);
    fs::write(desk.at("catalog.toml~"), GOOD).unwrap();
    fs::rename(desk.at("catalog.toml~"), desk.at("catalog.toml")).unwrap();
    assert_eq!(desk.looks(), [Look::Changing, Look::Changed]);
    assert!(desk.is_right());
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_elsewhere_has_changed() {
    let mut desk = Desk::new(true);
    assert_eq!(desk.looks(), [Look::AsBefore]);
    link(desk.folder.path(), "second", &format!("{GOOD}# more\n"));
    assert_eq!(desk.looks(), [Look::Changing, Look::Changed]);
    assert!(desk.is_right());
    assert_eq!(desk.looks(), [Look::AsBefore]);
}

#[test]
fn a_file_that_is_gone_for_a_moment_is_not_missed() {
    let mut desk = Desk::new(false);
    fs::rename(desk.at("catalog.toml"), desk.at("aside")).unwrap();
    assert_eq!(desk.looks(), [Look::Changing]);
    fs::rename(desk.at("aside"), desk.at("catalog.toml")).unwrap();
    let [first, second] = desk.looks();
    // Where moving it leaves no trace, it is as before.
    assert!(first != Look::Changed && second != Look::Changing);
    assert!(desk.is_right());
    fs::remove_file(desk.at("catalog.toml")).unwrap();
    assert_eq!(desk.looks(), [Look::Changing, Look::Changed]);
    let told = desk.wrong();
    assert!(told.contains("\"stora\"") && told.contains("put"), "{told}");
    assert_eq!(
        desk.looks(),
        [Look::AsBefore, Look::AsBefore],
        "it is told once"
    );
}

/// The files are right, so they are offered until the database takes them.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_fails_is_asked_again() {
    let desk = Desk::new(false);
    let store = Arc::new(SqliteStore::open_in_memory().await.unwrap());
    let store = FaultyStore::new(store);
    let (clock, random) = (Arc::new(SystemClock::new()), Arc::new(SystemRandom));
    let app = App::builder(store.store(), clock, random)
        .realm(Catalog::parse("stora.toml", GOOD).unwrap())
        .build()
        .await
        .unwrap();
    let before = app.realm("stora").unwrap().catalog_digest();
    let following = follow(Arc::clone(&app), desk.files.clone(), None, async |_| {});
    let following = tokio::spawn(following);
    store.break_calls(&["number_scopes"]);
    desk.write(format!("{GOOD}# more\n"));
    let pause = || tokio::time::sleep(Duration::from_millis(50));
    while app.catalogs_refused().is_none() {
        pause().await;
    }
    let told = app.catalogs_refused().unwrap();
    assert!(told.contains("the database"), "{told}");
    assert_eq!(app.realm("stora").unwrap().catalog_digest(), before);
    store.mend();
    while app.realm("stora").unwrap().catalog_digest() == before {
        pause().await;
    }
    // The refusal is taken back once the catalog counts.
    while app.catalogs_refused().is_some() {
        pause().await;
    }
    following.abort();
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let mut desk = Desk::new(false);
    let long = "x".repeat(1 << 20);
    let described = GOOD.replacen(
        "summary = { en = \"",
        &format!("summary = {{ en = \"{long}"),
        1,
    );
    assert_ne!(described, GOOD);
    let mut bytes = format!("{GOOD}\n# ").into_bytes();
    bytes.extend(b"\xC3\x28");
    let last = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    let of = |text: &str| text.as_bytes().to_vec();
    let cases = [
        (of("id = \"stora\"\n]]]]\n"), String::from("catalog.toml:2")),
        (
            of(&GOOD.replacen("version = ", "virsion = ", 1)),
            String::from("virsion"),
        ),
        (of(&described), String::from("bytes in `en`")),
        (bytes, format!("line {last} has a byte")),
        (Vec::new(), String::from("catalog.toml:1")),
        (vec![0; 100], String::from("catalog.toml:1")),
    ];
    for (bytes, words) in cases {
        desk.write(bytes);
        let told = desk.wrong();
        assert!(told.contains(&words), "no {words:?} in {told}");
        assert!(told.len() < 5_000, "{} bytes", told.len());
    }
    let huge = fs::File::create(desk.at("catalog.toml")).unwrap();
    huge.set_len(65 << 20).unwrap();
    assert!(desk.wrong().contains("longer than 64 MiB"));
    fs::remove_file(desk.at("catalog.toml")).unwrap();
    fs::create_dir(desk.at("catalog.toml")).unwrap();
    assert!(desk.wrong().contains("is no file"));
}
