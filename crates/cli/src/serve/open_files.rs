//! How many files, and so how many connections, the process may have open.

/// Of the files a process may have open, so many are not for connections of the public side:
/// databases, listeners, logs, and the connections of operators.
const KEPT: usize = 256;

/// Lets the process have `wanted` connections, as far as the system does, and answers how many
/// it may. Where the system names no limit, as many as are wanted.
#[cfg(unix)]
pub fn make_room(wanted: usize) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let files = u64::try_from(wanted.saturating_add(KEPT)).unwrap_or(u64::MAX);
    let may = limit.maximum.map_or(files, |most| most.min(files));
    if limit.current.is_some_and(|now| now < may) {
        limit.current = Some(may);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "the limit on open files stays as it is");
        }
    }
    let now = getrlimit(Resource::Nofile).current;
    now.map_or(wanted, |files| wanted.min(connections_of(files)))
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn make_room(wanted: usize) -> usize {
    wanted
}

/// Half of few files are for connections, and of many all but those kept.
fn connections_of(files: u64) -> usize {
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    (files - files.min(KEPT).min(files / 2)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_are_never_for_connections() {
        for (files, connections) in [(1, 1), (64, 32), (256, 128), (1_024, 768), (65_536, 65_280)] {
            assert_eq!(connections_of(files), connections, "{files}");
        }
    }
}
