//! How many bytes of a page something takes, never less than it does.

use scope::Endpoint;

use super::parts::ROOM;
use crate::pages::views::{GuideProse, ScopeText};

/// A text in HTML: of what is escaped, each byte takes five.
pub(super) fn escaped(text: &str) -> usize {
    let special = |byte: &&u8| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    text.len() + 4 * text.as_bytes().iter().filter(special).count()
}

/// A scope with the heading of its resource, since any of them may be the first of a page.
pub(super) fn scope(resource: &str, title: &str, text: &ScopeText) -> usize {
    let marks = text.marks.iter().map(|mark| MARK + escaped(&mark.label));
    let notes = text.notes.iter().map(|note| NOTE + escaped(note));
    let opens = text.opens.as_deref().map_or(NO_CALLS, escaped);
    // Three times as it is, and in an address, where a byte may take three.
    let name = 3 * escaped(&text.name) + 3 * text.name.len();
    let heading = 3 * escaped(resource) + 2 * escaped(title);
    let rest = opens + escaped(&text.title) + escaped(&text.about);
    SCOPE + heading + name + rest + marks.sum::<usize>() + notes.sum::<usize>()
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
/// What stands around a scope and the heading of its resource.
const SCOPE: usize = 520;
const MARK: usize = 40;
const NOTE: usize = 24;
/// The longest words for that no call is known.
const NO_CALLS: usize = 120;
/// What stands around a call.
const CALL: usize = 90;
/// `<code>` for a sign, and the signs of its end for the next.
const MARKED: usize = 8;
