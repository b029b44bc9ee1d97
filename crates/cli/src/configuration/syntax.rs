//! What stands in a file and is no TOML.

use scope::Mistakes;

/// Tells what is no TOML.
pub fn told(errors: Vec<toml::de::Error>, mistakes: &mut Mistakes) {
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        let line = mistakes.line(&place);
        // Without the line itself, which may hold a password.
        let what = format!("this is not TOML (line {line}): {}", error.message().trim());
        mistakes.at(&place, what, "see https://toml.io; texts stand in quotes");
    }
}
