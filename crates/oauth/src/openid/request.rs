use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use url::{Url, form_urlencoded};

use super::attempt::Attempt;
use super::provider::ProviderMetadata;
use super::registered::{Refused, refused};
use crate::parameters::Parameters;
use crate::quote::quote;
use crate::secret::Secret;
use crate::token::AssertionKey;

/// How long this server's word on itself counts, in seconds.
const ASSERTION_LIFE: i64 = 60;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What else is asked of the provider, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// How the app would have them sign in, the best first (`acr_values`).
    pub acr_values: &'a [String],
    /// The languages the person reads (`ui_locales`).
    pub languages: &'a [String],
    /// Who the app says will sign in.
    pub login_hint: Option<&'a str>,
}

/// How this server says who it is at the token endpoint.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// By a secret: in the head (`client_secret_basic`), or in the form where the provider takes
    /// it only there (`client_secret_post`).
    Secret(Secret),
    /// By a signature (`private_key_jwt`).
    Key(AssertionKey),
}

/// A request to the token endpoint.
#[derive(Debug)]
pub struct TokenRequest {
    /// The form.
    pub form: Secret,
    /// The `Authorization` header, if there is one.
    pub authorization: Option<Secret>,
}

/// Where the browser is sent to sign in (OpenID Connect Core section 3.1.2.1).
#[must_use]
pub fn authorization_url(
    provider: &ProviderMetadata,
    client_id: &str,
    redirect_uri: &str,
    scopes: &[String],
    attempt: &Attempt,
    asked: Asked<'_>,
) -> Url {
    let mut url = provider.authorization_endpoint.clone();
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", attempt.state())
            .append_pair("nonce", &attempt.nonce())
            .append_pair("code_challenge", &attempt.code_challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("max_age", &attempt.max_age_to_ask().to_string());
        if attempt.anew {
            query.append_pair("prompt", "login");
        }
        if !asked.acr_values.is_empty() {
            query.append_pair("acr_values", &asked.acr_values.join(" "));
        }
        if !asked.languages.is_empty() {
            query.append_pair("ui_locales", &asked.languages.join(" "));
        }
        if let Some(hint) = asked.login_hint.filter(|hint| !hint.is_empty()) {
            query.append_pair("login_hint", hint);
        }
    }
    url
}

/// What a provider sends back with the browser (RFC 6749 section 4.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// A code to redeem.
    Code(Secret),
    /// A refusal, by its code.
    Error(String),
}

impl Returned {
    /// Reads the parameters of the answer. An error counts only where it is the provider's own, too.
    ///
    /// # Errors
    ///
    /// When it is another provider's (RFC 9207 section 2.4), or neither of the two.
    pub fn read(parameters: &Parameters, provider: &ProviderMetadata) -> Result<Self, Refused> {
        match parameters.get("iss") {
            Some(issuer) if issuer != provider.issuer => {
                return refused(format!(
                    "the answer is by {:?}, not by {:?}",
                    quote(issuer),
                    provider.issuer
                ));
            }
            None if provider.names_itself => {
                return refused(
                    "the answer does not say whose it is (`iss`), though the provider says that its answers do",
                );
            }
            _ => {}
        }
        match (parameters.get("error"), parameters.get("code")) {
            (Some(error), _) => Ok(Self::Error(quote(error).into_owned())),
            (None, Some(code)) => Ok(Self::Code(Secret::presented(code))),
            (None, None) => refused("the answer has neither a `code` nor an `error`"),
        }
    }
}

/// How a code is redeemed (RFC 6749 section 4.1.3).
#[must_use]
pub fn token_request(
    provider: &ProviderMetadata,
    client_id: &str,
    authentication: &ClientAuthentication,
    redirect_uri: &str,
    code: &Secret,
    attempt: &Attempt,
    (now, random): (Timestamp, [u8; 10]),
) -> TokenRequest {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code.expose())
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_verifier", attempt.code_verifier().expose());
    let mut authorization = None;
    match authentication {
        ClientAuthentication::Secret(secret) if takes(provider, "client_secret_basic") => {
            authorization = Some(basic(client_id, secret));
        }
        ClientAuthentication::Secret(secret) => {
            form.append_pair("client_id", client_id)
                .append_pair("client_secret", secret.expose());
        }
        ClientAuthentication::Key(key) => {
            let claims = json!({
                "iss": client_id,
                "sub": client_id,
                "aud": provider.issuer,
                "iat": now.as_second(),
                "exp": now.as_second().saturating_add(ASSERTION_LIFE),
                "jti": crate::id::uuid_v7(now, random),
            });
            form.append_pair("client_id", client_id)
                .append_pair("client_assertion_type", ASSERTION_TYPE)
                .append_pair("client_assertion", key.sign(&claims).expose());
        }
    }
    TokenRequest {
        form: Secret::presented(form.finish()),
        authorization,
    }
}

fn takes(provider: &ProviderMetadata, method: &str) -> bool {
    let mut methods = provider.client_authentication.iter();
    // A provider that names neither is asked as every provider has to understand.
    let posts = |own: &String| own == "client_secret_post";
    methods.clone().any(|own| own == method) || !methods.any(posts)
}

/// RFC 6749 section 2.3.1: both are encoded as in a form before they are joined.
fn basic(client_id: &str, secret: &Secret) -> Secret {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(client_id), encoded(secret.expose()));
    Secret::presented(format!("Basic {}", STANDARD.encode(pair)))
}

/// What the token endpoint answers, as far as signing in needs it (OpenID Connect Core section
/// 3.1.3.3).
#[derive(Debug)]
pub struct TokenAnswer {
    /// For the provider's UserInfo.
    pub access_token: Secret,
    /// Not verified yet.
    pub id_token: Secret,
}

#[derive(Deserialize)]
struct WireAnswer {
    access_token: String,
    token_type: String,
    id_token: Option<String>,
}

impl TokenAnswer {
    /// Reads a successful answer.
    ///
    /// # Errors
    ///
    /// Why it is none. Nothing that it says is repeated.
    pub fn read(body: &[u8]) -> Result<Self, Refused> {
        let Ok(told) = serde_json::from_slice::<WireAnswer>(body) else {
            return refused("the token endpoint's answer is not understood");
        };
        if !told.token_type.eq_ignore_ascii_case("bearer") {
            return refused("the token endpoint issues tokens that are not Bearer");
        }
        let Some(id_token) = told.id_token else {
            return refused(
                "the token endpoint sends no `id_token`; is `openid` among the `scopes`?",
            );
        };
        Ok(Self {
            access_token: Secret::presented(told.access_token),
            id_token: Secret::presented(id_token),
        })
    }

    /// The error code of a refusal (RFC 6749 section 5.2), if it is readable.
    #[must_use]
    pub fn error(body: &[u8]) -> Option<String> {
        #[derive(Deserialize)]
        struct Told {
            error: String,
        }
        let told: Told = serde_json::from_slice(body).ok()?;
        Some(quote(&told.error).into_owned())
    }
}

/// Where the person's session at the provider ends (OpenID Connect RP-Initiated Logout section 2);
/// nothing where the provider has no such place. Whether it does end is asked there.
#[must_use]
pub fn end_session_url(provider: &ProviderMetadata, client_id: &str) -> Option<Url> {
    let mut url = provider.end_session_endpoint.clone()?;
    url.query_pairs_mut().append_pair("client_id", client_id);
    Some(url)
}
