//! What comes from elsewhere: sign-ins, rights, tokens and keys.

use super::{API, LEAST, REALM, check, folder, wrong};

#[test]
fn a_provider_of_openid_connect_is_checked_without_asking_it() {
    let table =
        |lines: &str| format!("{LEAST}{REALM}[realm.sign_in]\nkind = \"openid-connect\"\n{lines}");
    let issuer = "issuer = \"https://sso.example/one\"\nclient_id = \"us\"\n";
    let secret = "client_secret_file = \"secret\"\n";
    let right = folder(&table(&format!("{issuer}{secret}")));
    std::fs::write(right.path().join("secret"), "a secret\n").unwrap();
    let ran = check(&right).ok();
    for line in [
        "at https://sso.example/one, register: redirect URI https://login.example/bexio/sign-in/callback",
        "register: back-channel logout URI https://login.example/bexio/sign-in/backchannel-logout",
    ] {
        assert!(ran.out.contains(line), "{ran:?}");
    }
    assert!(!ran.out.contains("a secret"), "{ran:?}");
    for (lines, words) in [
        (secret.to_owned(), ["has no `issuer`", "has no `client_id`"]),
        (
            issuer.to_owned(),
            [
                "no client secret in SCOPEGATE_SIGN_IN_SECRET_BEXIO",
                "private_key_file",
            ],
        ),
        (
            format!("{issuer}client_secret_file = \"none\"\n"),
            ["cannot read the file of the client secret", "none"],
        ),
        (
            format!("{issuer}{secret}private_key_file = \"key\"\n"),
            ["are both there", "remove one of them"],
        ),
        (
            format!("issuer = \"http://sso.example\"\nclient_id = \"us\"\n{secret}"),
            ["in the open", "https"],
        ),
        (
            format!("{issuer}{secret}allow_addresses = [\"inside\"]\n"),
            ["\"inside\" is no network or address", "10.1.0.0/16"],
        ),
        (
            format!("{issuer}{secret}url = \"https://app.example\"\n"),
            [
                "`url` means nothing with `kind = \"openid-connect\"`",
                "external",
            ],
        ),
        (
            format!("{issuer}{secret}[realm.sign_in.claims]\nname = \"name\"\n"),
            ["is no JSON pointer", "/name"],
        ),
        (
            format!("{issuer}{secret}[realm.sign_in.claims]\norganisation_roles = \"/roles\"\n"),
            ["means nothing without `organisations`", "add the list"],
        ),
    ] {
        wrong(&table(&lines), &words);
    }
    let other = format!("{LEAST}{REALM}[realm.sign_in]\nkind = \"accounts\"\n{issuer}");
    wrong(
        &other,
        &[
            "`issuer` means nothing with `kind = \"accounts\"`",
            "openid-connect",
        ],
    );
}

#[test]
fn what_is_wrong_with_keys_and_other_issuers_is_named() {
    let issuer =
        "[[realm.api.issuer]]\nname = \"sso\"\nissuer = \"https://sso.example\"\nclient = \"a\"\n";
    let jwks = "jwks_uri = \"https://sso.example/keys\"\n";
    let asked = "introspection = \"https://sso.example/ask\"\ncredentials_file = \"x\"\n";
    let aud = "audience = \"orders\"\n";
    for (text, words) in [
        (
            "key_header = \"Authorization\"\n".to_owned(),
            &["key_bearer = true"][..],
        ),
        (
            "key_header = \"X_Api_Key\"\n".to_owned(),
            &["write hyphens"],
        ),
        (
            "key_header = \"Scopegate-Permit\"\n".to_owned(),
            &["the gate's own"],
        ),
        (
            "key_header = \"X-Api-Key\"\n[[realm.api.pass]]\nheader = \"x-api-key\"\n".to_owned(),
            &["also a header of a [[realm.api.pass]]"],
        ),
        (issuer.to_owned(), &["in no way or in two"]),
        (format!("{issuer}{jwks}"), &["no `audience`"]),
        (
            format!("{issuer}{jwks}{aud}{asked}"),
            &["in no way or in two"],
        ),
        (
            format!("{issuer}introspection = \"https://sso.example/ask\"\n"),
            &["no `credentials_file`"],
        ),
        (
            format!("{issuer}{aud}jwks_uri = \"http://sso.example/keys\"\n"),
            &["in the open"],
        ),
        (
            format!("{issuer}{jwks}{aud}{issuer}{jwks}{aud}"),
            &["two [[realm.api.issuer]] of one API are https://sso.example"],
        ),
        (
            format!("key_bearer = true\n{issuer}{asked}"),
            &["nobody could tell which one is meant"],
        ),
        (
            format!("{}{jwks}{aud}", issuer.replace("client = \"a\"\n", "")),
            &["says of none of its apps"],
        ),
        (
            format!("{issuer}{jwks}{aud}scopes = [\"orders\"]\norganisation = \"tenant\"\n"),
            &[
                "\"orders\" is not written as THEIRS = OURS",
                "no JSON pointer",
            ],
        ),
        (
            format!("{issuer}{jwks}{aud}scopes = [\"orders = contact_shwo\"]\n"),
            &["\"contact_shwo\"", "realm bexio has not got"],
        ),
    ] {
        wrong(&format!("{LEAST}{REALM}{API}{text}"), words);
    }
}

