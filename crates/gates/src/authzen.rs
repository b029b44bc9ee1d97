//! AuthZEN: the Authorization API 1.0 of the OpenID Foundation, for gateways and frameworks that know
//! how to ask by it. What its words mean here is on `docs/authzen.md`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};

use crate::front::Front;
use crate::service::{Refused, Services, asking, json, question};
use crate::told::{Denial, Headers, More, Permit, Told, Verdict, seen};

/// The most evaluations that one question may have.
pub const MAX_EVALUATIONS: usize = 100;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// One question (section 6.1), or what stands for each of several where they do not say it. Members
/// that nobody knows mean nothing (section 10.1.1).
#[derive(Deserialize)]
struct Evaluation {
    subject: Option<Subject>,
    action: Option<Action>,
    resource: Option<Resource>,
    context: Option<Context>,
}

/// Several questions (section 7.1).
#[derive(Deserialize)]
struct Evaluations {
    subject: Option<Subject>,
    action: Option<Action>,
    resource: Option<Resource>,
    context: Option<Context>,
    evaluations: Option<Vec<Evaluation>>,
    options: Option<Options>,
}

/// Who calls. The token says it: type and id count for nothing.
#[derive(Clone, Deserialize)]
struct Subject {
    #[serde(rename = "type")]
    _type: String,
    #[serde(rename = "id")]
    _id: String,
    properties: Option<SubjectProperties>,
}

#[derive(Clone, Deserialize)]
struct SubjectProperties {
    token: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Action {
    name: String,
}

#[derive(Clone, Deserialize)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    properties: Option<ResourceProperties>,
}

