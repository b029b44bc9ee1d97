//! What counts now: each condition of an approval is needed, no limit is passed, and a decision
//! opens exactly what a token is said to be worth.
use std::time::{Duration, SystemTime};

use scope::{
    Access, ApiRequest, Approval, Catalog, ClientState, Limits, Scope, ScopeSet, WithheldReason,
    decide, effective, minimal,
};

use crate::small_catalog::SmallCatalog;

/// Edit brings show, `general` is on every grant, payments need an approval, `old_show` is
/// retired; one endpoint for each scope.
fn small() -> Catalog {
    let catalog = SmallCatalog::new("small")
        .pattern("{resource}_{action}")
        .bound_to("organisation")
        .action("show", "read")
        .action("edit", "write")
        .with("implies = [\"show\"]")
        .scope("general")
        .with("added = \"every-grant\"")
        .resource("contact", &["show", "edit"])
        .resource("payment", &["edit"])
        .with("elevation = \"partner\"")
        .resource("old", &["show"])
        .with("status = \"retired\"")
        .kind("public", &["authorization_code"])
        .kind("private", &["client_credentials"])
        .elevation("partner", "public", &["contract", "review"]);
    let scopes = [
        "general",
        "contact_show",
        "contact_edit",
        "payment_edit",
        "old_show",
    ];
    let open =
        |catalog: SmallCatalog, scope| catalog.endpoint(&format!("/{scope}"), &[("get", scope)]);
    scopes.into_iter().fold(catalog, open).parse()
}

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

/// This many seconds after a moment.
fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
}

fn now() -> SystemTime {
    at(0)
}

fn approval() -> Approval {
    let mut approval = Approval::new("partner");
    for item in ["contract", "review"] {
        approval.evidence.insert(item.to_owned(), "C-1".to_owned());
    }
    "Ada".clone_into(&mut approval.reviewer);
    approval.expires_at = Some(at(3_600));
    approval
}

/// A public client with this registration and these approvals.
fn client(catalog: &Catalog, registered: &str, approvals: Vec<Approval>) -> ClientState {
    ClientState::new(catalog, "public", &scope(registered), approvals)
}

#[test]
fn an_approval_is_live_only_with_everything_it_needs() {
    type Change = fn(&mut Approval);
    let blank_contract: Change = |one| {
        let blank = " \t".to_owned();
        one.evidence.insert("contract".to_owned(), blank);
    };
    let table: [(&str, Change, bool); 9] = [
        ("as it is", |_| {}, true),
        ("without end", |one| one.expires_at = None, true),
        (
            "other elevation",
            |one| "bank".clone_into(&mut one.elevation),
            false,
        ),
        (
            "no contract",
            |one| drop(one.evidence.remove("contract")),
            false,
        ),
        ("blank contract", blank_contract, false),
        (
            "no review",
            |one| drop(one.evidence.remove("review")),
            false,
        ),
        (
            "no reviewer",
            |one| " ".clone_into(&mut one.reviewer),
            false,
        ),
        ("withdrawn", |one| one.withdrawn = true, false),
        ("expires now", |one| one.expires_at = Some(now()), false),
    ];
    let catalog = small();
    let payment = catalog.find("payment_edit").unwrap();
    for (name, change, live) in table {
        let mut approval = approval();
        change(&mut approval);
        assert_eq!(approval.is_live(&catalog, "public", now()), live, "{name}");
        assert!(!approval.is_live(&catalog, "private", now()), "{name}");
        let approved = client(&catalog, "payment_edit", vec![approval]).approved(&catalog, now());
        assert_eq!(approved.contains(payment), live, "{name}");
        assert!(approved.contains(catalog.find("contact_show").unwrap()));
    }
    let new = Approval::new("partner");
    assert!(!new.is_live(&catalog, "public", now()));
}

#[test]
fn approvals_end_on_the_second_and_the_next_end_is_known() {
    let catalog = small();
    let mut earlier = approval();
    (earlier.expires_at, earlier.withdrawn) = (Some(at(10)), true);
    let mut endless = approval();
    endless.expires_at = None;
    let state = client(&catalog, "", vec![approval(), earlier, endless]);
    assert_eq!(state.next_expiry(now()), Some(at(3_600)));
    assert_eq!(state.next_expiry(at(3_600)), None);
    let only = client(&catalog, "", vec![approval()]);
    assert_eq!(only.live_elevations(&catalog, at(3_599)).count(), 1);
    assert_eq!(only.live_elevations(&catalog, at(3_600)).count(), 0);
}

