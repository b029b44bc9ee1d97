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
