//! Characters of strangers that nobody sees, and that change what is seen beside them.

pub use scope::with_numbers;

pub(crate) use scope::is_unseen;

/// Without them, and with a blank for each control character and line separator.
pub(crate) fn without_unseen(text: &str) -> String {
    let seen = text
        .chars()
        .filter(|own| is_break(*own) || !is_unseen(*own));
    seen.map(|own| if is_break(own) { ' ' } else { own })
        .collect()
}

fn is_break(own: char) -> bool {
    own.is_control() || matches!(own, '\u{2028}' | '\u{2029}')
}

/// The beginning of what quotes strangers, as a terminal may print it.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 600;
    let mut shown = with_numbers(text);
    if shown.len() > MOST {
        let end = (0..=MOST).rev().find(|at| shown.is_char_boundary(*at));
        shown.truncate(end.unwrap_or(0));
        shown.push('…');
    }
    shown
}
