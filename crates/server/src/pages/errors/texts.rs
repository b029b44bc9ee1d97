//! What each problem of an API means, for the developers of apps.

use scope::WhyMissing;

/// A problem: what happened, why, and what to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explained {
    /// The `reason` in the problem's body, and the end of its `type`.
    pub reason: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// Why.
    pub why: &'static str,
    /// What to do.
    pub now: &'static str,
}

/// Every problem, the most frequent first.
#[rustfmt::skip] // texts stay whole
pub(crate) const ALL: [Explained; 50] = [
    Explained {
        reason: "insufficient-scope",
        title: "The token’s scope is not enough for this call",
        happened: "The call needs a scope that does not count for this token. The answer lists every way to open it (required) and says for each scope that is lacking why (missing).",
        why: "A scope counts when the token holds it, the app is registered and approved for it, and the person has the right themselves, all at the moment of the call.",
        now: "Look up the why of each missing scope below. Take the steps in the order in which the answer’s detail names them: as long as the app is not registered for a scope, asking the person for it changes nothing.",
    },
    Explained {
        reason: "right-expired",
        title: "The person has to sign in again",
        happened: "The token holds what the call needs, and the person’s right to it has run out: this provider says what people may do each time they sign in, and for how long that counts. The answer’s rights say when it was said last.",
        why: "What a person may do can change, and what was said long ago is not taken for what is so now. The connection stays: refreshing gives a new token, but its calls are denied until the person has signed in.",
        now: "Send the person through a new authorization, with the max_age that the challenge names (RFC 9470). They sign in; what they allowed before is not asked again. The same token works again then.",
    },
    Explained {
        reason: "second-factor-needed",
        title: "The person has to sign in with a second factor",
        happened: "The token holds what the call needs, but it goes back to a sign-in without a second factor, and this provider demands one for scopes that need an approval.",
        why: "The app was connected before the provider demanded it, or by a sign-in that had none. What the token holds besides goes on opening calls, and the connection stays: but refreshing is no sign-in.",
        now: "Send the person through a new authorization for these scopes with acr_values=mfa, as the challenge says (RFC 9470). They sign in with a second factor; what they allowed before is not asked again. Use the tokens that come of it: the ones from before stay as they are.",
    },
    Explained {
        reason: "no-rule",
        title: "No scope opens this path",
        happened: "The catalog of this API has no rule for the path, so nobody may call it.",
        why: "What has no rule is never open. Paths are compared as they are sent, letter by letter; the list of scopes shows every path there is.",
        now: "Check the path against the list of scopes, also its first part and its version. If the API has it and the list has not, tell the API’s team.",
    },
    Explained {
        reason: "method-not-in-catalog",
        title: "No scope opens this path with this method",
        happened: "The path is known, but not with this method.",
        why: "Each method of a path has a rule of its own, and what has no rule is never open.",
        now: "Use one of the methods that the answer’s detail names.",
    },
    Explained {
        reason: "ambiguous-path",
        title: "The path can be read in more than one way",
        happened: "The path holds something that two servers could read differently, such as an encoded slash, a double slash or dots.",
        why: "The rule is chosen by the path. If the API behind read it in another way, the wrong rule would have decided.",
        now: "Send the path in its plain form, without encoding letters that need none.",
    },
    Explained {
        reason: "unmatched-condition",
        title: "No scope opens this call with this value",
        happened: "Which scope the call needs depends on a value in the path, the query or the body, and the value sent is not among those the rule lists.",
        why: "A value that nobody thought of could mean anything, so it opens nothing.",
        now: "Send one of the documented values, as a plain text. Where the rule looks into the body, send valid JSON.",
    },
    Explained {
        reason: "subject-not-allowed",
        title: "This call is not open to whom the token speaks for",
        happened: "The token speaks for a person and only an app by itself may make this call, or the other way round.",
        why: "Some calls are about a person, and some are an app’s own; no scope changes which.",
        now: "Use a token of the other kind: one that a person has authorized, or one that the app gets for itself with the grant type client_credentials.",
    },
    Explained {
        reason: "unknown-expand-field",
        title: "A field to expand is not known",
        happened: "The query asks to expand a field that the catalog does not know.",
        why: "Each expanded field needs the scope of what it shows, and nobody can say which one this field needs.",
        now: "Name fields that the list of scopes shows, spelt the same way.",
    },
    Explained {
        reason: "too-large",
        title: "The call is too large to be decided",
        happened: "The path, the query or what is asked for at once is larger than what is decided.",
        why: "The work for a decision is bounded, so that no call can keep the server busy.",
        now: "Send fewer and shorter parameters, or several calls.",
    },
    Explained {
        reason: "no-credentials",
        title: "An access token is needed",
        happened: "The call came without an access token.",
        why: "Tokens are read from the Authorization header alone; not from the query, the body or a cookie.",
        now: "Send the header Authorization: Bearer TOKEN.",
    },
    Explained {
        reason: "malformed-credentials",
        title: "The token was not sent as it must be",
        happened: "There is something in place of a token that cannot be read as one: another scheme, two headers, or letters that no token has.",
        why: "RFC 6750 section 2.1 says how a token is sent, and anything else could be meant in several ways.",
        now: "Send exactly one header, Authorization: Bearer TOKEN, with the token as it was issued.",
    },
    Explained {
        reason: "invalid-token",
        title: "The token is not valid",
        happened: "The token has expired, was made for another realm or another API, or is not one of ours.",
        why: "Access tokens live for minutes or hours, and each is for one API (its resource).",
        now: "Get a new one with the refresh token. If that is new and refused as well, look whether it was asked for with the resource that is called, and whether issuer and API belong together.",
    },
    Explained {
        reason: "token-ended",
        title: "The token no longer counts",
        happened: "The token has not expired, but something behind it has ended: it was revoked, the connection or the whole authorization was, the app is switched off, or the person has no place any more in the organisation.",
        why: "What is taken back takes effect at the next call, not when the token would have expired.",
        now: "Stop using the token. Send the person through the authorization request again; an app of a machine gets another token if it is still switched on.",
    },
    Explained {
        reason: "api-key-sunset",
        title: "The API key is not taken any more",
        happened: "The key is genuine, and the day has passed from which the provider takes keys of its kind no more.",
        why: "A key is the same secret at each call, for years, and nobody allowed what it opens. With OAuth the app asks for the scopes it needs, people allow them, and its tokens live for hours.",
        now: "Have the provider register your app. Read the metadata that the answer names (resource_metadata, and below authorization_server), send people through the authorization request or, for a machine of your own, get a token with client_credentials, and send it in the header Authorization: Bearer TOKEN.",
    },
    Explained {
        reason: "wrong-organisation",
        title: "The token is for another organisation",
        happened: "The call names an organisation that this token does not open, or none that can be told.",
        why: "The person has allowed the app to work with one organisation’s data, or belongs to others than this one.",
        now: "Use the organisation of the token in the call; introspection and the token response tell it. For another one, ask the person again and have them choose it.",
    },
    Explained {
        reason: "no-organisation",
        title: "The token is for no organisation",
        happened: "The call is about an organisation, and the token is bound to none.",
        why: "A token that an app got for itself is nobody’s, unless the app is registered for an organisation.",
        now: "Use a token that a person of the organisation has authorized, or have the app registered for the organisation.",
    },
    Explained {
        reason: "too-many-calls",
        title: "More calls than this API takes",
        happened: "So many calls were made in a span of time as this API takes of one caller, and this one was not made. The answer says which limit it was (limit), and when to call again (Retry-After).",
        why: "One caller who floods the API would take it from all others.",
        now: "Wait as long as Retry-After says, then send the call again. Spread calls out, ask for lists instead of single records, and keep what does not change.",
    },
    Explained {
        reason: "write-under-way",
        title: "Another write to this path is under way",
        happened: "The call changes something, and another one by the same token at the same path has not been answered yet. This one was not made.",
        why: "This API takes one write at a time at a path, so that two do not get in each other’s way.",
        now: "Wait for the answer to the first, then send this one again.",
    },
    Explained {
        reason: "body-too-large",
        title: "The body is too large",
        happened: "The body is larger than what is read.",
        why: "Where the scope depends on the body, it is read before the decision, 1 MiB of it; the sandbox takes 64 KiB.",
        now: "Send a smaller body, or several calls.",
    },
    Explained {
        reason: "slow-body",
        title: "The body took too long",
        happened: "The body did not arrive in time.",
        why: "A body has ten seconds and one more for every 16 KB that have come; otherwise slow senders would hold the server’s memory.",
        now: "Send it again. If it happens often, look at the connection or send less at once.",
    },
    Explained {
        reason: "unreadable-body",
        title: "The body could not be read",
        happened: "The body ended before all of it had come.",
        why: "The connection was lost, or Content-Length says more than was sent.",
        now: "Send it again, with the length it has.",
    },
    Explained {
        reason: "ambiguous-content-type",
        title: "The Content-Type can be read in more than one way",
        happened: "The header that says what the body is can be read differently by two programs.",
        why: "Which scope the call needs depends on the body. If the API took it for something else than the gate, the wrong scope would have decided.",
        now: "Send one header, Content-Type: application/json.",
    },
    Explained {
        reason: "compressed-body",
        title: "The body is compressed",
        happened: "The call came with a Content-Encoding, and which scope it needs depends on its body.",
        why: "Something compressed can be small and decompress to any size, and two programs may decompress it differently. It is not looked into where nobody has asked for that.",
        now: "Send the body as it is, without Content-Encoding.",
    },
    Explained {
        reason: "overriding-header",
        title: "A header asks for another call",
        happened: "The call came with a header such as X-HTTP-Method-Override or X-Original-URL, which some frameworks take for its method or address.",
        why: "The scope was decided by the request's own first line. An API that goes by the header would do something else.",
        now: "Leave the header out, and send the method and the path that are meant.",
    },
    Explained {
        reason: "forged-identity",
        title: "Only the gate may say who calls",
        happened: "The call came with a header whose name begins with Scopegate, by which the gate tells the API who calls.",
        why: "An API that found it there could take it for the gate’s word.",
        now: "Leave the header out.",
    },
    Explained {
        reason: "misconfigured-gate",
        title: "The gate before this API is not set up right",
        happened: "The proxy before the API asked whether the call may go on, and did not say which call, or said it twice.",
        why: "What cannot be told apart is not let through.",
        now: "Tell the API’s provider: nothing in the call can mend it.",
    },
    Explained {
        reason: "malformed-call",
        title: "The call cannot be passed on as it is",
        happened: "Two programs could take the call for different ones, such as by two hosts, or it is about the way and not about the API (CONNECT, TRACE).",
        why: "What the proxy decides about has to be what the API receives.",
        now: "The detail says what it was. Send the call with one target, one host and one length.",
    },
    Explained {
        reason: "api-unreachable",
        title: "The API cannot be reached",
        happened: "The call was permitted, and the API behind the proxy takes no connection.",
        why: "It is down, is starting, or the proxy is configured with another address.",
        now: "Nothing of the call has reached the API: send it again in a moment.",
    },
    Explained {
        reason: "api-broken",
        title: "The API gave no whole answer",
        happened: "The call was permitted, and the API ended the connection before it had answered, or answered with something that is not HTTP.",
        why: "A proxy does not send a call twice that may have arrived.",
        now: "The API may have done what the call asks for: look before you send it again.",
    },
    Explained {
        reason: "api-slow",
        title: "The API did not answer in time",
        happened: "The call was permitted, and the API has not begun to answer within the time that the proxy waits.",
        why: "Connections that wait for ever are missing for others.",
        now: "The API may have done what the call asks for, or be doing it: look before you send it again.",
    },
    Explained {
        reason: "unavailable",
        title: "This cannot be answered just now",
        happened: "What is stored cannot be read at the moment, so the call is denied.",
        why: "Whether access still stands could not be found out, and nobody is let in on a guess.",
        now: "Try again after the time in Retry-After. The token stays good.",
    },
    Explained {
        reason: "rights-unavailable",
        title: "What the person may do cannot be told just now",
        happened: "The provider’s system that knows what the person may do in this organisation was asked and did not answer in time, or not in a way that is understood.",
        why: "What it said last counts for a short time only. Beyond that nobody is let in on a guess; nothing was taken away either.",
        now: "Try again after the time in Retry-After. Token and connection stay good. If it stays so, tell the people who run the API.",
    },
    Explained {
        reason: "unknown-record",
        title: "There is no such record",
        happened: "The sandbox has no record with this id in the organisation of the token, or the token may not see it.",
        why: "Records belong to one organisation; some scopes show only records that the same app made.",
        now: "The answer names a call that finds one, as `example`; where there is none, make one first.",
    },
    Explained {
        reason: "record-not-opened",
        title: "The token does not open such a record",
        happened: "Which scope the record needs follows from what it says, and the token does not hold that one.",
        why: "A scope for one kind of record does not open the others in the same collection.",
        now: "Send content that the token opens, or request the scope in a new authorization.",
    },
    Explained {
        reason: "no-person",
        title: "There is no person behind this token",
        happened: "The call asks about the person, and the token was issued to an app for itself.",
        why: "With client credentials nobody has signed in.",
        now: "Use a token that a person has authorized.",
    },
    Explained {
        reason: "not-json",
        title: "The body is of a type that the call does not take",
        happened: "The Content-Type is neither JSON nor one that the API’s description names for this call.",
        why: "The sandbox takes JSON everywhere, and forms and files where the API does.",
        now: "Send the body as the answer’s detail says, such as JSON with Content-Type: application/json.",
    },
    Explained {
        reason: "malformed-json",
        title: "The body is not JSON",
        happened: "The body is said to be JSON and cannot be read as that.",
        why: "The answer’s detail says where reading stopped.",
        now: "Send valid JSON in UTF-8.",
    },
    Explained {
        reason: "malformed-form",
        title: "The body is not a form that can be read",
        happened: "The body is said to be multipart/form-data and cannot be read as that.",
        why: "The answer’s detail says what is wrong: no boundary, a part without a name, or an end that is missing.",
        now: "Send each field as a part with a name, as curl -F name=value does; the client sets the boundary.",
    },
    Explained {
        reason: "not-an-object",
        title: "The body is not an object",
        happened: "The call makes or changes one record, and the body is not a JSON object.",
        why: "A record is an object with named members.",
        now: "Send an object with the record’s members, such as {\"name\": \"Example\"}.",
    },
    Explained {
        reason: "not-a-list",
        title: "The body is not a list",
        happened: "The call takes several records at once, and the body is not a list of them.",
        why: "A list has 1 to 100 objects, one for each record.",
        now: "Send a JSON array of objects.",
    },
    Explained {
        reason: "wrong-type",
        title: "A member of the body is of another type",
        happened: "A member of the record is not of the type that the API’s description has, or is no value that it lists.",
        why: "The answer’s detail names the member and what it must be. Lengths and bounds are left to the API itself.",
        now: "Send the member as the description has it, or leave it out.",
    },
    Explained {
        reason: "unknown-criterion",
        title: "A criterion is not known",
        happened: "The search compares in a way that is not known.",
        why: "The answer’s detail lists the ways to compare.",
        now: "Use one of them in the member criteria.",
    },
    Explained {
        reason: "malformed-criteria",
        title: "The search cannot be read",
        happened: "The body of the search is not a list of criteria.",
        why: "A search is a JSON array of objects with field, value and criteria.",
        now: "Send one such as [{\"field\": \"name_1\", \"value\": \"AG\", \"criteria\": \"like\"}].",
    },
    Explained {
        reason: "search-too-wide",
        title: "The search would take too long",
        happened: "The search compares too much text with too many records.",
        why: "The sandbox’s work is bounded.",
        now: "Send fewer criteria and shorter values.",
    },
    Explained {
        reason: "malformed-query",
        title: "A query parameter cannot be used",
        happened: "A parameter of the query has a value that it cannot have.",
        why: "The answer’s detail names the parameter and what it takes.",
        now: "Correct it, or leave it out.",
    },
    Explained {
        reason: "sandbox-full",
        title: "The sandbox is full",
        happened: "The collection has as many records as a sandbox keeps.",
        why: "A sandbox is for trying, and its records are bounded.",
        now: "Delete records that are no longer needed.",
    },
    Explained {
        reason: "record-too-large",
        title: "The record is too large",
        happened: "The record would be larger than a sandbox keeps them.",
        why: "A record has at most 16 KiB of JSON.",
        now: "Send shorter members.",
    },
    Explained {
        reason: "no-permit",
        title: "The call was not permitted",
        happened: "The call reached the sandbox without a decision.",
        why: "This is a fault of the server; nothing was shown or changed.",
        now: "Tell the people who run this server, with the X-Request-Id of the answer.",
    },
    Explained {
        reason: "server-error",
        title: "The server failed",
        happened: "The sandbox could not read or write its records.",
        why: "This is a fault of the server, not of the call.",
        now: "Try again later. If it stays so, tell the people who run this server, with the X-Request-Id of the answer.",
    },
];

