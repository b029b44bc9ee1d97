use authoring::{Translation, read_translations, take, texts, to_csv, to_xliff};
use scope::Catalog;

const SMALL: &str = r#"id = "small"
version = "1"
languages = ["en"]   # the first one is the fallback
title = { en = "Small" }
summary.en = "An API, \"plain\" & <simple>."
scope_pattern = "{resource}:{action}"
[actions.read]
title = { en = "See" }
access = "read"
[[guide]]
title = { en = "First steps" }
text = { en = """
Two lines,

and a list.""" }
[resources."user.contacts"]
title = { en = "Contacts" }
[resources."user.contacts".read]
title = { en = "See contacts" }
description = { en = "Names." }
[client_kinds.app]
title = { en = "App" }
description = { en = "An app." }
grant_types = ["authorization_code"]
[roles.owner]
title = { en = "Owner" }
rights = ["*"]
[consent]
decline = "any"
[grant]
bound_to = "organisation"
reducible = true
[token]
format = "opaque"
token_type = "Bearer"
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "14d"
[[endpoints]]
path = "/contacts"
get = { require = "user.contacts:read", title = { en = "All contacts" } }
"#;

fn catalog(text: &str) -> Catalog {
    match Catalog::parse("small.toml", text) {
        Ok(catalog) => catalog,
        Err(mistakes) => panic!("{mistakes}"),
    }
}

