//! Conversions keep what is meant, whatever the expressions.

use bumpalo::Bump;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::{convert, expression, has_comments};
use crate::diagnostic::{Sink, Sources};
use crate::parser::outline::Outline;
use crate::parser::{Body, Shape, Syntax, parse, parse_expression, sample};

static LEAF: Shape = Shape::LEAF;
static INNER: Shape = Shape { blocks: &[("content", 0, &LEAF), ("e", 1, &LEAF)], maps: &[] };
static FILE: Shape = Shape {
    blocks: &[
        ("b", 0, &INNER),
        ("c", 1, &INNER),
        ("e", 1, &LEAF),
        ("g", 1, &LEAF),
        ("i", 0, &LEAF),
        ("variable", 1, &LEAF),
    ],
    maps: &[],
};

fn converted(from: Syntax, to: Syntax, text: &str) -> Result<String, Vec<String>> {
    let mut sources = Sources::new();
    let file = sources.add("job", text);
    let mut sink = Sink::new();
    convert(&sources, file, from, to, &FILE, &mut sink)
        .ok_or_else(|| sink.into_sorted().into_iter().map(|finding| finding.code.to_owned()).collect())
}

fn check(hcl: &str, toml: &str) {
    assert_eq!(converted(Syntax::Hcl, Syntax::Toml, hcl).as_deref(), Ok(toml));
    let back = converted(Syntax::Toml, Syntax::Hcl, toml).unwrap();
    assert_eq!(converted(Syntax::Hcl, Syntax::Toml, &back).as_deref(), Ok(toml), "by way of {back}");
}

#[test]
fn data_is_data_and_expressions_are_templates() {
    check(
        "a = 1\nb1 = -2.5\nc1 = \"x\"\nd = null\ne1 = [true, \"${f}\"]\n",
        "a = 1\nb1 = -2.5\nc1 = \"x\"\nd = \"${null}\"\ne1 = [true, \"${f}\"]\n",
    );
    check("a = b1 + 1\nd = \"x${e1}y\"\nf = g1(h)\n", "a = \"${b1 + 1}\"\nd = \"x${e1}y\"\nf = \"${g1(h)}\"\n");
    check(
        "a = \"$${b} %%{c}\"\nd = { \"e f\" = 1, g = \"\\\"\" }\n",
        "a = \"$${b} %%{c}\"\nd = { \"e f\" = 1, g = '\"' }\n",
    );
    check(
        "a = 123456789012345678901234567890\nd = 1e400\n",
        "a = \"${123456789012345678901234567890}\"\nd = \"${1e400}\"\n",
    );
    check("a = <<E\nb\n  c\nE\n", "a = '''\nb\n  c\n'''\n");
}

#[test]
fn blocks_are_tables() {
    check("b {\n  x = 1\n}\nc \"d\" {\n}\n", "[b]\nx = 1\n\n[c.d]\n");
    check("b {\n}\nb {\n}\nc \"d e\" {\n  e \"f\" {\n  }\n}\n", "[[b]]\n\n[[b]]\n\n[c.\"d e\".e.f]\n");
    check("g \"h\" {\n  x = 1\n}\ng \"h\" {\n  x = 2\n}\n", "[[g.h]]\nx = 1\n\n[[g.h]]\nx = 2\n");
}

#[test]
fn names_and_types_stay_expressions() {
    check(
        "variable \"a\" {\n  type = list(object({ b = optional(string) }))\n}\n",
        "[variable.a]\ntype = \"list(object({ b = optional(string) }))\"\n",
    );
    check(
        "b {\n  dynamic \"e\" {\n    for_each = c1\n    iterator = d\n    labels = [d.key]\n    content {\n      x = d.value\n    }\n  }\n}\n",
        "[b.dynamic.e]\nfor_each = \"${c1}\"\niterator = \"d\"\nlabels = [\"${d.key}\"]\n\n[b.dynamic.e.content]\nx = \"${d.value}\"\n",
    );
}

