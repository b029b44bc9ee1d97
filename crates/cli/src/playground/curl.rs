//! What the played app sends, as a command to run in a shell.

use std::fmt::Write;

/// A `curl` command, an option a line.
pub struct Curl(String);

impl Curl {
    /// A request with this method.
    pub fn new(method: &str, url: &str) -> Self {
        let mut command = "curl".to_owned();
        if method != "GET" {
            command += &format!(" -X {}", quoted(method));
        }
        Self(format!("{command} {}", quoted(url)))
    }

    /// With HTTP Basic; both are encoded as RFC 6749 section 2.3.1 wants it.
    #[must_use]
    pub fn user(self, id: &str, secret: &str) -> Self {
        self.option("-u", &format!("{id}:{secret}"))
    }

    /// With a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.option("-H", &format!("{name}: {value}"))
    }

    /// With a field of a form.
    #[must_use]
    pub fn field(self, name: &str, value: &str) -> Self {
        self.option("--data-urlencode", &format!("{name}={value}"))
    }

    /// With a body as it is.
    #[must_use]
    pub fn body(self, body: &str) -> Self {
        self.option("--data-raw", body)
    }

    /// The command.
    pub fn command(self) -> String {
        self.0
    }

    fn option(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.0, " \\\n  {name} {}", quoted(value));
        self
    }
}

/// One word of a POSIX shell, whatever stands in it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_what_was_meant() {
        let odd = "it's \"odd\" $HOME `x` \\ ü\n&;|*?!#~";
        let command = Curl::new("PATCH", "http://127.0.0.1:1/a?b=c&d=e")
            .user("app", odd)
            .header("Content-Type", "application/json")
            .field("scope", odd)
            .body(odd)
            .command();
        let printed = command.replacen("curl", "printf '%s\\0'", 1);
        let said = Command::new("sh").arg("-c").arg(printed).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        let words: Vec<&str> = said.split_terminator('\0').collect();
        let (user, field) = (format!("app:{odd}"), format!("scope={odd}"));
        let expected = [
            "-X",
            "PATCH",
            "http://127.0.0.1:1/a?b=c&d=e",
            "-u",
            &user,
            "-H",
            "Content-Type: application/json",
            "--data-urlencode",
            &field,
            "--data-raw",
            odd,
        ];
        assert_eq!(words, expected);
    }
}
