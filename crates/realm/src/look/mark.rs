//! The provider's mark: a small picture before the realm's name.

use super::{png, svg};

/// The largest file, in bytes.
const LARGEST: usize = 64 * 1_024;
/// How much wider than high it may be, and how much higher than wide.
const PROPORTIONS: (f64, f64) = (8.0, 2.0);

/// A picture that has been looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    kind: Kind,
    content: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
}

impl Mark {
    /// The picture in a file. What it is, its content says.
    ///
    /// # Errors
    ///
    /// A file that is too large, that is neither PNG nor SVG, or that has something in it that a mark does not
    /// need, which is named.
    pub fn new(content: Vec<u8>) -> Result<Self, String> {
        if content.len() > LARGEST {
            return Err(format!(
                "it has {} bytes, and a mark has {LARGEST} at most; make it smaller or simpler",
                content.len()
            ));
        }
        let (kind, (width, height)) = if content.starts_with(&png::SIGNATURE) {
            (Kind::Png, png::size(&content)?)
        } else {
            let text = std::str::from_utf8(&content);
            let text = text.map_err(|_| "it is neither a PNG nor an SVG in UTF-8".to_owned())?;
            (Kind::Svg, svg::size(text)?)
        };
        let (widest, highest) = PROPORTIONS;
        if width > height * widest || height > width * highest {
            return Err(format!(
                "it is {width} wide and {height} high; a mark is at most {widest} times as wide as it is high, \
                 and at most {highest} times as high as it is wide"
            ));
        }
        Ok(Self { kind, content })
    }

    /// What files of its kind end in, and their media type.
    pub(super) fn kind(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Svg => ("svg", "image/svg+xml"),
            Kind::Png => ("png", "image/png"),
        }
    }

    pub(super) fn into_content(self) -> Vec<u8> {
        self.content
    }
}
