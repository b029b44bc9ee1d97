//! Mail to a server that speaks SMTP.

use realm::mail::{Carrier, Encryption, Mail, MailSettings, Smtp, Way};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A server that takes one mail (RFC 5321), or answers it with `answer`; hands out what it was told.
async fn server(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = socket.split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 mail.example\r\n").await.unwrap();
        let (mut told, mut in_mail) = (String::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            told.push_str(&line);
            told.push('\n');
            let says = match (in_mail, line.as_str()) {
                (true, ".") => {
                    in_mail = false;
                    answer
                }
                (true, _) => continue,
                (false, "DATA") => {
                    in_mail = true;
                    "354 go on"
                }
                (false, "QUIT") => "221 bye",
                (false, _) => "250 fine",
            };
            let sent = writing.write_all(format!("{says}\r\n").as_bytes()).await;
            if sent.is_err() || line == "QUIT" {
                break;
            }
        }
        told
    });
    (port, told)
}

fn carrier(port: u16) -> Carrier {
    let server = Smtp {
        host: String::from("127.0.0.1"),
        port: Some(port),
        encryption: Encryption::None,
        credentials: None,
        ca_certificate: None,
    };
    let settings = MailSettings {
        from: String::from("Example <login@example.com>"),
        way: Way::Smtp(server),
    };
    Carrier::new(settings).unwrap()
}

fn mail() -> Mail {
    let subject = String::from("Ihr Passwort bei Müller\r\nBcc: evil@example.com");
    Mail::about(
        subject,
        String::from("Grüezi\n\nhttps://auth.example.com/x\n"),
    )
    .to("anna@muster.example")
}

#[tokio::test]
async fn a_mail_is_handed_to_a_server() {
    let (port, told) = server("250 taken").await;
    let carrier = carrier(port);
    carrier.send(&mail()).await.unwrap();
    drop(carrier);
    let told = told.await.unwrap();
    for expected in [
        "MAIL FROM:<login@example.com>",
        "RCPT TO:<anna@muster.example>",
        "From: Example <login@example.com>",
        "To: anna@muster.example",
        "Message-ID: <",
        "Date: ",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    // What stands in a subject makes no header.
    assert!(!told.lines().any(|line| line.starts_with("Bcc:")), "{told}");
}

#[tokio::test]
async fn what_a_server_refuses_for_good_is_not_tried_again() {
    for (answer, is_passing) in [("554 no", false), ("451 later", true)] {
        let (port, _) = server(answer).await;
        let refused = carrier(port).send(&mail()).await.unwrap_err();
        assert_eq!(refused.is_passing(), is_passing, "{refused}");
    }
    let nobody = carrier(1).send(&mail()).await.unwrap_err();
    assert!(nobody.is_passing(), "{nobody}");
}

#[tokio::test]
async fn mail_goes_by_settings_that_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let by_folder = |from: &str| {
        Carrier::new(MailSettings {
            from: from.to_owned(),
            way: Way::Folder(folder.path().join("mail")),
        })
    };
    assert!(by_folder("nobody").is_err());
    let carrier = by_folder("login@example.com").unwrap();
    for _ in 0..2 {
        carrier.send(&mail()).await.unwrap();
    }
    let nowhere = carrier.send(&mail().to("nobody")).await.unwrap_err();
    assert!(!nowhere.is_passing());
    let files = std::fs::read_dir(folder.path().join("mail")).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["000001.eml", "000002.eml"]);
}
