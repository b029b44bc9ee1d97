//! `docs/reference/configuration.md`.

use super::gate::GATE;
use super::key::{Absent, Key, Table};
use super::tables;

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Configuration\n\nMade from `scopegate config reference`. The file is TOML; a key that \
         is not listed here is a mistake, and `scopegate config check` names every one. A file \
         with all that must be there:\n\n```toml\nbase_url = \"https://login.example.com\"\n\
         database = \"scopegate.sqlite\"\n\n[[realm]]\ncatalog = \"my-api.toml\"\n```\n",
    );
    for table in tables::ALL {
        page += &section(table);
    }
    page += &section(&GATE).replace(
        "## The beginning of the file",
        "## The file of a gate process",
    );
    page
}

fn section(table: &Table) -> String {
    let title = if table.head.is_empty() {
        "The beginning of the file".to_owned()
    } else {
        format!("`{}`", table.head)
    };
    let mut text = format!("\n## {title}\n\n{}\n\n", table.about);
    text += "| key | value | without it | meaning |\n|---|---|---|---|\n";
    for key in table.keys {
        text += &row(key);
    }
    text
}

fn row(key: &Key) -> String {
    let without = match key.absent {
        Absent::Mistake => "a mistake".to_owned(),
        Absent::Means(value) => format!("`{value}`"),
        Absent::Off(what) => what.to_owned(),
    };
    format!(
        "| `{}` | {} | {without} | {} |\n",
        key.name, key.form, key.about
    )
}
