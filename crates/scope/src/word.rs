//! What a scope's name says, in words: a verb and what it is about.

/// Reading or changing, or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Looks only.
    Reads,
    /// Changes something.
    Changes,
}

/// A verb of scope names: the word, what it does, and how a title begins with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    /// As it stands in names, small and without signs.
    pub word: &'static str,
    /// What it does.
    pub does: Does,
    /// How a title begins with it.
    pub title: &'static str,
}

const fn reads(word: &'static str, title: &'static str) -> Verb {
    let does = Does::Reads;
    Verb { word, does, title }
}

const fn changes(word: &'static str, title: &'static str) -> Verb {
    let does = Does::Changes;
    Verb { word, does, title }
}

const VERBS: [Verb; 62] = [
    reads("read", "See"),
    reads("view", "See"),
    reads("show", "See"),
    reads("list", "See"),
    reads("get", "See"),
    reads("see", "See"),
    reads("readonly", "See"),
    reads("fetch", "See"),
    reads("query", "See"),
    reads("search", "Search"),
    reads("download", "Download"),
    reads("export", "Export"),
    reads("track", "Track"),
    reads("monitor", "Watch"),
    reads("reader", "See"),
    reads("viewer", "See"),
    changes("write", "Change"),
    changes("edit", "Change"),
    changes("update", "Change"),
    changes("modify", "Change"),
    changes("change", "Change"),
    changes("set", "Change"),
    changes("put", "Change"),
    changes("patch", "Change"),
    changes("writeonly", "Change"),
    changes("editor", "Change"),
    changes("readwrite", "See and change"),
    changes("rw", "See and change"),
    changes("create", "Add"),
    changes("add", "Add"),
    changes("insert", "Add"),
    changes("append", "Add to"),
    changes("post", "Add"),
    changes("delete", "Delete"),
    changes("remove", "Delete"),
    changes("destroy", "Delete"),
    changes("purge", "Delete"),
    changes("manage", "Manage"),
    changes("manager", "Manage"),
    changes("admin", "Manage"),
    changes("administer", "Manage"),
    changes("full", "Manage"),
    changes("all", "Manage"),
    changes("control", "Control"),
    changes("configure", "Set up"),
    changes("send", "Send"),
    changes("upload", "Upload"),
    changes("import", "Import"),
    changes("publish", "Publish"),
    changes("execute", "Run"),
    changes("run", "Run"),
    changes("invoke", "Run"),
    changes("trigger", "Start"),
    changes("cancel", "Cancel"),
    changes("approve", "Approve"),
    changes("assign", "Assign"),
    changes("share", "Share"),
    changes("sync", "Synchronise"),
    changes("move", "Move"),
    changes("pay", "Pay"),
    changes("request", "Request"),
    changes("organize", "Order"),
];

/// Finds a verb by its word, whatever its case.
pub fn verb(word: &str) -> Option<Verb> {
    let plain: String = word
        .chars()
        .filter(|own| own.is_ascii_alphanumeric())
        .collect();
    let plain = plain.to_ascii_lowercase();
    VERBS.into_iter().find(|verb| verb.word == plain)
}

/// A scope's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What is done, where the name says it.
    pub verb: Option<Verb>,
    /// What it is done to, in small words.
    pub object: Vec<String>,
}

/// What a name says, without what all names of the API begin with.
pub fn said(name: &str, shared: &str) -> Said {
    let name = name
        .strip_prefix(shared)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name);
    let mut parts: Vec<Vec<String>> = path(name)
        .split([':', '.', '/', '+', '#', '?', '&', '=', ',', '|'])
        .filter(|part| !part.is_empty() && !is_version(part))
        .map(words)
        .filter(|words| !words.is_empty())
        .collect();
    let verb = take_verb(&mut parts);
    // `contracts.character_contracts` is about the character contracts.
    let repeats = |place: &usize| {
        let own = parts.get(*place);
        parts
            .iter()
            .skip(place + 1)
            .any(|later| own.is_some_and(|own| own.iter().all(|word| later.contains(word))))
    };
    let repeated: Vec<usize> = (0..parts.len()).filter(repeats).collect();
    for place in repeated.into_iter().rev() {
        parts.remove(place);
    }
    Said {
        verb,
        object: parts.into_iter().flatten().collect(),
    }
}

/// Of a URL, the path; Google's all have `/auth/` in front.
pub(crate) fn path(name: &str) -> &str {
    let path = name.split_once("://").map_or(name, |(_, rest)| {
        rest.split_once('/').map_or(rest, |(_, path)| path)
    });
    path.strip_prefix("auth/").unwrap_or(path)
}

/// The verb: a part that is nothing else, from the end; or else one word of a part.
fn take_verb(parts: &mut Vec<Vec<String>>) -> Option<Verb> {
    for index in (0..parts.len()).rev() {
        let found = parts
            .get(index)
            .map(|words| words.concat())
            .and_then(|whole| verb(&whole));
        if let Some(found) = found {
            parts.remove(index);
            return Some(found);
        }
    }
    for words in parts.iter_mut().rev() {
        let place = words.iter().position(|word| verb(word).is_some());
        if let Some(place) = place.filter(|_| words.len() > 1) {
            let found = verb(&words.remove(place));
            // `read_only`, `read_write`
            let next = words.get(place).map(String::as_str);
            return match next {
                Some("only") => {
                    words.remove(place);
                    found
                }
                Some("write") => {
                    words.remove(place);
                    verb("readwrite")
                }
                _ => found,
            };
        }
    }
    None
}

/// A name without the verb behind it.
pub fn bare(name: &str) -> Option<&str> {
    let (bare, last) = name.rsplit_once([':', '.', '/', '_', '-'])?;
    verb(last).is_some().then_some(bare)
}

/// `v1`, `v2.1`.
pub fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix(['v', 'V']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The small words of a text without blanks: `journal-entries`, `journalEntries`, `JOURNAL_ENTRIES`.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(own) = characters.next() {
        let after_small = before.is_lowercase() || before.is_ascii_digit();
        let ends_capitals =
            before.is_uppercase() && characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = own.is_uppercase() && (after_small || ends_capitals);
        if begins || !own.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if own.is_alphanumeric() {
            word.extend(own.to_lowercase());
        }
        before = own;
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Words with a capital in front.
pub fn sentence(words: &[String]) -> String {
    capital(&words.join(" "))
}

/// A text with a capital in front.
pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
