//! The person behind the token.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use enforce::Problem;
use oauth::model::{Membership, Organisation, User};
use scope::{OrganisationKey, OrganisationPlace};
use serde_json::{Map, Value, json};

use super::answer::Tells;
use super::call::Call;
use super::shape::{CollectionName, Place};
use super::{refusal, response};

impl Call<'_> {
    /// The person, over the sample of a `me` or the first of the collection, and where they
    /// may go: an app learns from it what to put into paths.
    pub(super) async fn me(&self, place: &Place) -> Result<Response<Body>, Problem> {
        let user = self.permitted.token.user.ok_or_else(nobody)?;
        let cache = self.sandbox.realm.cache();
        let user = cache.user(user).await.map_err(refusal::fault)?;
        let user = user.ok_or_else(nobody)?;
        let memberships = cache.memberships(user.id).await.map_err(refusal::fault)?;
        let mut me = self.all("me", None).await?;
        if let (true, CollectionName::Literal(name)) = (me.is_empty(), &place.collection) {
            me = self.all(name, None).await?;
        }
        let sample = me.into_iter().next().map(|record| record.body);
        let mut members = match sample {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        let catalog = self.sandbox.realm.catalog();
        let mut names = catalog.organisation_parameters().clone();
        if let Some(source) = catalog.organisation_source()
            && let OrganisationPlace::Header(name) | OrganisationPlace::Query(name) = &source.place
        {
            names.insert(name.clone(), source.key);
        }
        let organisations = memberships.iter().map(|one| told(one, &names));
        let organisations = Value::Array(organisations.collect());
        members.insert("organisations".to_owned(), organisations);
        name_person(&mut members, &user);
        let me = Value::Object(members);
        let otherwise = async || Ok(response::json(StatusCode::OK, &me));
        self.answered(None, Tells::Value(Some(&me)), otherwise)
            .await
    }
}

fn name_person(members: &mut Map<String, Value>, user: &User) {
    let (first, last) = user.name.split_once(' ').unwrap_or((&user.name, ""));
    for (name, value) in [
        ("first_name", first),
        ("firstname", first),
        ("last_name", last),
        ("lastname", last),
    ] {
        if let Some(member) = members.get_mut(name) {
            *member = Value::from(value);
        }
    }
    members.insert("id".to_owned(), Value::from(user.number));
    members.insert("name".to_owned(), Value::from(user.name.as_str()));
    members.insert("email".to_owned(), Value::from(user.username.as_str()));
}

/// An organisation with its roles, and with what the catalog's calls name it by.
fn told(
    (organisation, membership): &(Organisation, Membership),
    parameters: &BTreeMap<String, OrganisationKey>,
) -> Value {
    let mut told = json!({
        "id": organisation.id,
        "slug": organisation.slug,
        "number": organisation.number,
        "name": organisation.name,
        "roles": membership.roles,
    });
    for (parameter, key) in parameters {
        let value = match key {
            OrganisationKey::Id => json!(organisation.id),
            OrganisationKey::Slug => json!(organisation.slug),
            OrganisationKey::Number => json!(organisation.number),
        };
        if let Some(members) = told.as_object_mut() {
            members.insert(parameter.clone(), value);
        }
    }
    told
}

fn nobody() -> Problem {
    refusal::problem(
        StatusCode::NOT_FOUND,
        refusal::Kind::NoPerson,
        "There is no person behind this token",
        "The token was issued to an app for itself, so there is nobody to tell about.",
    )
}
