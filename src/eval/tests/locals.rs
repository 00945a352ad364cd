//! Locals: their order, and what cannot be ordered.

use crate::eval::testing::File;

#[test]
fn each_after_those_it_needs() {
    let text = r#"
        variable "name" { default = "web" }
        locals {
          c = [local.b, local["a"]]
          a = upper(var.name)
        }
        locals {
          b = "${local.a}-${NOMAD_ALLOC_ID}"
          d = { for local in ["x"] : local => 1 }
        }
        x = local.c
        y = local.d
    "#;
    assert_eq!(File { text, ..File::default() }.body(), "x = [\"WEB-${NOMAD_ALLOC_ID}\",\"WEB\"]\ny = {\"x\":1}\n");
}

#[test]
fn all_at_once() {
    let text = "locals {\n  a = 1\n  b = keys(local)\n}\nx = local";
    assert_eq!(File { text, ..File::default() }.body(), "x = {\"a\":1,\"b\":[\"a\"]}\n");
}

#[test]
fn a_cycle_is_named() {
    let text = "locals {\n  a = local.b\n  b = [local.c]\n  c = \"${local.a}\"\n  d = local.a\n  e = local.e\n}";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::local_cycle

      × locals that need each other: a → b → c → a
       ╭─[job.hcl:2:3]
     1 │ locals {
     2 │   a = local.b
       ·   ┬
       ·   ╰── needs `local.b`
     3 │   b = [local.c]
       ·   ┬
       ·   ╰── needs `local.c`
     4 │   c = "${local.a}"
       ·   ┬
       ·   ╰── needs `local.a`
     5 │   d = local.a
       ╰────
      help: define one of them without the others

    eval::local_cycle

      × the local "e" needs itself
       ╭─[job.hcl:6:3]
     5 │   d = local.a
     6 │   e = local.e
       ·   ┬
       ·   ╰── needs `local.e`
     7 │ }
       ╰────
      help: define one of them without the others
    "#);
}

#[test]
fn what_is_broken_is_said_once() {
    let text = "locals {\n  a = upper(null)\n  b = local.a\n  b = 2\n  c {}\n}\nx = [local.b, local.bb]";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::null_value

      × `upper` does not take null
       ╭─[job.hcl:2:13]
     1 │ locals {
     2 │   a = upper(null)
       ·             ──┬─
       ·               ╰── `string` is null
     3 │   b = local.a
       ╰────
      help: give it a value, or ask with `coalesce(…, default)`

    parser::duplicate_argument

      × `b` is set twice
       ╭─[job.hcl:4:3]
     2 │   a = upper(null)
     3 │   b = local.a
       ·   ┬
       ·   ╰── first set here
     4 │   b = 2
       ·   ┬
       ·   ╰── set again here
     5 │   c {}
       ╰────
      help: remove one of the two

    eval::unexpected_block

      × a block in `locals`
       ╭─[job.hcl:5:3]
     4 │   b = 2
     5 │   c {}
       ·   ┬
       ·   ╰── not an attribute
     6 │ }
       ╰────
      help: write `c = { … }`

    eval::unknown_local

      × there is no local "bb"
       ╭─[job.hcl:7:15]
     6 │ }
     7 │ x = [local.b, local.bb]
       ·               ────┬───
       ·                   ╰── not declared in this file
       ╰────
      help: did you mean `local.b`?
    "#);
}

#[test]
fn a_value_has_limits() {
    let chain = |length: usize, line: fn(usize) -> String| {
        let lines: Vec<String> = (1..length).map(line).collect();
        format!("locals {{\na0 = 1\n{}\n}}", lines.join("\n"))
    };
    let text = chain(60, |at| format!("a{at} = [local.a{0}, local.a{0}]", at - 1));
    assert!(File { text: &text, ..File::default() }.findings().starts_with("eval::too_large"));
    let text = chain(1100, |at| format!("a{at} = [local.a{}]", at - 1));
    assert!(File { text: &text, ..File::default() }.findings().starts_with("eval::too_deep"));
}
