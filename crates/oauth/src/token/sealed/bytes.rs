//! The parts of the binary form.

use crate::model::{Timestamp, Uuid};

pub(super) fn put_time(bytes: &mut Vec<u8>, time: Timestamp) {
    bytes.extend_from_slice(&time.as_second().to_be_bytes());
}

pub(super) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u64).to_be_bytes()[4..]);
    bytes.extend_from_slice(text.as_bytes());
}

/// Puts a byte that says which of the ids are there, together with further bits, and those.
pub(super) fn put_ids(bytes: &mut Vec<u8>, more: u8, ids: &[(u8, Option<Uuid>)]) {
    let present = ids.iter().filter(|(_, id)| id.is_some());
    bytes.push(present.fold(more, |flags, (flag, _)| flags | flag));
    for (_, id) in ids {
        bytes.extend_from_slice(id.as_ref().map_or(&[][..], |id| id.as_bytes()));
    }
}

/// Reads from the front; `None` when there is too little.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn number(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn uuid(&mut self) -> Option<Uuid> {
        self.array().map(Uuid::from_bytes)
    }

    /// The id that a flag says is there, if it does.
    pub(super) fn id_if(&mut self, flags: u8, flag: u8) -> Option<Option<Uuid>> {
        match flags & flag {
            0 => Some(None),
            _ => self.uuid().map(Some),
        }
    }

    pub(super) fn time(&mut self) -> Option<Timestamp> {
        Timestamp::from_second(self.number()?).ok()
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).ok()?;
        Some(std::str::from_utf8(self.take(length)?).ok()?.to_owned())
    }
}
