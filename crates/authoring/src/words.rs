//! What words in paths say.

/// Does a `POST` to this path only look, since its last text says so?
pub(crate) fn reads_by_post(path: &str) -> bool {
    const READS: [&str; 9] = [
        "search", "query", "find", "lookup", "list", "count", "filter", "export", "preview",
    ];
    let last = path.trim_end_matches('/').rsplit(['/', ':']).next();
    let last = last.unwrap_or_default();
    let words = scope::word::words(last);
    !last.contains('}') && words.iter().any(|word| READS.contains(&word.as_str()))
}
