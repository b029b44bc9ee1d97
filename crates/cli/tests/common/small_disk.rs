//! A disk of a few megabytes for one test: a tmpfs that only the test's own processes see.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where the test finds its disk when it runs for the second time.
const VARIABLE: &str = "SCOPEGATE_SMALL_DISK";

/// How to get a mount table of one's own: as anybody where that is allowed, else as root.
const WAYS: [&[&str]; 2] = [&["--map-root-user", "--mount"], &["--mount"]];

/// A disk of its own.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Runs the named test once more, where a folder is a disk of that size, and there does
    /// the rest. Fails where nothing can be mounted.
    pub fn run(test: &str, size: &str, rest: impl FnOnce(&Self)) {
        if let Some(folder) = std::env::var_os(VARIABLE) {
            return rest(&Self {
                folder: folder.into(),
            });
        }
        let folder = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o \"size=$1\" small-disk \"$2\" && shift 2 && exec \"$@\"";
        let on_disk = |way: &[&str], program: &[&str]| {
            Command::new("unshare")
                .args(way)
                .args(["sh", "-c", script, "sh", size])
                .arg(folder.path())
                .args(program)
                .env(VARIABLE, folder.path())
                .output()
                .expect("unshare of util-linux is installed")
        };
        let tried = WAYS.map(|way| (way, on_disk(way, &["true"])));
        let Some((way, _)) = tried.iter().find(|(_, done)| done.status.success()) else {
            panic!("{}", nothing_mounted(&tried));
        };
        let me = std::env::current_exe().unwrap();
        let me = [me.to_str().unwrap(), "--exact", test, "--nocapture"];
        let ran = on_disk(way, &me);
        let (out, err) = (text(&ran.stdout), text(&ran.stderr));
        assert!(ran.status.success(), "{out}\n{err}");
        assert!(out.contains("1 passed"), "there is no test {test}: {out}");
        print!("{out}");
    }

    /// A file on it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The disk.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Takes all its space but that many bytes; what is taken already counts.
    pub fn fill(&self, but: usize) {
        let path = self.at("filling");
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .unwrap();
        while file.write_all(&[b'x'; 4_096]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(but as u64)).unwrap();
    }

    /// Gives back what was taken.
    pub fn free(&self) {
        std::fs::remove_file(self.at("filling")).unwrap();
    }

    /// Tries to change how it is mounted; answers whether that was done.
    pub fn remount(&self, options: &str) -> bool {
        // With both ends named, nothing is taken over from the table of mounts: users may not
        // give everything that is listed there.
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{options}"), "small-disk"]);
        let done = mount.arg(&self.folder).output();
        done.unwrap().status.success()
    }

    /// From now on, who opens a file of it may not write it.
    pub fn cover_read_only(&self) {
        let bound = Command::new("mount")
            .arg("--bind")
            .args([&self.folder, &self.folder])
            .status();
        assert!(bound.unwrap().success());
        assert!(self.remount("bind,ro"));
    }

    /// Undoes that.
    pub fn uncover(&self) {
        let done = Command::new("umount").arg("-l").arg(&self.folder).status();
        assert!(done.unwrap().success());
    }
}

fn nothing_mounted(tried: &[(&[&str], Output)]) -> String {
    let said: Vec<String> = tried
        .iter()
        .map(|(way, done)| format!("unshare {}: {}", way.join(" "), text(&done.stderr).trim()))
        .collect();
    format!(
        "this test fills a disk of its own and cannot mount one. Run it as root with the right \
         to mount (a container needs CAP_SYS_ADMIN), or allow users to make user namespaces \
         (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, \
         kernel.apparmor_restrict_unprivileged_userns).\n{}",
        said.join("\n")
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
