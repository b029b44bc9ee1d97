//! The catalog files of realms that are served. They are looked at every second, and what has
//! changed is offered to the app once it has stopped changing: all of it, or none.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use realm::{App, CatalogsRefused, Taken};
use scope::Catalog;

use super::file_version::FileVersion;
use super::hang_up::HangUp;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::shipped;

/// How often the files are looked at. One that was another at the last look may be half written,
/// so a change counts within two or three times as long; SIGHUP has it done at once.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Who sends SIGHUP has written the files. Should one be changed while it is read all the same, it
/// is read again so often, at this distance.
const TRIES: usize = 20;
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// The catalogs that are files, as they were looked at and read last.
#[derive(Debug, Clone)]
pub struct CatalogFiles {
    files: Vec<CatalogFile>,
    /// As they were when they were read; nothing if they are to be read in any case.
    read: Option<Vec<Option<FileVersion>>>,
    /// As they were at the last look.
    seen: Vec<Option<FileVersion>>,
}

#[derive(Debug, Clone)]
struct CatalogFile {
    /// The realm of the catalog, once it is known.
    realm: String,
    path: String,
}

/// What a look came to.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    /// Nothing has changed since they were read.
    AsBefore,
    /// Something has, and may be changing still.
    Changing,
    /// Something has, and was the same at the look before.
    Changed,
}

/// What reading came to.
enum Reading {
    Offered(Vec<(String, Catalog)>),
    Wrong(Failure),
    /// A file was changed meanwhile.
    Changing,
}

impl CatalogFiles {
    /// Those of a configuration, before they are read.
    pub fn of(configuration: &Configuration) -> Self {
        let realms = configuration.realms.iter();
        Self::at(realms.map(|realm| realm.catalog.as_str()))
    }

    /// Those of these that are files.
    pub fn at<'c>(catalogs: impl Iterator<Item = &'c str>) -> Self {
        let paths = catalogs.filter(|catalog| !shipped::is_shipped(catalog));
        let files = paths.map(|path| CatalogFile {
            realm: String::new(),
            path: path.to_owned(),
        });
        let files: Vec<CatalogFile> = files.collect();
        let now: Vec<_> = files.iter().map(CatalogFile::version).collect();
        Self {
            files,
            read: Some(now.clone()),
            seen: now,
        }
    }

    /// Which realm each was for when the server began, in the order of those.
    pub fn for_realms<'c>(mut self, realms: impl Iterator<Item = (&'c str, &'c str)>) -> Self {
        for (catalog, realm) in realms {
            let files = self.files.iter_mut().filter(|file| file.path == catalog);
            files.for_each(|file| realm.clone_into(&mut file.realm));
        }
        self
    }

    fn versions(&self) -> Vec<Option<FileVersion>> {
        self.files.iter().map(CatalogFile::version).collect()
    }

    fn look(&mut self) -> Look {
        let now = self.versions();
        let before = std::mem::replace(&mut self.seen, now);
        if self.read.as_ref() == Some(&self.seen) {
            Look::AsBefore
        } else if before == self.seen {
            Look::Changed
        } else {
            Look::Changing
        }
    }

    /// Reads all of them: one that is as before may have been refused for another's sake.
    fn read(&mut self) -> Reading {
        let before = self.versions();
        let offered: Result<Vec<_>, Failure> = self.files.iter().map(CatalogFile::read).collect();
        if before != self.versions() {
            return Reading::Changing;
        }
        self.seen.clone_from(&before);
        self.read = Some(before);
        match offered {
            Ok(offered) => Reading::Offered(offered),
            Err(failure) => Reading::Wrong(failure),
        }
    }
}

impl CatalogFile {
    fn version(&self) -> Option<FileVersion> {
        FileVersion::of(Path::new(&self.path))
    }

    fn read(&self) -> Result<(String, Catalog), Failure> {
        // What is no file could keep whoever reads it for ever.
        if self.version().is_none() {
            return Err(Failure::new(format!(
                "the catalog of realm {:?} is no file any more: put {} back in its place",
                self.realm, self.path
            )));
        }
        Ok((self.realm.clone(), shipped::catalog(&self.path)?))
    }
}

