//! The one colour of the next thing to do, held against WCAG 2.2 in light and dark.

use std::fmt;

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// What stands around the accent in the pages' stylesheet, by light and dark: the ground of a page, and that of what lies
/// on it. A test of the pages holds these to the stylesheet.
pub const GROUNDS: [[Colour; 2]; 2] = [
    [Colour([0xfb, 0xf9, 0xf5]), Colour([0xff, 0xfe, 0xfb])],
    [Colour([0x18, 0x16, 0x13]), Colour([0x20, 0x1e, 0x1a])],
];

/// A thing to press, and the ring around what has the focus, against their ground (WCAG 2.2, 1.4.11 and 2.4.13).
const OF_THINGS: f64 = 3.0;
/// Text against its ground (WCAG 2.2, 1.4.3).
const OF_TEXT: f64 = 4.5;

const WHITE: Colour = Colour([0xff; 3]);
const BLACK: Colour = Colour([0; 3]);

/// How much of the accent is in the ground of a notice, in 256ths, by light and dark.
const WASH: [u16; 2] = [20, 36];

/// A colour that can be seen on every page, and its counterpart on dark ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    light: Colour,
    dark: Colour,
}

impl Accent {
    /// This colour, as `#1c5b50`. On dark pages it is lightened as far as it has to be.
    ///
    /// # Errors
    ///
    /// What is no such colour; and one that is too light for light pages, with the nearest that is not.
    pub fn new(text: &str) -> Result<Self, String> {
        let light = Colour::parse(text)?;
        seen(light, Ground::Light)?;
        Ok(Self {
            light,
            dark: nearest(light, Ground::Dark),
        })
    }

    /// With this colour on dark pages.
    ///
    /// # Errors
    ///
    /// What is no such colour; and one that is too dark, with the nearest that is not.
    pub fn and_in_the_dark(self, text: &str) -> Result<Self, String> {
        let dark = Colour::parse(text)?;
        seen(dark, Ground::Dark)?;
        Ok(Self { dark, ..self })
    }

    /// Values of the stylesheet's properties, for light and for dark pages.
    pub(super) fn styles(self) -> [String; 2] {
        [(self.light, Ground::Light), (self.dark, Ground::Dark)].map(|(colour, ground)| {
            let [paper, _] = ground.colours();
            let wash = colour.over(paper, ground.wash());
            let text = colour.text();
            format!("--accent: {colour}; --on-accent: {text}; --wash: {wash};")
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Ground {
    Light,
    Dark,
}

impl Ground {
    fn colours(self) -> [Colour; 2] {
        let [light, dark] = GROUNDS;
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }

    fn wash(self) -> u16 {
        let [light, dark] = WASH;
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }

    /// What a colour is moved to until it can be seen.
    fn away(self) -> Colour {
        match self {
            Self::Light => BLACK,
            Self::Dark => WHITE,
        }
    }
}

fn is_seen(colour: Colour, ground: Ground) -> bool {
    let mut all = ground.colours().into_iter();
    all.all(|ground| colour.contrast(ground) >= OF_THINGS)
}

/// The nearest colour of the same hue that can be seen.
fn nearest(colour: Colour, ground: Ground) -> Colour {
    let steps = (0..=256).map(|step| ground.away().over(colour, step));
    let mut fitting = steps.filter(|colour| is_seen(*colour, ground));
    fitting.next().unwrap_or(ground.away())
}

fn seen(colour: Colour, ground: Ground) -> Result<(), String> {
    if is_seen(colour, ground) {
        return Ok(());
    }
    let pages = match ground {
        Ground::Light => "light",
        Ground::Dark => "dark",
    };
    let contrasts = ground.colours().map(|ground| colour.contrast(ground));
    let contrast = contrasts.into_iter().fold(f64::MAX, f64::min);
    let other = nearest(colour, ground);
    Err(format!(
        "{colour} has a contrast of {contrast:.2} to the ground of {pages} pages, and WCAG 2.2 AA asks for \
         {OF_THINGS:.0}; the nearest that has it is {other}"
    ))
}

impl Colour {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{:?} is no colour; write six hexadecimal digits, as #1c5b50",
                cut(text)
            )
        };
        let digits = text.strip_prefix('#').ok_or_else(wrong)?;
        let is_hexadecimal =
            digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hexadecimal);
        let [_, red, green, blue] = value.ok_or_else(wrong)?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// The one of black and white that can be read on it; one of them always can.
    fn text(self) -> Self {
        if self.contrast(WHITE) >= OF_TEXT {
            WHITE
        } else {
            BLACK
        }
    }

    /// The contrast ratio (WCAG 2.2, 1.4.3): 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (own, other) = (self.luminance(), other.luminance());
        (own.max(other) + 0.05) / (own.min(other) + 0.05)
    }

