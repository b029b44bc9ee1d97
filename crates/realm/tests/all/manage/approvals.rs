use std::collections::BTreeMap;

use oauth::approval::{ApprovalError, WantedApproval};
use realm::manage::{Approve, Refused, WithdrawApproval};
use scope::ApprovalState;

use super::{Office, app, now};

pub fn approve(client: &str, reviewer: &str) -> Approve {
    let evidence = ["partnership-contract", "security-review"];
    Approve {
        client: client.to_owned(),
        approval: WantedApproval {
            elevation: "partner".to_owned(),
            evidence: BTreeMap::from(evidence.map(|name| (name.to_owned(), "X-1".to_owned()))),
            reviewer: reviewer.to_owned(),
            expires_at: None,
        },
        version: None,
    }
}

async fn states(office: &Office) -> Vec<(String, ApprovalState)> {
    let client = office.desk().client("betalfix").await.unwrap();
    let approvals = office.desk().approvals(&client).await.unwrap();
    approvals
        .into_iter()
        .map(|(approval, state)| (approval.reviewer, state))
        .collect()
}

#[tokio::test]
async fn an_approval_lives_until_it_is_withdrawn_or_replaced() {
    use ApprovalState::{Live, Withdrawn};
    let office = Office::of("bokio").await;
    office.client(app("betalfix", "bank-payments:write")).await;
    let desk = office.desk();
    let approved = desk.approve(&office.by, approve("betalfix", "Elsa")).await;
    let approved = approved.unwrap();
    assert_eq!(approved.client.id, "betalfix");
    assert_eq!(approved.approval.approved_at, now());
    assert_eq!(states(&office).await, [("Elsa".to_owned(), Live)]);

    desk.approve(&office.by, approve("betalfix", "Ida"))
        .await
        .unwrap();
    let replaced = [("Ida".to_owned(), Live), ("Elsa".to_owned(), Withdrawn)];
    assert_eq!(states(&office).await, replaced);

    let withdraw = WithdrawApproval {
        client: "betalfix".to_owned(),
        elevation: "partner".to_owned(),
        version: None,
    };
    let withdrawn = desk.withdraw_approval(&office.by, withdraw.clone());
    let withdrawn = withdrawn.await.unwrap();
    assert_eq!(withdrawn.record.name, "App betalfix");
    assert!(withdrawn.is_changed);
    let states_now = [
        ("Ida".to_owned(), Withdrawn),
        ("Elsa".to_owned(), Withdrawn),
    ];
    assert_eq!(states(&office).await, states_now);
    // Taken back is taken back; what never was is no approval.
    let again = desk.withdraw_approval(&office.by, withdraw.clone());
    assert!(!again.await.unwrap().is_changed);
    assert_eq!(states(&office).await, states_now);
    let mut never = withdraw;
    never.client = "other".to_owned();
    office.client(app("other", "invoices:read")).await;
    let refused = desk.withdraw_approval(&office.by, never).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "other has no standing approval for \"partner\""
    );
}

#[tokio::test]
async fn what_would_not_count_is_not_recorded() {
    let office = Office::of("bokio").await;
    office.client(app("betalfix", "bank-payments:write")).await;
    let desk = office.desk();
    let refused = desk.approve(&office.by, approve("betalfix", " ")).await;
    assert!(matches!(
        refused,
        Err(Refused::Approval(ApprovalError::NoReviewer))
    ));
    let refused = desk.approve(&office.by, approve("nobody", "Elsa")).await;
    assert!(matches!(
        refused,
        Err(Refused::NoSuch { what: "client", .. })
    ));
    assert!(states(&office).await.is_empty());
}
