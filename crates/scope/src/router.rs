//! From a path to its endpoints, without allocation.
//!
//! Segment by segment the most specific way is taken: a literal, then a template with text around
//! it, then a whole template, then what takes several segments. A path that fails further down
//! is tried again by the next way. Looking up a literal is one hash, or one comparison where there
//! is no choice, so the cost does not depend on how many endpoints a catalog has.

use std::ops::Range;

use rustc_hash::FxHashSet;

use self::literals::{Literals, Word, long, short, word};
use crate::endpoint::Method;
use crate::marks::Marks;
use crate::pattern::Pattern;
use crate::policy::OrganisationKey;
use crate::segment::Segment;

mod literals;

/// The most templates in one path.
pub(crate) const MAX_PARAMETERS: usize = 16;
/// The longest literal of a catalog that compares without case, in bytes.
pub(crate) const MAX_FOLDED: usize = 128;

/// How an API reads paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Comparing {
    /// Letters of ASCII in literals count without case.
    pub(crate) folds: bool,
    /// A slash at the end makes no difference.
    pub(crate) either_slash: bool,
}

/// Every path of a catalog.
#[derive(Debug, Clone)]
pub(crate) struct Router {
    nodes: Vec<Node>,
    paths: Vec<Path>,
    words: FxHashSet<Word>,
    comparing: Comparing,
}

#[derive(Debug, Clone, Default)]
struct Node {
    literals: Literals,
    /// Places in the router, short, so that a node fits into a line of the processor's cache.
    template: Option<u32>,
    path: Option<u32>,
    /// What few nodes have.
    rare: Option<Box<Rare>>,
}

/// Further ways on from a node.
#[derive(Debug, Clone, Default)]
struct Rare {
    /// The most specific first.
    patterns: Vec<(Pattern, usize)>,
    tails: Vec<Tail>,
    /// Bytes of literal text here; a segment that has one of them percent-encoded could be that
    /// text for the API.
    marks: Marks,
    /// The same, of what tails end in.
    tail_marks: Marks,
}

/// One or more segments, and then these.
#[derive(Debug, Clone)]
struct Tail {
    /// In what the last of them ends.
    suffix: Box<str>,
    after: Vec<Segment>,
    path: usize,
}

/// One path and its endpoints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    /// The names of its templates, in order.
    pub(crate) parameters: Vec<String>,
    /// Where their values are, in the same order.
    places: Vec<Place>,
    /// Indices of endpoints, by method.
    methods: [Option<u32>; Method::ALL.len()],
    /// Which of its templates names the organisation.
    pub(crate) organisation: Option<(OrganisationKey, usize)>,
}

/// Where the value of a template is in a request's path.
#[derive(Debug, Clone)]
enum Place {
    Segment(Side),
    Hole(Side, Pattern, usize),
    /// Behind so many slashes, and before so many, without a text at its end.
    Tail(usize, usize, Box<str>),
}

/// A segment, counted from the beginning or, behind a tail, from the end.
#[derive(Debug, Clone, Copy)]
enum Side {
    Front(usize),
    Back(usize),
}

impl Side {
    fn of(self, path: &str) -> Option<&str> {
        match self {
            Self::Front(place) => path.split('/').nth(place),
            Self::Back(place) => path.rsplit('/').nth(place),
        }
    }
}

impl Path {
    pub(crate) fn new(segments: &[Segment]) -> Self {
        let tail = segments
            .iter()
            .position(|segment| matches!(segment, Segment::Tail(..)));
        let mut path = Self::default();
        for (index, segment) in segments.iter().enumerate() {
            let side = match tail {
                Some(tail) if index > tail => Side::Back(segments.len() - 1 - index),
                _ => Side::Front(index + 1),
            };
            for (hole, name) in segment.names().iter().enumerate() {
                path.parameters.push(name.clone());
                path.places.push(match segment {
                    Segment::Tail(_, suffix) => {
                        let after = segments.len() - 1 - index;
                        Place::Tail(index + 1, after, suffix.as_str().into())
                    }
                    Segment::Mixed(pattern, _) => Place::Hole(side, pattern.clone(), hole),
                    Segment::Template(_) | Segment::Literal(_) => Place::Segment(side),
                });
            }
        }
        path
    }

