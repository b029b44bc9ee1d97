//! How much of a description is kept. What is left out is counted, and told.

/// How deep a schema or an example is kept.
pub(super) const MOST_DEPTH: usize = 48;

/// The longest text, in characters.
const LONGEST_TEXT: usize = 2_000;

/// The longest example, in bytes.
pub(super) const LONGEST_EXAMPLE: usize = 32 << 10;

/// Values in all: aliases make a small file large.
const MOST_NODES: usize = 4_000_000;

/// Bytes of all schemas and examples.
const MOST_BYTES: usize = 24 << 20;

/// What may still be kept.
#[derive(Debug)]
pub(super) struct Left {
    nodes: usize,
    bytes: usize,
    /// Has anything been left out for its size?
    pub(super) is_cut: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self {
            nodes: MOST_NODES,
            bytes: MOST_BYTES,
            is_cut: false,
        }
    }
}

impl Left {
    /// Takes one value at a depth; is there a place for it?
    pub(super) fn node(&mut self, depth: usize) -> bool {
        let is_left = self.nodes > 0 && depth < MOST_DEPTH;
        self.nodes = self.nodes.saturating_sub(1);
        self.is_cut |= !is_left;
        is_left
    }

    /// Takes so many bytes; is there a place for them?
    pub(super) fn bytes(&mut self, count: usize) -> bool {
        let is_left = count <= self.bytes;
        if is_left {
            self.bytes -= count;
        }
        self.is_cut |= !is_left;
        is_left
    }
}

/// So much of a text as is kept, in its lines.
pub(super) fn text(whole: &str) -> Option<String> {
    let lines = whole.lines().map(crate::unseen::without_unseen);
    let lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
    let text = lines.join("\n");
    let mut text = text.trim().to_owned();
    if let Some((at, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(at);
        text.push('…');
    }
    (!text.is_empty()).then_some(text)
}
