//! Where a person goes on to after signing in: a page of the same realm, and nothing else.

use realm::Layout;

/// `next`, if it is a local path of this realm that every browser reads the same way, and a page
/// is there.
#[must_use]
pub(crate) fn local_path<'n>(layout: &Layout, next: &'n str) -> Option<&'n str> {
    let path = next.split('?').next().unwrap_or_default();
    let is_plain = next.len() <= LONGEST
        && next.bytes().all(|byte| byte.is_ascii_graphic())
        && !next.contains(['\\', '#'])
        && !path.contains(['%', ';', ':', '@'])
        && path.starts_with('/')
        && path
            .split('/')
            .skip(1)
            .all(|segment| !matches!(segment, "" | "." | ".."));
    (is_plain && is_page(&layout.within(path)?)).then_some(next)
}

/// The pages within a realm, all of them answered by `GET`: a test of the router holds this list to
/// its own.
const PAGES: [&str; 13] = [
    "oauth/authorize",
    "consent",
    "login",
    "account",
    "account/grants/{}/remove",
    "account/security",
    "account/second-factor",
    "forgotten",
    "link",
    "login/code",
    "errors",
    "errors/{}",
    "scopes",
];

fn is_page(path: &str) -> bool {
    let fits = |page: &&str| {
        let same = |(own, given): (&str, &str)| own == given || own == "{}";
        page.split('/').count() == path.split('/').count()
            && page.split('/').zip(path.split('/')).all(same)
    };
    PAGES.iter().any(fits)
}

/// In bytes: our own are a quarter of that. Whatever is longer would make a redirect that servers
/// on the way refuse.
const LONGEST: usize = 800;

/// A page that leads on to `next`.
#[must_use]
pub(crate) fn after(page: &str, next: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}{query}")
}

/// The login page that leads on to `next`.
#[must_use]
pub(crate) fn login(layout: &Layout, next: &str) -> String {
    after(&layout.at("login"), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bexio() -> Layout {
        Layout::usual("https://login.example.com", "bexio")
    }

    #[test]
    fn paths_of_the_realm_lead_on() {
        for good in [
            "/bexio/account",
            "/bexio/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fa.example%2F..%2Fcb",
            "/bexio/oauth/authorize?x=//evil.example",
            "/bexio/account/grants/1/remove",
            &format!("/bexio/scopes?q={}", "a".repeat(LONGEST - 16)),
        ] {
            assert_eq!(local_path(&bexio(), good), Some(good));
        }
    }

    #[test]
    fn nothing_else_does() {
        for bad in [
            "",
            "/",
            "/bexio",
            "/bexio/",
            "//evil.example",
            "//evil.example/bexio/account",
            "/\\evil.example",
            "\\\\evil.example",
            "/bexio/\\evil.example",
            "/bexio//evil.example",
            "/bexio/../bokio/account",
            "/bexio/./account",
            "/bexio/%2e%2e/bokio/account",
            "/bexio/..;/bokio",
            "/bokio/account",
            "/bexio2/account",
            "https://evil.example/bexio/account",
            "https:/bexio/account",
            "javascript:alert(1)",
            "bexio/account",
            " /bexio/account",
            "/bexio/account\r\nSet-Cookie: x=y",
            "/bexio/acc\tount",
            "/bexio/account#@evil.example",
            "/bexio/a@evil.example",
            "/bexio/é",
            "/bexio/logout",
            "/bexio/organisation?request=a",
            "/bexio/account/grants/1/reduce",
            "/bexio/account/families/1/end",
            "/bexio/oauth/token",
            "/bexio/oauth/jwks",
            "/bexio/api/2.0/contact",
            "/bexio/nothing",
            &format!("/bexio/scopes?q={}", "a".repeat(LONGEST - 15)),
        ] {
            assert_eq!(local_path(&bexio(), bad), None, "{bad:?}");
        }
    }
}
