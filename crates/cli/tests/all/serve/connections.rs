//! Many connections at once: they are bounded, and so is what they hold.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::common::operated::{PUBLIC, Server, until};
use crate::common::person;

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(&server.public).unwrap();
    let time = Some(Duration::from_secs(20));
    stream.set_read_timeout(time).unwrap();
    stream
}

fn operators_see_it_alive(server: &Server) {
    let url = format!("http://{}/healthz", server.operations);
    let answer = person::browser().get(url).send().unwrap();
    assert_eq!(answer.status(), 200);
}

/// Is a connection let in and answered?
fn is_answered(server: &Server) -> bool {
    let mut stream = connect(server);
    let head = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    let sent = stream.write_all(head.as_bytes());
    sent.and_then(|()| stream.read_to_string(&mut answer))
        .is_ok()
        && answer.contains(" 200 ")
}

#[test]
fn idle_connections_take_neither_the_operators_place_nor_everybodys() {
    let more = format!("max_connections_per_address = 4000\n{PUBLIC}");
    let server = Server::start_with_files(1_024, &more);
    let idle: Vec<TcpStream> = (0..1_100).map(|_| connect(&server)).collect();
    server.wait_for_log("every place is taken");
    operators_see_it_alive(&server);
    drop(idle);
    until("a place", || is_answered(&server));
    assert!(server.log().contains("suffices for 768 connections only"));
}

#[test]
fn an_address_holds_no_more_than_its_share() {
    let server = Server::start(&format!("max_connections = 40\n{PUBLIC}"));
    let held: Vec<TcpStream> = (0..10).map(|_| connect(&server)).collect();
    until("the share is taken", || !is_answered(&server));
    drop(held);
    until("a place", || is_answered(&server));

    let proxy = format!("max_connections = 40\ntrusted_proxies = [\"127.0.0.1\"]\n{PUBLIC}");
    let server = Server::start(&proxy);
    let _held: Vec<TcpStream> = (0..20).map(|_| connect(&server)).collect();
    assert!(is_answered(&server), "a proxy comes for many");
}

/// What one slow sender may take, as `docs/operating.md` says: with a head, and with the largest form.
const KIB_OF_A_HEAD: u64 = 256;
const KIB_OF_A_FORM: u64 = 512;

/// The most memory that the server has had, in KiB.
fn peak(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    peak.unwrap().parse().unwrap()
}

/// Half of them with a head and half with a form of the largest size, both unfinished.
#[test]
#[cfg(target_os = "linux")]
fn slow_senders_stay_within_the_stated_memory() {
    const UNFINISHED: usize = 64_000;
    const LARGEST_FORM: usize = oauth::Parameters::MAX_BYTES;
    const PAIRS: u64 = 200;
    let server = Server::start(PUBLIC);
    assert!(is_answered(&server));
    let before = peak(&server);
    let head = format!("GET /healthz HTTP/1.1\r\nX: {}", "a".repeat(UNFINISHED));
    let form = format!(
        "POST /bexio/oauth/token HTTP/1.1\r\nHost: a\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {LARGEST_FORM}\r\n\r\n{}",
        "a".repeat(LARGEST_FORM - 1_000)
    );
    let mut slow = Vec::new();
    for _ in 0..PAIRS {
        for text in [&head, &form] {
            let mut stream = connect(&server);
            stream.write_all(text.as_bytes()).unwrap();
            slow.push(stream);
        }
    }
    operators_see_it_alive(&server);
    let of_a_pair = (peak(&server) - before) / PAIRS;
    assert!(
        of_a_pair <= KIB_OF_A_HEAD + KIB_OF_A_FORM,
        "{of_a_pair} KiB"
    );
    assert!(is_answered(&server));
}
