//! Segments that are templates in part: `{name}.json`, `{owner}@{version}`, `({id})`.

/// Literal text around and between templates, none of which is ever empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// One more than there are templates: what stands before, between and behind them. All but
    /// the first and the last are not empty.
    texts: Box<[Box<str>]>,
    /// The first and the last byte of every segment that fits, where text stands there: most
    /// segments are told apart by them, without a look at the texts.
    ends: [Option<u8>; 2],
    /// Are letters of ASCII compared without case?
    folds: bool,
}

impl Pattern {
    pub(crate) fn new(texts: Vec<String>, folds: bool) -> Self {
        let byte = |text: Option<u8>| match folds {
            true => text.map(|byte| byte.to_ascii_lowercase()),
            false => text,
        };
        let first = texts.first().and_then(|text| text.bytes().next());
        let last = texts.last().and_then(|text| text.bytes().last());
        Self {
            ends: [first, last].map(byte),
            texts: texts.into_iter().map(String::into_boxed_str).collect(),
            folds,
        }
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    /// The most specific first: more literal text, then fewer templates, then a longer beginning.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let literal: usize = self.texts.iter().map(|text| text.len()).sum();
        let beginning = self.texts.first().map_or(0, |text| text.len());
        (
            std::cmp::Reverse(literal),
            self.texts.len(),
            std::cmp::Reverse(beginning),
        )
    }

    /// Can the segment be read so?
    pub(crate) fn fits(&self, segment: &str) -> bool {
        let bytes = segment.as_bytes();
        let is_end = |own: Option<u8>, byte: Option<&u8>| match (own, byte) {
            (None, _) => true,
            (Some(own), Some(byte)) if self.folds => own == byte.to_ascii_lowercase(),
            (own, byte) => own.as_ref() == byte,
        };
        let [first, last] = self.ends;
        if !is_end(first, bytes.first()) || !is_end(last, bytes.last()) {
            return false;
        }
        self.middle(segment)
            .is_some_and(|middle| self.holes(middle, From::Left).is_some())
    }

    /// What the template at this place stands for; `None` where the segment can be read in
    /// several ways, so that nobody knows.
    pub(crate) fn value<'s>(&self, segment: &'s str, place: usize) -> Option<&'s str> {
        let middle = self.middle(segment)?;
        let first = self.holes(middle, From::Left)?;
        let last = self.holes(middle, From::Right)?;
        let (start, end) = first.bounds(place)?;
        (first == last).then(|| middle.get(start..end)).flatten()
    }

    /// The segment without what stands before and behind all templates.
    fn middle<'s>(&self, segment: &'s str) -> Option<&'s str> {
        let (first, last) = (self.texts.first()?, self.texts.last()?);
        let end = segment.len().checked_sub(last.len())?;
        if end <= first.len() {
            return None;
        }
        let fits =
            self.same(segment.get(..first.len())?, first) && self.same(segment.get(end..)?, last);
        fits.then(|| segment.get(first.len()..end)).flatten()
    }

    /// Where the texts between the templates are, looked for from one end.
    fn holes(&self, middle: &str, from: From) -> Option<Holes> {
        let between = self.texts.get(1..self.texts.len() - 1)?;
        let mut holes = Holes {
            starts: [0; MAX_HOLES],
            lengths: [0; MAX_HOLES],
            count: between.len(),
            end: middle.len(),
        };
        let places = 0..between.len();
        let mut left = 0;
        let mut right = middle.len();
        for step in places {
            let place = match from {
                From::Left => step,
                From::Right => between.len() - 1 - step,
            };
            let text = between.get(place)?;
            // At least one byte is the template's, on either side.
            let found = match from {
                From::Left => self.find(middle, text, left + 1, right)?,
                From::Right => self.find_last(middle, text, left, right)?,
            };
            match from {
                From::Left => left = found + text.len(),
                From::Right => right = found,
            }
            *holes.starts.get_mut(place)? = found;
            *holes.lengths.get_mut(place)? = text.len();
        }
        let is_filled = match from {
            From::Left => left < middle.len(),
            From::Right => right > 0,
        };
        is_filled.then_some(holes)
    }

    fn find(&self, middle: &str, text: &str, start: usize, end: usize) -> Option<usize> {
        let last = end.checked_sub(text.len())?;
        (start..=last).find(|at| self.is_at(middle, text, *at))
    }

    /// The last place that leaves a byte behind it.
    fn find_last(&self, middle: &str, text: &str, start: usize, end: usize) -> Option<usize> {
        let last = end.checked_sub(text.len() + 1)?;
        (start..=last)
            .rev()
            .find(|at| self.is_at(middle, text, *at))
    }

    fn is_at(&self, middle: &str, text: &str, at: usize) -> bool {
        let own = middle.get(at..at + text.len());
        own.is_some_and(|own| self.same(own, text))
    }

    fn same(&self, own: &str, text: &str) -> bool {
        if self.folds {
            own.eq_ignore_ascii_case(text)
        } else {
            own == text
        }
    }
}

