//! Keeps a gate true to its server.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforce::apart::{Forget, News};
use enforce::remote::{Clock, Told};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use scope::Catalog;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::Apart;
use super::events::{Event, Reader};
use super::wire::Fault;

/// Silent for so long, the server is taken for gone, and asked anew.
const SILENCE: Duration = Duration::from_secs(2);
/// The pause until the server is asked again.
const PAUSE: Duration = Duration::from_millis(100);
/// The same once it has refused this gate.
const PAUSE_REFUSED: Duration = Duration::from_secs(1);

/// So many parts of what comes wait to be taken in.
const WAITING: usize = 64;

/// How far the gate was told, by the server's own word.
type Place = Option<String>;

impl Apart {
    /// Hears of the server for as long as it is polled, and asks again where it is cut off. It ends only
    /// where nothing was ever heard, and asking again would not help.
    ///
    /// # Errors
    ///
    /// The server does not take this gate for what it is to be.
    pub async fn follow(self: Arc<Self>) -> Fault {
        let mut place: Place = None;
        loop {
            let fault = match self.hear(&mut place).await {
                Ok(()) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                Err(fault) => fault,
            };
            let is_refused = matches!(fault, Fault::Refused { .. } | Fault::Unfit(_));
            if is_refused && self.serving.load().is_none() {
                return fault;
            }
            if self.problem().is_none() {
                tracing::warn!(%fault, "the server is not heard; trying again");
            }
            self.standing
                .problem
                .store(Some(Arc::new(fault.to_string())));
            let pause = if is_refused { PAUSE_REFUSED } else { PAUSE };
            tokio::time::sleep(pause).await;
        }
    }

    /// Hears of the server until it ends that, or is silent.
    async fn hear(self: &Arc<Self>, place: &mut Place) -> Result<(), Fault> {
        let api = self.wire.describe().await?;
        if api.told_in_jwt {
            return Err(Fault::Unfit(
                "the API has `identity = \"jwt\"`: who calls is signed by the server's keys, which only a \
                 gate of the server has. Use one (`serves = [\"gate\"]` or `[\"proxy\"]`), or have the \
                 API told in headers",
            ));
        }
        let changes = self.wire.changes(place.as_deref()).await?;
        let (sender, mut come) = mpsc::channel(WAITING);
        let reading = tokio::spawn(read(changes, sender, Arc::clone(&self.time)));
        let _reading = AbortOnDropHandle::new(reading);
        let mut reader = Reader::default();
        let mut configured = Some(api);
        while let Some(next) = come.recv().await {
            let (came, bytes) = next?;
            let taken = reader.take(&bytes);
            taken.map_err(|_| Fault::NotUnderstood("an event never ends".to_owned()))?;
            while let Some(event) = reader.next() {
                self.take_in(event, &mut configured, came, place).await?;
            }
        }
        Ok(())
    }

    /// Takes in one event whole, and only then counts as having heard it.
    async fn take_in(
        self: &Arc<Self>,
        event: Event,
        configured: &mut Option<enforce::apart::ServedApi>,
        came: Duration,
        place: &mut Place,
    ) -> Result<(), Fault> {
        if event.data.is_empty() {
            return Ok(());
        }
        let news: News = serde_json::from_str(&event.data)
            .map_err(|error| Fault::NotUnderstood(error.to_string()))?;
        // First: an answer from before that comes only now is known to be one.
        self.introspect_at(configured.as_ref())?;
        self.introspection.load().asking.followed_to(news.as_of);
        for forget in &news.forget {
            self.forget(forget);
        }
        let serving = self.serving.load_full();
        let serving = serving.as_deref();
        let same = serving.filter(|own| own.digest == news.catalog);
        let changed = configured.take_if(|api| serving.is_none_or(|own| own.api != *api));
        match (same, changed) {
            (Some(_), None) => {}
            (Some(own), Some(api)) => {
                self.serve(api, Arc::clone(&own.catalog), own.digest.clone());
            }
            (None, api) => {
                let api = api.or_else(|| serving.map(|own| own.api.clone()));
                let api = api.ok_or_else(|| Fault::NotUnderstood("no API".to_owned()))?;
                let catalog = self.fetch(&news.catalog).await?;
                let (version, digest) = (catalog.version().to_owned(), &news.catalog);
                tracing::info!(version, %digest, "the catalog that this gate goes by");
                self.serve(api, catalog, news.catalog.clone());
            }
        }
        *place = Some(event.id).filter(|id| !id.is_empty());
        let age = Duration::from_millis(news.age);
        if let Some(at) = came.checked_sub(age) {
            if let Some(problem) = self.problem() {
                tracing::info!(%problem, "the server is heard again");
            }
            self.standing.hear(at);
        }
        Ok(())
    }

