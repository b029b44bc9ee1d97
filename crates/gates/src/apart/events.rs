//! Server-sent events (HTML, section 9.2), as far as a server of ours sends them.

/// The longest event that is taken, in bytes.
const EVENT_BYTES: usize = 1_048_576;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its `id`, empty where it has none.
    pub(super) id: String,
    /// Its `data`.
    pub(super) data: String,
}

/// Makes events of bytes as they come.
#[derive(Debug, Default)]
pub(super) struct Reader {
    unread: Vec<u8>,
}

/// It is longer than any event of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

impl Reader {
    /// Takes what has come.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.unread.len() + bytes.len() > EVENT_BYTES {
            return Err(TooLong);
        }
        self.unread.extend_from_slice(bytes);
        Ok(())
    }

    /// The next event that is whole.
    pub(super) fn next(&mut self) -> Option<Event> {
        let end = self.unread.windows(2).position(|two| two == b"\n\n")?;
        let rest = self.unread.split_off(end + 2);
        let whole = std::mem::replace(&mut self.unread, rest);
        let text = String::from_utf8_lossy(&whole);
        let field = |name: &str| {
            let lines = text.lines();
            let mut values = lines.filter_map(|line| line.strip_prefix(name));
            let value = values.next().unwrap_or_default();
            value.strip_prefix(' ').unwrap_or(value).to_owned()
        };
        Some(Event {
            id: field("id:"),
            data: field("data:"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_however_they_are_cut() {
        let sent = b"id: a.1\ndata: {\"x\":1}\n\n: nothing\n\nid:b.2\ndata:{}\n\nid: c";
        for cut in 1..sent.len() {
            let mut reader = Reader::default();
            let mut read = Vec::new();
            for part in sent.chunks(cut) {
                reader.take(part).unwrap();
                while let Some(event) = reader.next() {
                    read.push((event.id, event.data));
                }
            }
            let text = |id: &str, data: &str| (id.to_owned(), data.to_owned());
            let all = [text("a.1", "{\"x\":1}"), text("", ""), text("b.2", "{}")];
            assert_eq!(read, all, "{cut}");
        }
    }

    #[test]
    fn what_never_ends_is_not_kept() {
        let mut reader = Reader::default();
        let part = [b'x'; 65_536];
        let taken = std::iter::repeat_with(|| reader.take(&part)).take(17);
        assert_eq!(taken.last(), Some(Err(TooLong)));
    }
}
