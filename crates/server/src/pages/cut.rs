//! Texts that are cut between words.

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
