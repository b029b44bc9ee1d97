//! Every decision case, by a gate that sees the records and by one that asks this server: the same
//! answer, but for why a scope is missing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use enforce::{Admitted, Call, Caller, Gate, Problem, UnverifiedToken};
use http_body_util::BodyExt;
use oauth::model::{Approval, Authentication, Client, Grant, Role};
use oauth::sign_in::SecondFactorPolicy;
use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
use realm::sign_in::SignIn;
use scope::cases::{Case, CaseFile};
use scope::{ApiRequest, Catalog, OrganisationKey, Subject, Visible, Withheld};
use serde_json::{Value, json};
use storage::SqliteStore;

use super::Direct;
use crate::support::{World, audit};

/// Why the issuer says nothing of it: only it knows.
const NOT_TOLD: &str = "not-told";

#[tokio::test]
async fn bexio() {
    run("bexio", &[]).await;
}

#[tokio::test]
async fn bokio() {
    run("bokio", &[]).await;
}

#[tokio::test]
async fn freshbooks() {
    run("freshbooks", &[]).await;
}

#[tokio::test]
async fn stora() {
    run("stora", &[]).await;
}

/// Runs the cases of a catalog. `ask_otherwise` are those whose challenge names another of several
/// alternatives: the gate elsewhere does not know what stands in the way of one.
async fn run(id: &str, ask_otherwise: &[&str]) {
    let file = format!("{}/../scope/cases/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap();
    let file = CaseFile::parse(&text).unwrap();
    let database = SqliteStore::open_in_memory().await.unwrap();
    let sign_in = SignIn {
        second_factor: SecondFactorPolicy::Elevated,
        ..SignIn::default()
    };
    let world = World::with_sign_in(&file.catalog, sign_in, Arc::new(database)).await;
    let api = world.add(world.api("api")).await;
    let transport = Direct::to(&world);
    let inside = world.gate_inside();
    let elsewhere = world.gate_by_introspection(&transport, &api).await;
    let (mut wrong, mut otherwise, mut run, mut told_less) = (Vec::new(), Vec::new(), 0, 0);
    // Ids of records are what no gate sees; rights run out where a sign-in gives them.
    for (number, case) in file.cases.iter().enumerate() {
        if !case.ids.is_empty() || case.expired.is_some() {
            continue;
        }
        let number = u8::try_from(number).unwrap();
        let token = world.token_of(case, number).await;
        let path = world.in_muster(case);
        let here = ask(&inside, case, &path, &token).await;
        let mut there = ask(&elsewhere, case, &path, &token).await;
        assert_eq!(
            here["reason"],
            case.reason.as_str(),
            "{}: {here}",
            case.name
        );
        told_less += take_over_whys(&here, &mut there);
        if here["scope"] != there["scope"] {
            otherwise.push(case.name.as_str());
            there["scope"] = here["scope"].clone();
        }
        if here != there {
            wrong.push(format!("{}:\n  {here}\n  {there}", case.name));
        }
        run += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(otherwise, ask_otherwise);
    assert!(run >= 60, "{run}");
    assert!(told_less >= 10, "{told_less}");
    // One question for each token, however many gates' decisions hang from it.
    assert_eq!(transport.asked(), run + 1);
}

impl World {
    /// A token behind which everything is as the case says.
    async fn token_of(&self, case: &Case, number: u8) -> String {
        let catalog = self.begun.catalog();
        let client = self.client_of(case, number).await;
        let rights = match &case.rights {
            Some(rights) => rights.names().into_iter().map(str::to_owned).collect(),
            None => vec!["*".to_owned()],
        };
        // A role has a right, if only one that the catalog does not have.
        let rights = match rights.is_empty() {
            true => vec!["no_such_scope".to_owned()],
            false => rights,
        };
        let name = format!("case-{number}");
        let role = Role {
            realm: self.realm.clone(),
            organisation: self.muster.id,
            name: name.clone(),
            rights,
            version: 0,
        };
        self.followed.put_role(&role, audit()).await.unwrap();
        self.be(&[&name]).await;
        let granted = catalog.scope_of(catalog.granted(&case.scope).set());
        let is_person = case.subject != Some(Subject::Client);
        let grant = match is_person {
            true => Some(self.grant_of(case, &client, number).await),
            false => None,
        };
        let now = self.app.now();
        let claims = AccessTokenClaims {
            id: self.app.new_id(),
            realm: self.realm.clone(),
            client: TokenClient::Both {
                id: client.id.clone(),
                uuid: client.uuid,
            },
            subject_kind: match is_person {
                true => SubjectKind::Person,
                false => SubjectKind::Machine,
            },
            organisation: match &grant {
                Some(grant) => grant.organisation,
                None => client.organisation,
            },
            grant: grant.map(|grant| grant.id),
            family: None,
            user: is_person.then_some(self.anna.id),
            scope: granted,
            audience: self.audience(),
            for_sandbox: false,
            issued_at: now,
            expires_at: now + Duration::from_secs(600),
            position: Some(self.begun.cache().position()),
            authentication: is_person.then(|| match case.unproven {
                true => Authentication::by_password(now).context(),
                false => Authentication::by_password_and_code(now).context(),
            }),
        };
        let keys = self.begun.keys();
        keys.sign_jwt(&self.issuer(), &claims).expose().to_owned()
    }

    async fn client_of(&self, case: &Case, number: u8) -> Client {
        let catalog = self.begun.catalog();
        let every = || catalog.scope_of(&catalog.all());
        let registered = case.registered.clone().unwrap_or_else(every).to_string();
        let id = format!("case-{number}");
        let elevation = catalog.elevations().first();
        let kind = elevation.map(|elevation| elevation.client_kinds[0].clone());
        let mut client = match case.subject {
            Some(Subject::Client) => self.machine(&id, "", &registered),
            _ => self.app_client(&id, &registered),
        };
        let first = &catalog.client_kinds()[0].name;
        client.kind = kind.unwrap_or_else(|| first.clone());
        let client = self.add(client).await;
        let elevations = catalog.elevations().iter();
        let is_live = |name: &String| {
            case.approved
                .as_ref()
                .is_none_or(|live| live.contains(name))
        };
        for elevation in elevations.filter(|elevation| is_live(&elevation.name)) {
            let evidence = elevation.evidence.iter();
            let approval = Approval {
                realm: self.realm.clone(),
                client: client.id.clone(),
                elevation: elevation.name.clone(),
                evidence: evidence
                    .map(|item| (item.clone(), "1".to_owned()))
                    .collect(),
                reviewer: "Ines".to_owned(),
                approved_at: self.app.now(),
                expires_at: None,
                withdrawn_at: None,
                version: 1,
            };
            let approved = self.followed.approve(&approval, None, audit());
            approved.await.unwrap();
        }
        client
    }

    async fn grant_of(&self, case: &Case, client: &Client, number: u8) -> Grant {
        let stands = |grant: &mut Grant| {
            if let Some(requested) = &case.requested {
                grant.requested = requested.clone();
            }
            grant.refused = case.refused.clone();
            grant.reduced = case.reduced.clone();
            let withheld = case.withheld.iter().map(|(scope, reason)| Withheld {
                scope: scope.clone(),
                reason: *reason,
            });
            grant.withheld = withheld.collect();
        };
        let granted = case.scope.to_string();
        let consent = self.consent_as(client, &granted, number, stands, |_| {});
        consent.await.1
    }

    /// The call of the case, about Muster AG.
    fn in_muster(&self, case: &Case) -> String {
        let catalog = self.begun.catalog();
        let whole = case.path_and_query();
        match organisation(catalog, case.method(), whole) {
            Some((key, named)) if !named.is_empty() => {
                let own = match key {
                    OrganisationKey::Id => self.muster.id.to_string(),
                    OrganisationKey::Slug => self.muster.slug.clone(),
                    OrganisationKey::Number => self.muster.number.to_string(),
                };
                let path = whole.replacen(&format!("/{named}"), &format!("/{own}"), 1);
                let there = organisation(catalog, case.method(), &path);
                assert_eq!(there, Some((key, own)), "{}", case.name);
                path
            }
            _ => whole.to_owned(),
        }
    }
}

/// Which organisation a path names.
fn organisation(catalog: &Catalog, method: &str, path: &str) -> Option<(OrganisationKey, String)> {
    let path = path.split('?').next().unwrap();
    let request = ApiRequest::new(method, path);
    let route = catalog.route(method, path).ok()?;
    let named = catalog.organisation_of(&route, &request);
    named.map(|(key, text)| (key, text.into_owned()))
}

/// Has a gate decide, and what it says of it.
async fn ask(gate: &Gate, case: &Case, path: &str, token: &str) -> Value {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert("content-type", json);
    let mut call = Call::new(case.method(), path);
    call.headers = Some(&headers);
    call.token = Some(UnverifiedToken::new(token));
    if !case.query_visible {
        call.query = Visible::Hidden;
    }
    let body = case.body.clone().map(Bytes::from);
    match gate.decide(&call, || async { Ok(body) }).await {
        Ok(admitted) => permit(gate, admitted).await,
        Err(problem) => denial(gate, problem).await,
    }
}

async fn permit(gate: &Gate, admitted: Admitted) -> Value {
    let Caller::Known(permitted) = admitted.caller else {
        panic!("a token was sent");
    };
    let organisation = permitted.access.organisation;
    let names = gate.names(&permitted.token, organisation);
    let token = &permitted.token;
    json!({
        "reason": "permitted",
        "row_filter": permitted.row_filter,
        "path": permitted.path,
        "parameters": permitted.parameters,
        "client": token.client,
        "user": token.user,
        "grant": token.grant,
        "realm": token.realm,
        "organisation": organisation,
        "names": format!("{:?}", names.await.unwrap()),
        "counts": gate.catalog().names(&permitted.access.as_access().counts(gate.catalog())),
    })
}

async fn denial(gate: &Gate, problem: Problem) -> Value {
    let answer = gate.answer(problem);
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut told: Value = serde_json::from_slice(&body).unwrap();
    // The sentence says what the members say.
    assert!(told["detail"].take().is_string());
    let challenge = parts.headers.get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().unwrap());
    for name in ["error", "scope", "realm"] {
        let begin = format!("{name}=\"");
        let value = challenge.and_then(|challenge| challenge.split(&begin).nth(1));
        told[name] = json!(value.and_then(|rest| rest.split('"').next()));
    }
    told["retry_after"] = json!(parts.headers.contains_key("retry-after"));
    told
}

/// Where the gate elsewhere says that it is not told why a scope is missing, it is as if it had
/// said what is so; how often that was.
fn take_over_whys(here: &Value, there: &mut Value) -> usize {
    let whys = |told: &Value| -> BTreeMap<String, String> {
        let missing = told["missing"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        missing
            .map(|one| (text(&one["scope"]), text(&one["why"])))
            .collect()
    };
    let (here, mut count) = (whys(here), 0);
    let missing = there.get_mut("missing").and_then(Value::as_array_mut);
    for one in missing.into_iter().flatten() {
        if one["why"] == NOT_TOLD {
            let scope = one["scope"].as_str().unwrap();
            one["why"] = json!(here.get(scope));
            count += 1;
        }
    }
    count
}
