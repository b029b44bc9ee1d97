//! Mail to a server that speaks TLS: from the beginning, or by STARTTLS. Links in mails are as good
//! as passwords, so nothing of one, and no password of ours, is ever said in the clear.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use realm::mail::{Carrier, Encryption, Mail, MailError, MailSettings, Smtp, Way};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

const PASSWORD: &str = "geheim-und-lang";

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut about = CertificateParams::default();
    about.distinguished_name.push(DnType::CommonName, name);
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap()
}

/// What a server for `name` proves itself by.
fn proof(authority: &Authority, name: &str) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, authority).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(certificate.pem().as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// How a server begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    WithTls,
    InTheClear { offers_tls: bool },
}

/// What a server was told.
#[derive(Debug, Default)]
struct Told {
    in_the_clear: String,
    in_secret: String,
}

/// A server (RFC 5321) on a free port, for one connection; hands out what it was told.
async fn server(begins: Begins, proof: TlsAcceptor) -> (u16, JoinHandle<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut told = Told::default();
        if let Begins::InTheClear { offers_tls } = begins {
            let offer = if offers_tls {
                "STARTTLS"
            } else {
                "SIZE 1000000"
            };
            let offers = ["AUTH PLAIN LOGIN", offer];
            let greeting = Some("220 mail.example");
            let wants_tls = talk(&mut socket, greeting, &offers, &mut told.in_the_clear);
            if !wants_tls.await {
                return told;
            }
        }
        let greeting = (begins == Begins::WithTls).then_some("220 mail.example");
        if let Ok(mut secret) = proof.accept(socket).await {
            talk(
                &mut secret,
                greeting,
                &["AUTH PLAIN LOGIN"],
                &mut told.in_secret,
            )
            .await;
        }
        told
    });
    (port, told)
}

/// Answers until the other goes, or wants to begin with TLS; says whether it does.
async fn talk<S>(stream: &mut S, greeting: Option<&str>, offers: &[&str], told: &mut String) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    if let Some(greeting) = greeting {
        let line = format!("{greeting}\r\n");
        stream.write_all(line.as_bytes()).await.unwrap();
    }
    let mut in_mail = false;
    let mut line = String::new();
    while matches!(stream.read_line(&mut line).await, Ok(1..)) {
        told.push_str(&line);
        let says = match (in_mail, line.trim_end()) {
            (true, ".") => {
                in_mail = false;
                String::from("250 taken")
            }
            (true, _) => String::new(),
            (false, "DATA") => {
                in_mail = true;
                String::from("354 go on")
            }
            (false, "STARTTLS") => String::from("220 go on"),
            (false, "QUIT") => String::from("221 bye"),
            (false, other) if other.starts_with("EHLO") => {
                let offers = offers.join("\r\n250-");
                format!("250-mail.example\r\n250-{offers}\r\n250 8BITMIME")
            }
            (false, other) if other.starts_with("AUTH") => String::from("235 welcome"),
            (false, _) => String::from("250 fine"),
        };
        if !says.is_empty() {
            let says = format!("{says}\r\n");
            if stream.write_all(says.as_bytes()).await.is_err() || stream.flush().await.is_err() {
                return false;
            }
        }
        match line.trim_end() {
            "STARTTLS" => return true,
            "QUIT" => return false,
            _ => line.clear(),
        }
    }
    false
}

/// Sends one mail by `encryption`, and says what came of it and what the server was told.
async fn sent(
    encryption: Encryption,
    begins: Begins,
    proof: TlsAcceptor,
    vouching: Option<&Authority>,
) -> (Result<(), MailError>, Told) {
    let (port, told) = server(begins, proof).await;
    let server = Smtp {
        host: String::from("127.0.0.1"),
        port: Some(port),
        encryption,
        credentials: Some((String::from("login"), PASSWORD.to_owned())),
        ca_certificate: vouching.map(|authority| authority.pem().into_bytes()),
    };
    let carrier = Carrier::new(MailSettings {
        from: String::from("Example <login@example.com>"),
        way: Way::Smtp(server),
    });
    let carrier = carrier.unwrap();
    let text = String::from("https://auth.example.com/x\n");
    let mail = Mail::about(String::from("Your password"), text).to("anna@muster.example");
    let sent = carrier.send(&mail).await;
    drop(carrier);
    (sent, told.await.unwrap())
}

const WAYS: [(Encryption, Begins); 2] = [
    (Encryption::Tls, Begins::WithTls),
    (
        Encryption::StartTls,
        Begins::InTheClear { offers_tls: true },
    ),
];

/// Neither whom it is for, nor what it says, nor the password of the one who sends.
fn says_nothing(told: &str) {
    for line in told.lines() {
        let is_greeting = line.starts_with("EHLO") || line == "STARTTLS" || line == "QUIT";
        assert!(is_greeting, "{told:?}");
    }
}

#[tokio::test]
async fn a_mail_goes_in_secret() {
    let ours = authority("ours");
    for (encryption, begins) in WAYS {
        let (sent, told) = sent(encryption, begins, proof(&ours, "127.0.0.1"), Some(&ours)).await;
        sent.unwrap();
        says_nothing(&told.in_the_clear);
        let started = told.in_the_clear.contains("STARTTLS");
        assert_eq!(started, encryption == Encryption::StartTls, "{told:?}");
        for expected in [
            "AUTH PLAIN ",
            "RCPT TO:<anna@muster.example>",
            "https://auth.example.com/x",
        ] {
            assert!(told.in_secret.contains(expected), "{expected}: {told:?}");
        }
    }
}

/// By somebody nobody vouches for, for another name, or by nobody but Mozilla's list.
#[tokio::test]
async fn a_server_that_proves_nothing_is_told_nothing() {
    let (ours, theirs) = (authority("ours"), authority("theirs"));
    for (encryption, begins) in WAYS {
        for (issuer, name, vouching) in [
            (&theirs, "127.0.0.1", Some(&ours)),
            (&ours, "mail.example", Some(&ours)),
            (&ours, "127.0.0.1", None),
        ] {
            let (sent, told) = sent(encryption, begins, proof(issuer, name), vouching).await;
            let refused = sent.unwrap_err();
            says_nothing(&told.in_the_clear);
            assert_eq!(told.in_secret, "", "{refused}");
            assert!(!refused.to_string().contains(PASSWORD), "{refused}");
        }
    }
}

/// Whoever stands between takes the offer away.
#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let ours = authority("ours");
    let begins = Begins::InTheClear { offers_tls: false };
    let proof = proof(&ours, "127.0.0.1");
    let (sent, told) = sent(Encryption::StartTls, begins, proof, Some(&ours)).await;
    let refused = sent.unwrap_err();
    says_nothing(&told.in_the_clear);
    assert!(told.in_the_clear.contains("EHLO"), "{told:?} {refused}");
}
