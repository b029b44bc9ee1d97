//! The second factor of a person: set up with an authenticator app, and asked for at sign-in.

use std::net::IpAddr;
use std::sync::Arc;

use oauth::Secret;
use oauth::audit::Actor;
use oauth::model::{CodeUse, SecondFactor, TokenHash, Uuid};
use oauth::second_factor::{
    recovery,
    totp::{self, TotpSecret},
};
use oauth::token::MasterKeys;

use crate::app::App;
use crate::fault::Fault;
use crate::manage::Refused;
use crate::realm::Realm;
use crate::throttle::{self, Checked, Outcome};

/// By what somebody proved that they have the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proved {
    /// A code of the app.
    ByApp,
    /// A recovery code, of which so many are left.
    ByRecoveryCode(usize),
}

/// A person's second factor, if it counts.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn of(app: &App, realm: &Realm, user: Uuid) -> Result<Option<SecondFactor>, Fault> {
    let found = app.store().second_factor(realm.id(), user).await?;
    Ok(found.filter(|factor| factor.confirmed_at.is_some()))
}

/// Can people set one up here? Not as long as servers of the version before run beside, which do
/// not ask for it.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn can_be_set_up(app: &App) -> Result<bool, Fault> {
    Ok(app.store().is_upgrade_finished().await?)
}

/// Makes a secret for a person's app, in the place of one that was never confirmed; answers
/// whether it did. One that counts stays. Only the session in which it is begun, as its hash, sees it
/// and can confirm it: that one gave the password.
///
/// # Errors
///
/// When the store fails.
pub async fn begin(
    app: &App,
    realm: &Realm,
    user: Uuid,
    session: TokenHash,
) -> Result<bool, Fault> {
    let secret = TotpSecret::new(app.random_bytes());
    let belongs_to = Place::of(realm.id(), user);
    let keys = app.master_keys();
    let factor = SecondFactor {
        realm: realm.id().to_owned(),
        user,
        secret: keys.wrap_secret(belongs_to.parts(), secret.bytes(), app.random_bytes()),
        created_at: app.now(),
        confirmed_at: None,
        last_step: None,
        begun_by: Some(session),
        recovery_codes: 0,
    };
    Ok(app.store().begin_second_factor(&factor).await?)
}

/// The secret that a person is about to confirm, if they are, and in this session.
///
/// # Errors
///
/// When the store cannot tell, or the secret cannot be read.
pub async fn begun(
    app: &App,
    realm: &Realm,
    user: Uuid,
    session: TokenHash,
) -> Result<Option<(SecondFactor, TotpSecret)>, Fault> {
    let found = app.store().second_factor(realm.id(), user).await?;
    let is_own =
        |factor: &SecondFactor| factor.confirmed_at.is_none() && factor.begun_by == Some(session);
    let Some(factor) = found.filter(is_own) else {
        return Ok(None);
    };
    let secret = opened(app.master_keys(), &factor)?;
    Ok(Some((factor, secret)))
}

/// A code proves that the app has the secret: from now on it is asked for. The recovery codes, to
/// be shown once, if the code was right. Where there is nothing to confirm, or not for this session,
/// it answers as for a code that was used.
///
/// # Errors
///
/// [`Refused`] when the store fails.
pub async fn confirm(
    app: &Arc<App>,
    realm: &Arc<Realm>,
    by: &Actor,
    (user, session): (Uuid, TokenHash),
    from: Option<IpAddr>,
    typed: &str,
) -> Result<Outcome<Vec<Secret>>, Refused> {
    if !totp::is_like_a_code(typed) {
        // A slip of the finger, and no guess.
        return Ok(Outcome::Wrong);
    }
    let (shared, typed) = (Arc::clone(realm), typed.to_owned());
    let check = move |app: Arc<App>| {
        let (realm, typed) = (Arc::clone(&shared), typed.clone());
        async move {
            let Some((factor, secret)) = begun(&app, &realm, user, session).await? else {
                return Ok(Checked::AlreadyUsed);
            };
            Ok(match secret.step_of(&typed, app.now(), None) {
                Some(step) => Checked::Right((factor, step)),
                None => Checked::Wrong,
            })
        }
    };
    let checked = throttle::code(app, realm.id(), from, user, check).await?;
    let (factor, step) = match checked {
        Outcome::Right(right) => right,
        Outcome::AlreadyUsed => return Ok(Outcome::AlreadyUsed),
        Outcome::Wrong => return Ok(Outcome::Wrong),
        Outcome::TooMany(too_many) => return Ok(Outcome::TooMany(too_many)),
        Outcome::Busy => return Ok(Outcome::Busy),
    };
    let codes = recovery_codes(app);
    let desk = app.desk(realm);
    let confirmed = desk
        .confirm_second_factor(by, &factor, step, &codes)
        .await?;
    Ok(match confirmed {
        true => Outcome::Right(codes),
        // By the same at the same moment.
        false => Outcome::AlreadyUsed,
    })
}

