//! Callers who keep their connections and send several calls before they read the first answer.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::odd::Sent;

/// How long somebody may wait for more of a call whose end nobody knows.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than anything takes here that works.
const LONG: Duration = Duration::from_secs(120);
/// What the connection ends with, where it is a call of its own.
const LAST: &str =
    "GET /last HTTP/1.1\r\nHost: api.example.com\r\nx-call: smuggled\r\nConnection: close\r\n\r\n";
/// Ids of calls that are sent again begin here.
const AGAIN: u64 = 1 << 32;

pub struct Answered {
    pub sent: Sent,
    /// Nothing where the connection ended before.
    pub status: Option<u16>,
}

/// Sends the calls of each lane in their order, so many at once before an answer is read, and reads what comes.
pub async fn send_all(port: u16, ahead: usize, lanes: Vec<Vec<Sent>>) -> Vec<Answered> {
    let lanes: Vec<_> = lanes
        .into_iter()
        .map(|lane| tokio::spawn(send(port, ahead, lane)))
        .collect();
    let mut answered = Vec::new();
    for lane in lanes {
        answered.extend(lane.await.unwrap());
    }
    answered
}

async fn send(port: u16, ahead: usize, lane: Vec<Sent>) -> Vec<Answered> {
    let mut answered = Vec::new();
    let mut waiting: std::collections::VecDeque<Sent> = lane.into();
    let mut kept: Option<Connection> = None;
    while !waiting.is_empty() {
        let last = waiting.iter().take(ahead).position(|sent| sent.is_last);
        let count = last.map_or(ahead.min(waiting.len()), |last| last + 1);
        let batch: Vec<Sent> = waiting.drain(..count).collect();
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => Connection::open(port).await,
        };
        let ends = last.is_some();
        let statuses = connection.send(&batch, ends).await;
        let is_whole = statuses.len() == batch.len();
        let mut lost = Vec::new();
        for (place, sent) in batch.into_iter().enumerate() {
            let status = statuses.get(place).copied();
            // What came behind the first that was not answered may never have been read: it is sent again,
            // as a call of its own.
            if place > statuses.len() {
                lost.push(sent.again(sent.id + AGAIN));
            }
            answered.push(Answered { sent, status });
        }
        for sent in lost.into_iter().rev() {
            waiting.push_front(sent);
        }
        if is_whole && !ends && !connection.is_over {
            kept = Some(connection);
        }
    }
    answered
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The other side said that it ends it.
    is_over: bool,
}

impl Connection {
    async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: Vec::new(),
            is_over: false,
        }
    }

    /// The statuses of the calls, as far as they were answered. `ends`: nobody knows where the last one ends, and
    /// nothing of ours comes behind it.
    async fn send(&mut self, batch: &[Sent], ends: bool) -> Vec<u16> {
        let bytes = batch.iter().flat_map(|sent| sent.bytes.iter().copied());
        let end = if ends { LAST.as_bytes() } else { b"" };
        let bytes: Vec<u8> = bytes.chain(end.iter().copied()).collect();
        let (mut reading, mut writing) = self.stream.split();
        let mut statuses = Vec::new();
        let (buffer, is_over) = (&mut self.buffer, &mut self.is_over);
        let read = async {
            for sent in batch {
                let answer = answer(&mut reading, buffer, &sent.method).await;
                statuses.extend(answer.map(|(status, _)| status));
                *is_over |= answer.is_none_or(|(_, is_last)| is_last);
                if *is_over {
                    break;
                }
            }
            if ends && !*is_over {
                let _ = answer(&mut reading, buffer, "GET").await;
            }
        };
        // What is refused may be closed without being read.
        let both = async { tokio::join!(writing.write_all(&bytes), read) };
        let patience = if ends { PATIENCE } else { LONG };
        let is_late = tokio::time::timeout(patience, both).await.is_err();
        let odd: Vec<_> = batch.iter().map(|sent| sent.odd).collect();
        assert!(ends || !is_late, "no answer to {odd:?}");
        if ends {
            // Whoever waits for more of it gets no more.
            let _ = writing.shutdown().await;
            let mut unread = Vec::new();
            let rest = reading.read_to_end(&mut unread);
            let ended = tokio::time::timeout(LONG, rest).await;
            assert!(ended.is_ok(), "no end of {odd:?}");
        }
        statuses
    }
}

/// The next answer's status, and whether it is the last; nothing where there is none.
async fn answer(
    stream: &mut tokio::net::tcp::ReadHalf<'_>,
    buffer: &mut Vec<u8>,
    method: &str,
) -> Option<(u16, bool)> {
    loop {
        let head_end = until(stream, buffer, b"\r\n\r\n").await?;
        let head: Vec<u8> = buffer.drain(..head_end).collect();
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let status: u16 = head.split(' ').nth(1)?.get(..3)?.parse().ok()?;
        assert_ne!(status, 101, "something else than HTTP is spoken: {head}");
        if status < 200 {
            continue;
        }
        let value = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(':'));
            lines
                .find(|(own, _)| *own == name)
                .map(|(_, value)| value.trim().to_owned())
        };
        let is_over = value("connection").is_some_and(|value| value.contains("close"));
        let length = value("content-length").map(|length| length.parse::<usize>().unwrap());
        if method == "HEAD" || status == 204 || status == 304 {
            return Some((status, is_over));
        }
        if value("transfer-encoding").is_some() {
            loop {
                let line_end = until(stream, buffer, b"\r\n").await?;
                let line: Vec<u8> = buffer.drain(..line_end).collect();
                let size = String::from_utf8_lossy(&line);
                let size = usize::from_str_radix(size.trim(), 16).unwrap();
                exactly(stream, buffer, size + 2).await?;
                if size == 0 {
                    return Some((status, is_over));
                }
            }
        }
        let Some(length) = length else {
            return Some((status, true));
        };
        exactly(stream, buffer, length).await?;
        return Some((status, is_over));
    }
}

async fn until(
    stream: &mut tokio::net::tcp::ReadHalf<'_>,
    buffer: &mut Vec<u8>,
    end: &[u8],
) -> Option<usize> {
    loop {
        if let Some(at) = buffer.windows(end.len()).position(|own| own == end) {
            return Some(at + end.len());
        }
        more(stream, buffer).await?;
    }
}

async fn exactly(
    stream: &mut tokio::net::tcp::ReadHalf<'_>,
    buffer: &mut Vec<u8>,
    count: usize,
) -> Option<()> {
    while buffer.len() < count {
        more(stream, buffer).await?;
    }
    buffer.drain(..count);
    Some(())
}

async fn more(stream: &mut tokio::net::tcp::ReadHalf<'_>, buffer: &mut Vec<u8>) -> Option<()> {
    matches!(stream.read_buf(buffer).await, Ok(1..)).then_some(())
}
