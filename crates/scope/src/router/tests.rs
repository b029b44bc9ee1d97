use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::segment;

fn router(comparing: Comparing, paths: &[&str]) -> Router {
    let mut router = Router::new(comparing);
    for (index, path) in paths.iter().enumerate() {
        let segments = segment::parse(path, comparing.folds).unwrap();
        let mut entry = Path::new(&segments);
        entry.set_endpoint(Method::Get, index);
        router.insert(&segments, entry).unwrap();
    }
    router
}

fn exact(paths: &[&str]) -> Router {
    router(Comparing::default(), paths)
}

fn found<'r>(router: &Router, path: &'r str) -> Option<(usize, Vec<&'r str>)> {
    let path = router.read(path);
    let Found::Path(entry) = router.find(path) else {
        return None;
    };
    let values = (0..MAX_PARAMETERS).map_while(|place| entry.value(place, path));
    Some((entry.endpoint("GET")?, values.collect()))
}

proptest! {
    /// With bytes that differ from a slash in one bit, and in the highest.
    #[test]
    fn a_segment_ends_at_its_first_slash(
        path in vec(select(b"/./0'oa\xAF\x01\x80\xFF".to_vec()), 0..40),
        from in 0_usize..40,
    ) {
        let from = from.min(path.len());
        let slash = path[from..].iter().position(|byte| *byte == b'/');
        let end = slash.map_or(path.len(), |place| from + place);
        prop_assert_eq!(segment_end(&path, from), end);
    }
}

#[test]
fn literals_win_over_templates() {
    let router = exact(&["/deals/{deal}", "/deals/stages"]);
    assert_eq!(found(&router, "/deals/stages"), Some((1, vec![])));
    assert_eq!(found(&router, "/deals/stage"), Some((0, vec!["stage"])));
    assert_eq!(found(&router, "/deals"), None);
}

#[test]
fn a_literal_that_leads_nowhere_is_tried_as_a_template() {
    let router = exact(&["/offer/{id}", "/{kind}/{id}/comment", "/offer/new/x"]);
    assert_eq!(
        found(&router, "/offer/1/comment"),
        Some((1, vec!["offer", "1"]))
    );
    assert_eq!(found(&router, "/offer/new"), Some((0, vec!["new"])));
    assert_eq!(
        found(&router, "/offer/new/comment"),
        Some((1, vec!["offer", "new"]))
    );
}

#[test]
fn a_path_with_other_template_names_is_the_same_path() {
    for (one, other) in [
        ("/a/{b}/c", "/a/{other}/c"),
        ("/a/{b}.json", "/a/{other}.json"),
        ("/a/{b...}", "/a/{other...}"),
        ("/a/{b...}:/c/{d}", "/a/{b...}:/c/{e}"),
    ] {
        let mut router = exact(&[one]);
        let segments = segment::parse(other, false).unwrap();
        let again = router.insert(&segments, Path::new(&segments));
        assert_eq!(again, Err(0), "{other}");
    }
}

#[test]
fn the_most_specific_way_is_taken() {
    let router = exact(&[
        "/files/{name}",
        "/files/{name}.json",
        "/files/{name}.meta.json",
        "/files/index.json",
        "/files/{path...}",
    ]);
    let of = |path| found(&router, path).map(|(path, _)| path);
    assert_eq!(of("/files/index.json"), Some(3));
    assert_eq!(of("/files/a.meta.json"), Some(2));
    assert_eq!(of("/files/a.json"), Some(1));
    assert_eq!(of("/files/a.xml"), Some(0));
    assert_eq!(of("/files/a/b"), Some(4));
    assert_eq!(of("/files/"), None);
}

#[test]
fn slashes_at_the_end_count_unless_the_api_ignores_them() {
    let paths = ["/contacts/", "/contacts/{id}", "/files/{path...}"];
    let router_exact = exact(&paths);
    assert_eq!(found(&router_exact, "/contacts/"), Some((0, vec![])));
    assert_eq!(found(&router_exact, "/contacts"), None);
    assert_eq!(found(&router_exact, "/contacts/1/"), None);
    assert_eq!(found(&router_exact, "/files/a/"), None);
    let either = Comparing {
        either_slash: true,
        ..Comparing::default()
    };
    let router = router(either, &["/contacts", "/contacts/{id}", "/files/{path...}"]);
    assert_eq!(found(&router, "/contacts/"), Some((0, vec![])));
    assert_eq!(found(&router, "/contacts/1/"), Some((1, vec!["1"])));
    assert_eq!(found(&router, "/files/a/b/"), Some((2, vec!["a/b"])));
}

#[test]
fn tails_take_several_segments_up_to_their_marker() {
    let router = exact(&[
        "/drive/root:/{path...}",
        "/drive/root:/{path...}:/children",
        "/drive/root:/{path...}:/versions/{version}",
        "/drive/{id...}/content",
    ]);
    let of = |path| found(&router, path);
    assert_eq!(of("/drive/root:/a/b"), Some((0, vec!["a/b"])));
    assert_eq!(of("/drive/root:/a/b:/children"), Some((1, vec!["a/b"])));
    assert_eq!(of("/drive/root:/a:/versions/7"), Some((2, vec!["a", "7"])));
    assert_eq!(of("/drive/x/y/content"), Some((3, vec!["x/y"])));
    // An action that nobody wrote a rule for is not a part of the name.
    assert_eq!(of("/drive/root:/a/b:/unknown"), None);
    assert_eq!(of("/drive/root:/:/children"), None);
}

#[test]
fn text_of_a_rule_is_not_reached_by_an_encoding_of_it() {
    let router = exact(&[
        "/v1/{parent}:search",
        "/v1/{parent}",
        "/users/@me",
        "/users/{id}",
    ]);
    for path in ["/v1/a%3Asearch", "/v1/a%3asearch", "/users/%40me"] {
        assert!(matches!(router.find(path), Found::Encoded), "{path}");
    }
    assert_eq!(found(&router, "/v1/a%20b"), Some((1, vec!["a%20b"])));
    let mails = exact(&["/users/{id}"]);
    assert_eq!(found(&mails, "/users/a%40b"), Some((0, vec!["a%40b"])));
}

#[test]
fn letters_of_literals_fold_where_the_api_folds_them() {
    let folding = Comparing {
        folds: true,
        ..Comparing::default()
    };
    let router = router(folding, &["/Api/Contacts/{Id}", "/Api/Files/{Name}.Json"]);
    assert_eq!(found(&router, "/API/contacts/Ab"), Some((0, vec!["Ab"])));
    assert_eq!(found(&router, "/api/FILES/Ab.JSON"), Some((1, vec!["Ab"])));
    let long = format!("/api/{}", "x".repeat(MAX_FOLDED + 1));
    assert_eq!(found(&router, &long), None);
}

#[test]
fn a_rule_for_every_method_decides_those_that_have_none() {
    let segments = segment::parse("/a", false).unwrap();
    let mut path = Path::new(&segments);
    path.set_endpoint(Method::Get, 0);
    assert_eq!(path.endpoint("HEAD"), Some(0));
    assert_eq!(path.endpoint("PURGE"), None);
    path.set_endpoint(Method::Any, 1);
    assert_eq!(path.endpoint("HEAD"), Some(0));
    assert_eq!(path.endpoint("PURGE"), Some(1));
    path.set_endpoint(Method::Head, 2);
    assert_eq!(path.endpoint("HEAD"), Some(2));
}
