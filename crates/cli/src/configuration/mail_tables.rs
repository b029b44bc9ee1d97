//! The keys of `[mail]`.

use super::key::{Absent, Key, Table};

pub const MAIL_TABLE: Key = Key {
    name: "mail",
    form: "table",
    example: "[mail]",
    absent: Absent::Off("nobody is written to, and nobody can ask for a new password"),
    about: "How people are written to; see `[mail]`.",
};

pub const MAIL: Table = Table {
    head: "[mail]",
    about: "Mail to people who forgot their password, or are invited (`docs/accounts.md`). It is sent \
            in the background, tried again for two minutes, then given up, logged and counted.",
    keys: &[
        &MAIL_FROM,
        &MAIL_SMTP,
        &MAIL_USER,
        &MAIL_PASSWORD_FILE,
        &MAIL_CA,
        &MAIL_FOLDER,
    ],
};

pub const MAIL_FROM: Key = Key {
    name: "from",
    form: "address, or `Name <address>`",
    example: r#"from = "Example <login@example.com>""#,
    absent: Absent::Mistake,
    about: "Whom mail is from.",
};
pub const MAIL_SMTP: Key = Key {
    name: "smtp",
    form: "URL",
    example: r#"smtp = "smtps://mail.example.com""#,
    absent: Absent::Off("mail goes into `folder`"),
    about: "The server that takes mail: `smtps://HOST` with TLS from the beginning (port 465), \
            `smtp+starttls://HOST` with TLS by STARTTLS and not without (port 587), or \
            `smtp://127.0.0.1` for one on the same machine (port 25). Another port is written \
            behind the host.",
};
pub const MAIL_USER: Key = Key {
    name: "user",
    form: "text",
    example: r#"user = "login@example.com""#,
    absent: Absent::Off("mail is handed in without a name"),
    about: "The name that the mail server wants, with `password_file`.",
};
pub const MAIL_PASSWORD_FILE: Key = Key {
    name: "password_file",
    form: "file",
    example: r#"password_file = "smtp-password""#,
    absent: Absent::Off("mail is handed in without a password"),
    about: "A file with the password that goes with `user`. Read at start.",
};
pub const MAIL_CA: Key = Key {
    name: "ca_certificate",
    form: "file",
    example: r#"ca_certificate = "mail-ca.pem""#,
    absent: Absent::Off("the authorities of Mozilla's list, as built in"),
    about: "Who also vouches for the mail server's certificate, PEM.",
};
pub const MAIL_FOLDER: Key = Key {
    name: "folder",
    form: "path",
    example: r#"folder = "mail""#,
    absent: Absent::Off("mail goes to `smtp`"),
    about: "In place of `smtp`, to try things out: each mail becomes a file there, ending in `.eml`.",
};
