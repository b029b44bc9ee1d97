//! A server under measurement: its start, CPU time and memory, read from `/proc`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A started server; it ends with the value.
pub struct Server {
    child: Child,
    /// Host and port.
    pub address: String,
}

impl Server {
    /// Starts a program and waits for its line `ready: http://HOST:PORT …`; where it says
    /// `(listening on HOST:PORT)`, that is where it is.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {command:?}: {error}"))?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            let line = line.map_err(|error| error.to_string())?;
            let Some(rest) = line.strip_prefix("ready: http://") else {
                continue;
            };
            let listening = rest.split_once("(listening on ");
            let address = listening.map_or(rest, |(_, address)| address);
            let address = address.split([' ', ')']).next().unwrap_or_default();
            let address = address.to_owned();
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(Self { child, address });
        }
        Err(format!("{command:?} ended before it was ready"))
    }

    /// Starts a program that says nothing, and will be here.
    #[allow(dead_code, reason = "each program uses its own part")]
    pub fn start_at(command: &mut Command, address: &str) -> Result<Self, String> {
        let child = command
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {command:?}: {error}"))?;
        Ok(Self {
            child,
            address: address.to_owned(),
        })
    }

    /// CPU time used so far, user and system, of all threads.
    pub fn cpu_time(&self) -> Result<Duration, String> {
        let stat = self.proc_file("stat")?;
        // Fields behind the command's name, which is in parentheses: state is the first.
        let (_, rest) = stat.rsplit_once(')').ok_or("unreadable stat")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |index: usize| -> u64 {
            fields
                .get(index)
                .and_then(|field| field.parse().ok())
                .unwrap_or(0)
        };
        // Linux counts in hundredths of a second here, whatever the kernel's own tick is.
        Ok(Duration::from_millis((ticks(11) + ticks(12)) * 10))
    }

    /// Resident memory in MiB.
    pub fn resident_mib(&self) -> Result<f64, String> {
        let status = self.proc_file("status")?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no VmRSS")?;
        let kib: f64 = line
            .split_whitespace()
            .next()
            .and_then(|number| number.parse().ok())
            .ok_or("unreadable VmRSS")?;
        Ok(kib / 1024.0)
    }

    fn proc_file(&self, name: &str) -> Result<String, String> {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id()))
            .map_err(|error| error.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