    /// The endpoint that decides a request with this method: `HEAD` is decided as `GET` where no
    /// rule names it, and any other by the rule for all methods where there is one.
    pub(crate) fn endpoint(&self, method: &str) -> Option<usize> {
        let own = Method::of_request(method);
        let own = own.and_then(|method| self.rule(method));
        own.or_else(|| (method == "HEAD").then(|| self.rule(Method::Get)).flatten())
            .or_else(|| self.rule(Method::Any))
    }

    /// The endpoint whose rule names this method.
    pub(crate) fn rule(&self, method: Method) -> Option<usize> {
        long(self.methods.get(method as usize).copied().flatten())
    }

    pub(crate) fn set_endpoint(&mut self, method: Method, endpoint: usize) {
        if let Some(slot) = self.methods.get_mut(method as usize) {
            *slot = Some(short(endpoint));
        }
    }

    /// What a request's path has for the template at this place; `None` where it can be read in
    /// several ways.
    pub(crate) fn value<'r>(&self, place: usize, path: &'r str) -> Option<&'r str> {
        match self.places.get(place)? {
            Place::Segment(side) => side.of(path),
            Place::Hole(side, pattern, hole) => pattern.value(side.of(path)?, *hole),
            Place::Tail(start, after, suffix) => {
                let slashes = || path.match_indices('/').map(|(at, _)| at);
                let start = slashes().nth(start - 1)? + 1;
                let end = match after.checked_sub(1) {
                    None => path.len(),
                    Some(after) => path.rmatch_indices('/').nth(after)?.0,
                };
                let end = end.checked_sub(suffix.len())?;
                path.get(start..end)
            }
        }
    }
}

/// What a router says of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'c> {
    Path(&'c Path),
    Nothing,
    /// Text is percent-encoded that a rule has plainly.
    Encoded,
}

/// In place of a path: text that could be a literal of another rule.
const ENCODED: usize = usize::MAX;

impl Router {
    pub(crate) fn new(comparing: Comparing) -> Self {
        Self {
            nodes: vec![Node::default()],
            paths: Vec::new(),
            words: FxHashSet::default(),
            comparing,
        }
    }

    /// Adds a path. An equal one, whatever its templates' names, is refused with the index of
    /// the first one.
    pub(crate) fn insert(&mut self, segments: &[Segment], path: Path) -> Result<(), usize> {
        let mut at = 0;
        let next = self.paths.len();
        for (place, segment) in segments.iter().enumerate() {
            if let Segment::Tail(_, suffix) = segment {
                let after = segments.get(place + 1..).unwrap_or_default();
                self.insert_tail(at, suffix, after, next)?;
                self.paths.push(path);
                return Ok(());
            }
            at = self.child(at, segment);
        }
        if let Some(node) = self.nodes.get_mut(at) {
            if let Some(first) = node.path {
                return Err(first as usize);
            }
            node.path = Some(short(next));
            self.paths.push(path);
        }
        Ok(())
    }

