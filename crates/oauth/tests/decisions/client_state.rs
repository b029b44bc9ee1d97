//! A client's records as decisions take them: an approval counts as its record stands, and for
//! its own client only.

use crate::support::{approval, at, client, now, optional};
use oauth::model::{Approval, Client};

#[test]
fn an_approval_is_live_only_with_everything_it_needs() {
    type Change = fn(&mut Approval, &mut Client);
    let table: [(&str, Change, bool); 12] = [
        ("as it is", |_, _| {}, true),
        (
            "without end",
            |approval, _| approval.expires_at = None,
            true,
        ),
        (
            "other elevation",
            |approval, _| approval.elevation = "bank".to_owned(),
            false,
        ),
        (
            "no contract",
            |approval, _| drop(approval.evidence.remove("contract")),
            false,
        ),
        (
            "blank contract",
            |approval, _| {
                drop(
                    approval
                        .evidence
                        .insert("contract".to_owned(), " \t".to_owned()),
                )
            },
            false,
        ),
        (
            "no review",
            |approval, _| drop(approval.evidence.remove("review")),
            false,
        ),
        (
            "no reviewer",
            |approval, _| approval.reviewer = " ".to_owned(),
            false,
        ),
        (
            "withdrawn",
            |approval, _| approval.withdrawn_at = Some(at(5_000)),
            false,
        ),
        (
            "expires now",
            |approval, _| approval.expires_at = Some(now()),
            false,
        ),
        (
            "other client",
            |approval, _| approval.client = "other".to_owned(),
            false,
        ),
        (
            "other realm",
            |approval, _| approval.realm = "other".to_owned(),
            false,
        ),
        (
            "other kind of client",
            |_, client| client.kind = "private".to_owned(),
            false,
        ),
    ];
    let catalog = optional();
    for (name, change, live) in table {
        let (mut approval, mut client) = (approval(&catalog), client(&catalog));
        change(&mut approval, &mut client);
        let state = client.state(&catalog, &[approval]);
        assert_eq!(
            state.live_elevations(&catalog, now().into()).count(),
            usize::from(live),
            "{name}"
        );
        let approved = state.approved(&catalog, now().into());
        assert_eq!(
            approved.contains(catalog.find("payments:write").unwrap()),
            live,
            "{name}"
        );
        assert!(
            approved.contains(catalog.find("invoices:read").unwrap()),
            "{name}"
        );
    }
}
