//! The catalog files of realms that are served. They are looked at every second, and what has
//! changed is offered to the app once it has stopped changing: all of it, or none.

#[cfg(test)]
mod tests;

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
                    if self.complaint.take().is_some() && taken.is_empty() {
                        tracing::info!("the catalogs are right again, and as before");
                    }
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

/// The most calls that a line of the log names.
const MOST_CALLS: usize = 10;

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
    let opened = &taken.opened;
    if !opened.is_empty() {
        let (less, public) = (opened.less.len(), opened.public.len());
        let new = opened.new.len();
        let first: Vec<&str> = opened
            .public
            .iter()
            .chain(&opened.less)
            .chain(&opened.new)
            .map(String::as_str)
            .take(MOST_CALLS)
            .collect();
        let calls = first.join(", ");
        let bring = opened.bring.join(" ");
        let without_approval = opened.without_approval.join(" ");
        let reactivated = opened.reactivated.join(" ");
        let all_records = opened.all_records.join(" ");
        tracing::warn!(
            %realm, less, public, new, calls, bring, without_approval, reactivated, all_records,
            "it opens more than the one before: calls that need less or another scope, that are public by now and that are new are open at once to whoever holds their scopes; what scopes bring more is in what is issued from now on"
        );
    }
    if !taken.gone.is_empty() {
        let scopes = taken.gone.join(" ");
        tracing::warn!(%realm, scopes, "these scopes count no more, whoever holds them");
    }
}
