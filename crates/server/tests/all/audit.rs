//! What requests leave in the audit record: who acted is who proved to be, and nobody else.

use oauth::audit::{AuditQuery, AuditRow};

use crate::support::World;

async fn acts(world: &World) -> Vec<AuditRow> {
    let query = AuditQuery {
        realm: Some(world.realm.clone()),
        ..AuditQuery::first(1_000)
    };
    let rows = world.followed.audit_rows(&query).await.unwrap();
    // What the world was made of is nobody's act.
    let of_requests = [
        "grant-revoked",
        "grant-reduced",
        "access-token-revoked",
        "family-ended",
        "session-ended",
    ];
    let rows = rows.into_iter();
    rows.filter(|row| of_requests.contains(&row.act.as_str()))
        .collect()
}

fn told(rows: &[AuditRow]) -> Vec<(&str, &str, Option<&str>)> {
    let told = rows.iter().map(|row| {
        let id = row.actor_id.as_deref();
        (row.act.as_str(), row.actor_kind.as_str(), id)
    });
    told.collect()
}

#[tokio::test]
async fn what_people_and_apps_take_back_is_recorded_once() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit task_show"))
        .await;
    let anna = world.anna.id.to_string();
    let (_, first) = world.consent(&client, "contact_edit task_show", 1).await;
    let mut browser = world.annas_browser().await;
    let grant = |act: &str| format!("/bexio/account/grants/{}/{act}", first.id);
    // As it is, then less, then nothing; and once more, when there is nothing any more.
    let shown = oauth::consent::ShownGrant::of(&first).to_string();
    let shown = ("shown", shown.as_str());
    let all = [
        ("allow.contact", "contact_edit"),
        ("allow.task", "task_show"),
        shown,
    ];
    browser.post(&grant("reduce"), &all).await.location();
    let less = [("allow.contact", "contact_show"), shown];
    browser.post(&grant("reduce"), &less).await.location();
    browser.post(&grant("remove"), &[shown]).await.location();
    browser.post(&grant("remove"), &[shown]).await.location();
    browser.post("/bexio/logout", &[]).await.location();
    let rows = acts(&world).await;
    assert_eq!(
        told(&rows),
        [
            ("grant-reduced", "person", Some(&*anna)),
            ("grant-revoked", "person", Some(&*anna)),
            ("session-ended", "person", Some(&*anna)),
        ]
    );
    assert!(rows.iter().all(|row| row.person == Some(world.anna.id)));

    // A code that comes twice ends its family, by whoever brought it.
    let (code, _) = world.consent(&client, "contact_show", 2).await;
    let tokens = world.redeem(&client, &code).await.json();
    world
        .redeem(&client, &code)
        .await
        .expect_error(400, "invalid_grant");
    // A refresh token given back ends what is left of it no more.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let rows = acts(&world).await;
    let last = rows.last().unwrap();
    assert_eq!(
        told(&rows[3..]),
        [("family-ended", "client", Some("ledgerly"))]
    );
    let family = world.family_of(tokens["access_token"].as_str().unwrap());
    assert_eq!(last.subject_id, family.await.id.to_string());
    assert_eq!(last.person, Some(world.anna.id));
    assert!(last.after.contains("code-reused"), "{}", last.after);
    world
        .refresh(&client, refresh)
        .await
        .expect_error(400, "invalid_grant");
    assert_eq!(acts(&world).await.len(), 4);
}

/// An access token that an app gives back ends alone, and is told once.
#[tokio::test]
async fn an_access_token_that_is_given_back_is_recorded_once() {
    let world = World::new("bexio").await;
    let client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let (code, _) = world.consent(&client, "contact_edit", 1).await;
    let tokens = world.redeem(&client, &code).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let form = [("token", token)];
    for _ in 0..2 {
        let answer = world.post_as(&client, "revoke", &form).await;
        answer.expect(axum::http::StatusCode::OK);
    }
    let rows = acts(&world).await;
    assert_eq!(
        told(&rows),
        [("access-token-revoked", "client", Some("ledgerly"))]
    );
    assert_eq!(rows[0].subject_kind, "access-token");
    assert_eq!(rows[0].person, Some(world.anna.id));
}
