//! The tables of a reference page.

/// A table with its heading.
pub(super) struct Table {
    pub(super) heading: String,
    /// The lines of its own head.
    pub(super) head: String,
    /// A line each.
    pub(super) rows: Vec<String>,
}

impl Table {
    pub(super) fn markdown(&self) -> String {
        self.begin() + &self.rows.concat()
    }

    /// Heading and head.
    pub(super) fn begin(&self) -> String {
        format!("\n### {}\n\n{}", self.heading, self.head)
    }
}
