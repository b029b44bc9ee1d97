//! Pages of bounded size.

use std::ops::Range;

/// What a page holds, as places in what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) scopes: Range<usize>,
    pub(crate) calls: Range<usize>,
    /// Sections of the guide.
    pub(crate) guide: Range<usize>,
}

/// Up to so many bytes, everything is one page: a browser finds what is on it.
pub(super) const WHOLE: usize = 130_000;

/// The most bytes of scopes and calls on a page of several, unless one of them alone has more: with what stands
/// around them it stays well under 200 kB, and on a phone it is some forty screens.
pub(super) const ROOM: usize = 90_000;

/// What is to be cut, by weight.
pub(super) struct Weights<S, C, G> {
    pub(super) scopes: S,
    pub(super) calls: C,
    pub(super) guide: G,
}

impl<S, C, G> Weights<S, C, G>
where
    S: IntoIterator<Item = usize>,
    C: IntoIterator<Item = usize>,
    G: IntoIterator<Item = usize>,
{
    /// In parts, never none; the guide's sections begin with this one. Calls begin on a page of their
    /// own where they are `apart`.
    pub(super) fn cut(self, apart: bool, guide_first: usize) -> Vec<Part> {
        let mut cutter = Cutter {
            parts: Vec::new(),
            open: Part {
                scopes: 0..0,
                calls: 0..0,
                guide: guide_first..guide_first,
            },
            weight: 0,
        };
        for weight in self.scopes {
            cutter.make_room(weight);
            cutter.open.scopes.end += 1;
        }
        if apart {
            cutter.turn();
        }
        for weight in self.calls {
            cutter.make_room(weight);
            cutter.open.calls.end += 1;
        }
        for weight in self.guide {
            cutter.make_room(weight);
            cutter.open.guide.end += 1;
        }
        cutter.finish()
    }
}

struct Cutter {
    parts: Vec<Part>,
    open: Part,
    weight: usize,
}

impl Cutter {
    fn make_room(&mut self, weight: usize) {
        if self.weight > 0 && self.weight + weight > ROOM {
            self.turn();
        }
        self.weight += weight;
    }

    fn turn(&mut self) {
        if self.weight == 0 {
            return;
        }
        let next = Part {
            scopes: self.open.scopes.end..self.open.scopes.end,
            calls: self.open.calls.end..self.open.calls.end,
            guide: self.open.guide.end..self.open.guide.end,
        };
        self.parts.push(std::mem::replace(&mut self.open, next));
        self.weight = 0;
    }

    fn finish(mut self) -> Vec<Part> {
        if self.weight > 0 || self.parts.is_empty() {
            self.parts.push(self.open);
        }
        self.parts
    }
}
