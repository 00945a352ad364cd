//! Strings, heredocs, interpolations, directives, strip markers.

use super::{expression, valid, wrong};

fn check(cases: &[(&str, &str)]) {
    for (text, outline) in cases {
        assert_eq!(&expression(text), outline, "{text}");
    }
}

#[test]
fn escapes() {
    check(&[
        (r#""\n\r\t\"\\\u00e9\U0001F600""#, r#""\n\r\t\"\\é😀""#),
        (r#""a$${b}%%{c}$$${d}$ %""#, r#""a${b}%{c}$${d}$ %""#),
        (r#""$$ %% $""#, r#""$$ %% $""#),
        (r#""\q""#, "1:2 escape"),
        (r#""a\u12""#, "1:3 escape"),
        (r#""\ud800""#, "1:2 escape"),
    ]);
}

#[test]
fn one_interpolation_alone_stays_what_it_is() {
    check(&[
        (r#""${a}""#, "`${a}`"),
        (r#""${a} ""#, "`${a}\" \"`"),
        (r#""${"${a}"}""#, "`${`${a}`}`"),
        ("\"${\na\n}\"", "`${a}`"),
        (r#""${ {a = {}} }""#, r#"`${{"a" = {}}}`"#),
    ]);
}

#[test]
fn strip_markers_take_blanks_of_the_neighbouring_text() {
    check(&[
        (r#""a  ${~ b ~}  c""#, r#"`"a"${b}"c"`"#),
        (r#""a \n ${~ b}""#, r#"`"a"${b}`"#),
        (r#""${a ~} ${~ b}""#, r#"`${a}""${b}`"#),
        ("<<E\na\n\n ${~ b ~}\n\n c\nE\n", "`\"a\\n\\n\"${b}\"\\n c\\n\"`"),
    ]);
}

#[test]
fn directives() {
    check(&[
        (r#""%{ if a }x%{ else }y%{ endif }""#, r#"`%{if a}`"x"``"y"``"#),
        (r#""%{ if a }x%{ endif }z""#, r#"`%{if a}`"x"```"z"`"#),
        (r#""%{ for k, v in a }${k}%{ endfor }""#, r#"`%{for Some("k") v in a}`${k}``"#),
        (r#""%{ for v in a ~} ${v} %{~ endfor }""#, r#"`%{for None v in a}`""${v}""``"#),
        (r#""%{ if a }%{ if b }c%{ endif }%{ endif }""#, r#"`%{if a}`%{if b}`"c"```````"#),
        (r#""%{ if a }""#, "1:2 open_directive"),
        (r#""%{ endif }""#, "1:2 stray_directive"),
        (r#""%{ if a }%{ endfor }""#, "1:11 1:2 stray_directive"),
        (r#""%{ if a }%{ else }%{ else }%{ endif }""#, "1:20 1:2 stray_directive"),
        (r#""%{ what }""#, "1:5 unknown_directive"),
    ]);
}

#[test]
fn heredocs() {
    check(&[
        ("<<E\na\n  b\nE\n", r#""a\n  b\n""#),
        ("<<E\nE\n", r#""""#),
        ("<<E\na\n  E\n", r#""a\n""#),
        ("<<E\na\nE b\nE\n", r#""a\nE b\n""#),
        ("<<E\na \\n \"q\" $${b} %%{c} $d\nE\n", r#""a \\n \"q\" ${b} %{c} $d\n""#),
        ("<<E\r\na\r\nE\r\n", r#""a\r\n""#),
        ("<<E-Ü\na\nE-Ü\n", r#""a\n""#),
        ("<<E\n${a}\nE\n", "`${a}\"\\n\"`"),
        ("<<E\n{{ range .x }}$y{{ end }}\nE\n", r#""{{ range .x }}$y{{ end }}\n""#),
        ("<<A\n${<<B\nb\nB\n}\nA\n", "`${\"b\\n\"}\"\\n\"`"),
        ("f(<<E\na\nE\n, b)", r#"f("a\n", b)"#),
        ("<< E\na\nE\n", "1:1 unexpected"),
        ("<<E\na\nE", "3:2 1:1 unterminated_heredoc"),
        ("<<E\na\n", "1:1 3:1 unterminated_heredoc"),
    ]);
}

#[test]
fn heredoc_indentation() {
    check(&[
        ("<<-E\n    a\n\n   b\n  \n  E\n", r#"" a\n\nb\n  \n""#),
        ("<<-E\n\ta\n  b\nE\n", r#""a\n b\n""#),
        ("<<-E\n  a\n ${b} c\n   d\nE\n", "`\" a\\n\"${b}\" c\\n  d\\n\"`"),
        ("<<-E\n${a}\n  b\nE\n", "`${a}\"\\n  b\\n\"`"),
        ("<<-E\n  x\n  ${b ~}\n\n   c\nE\n", "`\"x\\n\"${b}\"\\n c\\n\"`"),
        ("<<-E\n  E\n", r#""""#),
    ]);
}

#[test]
fn a_heredoc_ends_an_argument_with_its_line() {
    assert_eq!(valid("a = <<E\nx\nE\nb = 1\n"), "{a = \"x\\n\"; b = 1}");
    assert_eq!(valid("a = [<<E\nx\nE\n, 1]\n"), "{a = [\"x\\n\", 1]}");
    assert_eq!(wrong("a {b = <<E\nx\nE\n}"), ["3:2 1:1 open_line"]);
}

#[test]
fn broken_templates_end_with_their_string() {
    assert_eq!(wrong("a = \"${b c}\"\nd = ]\n"), ["1:10 1:6 in_sequence", "2:5 unexpected"]);
    assert_eq!(wrong("a = \"${b\nc = 1\n"), ["2:1 1:6 in_sequence"]);
    assert_eq!(wrong("a = <<E\n${b:-c}\n${#d[@]}\nE\ne = ]\n"), ["2:4 2:1 in_sequence", "5:5 unexpected"]);
    assert_eq!(wrong("a = \"x\nb = ]\n"), ["1:5 1:7 unterminated_string", "2:5 unexpected"]);
}
