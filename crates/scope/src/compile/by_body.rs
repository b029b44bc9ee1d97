//! `by_body`: rules by a member of the body, of a batch too, and only where nothing stands in its place.

use toml::de::DeValue;

use super::requirement::Reader;
use crate::compiled::{Cases, Needs, Pointer, Without};
use crate::endpoint::Requirement;
use crate::likeness::Watched;
use crate::mistake::{Mistakes, Span};
use crate::table::Entry;

/// The keys of the rule.
pub(super) struct ByBody<'d> {
    pub(super) member: Entry<'d>,
    pub(super) batch: Option<Entry<'d>>,
    pub(super) without: Option<Entry<'d>>,
    pub(super) otherwise: Option<Entry<'d>>,
}

impl ByBody<'_> {
    pub(super) fn read(
        &self,
        reader: &Reader<'_>,
        (is, cases): (Vec<(String, Requirement)>, Cases),
        m: &mut Mistakes,
    ) -> Option<(Requirement, Needs)> {
        let pointer = self.member.string(m)?.to_owned();
        let tokens = tokens(&pointer, &self.member.span, m)?;
        let batch = self.batch.as_ref().and_then(|entry| entry.boolean(m));
        let batch = batch.unwrap_or(false);
        let pointers = self.without.as_ref().map(|entry| pointers(entry, m));
        self.check(batch, m);
        let (cases, otherwise) = reader.others(cases, self.otherwise.as_ref(), m)?;
        let pointers = pointers.unwrap_or_default();
        let without = pointers.iter();
        let without = without.map(|own| own.written.to_string()).collect();
        let firsts = pointers.iter().map(|own| &own.tokens);
        let firsts = std::iter::once(&tokens).chain(firsts);
        let names = firsts
            .filter_map(|tokens| tokens.first().cloned())
            .collect();
        let in_place = (!pointers.is_empty()).then(|| {
            Box::new(Without {
                pointers: pointers.into(),
                names,
            })
        });
        let needs = Needs::ByBody {
            pointer: pointer.as_str().into(),
            tokens,
            batch,
            without: in_place,
            cases,
        };
        let requirement = Requirement::ByBody {
            pointer,
            batch,
            without,
            is,
            otherwise,
        };
        Some((requirement, needs))
    }

    /// What the keys say against each other.
    fn check(&self, batch: bool, m: &mut Mistakes) {
        let Some(without) = &self.without else {
            return;
        };
        if batch {
            let help = "remove one of them: members of a batch are not looked at for what must not be there";
            m.at(&without.span, "`without` beside `batch`", help);
        }
        if self.otherwise.is_none() {
            m.at(
                &without.span,
                "`without` has no `otherwise`",
                "write `otherwise = …`: what a call needs where that is there, which may ask for anything",
            );
        }
    }
}

/// The pointers to what must not be there, one or a list.
fn pointers(entry: &Entry<'_>, m: &mut Mistakes) -> Vec<Pointer> {
    let texts = match entry.node.get_ref() {
        DeValue::Array(_) => entry.strings(m),
        _ => {
            let text = entry.string(m).map(|text| (text, entry.span.clone()));
            text.into_iter().collect()
        }
    };
    if entry.is_empty_list() {
        m.at(
            &entry.span,
            "`without` is empty",
            "name a pointer, or remove the key",
        );
    }
    texts
        .into_iter()
        .filter_map(|(text, span)| {
            Some(Pointer {
                written: text.into(),
                tokens: tokens(text, &span, m)?,
            })
        })
        .collect()
}

/// The unescaped tokens of an RFC 6901 pointer.
fn tokens(pointer: &str, span: &Span, m: &mut Mistakes) -> Option<Box<[Watched]>> {
    let escaped = pointer
        .match_indices('~')
        .all(|(at, _)| matches!(pointer.as_bytes().get(at + 1), Some(b'0' | b'1')));
    let Some(tokens) = pointer.strip_prefix('/').filter(|_| escaped) else {
        m.at(
            span,
            format!("`{pointer}` is not a JSON pointer"),
            "write RFC 6901, such as `/callback/event`; `~` is `~0` and `/` is `~1` inside a name",
        );
        return None;
    };
    Some(
        tokens
            .split('/')
            .map(|token| Watched::new(&token.replace("~1", "/").replace("~0", "~")))
            .collect(),
    )
}
