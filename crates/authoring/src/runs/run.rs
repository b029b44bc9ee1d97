//! What was recorded.

use std::collections::HashMap;

use serde::Serialize;

/// How a run was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunFormat {
    /// `METHOD path`, one call a line.
    Lines,
    /// An access log in the common or the combined format.
    Log,
    /// An access log of JSON objects, one a line.
    JsonLines,
    /// An HTTP Archive.
    Har,
}

impl RunFormat {
    /// What a record of it is called.
    pub fn place(self) -> &'static str {
        match self {
            Self::Har => "entry",
            _ => "line",
        }
    }

    /// The name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Log => "log",
            Self::JsonLines => "json-lines",
            Self::Har => "har",
        }
    }
}

/// The calls of a run, each different one once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Run {
    /// What it was read as.
    pub format: RunFormat,
    /// In order of their first appearance.
    pub calls: Vec<RecordedCall>,
    /// What is there and does not count.
    pub left_out: LeftOut,
    /// What could not be read: lines, or entries of a HAR file.
    pub unreadable: Vec<UnreadableLine>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedCall {
    /// In capital letters.
    pub method: String,
    /// The path as it was sent, behind the base, and the query if there was one.
    pub target: String,
    /// What is known of its body.
    pub body: RecordedBody,
    /// The status of the first answer, if it is known.
    pub status: Option<u16>,
    /// Where it stands first: the number of a line, or of an entry of a HAR file.
    pub line: usize,
    /// How often it was made.
    pub times: usize,
}

/// What is known of a call's body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RecordedBody {
    /// It was not recorded, or is no JSON: every scope that it could ask for is needed.
    Unseen,
    /// Its text; empty where the call had none.
    Seen(String),
}

/// What does not count, each with how often it is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// Answered 401 or 403: the API did not do it.
    pub refused: usize,
    /// Without an answer, as when a browser gave up or held it back.
    pub unanswered: usize,
    /// At other addresses than those of the API.
    pub elsewhere: usize,
    /// Records that are of no call by HTTP.
    pub no_call: usize,
    /// Preflights of browsers (CORS).
    pub preflights: usize,
    /// Files of pages, such as scripts and pictures, that no rule names.
    pub files: usize,
    /// Answered 404 or 405, and no rule names them either.
    pub absent: usize,
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnreadableLine {
    /// The number of the line, or of the entry of a HAR file; from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// One record as a format has it.
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) method: String,
    /// As recorded: a path, or a whole address.
    pub(super) target: String,
    /// The host that was called, where it is recorded beside the path.
    pub(super) host: Option<String>,
    pub(super) body: RecordedBody,
    pub(super) answer: Answer,
    pub(super) is_preflight: bool,
}

/// What is known of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The format does not say.
    Unknown,
    None,
    Status(u16),
}

/// Puts a run together.
pub(super) struct Recorder {
    pub(super) run: Run,
    counts_refused: bool,
    places: HashMap<(String, String, RecordedBody), usize>,
}

impl Recorder {
    pub(super) fn new(format: RunFormat, counts_refused: bool) -> Self {
        Self {
            run: Run {
                format,
                calls: Vec::new(),
                left_out: LeftOut::default(),
                unreadable: Vec::new(),
            },
            counts_refused,
            places: HashMap::new(),
        }
    }

    pub(super) fn unreadable(&mut self, line: usize, what: impl Into<String>) {
        let what = what.into();
        self.run.unreadable.push(UnreadableLine { line, what });
    }

    /// Takes a record whose path behind the base is `target`.
    pub(super) fn take(&mut self, record: Record, target: String) {
        let left_out = &mut self.run.left_out;
        let status = match record.answer {
            Answer::None => {
                left_out.unanswered += 1;
                return;
            }
            Answer::Status(401 | 403) if !self.counts_refused => {
                left_out.refused += 1;
                return;
            }
            Answer::Status(status) => Some(status),
            Answer::Unknown => None,
        };
        if record.is_preflight {
            left_out.preflights += 1;
            return;
        }
        let key = (record.method, target, record.body);
        if let Some(call) = self
            .places
            .get(&key)
            .and_then(|place| self.run.calls.get_mut(*place))
        {
            call.times += 1;
            return;
        }
        let (method, target, body) = key.clone();
        self.places.insert(key, self.run.calls.len());
        self.run.calls.push(RecordedCall {
            method,
            target,
            body,
            status,
            line: record.line,
            times: 1,
        });
    }
}
