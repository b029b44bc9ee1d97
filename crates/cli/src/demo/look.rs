//! Two of the shipped realms look as a provider's own would. The marks are plain shapes, and nobody's.

use realm::look::{Accent, Font, Look, Mark, Spot, Wishes, Wording};

use crate::failure::Failure;

const BOKIO_MARK: &str = include_str!("bokio.svg");
const STORA_MARK: &str = include_str!("stora.svg");

/// How a realm of a demo looks, if not as all do.
pub fn look(realm: &str) -> Result<Option<Look>, Failure> {
    let wishes = match realm {
        "bokio" => bokio(),
        "stora" => stora(),
        _ => return Ok(None),
    };
    wishes
        .map(|wishes| Some(Look::of(wishes)))
        .map_err(Failure::new)
}

fn bokio() -> Result<Wishes, String> {
    Ok(Wishes {
        mark: Some(Mark::new(BOKIO_MARK.into())?),
        accent: Some(Accent::new("#3b2f9e")?),
        font: Some(Font::Geometric),
        wording: wording(&[
            (
                "en",
                Spot::BelowSignIn,
                "This is a demo. Never type a password of your own here.",
            ),
            (
                "de",
                Spot::BelowSignIn,
                "Das ist eine Demo. Geben Sie hier nie ein eigenes Passwort ein.",
            ),
            (
                "sv",
                Spot::BelowSignIn,
                "Det här är en demo. Skriv aldrig ett eget lösenord här.",
            ),
        ])?,
        ..Wishes::default()
    })
}

fn stora() -> Result<Wishes, String> {
    Ok(Wishes {
        mark: Some(Mark::new(STORA_MARK.into())?),
        accent: Some(Accent::new("#76305f")?),
        font: Some(Font::Serif),
        wording: wording(&[
            ("en", Spot::SignInHeading, "Sign in to your storage account"),
            (
                "en",
                Spot::Footer,
                "A demo with invented people, storage units and invoices.",
            ),
            ("de", Spot::SignInHeading, "Bei Ihrem Lagerkonto anmelden"),
            (
                "de",
                Spot::Footer,
                "Eine Demo mit erfundenen Personen, Lagerräumen und Rechnungen.",
            ),
        ])?,
        ..Wishes::default()
    })
}

fn wording(texts: &[(&str, Spot, &str)]) -> Result<Wording, String> {
    let mut wording = Wording::default();
    for (language, spot, text) in texts {
        wording.say(language, *spot, text)?;
    }
    Ok(wording)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_realms_look_different() {
        let [bokio, stora] = ["bokio", "stora"].map(|realm| look(realm).unwrap().unwrap());
        assert_ne!(bokio.stylesheet(), stora.stylesheet());
        assert_ne!(bokio.mark(), stora.mark());
        assert!(look("bexio").unwrap().is_none());
    }
}
