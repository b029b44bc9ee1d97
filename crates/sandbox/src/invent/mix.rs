//! Seeds: what is invented is the same for the same one.

/// Another seed, for what has this name.
pub(crate) fn mix(seed: u64, name: &str) -> u64 {
    // FNV-1a: no secret hangs on it.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let begin = seed ^ 0xcbf2_9ce4_8422_2325;
    let mixed = name.bytes().fold(begin, step);
    mixed ^ (mixed >> 29)
}
