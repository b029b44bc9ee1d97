//! How many bytes of a page something takes, never less than it does.

use scope::Endpoint;

use super::parts::ROOM;
use crate::pages::views::{GuideProse, ScopeText};

/// A text in HTML: of what is escaped, each byte takes five.
pub(super) fn escaped(text: &str) -> usize {
    let special = |byte: &&u8| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    text.len() + 4 * text.as_bytes().iter().filter(special).count()
}

/// A scope.
pub(super) fn scope(text: &ScopeText) -> usize {
    let marks = text.marks.iter().map(|mark| MARK + escaped(&mark.label));
    let notes = text.notes.iter().map(|note| NOTE + escaped(note));
    let opens = text.opens.as_deref().map_or(NO_CALLS, escaped);
    // Twice as it is, and in an address.
    let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let in_address = text
        .name
        .bytes()
        .map(|byte| if is_kept(&byte) { 1 } else { 3 });
    let name = 2 * escaped(&text.name) + in_address.sum::<usize>();
    let rest = opens + escaped(&text.title) + escaped(&text.about);
    SCOPE + name + rest + marks.sum::<usize>() + notes.sum::<usize>()
}

/// The heading of a resource, and the link that leads to it.
pub(super) fn heading(resource: &str, title: &str) -> usize {
    HEADING + 3 * escaped(resource) + 2 * escaped(title)
}

/// A call; what it needs is Markdown here, and what Markdown marks in it becomes elements.
pub(super) fn call(endpoint: &Endpoint, needs: &str) -> usize {
    let marked = needs.bytes().filter(|byte| matches!(byte, b'`' | b'*'));
    CALL + escaped(&endpoint.path) + escaped(needs) + MARKED * marked.count()
}

/// A section of the guide, which is HTML already.
pub(super) fn guide(section: &GuideProse) -> usize {
    GUIDE + escaped(&section.title) + section.html.len()
}

/// How many sections of the guide leave half of a page to others.
pub(super) fn fitting(guide_sections: &[GuideProse]) -> usize {
    let mut weight = 0;
    let fits = guide_sections.iter().take_while(|section| {
        weight += guide(section);
        weight <= ROOM / 2
    });
    fits.count()
}

/// What stands around a section of the guide.
const GUIDE: usize = 60;
/// What stands around a scope, with the realm in an address.
const SCOPE: usize = 280;
/// What stands around the heading of a resource.
const HEADING: usize = 160;
const MARK: usize = 40;
const NOTE: usize = 24;
/// The longest words for that no call is known.
const NO_CALLS: usize = 120;
/// What stands around a call.
const CALL: usize = 90;
/// `<code>` for a sign, and the signs of its end for the next.
const MARKED: usize = 8;
