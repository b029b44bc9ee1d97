//! Catalogs that a running app takes.

use std::sync::Arc;

use oauth::audit::{Act, AuditQuery};
use oauth::model::TokenHash;
use realm::manage::AuditTrail;
use realm::{App, CatalogsRefused, Clock, SeededRandom};
use scope::{Catalog, ScopeSet};
use storage::Store;
use storage::conformance::FaultyStore;

use crate::manage::{Office, app, catalog, scope};

async fn started(office: &Office, store: Arc<dyn Store>) -> Arc<App> {
    let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
    let app = App::builder(store, clock, Arc::new(SeededRandom::new(8)));
    let app = app.realm(catalog("bexio")).realm(catalog("stora"));
    app.build().await.unwrap()
}

/// The shipped one with another scope before all others, so that none keeps its place.
fn shifted(id: &str) -> Catalog {
    let text = catalog(id).source().to_owned();
    let (before, scopes) = text.split_once("\n[resources.").unwrap();
    let first = "[scopes.aardvark]\ntitle = { en = \"See aardvarks\" }\ndescription = { en = \"All of them.\" }";
    let text = format!("{before}\n{first}\n[resources.{scopes}");
    let shifted = Catalog::parse(id, &text).unwrap();
    let place = |catalog: &Catalog, name: &str| catalog.find(name).unwrap();
    let name = catalog(id).scopes().last().unwrap().name.clone();
    assert_ne!(place(&shifted, &name), place(&catalog(id), &name));
    shifted
}

/// With other texts, and nothing else.
fn reworded(id: &str) -> Catalog {
    let text = format!("{}\n# Read once more.\n", catalog(id).source());
    Catalog::parse(id, &text).unwrap()
}

fn offered(catalogs: Vec<Catalog>) -> Vec<(String, Catalog)> {
    let named = catalogs.into_iter();
    named
        .map(|catalog| (catalog.id().to_owned(), catalog))
        .collect()
}

fn digests(app: &App) -> Vec<[u8; 32]> {
    let realms = app.realms();
    realms.iter().map(|realm| realm.catalog_digest()).collect()
}

