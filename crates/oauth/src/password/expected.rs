//! Passwords that are tried first, as long as they are. What everybody thinks of is taken out: common
//! words, words of the person and the place, years, rows of a keyboard, repetitions. What is left has
//! to be something.
//!
//! A list of whole passwords that were common somewhere would hardly have one of this length.

/// So many characters have to be left.
const LEFT: usize = 6;
/// A row or a repetition has at least so many characters, and so has a word.
const SHORTEST: usize = 3;

/// Words that passwords are made of the world over, and in the languages of the pages.
const COMMON: &str = include_str!("common.txt");

/// What stands side by side on keyboards, and what is counted up and down.
const ROWS: [&str; 8] = [
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiopü",
    "azertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
];

/// Takes the place of what is taken out, so that nothing new comes to stand side by side.
const GAP: char = '\0';

/// Is hardly more left of the password than what is tried first? `own` are words as
/// [`words_in`] makes them.
pub(super) fn is_expected(password: &str, own: &[String]) -> bool {
    let folded = password.to_lowercase();
    let read = unlike(&folded);
    [folded, read]
        .iter()
        .any(|text| left(once(text), own) < LEFT)
}

/// The words of a text that are long enough, folded.
pub(super) fn words_in(text: &str) -> Vec<String> {
    let folded = super::spelled(text).unwrap_or_default().to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let is_long = |word: &&str| word.chars().nth(SHORTEST - 1).is_some();
    words.filter(is_long).map(str::to_owned).collect()
}

/// With letters in place of the digits and marks that stand for them.
fn unlike(text: &str) -> String {
    let letters = text.chars().map(|c| match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    });
    letters.collect()
}

/// Of something that is said again and again, one time. The last time may break off.
fn once(text: &str) -> &str {
    let ends = text.char_indices().map(|(start, _)| start).skip(1);
    let halves = ends.take_while(|end| end * 2 <= text.len());
    let mut units = halves.filter_map(|end| text.get(..end));
    let is_all = |unit: &&str| {
        let mut parts = text.as_bytes().chunks(unit.len());
        parts.all(|part| unit.as_bytes().starts_with(part))
    };
    units.find(is_all).unwrap_or(text)
}

/// How many characters are left.
fn left(text: &str, own: &[String]) -> usize {
    let mut words: Vec<&str> = COMMON.lines().collect();
    words.extend(own.iter().map(String::as_str));
    // Of two words the longer: the other may be a part of it.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left = text.to_owned();
    for word in words {
        if left.contains(word) {
            left = left.replace(word, &GAP.to_string());
        }
    }
    let pieces = left.split(GAP);
    pieces
        .map(|piece| without_rows(&piece.chars().collect::<Vec<_>>()))
        .sum()
}

/// How many characters of a piece are in no row, no repetition and no year.
fn without_rows(piece: &[char]) -> usize {
    let mut count = 0;
    let mut rest = piece;
    while let Some((_, behind)) = rest.split_first() {
        let row = row_length(rest);
        if row >= SHORTEST {
            rest = rest.get(row..).unwrap_or_default();
        } else if let ['1', '9', a, b, later @ ..] | ['2', '0', a, b, later @ ..] = rest
            && a.is_ascii_digit()
            && b.is_ascii_digit()
        {
            rest = later;
        } else {
            count += 1;
            rest = behind;
        }
    }
    count
}

/// How many characters at the beginning are one row, up or down, or one character again and again.
fn row_length(text: &[char]) -> usize {
    let as_long_as = |belong: &dyn Fn(char, char) -> bool| {
        let mut pairs = text.windows(2);
        1 + pairs
            .by_ref()
            .take_while(|pair| matches!(pair, [one, next] if belong(*one, *next)))
            .count()
    };
    let rows = ROWS.into_iter().map(|row| {
        let follows = |one: char, next: char| {
            let mut pairs = row.chars().zip(row.chars().skip(1));
            pairs.any(|pair| pair == (one, next))
        };
        let down = as_long_as(&|one, next| follows(next, one));
        as_long_as(&follows).max(down)
    });
    let same = as_long_as(&|one, next| one == next);
    rows.max().unwrap_or(1).max(same)
}
