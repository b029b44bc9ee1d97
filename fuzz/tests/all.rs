//! Each target over its corpus, and over inputs made of it: the same ones each time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use fuzz::{TARGETS, Target};

/// Inputs made for each target. Whole files take a hundred times as long as the others.
const MADE: usize = 4_000;
const FILES: usize = 200;
/// The longest, in bytes.
const LONGEST: usize = 16_384;

#[test]
fn every_target_holds_over_its_corpus_and_what_comes_of_it() {
    std::thread::scope(|threads| {
        for (name, target) in TARGETS {
            threads.spawn(move || run(name, target));
        }
    });
}

fn run(name: &str, target: Target) {
    let seeds = corpus(name);
    assert!(seeds.len() >= 5, "{name} has a corpus of {}", seeds.len());
    for (path, seed) in &seeds {
        println!("{}", path.display());
        target(seed);
    }
    let count = match name {
        "catalog" | "description" => FILES,
        _ => MADE,
    };
    let mut dice = Dice(name.len() as u64);
    for number in 0..count {
        let input = made(&mut dice, &seeds);
        let held = std::panic::catch_unwind(|| target(&input));
        assert!(held.is_ok(), "{name} {number}: {}", input.escape_ascii());
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder().join(name));
    let entries = entries.unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn every_corpus_has_its_target_and_so_has_cargo_fuzz() {
    let mut names: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    let mut targets = TARGETS.map(|(name, _)| name);
    targets.sort_unstable();
    assert_eq!(names, targets);
    let manifest = fs::read_to_string(folder().join("../libfuzzer/Cargo.toml")).unwrap();
    for name in targets {
        let script = folder().join(format!("../libfuzzer/fuzz_targets/{name}.rs"));
        let script = fs::read_to_string(script).unwrap();
        assert!(script.contains(&format!("fuzz::{name}(data)")), "{name}");
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
    }
}

/// An input made of others, by what breaks readers.
fn made(dice: &mut Dice, seeds: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    const PIECES: [&[u8]; 24] = [
        b"%",
        b"%FF",
        b"%00",
        b"%25",
        b"%2e",
        b"&",
        b";",
        b"=",
        b"[",
        b"]",
        b"{",
        b"}",
        b"\"",
        b"\\",
        b"\\u212a",
        b"\xff",
        b"\0",
        b"\xe2\x84\xaa",
        b"..",
        b"/",
        b" ",
        b"\n",
        b"\xcc\x87",
        b",",
    ];
    let mut input = seeds[dice.below(seeds.len())].1.clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(input.len() + 1);
        let end = at + dice.below(input.len() - at + 1);
        match dice.below(7) {
            0 => drop(input.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            1 => drop(input.drain(at..end)),
            2 if at < input.len() => input[at] ^= 1 << dice.below(8),
            3 => {
                let other = &seeds[dice.below(seeds.len())].1;
                let from = dice.below(other.len() + 1);
                input.splice(at..end, other[from..].iter().copied());
            }
            4 => {
                let times = 1 + dice.below(40);
                let piece = input[at..end.min(at + 40)].repeat(times);
                input.splice(at..at, piece);
            }
            5 => input.truncate(end),
            _ => {
                let piece = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(2_000));
                input.splice(at..at, piece);
            }
        }
        input.truncate(LONGEST);
    }
    input
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % end.max(1)
    }
}