    fn insert_tail(
        &mut self,
        at: usize,
        suffix: &str,
        after: &[Segment],
        path: usize,
    ) -> Result<(), usize> {
        let Some(node) = self.nodes.get_mut(at) else {
            return Ok(());
        };
        let rare = node.rare.get_or_insert_default();
        let is_like = |tail: &Tail| {
            *tail.suffix == *suffix
                && tail.after.len() == after.len()
                && tail
                    .after
                    .iter()
                    .zip(after)
                    .all(|(own, other)| own.is_like(other))
        };
        if let Some(first) = rare.tails.iter().find(|tail| is_like(tail)) {
            return Err(first.path);
        }
        let texts = after.iter().flat_map(Segment::texts);
        texts
            .chain([suffix])
            .for_each(|text| rare.tail_marks.add(text));
        rare.tails.push(Tail {
            suffix: suffix.into(),
            after: after.to_vec(),
            path,
        });
        let literals = |tail: &Tail| {
            let texts = tail.after.iter().flat_map(Segment::texts);
            texts.map(str::len).sum::<usize>()
        };
        rare.tails.sort_by_key(|tail| {
            std::cmp::Reverse((tail.after.len(), literals(tail), tail.suffix.len()))
        });
        Ok(())
    }

    /// A request's path as it is looked up and its values are read.
    pub(crate) fn read<'r>(&self, path: &'r str) -> &'r str {
        match path.strip_suffix('/') {
            Some(before) if self.comparing.either_slash && !before.is_empty() => before,
            _ => path,
        }
    }

    /// The path's endpoints.
    pub(crate) fn find(&self, path: &str) -> Found<'_> {
        // Most paths percent-encode nothing, which is found out once for all segments.
        let encodes = memchr::memchr(b'%', path.as_bytes()).is_some();
        let found = match self.comparing.folds {
            _ if !path.starts_with('/') => None,
            true => self.walk::<true>(0, path, 1, encodes),
            false => self.walk::<false>(0, path, 1, encodes),
        };
        match found {
            Some(ENCODED) => Found::Encoded,
            Some(found) => self.paths.get(found).map_or(Found::Nothing, Found::Path),
            None => Found::Nothing,
        }
    }

    /// Where the segments from `from` on lead. A segment begins behind its slash, and behind the
    /// last one a path has no more: there `from` is past its end.
    fn walk<const FOLDS: bool>(
        &self,
        mut at: usize,
        path: &str,
        mut from: usize,
        encodes: bool,
    ) -> Option<usize> {
        let bytes = path.as_bytes();
        loop {
            let node = self.nodes.get(at)?;
            if from > bytes.len() {
                return long(node.path);
            }
            let end = segment_end(bytes, from);
            let segment = bytes.get(from..end)?;
            let literal = match FOLDS {
                true => folded(segment, |segment| node.literals.get(segment)),
                false => node.literals.get(segment),
            };
            at = match (literal, &node.rare, node.template) {
                // Nothing to come back for.
                (Some(next), None, None) => next,
                (None, None, template) => long(template).filter(|_| !segment.is_empty())?,
                (literal, rare, template) => {
                    let found =
                        literal.and_then(|next| self.walk::<FOLDS>(next, path, end + 1, encodes));
                    if found.is_some() {
                        return found;
                    }
                    if let Some(rare) = rare {
                        return self.walk_rare::<FOLDS>(node, rare, path, from..end, encodes);
                    }
                    long(template).filter(|_| !segment.is_empty())?
                }
            };
            from = end + 1;
        }
    }

    fn walk_rare<const FOLDS: bool>(
        &self,
        node: &Node,
        rare: &Rare,
        path: &str,
        at: Range<usize>,
        encodes: bool,
    ) -> Option<usize> {
        let (rest, after) = (path.get(at.start..)?, at.end + 1);
        let segment = path.get(at)?;
        let is_mark = || rare.marks.are_encoded_in(segment) || rare.tail_marks.are_encoded_in(rest);
        if encodes && is_mark() {
            return Some(ENCODED);
        }
        let fitting = rare
            .patterns
            .iter()
            .filter(|(pattern, _)| pattern.fits(segment));
        for (_, next) in fitting {
            if let Some(found) = self.walk::<FOLDS>(*next, path, after, encodes) {
                return Some(found);
            }
        }
        let template = long(node.template).filter(|_| !segment.is_empty());
        if let Some(found) =
            template.and_then(|next| self.walk::<FOLDS>(next, path, after, encodes))
        {
            return Some(found);
        }
        let tail = rare
            .tails
            .iter()
            .find(|tail| tail.takes::<FOLDS>(rest, &rare.tails))?;
        Some(tail.path)
    }

    fn child(&mut self, at: usize, segment: &Segment) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        let child = match segment {
            Segment::Literal(text) => node.literals.get(text.as_bytes()).unwrap_or_else(|| {
                let word = word(&mut self.words, text);
                node.literals.insert(word, short(next));
                next
            }),
            Segment::Mixed(pattern, _) => {
                let patterns = &mut node.rare.get_or_insert_default().patterns;
                let own = patterns.iter().find(|(own, _)| own == pattern);
                own.map(|(_, node)| *node).unwrap_or_else(|| {
                    patterns.push((pattern.clone(), next));
                    patterns.sort_by_key(|(pattern, _)| pattern.order());
                    next
                })
            }
            Segment::Template(_) | Segment::Tail(..) => {
                *node.template.get_or_insert(short(next)) as usize
            }
        };
        for text in segment.texts() {
            if Marks::of(text) != Marks::default() {
                node.rare.get_or_insert_default().marks.add(text);
            }
        }
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }
}

