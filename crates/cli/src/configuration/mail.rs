//! `[mail]`: how people are written to.

use std::path::{Path, PathBuf};

use realm::mail::{Carrier, Encryption, MailSettings, Smtp, Way, is_mailbox};
use scope::Mistakes;
use url::{Host, Url};

use super::mail_tables as tables;
use super::section::Section;
use super::value::file;
use crate::failure::Failure;
use crate::input;

/// How people are written to.
#[derive(Debug)]
pub struct MailTable {
    from: String,
    by: By,
}

#[derive(Debug)]
enum By {
    Folder(PathBuf),
    Smtp {
        server: Server,
        user: Option<String>,
        password_file: Option<PathBuf>,
        ca_certificate: Option<PathBuf>,
    },
}

#[derive(Debug, Clone)]
struct Server {
    host: String,
    port: Option<u16>,
    encryption: Encryption,
}

impl MailTable {
    /// Who carries it, with what the files say.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or used.
    pub fn carrier(&self) -> Result<Carrier, Failure> {
        let way = match &self.by {
            By::Folder(folder) => Way::Folder(folder.clone()),
            By::Smtp {
                server,
                user,
                password_file,
                ca_certificate,
            } => Way::Smtp(Smtp {
                host: server.host.clone(),
                port: server.port,
                encryption: server.encryption,
                credentials: credentials(user.as_deref(), password_file.as_deref())?,
                ca_certificate: ca_certificate.as_deref().map(certificate).transpose()?,
            }),
        };
        let settings = MailSettings {
            from: self.from.clone(),
            way,
        };
        Carrier::new(settings).map_err(Failure::while_doing("[mail] cannot be used"))
    }
}

fn credentials(
    user: Option<&str>,
    file: Option<&Path>,
) -> Result<Option<(String, String)>, Failure> {
    let (Some(user), Some(file)) = (user, file) else {
        return Ok(None);
    };
    let text = input::read(file).map_err(Failure::while_doing(format!(
        "cannot read the password of the mail server {}",
        file.display()
    )))?;
    let password = text.trim_start_matches('\u{feff}').trim_end();
    Ok(Some((user.to_owned(), password.to_owned())))
}

fn certificate(file: &Path) -> Result<Vec<u8>, Failure> {
    let text = input::read(file).map_err(Failure::while_doing(format!(
        "cannot read the certificate {}",
        file.display()
    )))?;
    Ok(text.into_bytes())
}

/// Reads the table, if it is there.
pub fn mail(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<MailTable> {
    let section = top.table(&tables::MAIL_TABLE, &tables::MAIL, m)?;
    let from = section.value(&tables::MAIL_FROM, m, from);
    let server = section.value(&tables::MAIL_SMTP, m, server);
    let user = section.value(&tables::MAIL_USER, m, |name| Ok(name.to_owned()));
    let password_file = section.value(&tables::MAIL_PASSWORD_FILE, m, |name| file(folder, name));
    let ca_certificate = section.value(&tables::MAIL_CA, m, |name| file(folder, name));
    let into = section.value(&tables::MAIL_FOLDER, m, |name| Ok(folder.join(name)));
    let has = |key| section.has(key);
    match (has(&tables::MAIL_SMTP), has(&tables::MAIL_FOLDER)) {
        (true, true) => m.at(
            &section.place_of(&tables::MAIL_FOLDER),
            "`smtp` and `folder` are both there",
            "keep the one that mail is to go to",
        ),
        (false, false) => m.at(
            &top.place_of(&tables::MAIL_TABLE),
            "[mail] does not say where mail goes",
            "add `smtp = \"smtps://mail.example.com\"`, or `folder` to try things out",
        ),
        _ => {}
    }
    for (one, other) in [
        (&tables::MAIL_USER, &tables::MAIL_PASSWORD_FILE),
        (&tables::MAIL_PASSWORD_FILE, &tables::MAIL_USER),
    ] {
        if has(one) && !has(other) {
            m.at(
                &section.place_of(one),
                format!("`{}` is there without `{}`", one.name, other.name),
                format!("add `{}`, or remove it", other.name),
            );
        }
    }
    let is_plain = |server: &Server| server.encryption == Encryption::None;
    if server.as_ref().is_some_and(is_plain) && has(&tables::MAIL_USER) {
        m.at(
            &section.place_of(&tables::MAIL_USER),
            "a password would travel in the clear",
            "write smtps:// or smtp+starttls://",
        );
    }
    let by = match (server, into) {
        (Some(server), _) => By::Smtp {
            server,
            user,
            password_file,
            ca_certificate,
        },
        (None, Some(folder)) => By::Folder(folder),
        (None, None) => return None,
    };
    Some(MailTable { from: from?, by })
}

fn from(text: &str) -> Result<String, String> {
    match is_mailbox(text) {
        true => Ok(text.to_owned()),
        false => Err("it must be an address, or `Name <address>`".to_owned()),
    }
}

/// What is wrong is said without the text: it may hold a password.
fn server(text: &str) -> Result<Server, String> {
    let url = Url::parse(text).map_err(|error| format!("no URL: {error}"))?;
    let encryption = match url.scheme() {
        "smtps" => Encryption::Tls,
        "smtp+starttls" => Encryption::StartTls,
        "smtp" => Encryption::None,
        _ => return Err("it must begin with smtps://, smtp+starttls:// or smtp://".to_owned()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not name a user; that is `user` and `password_file`".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("it must end behind the host and port".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    if encryption == Encryption::None && !is_loopback(&host) {
        return Err(
            "smtp:// is for a server on this machine (127.0.0.1, ::1 or localhost): links in mails \
             are as good as passwords; write smtps:// or smtp+starttls://"
                .to_owned(),
        );
    }
    let port = url.port();
    Ok(Server {
        host,
        port,
        encryption,
    })
}

fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        _ => host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_with_how_it_is_spoken_to() {
        let read = |text: &str| {
            let read = server(text).ok()?;
            Some((read.host, read.port, read.encryption))
        };
        let tls = Encryption::Tls;
        assert_eq!(
            read("smtps://mail.example"),
            Some(("mail.example".to_owned(), None, tls))
        );
        let start = Some(("mail.example".to_owned(), Some(2525), Encryption::StartTls));
        assert_eq!(read("smtp+starttls://mail.example:2525"), start);
        for own in ["127.0.0.1", "localhost", "[::1]"] {
            assert!(read(&format!("smtp://{own}:25")).is_some(), "{own}");
        }
        for wrong in [
            "smtp://mail.example",
            "smtps://anna:secret@mail.example",
            "smtps://mail.example/path",
            "https://mail.example",
            "mail.example",
            "smtps://",
        ] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
    }
}
