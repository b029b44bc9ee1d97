use super::*;

const SQUARE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#35308f"/></svg>"##;

fn mark(text: &str) -> Result<Mark, String> {
    Mark::new(text.as_bytes().to_vec())
}

fn drawn(inside: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">{inside}</svg>")
}

#[test]
fn pictures_as_programs_save_them_are_marks() {
    for right in [
        SQUARE.to_owned(),
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- drawn -->\n{SQUARE}\n"),
        SQUARE.replace("viewBox=\"0 0 32 32\"", "width=\"32px\" height=\"24\""),
        drawn(
            "<defs><linearGradient id=\"a\" x1=\"0\" x2=\"1\"><stop offset=\"0\" stop-color=\"#fff\"/></linearGradient></defs>\
             <g transform=\"translate(1 2) rotate(45)\" fill=\"url(#a)\"><path d=\"M0 0h4v-1.5z\"/></g>",
        ),
        drawn("<path style=\"fill:#fff; stroke: rgb(0, 0, 0);stroke-width:2\" d=\"M0 0h4\"/>"),
        drawn("<title>Acme &amp; Söhne</title><circle cx=\"4\" cy=\"4\" r=\"2\"/>"),
    ] {
        assert!(mark(&right).is_ok(), "{right}: {:?}", mark(&right));
    }
}

#[test]
fn what_a_mark_does_not_need_is_refused_by_name() {
    for (inside, says) in [
        ("<script>alert(1)</script>", "<script>"),
        ("<style>*{}</style>", "presentation attributes"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<image href=\"https://evil.example/x.png\"/>", "<image>"),
        ("<use href=\"#a\"/>", "<use>"),
        ("<text>Acme</text>", "into paths"),
        ("<a href=\"https://evil.example\"/>", "<a>"),
        ("<animate attributeName=\"x\"/>", "<animate>"),
        (
            "<x:rect xmlns:x=\"http://www.w3.org/2000/svg\"/>",
            "<x:rect>",
        ),
        ("<rect onload=\"alert(1)\"/>", "`onload`"),
        ("<rect href=\"#a\"/>", "`href`"),
        ("<rect xlink:href=\"#a\"/>", "`xlink:href`"),
        ("<rect filter=\"url(#a)\"/>", "`filter`"),
        ("<rect fill=\"url(https://evil.example/#a)\"/>", "`fill`"),
        ("<rect fill=\"url( 'https://evil.example/' )\"/>", "`fill`"),
        ("<rect fill=\"u&#114;l(//evil.example)\"/>", "`fill`"),
        ("<rect fill=\"URL(data:x)\"/>", "`fill`"),
        ("<rect fill=\"image-set(1)\"/>", "`fill`"),
        (
            "<rect style=\"fill:url('x\\y')\"/>",
            "`style` of <rect> has `fill:url('x\\y')`, which",
        ),
        ("<rect style=\"background:url(#a)\"/>", "`style`"),
        ("<rect style=\"fill:url(x)\"/>", "`style`"),
        ("<rect style=\"fill:\\75rl(x)\"/>", "`style`"),
        ("<rect style=\"@import 'x'\"/>", "`style`"),
        ("<![CDATA[x]]>", "raw section"),
        ("<?php x ?>", "instruction"),
        ("&evil;", "&evil;"),
        ("<rect", "not a part"),
        ("<g>", "neither"),
        ("<g></rect>", "neither"),
    ] {
        let said = mark(&drawn(inside)).unwrap_err();
        assert!(said.contains(says), "{inside}: {said}");
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let deep = format!("{}{}", "<g>".repeat(40), "</g>".repeat(40));
    let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaa\">]>";
    for (wrong, says) in [
        (String::new(), "neither"),
        ("hello".to_owned(), "neither"),
        ("<html></html>".to_owned(), "<html>"),
        ("<svg viewBox=\"0 0 1 1\"/>".to_owned(), "xmlns"),
        (
            "<svg xmlns=\"http://www.w3.org/1999/xhtml\" viewBox=\"0 0 1 1\"/>".to_owned(),
            "xmlns",
        ),
        (
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned(),
            "viewBox",
        ),
        (SQUARE.replace("0 0 32 32", "0 0 0 32"), "size"),
        (SQUARE.replace("0 0 32 32", "0 0 NaN inf"), "size"),
        (SQUARE.replace("0 0 32 32", "0 0 400 32"), "times as wide"),
        (SQUARE.replace("0 0 32 32", "0 0 32 100"), "times as high"),
        (format!("{bomb}{SQUARE}"), "document type"),
        (format!("{SQUARE}{SQUARE}"), "follows"),
        (drawn(&deep), "deep"),
        (drawn(&"<g/>".repeat(2_100)), "2000"),
        (drawn(&" ".repeat(70_000)), "65536"),
        ("GIF89a".to_owned(), "neither"),
    ] {
        let start: String = wrong.chars().take(80).collect();
        let said = mark(&wrong).unwrap_err();
        assert!(said.contains(says), "{start}: {said}");
    }
    assert!(
        Mark::new(vec![0xff, 0xd8, 0xff])
            .unwrap_err()
            .contains("neither")
    );
}

/// A grey one.
fn png(width: u32, height: u32) -> Vec<u8> {
    let row = vec![0; usize::try_from(width).unwrap() + 1];
    let pixels = row.repeat(usize::try_from(height).unwrap());
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &pixels).unwrap();
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", head),
        (b"IDAT", packed.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        file.extend(part(kind, &data));
    }
    file
}

