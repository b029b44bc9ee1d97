//! Characters that nobody sees, and that change what is seen beside them.

/// Has it no shape of its own: spaces of no width, fillers, tags, variants of what stands before
/// them, separators of lines, and what turns the direction of writing around? Control characters
/// and blanks are told by `char` itself.
#[must_use]
pub fn is_unseen(own: char) -> bool {
    matches!(own,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The first character of a text that it cannot be written with: one that controls something other
/// than lines, or that turns the direction of writing around. Joiners and variants are parts of words.
#[must_use]
pub fn misleading(text: &str) -> Option<char> {
    let turns = |own: char| matches!(own, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let controls = |own: char| own.is_control() && !matches!(own, '\n' | '\r' | '\t');
    text.chars().find(|own| turns(*own) || controls(*own))
}

/// With a number for each character that nobody sees, as a terminal may print it; lines stay lines.
pub fn with_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for own in text.chars() {
        if own != '\n' && (own.is_control() || is_unseen(own)) {
            shown.extend(own.escape_unicode());
        } else {
            shown.push(own);
        }
    }
    shown
}
