//! Interpolation and directives.

use crate::eval::testing::{assert_errors, assert_values};

#[test]
fn values() {
    assert_values(&[
        (r#""a${1 + 1}b""#, r#""a2b""#),
        (r#""${true}""#, "true"),
        (r#""${1}""#, "1"),
        (r#""${null}""#, "null"),
        (r#""${[1]}""#, "[1]"),
        (r#"" ${true} ${1.50} ${"x"}""#, r#"" true 1.5 x""#),
        (r#""$${a} %%{b} $ % $a""#, r#""${a} %{b} $ % $a""#),
        (r#""%{ if true }yes%{ else }no%{ endif }""#, r#""yes""#),
        (r#""%{ if false }yes%{ endif }""#, r#""""#),
        (r#""%{ for x in ["a", "b"] }${x},%{ endfor }""#, r#""a,b,""#),
        (r#""%{ for k, v in {b = 1, a = 2} }${k}=${v} %{ endfor }""#, r#""a=2 b=1 ""#),
        (r#""a ${~ 1 ~} b""#, r#""a1b""#),
        (r#""%{ if true ~}  x  %{~ endif }""#, r#""x""#),
        (r#""tab\tnl\nquote\"uni\u00e9\U0001F600""#, r#""tab\tnl\nquote\"unié😀""#),
        (r#""${"${"x"}y"}z""#, r#""xyz""#),
    ]);
}

#[test]
fn errors() {
    assert_errors(&[
        r#""a${null}""#,
        r#""a${[1]}""#,
        r#""a${{}}""#,
        r#""%{ if null }a%{ endif }""#,
        r#""%{ if "x" }a%{ endif }""#,
        r#""%{ for x in 1 }a%{ endfor }""#,
        r#""%{ for x in [null] }${x}%{ endfor }""#,
    ]);
}