impl Tail {
    /// Can the rest of a path be read so? What the tail takes has no segment that ends as a
    /// sibling's tail does: there the API might go on otherwise.
    fn takes<const FOLDS: bool>(&self, rest: &str, siblings: &[Self]) -> bool {
        let same = |own: &str, text: &str| match FOLDS {
            true => own.eq_ignore_ascii_case(text),
            false => own == text,
        };
        let ends = |own: &str, text: &str| {
            let start = own.len().checked_sub(text.len());
            start.is_some_and(|start| own.get(start..).is_some_and(|end| same(end, text)))
        };
        let mut segments = rest.rsplit('/');
        for after in self.after.iter().rev() {
            let Some(segment) = segments.next() else {
                return false;
            };
            let fits = match after {
                Segment::Literal(text) => same(segment, text),
                Segment::Mixed(pattern, _) => pattern.fits(segment),
                Segment::Template(_) | Segment::Tail(..) => !segment.is_empty(),
            };
            if !fits {
                return false;
            }
        }
        let Some(last) = segments.next() else {
            return false;
        };
        if last.len() <= self.suffix.len() || !ends(last, &self.suffix) {
            return false;
        }
        let last = last
            .get(..last.len() - self.suffix.len())
            .unwrap_or_default();
        let marks = || siblings.iter().filter(|tail| !tail.suffix.is_empty());
        segments
            .chain([last])
            .all(|segment| !marks().any(|tail| ends(segment, &tail.suffix)))
    }
}

/// Calls `f` with the segment in small letters; one that is longer than every literal is none.
fn folded(segment: &[u8], f: impl FnOnce(&[u8]) -> Option<usize>) -> Option<usize> {
    let mut room = [0; MAX_FOLDED];
    let own = room.get_mut(..segment.len())?;
    own.copy_from_slice(segment);
    own.make_ascii_lowercase();
    f(own)
}

/// Where the segment that begins here ends: its slash, or the end of the path. Segments are short:
/// eight bytes at a time find the slash before a library's search has begun.
#[inline]
fn segment_end(path: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    const SLASHES: u64 = u64::from_ne_bytes([b'/'; 8]);
    while let Some(eight) = path.get(at..).and_then(|rest| rest.first_chunk()) {
        let slashes_are_zero = u64::from_le_bytes(*eight) ^ SLASHES;
        // The lowest high bit is that of the first byte that is zero.
        let found = slashes_are_zero.wrapping_sub(ONES) & !slashes_are_zero & HIGHS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = path.get(at..).unwrap_or_default();
    let slash = rest.iter().position(|byte| *byte == b'/');
    slash.map_or(path.len(), |place| at + place)
}

#[cfg(test)]
mod tests;
