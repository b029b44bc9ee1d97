//! API keys: who may have one, what each opens, and what ends it.

mod moving;

use std::sync::Arc;

use enforce::{
    AccessError, AccessSource, TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError,
};
use oauth::api_key::hash::HmacKey;
use oauth::api_key::rules::{ApiKeyError, WantedApiKey};
use oauth::approval::WantedApproval;
use oauth::audit::AuditQuery;
use oauth::model::{ApiKey, Position, Timestamp};
use realm::cache::ApiKeyVerifier;
use realm::manage::{
    AddApiKey, Approve, AuditTrail, ChangeClient, ClientChange, DeleteOrganisation, MadeApiKey,
    Refused, WithdrawApproval,
};
use realm::{App, Clock, SeededRandom};
use scope::OrganisationKey;

use crate::manage::{Office, app, catalog, now};

const HMAC: &[u8] = b"the key of the provider before";

/// A server over an office, where Ledgerly may have keys for Muster.
struct Place {
    office: Office,
    app: Arc<App>,
}

impl Place {
    async fn of(id: &str, scope: &str) -> Self {
        let office = Office::of(id).await;
        office.organisation("muster-ag").await;
        office.organisation("other-ag").await;
        office.client(app("ledgerly", scope)).await;
        let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
        let random = Arc::new(SeededRandom::new(8));
        let app = App::builder(Arc::clone(&office.store), clock, random)
            .realm(catalog(id))
            .hmac_keys(id, vec![HmacKey::new(HMAC).unwrap()]);
        let app = app.build().await.unwrap();
        Self { office, app }
    }

    /// So many seconds after the beginning.
    fn at(&self, seconds: i64) {
        let clock = &self.office.clock;
        clock.advance(later(seconds).duration_since(clock.now()).unsigned_abs());
    }

    async fn bexio() -> Self {
        Self::of("bexio", "contact_edit").await
    }

    async fn add(&self, key: AddApiKey) -> Result<MadeApiKey, Refused> {
        let added = self.office.desk().add_api_key(&self.office.by, key).await;
        self.app.catch_up().await.unwrap();
        added
    }

    async fn added(&self, scope: &str) -> MadeApiKey {
        self.add(wanted(scope)).await.unwrap()
    }

    async fn verify(&self, text: &str) -> Result<VerifiedToken, VerifyError> {
        self.verify_at(text, Some("api")).await
    }

    async fn verify_at(&self, text: &str, api: Option<&str>) -> Result<VerifiedToken, VerifyError> {
        let realm = self.app.realm(self.office.catalog.id()).unwrap();
        let cache = Arc::clone(realm.cache());
        let verifier = ApiKeyVerifier::new(cache, "https://api.example", api);
        verifier.verify(UnverifiedToken::new(text)).await
    }

    /// What counts of the key now, for calls that name Muster.
    async fn counts(&self, text: &str) -> Result<Vec<String>, AccessError> {
        let token = self.verify(text).await.unwrap();
        let realm = self.app.realm(self.office.catalog.id()).unwrap();
        let named = Some((OrganisationKey::Slug, "muster-ag"));
        let access = realm.cache().access(&token, named).await?;
        let catalog = realm.catalog();
        let counts = access.as_access().counts(catalog);
        Ok(catalog
            .names(&counts)
            .into_iter()
            .map(str::to_owned)
            .collect())
    }

    async fn change(&self, change: ClientChange) {
        let command = ChangeClient {
            client: "ledgerly".to_owned(),
            version: None,
            change,
        };
        let desk = self.office.desk();
        desk.change_client(&self.office.by, command).await.unwrap();
        self.app.catch_up().await.unwrap();
    }

    async fn kept(&self, key: &ApiKey) -> ApiKey {
        let found = self.office.store.api_key(&key.realm, key.id).await;
        found.unwrap().unwrap()
    }

    async fn acts(&self) -> Vec<String> {
        let all = AuditQuery::first(99);
        let entries = AuditTrail::new(&*self.office.store).entries(&all).await;
        entries
            .unwrap()
            .iter()
            .map(|one| one.row.act.clone())
            .collect()
    }
}

