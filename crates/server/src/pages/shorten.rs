//! Descriptions of any length, on pages of many: the beginning is read, and the rest by whoever
//! wants it.

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

/// Leaves the beginning, up to a blank where there is one, and answers with the rest; nothing of what is
/// not too long.
pub(super) fn cut(text: &mut String, most: usize, left: usize) -> Option<String> {
    text.char_indices().nth(most)?;
    let (end, _) = text.char_indices().nth(left)?;
    let beginning = text.get(..end)?;
    let blank = beginning.rfind(char::is_whitespace);
    // A word that is longer than half of it has no end that were in sight.
    let end = blank.filter(|at| *at > end / 2).unwrap_or(end);
    let rest = text.get(end..)?.trim_start().to_owned();
    text.truncate(end);
    text.push('…');
    Some(rest)
}

#[cfg(test)]
mod tests {

    #[test]
    fn texts_are_cut_between_words_or_else_between_letters() {
        let cut = |text: &str, most, left| {
            let mut text = text.to_owned();
            let rest = super::cut(&mut text, most, left);
            (text, rest)
        };
        let both = |text: &str, rest: &str| (text.to_owned(), Some(rest.to_owned()));
        assert_eq!(cut("one two", 7, 5), ("one two".to_owned(), None));
        assert_eq!(cut("one two three", 12, 10), both("one two…", "three"));
        assert_eq!(cut("ööööööööö", 8, 4), both("öööö…", "ööööö"));
        assert_eq!(cut("a ööööööööö", 8, 5), both("a ööö…", "öööööö"));
        assert_eq!(cut("", 0, 0), (String::new(), None));
    }
}