    /// Relative luminance (WCAG 2.2): 0 to 1.
    fn luminance(self) -> f64 {
        let Self(channels) = self;
        let [red, green, blue] = channels.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// So many 256ths of it over another.
    fn over(self, ground: Self, parts: u16) -> Self {
        let (Self([r, g, b]), Self([under_r, under_g, under_b])) = (self, ground);
        let mixed = |own: u8, under: u8| {
            let sum = u16::from(own) * parts.min(256) + u16::from(under) * (256 - parts.min(256));
            u8::try_from(sum / 256).unwrap_or(u8::MAX)
        };
        Self([mixed(r, under_r), mixed(g, under_g), mixed(b, under_b)])
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

fn cut(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(WHITE) - 4.54).abs() < 0.01);
        assert!((WHITE.contrast(grey) - 4.54).abs() < 0.01);
    }

    /// Every corner of the cube, and between: each is taken, or the nearest that is offered is.
    #[test]
    fn whatever_is_taken_can_be_seen_and_read() {
        let ink = [Colour([0x24, 0x21, 0x1c]), Colour([0xec, 0xe7, 0xdd])];
        let levels = (0..=255u8).step_by(15);
        let mut refused = 0;
        for red in levels.clone() {
            for (green, blue) in levels
                .clone()
                .flat_map(|g| levels.clone().map(move |b| (g, b)))
            {
                let asked = Colour([red, green, blue]).to_string();
                let accent = Accent::new(&asked).unwrap_or_else(|said| {
                    refused += 1;
                    let (_, other) = said.rsplit_once(' ').unwrap();
                    Accent::new(other).unwrap()
                });
                for (colour, ground, ink) in [
                    (accent.light, Ground::Light, ink[0]),
                    (accent.dark, Ground::Dark, ink[1]),
                ] {
                    assert!(is_seen(colour, ground), "{asked}");
                    assert!(colour.contrast(colour.text()) >= OF_TEXT, "{asked}");
                    let [paper, _] = ground.colours();
                    let wash = colour.over(paper, ground.wash());
                    assert!(wash.contrast(ink) >= OF_TEXT, "{asked}: {wash}");
                }
            }
        }
        assert!(refused > 0);
    }

    #[test]
    fn what_cannot_be_seen_is_refused_with_the_nearest() {
        let said = Accent::new("#ffe600").unwrap_err();
        assert!(
            said.contains("light pages") && said.contains("the nearest"),
            "{said}"
        );
        let dark = Accent::new("#14213d").unwrap();
        assert_ne!(dark.light, dark.dark);
        let said = dark.and_in_the_dark("#14213d").unwrap_err();
        assert!(said.contains("dark pages"), "{said}");
        assert_eq!(
            dark.and_in_the_dark("#FFE600").unwrap().dark.to_string(),
            "#ffe600"
        );
    }

    #[test]
    fn only_plain_colours_are_read() {
        for wrong in [
            "", "red", "#fff", "#12345", "#1234567", "#12345g", "1c5b50", "#+12345", "#é1234",
        ] {
            assert!(
                Accent::new(wrong).unwrap_err().contains("no colour"),
                "{wrong}"
            );
        }
    }
}
