//! Signed-in browsers.

use oauth::audit::{Act, Actor, Subject, Who};
use oauth::model::{BrowserSession, OncePurpose, Timestamp, TokenHash, UsedOnce, User, is_cut_off};
use oauth::openid::LogoutToken;

use super::{Desk, Refused};

impl Desk<'_> {
    /// The browsers a person is signed in with, latest first.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn sessions(self, person: &User) -> Result<Vec<BrowserSession>, Refused> {
        let store = self.store;
        let found = store.sessions_of_user(self.realm(), person.id, self.now());
        let cut_off = store.realm_cut_off(self.realm()).await?;
        let mut sessions = found.await?;
        sessions.retain(|session| {
            let ended = |cut_off| is_cut_off(session.position, cut_off);
            !ended(cut_off) && !ended(person.cut_off)
        });
        Ok(sessions)
    }

    /// Signs a person out of one browser, which is named by the beginning of its hash, or of all;
    /// answers how many there were.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Ambiguous`], or when the store fails.
    pub async fn sign_out(
        self,
        by: &Actor,
        person: &User,
        one: Option<&str>,
    ) -> Result<usize, Refused> {
        let mut sessions = self.sessions(person).await?;
        if let Some(beginning) = one {
            let is_meant =
                |hash: &TokenHash| !beginning.is_empty() && hash.to_string().starts_with(beginning);
            sessions.retain(|session| is_meant(&session.hash));
            match sessions.len() {
                0 => return Err(self.no_such("session", beginning)),
                1 => {}
                _ => {
                    return Err(Refused::Ambiguous {
                        what: "sessions",
                        beginning: beginning.to_owned(),
                    });
                }
            }
        }
        let mut ended = 0;
        for session in sessions {
            let subject = Subject::session(&session.hash);
            let record = self.record(by, Act::SessionEnded, subject);
            let record = record.about_id(person.id);
            ended += usize::from(self.store.end_session(&session.hash, &record).await?);
        }
        Ok(ended)
    }

    /// Signs the browsers out whose sessions rest on one elsewhere that ended, as its provider says in a
    /// token that counts once; answers how many there were, or nothing where the token was used before.
    ///
    /// # Errors
    ///
    /// When the store fails; then nothing of it was done.
    pub async fn end_upstream(
        self,
        by: &Actor,
        source: &str,
        told: &LogoutToken,
    ) -> Result<Option<usize>, Refused> {
        let (subject, sid) = (told.subject.as_deref(), told.session.as_deref());
        let sessions = self
            .store
            .upstream_sessions(self.realm(), source, subject, sid, self.now());
        let ends: Vec<_> = sessions
            .await?
            .into_iter()
            .map(|session| {
                let subject = Subject::session(&session.hash);
                let record = self.record(by, Act::SessionEnded, subject);
                (session.hash, record.about_id(session.user))
            })
            .collect();
        let used = UsedOnce {
            realm: self.realm().to_owned(),
            purpose: OncePurpose::LogoutToken,
            hash: told.id,
            until: Timestamp::from_second(told.until).unwrap_or(Timestamp::MAX),
        };
        let is_first = self.store.end_sessions_once(&used, &ends).await?;
        Ok(is_first.then_some(ends.len()))
    }

    /// Signs a browser out; answers whether it was signed in.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn end_session(self, by: &Actor, session: &TokenHash) -> Result<bool, Refused> {
        let subject = Subject::session(session);
        let mut record = self.record(by, Act::SessionEnded, subject);
        if let Who::Person { id, .. } = by.who {
            record = record.about_id(id);
        }
        Ok(self.store.end_session(session, &record).await?)
    }
}