fn part(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let sum = crc32fast::hash(&checked).to_be_bytes();
    [length.as_slice(), &checked, &sum].concat()
}

#[test]
fn a_whole_still_png_is_a_mark() {
    let right = png(64, 32);
    assert!(Mark::new(right.clone()).is_ok());
    for cut in 1..right.len() {
        assert!(Mark::new(right[..cut].to_vec()).is_err(), "{cut}");
    }
    for at in 0..right.len() {
        let mut broken = right.clone();
        broken[at] ^= 1;
        assert!(Mark::new(broken).is_err(), "{at}");
    }
    for (width, height, says) in [
        (16, 16, "each side"),
        (2_000, 64, "each side"),
        (512, 32, "times as wide"),
    ] {
        let said = Mark::new(png(width, height)).unwrap_err();
        assert!(said.contains(says), "{said}");
    }
    let mut moving = right.clone();
    let after_head = 8 + 25;
    moving.splice(after_head..after_head, part(b"acTL", &[0; 8]));
    assert!(Mark::new(moving).unwrap_err().contains("moves"));
    let mut longer = right;
    longer.extend(b"<script>");
    assert!(Mark::new(longer).is_err());
}

#[test]
fn files_are_named_by_their_content() {
    let look = |accent: &str| {
        Look::of(Wishes {
            mark: Some(mark(SQUARE).unwrap()),
            accent: Some(Accent::new(accent).unwrap()),
            font: Some(Font::Serif),
            ..Wishes::default()
        })
    };
    let (one, other) = (look("#35308f"), look("#8f3035"));
    let (style, mark) = (one.stylesheet().unwrap(), one.mark().unwrap());
    assert_ne!(style.name, other.stylesheet().unwrap().name);
    assert_eq!(mark.name, other.mark().unwrap().name);
    assert!(mark.name.starts_with("mark-") && mark.name.ends_with(".svg"));
    assert_eq!(one.file(&style.name), Some(style));
    assert_eq!(one.file("style-.css"), None);
    let text = String::from_utf8(style.content.clone()).unwrap();
    assert!(
        text.contains("--accent: #35308f;") && text.contains("Charter"),
        "{text}"
    );
    assert_ne!(one.digest(), other.digest());
    assert_eq!(Look::of(Wishes::default()).stylesheet(), None);
}

#[test]
fn words_are_one_plain_line() {
    let mut wording = Wording::default();
    wording.say("en", Spot::Footer, " Acme & Co. <b> ").unwrap();
    assert_eq!(wording.text(Spot::Footer, "en"), Some("Acme & Co. <b>"));
    assert_eq!(wording.text(Spot::Footer, "de"), None);
    assert_eq!(wording.missing_in("de"), Some(Spot::Footer));
    assert_eq!(wording.missing_in("en"), None);
    for wrong in [
        "",
        "  ",
        "a\nb",
        "a\u{202e}b",
        "a\u{200b}",
        "a\tb",
        &"x".repeat(201),
    ] {
        assert!(wording.say("en", Spot::Footer, wrong).is_err(), "{wrong:?}");
        assert!(name(&wrong.repeat(2)).is_err(), "{wrong:?}");
    }
    assert_eq!(name("Acme Login"), Ok("Acme Login".to_owned()));
    assert_eq!(Font::of_name("serif"), Ok(Font::Serif));
    assert!(
        Font::of_name("Comic Sans")
            .unwrap_err()
            .contains("grotesque")
    );
}
