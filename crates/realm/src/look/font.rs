//! Letters that are on people's machines: nothing is loaded, and nobody else learns who reads a page.

/// A row of fonts, of which the first that a machine has is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// What the machine itself is written in.
    System,
    /// Of even strokes, like print of the fifties.
    Grotesque,
    /// Nearer to handwriting.
    Humanist,
    /// Of circles and straight lines.
    Geometric,
    /// With round ends.
    Rounded,
    /// With serifs, like a book.
    Serif,
}

impl Font {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::System,
        Self::Grotesque,
        Self::Humanist,
        Self::Geometric,
        Self::Rounded,
        Self::Serif,
    ];

    /// The one of this name.
    ///
    /// # Errors
    ///
    /// Says which there are.
    pub fn of_name(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|font| font.name() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{name:?} is none of the fonts that machines have: {names}")
        })
    }

    /// What the configuration calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Grotesque => "grotesque",
            Self::Humanist => "humanist",
            Self::Geometric => "geometric",
            Self::Rounded => "rounded",
            Self::Serif => "serif",
        }
    }

    pub(super) fn stack(self) -> &'static str {
        match self {
            Self::System => {
                "system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", sans-serif"
            }
            Self::Grotesque => {
                "Inter, Roboto, \"Helvetica Neue\", \"Arial Nova\", \"Nimbus Sans\", Arial, sans-serif"
            }
            Self::Humanist => {
                "Seravek, \"Gill Sans Nova\", Ubuntu, Calibri, \"DejaVu Sans\", source-sans-pro, sans-serif"
            }
            Self::Geometric => {
                "Avenir, Montserrat, Corbel, \"URW Gothic\", source-sans-pro, sans-serif"
            }
            Self::Rounded => {
                "ui-rounded, \"Hiragino Maru Gothic ProN\", Quicksand, Comfortaa, Manjari, \
                 \"Arial Rounded MT Bold\", Calibri, source-sans-pro, sans-serif"
            }
            Self::Serif => {
                "Charter, \"Bitstream Charter\", \"Sitka Text\", Cambria, \"DejaVu Serif\", serif"
            }
        }
    }
}
