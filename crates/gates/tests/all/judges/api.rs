//! An API behind a gate that reads as strictly as anybody could, and keeps what it received.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A call as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub target: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn values(&self, name: &str) -> Vec<&str> {
        let own = self.headers.iter().filter(|(own, _)| own == name);
        own.map(|(_, value)| value.as_str()).collect()
    }
}

/// Each call, or what was wrong with it.
pub type Log = Vec<Result<Received, String>>;

#[derive(Clone, Default)]
pub struct Api(Arc<Mutex<Log>>);

impl Api {
    /// Answers whatever comes with 200.
    pub fn serve(&self, listener: TcpListener) {
        let own = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move { own.converse(stream).await });
            }
        });
    }

    /// What came since the last time.
    pub fn take(&self) -> Log {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    async fn converse(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        loop {
            match read(&mut stream).await {
                Ok(None) => return,
                Ok(Some(call)) => {
                    let is_head = call.method == "HEAD";
                    self.0.lock().unwrap().push(Ok(call));
                    let body = if is_head { "" } else { "ok" };
                    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{body}");
                    if stream.get_mut().write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
                Err(fault) => {
                    self.0.lock().unwrap().push(Err(fault));
                    return;
                }
            }
        }
    }
}

/// Nothing where the connection ended in between, or a body broke off.
async fn read(stream: &mut BufReader<TcpStream>) -> Result<Option<Received>, String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_until(b'\n', &mut head).await {
            Ok(1..) => {}
            _ if head.is_empty() => return Ok(None),
            _ => return Err(format!("a head that ends early: {}", text(&head))),
        }
    }
    let mut call = parse(&head).ok_or_else(|| format!("no plain head: {}", text(&head)))?;
    let lengths = call.values("content-length");
    let codings = call.values("transfer-encoding");
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let length = match (lengths.as_slice(), codings.as_slice()) {
        ([], []) => Some(0),
        ([length], []) if is_number(length) => Some(length.parse().unwrap()),
        ([], ["chunked"]) => None,
        _ => return Err(format!("no one length: {}", text(&head))),
    };
    let Some(length) = length else {
        return match chunks(stream).await {
            Some(Ok(body)) => Ok(Some(Received { body, ..call })),
            Some(Err(fault)) => Err(format!("{fault}: {}", text(&head))),
            None => Ok(None),
        };
    };
    call.body = vec![0; length];
    let whole = stream.read_exact(&mut call.body).await.is_ok();
    Ok(whole.then_some(call))
}

fn parse(head: &[u8]) -> Option<Received> {
    // A byte is a character: what is not ASCII stays what it is.
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let mut lines = head.strip_suffix("\r\n\r\n")?.split("\r\n");
    let parts: Vec<&str> = lines.next()?.split(' ').collect();
    let [method, target, "HTTP/1.1"] = parts[..] else {
        return None;
    };
    let is_plain = |text: &str| !text.contains(|c: char| c.is_control() && c != '\t');
    if !is_token(method) || target.is_empty() || !is_plain(target) || target.contains('\t') {
        return None;
    }
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':')?;
        (is_token(name) && is_plain(value)).then(|| {
            (
                name.to_ascii_lowercase(),
                value.trim_matches([' ', '\t']).to_owned(),
            )
        })
    });
    Some(Received {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.collect::<Option<_>>()?,
        body: Vec::new(),
    })
}

/// RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}

/// Nothing where they break off.
async fn chunks(stream: &mut BufReader<TcpStream>) -> Option<Result<Vec<u8>, String>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        stream.read_until(b'\n', &mut line).await.ok()?;
        let size = line
            .strip_suffix(b"\r\n")
            .and_then(|size| std::str::from_utf8(size).ok());
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size else {
            return (!line.is_empty()).then(|| Err(format!("no chunk: {}", text(&line))));
        };
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk).await.ok()?;
        if !chunk.ends_with(b"\r\n") {
            return Some(Err(format!(
                "a chunk, or a trailer, too much: {}",
                text(&chunk)
            )));
        }
        chunk.truncate(size);
        body.extend(chunk);
        if size == 0 {
            return Some(Ok(body));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).escape_debug().to_string()
}