#[tokio::test]
async fn what_is_offered_together_is_taken_together_or_not_at_all() {
    let office = Office::of("bexio").await;
    let app = started(&office, Arc::clone(&office.store)).await;
    let before = digests(&app);
    let wrong = [
        vec![
            ("bexio".to_owned(), shifted("bexio")),
            ("stora".to_owned(), catalog("bokio")),
        ],
        vec![
            ("bexio".to_owned(), shifted("stora")),
            ("stora".to_owned(), shifted("bexio")),
        ],
        offered(vec![shifted("bexio"), reworded("bexio")]),
        offered(vec![shifted("bexio"), catalog("bokio")]),
    ];
    for (times, offered) in (1..).zip(wrong) {
        let refused = app.take_catalogs(offered).await.unwrap_err().to_string();
        assert_eq!(digests(&app), before, "{refused}");
        assert_eq!(app.catalogs_refused().as_deref(), Some(&refused));
        let metrics = app.metrics().text(&app.figures()).unwrap();
        assert!(metrics.contains("scopegate_catalog_refused 1\n"));
        let counted = format!("scopegate_catalog_changes_total{{outcome=\"refused\"}} {times}\n");
        assert!(metrics.contains(&counted), "{metrics}");
    }

    let taken = app.take_catalogs(offered(vec![reworded("stora"), shifted("bexio")]));
    let taken = taken.await.unwrap();
    let names: Vec<_> = taken.iter().map(|one| one.realm.as_str()).collect();
    assert_eq!(names, ["stora", "bexio"]);
    assert!(taken.iter().all(|one| one.before == one.version));
    assert_eq!(app.catalogs_refused(), None);
    let now = digests(&app);
    assert!(before.iter().zip(&now).all(|(before, now)| before != now));
    let metrics = app.metrics().text(&app.figures()).unwrap();
    for line in [
        "scopegate_catalog_refused 0\n",
        "scopegate_catalog_changes_total{outcome=\"taken\"} 2\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let infos = metrics.lines();
    let infos: Vec<_> = infos
        .filter(|line| line.starts_with("scopegate_catalog_info{"))
        .collect();
    assert_eq!(infos.len(), 2, "{infos:?}");
    let digest = TokenHash(now[0]).to_string();
    let served = format!("scopegate_catalog_info{{digest=\"{digest}\",realm=\"bexio\",");
    assert!(
        infos.iter().any(|line| line.starts_with(&served)),
        "{infos:?}"
    );
    for catalog in [shifted("bexio"), reworded("stora")] {
        let digest = TokenHash::of(catalog.source().as_bytes()).0;
        let archived = office.store.archived_catalog(&digest).await.unwrap();
        assert_eq!(archived.as_deref(), Some(catalog.source()));
    }
    let numbers = office.store.scope_numbers("bexio").await.unwrap();
    assert!(numbers.number("aardvark").is_some());
}

/// What the audit record has of catalogs that were taken: of which realm, the digest before and the one now.
async fn recorded(office: &Office) -> Vec<(String, Option<String>, String)> {
    let all = AuditQuery::first(99);
    let entries = AuditTrail::new(&*office.store).entries(&all).await;
    let entries = entries.unwrap();
    let taken = entries
        .iter()
        .filter(|one| one.row.act == Act::CatalogTaken.as_str());
    taken
        .map(|one| {
            let fields = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            let digest = |fields: serde_json::Value| fields["catalog"].as_str().map(str::to_owned);
            let (before, after) = (fields(&one.row.before), fields(&one.row.after));
            assert!(after["version"].is_string(), "{after}");
            assert_eq!(one.row.subject_id, one.row.realm);
            assert_eq!(one.row.actor_kind, "system");
            (
                one.row.realm.clone(),
                digest(before),
                digest(after).unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn each_that_is_taken_is_on_record_once_however_many_nodes_take_it() {
    let office = Office::of("bexio").await;
    let of = |catalog: &Catalog| TokenHash::of(catalog.source().as_bytes()).to_string();
    let (own, other) = (of(&catalog("bexio")), of(&shifted("bexio")));
    let first = started(&office, Arc::clone(&office.store)).await;
    let second = started(&office, Arc::clone(&office.store)).await;
    let begun = recorded(&office).await;
    let expected = ["bexio", "stora"].map(|id| (id.to_owned(), None, of(&catalog(id))));
    let mut sorted = begun.clone();
    sorted.sort();
    assert_eq!(sorted, expected);

    for app in [&first, &second] {
        let taken = app.take_catalogs(offered(vec![shifted("bexio")])).await;
        assert_eq!(taken.unwrap().len(), 1);
    }
    let refused = first.take_catalogs(offered(vec![catalog("bokio")])).await;
    refused.unwrap_err();
    // A node that starts with the one from before is told, too.
    let _third = started(&office, Arc::clone(&office.store)).await;
    let mut later = recorded(&office).await;
    later.retain(|one| !begun.contains(one));
    later.sort();
    let mut expected = [
        ("bexio".to_owned(), Some(own.clone()), other.clone()),
        ("bexio".to_owned(), Some(other), own),
    ];
    expected.sort();
    assert_eq!(later, expected);
}

#[tokio::test]
async fn what_is_there_already_changes_nothing() {
    let office = Office::of("bexio").await;
    let app = started(&office, Arc::clone(&office.store)).await;
    app.refuse_catalogs("one of them is half written".to_owned());
    let before = app.realm("bexio").unwrap();
    let same = offered(vec![catalog("bexio"), catalog("stora")]);
    assert_eq!(app.take_catalogs(same).await.unwrap(), []);
    assert!(Arc::ptr_eq(&before, &app.realm("bexio").unwrap()));
    assert_eq!(app.catalogs_refused(), None);
}

#[tokio::test]
async fn a_store_that_fails_lets_none_be_taken() {
    let office = Office::of("bexio").await;
    let store = FaultyStore::new(Arc::clone(&office.store));
    let app = started(&office, store.store()).await;
    let before = digests(&app);
    for broken in ["number_scopes", "archive_catalog", "latest_change"] {
        store.break_calls(&[broken]);
        let both = offered(vec![shifted("bexio"), reworded("stora")]);
        let refused = app.take_catalogs(both).await;
        assert!(
            matches!(&refused, Err(CatalogsRefused::Store(fault)) if fault.is_passing()),
            "{broken}: {refused:?}"
        );
        assert_eq!(digests(&app), before, "{broken}");
    }
    store.mend();
    let both = offered(vec![shifted("bexio"), reworded("stora")]);
    assert_eq!(app.take_catalogs(both).await.unwrap().len(), 2);
}

/// Requests that began under the catalog before go on beside those of the next one, over the same
/// caches; each reads sets of its own scopes, whoever remembered something last.
#[tokio::test]
async fn what_is_remembered_by_one_catalog_is_not_read_by_another() {
    let office = Office::of("bexio").await;
    let anna = office.person("anna").await;
    let muster = office.organisation("muster").await;
    office.place("anna", "muster", &["administrator"]).await;
    office
        .client(app("ledgerly", "contact_show task_edit"))
        .await;
    let grant = office.grant("ledgerly", &anna, "contact_show").await;
    office.connect().await;
    let app = started(&office, Arc::clone(&office.store)).await;
    let before = app.realm("bexio").unwrap();
    let taken = app.take_catalogs(offered(vec![shifted("bexio")])).await;
    assert_eq!(taken.unwrap().len(), 1);
    let now = app.realm("bexio").unwrap();
    assert_ne!(before.edition(), now.edition());
    let names = |set: &ScopeSet, realm: &realm::Realm| {
        let names = realm.catalog().names(set);
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for realm in [&before, &now, &before, &before, &now, &now] {
        let cache = realm.cache();
        let client = cache.client("ledgerly").await.unwrap().unwrap();
        let ceiling = names(client.state.ceiling().set(), realm);
        let ceiling = scope(&ceiling.join(" "));
        assert_eq!(
            ceiling,
            realm.catalog().scope_of(
                realm
                    .catalog()
                    .registered(&scope("contact_show task_edit"))
                    .set()
            )
        );
        let known = cache.grant(grant.id).await.unwrap().unwrap();
        let granted = names(known.granted.set(), realm);
        assert!(granted.contains(&"contact_show".to_owned()), "{granted:?}");
        assert_eq!(granted.len(), grant.granted.tokens().len());
        let rights = cache.rights_within(anna.id, Some(muster.id), None).await;
        let rights = rights.unwrap().unwrap();
        let known = |set: &ScopeSet| {
            let mut known = names(set, realm);
            known.retain(|name| name != "aardvark");
            known
        };
        assert_eq!(known(&rights.rights), known(&realm.catalog().all()));
        let stranger = oauth::model::Uuid::from_u128(5);
        let rights = cache.rights_within(stranger, Some(muster.id), None).await;
        assert!(rights.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_counts_no_more_is_told() {
    let office = Office::of("bexio").await;
    let app = started(&office, Arc::clone(&office.store)).await;
    let before = app.take_catalogs(offered(vec![shifted("bexio")])).await;
    assert_eq!(before.unwrap()[0].gone, [] as [&str; 0]);
    let text = shifted("bexio").source().replace(
        "[scopes.aardvark]",
        "[scopes.aardvark]\nstatus = \"retired\"",
    );
    let retired = Catalog::parse("bexio", &text).unwrap();
    let taken = app.take_catalogs(offered(vec![retired])).await.unwrap();
    assert_eq!(taken[0].gone, ["aardvark"]);
    let none = app.take_catalogs(offered(vec![catalog("bexio")])).await;
    assert_eq!(none.unwrap()[0].gone, [] as [&str; 0], "it was told before");
}

/// At once, for every token that has the scope: so whoever changes a catalog is told.
#[tokio::test]
async fn what_a_changed_catalog_opens_more_is_told() {
    let office = Office::of("bexio").await;
    let app = started(&office, Arc::clone(&office.store)).await;
    let source = catalog("bexio").source().to_owned();
    let more = format!("{source}\n[[endpoints]]\npath = \"/more\"\nget = {{ public = true }}\n");
    let more = Catalog::parse("bexio", &more).unwrap();
    let taken = app.take_catalogs(offered(vec![more])).await.unwrap();
    assert_eq!(taken[0].opened.public, ["GET /more"]);
    let taken = app.take_catalogs(offered(vec![catalog("bexio")])).await;
    assert!(taken.unwrap()[0].opened.is_empty());
}
