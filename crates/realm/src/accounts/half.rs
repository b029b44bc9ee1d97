//! A sign-in between password and second factor: a ticket in a cookie of the browser that knew the
//! password. It counts for five minutes and once, and for nothing but to go on with a code.

use jiff::SignedDuration;
use oauth::model::{Position, Ticket, TicketPurpose, User, is_cut_off};
use oauth::{Secret, SecretKind};

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// For how long a code can be given.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// So many of one person may be under way: further ones end the oldest.
const MOST: usize = 10;

/// A sign-in whose password was right.
pub struct Half {
    /// Who.
    pub user: User,
    /// How far the changes had come when the password was checked.
    pub position: Position,
    ticket: Ticket,
}

/// Begins one; answers the secret for the cookie. `position` is how far the changes were known
/// before the password was checked.
///
/// # Errors
///
/// When it cannot be kept.
pub async fn begin(
    app: &App,
    realm: &Realm,
    user: &User,
    position: Position,
) -> Result<Secret, Fault> {
    let secret = oauth::secret::generate(SecretKind::HalfSignIn, app.random_bytes());
    let now = app.now();
    let ticket = Ticket {
        hash: secret.hash(),
        realm: realm.id().to_owned(),
        user: user.id,
        purpose: TicketPurpose::SecondFactor,
        position,
        created_at: now,
        expires_at: now.saturating_add(LIFE).unwrap_or(now),
    };
    app.store().keep_ticket(&ticket, MOST).await?;
    Ok(secret)
}

/// The sign-in that a cookie's value stands for, if it still does: its person may act, and was not
/// signed out everywhere since.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn of(app: &App, realm: &Realm, presented: &str) -> Result<Option<Half>, Fault> {
    let Some(hash) = oauth::secret::hash(SecretKind::HalfSignIn, presented) else {
        return Ok(None);
    };
    let ticket = app.store().ticket(&hash, app.now()).await?;
    let is_meant = |ticket: &Ticket| {
        ticket.realm == realm.id() && ticket.purpose == TicketPurpose::SecondFactor
    };
    let Some(ticket) = ticket.filter(is_meant) else {
        return Ok(None);
    };
    let user = app.store().user(realm.id(), ticket.user).await?;
    let counts = |user: &User| {
        let ended = |cut_off| is_cut_off(Some(ticket.position), cut_off);
        user.status.is_active() && !ended(user.cut_off) && !ended(user.sessions_cut_off)
    };
    Ok(user.filter(counts).map(|user| Half {
        user,
        position: ticket.position,
        ticket,
    }))
}

impl Half {
    /// Uses it up; answers whether it still stood.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn end(self, app: &App) -> Result<bool, Fault> {
        Ok(app.store().use_ticket(&self.ticket.hash, app.now()).await?)
    }
}