#[derive(Clone, Deserialize)]
struct ResourceProperties {
    uri: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Context {
    headers: Option<Headers>,
    body: Option<String>,
}

#[derive(Default, Deserialize)]
struct Options {
    evaluations_semantic: Option<Semantic>,
}

/// When to stop (section 7.1.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

/// Section 5.5.
#[derive(Serialize)]
struct Decision {
    decision: bool,
    context: Why,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Why {
    Permit(Permit),
    Deny(Denial),
    /// It could not be evaluated (section 7.2.1).
    Not {
        error: Fault,
    },
}

#[derive(Serialize)]
struct Fault {
    status: u16,
    message: String,
}

#[derive(Serialize)]
struct Decisions {
    evaluations: Vec<Decision>,
}

/// Section 9.1.1.
#[derive(Serialize)]
struct Metadata {
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    policy_decision_point: String,
}

/// `POST …/access/v1/evaluation`.
pub(crate) async fn evaluation(
    State(services): State<Arc<dyn Services>>,
    Path((realm, api)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let id = request.headers().get(X_REQUEST_ID).cloned();
    let answered = async {
        let (head, body) = request.into_parts();
        let front = front(&*services, (&realm, &api), &head.headers).await?;
        let asked: Evaluation = question(&head.headers, body).await?;
        Ok(json(&asked.whole()?.decide(&front).await))
    };
    finished(answered.await, id)
}

/// `POST …/access/v1/evaluations`.
pub(crate) async fn evaluations(
    State(services): State<Arc<dyn Services>>,
    Path((realm, api)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let id = request.headers().get(X_REQUEST_ID).cloned();
    let answered = async {
        let (head, body) = request.into_parts();
        let front = front(&*services, (&realm, &api), &head.headers).await?;
        let asked: Evaluations = question(&head.headers, body).await?;
        asked.answer(&front).await
    };
    finished(answered.await, id)
}

/// Where the two are (section 9).
pub(crate) async fn metadata(
    State(services): State<Arc<dyn Services>>,
    Path((realm, api)): Path<(String, String)>,
) -> Response<Body> {
    let Some(own) = services.policy_decision_point(&realm, &api) else {
        return Refused::no_api().into_text();
    };
    json(&Metadata {
        access_evaluation_endpoint: format!("{own}/access/v1/evaluation"),
        access_evaluations_endpoint: format!("{own}/access/v1/evaluations"),
        policy_decision_point: own,
    })
}

/// The API of the address, if it is that of whoever asks.
async fn front(
    services: &dyn Services,
    (realm, api): (&str, &str),
    headers: &HeaderMap,
) -> Result<Arc<Front>, Refused> {
    let service = asking(services, realm, headers).await?;
    if service.api == api {
        return Ok(service.front);
    }
    Err(Refused {
        status: StatusCode::FORBIDDEN,
        error: "unauthorized_client",
        description: format!(
            "these are the credentials of the API {:?}; ask at the address that names it",
            service.api
        ),
    })
}

/// With the name that whoever asked gave the question (section 10.1.3).
fn finished(answered: Result<Response<Body>, Refused>, id: Option<HeaderValue>) -> Response<Body> {
    let mut response = answered.unwrap_or_else(Refused::into_text);
    if let Some(id) = id {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

impl Refused {
    fn no_api() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::invalid("there is no such API of such a realm here; check the path")
        }
    }

    /// Errors are texts (section 10.1.2).
    fn into_text(self) -> Response<Body> {
        let text = Body::from(self.description.clone());
        let mut response = self.into_response();
        *response.body_mut() = text;
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, plain);
        response
    }
}

impl Evaluations {
    async fn answer(self, front: &Front) -> Result<Response<Body>, Refused> {
        let each = self.evaluations.unwrap_or_default();
        let common = Evaluation {
            subject: self.subject,
            action: self.action,
            resource: self.resource,
            context: self.context,
        };
        if each.is_empty() {
            return Ok(json(&common.whole()?.decide(front).await));
        }
        if each.len() > MAX_EVALUATIONS {
            return Err(Refused {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Refused::invalid(format!(
                    "there are {} evaluations; ask for {MAX_EVALUATIONS} at most at once",
                    each.len()
                ))
            });
        }
        let each = each.into_iter().map(|own| own.over(&common).whole());
        let each: Vec<Whole> = each.collect::<Result<_, _>>()?;
        let stops_at = match self.options.unwrap_or_default().evaluations_semantic {
            None | Some(Semantic::ExecuteAll) => None,
            Some(Semantic::DenyOnFirstDeny) => Some(false),
            Some(Semantic::PermitOnFirstPermit) => Some(true),
        };
        let mut evaluations = Vec::with_capacity(each.len());
        for whole in each {
            let decided = whole.decide(front).await;
            let is_last = stops_at == Some(decided.decision);
            evaluations.push(decided);
            if is_last {
                break;
            }
        }
        Ok(json(&Decisions { evaluations }))
    }
}

impl Evaluation {
    /// What it does not say is said for all (section 7.1.1).
    fn over(self, common: &Self) -> Self {
        Self {
            subject: self.subject.or_else(|| common.subject.clone()),
            action: self.action.or_else(|| common.action.clone()),
            resource: self.resource.or_else(|| common.resource.clone()),
            context: self.context.or_else(|| common.context.clone()),
        }
    }

    fn whole(self) -> Result<Whole, Refused> {
        match (self.subject, self.action, self.resource) {
            (Some(subject), Some(action), Some(resource)) => Ok(Whole {
                subject,
                action,
                resource,
                context: self.context,
            }),
            _ => Err(Refused::invalid(
                "an evaluation has a subject, an action and a resource; tell all three",
            )),
        }
    }
}

/// A question that has everything a question has to have.
struct Whole {
    subject: Subject,
    action: Action,
    resource: Resource,
    context: Option<Context>,
}

impl Whole {
    async fn decide(self, front: &Front) -> Decision {
        let told = match self.told() {
            Ok(told) => told,
            Err(refused) => {
                let error = Fault {
                    status: refused.status.as_u16(),
                    message: refused.description,
                };
                return Decision {
                    decision: false,
                    context: Why::Not { error },
                };
            }
        };
        match told.judge(front).await {
            Verdict::Permit(permit) => Decision {
                decision: true,
                context: Why::Permit(permit),
            },
            Verdict::Deny(denial) => Decision {
                decision: false,
                context: Why::Deny(denial),
            },
        }
    }

    fn told(self) -> Result<Told, Refused> {
        let (address, host) = self.resource.address()?;
        // The working group's profile has templates here: an organisation, or whatever else a rule goes by,
        // is not in them.
        if address.0.contains(['{', '}']) {
            return Err(Refused::invalid(
                "a template is no address; tell the path as it came",
            ));
        }
        let (headers, body) = match self.context {
            Some(context) => (context.headers, context.body),
            None => (None, None),
        };
        let token = self.subject.properties.and_then(|own| own.token);
        let more = More {
            host,
            token,
            headers,
            body,
        };
        Told::new(self.action.name, address, more)
    }
}

/// A path with its query, which may be hidden.
type Address = (String, Option<String>);

impl Resource {
    /// With the host, where the address has one.
    fn address(self) -> Result<(Address, Option<String>), Refused> {
        if self.kind != "route" {
            return Err(Refused::invalid(
                "only resources of the type \"route\" are known here",
            ));
        }
        let Some(uri) = self.properties.and_then(|own| own.uri) else {
            return Ok(match self.id.contains('?') {
                true => (seen(self.id), None),
                false => ((self.id, None), None),
            });
        };
        if uri.starts_with('/') {
            return Ok((seen(uri), None));
        }
        let behind = ["https://", "http://"]
            .iter()
            .find_map(|scheme| uri.strip_prefix(scheme));
        let behind = behind.ok_or_else(|| {
            Refused::invalid("a uri is path and query, or begins with https:// or http://")
        })?;
        let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
        let (host, target) = behind.split_at(end);
        if host.is_empty() || host.contains('@') {
            return Err(Refused::invalid("the uri names a host, and no user"));
        }
        // RFC 9112 section 3.2.1.
        let target = match target.starts_with('/') {
            true => target.to_owned(),
            false => format!("/{target}"),
        };
        Ok((seen(target), Some(host.to_owned())))
    }
}
