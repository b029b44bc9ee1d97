//! Characters of strangers that nobody sees, and that change what is seen beside them.

/// Has it no shape of its own: spaces of no width, fillers, tags, and what turns the direction of
/// writing around? Control characters and blanks are told by `char` itself.
pub(crate) fn is_unseen(own: char) -> bool {
    matches!(own,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Without them, and with a blank for each control character and line separator.
pub(crate) fn without_unseen(text: &str) -> String {
    let seen = text.chars().filter(|own| !is_unseen(*own));
    seen.map(|own| if is_break(own) { ' ' } else { own })
        .collect()
}

/// With a number for each of them, as a terminal may print it; lines stay lines.
pub fn with_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for own in text.chars() {
        if own != '\n' && (is_break(own) || is_unseen(own)) {
            shown.extend(own.escape_unicode());
        } else {
            shown.push(own);
        }
    }
    shown
}

fn is_break(own: char) -> bool {
    own.is_control() || matches!(own, '\u{2028}' | '\u{2029}')
}