#[test]
fn what_the_other_syntax_cannot_express() {
    assert_eq!(
        converted(Syntax::Hcl, Syntax::Toml, "b = 1\nb {\n}\n"),
        Err(vec!["format::attribute_and_block".into()])
    );
    assert_eq!(converted(Syntax::Toml, Syntax::Hcl, "\"a b\" = 1\n"), Err(vec!["format::not_a_name".into()]));
    assert_eq!(converted(Syntax::Json, Syntax::Hcl, "{\"Job\": {}}"), Err(vec!["format::api_form".into()]));
    assert_eq!(converted(Syntax::Hcl, Syntax::Json, "a = "), Err(vec!["parser::unexpected".into()]));
    assert_eq!(converted(Syntax::Toml, Syntax::Hcl, "[b]\n\"a.b\" = 1\n").as_deref(), Ok("b = {\n  \"a.b\" = 1\n}\n"));
}

#[test]
fn comments_are_seen() {
    assert!(has_comments("a = \"#\" // b\n", Syntax::Hcl) && !has_comments("a = \"#\"\n", Syntax::Hcl));
    assert!(has_comments("# a\n", Syntax::Toml) && !has_comments("a = 1\n", Syntax::Toml));
}

/// Runs a property on random valid files, always the same ones.
fn check_files(property: impl Fn(&str)) {
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&sample::file(), |text| {
        property(&text);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// Every attribute's value in a tree.
fn expressions(body: &Body<'_>, visit: &mut impl FnMut(&crate::parser::Expr<'_>)) {
    body.attributes.iter().for_each(|attribute| visit(&attribute.value));
    body.blocks.iter().for_each(|block| expressions(&block.body, visit));
}

#[test]
fn any_expression_is_read_back_as_it_was() {
    check_files(|text| {
        let mut sources = Sources::new();
        let file = sources.add("job", text);
        let (arena, mut sink) = (Bump::new(), Sink::new());
        let body = parse(&sources, file, Syntax::Hcl, &FILE, &arena, &mut sink);
        expressions(&body, &mut |before| {
            let written = expression::text(before);
            let mut sources = Sources::new();
            let file = sources.add("written", written.clone());
            let after =
                parse_expression(&sources, file, &arena, &mut Sink::new()).map(|after| Outline(&after).to_string());
            // A literal that strip markers left empty is written as an empty interpolation.
            let same = after.as_deref() == Some(&Outline(before).to_string()) || written.contains("${\"\"}");
            assert!(same, "{written} in {text}");
        });
    });
}

#[test]
fn toml_and_json_are_the_same_tree() {
    let outline = |syntax, text: &str| {
        let mut sources = Sources::new();
        let file = sources.add("job", text);
        let (arena, mut sink) = (Bump::new(), Sink::new());
        let body = parse(&sources, file, syntax, &FILE, &arena, &mut sink);
        assert!(!sink.has_errors(), "{text}: {:?}", sink.findings());
        Outline(&body).to_string()
    };
    check_files(|text| {
        // TOML has no null and puts attributes before blocks.
        let (Ok(toml), Ok(json)) =
            (converted(Syntax::Hcl, Syntax::Toml, text), converted(Syntax::Hcl, Syntax::Json, text))
        else {
            panic!("{text}");
        };
        let plain = |outline: String| outline.replace("`${null}`", "null");
        let (from_toml, from_json) = (outline(Syntax::Toml, &toml), outline(Syntax::Json, &json));
        assert_eq!(plain(from_toml), plain(from_json), "{text}\n{toml}\n{json}");
    });
}

#[test]
fn to_toml_and_back_is_a_fixed_point() {
    check_files(|text| {
        let toml = converted(Syntax::Hcl, Syntax::Toml, text).unwrap();
        let hcl = converted(Syntax::Toml, Syntax::Hcl, &toml).unwrap();
        let again = converted(Syntax::Hcl, Syntax::Toml, &hcl).unwrap();
        assert_eq!(again, toml, "by way of {hcl}");
    });
}
