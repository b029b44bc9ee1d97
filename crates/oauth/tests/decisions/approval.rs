//! Which approvals are given, and what one is worth later.

use oauth::approval::{self, WantedApproval};
use oauth::model::{Approval, Client};
use scope::ApprovalState;

use crate::support::{any, at, client, now, optional};

fn wanted() -> WantedApproval {
    let Approval {
        elevation,
        evidence,
        reviewer,
        expires_at,
        ..
    } = crate::support::approval(&optional());
    WantedApproval {
        elevation,
        evidence,
        reviewer,
        expires_at,
    }
}

#[test]
fn only_an_approval_that_counts_is_given() {
    type Change = fn(&mut WantedApproval, &mut Client);
    let table: [(&str, Change); 8] = [
        (
            "catalog optional has the elevations partner",
            |wanted, _| {
                wanted.elevation = "royal".to_owned();
            },
        ),
        (
            "ledgerly is of kind private; partner is only for public",
            |_, client| client.kind = "private".to_owned(),
        ),
        ("still needed: evidence of review", |wanted, _| {
            wanted.evidence.remove("review");
        }),
        ("still needed: evidence of contract, review", |wanted, _| {
            wanted.evidence.remove("review");
            let blank = " \t".to_owned();
            wanted.evidence.insert("contract".to_owned(), blank);
        }),
        (
            "partner asks for no evidence \"luck\"; it asks for contract, review",
            |wanted, _| {
                wanted.evidence.insert("luck".to_owned(), "1".to_owned());
            },
        ),
        ("the reviewer must say who decided", |wanted, _| {
            wanted.reviewer = "  ".to_owned();
        }),
        ("the expiry lies in the past", |wanted, _| {
            wanted.expires_at = Some(now());
        }),
        ("the expiry lies in the past", |wanted, _| {
            wanted.expires_at = Some(at(-1));
        }),
    ];
    let catalog = optional();
    for (sentence, change) in table {
        let (mut wanted, mut client) = (wanted(), client(&catalog));
        change(&mut wanted, &mut client);
        let said = approval::approve(&catalog, &client, wanted, now());
        assert_eq!(said.unwrap_err().to_string(), sentence);
    }
    let said = approval::approve(&any(), &client(&any()), wanted(), now());
    assert_eq!(
        said.unwrap_err().to_string(),
        "catalog any has no elevations"
    );
}

#[test]
fn what_was_given_counts_until_it_ends() {
    let catalog = optional();
    let client = client(&catalog);
    let given = approval::approve(&catalog, &client, wanted(), now()).unwrap();
    assert_eq!(given, crate::support::approval(&catalog));
    let state = |approval: &Approval, seconds| approval.state(&catalog, "public", at(seconds));
    assert_eq!(state(&given, 3_599), ApprovalState::Live);
    assert_eq!(state(&given, 3_600), ApprovalState::Expired);
    let endless = WantedApproval {
        expires_at: None,
        ..wanted()
    };
    let endless = approval::approve(&catalog, &client, endless, now()).unwrap();
    assert_eq!(state(&endless, 1_000_000_000), ApprovalState::Live);
}

/// What is listed as live is what decisions take as live.
#[test]
fn each_state_has_its_reason_and_decisions_go_by_it() {
    use ApprovalState as State;
    type Change = fn(&mut Approval, &mut Client);
    let table: [(State, Change); 9] = [
        (State::Live, |_, _| {}),
        (State::Withdrawn, |one, _| one.withdrawn_at = Some(at(-5))),
        (State::Withdrawn, |one, _| {
            one.withdrawn_at = Some(at(-5));
            one.expires_at = Some(at(-5));
        }),
        (State::Expired, |one, _| one.expires_at = Some(now())),
        (State::UnknownElevation, |one, _| {
            one.elevation = "bank".to_owned();
        }),
        (State::OtherKind, |_, client| {
            client.kind = "private".to_owned()
        }),
        (State::EvidenceMissing, |one, _| {
            one.evidence.remove("contract");
        }),
        (State::EvidenceMissing, |one, _| {
            let blank = " ".to_owned();
            one.evidence.insert("review".to_owned(), blank);
        }),
        (State::NoReviewer, |one, _| one.reviewer.clear()),
    ];
    let catalog = optional();
    for (state, change) in table {
        let (mut approval, mut client) = (crate::support::approval(&catalog), client(&catalog));
        change(&mut approval, &mut client);
        assert_eq!(approval.state(&catalog, &client.kind, now()), state);
        let decided = client.state(&catalog, &[approval]);
        let live = decided.live_elevations(&catalog, now().into()).count();
        assert_eq!(live == 1, state == State::Live, "{state:?}");
    }
}