    /// The catalog with this digest, compiled.
    async fn fetch(&self, digest: &str) -> Result<Arc<Catalog>, Fault> {
        let text = self.wire.catalog(digest).await?;
        let not_understood = |what: String| Fault::NotUnderstood(what);
        if sha256(&text) != digest {
            return Err(not_understood(
                "a catalog is not what its digest says".to_owned(),
            ));
        }
        let text = String::from_utf8(text.into());
        let text = text.map_err(|_| not_understood("a catalog is no text".to_owned()))?;
        let compiled = tokio::task::spawn_blocking(move || Catalog::parse("the catalog", &text));
        let compiled = compiled.await;
        let compiled = compiled.map_err(|error| not_understood(error.to_string()))?;
        let catalog = compiled.map_err(|mistakes| {
            not_understood(format!(
                "the catalog means nothing to this version, which may be older than the server's: {mistakes}"
            ))
        })?;
        if catalog.id() != self.settings.realm {
            return Err(not_understood(format!(
                "the catalog is of {:?}; say so as this gate's `realm`",
                catalog.id()
            )));
        }
        Ok(Arc::new(catalog))
    }

    /// Asks about tokens where the server says, from now on.
    fn introspect_at(&self, configured: Option<&enforce::apart::ServedApi>) -> Result<(), Fault> {
        let told = configured.and_then(|api| api.introspection.as_deref());
        let Some(path) = told.filter(|path| self.introspection.load().path != *path) else {
            return Ok(());
        };
        let other = (self.elsewhere)(path).map_err(Fault::NotUnderstood)?;
        self.introspection.store(Arc::new(other));
        Ok(())
    }

    fn forget(&self, forget: &Forget) {
        let asking = &self.introspection.load().asking;
        match forget {
            Forget::Everything => asking.forget_all(),
            one => asking.forget(|told| is_meant(one, told)),
        }
    }
}

/// Does what was told of a token hang from this?
fn is_meant(forget: &Forget, told: &Told) -> bool {
    let Some(own) = &told.for_gates else {
        return true;
    };
    let is_person = own.subject_kind.as_deref() == Some("person");
    match forget {
        Forget::Everything => true,
        Forget::Client(id) => told.client_id.as_ref() == Some(id),
        Forget::User(id) => is_person && is(told.sub.as_deref(), *id),
        // Of a person who may be in several, all that is known may have changed.
        Forget::Organisation(id) => own.organisation.map_or(is_person, |own| own == *id),
        Forget::Grant(id) => own.grant == Some(*id),
        Forget::Token(id) => is(told.jti.as_deref(), *id),
    }
}

/// Is this text the id? What is no id may be any.
fn is(text: Option<&str>, id: enforce::Uuid) -> bool {
    let own = text.and_then(|text| enforce::Uuid::parse_str(text).ok());
    own.is_none_or(|own| own == id)
}

/// Reads what comes, each part with the moment when it came: whatever it tells was so then, at the
/// latest, however long taking it in may take.
async fn read(
    mut changes: Incoming,
    to: mpsc::Sender<Result<(Duration, Bytes), Fault>>,
    time: Arc<dyn Clock>,
) {
    while let Some(next) = next(&mut changes).await.transpose() {
        let next = next.map(|bytes| (time.monotonic(), bytes));
        let is_over = next.is_err();
        if to.send(next).await.is_err() || is_over {
            return;
        }
    }
}

/// The next bytes; `None` at the end.
async fn next(changes: &mut Incoming) -> Result<Option<Bytes>, Fault> {
    loop {
        let frame = tokio::time::timeout(SILENCE, changes.frame()).await;
        let silent = || Fault::Unavailable("the server has fallen silent".to_owned());
        let Some(frame) = frame.map_err(|_| silent())? else {
            return Ok(None);
        };
        let broke = |error| Fault::Unavailable(format!("the server broke off: {error}"));
        if let Ok(bytes) = frame.map_err(broke)?.into_data() {
            return Ok(Some(bytes));
        }
    }
}

fn sha256(text: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text);
    let digits = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

#[cfg(test)]
mod tests {
    use enforce::Uuid;

    use super::*;

    fn told(text: &str) -> Told {
        let mut told: Told = serde_json::from_str(text).unwrap();
        told.for_gates = serde_json::from_str(text).ok();
        told
    }

    #[test]
    fn what_hangs_from_a_change_is_forgotten_and_nothing_else() {
        let id = Uuid::from_u128;
        let bound = told(&format!(
            r#"{{"client_id":"app","jti":"{}","sub":"{}","subject_kind":"person","organisation":"{}","grant":"{}"}}"#,
            id(1),
            id(2),
            id(3),
            id(4)
        ));
        let person = told(&format!(
            r#"{{"client_id":"other","jti":"{}","sub":"{}","subject_kind":"person"}}"#,
            id(11),
            id(2)
        ));
        let machine = told(&format!(
            r#"{{"client_id":"robot","jti":"{}","sub":"robot","subject_kind":"machine"}}"#,
            id(21)
        ));
        for (forget, expected) in [
            (Forget::Everything, [true, true, true]),
            (Forget::Client("app".to_owned()), [true, false, false]),
            (Forget::Client("robot".to_owned()), [false, false, true]),
            (Forget::User(id(2)), [true, true, false]),
            (Forget::User(id(9)), [false, false, false]),
            (Forget::Organisation(id(3)), [true, true, false]),
            (Forget::Organisation(id(9)), [false, true, false]),
            (Forget::Grant(id(4)), [true, false, false]),
            (Forget::Token(id(1)), [true, false, false]),
            (Forget::Token(id(21)), [false, false, true]),
        ] {
            let meant = [&bound, &person, &machine].map(|told| is_meant(&forget, told));
            assert_eq!(meant, expected, "{forget:?}");
        }
    }
}
