//! A recorded run, whatever recorded it.

use std::fmt;

use scope::JsonMistake;
use serde_json::Value;

use super::access_log::{self, Logged};
use super::run::{Record, Recorder, Run, RunFormat};
use super::target::{Base, Found, target};
use super::{har, json_lines, lines};

/// How a run is to be read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// How it was recorded; by its beginning if not given.
    pub format: Option<RunFormat>,
    /// Where the API begins; every address counts if there is none.
    pub bases: Vec<Base>,
    /// Do calls count that were answered 401 or 403?
    pub counts_refused: bool,
    /// Is told now and then how many lines have been read.
    pub progress: Option<fn(usize)>,
}

/// Nothing in it is a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRun(String);

impl fmt::Display for UnreadableRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnreadableRun {}

/// Reads a run: each different call once. In a list of lines, which somebody wrote, every line has
/// to be one; elsewhere what cannot be read is told with its number, and the rest counts.
///
/// # Errors
/// Why it cannot be read as a whole.
pub fn read_run(bytes: &[u8], options: &RunOptions) -> Result<Run, UnreadableRun> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let beginning = bytes.get(..65_536).unwrap_or(bytes);
    let format = options
        .format
        .unwrap_or_else(|| format_of(&String::from_utf8_lossy(beginning)));
    let mut reading = Reading {
        recorder: Recorder::new(format, options.counts_refused),
        options,
        elsewhere: None,
    };
    match format {
        RunFormat::Har => reading.archive(bytes)?,
        RunFormat::Lines => reading.lines(bytes)?,
        RunFormat::Log | RunFormat::JsonLines => reading.log(bytes, format),
    }
    let run = reading.recorder.run;
    match run.calls.first() {
        Some(_) => Ok(run),
        None => Err(nothing_in(
            &run,
            reading.elsewhere.as_deref(),
            options.format.is_none(),
        )),
    }
}

/// How many lines tell the format: some may be anything.
const TELLING: usize = 50;