fn wanted(scope: &str) -> AddApiKey {
    AddApiKey {
        client: "ledgerly".to_owned(),
        organisation: Some("muster-ag".to_owned()),
        key: WantedApiKey {
            name: "Books".to_owned(),
            scope: scope.to_owned(),
            organisation: None,
            api: Some("api".to_owned()),
            expires_at: None,
            sunset_at: None,
        },
    }
}

fn later(seconds: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_key_opens_what_it_was_made_for_and_its_text_is_kept_nowhere() {
    let place = Place::bexio().await;
    let made = place.added("contact_show").await;
    let text = made.secret.expose();
    assert!(text.starts_with("sg_ak_") && text.starts_with(&made.key.beginning));
    assert_eq!(made.key.beginning.len(), 10);
    let token = place.verify(text).await.unwrap();
    assert_eq!((token.client.as_str(), token.user), ("ledgerly", None));
    assert_eq!(
        (token.id, token.organisation),
        (made.key.id, made.key.organisation)
    );
    assert_eq!(
        place.counts(text).await.unwrap(),
        ["general", "contact_show"]
    );
    let realm = place.app.realm("bexio").unwrap();
    let other = Some((OrganisationKey::Slug, "other-ag"));
    let access = realm.cache().access(&token, other).await;
    assert_eq!(access.err(), Some(AccessError::WrongOrganisation));
    // Neither the record nor what is told of it has the text.
    let kept = place.kept(&made.key).await;
    assert!(!format!("{kept:?} {made:?}").contains(text));
    assert_eq!(place.acts().await.last().unwrap(), "api-key-made");
    // Another API's, garbage, and one with a wrong end are nobody's.
    for api in [None, Some("other")] {
        let refused = place.verify_at(text, api).await;
        assert!(matches!(refused, Err(VerifyError::Invalid(why)) if why.contains("another API")));
    }
    let mut wrong = text.to_owned();
    wrong.replace_range(10..11, if &text[10..11] == "x" { "y" } else { "x" });
    for garbage in [
        "",
        "sg_ak_",
        "short",
        &wrong,
        &text.to_uppercase(),
        &format!("{text} "),
    ] {
        let refused = place.verify(garbage).await;
        assert!(matches!(refused, Err(VerifyError::Invalid(_))), "{garbage}");
    }
}

#[tokio::test]
async fn a_key_never_holds_more_than_its_client_may_have() {
    let place = Place::bexio().await;
    let beyond = place.add(wanted("contact_show kb_invoice_show")).await;
    assert!(
        matches!(&beyond, Err(Refused::ApiKey(ApiKeyError::Beyond { refused, .. }))
            if refused.contains("kb_invoice_show") && !refused.contains("contact_show")),
        "{beyond:?}"
    );
    for (scope, what) in [("contact_shwo", "no scope"), ("", "at least one")] {
        let refused = place.add(wanted(scope)).await.unwrap_err().to_string();
        assert!(refused.contains(what), "{refused}");
    }
    let made = place.added("contact_edit").await;
    let text = made.secret.expose();
    let all = ["general", "contact_show", "contact_edit"];
    assert_eq!(place.counts(text).await.unwrap(), all);
    // What the client may have now is what counts, and a key never gains by it.
    let scopes = |registered: &str| ClientChange::Scopes {
        registered: registered.to_owned(),
        optional: None,
    };
    place.change(scopes("contact_show")).await;
    assert_eq!(
        place.counts(text).await.unwrap(),
        ["general", "contact_show"]
    );
    place.change(scopes("contact_edit kb_invoice_show")).await;
    assert_eq!(place.counts(text).await.unwrap(), all);
}

#[tokio::test]
async fn two_keys_of_a_client_live_for_one_organisation() {
    let place = Place::bexio().await;
    let first = place.added("contact_show").await;
    place.added("contact_show").await;
    let third = place.add(wanted("contact_show")).await;
    let said = third.unwrap_err().to_string();
    assert!(said.contains("2 live API keys for muster-ag"), "{said}");
    let elsewhere = AddApiKey {
        organisation: Some("other-ag".to_owned()),
        ..wanted("contact_show")
    };
    place.add(elsewhere).await.unwrap();
    let id = first.key.id.to_string();
    let desk = place.office.desk();
    let revoked = desk.revoke_api_key(&place.office.by, &id).await.unwrap();
    assert!(revoked.is_changed);
    place.added("contact_show").await;
    let again = desk.revoke_api_key(&place.office.by, &id).await.unwrap();
    assert!(!again.is_changed);
    for unknown in ["", "x", "0197b1c0-0000-7000-8000-000000000000"] {
        let none = desk.revoke_api_key(&place.office.by, unknown).await;
        assert!(matches!(none, Err(Refused::NoSuch { .. })), "{none:?}");
    }
}

#[tokio::test]
async fn a_key_ends_by_itself_and_with_what_it_hangs_from() {
    let place = Place::bexio().await;
    let mut ending = wanted("contact_show");
    ending.key.expires_at = Some(later(60));
    let made = place.add(ending).await.unwrap();
    let text = made.secret.expose();
    place.at(59);
    assert!(place.verify(text).await.is_ok());
    place.at(60);
    let expired = place.verify(text).await;
    assert!(matches!(expired, Err(VerifyError::Invalid(why)) if why.contains("expired")));

    let made = place.added("contact_show").await;
    let text = made.secret.expose();
    place.change(ClientChange::Suspend).await;
    assert_eq!(place.counts(text).await, Err(AccessError::TokenEnded));
    let refused = place.add(wanted("contact_show")).await;
    assert!(matches!(
        refused,
        Err(Refused::ApiKey(ApiKeyError::Stopped(_)))
    ));
    place.change(ClientChange::Resume).await;
    assert!(place.counts(text).await.is_ok());
    // What a client that was disabled held before never counts again.
    place.change(ClientChange::Disable).await;
    place.change(ClientChange::Enable).await;
    assert_eq!(place.counts(text).await, Err(AccessError::TokenEnded));
    let after = place.added("contact_show").await;
    assert!(place.counts(after.secret.expose()).await.is_ok());

    let id = after.key.id.to_string();
    let desk = place.office.desk();
    desk.revoke_api_key(&place.office.by, &id).await.unwrap();
    place.app.catch_up().await.unwrap();
    let revoked = place.verify(after.secret.expose()).await;
    assert!(matches!(revoked, Err(VerifyError::Invalid(why)) if why.contains("revoked")));
    assert_eq!(place.acts().await.last().unwrap(), "api-key-revoked");

    let last = place.added("contact_show").await;
    assert!(place.counts(last.secret.expose()).await.is_ok());
    let gone = DeleteOrganisation {
        organisation: "muster-ag".to_owned(),
        version: None,
    };
    desk.delete_organisation(&place.office.by, gone)
        .await
        .unwrap();
    place.app.catch_up().await.unwrap();
    let text = last.secret.expose();
    let ended = place.verify(text).await;
    // Its own row is not followed: the organisation has the last word.
    assert!(ended.is_err() || place.counts(text).await == Err(AccessError::TokenEnded));
}

/// The realm's own end of everything is one of keys, too.
#[tokio::test]
async fn a_cut_off_of_the_realm_ends_keys() {
    let place = Place::bexio().await;
    let made = place.added("contact_show").await;
    let (desk, by) = (place.office.desk(), &place.office.by);
    desk.cut_off_realm(by).await.unwrap();
    place.app.catch_up().await.unwrap();
    let counts = place.counts(made.secret.expose()).await;
    assert_eq!(counts, Err(AccessError::TokenEnded));
    let after = place.added("contact_show").await;
    assert!(place.counts(after.secret.expose()).await.is_ok());
}

#[tokio::test]
async fn behind_its_sunset_a_key_is_told_from_one_that_nobody_has() {
    let place = Place::bexio().await;
    let mut ending = wanted("contact_show");
    ending.key.sunset_at = Some(later(60));
    ending.key.expires_at = Some(later(60));
    let made = place.add(ending.clone()).await.unwrap();
    let text = made.secret.expose();
    place.at(59);
    assert!(place.verify(text).await.is_ok());
    place.at(60);
    assert_eq!(place.verify(text).await, Err(VerifyError::KeySunset));
    let refused = place.add(ending).await;
    assert!(matches!(
        refused,
        Err(Refused::ApiKey(ApiKeyError::Expired))
    ));
    // One that was revoked says nothing of OAuth.
    let (desk, id) = (place.office.desk(), made.key.id.to_string());
    desk.revoke_api_key(&place.office.by, &id).await.unwrap();
    place.app.catch_up().await.unwrap();
    let revoked = place.verify(text).await;
    assert!(matches!(revoked, Err(VerifyError::Invalid(_))));
}

#[tokio::test]
async fn elevated_scopes_are_in_no_key_unless_the_catalog_says_so() {
    let place = Place::of("bokio", "bank-payments:write customers:read").await;
    let (desk, by) = (place.office.desk(), &place.office.by);
    // Not approved yet.
    let early = place.add(wanted("bank-payments:write")).await;
    assert!(
        matches!(early, Err(Refused::ApiKey(ApiKeyError::Beyond { .. }))),
        "{early:?}"
    );
    let elevation = place.office.catalog.elevation("partner").unwrap();
    let evidence = elevation.evidence.iter();
    let approval = WantedApproval {
        elevation: "partner".to_owned(),
        evidence: evidence
            .map(|name| (name.clone(), "C-1".to_owned()))
            .collect(),
        reviewer: "Ada".to_owned(),
        expires_at: None,
    };
    let command = Approve {
        client: "ledgerly".to_owned(),
        approval,
        version: None,
    };
    desk.approve(by, command).await.unwrap();
    let refused = place.add(wanted("bank-payments:write")).await;
    assert!(
        matches!(&refused, Err(Refused::ApiKey(ApiKeyError::NotForKeys(names))) if names == "bank-payments:write"),
        "{refused:?}"
    );
    place.added("customers:read").await;

    // The same catalog with the word in it.
    let source = place.office.catalog.source().replace(
        "client_kinds = [\"public-integration\"]",
        "client_kinds = [\"public-integration\"]\napi_keys = true",
    );
    let open = scope::Catalog::parse("bokio.toml", &source).unwrap();
    let desk = realm::manage::Desk::new(
        &*place.office.store,
        &open,
        &*place.office.clock,
        &place.office.random,
    );
    let made = desk.add_api_key(by, wanted("bank-payments:write")).await;
    let made = made.unwrap();
    assert!(made.key.scope.contains("bank-payments:write"));
    // A server of the catalog without the word lets it open nothing.
    place.app.catch_up().await.unwrap();
    let counts = place.counts(made.secret.expose()).await.unwrap();
    assert!(
        !counts.contains(&"bank-payments:write".to_owned()),
        "{counts:?}"
    );
    // So does the approval's end, where the word is there.
    let withdrawn = WithdrawApproval {
        client: "ledgerly".to_owned(),
        elevation: "partner".to_owned(),
        version: None,
    };
    desk.withdraw_approval(by, withdrawn).await.unwrap();
    let late = desk.add_api_key(by, wanted("bank-payments:write")).await;
    assert!(matches!(
        late,
        Err(Refused::ApiKey(ApiKeyError::Beyond { .. }))
    ));
}

#[tokio::test]
async fn the_hour_of_the_last_use_is_written_now_and_then() {
    let place = Place::bexio().await;
    let made = place.added("contact_show").await;
    let text = made.secret.expose();
    place.at(1_000);
    for _ in 0..3 {
        place.verify(text).await.unwrap();
    }
    assert_eq!(place.kept(&made.key).await.last_used_at, None);
    place.app.note_api_key_uses().await.unwrap();
    assert_eq!(place.kept(&made.key).await.last_used_at, Some(now()));
    place.at(3_700);
    place.verify(text).await.unwrap();
    place.app.note_api_key_uses().await.unwrap();
    assert_eq!(place.kept(&made.key).await.last_used_at, Some(later(3_600)));
}

/// What was cut off while the key was made ends it: its place lies before.
#[tokio::test]
async fn a_key_carries_how_far_the_changes_had_come() {
    let place = Place::bexio().await;
    let latest = place.office.store.latest_change().await.unwrap();
    let made = place.added("contact_show").await;
    assert_eq!(made.key.position, Position(latest));
}