/// What a `why` of `insufficient-scope` means, and what to do.
#[rustfmt::skip] // texts stay whole
pub(crate) fn why_missing(why: WhyMissing) -> Option<(&'static str, &'static str)> {
    Some(match why {
        WhyMissing::NeverRequested => (
            "The token was issued without it.",
            "Request it in a new authorization; a machine asks for it in the scope of its next token.",
        ),
        WhyMissing::Refused => (
            "The person struck it when they decided.",
            "Explain what the app needs it for, then send the person through a new authorization with prompt=consent: without it nobody is asked again on the same day.",
        ),
        WhyMissing::WithheldUnknown => (
            "It was not in the catalog when the app was connected.",
            "Ask again in a new authorization.",
        ),
        WhyMissing::WithheldRetired => (
            "It was retired when the app asked for it, and still is.",
            "Use its successor, if the list of scopes names one.",
        ),
        WhyMissing::WithheldNotRegistered => (
            "The app asked for it without being registered for it.",
            "Have it added to the app’s registration if it is not there yet, then ask again in a new authorization.",
        ),
        WhyMissing::WithheldElevation => (
            "It needs an approval that the app did not have when it asked.",
            "Get the approval from the API’s team if it is still lacking, then ask again in a new authorization.",
        ),
        WhyMissing::WithheldRight => (
            "The person could not pass it on: their role did not include it.",
            "Have an administrator give the right if it is still lacking, then ask again in a new authorization.",
        ),
        WhyMissing::Reduced => (
            "The person took it off the app’s access later.",
            "If the app still needs it, ask again in a new authorization.",
        ),
        WhyMissing::NotRegistered => (
            "The app is not registered for it, or not any more.",
            "Have it added to the app’s registration. A token that was issued with it works again at once; otherwise request it then, in a new authorization or the next token of a machine.",
        ),
        WhyMissing::ElevationNotApproved => (
            "It needs an approval of the API’s team that the app does not have now.",
            "Get the approval. A token that was issued with it works again at once; otherwise request it then.",
        ),
        WhyMissing::RightMissing => (
            "The token holds it, but the person’s role in this organisation does not include it now.",
            "Have an administrator give the right. The token works again at once.",
        ),
        WhyMissing::RightExpired => (
            "The token holds it, but the person’s right to it was given when they signed in, and has run out.",
            "Have the person sign in again, by a new authorization. The token works again at once.",
        ),
        WhyMissing::SecondFactorNeeded => (
            "The token holds it, but the person had signed in without the second factor that this provider demands for it.",
            "Have the person sign in with one, by a new authorization with acr_values=mfa, and use the tokens that come of it.",
        ),
        WhyMissing::Retired => (
            "It has been retired and opens nothing.",
            "Use its successor, if the list of scopes names one.",
        ),
        WhyMissing::NotTold => (
            "The token does not hold it now. The gate that answered knows what the token opens, and not what became of the rest: it was not asked for, not allowed, or taken off.",
            "Request it in a new authorization, or in the next token of a machine. Whoever runs the API can tell more.",
        ),
        // The list is open to other crates; a test walks all there are.
        _ => return None,
    })
}
