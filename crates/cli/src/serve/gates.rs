//! The gates of a server's own realms: each API with the decision before it, by the catalog that its
//! realm has at the moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use enforce::{AccessSource, Gate};
use gates::{Counts, Front, Fronts, Refused, Service, Services};
use oauth::ErrorCode;
use realm::cache::{InProcessVerifier, KeySource, PerEdition};
use realm::metrics::Decisions;
use realm::{Api, App, NoResourceServer, Realm};

/// What proxies ask, and services, on a listener of their own.
pub fn router(app: &Arc<App>) -> Router {
    let fronts = Arc::new(OwnFronts::of(app));
    gates::router(Arc::clone(&fronts) as Arc<dyn Fronts>).merge(gates::for_services(fronts))
}

/// What services ask, who prove who they are.
pub fn for_services(app: &Arc<App>) -> Router {
    gates::for_services(Arc::new(OwnFronts::of(app)))
}

/// Every API of every realm.
pub fn fronts(app: &Arc<App>) -> Arc<dyn Fronts> {
    Arc::new(OwnFronts::of(app))
}

struct OwnFronts {
    app: Arc<App>,
    /// By realm and API.
    made: BTreeMap<(String, String), PerEdition<Option<Arc<Front>>>>,
}

impl OwnFronts {
    fn of(app: &Arc<App>) -> Self {
        let realms = app.realms();
        let each = realms.iter().flat_map(|realm| {
            let names = realm.apis().iter().map(Api::name);
            names.map(|name| (realm.id().to_owned(), name.to_owned()))
        });
        Self {
            made: each.map(|names| (names, PerEdition::default())).collect(),
            app: Arc::clone(app),
        }
    }
}

impl Fronts for OwnFronts {
    fn front(&self, realm: &str, api: &str) -> Option<Arc<Front>> {
        let made = self.made.get(&(realm.to_owned(), api.to_owned()))?;
        let realm = self.app.realm(realm)?;
        let front = made.of(realm.edition(), || {
            let counts = self.app.metrics().decisions(realm.id())?;
            let counts = Counted(Arc::clone(counts));
            Some(Arc::new(front(&realm, realm.api(api)?, counts)))
        });
        Option::clone(&front)
    }
}

#[async_trait]
impl Services for OwnFronts {
    async fn service(&self, realm: &str, authorization: Option<&str>) -> Result<Service, Refused> {
        let unknown = || Refused {
            status: StatusCode::NOT_FOUND,
            error: ErrorCode::InvalidRequest.as_str(),
            description: "there is no realm with this name here; check the first part of the path"
                .to_owned(),
        };
        let own = self.app.realm(realm).ok_or_else(unknown)?;
        let api = own.api_of_resource_server(authorization).await;
        let api = api.map_err(refused)?.name().to_owned();
        let front = self.front(realm, &api).ok_or_else(unknown)?;
        Ok(Service { api, front })
    }

    fn policy_decision_point(&self, realm: &str, api: &str) -> Option<String> {
        let realm = self.app.realm(realm)?;
        realm.api(api)?;
        Some(format!("{}/authzen/{api}", realm.issuer()))
    }
}

fn refused(why: NoResourceServer) -> Refused {
    let (status, error, description) = match why {
        NoResourceServer::Unproved(error) => (error.code.status(), error.code, error.description),
        NoResourceServer::OfNoApi(what) => (403, ErrorCode::UnauthorizedClient, what.to_owned()),
        NoResourceServer::Fault(fault) => {
            tracing::warn!("nobody can be told who asks: {fault}");
            let code = if fault.is_passing() {
                ErrorCode::TemporarilyUnavailable
            } else {
                ErrorCode::ServerError
            };
            let what = "it cannot be told just now who asks; deny the call, and ask again";
            (code.status(), code, what.to_owned())
        }
    };
    Refused {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        error: error.as_str(),
        description,
    }
}

fn front(realm: &Arc<Realm>, api: &Api, counts: Counted) -> Front {
    let cache = realm.cache();
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        api.url(),
        Arc::clone(cache) as Arc<dyn KeySource>,
    );
    let gate = Gate::new(
        Arc::clone(realm.catalog()),
        Arc::new(verifier),
        Arc::clone(cache) as Arc<dyn AccessSource>,
        realm.issuer(),
    )
    .strip_prefix(api.base_path())
    .only(api.paths().to_vec())
    .explanations(format!("{}/errors", realm.issuer()))
    .resource_metadata(realm.metadata_of(api));
    Front::new(gate, Arc::new(counts))
}

struct Counted(Arc<Decisions>);

impl Counts for Counted {
    fn permitted(&self) {
        self.0.permit();
    }

    fn denied(&self, reason: &'static str) {
        self.0.deny(reason);
    }
}
