//! Errors in bodies: where each is reported, and that none leads to another.

use super::{read, valid, wrong};
use crate::parser::Syntax;

#[test]
fn arguments() {
    assert_eq!(wrong("a { b = 1 c = 2 d = 3 }"), ["1:11 one_argument_a_line"]);
    assert_eq!(wrong("a = 1 b = 2\n"), ["1:7 one_argument_a_line"]);
    assert_eq!(wrong("a = 1,\nb = 2,\n"), ["1:6 comma_after_argument", "2:6 comma_after_argument"]);
    assert_eq!(wrong("a { b = 1, c = 2 }"), ["1:10 comma_after_argument"]);
    assert_eq!(wrong("\"a\" = 1\nb { \"c\" = 2 }"), ["1:1 quoted_name", "2:5 quoted_name"]);
    assert_eq!(wrong("a: 1\n"), ["1:2 colon_for_equals"]);
    assert_eq!(wrong("a 1\nb\nc.d = 1\n"), ["1:1 1:3 missing_equals", "2:1 missing_equals", "3:1 3:2 missing_equals"]);
    assert_eq!(wrong("a =\nb = 1\n"), ["1:4 unexpected"]);
    assert_eq!(wrong("a = 1\nb = 2\na = 3\n"), ["3:1 1:1 duplicate_argument"]);
    assert_eq!(wrong("a = 'x'\n"), ["1:5 invalid_character"]);
    assert_eq!(wrong("a = “x”\n"), ["1:5 invalid_character"]);
    assert_eq!(wrong("a = 1;\n"), ["1:6 invalid_character"]);
    assert_eq!(wrong("a = \"x\" \"y\"\n"), ["1:9 after_argument"]);
    assert_eq!(wrong("a = b \0\n"), ["1:7 invalid_character"]);
    assert_eq!(wrong("1a = 1\n"), ["1:1 statement_expected"]);
    assert_eq!(wrong("a = 1 /* b\n"), ["1:7 unterminated_comment"]);
}

#[test]
fn blocks() {
    assert_eq!(wrong("a \"b\"\n{\n}\n")[0], "1:6 block_header");
    assert_eq!(wrong("a \"b\" = {\n c = 1\n}\nd = ]"), ["1:7 block_header", "4:5 unexpected"]);
    assert_eq!(wrong("a { b {} }"), ["1:5 one_argument_a_line"]);
    assert_eq!(wrong("a { b = 1\n c = 2\n}\n"), ["1:10 1:1 open_line"]);
    assert_eq!(wrong("a {\n b = 1 }\n"), ["2:8 brace_after_argument"]);
    assert_eq!(wrong("a {} b {}\n"), ["1:6 after_block"]);
    assert_eq!(wrong("a \"${b}\" {}\nc = ]"), ["1:3 template_in_name", "2:5 unexpected"]);
}

#[test]
fn unclosed() {
    assert_eq!(wrong("a {\n b = 1\n"), ["1:3 3:1 unclosed_block"]);
    assert_eq!(wrong("a {\n  b {\n    c = 1\n}\n"), ["1:3 5:1 2:3 4:1 unclosed_block"]);
    assert_eq!(wrong("a = 1\n}\n"), ["2:1 stray_brace"]);
    assert_eq!(wrong("a = {\n b = 1\n"), ["1:5 3:1 unclosed_bracket"]);
    assert_eq!(wrong("a = [\n"), ["1:5 2:1 unclosed_bracket"]);
    assert_eq!(wrong("a {\n  b = <<E\n  x\n}\n"), ["2:7 5:1 unterminated_heredoc"]);
    assert_eq!(wrong("a {\n  b = \"x\n}\n"), ["2:7 2:9 unterminated_string"]);
}

#[test]
fn an_error_leaves_the_other_statements() {
    let text = "a = [1, 2\nb = 1\nc {\n  d = (1\n  e = 2\n}\nf = { g = ] }\nh = 3\n";
    let (outline, findings) = read(Syntax::Hcl, text);
    assert_eq!(outline, "{b = 1; c {e = 2}; h = 3}");
    assert_eq!(findings, ["2:1 1:5 unexpected", "5:3 4:7 unexpected", "7:11 unexpected"]);
}

#[test]
fn a_key_twice_is_a_warning() {
    let (outline, findings) = read(Syntax::Hcl, "a = { b = 1, c = 2, \"b\" = 3, (b) = 4 }\n");
    assert_eq!(outline, r#"{a = {"b" = 1, "c" = 2, "b" = 3, (b) = 4}}"#);
    assert_eq!(findings, ["1:21 1:7 repeated_key"]);
}

#[test]
fn many_errors_end_the_reading() {
    let text = "a = ]\n".repeat(10_000);
    let findings = wrong(&text);
    assert_eq!(findings.len(), 101);
    assert!(findings.last().is_some_and(|last| last.ends_with("too_many_errors")), "{findings:?}");
}

#[test]
fn names_in_messages_are_cut() {
    let text = format!("{} 1\n", "a".repeat(100_000));
    let mut sources = crate::diagnostic::Sources::new();
    let file = sources.add("job.hcl", text);
    let (arena, mut sink) = (bumpalo::Bump::new(), crate::diagnostic::Sink::new());
    crate::parser::parse(&sources, file, Syntax::Hcl, &crate::parser::Shape::LEAF, &arena, &mut sink);
    assert!(sink.findings().iter().all(|finding| finding.message.len() < 200));
    assert_eq!(valid("a = 1"), "{a = 1}");
}