#[test]
fn the_ceiling_is_expanded_and_has_the_defaults() {
    let catalog = small();
    let state = client(&catalog, "contact_edit nope", Vec::new());
    let names = catalog.names(state.ceiling().set());
    assert_eq!(names, ["general", "contact_show", "contact_edit"]);
}

#[test]
fn what_is_withheld_says_why() {
    let catalog = small();
    let state = client(&catalog, "contact_edit old_show payment_edit", Vec::new());
    let granted = catalog.granted(&scope("contact_edit payment_edit old_show"));
    let rights = catalog.rights(["contact_show"]);
    let (within, withheld) = effective(&catalog, &granted, &state, Some(&rights), now());
    assert_eq!(catalog.names(&within), ["general", "contact_show"]);
    let told = |withheld: &[scope::Withheld]| -> Vec<(String, WithheldReason)> {
        let each = withheld.iter();
        each.map(|one| (one.scope.clone(), one.reason)).collect()
    };
    let expected = [
        ("contact_edit", WithheldReason::RightMissing),
        ("payment_edit", WithheldReason::ElevationNotApproved),
        ("old_show", WithheldReason::Retired),
    ]
    .map(|(name, reason)| (name.to_owned(), reason));
    assert_eq!(told(&withheld), expected);

    let nobody = client(&catalog, "", Vec::new());
    let (within, _) = effective(&catalog, &granted, &nobody, None, now());
    assert_eq!(catalog.names(&within), ["general"]);
    let limits = Limits::new(&catalog, &nobody, None, now());
    let requested = catalog.requested(scope("nope contact_show general"));
    let expected = [
        ("nope", WithheldReason::Unknown),
        ("contact_show", WithheldReason::NotRegistered),
    ]
    .map(|(name, reason)| (name.to_owned(), reason));
    assert_eq!(told(&limits.withheld(&requested)), expected);
}

/// A default of every grant is added as it is. What it would bring is asked for like any other.
#[test]
fn the_least_scope_counts_on_nothing_that_a_default_would_bring() {
    let catalog = SmallCatalog::new("small")
        .pattern("{resource}_{action}")
        .action("show", "read")
        .action("edit", "write")
        .with("implies = [\"show\"]")
        .resource("contact", &["show", "edit"])
        // For the scope written last, so `contact_edit`.
        .with("added = \"every-grant\"")
        .resource("payment", &["edit"])
        .endpoint("/contact_edit", &[("get", "contact_edit")])
        .with(
            "[[endpoints]]\npath = \"/payment_edit\"\n\
             get = { all = [\"contact_edit\", { any = [\"contact_show\", \"payment_edit\"] }] }",
        )
        .parse();
    let calls = ["/contact_edit", "/payment_edit"].map(|path| ApiRequest::new("GET", path));
    let least = minimal(&catalog, &calls).unwrap_or_else(|unknown| panic!("{unknown}"));
    assert_eq!(least.scope, scope("contact_show"));
}

/// Issue, refresh and introspection say what a token is worth, and each call is decided anew:
/// both are one answer.
#[test]
fn a_call_is_opened_by_exactly_what_a_token_is_said_to_be_worth() {
    let catalog = small();
    let every = catalog.scopes().len();
    let subset = |bits: usize| -> ScopeSet {
        let all = catalog.all();
        all.iter()
            .filter(|id| bits >> id.index() & 1 == 1)
            .collect()
    };
    let mut opened = 0;
    for bits in 0..1_usize << (3 * every + 1) {
        // Each of the three sets takes its own bits; one in 7 keeps the test quick.
        if bits % 7 != 0 {
            continue;
        }
        let (granted, registered, rights) = (bits, bits >> every, bits >> (2 * every));
        let granted = catalog.recorded(&catalog.scope_of(&subset(granted)));
        let registered = catalog.scope_of(&subset(registered)).to_string();
        let rights = subset(rights);
        let approvals = (bits >> (3 * every) == 1).then(approval);
        let client = client(&catalog, &registered, approvals.into_iter().collect());
        let approved = client.approved(&catalog, now());
        let (worth, _) = effective(&catalog, &granted, &client, Some(&rights), now());
        let access = Access {
            subject: scope::Subject::Person,
            granted: &granted,
            ceiling: client.ceiling(),
            approved: &approved,
            rights: &rights,
            expired: None,
            unproven: None,
        };
        for id in catalog.all().iter() {
            let path = format!("/{}", catalog.scope(id).unwrap().name);
            let is_open = decide(&catalog, &access, &ApiRequest::new("GET", &path)).is_permit();
            assert_eq!(is_open, worth.contains(id), "{path} {bits:b}");
            opened += usize::from(is_open);
        }
    }
    assert!(opened > 1_000, "{opened}");
}
