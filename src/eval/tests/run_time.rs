//! What only the run time knows stays as text.

use crate::eval::testing::{assert_errors, assert_values};

#[test]
fn values() {
    assert_values(&[
        ("attr.kernel.name", r#""${attr.kernel.name}""#),
        (r#""${attr.kernel.name}""#, r#""${attr.kernel.name}""#),
        (r#""a-${env["X"]}-${NOMAD_PORT_http}""#, r#""a-${env[\"X\"]}-${NOMAD_PORT_http}""#),
        (r#"upper("${node.unique.name}")"#, r#""${NODE.UNIQUE.NAME}""#),
        (r#"meta.a[0]["b"].c"#, r#""${meta.a[0][\"b\"].c}""#),
        ("[for x in [NOMAD_X] : x]", r#"["${NOMAD_X}"]"#),
        ("[for attr in [1] : attr]", "[1]"),
        ("{(NOMAD_X) = 1}", r#"{"${NOMAD_X}":1}"#),
        ("{NOMAD_X = 1}", r#"{"NOMAD_X":1}"#),
        ("try(attr.x, 1)", r#""${attr.x}""#),
        (r#"attr.x == "$${attr.x}""#, "true"),
    ]);
}

#[test]
fn errors() {
    assert_errors(&[r#"NOMAD_X[upper("a")]"#, "[for x in NOMAD_X : x]", "NOMAD_X + 1", "var.x", "local.x"]);
}