/// From which end texts between templates are looked for.
#[derive(Clone, Copy)]
enum From {
    Left,
    Right,
}

/// The most templates in one segment.
pub(crate) const MAX_HOLES: usize = 8;

/// Where the texts between templates are in a segment.
#[derive(PartialEq, Eq)]
struct Holes {
    starts: [usize; MAX_HOLES],
    lengths: [usize; MAX_HOLES],
    count: usize,
    end: usize,
}

impl Holes {
    fn bounds(&self, place: usize) -> Option<(usize, usize)> {
        let start = match place.checked_sub(1) {
            None => 0,
            Some(before) => self.starts.get(before)? + self.lengths.get(before)?,
        };
        let end = if place < self.count {
            *self.starts.get(place)?
        } else {
            self.end
        };
        Some((start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(texts: &[&str]) -> Pattern {
        Pattern::new(texts.iter().map(|text| (*text).to_owned()).collect(), false)
    }

    #[test]
    fn one_template_takes_what_is_left() {
        let json = pattern(&["", ".json"]);
        assert_eq!(json.value("a.json", 0), Some("a"));
        assert_eq!(json.value("a.json.json", 0), Some("a.json"));
        for other in [".json", "json", "a.jso", "a.JSON", "", "a.json "] {
            assert!(!json.fits(other), "{other}");
        }
        let round = pattern(&["(", ")"]);
        assert_eq!(round.value("(7)", 0), Some("7"));
        assert!(!round.fits("()") && !round.fits("(7"));
    }

    #[test]
    fn templates_with_text_between_them_are_told_apart_only_in_one_way() {
        let version = pattern(&["", "@", ""]);
        assert_eq!(version.value("a@1", 0), Some("a"));
        assert_eq!(version.value("a@1", 1), Some("1"));
        assert!(version.fits("a@b@c"));
        assert_eq!(version.value("a@b@c", 0), None, "a or a@b");
        assert!(!version.fits("@1") && !version.fits("a@") && !version.fits("a"));
        let cell = pattern(&["cell(row=", ",column=", ")"]);
        assert_eq!(cell.value("cell(row=1,column=22)", 0), Some("1"));
        assert_eq!(cell.value("cell(row=1,column=22)", 1), Some("22"));
    }

    #[test]
    fn texts_that_touch_leave_nothing_for_a_template() {
        let dots = pattern(&["", "..", "..", ""]);
        assert!(!dots.fits("a....b"));
        assert!(dots.fits("a..b..c"));
        assert_eq!(dots.value("a..b..c", 1), Some("b"));
        // The middle one could be a dot.
        assert!(dots.fits("a.....b"));
    }

    #[test]
    fn letters_fold_where_they_should() {
        let folding = Pattern::new(vec![String::new(), ".Json".to_owned()], true);
        assert_eq!(folding.value("A.JSON", 0), Some("A"));
    }
}