/// Has the app follow its catalog files, and be told by SIGHUP if that is listened to; `then` is
/// done with each change that counts.
pub async fn follow(
    app: Arc<App>,
    files: CatalogFiles,
    mut told: Option<HangUp>,
    mut then: impl AsyncFnMut(&[Taken]),
) -> Infallible {
    let mut following = Following {
        app,
        files,
        complaint: None,
    };
    loop {
        let again = async {
            match &mut told {
                Some(told) => told.again().await,
                None => std::future::pending().await,
            }
        };
        let is_told = tokio::time::timeout(LOOK_EVERY, again).await.is_ok();
        let taken = if is_told {
            following.be_told().await
        } else {
            following.look().await
        };
        if !taken.is_empty() {
            then(&taken).await;
        }
    }
}

struct Following {
    app: Arc<App>,
    files: CatalogFiles,
    /// What was complained of last, so that nothing is said every second.
    complaint: Option<String>,
}

impl Following {
    async fn look(&mut self) -> Vec<Taken> {
        if self.files.files.is_empty() {
            return Vec::new();
        }
        match self.blocking(CatalogFiles::look).await {
            Some(Look::Changed) => self.read().await.unwrap_or_default(),
            Some(Look::AsBefore | Look::Changing) | None => Vec::new(),
        }
    }

    async fn be_told(&mut self) -> Vec<Taken> {
        self.complaint = None;
        for _ in 0..TRIES {
            if let Some(taken) = self.read().await {
                if taken.is_empty() && self.complaint.is_none() {
                    tracing::info!("told to read the catalogs again; they are as before");
                }
                // A change in the same moment could look as if it was there before.
                self.files.read = None;
                return taken;
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
        Vec::new()
    }

    /// Nothing where a file is being changed: the next look says more.
    async fn read(&mut self) -> Option<Vec<Taken>> {
        let refused = match self.blocking(CatalogFiles::read).await? {
            Reading::Changing => return None,
            Reading::Wrong(failure) => {
                let why = failure.to_string();
                self.app.refuse_catalogs(why.clone());
                why
            }
            Reading::Offered(catalogs) => match self.app.take_catalogs(catalogs).await {
                Ok(taken) => {
                    self.complaint = None;
                    taken.iter().for_each(tell);
                    return Some(taken);
                }
                Err(refused) => {
                    // The files are right: they are offered again at the next look.
                    if matches!(&refused, CatalogsRefused::Store(fault) if fault.is_passing()) {
                        self.files.read = None;
                    }
                    refused.to_string()
                }
            },
        };
        if self.complaint.as_ref() != Some(&refused) {
            tracing::warn!(
                problem = refused,
                "the catalogs have changed and cannot be taken; those from before stay in use"
            );
            self.complaint = Some(refused);
        }
        Some(Vec::new())
    }

    /// Off the threads that answer requests. Nothing when the runtime is going down.
    async fn blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut CatalogFiles) -> T + Send + 'static,
    ) -> Option<T> {
        let mut files = self.files.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&mut files);
            (files, done)
        });
        let (files, done) = done.await.ok()?;
        self.files = files;
        Some(done)
    }
}

fn tell(taken: &Taken) {
    let Taken {
        realm,
        version,
        digest,
        ..
    } = taken;
    tracing::info!(%realm, %version, %digest, "a changed catalog counts from now on");
    if taken.before == *version {
        tracing::info!(
            %realm,
            "its version is the same as before, so nobody is asked again for that alone"
        );
    }
    if !taken.gone.is_empty() {
        let scopes = taken.gone.join(" ");
        tracing::warn!(%realm, scopes, "these scopes count no more, whoever holds them");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    const GOOD: &str = include_str!("../../../../catalogs/stora.toml");

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
        assert!(desk.wrong().contains("larger than 64 MB"));
        fs::remove_file(desk.at("catalog.toml")).unwrap();
        fs::create_dir(desk.at("catalog.toml")).unwrap();
        assert!(desk.wrong().contains("is no file"));
    }
}