fn shipped(name: &str) -> String {
    let path = format!("{}/../../catalogs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Every text in Swedish, made from the English one.
fn in_swedish(given: &[Translation]) -> Vec<Translation> {
    let mut translated = given.to_vec();
    for own in &mut translated {
        own.text = format!("sv: {}", own.text);
        own.language = "sv".to_owned();
    }
    translated
}

#[test]
fn what_goes_out_comes_back_as_it_was() {
    for name in ["bexio", "bokio", "freshbooks", "stora"] {
        let file = shipped(name);
        let catalog = catalog(&file);
        let languages = catalog.languages().to_vec();
        let first = &languages[0];
        let count = texts(&catalog).len();

        let csv = read_translations(&to_csv(&catalog, &languages), first).unwrap();
        assert_eq!(csv.len(), count * languages.len(), "{name}");
        let taken = take(name, &file, &csv).unwrap();
        assert_eq!(
            (taken.file == file, taken.same),
            (true, count * (languages.len() - 1))
        );

        for language in languages.iter().skip(1) {
            let xliff = read_translations(&to_xliff(&catalog, language), first).unwrap();
            assert_eq!(xliff.len(), count, "{name} in {language}");
            let taken = take(name, &file, &xliff).unwrap();
            assert_eq!((taken.file == file, taken.same), (true, count));
        }
    }
}

#[test]
fn a_new_language_is_added_with_its_texts_and_nothing_else_changes() {
    let before = catalog(SMALL);
    let english = read_translations(&to_csv(&before, &["en".to_owned()]), "").unwrap();
    let taken = take("small.toml", SMALL, &in_swedish(&english)).unwrap();
    assert_eq!(taken.new_languages, ["sv"]);
    assert_eq!(taken.set["sv"], texts(&before).len());
    let after = catalog(&taken.file);
    assert_eq!(after.languages(), ["en", "sv"]);
    let guide = &after.guide()[0];
    assert_eq!(guide.text.get("sv"), "sv: Two lines,\n\nand a list.");
    assert_eq!(
        after.summary().get("sv"),
        "sv: An API, \"plain\" & <simple>."
    );
    let scope = after
        .scope(after.find("user.contacts:read").unwrap())
        .unwrap();
    assert_eq!(scope.title.get("sv"), "sv: See contacts");
    assert!(taken.file.contains("# the first one is the fallback"));
    for own in texts(&after) {
        assert_eq!(own.by_language.len(), 2, "{}", own.key);
    }
}

#[test]
fn texts_with_marks_of_xml_and_of_tables_survive_both() {
    let file = SMALL.replace("Names.", "a;b,c\\n<d> & \\\"e\\\" 'f'\\ttab");
    let catalog = catalog(&file);
    let wanted = "a;b,c\n<d> & \"e\" 'f'\ttab";
    for text in [
        to_csv(&catalog, &["en".to_owned()]),
        to_xliff(&catalog, "en"),
    ] {
        let read = read_translations(&text, "en").unwrap();
        assert!(read.iter().any(|own| own.text == wanted), "{text}");
    }
}

#[test]
fn no_text_is_a_formula_in_a_table_and_each_comes_back() {
    let begins = [
        "=1+1", "+1", "-1", "@A1", "＝1", "＋1", "－1", "＠A1", "\\t=1",
    ];
    let others = [
        "'", "''", "'t is", "- ", "'=1", "''=1", "'''-", "a=1", "1-2", "é",
    ];
    for own in begins.iter().chain(&others) {
        let file = SMALL
            .replace("Two lines,", "Two lines")
            .replace("Names.", own);
        let own = own.replace("\\t", "\t");
        let catalog = catalog(&file);
        let table = to_csv(&catalog, &["en".to_owned(), "de".to_owned()]);
        let cells = table.split([',', '\n']).map(|cell| cell.trim_matches('"'));
        let marks = ['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠'];
        assert!(
            cells.into_iter().all(|cell| !cell.starts_with(marks)),
            "{table}"
        );
        let read = read_translations(&table, "en").unwrap();
        assert!(read.iter().any(|one| one.text == own), "{own}: {table}");
        // The source is compared with the text itself, too.
        let translated = table.replace(",\n", ",Ja\n");
        let read = read_translations(&translated, "en").unwrap();
        let taken = take("small.toml", &file, &read).unwrap();
        assert!(
            taken.outdated.is_empty() && taken.set["de"] > 3,
            "{translated}"
        );
    }
    // A translator may write one plainly.
    let read = read_translations("key,de\ntitle,=1\n", "en").unwrap();
    assert_eq!(read[0].text, "=1");
}

#[test]
fn what_does_not_fit_is_told_and_the_rest_taken() {
    let csv = "\u{feff}key;en;de\ntitle;Small;Klein\nactions.read.title;Look;Ansehen\nnowhere.title;X;Y\nguide[7].title;X;Y\n";
    let read = read_translations(csv, "en").unwrap();
    let taken = take("small.toml", SMALL, &read).unwrap();
    assert_eq!(taken.set["de"], 2);
    assert_eq!(taken.unknown, ["nowhere.title", "guide[7].title"]);
    assert_eq!(taken.outdated, ["actions.read.title"]);
    assert_eq!(catalog(&taken.file).title().get("de"), "Klein");
}

#[test]
fn xliff_2_is_read_too() {
    let xml = r#"<?xml version="1.0"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="de-CH">
 <file id="f"><unit id="title"><segment><source>Small</source><target>Klei&#110;&amp;<![CDATA[<x>]]></target></segment></unit>
 <unit id="summary"><segment><source>An API.</source></segment></unit></file></xliff>"#;
    let read = read_translations(xml, "en").unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(
        (read[0].language.as_str(), read[0].text.as_str()),
        ("de-CH", "Klein&<x>")
    );
}

#[test]
fn proposals_remarks_and_unfinished_texts_are_no_translations() {
    let unit = |inner: &str| {
        let xml = format!(
            "<xliff version=\"1.2\"><file target-language=\"de\"><body><trans-unit id=\"title\"><source>Small</source>{inner}</trans-unit></body></file></xliff>"
        );
        read_translations(&xml, "en")
    };
    let other = "<alt-trans><source>Tiny</source><target>Winzig</target></alt-trans>";
    for inner in [
        format!("<target>Klein</target>{other}"),
        format!("{other}<target>Klein</target>"),
        "<target>Kl<note>a remark</note>ein</target><note>more</note>".to_owned(),
        "<target state=\"final\">K<g id=\"1\">lei</g>n</target>".to_owned(),
    ] {
        let read = unit(&inner).unwrap();
        assert_eq!(read.len(), 1, "{inner}");
        assert_eq!(
            (read[0].text.as_str(), read[0].source.as_deref()),
            ("Klein", Some("Small"))
        );
        assert!(read[0].is_finished, "{inner}");
    }
    assert_eq!(unit(other).unwrap(), []);
    assert!(
        unit("<target>A</target><target>B</target>")
            .unwrap_err()
            .contains("two targets")
    );
    for state in ["new", "needs-translation"] {
        let read = unit(&format!("<target state=\"{state}\">Klein</target>")).unwrap();
        let taken = take("small.toml", SMALL, &read).unwrap();
        assert_eq!(
            (taken.file.as_str(), taken.unfinished.len()),
            (SMALL, 1),
            "{state}"
        );
    }
}

/// One odd text says nothing about the others.
#[test]
fn a_text_with_a_sign_that_nobody_sees_is_told_and_the_rest_taken() {
    let csv = "key,en,de\ntitle,Small,Kl\u{202e}ein\nactions.read.title,See,Ansehen\n";
    let xliff = "<xliff><file target-language=\"de\"><trans-unit id=\"title\"><target>Kl&#x202e;ein</target></trans-unit>\
                 <trans-unit id=\"actions.read.title\"><target>Ansehen</target></trans-unit></file></xliff>";
    for given in [csv, xliff] {
        let read = read_translations(given, "en").unwrap();
        let taken = take("small.toml", SMALL, &read).unwrap();
        assert_eq!(taken.unseen, ["title"]);
        assert_eq!(taken.set["de"], 1);
        catalog(&taken.file);
    }
    // What is quoted of a stranger's file is short, and no terminal obeys it.
    let key = format!("\u{1b}[31m{}", "x".repeat(5_000));
    let error = read_translations(&format!("key,de\n{key},A\n{key},B\n"), "en").unwrap_err();
    assert!(error.len() < 700 && !error.contains('\u{1b}'), "{error}");
}

#[test]
fn files_that_cannot_be_read_say_where_and_what_to_do() {
    let table = [
        ("name,de\ntitle,Klein\n", "no column `key`"),
        (
            "key,de\ntitle,Klein,more\n",
            "line 2: this row has 3 cells, and the first line has 2: give each language one",
        ),
        // Lines are those of the file, and a text may have several.
        (
            "key,en,de\ntitle,Small,\"Kl\nein\"\nsummary\n",
            "line 4: this row has 1 cell, and the first line has 3",
        ),
        (
            "key,de\ntitle,\"Klein\nsummary,Eine API\n",
            "line 2: a quote is opened",
        ),
        (
            "key,de\ntitle,A\ntitle,B\n",
            "line 3: the key `title` is there twice",
        ),
        ("key,de,de\ntitle,A,B\n", "the column `de` is there twice"),
        ("<html></html>", "no XLIFF"),
        (
            "<xliff version=\"1.2\"><file><body></body></file></xliff>",
            "does not say its language",
        ),
        ("<xliff>\n<file target-language=\"de\">\n</body>", "line "),
        (
            "<xliff><file target-language=\"de\"><trans-unit id=\"title\"><target>&lol;</target></trans-unit></file></xliff>",
            "`&lol;` stands for nothing",
        ),
    ];
    for (given, told) in table {
        let error = read_translations(given, "en").unwrap_err();
        assert!(error.contains(told), "{given}: {error}");
    }
}

#[test]
fn a_table_has_a_column_for_a_language_and_no_thousands() {
    let many: Vec<String> = (0..1_000).map(|number| format!("x{number}")).collect();
    let csv = format!("key,{}\n", many.join(","));
    assert!(
        read_translations(&csv, "en")
            .unwrap_err()
            .contains("1001 columns")
    );
}

#[test]
fn a_language_that_is_none_writes_nothing() {
    let csv = "key,en,not a language\ntitle,Small,Klein\n";
    let read = read_translations(csv, "en").unwrap();
    let error = take("small.toml", SMALL, &read).unwrap_err();
    assert!(
        error.contains("is not a language") && error.contains("nothing was written"),
        "{error}"
    );
}