#[test]
fn where_rights_come_from_is_read_and_what_cannot_be_is_named() {
    let with = |text: &str| format!("{LEAST}{REALM}[realm.rights]\n{text}\n");
    for right in [
        "",
        "kind = \"stored\"",
        "kind = \"given\"",
        "kind = \"given\"\nvalid_for = \"30m\"",
    ] {
        let ran = check(&folder(&with(right))).ok();
        let warned = ran
            .out
            .contains("no sign-in gives any, so nobody may do anything");
        assert_eq!(warned, right.contains("given"), "{ran:?}");
    }
    let asked = "kind = \"asked\"\nurl = \"https://app.example/rights\"\nsecret_file = \"s\"\n";
    let of_secret = |secret: &str, more: &str| {
        let folder = folder(&with(&format!("{asked}{more}")));
        std::fs::write(folder.path().join("s"), secret).unwrap();
        check(&folder)
    };
    let secret = "0123456789abcdef0123456789abcdef\n";
    let more = "remembered_for = \"0s\"\ntimeout = \"500ms\"\nallow_addresses = [\"10.1.0.0/16\", \"::1\"]\n\
                secret_name = \"2026-11\"\nsource = \"shop\"\n";
    let ran = of_secret(secret, more).ok();
    assert!(
        ran.out
            .contains("no name for people who have accounts here"),
        "{ran:?}"
    );
    let short = of_secret("short", "");
    assert_eq!(short.code, 1, "{short:?}");
    assert!(short.out.contains("has 32 to 1024 bytes"), "{short:?}");
    assert!(!short.out.contains("short"), "{short:?}");
    let unnamed = of_secret(secret, "secret_name = \"a b\"\n");
    assert!(unnamed.out.contains("letters, digits"), "{unnamed:?}");
    wrong(&with(asked), &["cannot read the secret that signs"]);
    wrong(
        &with("kind = \"asked\""),
        &["has no `url`", "has no `secret_file`"],
    );
    for (text, words) in [
        ("kind = \"taken\"", &["\"taken\" is not known"][..]),
        (
            "valid_for = \"8h\"",
            &[
                "`valid_for` is for `kind = \"given\"`",
                "remove it, or write",
            ],
        ),
        (
            "kind = \"given\"\nurl = \"https://app.example\"",
            &["`url` is for `kind = \"asked\"`"],
        ),
        (
            "kind = \"given\"\nvalid_for = \"59s\"",
            &["between a minute and 30 days"],
        ),
        (
            "kind = \"given\"\nvalid_for = \"soon\"",
            &["is no duration"],
        ),
        ("kind = \"given\"\nvalid = \"8h\"", &["valid_for"]),
    ] {
        wrong(&with(text), words);
    }
    for (more, word) in [
        ("remembered_for = \"11m\"", "ten minutes at most"),
        ("timeout = \"11s\"", "between 50 ms and 10 s"),
        ("timeout = \"0s\"", "between 50 ms and 10 s"),
        ("allow_addresses = [\"inside\"]", "is no network or address"),
        ("source = \"My App\"", "cannot be a source"),
        ("ca_certificate = \"ca.pem\"", "there is no file"),
    ] {
        wrong(&with(&format!("{asked}{more}")), &[word]);
    }
    let open = asked.replace("https://app.example", "http://app.example");
    wrong(&with(&open), &["in the open"]);
}

#[test]
fn where_people_sign_in_is_read_and_what_cannot_be_is_named() {
    let with = |sign_in: &str| {
        format!(
            "base_url = \"https://login.example.com\"\ndatabase = \"a.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n\
             [realm.sign_in]\n{sign_in}\n"
        )
    };
    for right in [
        "kind = \"accounts\"\nagain_for_elevated = \"15m\"",
        "kind = \"external\"\nurl = \"https://my.example/sign-in?from=here\"\nsign_out_url = \"https://my.example/out\"",
        "kind = \"external\"\nurl = \"http://localhost:9000/sign-in\"\nsource = \"my-app\"\nagain_for_elevated = \"1h\"",
    ] {
        check(&folder(&with(right))).ok();
    }
    let external = "kind = \"external\"\nurl = \"https://my.example/sign-in\"\n";
    for (written, words) in [
        ("", &["has no `kind`"][..]),
        ("kind = \"ldap\"", &["\"ldap\" is not known"]),
        (
            "kind = \"external\"",
            &["has no `url`", "where browsers are sent"],
        ),
        (
            "kind = \"accounts\"\nurl = \"https://my.example/sign-in\"",
            &[
                "`url` means nothing with `kind = \"accounts\"`",
                "write `kind = \"external\"`",
            ],
        ),
        (
            "kind = \"accounts\"\nsign_out_url = \"https://my.example/\"",
            &["`sign_out_url` means nothing"],
        ),
        (
            "kind = \"external\"\nurl = \"http://my.example/sign-in\"",
            &["is not encrypted"],
        ),
        ("kind = \"external\"\nurl = \"/sign-in\"", &["is no URL"]),
        (
            "kind = \"external\"\nurl = \"javascript:alert(1)\"",
            &["is no URL"],
        ),
        (
            "kind = \"external\"\nurl = \"https://my.example/#sign-in\"",
            &["has a fragment"],
        ),
        (
            "kind = \"external\"\nurl = \"https://a:b@my.example/\"",
            &["holds a name or a password"],
        ),
        (
            "kind = \"external\"\nurl = \"https://my.example/?challenge=x\"",
            &["has a `challenge` already"],
        ),
        (
            &format!("{external}source = \"My app\""),
            &["cannot be a source"],
        ),
        (
            &format!("{external}again_for_elevated = \"soon\""),
            &["is no duration"],
        ),
    ] {
        wrong(&with(written), words);
    }
}
