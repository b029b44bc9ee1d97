//! Links by which a person chooses a password: one who forgot it, or who was invited. A link is a
//! secret of 256 bits, of which only the hash is kept; it counts for a while, and once.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::SignedDuration;
use oauth::model::{LoginLimit, Ticket, TicketPurpose, Timestamp, User};
use oauth::{Secret, SecretKind, naming};

use crate::address;
use crate::app::App;
use crate::fault::Fault;
use crate::mail::{Job, Mail};
use crate::realm::Realm;
use crate::throttle::{self, Limit, TooMany};

/// For how long a link to a new password counts.
pub const RESET_LIFE: SignedDuration = SignedDuration::from_mins(30);
/// For how long an invitation counts.
pub const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many links of one kind a person can have: a later one takes the place of the earlier.
const MOST: usize = 1;

/// So often a link can be asked for with one name.
const PER_NAME: u32 = 3;
/// So often from one address.
const PER_ADDRESS: u32 = 20;
/// Within this time.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// What a link says to whom it is sent.
#[derive(Debug, Clone)]
pub struct Link {
    /// The address to open, with the secret in it.
    pub url: String,
    /// Until when it counts.
    pub until: Timestamp,
}

impl Link {
    /// Where the secret's page is.
    pub(crate) fn of(issuer: &str, secret: &Secret, until: Timestamp) -> Self {
        Self {
            url: format!("{issuer}/link?v={}", secret.expose()),
            until,
        }
    }
}

/// Writes a mail about a link to a person, in words that the pages have.
pub type Letter = Box<dyn FnOnce(&User, &Link) -> Mail + Send>;

/// What came of asking for a link. Nothing of it tells whether there is such a person.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// If there is such a person, and it is known where to write to, a mail is on its way.
    Taken,
    /// Too many were asked for from this address.
    TooMany(TooMany),
    /// More mails wait than can be sent.
    Busy,
}

/// Somebody forgot the password of the account with this name. Whether there is one is looked up
/// in the background, so that neither answer nor time tells.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn ask(
    app: &Arc<App>,
    realm: &Arc<Realm>,
    from: Option<IpAddr>,
    name: &str,
    letter: Letter,
) -> Result<Asked, Fault> {
    let Some(post) = app.post() else {
        return Ok(Asked::Busy);
    };
    if let Some(too_many) = throttle::too_often(app, from) {
        return Ok(Asked::TooMany(too_many));
    }
    if let Some(from) = from {
        let limit = LoginLimit {
            key: format!("link:{}", address::key(from)),
            most: PER_ADDRESS,
            forgiven: false,
        };
        let limit = (Limit::LinksFromAddress, limit);
        if let Some(too_many) = throttle::asked(app, realm.id(), limit, WINDOW).await? {
            return Ok(Asked::TooMany(too_many));
        }
    }
    if naming::is_too_long_for_a_username(name) {
        return Ok(Asked::Taken);
    }
    let limit = LoginLimit {
        key: format!("link:name:{}", naming::folded_username(name)),
        most: PER_NAME,
        forgiven: false,
    };
    // Nobody is told of it, so nobody learns which names are asked for.
    let limit = (Limit::LinksFromAddress, limit);
    if throttle::asked(app, realm.id(), limit, WINDOW)
        .await?
        .is_some()
    {
        return Ok(Asked::Taken);
    }
    let (app, realm) = (Arc::clone(app), Arc::clone(realm));
    let name = name.to_owned();
    let job: Job =
        Box::new(move || Box::pin(async move { mail(&app, &realm, &name, letter).await }));
    Ok(match post.take(job) {
        true => Asked::Taken,
        false => Asked::Busy,
    })
}

/// The mail to a person who forgot their password, if there is one who may act and can be written
/// to.
async fn mail(app: &App, realm: &Realm, name: &str, letter: Letter) -> Result<Option<Mail>, Fault> {
    let user = app.store().user_by_username(realm.id(), name).await?;
    // Whoever signs in elsewhere has no password here.
    let may = |user: &User| user.status.is_active() && user.external.is_none();
    let Some(user) = user.filter(may) else {
        return Ok(None);
    };
    let Some(to) = address_of(&user) else {
        return Ok(None);
    };
    let secret = oauth::secret::generate(SecretKind::AccountLink, app.random_bytes());
    let ticket = ticket(app, realm, &user, TicketPurpose::Reset, &secret);
    app.store().keep_ticket(&ticket, MOST).await?;
    let link = Link::of(realm.issuer(), &secret, ticket.expires_at);
    Ok(Some(letter(&user, &link).to(&to)))
}

fn ticket(
    app: &App,
    realm: &Realm,
    user: &User,
    purpose: TicketPurpose,
    secret: &Secret,
) -> Ticket {
    let now = app.now();
    Ticket {
        hash: secret.hash(),
        realm: realm.id().to_owned(),
        user: user.id,
        purpose,
        position: realm.cache().position(),
        created_at: now,
        expires_at: now.saturating_add(life(purpose)).unwrap_or(now),
    }
}

/// For how long a link counts.
pub(crate) fn life(purpose: TicketPurpose) -> SignedDuration {
    match purpose {
        TicketPurpose::Invitation => INVITATION_LIFE,
        TicketPurpose::Reset | TicketPurpose::SecondFactor => RESET_LIFE,
    }
}

/// Where a person can be written to: their address, or a name to sign in with that is one.
#[must_use]
pub fn address_of(user: &User) -> Option<String> {
    let named = crate::mail::is_address(&user.username).then(|| user.username.clone());
    user.email.clone().or(named)
}

/// What a link stands for.
pub struct Opened {
    /// Whose it is.
    pub user: User,
    /// To choose a password, or a name as well?
    pub is_invitation: bool,
    /// What uses it up.
    pub(crate) ticket: Ticket,
}

/// What a link's secret stands for, if it still does.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn open(app: &App, realm: &Realm, presented: &str) -> Result<Option<Opened>, Fault> {
    let Some(hash) = oauth::secret::hash(SecretKind::AccountLink, presented) else {
        return Ok(None);
    };
    let found = app.store().ticket(&hash, app.now()).await?;
    let Some(ticket) = found.filter(|ticket| ticket.realm == realm.id()) else {
        return Ok(None);
    };
    let is_invitation = match ticket.purpose {
        TicketPurpose::Reset => false,
        TicketPurpose::Invitation => true,
        TicketPurpose::SecondFactor => return Ok(None),
    };
    let user = app.store().user(realm.id(), ticket.user).await?;
    let user = user.filter(|user| user.status.is_active());
    Ok(user.map(|user| Opened {
        user,
        is_invitation,
        ticket,
    }))
}
