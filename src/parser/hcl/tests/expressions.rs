//! Expressions: operators, collections, traversals, splats.

use super::expression;

/// Checks outlines, one `text => outline` a pair.
fn check(cases: &[(&str, &str)]) {
    for (text, outline) in cases {
        assert_eq!(&expression(text), outline, "{text}");
    }
}

#[test]
fn literals() {
    check(&[
        ("null", "null"),
        ("true", "true"),
        ("12", "12"),
        ("1.5e3", "1.5e3"),
        ("1e+400", "1e+400"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"a\"", "\"a\""),
        ("1_000", "1:2 after_expression"),
        ("0x10", "1:2 after_expression"),
        (".5", "1:1 unexpected"),
        ("1.", "1:3 attribute_name"),
        ("1.5.2", "1:1 number"),
    ]);
}

#[test]
fn operators_by_precedence_and_from_the_left() {
    check(&[
        ("a+b*c-d/e%f", "(a + (((b * c-d) / e) % f))"),
        ("a || b && c", "(a || (b && c))"),
        ("a != b == c", "((a != b) == c)"),
        ("a < b == c >= d", "((a < b) == (c >= d))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("-1 + 2", "((-1) + 2)"),
        ("-a.b", "(-a.b)"),
        ("!a && !!b", "((!a) && (!(!b)))"),
        ("- - 1", "(-(-1))"),
        ("a-b - c", "(a-b - c)"),
        ("(a || b) && c", "(((a || b)) && c)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a == b ? c + 1 : [d]", "((a == b) ? (c + 1) : [d])"),
    ]);
}

#[test]
fn newlines_are_blanks_in_an_expression_alone() {
    check(&[("a\n+\nb", "(a + b)"), ("a.b\n.c", "a.b.c"), ("f\n(x)", "f(x)"), ("a ?\nb :\nc", "(a ? b : c)")]);
}

#[test]
fn collections() {
    check(&[
        ("[]", "[]"),
        ("[1, [2], ]", "[1, [2]]"),
        ("{}", "{}"),
        (
            "{ a = 1, \"b\" : 2, (c) = 3, 4 = 5, true = 6, null = 7, \"${d}\" = 8 }",
            "{\"a\" = 1, \"b\" = 2, (c) = 3, 4 = 5, \"true\" = 6, \"null\" = 7, `${d}` = 8}",
        ),
        ("{ a = b ? c : d }", "{\"a\" = (b ? c : d)}"),
        ("[for v in x : v.a if v.b]", "for None v in x : v.a if v.b"),
        ("{\n for k, v in x : k => v... }", "for Some(\"k\") v in x : k => v..."),
        ("f(a, b...)", "f(a, b...)"),
        ("a::b::f()", "a::b::f()"),
        ("f (x)", "f(x)"),
        ("[,]", "1:2 unexpected"),
        ("{a=1,,}", "1:6 unexpected"),
        ("{a=1 b=2}", "1:6 1:1 unexpected"),
        ("{a.b = 1}", "1:2 ambiguous_key"),
        ("{a}", "1:3 1:2 1:1 key_without_value"),
        ("[1 2]", "1:4 1:1 unexpected"),
        ("f(a b)", "1:5 1:2 unexpected"),
        ("f(a..., b)", "1:7 1:2 unexpected"),
        ("[for x in y : x => 1]", "1:17 unexpected"),
        ("{for x in y : x}", "1:16 unexpected"),
        ("[for x in y : x...]", "1:16 unexpected"),
        ("{for = 1}", "1:6 unexpected"),
    ]);
}

#[test]
fn traversals_gather_literal_steps() {
    check(&[
        ("a.b[0][\"c\"].0.d", "a.b[0][\"c\"][0].d"),
        ("a[b][0].c", "<<a>[b]>[0].c"),
        ("a[-1]", "<a>[(-1)]"),
        ("a[\"${b}\"]", "<a>[`${b}`]"),
        ("f(x)[0].y", "<f(x)>[0].y"),
        ("[1][0]", "<[1]>[0]"),
        ("\"s\".a", "<\"s\">.a"),
        ("(a).b", "<(a)>.b"),
        ("a.0.1", "1:3 legacy_index"),
        ("a.", "1:3 attribute_name"),
        ("a[0", "1:2 1:4 unclosed_bracket"),
    ]);
}

#[test]
fn the_text_of_a_traversal_is_kept_as_written() {
    use crate::diagnostic::{Sink, Sources};
    use crate::parser::{ExprKind, parse_expression};
    let mut sources = Sources::new();
    let file = sources.add("expression", "attr . kernel[ \"name\" ].0 ");
    let (arena, mut sink) = (bumpalo::Bump::new(), Sink::new());
    let expression = parse_expression(&sources, file, &arena, &mut sink).unwrap();
    let ExprKind::Traversal(traversal) = expression.kind else { panic!("{expression:?}") };
    assert_eq!(traversal.text, "attr . kernel[ \"name\" ].0");
    assert_eq!(sources.slice(expression.span), traversal.text);
}

#[test]
fn splats() {
    check(&[
        ("a[*]", "<a>[*]<_>"),
        ("a[*].b[0][*].c", "<a>[*]<<<_>.b[0]>[*]<<_>.c>>"),
        ("a.*", "<a>[*]<_>"),
        ("a.*.b.0[1]", "<<a>[*]<<_>.b[0]>>[1]"),
        ("a[*].b[c]", "<a>[*]<<<_>.b>[c]>"),
        ("a.*.b.*.c", "1:7 nested_splat"),
        ("a.*.*", "1:5 nested_splat"),
    ]);
}