/// Is this a code of the person's app, or one of their recovery codes? It counts once.
///
/// # Errors
///
/// When the store fails, or the secret cannot be read.
pub async fn check(
    app: &Arc<App>,
    realm: &Arc<Realm>,
    by: &Actor,
    user: Uuid,
    from: Option<IpAddr>,
    typed: &str,
) -> Result<Outcome<Proved>, Fault> {
    let (shared, by, typed) = (Arc::clone(realm), by.clone(), typed.to_owned());
    let check = move |app: Arc<App>| {
        let (realm, by, typed) = (Arc::clone(&shared), by.clone(), typed.clone());
        async move { proved(&app, &realm, &by, user, &typed).await }
    };
    throttle::code(app, realm.id(), from, user, check).await
}

async fn proved(
    app: &App,
    realm: &Realm,
    by: &Actor,
    user: Uuid,
    typed: &str,
) -> Result<Checked<Proved>, Fault> {
    let Some(factor) = of(app, realm, user).await? else {
        return Ok(Checked::Wrong);
    };
    if totp::is_like_a_code(typed) {
        let secret = opened(app.master_keys(), &factor)?;
        let Some(step) = secret.step_of(typed, app.now(), factor.last_step) else {
            return Ok(match secret.step_of(typed, app.now(), None) {
                Some(_) => Checked::AlreadyUsed,
                None => Checked::Wrong,
            });
        };
        let store = app.store();
        let used = store.use_second_factor_step(realm.id(), user, step).await?;
        return Ok(match used {
            true => Checked::Right(Proved::ByApp),
            false => Checked::AlreadyUsed,
        });
    }
    let Some(code) = recovery::hash(typed) else {
        return Ok(Checked::Wrong);
    };
    let used = app.desk(realm).use_recovery_code(by, user, &code).await?;
    let left = factor.recovery_codes.saturating_sub(1);
    Ok(match used {
        CodeUse::Redeemed => Checked::Right(Proved::ByRecoveryCode(left)),
        CodeUse::AlreadyRedeemed => Checked::AlreadyUsed,
        CodeUse::Unknown => Checked::Wrong,
    })
}

/// New recovery codes in the place of all others, to be shown once; nothing where there is no
/// second factor.
///
/// # Errors
///
/// When the store fails.
pub async fn replace_recovery_codes(
    app: &App,
    realm: &Realm,
    by: &Actor,
    user: Uuid,
) -> Result<Option<Vec<Secret>>, Refused> {
    let codes = recovery_codes(app);
    let desk = app.desk(realm);
    let replaced = desk.replace_recovery_codes(by, user, &codes).await?;
    Ok(replaced.then_some(codes))
}

fn recovery_codes(app: &App) -> Vec<Secret> {
    let codes = (0..recovery::CODES).map(|_| recovery::code(app.random_bytes()));
    codes.collect()
}

fn opened(keys: &MasterKeys, factor: &SecondFactor) -> Result<TotpSecret, Fault> {
    let place = Place::of(&factor.realm, factor.user);
    let opened = keys.open_secret(place.parts(), &factor.secret);
    let opened = opened.map_err(|error| Fault::Defect(error.to_string()))?;
    TotpSecret::from_bytes(&opened)
        .ok_or_else(|| Fault::Defect(format!("the {} is none", place.name)))
}

/// What a wrapped secret belongs to: it opens as nobody else's.
pub(crate) struct Place {
    realm: String,
    name: String,
}

impl Place {
    pub(crate) fn of(realm: &str, user: Uuid) -> Self {
        Self {
            realm: realm.to_owned(),
            name: format!("second factor of {user}"),
        }
    }

    pub(crate) fn parts(&self) -> [&str; 3] {
        [&self.realm, "second-factor", &self.name]
    }
}
