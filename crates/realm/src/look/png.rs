//! Is a PNG (ISO/IEC 15948) a still picture that is whole? The png crate would tell as well, and bring a second
//! miniz_oxide; here nothing has to be decoded but the length.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// What every PNG begins with.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The most pixels of a side.
const MOST_PIXELS: u32 = 1_024;
/// The fewest: it is shown 28 pixels high.
const FEWEST_PIXELS: u32 = 28;

/// Kinds of parts that stand for the picture itself; of the others, readers pass over what they do not know.
const CRITICAL: [&[u8; 4]; 4] = [b"IHDR", b"PLTE", b"IDAT", b"IEND"];
const MOVING: [&[u8; 4]; 3] = [b"acTL", b"fcTL", b"fdAT"];

/// Width and height of a whole one.
pub(super) fn size(content: &[u8]) -> Result<(f64, f64), String> {
    let broken = || "it is a PNG that is broken; save it anew".to_owned();
    let mut rest = content.strip_prefix(&SIGNATURE).ok_or_else(broken)?;
    let mut head = None;
    let mut pixels = Vec::new();
    loop {
        let (kind, data, behind) = part(rest).ok_or_else(broken)?;
        rest = behind;
        if MOVING.contains(&kind) {
            return Err("it moves; a mark stands still".to_owned());
        }
        let is_critical = kind.first().is_some_and(u8::is_ascii_uppercase);
        if is_critical && !CRITICAL.contains(&kind) {
            return Err(broken());
        }
        match kind {
            b"IHDR" if head.is_none() => head = Some(Head::of(data).ok_or_else(broken)?),
            b"IHDR" => return Err(broken()),
            _ if head.is_none() => return Err(broken()),
            b"IDAT" => pixels.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
    }
    let head = head.filter(|_| rest.is_empty()).ok_or_else(broken)?;
    let (width, height) = (head.width, head.height);
    let fits = |side| (FEWEST_PIXELS..=MOST_PIXELS).contains(&side);
    if !fits(width) || !fits(height) {
        return Err(format!(
            "it is {width} by {height} pixels; each side has {FEWEST_PIXELS} to {MOST_PIXELS}"
        ));
    }
    if head.is_interlaced {
        return Err("it comes in several passes; save it without interlacing".to_owned());
    }
    let expected = head.bytes();
    let mut unpacked = ZlibDecoder::new(pixels.as_slice()).take(expected + 1);
    let length = std::io::copy(&mut unpacked, &mut std::io::sink());
    if length.ok() != Some(expected) {
        return Err(broken());
    }
    Ok((f64::from(width), f64::from(height)))
}

/// The kind of the first part, what it holds, and what is behind it.
fn part(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let checked = rest.get(..length.checked_add(4)?)?;
    let (sum, behind) = rest.get(checked.len()..)?.split_first_chunk::<4>()?;
    let (kind, data) = checked.split_first_chunk::<4>()?;
    (crc32fast::hash(checked) == u32::from_be_bytes(*sum)).then_some((kind, data, behind))
}

struct Head {
    width: u32,
    height: u32,
    bits: u32,
    is_interlaced: bool,
}

impl Head {
    fn of(data: &[u8]) -> Option<Self> {
        let [w0, w1, w2, w3, h0, h1, h2, h3, depth, colours, 0, 0, passes] = *data else {
            return None;
        };
        let (samples, depths): (u32, &[u8]) = match colours {
            0 => (1, &[1, 2, 4, 8, 16]),
            2 => (3, &[8, 16]),
            3 => (1, &[1, 2, 4, 8]),
            4 => (2, &[8, 16]),
            6 => (4, &[8, 16]),
            _ => return None,
        };
        (depths.contains(&depth) && passes <= 1).then(|| Self {
            width: u32::from_be_bytes([w0, w1, w2, w3]),
            height: u32::from_be_bytes([h0, h1, h2, h3]),
            bits: samples * u32::from(depth),
            is_interlaced: passes == 1,
        })
    }

    /// How long the rows are, each with the byte that says how it is filtered.
    fn bytes(&self) -> u64 {
        let row = (u64::from(self.width) * u64::from(self.bits)).div_ceil(8);
        u64::from(self.height) * (row + 1)
    }
}