/// By what most of the first lines are.
fn format_of(text: &str) -> RunFormat {
    if har::is_archive(text) {
        return RunFormat::Har;
    }
    let mut counts = [
        (RunFormat::Log, 0),
        (RunFormat::JsonLines, 0),
        (RunFormat::Lines, 0),
    ];
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !lines::is_blank(line)).take(TELLING) {
        let format = format_of_line(line);
        let count = counts.iter_mut().find(|(own, _)| Some(*own) == format);
        if let Some((_, count)) = count {
            *count += 1;
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    match most {
        Some((format, 1..)) => *format,
        _ if text.trim_start().starts_with('{') => RunFormat::JsonLines,
        _ => RunFormat::Lines,
    }
}

fn format_of_line(line: &str) -> Option<RunFormat> {
    if access_log::read(1, line).is_some() {
        return Some(RunFormat::Log);
    }
    if line.starts_with('{') {
        let object = serde_json::from_str::<Value>(line);
        return object
            .is_ok_and(|own| own.is_object())
            .then_some(RunFormat::JsonLines);
    }
    let record = lines::read(line, 1)?;
    let is_address = record.target.starts_with('/') || record.target.contains("://");
    is_address.then_some(RunFormat::Lines)
}

/// What there is in place of calls, the cause first.
fn nothing_in(run: &Run, elsewhere: Option<&str>, is_guessed: bool) -> UnreadableRun {
    let left_out = run.left_out;
    let counts = [
        (left_out.elsewhere, "at other addresses than --base"),
        (
            left_out.refused,
            "refused (401, 403; --refused counts them)",
        ),
        (left_out.unanswered, "without an answer"),
        (left_out.no_call, "of no call"),
        (left_out.preflights, "preflights"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let mut all: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if let (Some(first), Some(elsewhere)) = (all.first_mut(), elsewhere) {
        *first += &format!(", the first of which is {elsewhere}");
    }
    if let Some(first) = run.unreadable.first() {
        let place = run.format.place();
        all.push(format!("{place} {}: {}", first.line, first.what));
    }
    let read = match run.format {
        RunFormat::Lines => "write one \"METHOD path\" per line",
        RunFormat::Log => "it was read as an access log",
        RunFormat::JsonLines => "it was read as lines of JSON",
        RunFormat::Har => "it was read as an HTTP Archive",
    };
    let mut why = match all.is_empty() {
        true => format!("there are no calls in it; {read}"),
        false => format!(
            "there are no calls in it that count: {}; {read}",
            all.join("; ")
        ),
    };
    if is_guessed && !run.unreadable.is_empty() {
        why += "; --format says if it is something else: lines, log, json-lines or har";
    }
    UnreadableRun(why)
}

struct Reading<'o> {
    recorder: Recorder,
    options: &'o RunOptions,
    /// The first call at another address than those of the API.
    elsewhere: Option<String>,
}

/// How many lines are read between one word of progress and the next.
const PROGRESS_EVERY: usize = 50_000;

impl Reading<'_> {
    fn archive(&mut self, bytes: &[u8]) -> Result<(), UnreadableRun> {
        let told = |why: String| {
            let otherwise = match self.options.format {
                None => "or, where it is none, name what it is with --format",
                Some(_) => "or name another --format",
            };
            UnreadableRun(format!(
                "this is no HTTP Archive (HAR) that can be read: {why}; save it once more with what recorded it, {otherwise}"
            ))
        };
        let text = std::str::from_utf8(bytes).map_err(|error| told(not_utf8(bytes, error)))?;
        for (number, record) in har::read(text).map_err(told)? {
            match record {
                Ok(record) => self.take(record),
                Err(why) => self.recorder.unreadable(number, why),
            }
        }
        Ok(())
    }

    fn lines(&mut self, bytes: &[u8]) -> Result<(), UnreadableRun> {
        for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
            self.progress(number);
            let otherwise = match self.options.format {
                None => "; read as a list of calls: --format tells if it is a log or an archive",
                Some(_) => "",
            };
            let wrong = |why: String| UnreadableRun(format!("line {number}: {why}{otherwise}"));
            let line =
                std::str::from_utf8(line).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
            let line = line.trim();
            if !lines::is_blank(line) {
                let record = lines::read(line, number);
                if !record.is_some_and(|record| self.is_taken(record)) {
                    let line = beginning(line);
                    let what = format!("{line:?} is not \"METHOD path\", as in GET /2.0/contact");
                    return Err(wrong(what));
                }
            }
        }
        Ok(())
    }

    fn log(&mut self, bytes: &[u8], format: RunFormat) {
        for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
            self.progress(number);
            let Ok(line) = std::str::from_utf8(line).map(str::trim) else {
                self.recorder.unreadable(number, "it is not UTF-8");
                continue;
            };
            if lines::is_blank(line) {
                continue;
            }
            match format {
                RunFormat::JsonLines => self.json_line(number, line),
                _ => self.log_line(number, line),
            }
        }
    }

    fn log_line(&mut self, number: usize, line: &str) {
        match access_log::read(number, line) {
            Some(Logged::Call(record)) => self.take(record),
            Some(Logged::NoCall) => self.recorder.run.left_out.no_call += 1,
            None => {
                let what = format!(
                    "{:?} has not the form host ident user [time] \"METHOD path HTTP/1.1\" status",
                    beginning(line)
                );
                self.recorder.unreadable(number, what);
            }
        }
    }

    fn json_line(&mut self, number: usize, line: &str) {
        match serde_json::from_str::<Value>(line) {
            Ok(object @ Value::Object(_)) => match json_lines::read(number, &object) {
                Some(record) => self.take(record),
                None => self.recorder.run.left_out.no_call += 1,
            },
            Ok(_) => self.recorder.unreadable(number, "it is no JSON object"),
            Err(error) => {
                // There is one line of it, whose number in the file is told.
                let JsonMistake { what, column, .. } = JsonMistake::of(&error);
                let what = format!("it is no JSON: {what}, at column {column}");
                self.recorder.unreadable(number, what);
            }
        }
    }

    /// A call as it stands there, with its place.
    fn told(&self, record: &Record) -> String {
        let target = beginning(&record.target);
        let host = record.host.as_deref().filter(|_| target.starts_with('/'));
        let host = host.map(beginning).unwrap_or_default();
        let place = self.recorder.run.format.place();
        format!("{} {host}{target} ({place} {})", record.method, record.line)
    }

    fn progress(&self, lines: usize) {
        if let Some(told) = self.options.progress
            && lines.is_multiple_of(PROGRESS_EVERY)
        {
            told(lines);
        }
    }

    fn take(&mut self, record: Record) {
        if !self.is_taken(record) {
            self.recorder.run.left_out.no_call += 1;
        }
    }

    /// Is it a call by HTTP? Then it is taken, or counted as one that does not count.
    fn is_taken(&mut self, record: Record) -> bool {
        // RFC 9110 section 5.6.2, as far as methods go.
        let is_method = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let found = match record.method.bytes().all(is_method) && !record.method.is_empty() {
            true => target(&record.target, record.host.as_deref(), &self.options.bases),
            false => Found::NoAddress,
        };
        match found {
            Found::Target(path) => self.recorder.take(record, path),
            Found::Elsewhere => {
                self.recorder.run.left_out.elsewhere += 1;
                if self.elsewhere.is_none() {
                    self.elsewhere = Some(self.told(&record));
                }
            }
            Found::NoAddress => return false,
        }
        true
    }
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> String {
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    format!("line {line} has a byte that is not UTF-8")
}

/// The first bytes of something, for people.
fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(120))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
