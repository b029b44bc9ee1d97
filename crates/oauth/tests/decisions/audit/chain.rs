use std::collections::BTreeMap;

use oauth::audit::{Act, Actor, Anchor, AuditLink, AuditRow, Audited, BadAnchor, Break, Walk};
use oauth::model::Uuid;
use proptest::prelude::*;

use super::{anna, origin, record, stored};
use crate::support::at;

/// Rows as a store keeps them, at positions with gaps.
fn rows(count: i64) -> Vec<AuditRow> {
    let mut keys = BTreeMap::new();
    (1..=count)
        .map(|number| {
            let by = Actor::person(&anna(), origin());
            let random = u8::try_from(number).unwrap();
            let after = Audited::field("number", number);
            let record = record(&by, Act::GrantReduced, random)
                .about(&anna())
                .made(after);
            stored(&record, number * 3, &mut keys)
        })
        .collect()
}

/// Links and rows by position, as they are read to verify them.
fn walk(links: &[AuditLink], rows: &[AuditRow], anchor: Option<Anchor>) -> Result<(), Break> {
    let mut walk = Walk::past(anchor);
    for link in links {
        let row = rows.iter().find(|row| row.position == link.position);
        walk.step(link.clone(), row)?;
    }
    let verified = walk.end()?;
    assert_eq!(verified.head.as_ref(), links.last());
    Ok(())
}

#[test]
fn a_chain_holds_however_it_was_linked() {
    let rows = rows(9);
    let whole = AuditLink::chain(None, &rows);
    assert_eq!(walk(&whole, &rows, None), Ok(()));
    let (first, second) = rows.split_at(4);
    let mut parts = AuditLink::chain(None, first);
    parts.extend(AuditLink::chain(parts.last(), second));
    assert_eq!(parts, whole);
    for link in &whole {
        assert_eq!(walk(&whole, &rows, Some(link.anchor())), Ok(()));
    }
    assert_eq!(walk(&[], &[], None), Ok(()));
    // Rows that wait for their link are none of its business.
    assert_eq!(walk(&whole[..4], &rows, None), Ok(()));
}

#[test]
fn any_field_that_differs_breaks_it() {
    type Change = fn(&mut AuditRow);
    let table: [(&str, Change); 18] = [
        ("id", |row| row.id = Uuid::from_u128(1)),
        ("realm", |row| row.realm.push('x')),
        ("at", |row| row.at = at(1)),
        ("actor_kind", |row| row.actor_kind = "system".to_owned()),
        ("actor_id", |row| row.actor_id = None),
        ("empty actor_id", |row| row.actor_id = Some(String::new())),
        ("act", |row| row.act = "grant-revoked".to_owned()),
        ("subject_kind", |row| row.subject_kind.push('x')),
        ("subject_id", |row| row.subject_id.push('x')),
        ("subject_names", |row| row.subject_names.push(' ')),
        ("person", |row| row.person = None),
        ("before", |row| row.before = "{\"number\":1}".to_owned()),
        ("after", |row| row.after = "{}".to_owned()),
        ("address", |row| row.address = Some("192.0.2.9".to_owned())),
        ("request_id", |row| row.request_id = None),
        ("salt", |row| row.salt[0] ^= 1),
        ("sealed_actor", |row| row.sealed_actor = None),
        ("sealed_person", |row| {
            row.sealed_person.as_mut().unwrap()[20] ^= 1;
        }),
    ];
    let good = rows(3);
    let links = AuditLink::chain(None, &good);
    for (field, change) in table {
        let mut rows = good.clone();
        change(&mut rows[1]);
        let broken = Break::RowAltered {
            number: 2,
            position: 6,
        };
        assert_eq!(walk(&links, &rows, None), Err(broken), "{field}");
    }
    // Letters do not wander from one field to the next.
    let mut rows = good.clone();
    let letter = rows[1].subject_kind.pop().unwrap();
    rows[1].subject_id.insert(0, letter);
    assert!(walk(&links, &rows, None).is_err());
}

#[test]
fn a_row_that_is_gone_or_moved_breaks_it() {
    let good = rows(4);
    let links = AuditLink::chain(None, &good);
    let mut removed = good.clone();
    removed.remove(1);
    let missing = Break::RowMissing {
        number: 2,
        position: 6,
    };
    assert_eq!(walk(&links, &removed, None), Err(missing));

    let mut swapped = good.clone();
    (swapped[1].position, swapped[2].position) = (9, 6);
    assert_eq!(
        walk(&links, &swapped, None),
        Err(Break::RowAltered {
            number: 2,
            position: 6
        })
    );
    // With its link, too: the others no longer follow.
    let (mut rows, mut fewer) = (good.clone(), links.clone());
    rows.remove(1);
    fewer.remove(1);
    let gap = Break::Link {
        expected: 2,
        found: 3,
    };
    assert_eq!(walk(&fewer, &rows, None), Err(gap));
    for (link, number) in fewer.iter_mut().zip(1..) {
        link.number = number;
    }
    assert!(walk(&fewer, &rows, None).is_err());
}

/// Whoever can write to the database can link anew what they changed; not what is kept elsewhere.
#[test]
fn an_anchor_tells_a_chain_that_was_made_anew() {
    let good = rows(5);
    let links = AuditLink::chain(None, &good);
    let anchor = Some(links[3].anchor());

    let mut rows = good.clone();
    rows[1].act = "grant-revoked".to_owned();
    let anew = AuditLink::chain(None, &rows);
    assert_eq!(walk(&anew, &rows, None), Ok(()));
    assert_eq!(walk(&anew, &rows, anchor), Err(Break::Anchor(4)));

    let cut = &links[..2];
    assert_eq!(walk(cut, &good[..2], None), Ok(()));
    let cut_off = Break::CutOff { last: 2, anchor: 4 };
    assert_eq!(walk(cut, &good[..2], anchor), Err(cut_off));
}

#[test]
fn an_anchor_is_read_as_it_is_printed() {
    let anchor = AuditLink::chain(None, &rows(2))[1].anchor();
    let text = anchor.to_string();
    assert!(text.starts_with("2:") && text.len() == 66, "{text}");
    assert_eq!(text.parse(), Ok(anchor));
    assert_eq!(format!(" {text}\n").parse(), Ok(anchor));
    let digits = text.strip_prefix("2:").unwrap();
    for wrong in [
        "",
        "2",
        "2:",
        digits,
        &format!("0:{digits}"),
        &format!("x:{digits}"),
        &format!("2:{}", &digits[1..]),
        &format!("2:{digits}00"),
        &format!("2:{}g", &digits[1..]),
        &format!("2:{}é", &digits[1..]),
    ] {
        assert_eq!(wrong.parse::<Anchor>(), Err(BadAnchor), "{wrong}");
    }
}

/// The form of a digest is for ever: chains that were begun go on.
#[test]
fn digests_are_stable() {
    let row = rows(1).remove(0);
    let fixed = AuditRow {
        sealed_actor: None,
        sealed_person: None,
        ..row
    };
    insta::assert_snapshot!(AuditLink::behind(None, &fixed).anchor(), @"1:8ac0d10423bb0a1c8e0e68f4b42f5c36e01662f5fe7bcb7114d5194b0045b894");
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*") {
        let _ = text.parse::<Anchor>();
    }
}
