//! Descriptions that are damaged at random: whatever comes of them, it is an answer, and a catalog
//! that is written has no mistakes.

use authoring::{Allow, Lists, ListsRule, Options, Source};

use super::given::{catalog_of, of_files};

/// Numbers that look like chance, and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

fn example() -> String {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/library.yaml");
    std::fs::read_to_string(file).unwrap()
}

/// One or two things are otherwise.
fn damaged(text: &str, chance: &mut Chance) -> String {
    const BITS: [&str; 22] = [
        "", " ", "{", "}", "[", "]", "\"", "'", ":", "#", "/", "{a}", "{b...}", "?", "%", "*",
        "&a ", "*a", "null", "title", "\u{0}", "ü",
    ];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=chance.below(2) {
        let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(4) {
            0 => lines.swap(one, other),
            1 => lines[one] = lines[other].clone(),
            2 => {
                lines.remove(one);
            }
            _ => {
                let at = chance.below(lines[one].len() + 1);
                if lines[one].is_char_boundary(at) {
                    lines[one].insert_str(at, BITS[chance.below(BITS.len())]);
                }
            }
        }
    }
    lines.join("\n")
}

#[test]
fn a_damaged_description_is_answered_and_its_catalog_has_no_mistakes() {
    let example = example();
    let mut chance = Chance(7);
    let mut options = Options::default();
    options.scopes_from = vec![Source::extension("x-scopes")];
    let mut written = 0;
    for round in 0..1_500 {
        options.propose = round % 2 == 0;
        options.fall_through = round % 3 == 0;
        options.public = if round % 5 == 0 {
            Allow::Keep
        } else {
            Allow::Deny
        };
        options.lists = vec![ListsRule {
            lists: if round % 7 == 0 {
                Lists::Any
            } else {
                Lists::All
            },
            operations: None,
        }];
        let text = damaged(&example, &mut chance);
        match of_files(&[("library.yaml", &text)], &options) {
            Ok(imported) => {
                assert!(!imported.report.text().is_empty());
                if let Some(catalog) = imported.catalog {
                    catalog_of(&catalog);
                    written += 1;
                }
            }
            Err(unreadable) => {
                let said = unreadable.to_string();
                assert!(!said.contains("defect"), "{said}\n{text}");
            }
        }
    }
    assert!(written > 500, "{written}");
}
