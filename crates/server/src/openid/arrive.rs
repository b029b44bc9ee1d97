use axum::response::Response;
use jiff::Timestamp;
use oauth::arrival::{Arrival, ArrivalOrganisation, ArrivalRights, CheckedArrival};
use oauth::audit::Actor;
use oauth::model::{Authentication, UpstreamSession};
use oauth::naming;
use oauth::openid::{Attempt, IdToken, PersonsOrganisation, Rights};
use realm::manage::Refused;
use realm::openid::{OpenIdProvider, Proved};
use realm::sessions;

use super::page;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;
use crate::session;

/// Makes a person here of who signed in there, and begins their session.
pub(super) async fn arrive(
    visit: &Visit,
    provider: &OpenIdProvider,
    attempt: &Attempt,
    proved: Proved,
    next: &str,
) -> Result<Response, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let source = &provider.settings().source;
    let arrival = arrival(source, attempt, proved);
    let authentication = arrival.authentication.clone();
    let checked = match CheckedArrival::new(arrival, realm.catalog(), app.now()) {
        Ok(checked) => checked,
        Err(why) => {
            let realm = realm.id();
            tracing::warn!(realm, %why, "what the OpenID provider says of a person cannot be used");
            return page::not_counted(visit, provider, next).await;
        }
    };
    let by = Actor::system();
    let person = match app.desk(realm).arrive(&by, &checked).await {
        Ok(person) => person,
        Err(Refused::MayNotAct { .. }) => return page::stopped(visit, provider, next).await,
        Err(Refused::Arrival(why)) => {
            let realm = realm.id();
            tracing::warn!(realm, %why, "what the OpenID provider says of a person cannot be used");
            return page::not_counted(visit, provider, next).await;
        }
        Err(other) => return Err(other.into()),
    };
    visit.end_sessions(&visit.actor(&person)).await?;
    let authentication = Some(authentication);
    let secret = sessions::begin(app, realm, &person, authentication, visit.position).await?;
    let cookie = session::begun_session(app, realm, &secret);
    Ok(respond::see_other_with_cookie(next, cookie))
}

fn arrival(source: &str, attempt: &Attempt, proved: Proved) -> Arrival {
    let Proved { person, id_token } = proved;
    // What is no more than a help does not keep anybody out.
    let email = person.email.filter(|email| naming::email(email).is_ok());
    let language = person.language.map(|language| language.replace('_', "-"));
    let language = language.filter(|language| naming::language(language).is_ok());
    let organisations = person.organisations;
    Arrival {
        source: source.to_owned(),
        subject: person.subject,
        name: person.name,
        number: None,
        email_verified: person.email_verified && email.is_some(),
        email,
        language,
        authentication: authentication(source, attempt, id_token),
        organisations: organisations.map(|all| all.into_iter().map(organisation).collect()),
    }
}

fn authentication(source: &str, attempt: &Attempt, id_token: IdToken) -> Authentication {
    let at = attempt.proved_at(id_token.authenticated_at, id_token.made_at);
    Authentication {
        at: Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH),
        methods: id_token.methods,
        class: id_token.class,
        upstream: Some(UpstreamSession {
            source: source.to_owned(),
            subject: id_token.subject,
            sid: id_token.session,
        }),
    }
}

fn organisation(told: PersonsOrganisation) -> ArrivalOrganisation {
    ArrivalOrganisation {
        id: told.id,
        name: told.name,
        slug: None,
        number: None,
        rights: match told.rights {
            Rights::Roles(names) => ArrivalRights::Roles(names),
            Rights::Rights(names) => ArrivalRights::Rights(names),
        },
    }
}
