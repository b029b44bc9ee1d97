//! Descriptions of any length, on pages of many: the beginning is read, and the rest by whoever
//! wants it.

use super::cut::cut;
use super::views::{Rest, Row, Says};

/// What is longer is shortened, in characters.
const LONG: usize = 300;
/// To so much.
const BEGINNING: usize = 240;
/// To so much where the page would be heavy, the first that is enough.
pub(crate) const BRIEF: [usize; 2] = [100, 40];
/// So many bytes of what was left off still stand on the page; where it is more, none do.
const MOST_HERE: usize = 16_000;

/// Shortens what is long.
pub(crate) fn fit<'r>(rows: impl Iterator<Item = &'r mut Row>) {
    let mut shortened: Vec<&mut Says> = rows
        .flat_map(Row::says_mut)
        .filter_map(|says| {
            let rest = cut(&mut says.text, LONG, BEGINNING)?;
            says.rest = Some(Rest::Here(rest));
            Some(says)
        })
        .collect();
    let length = |says: &&mut Says| match &says.rest {
        Some(Rest::Here(rest)) => rest.len(),
        _ => 0,
    };
    if shortened.iter().map(length).sum::<usize>() > MOST_HERE {
        for says in &mut shortened {
            says.rest = Some(Rest::AtItsScope);
        }
    }
}

/// Shortens everything to so many characters.
pub(crate) fn to<'r>(brief: usize, rows: impl Iterator<Item = &'r mut Row>) {
    for says in rows.flat_map(Row::says_mut) {
        let is_cut = cut(&mut says.text, brief, brief).is_some();
        if is_cut || says.rest.is_some() {
            says.rest = Some(Rest::AtItsScope);
        }
    }
}
