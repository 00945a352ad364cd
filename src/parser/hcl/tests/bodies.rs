//! Bodies: arguments, blocks, newlines, comments.

use super::{read, valid};
use crate::parser::Syntax;

#[test]
fn arguments_and_blocks() {
    assert_eq!(valid(""), "{}");
    assert_eq!(valid("a = 1"), "{a = 1}");
    assert_eq!(valid("\n\na = 1\n\nb {\n}\nc \"x\" y {\n  d = 2\n}\n"), r#"{a = 1; b {}; c "x" "y" {d = 2}}"#);
    assert_eq!(valid("a { b = 1 }\nc {}"), "{a {b = 1}; c {}}");
    assert_eq!(valid("meta = {}\nmeta {}\n"), "{meta = {}; meta {}}");
    assert_eq!(valid("a \"b\\n\" {}\na \"$${c}\" {}"), "{a \"b\\n\" {}; a \"${c}\" {}}");
}

#[test]
fn a_line_goes_on_inside_brackets_only() {
    assert_eq!(valid("a = [\n1,\n2\n]\nb = (\n1\n+\n2)\n"), "{a = [1, 2]; b = ((1 + 2))}");
    assert_eq!(valid("a = f(\n1,\n2,\n)\n"), "{a = f(1, 2)}");
    assert_eq!(valid("a = {\n b = 1\n\n c = 2, d = 3,\n}\n"), r#"{a = {"b" = 1, "c" = 2, "d" = 3}}"#);
    assert_eq!(valid("a { b = [\n1\n] }"), "{a {b = [1]}}");
}

#[test]
fn comments_stand_anywhere() {
    assert_eq!(valid("# a\n// b\n/* c\n */ a = /* d */ 1 # e\nb { # f\n}\nc { /* g */ }"), "{a = 1; b {}; c {}}");
    assert_eq!(valid("a = [ # one\n 1, // two\n]\n# end"), "{a = [1]}");
}

#[test]
fn line_endings_and_byte_order_mark() {
    assert_eq!(valid("a = 1\r\nb {\r\n  c = 2\r\n}\r\n"), "{a = 1; b {c = 2}}");
    assert_eq!(valid("\u{feff}a = 1\n"), "{a = 1}");
}

#[test]
fn names_are_unicode_identifiers() {
    assert_eq!(valid("é-1 = 1\n_a = 2\na-b- = 3\nжук \"x\" {}"), r#"{é-1 = 1; _a = 2; a-b- = 3; жук "x" {}}"#);
}

#[test]
fn version_one_is_read_with_one_note() {
    let text =
        "client { enabled = true, servers = [\"a\"] }\n\"plugin\" \"exec\" {\n  \"x\" = 1,\n  y = { a = 1 b = 2 }\n}\n";
    let (outline, findings) = read(Syntax::Hcl1, text);
    assert_eq!(outline, r#"{client {enabled = true; servers = ["a"]}; plugin "exec" {x = 1; y = {"a" = 1, "b" = 2}}}"#);
    assert_eq!(findings, ["1:24 hcl1"]);
    let (_, findings) = read(Syntax::Hcl, text);
    assert_eq!(findings, ["1:24 comma_after_argument", "2:1 statement_expected"]);
}
