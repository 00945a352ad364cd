//! Variables: where values come from, which wins, and what is wrong with the rest.

use crate::eval::testing::File;

#[test]
fn the_last_value_wins() {
    let text = r#"
        variable "a" { default = "default" }
        variable "b" { default = "default" }
        variable "c" { default = "default" }
        variable "d" { default = "default" }
        x = [var.a, var.b, var.c, var.d]
    "#;
    let file = File {
        text,
        environment: &[("b", "environment"), ("c", "environment"), ("d", "environment"), ("unknown", "ignored")],
        var_files: &["c = \"first\"\nd = \"first\"", "c = \"second\""],
        vars: &[("d", "first"), ("d", "second")],
    };
    assert_eq!(file.body(), "x = [\"default\",\"environment\",\"second\",\"second\"]\n");
}

#[test]
fn text_is_read_by_the_type() {
    let text = r#"
        variable "text" { type = string }
        variable "number" { type = number }
        variable "flag" { type = bool }
        variable "list" { type = list(string) }
        variable "object" { type = object({ a = number, b = optional(string) }) }
        variable "any" { type = any }
        variable "like_default" { default = [1] }
        variable "untyped" {}
        x = var.text
        y = [var.number, var.flag, var.list, var.object, var.any, var.like_default, var.untyped]
    "#;
    let vars = [
        ("text", "[1]"),
        ("number", "1.50"),
        ("flag", "true"),
        ("list", "[\"a\", 1]"),
        ("object", "{ a = \"5\" }"),
        ("any", "{ x = 1 }"),
        ("like_default", "[2]"),
        ("untyped", "[1]"),
    ];
    assert_eq!(
        File { text, vars: &vars, ..File::default() }.body(),
        "x = \"[1]\"\ny = [1.5,true,[\"a\",\"1\"],{\"a\":5,\"b\":null},{\"x\":1},[2],\"[1]\"]\n"
    );
}

#[test]
fn all_at_once_and_the_older_block() {
    let text = "variables {\n  a = 1\n  b = \"x\"\n}\nx = var\ny = var[\"a\"]";
    assert_eq!(File { text, vars: &[("a", "2")], ..File::default() }.body(), "x = {\"a\":2,\"b\":\"x\"}\ny = 2\n");
}

#[test]
fn a_validation_lets_good_values_pass() {
    let text = r#"
        variable "port" {
          type = number
          validation {
            condition     = var.port > 0 && contains([for p in [80, 443] : p], var.port)
            error_message = "The port must be 80 or 443."
          }
        }
        x = var.port
    "#;
    assert_eq!(File { text, vars: &[("port", "443")], ..File::default() }.body(), "x = 443\n");
}

#[test]
fn a_validation_refuses_the_value_in_force() {
    let text = "variable \"port\" {\n  type = number\n  validation {\n    condition = var.port > 0\n    \
                error_message = \"The port must be above 0.\"\n  }\n}";
    insta::assert_snapshot!(File { text, vars: &[("port", "-1")], ..File::default() }.findings(), @r#"
    eval::validation_failed

      × invalid value for the variable "port"
       ╭─[--var port:1:1]
     1 │ -1
       · ─┬
       ·  ╰── refused
       ╰────
       ╭─[job.hcl:3:3]
     2 │   type = number
     3 │   validation {
       ·   ─────┬────
       ·        ╰── checked here
     4 │     condition = var.port > 0
       ╰────
      help: The port must be above 0.
    "#);
}

#[test]
fn a_value_of_the_wrong_type_is_shown_where_it_stands() {
    let text = "variable \"ports\" {\n  type    = list(number)\n  default = [80, \"x\"]\n}";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::invalid_variable_value

      × a value of the wrong type for the variable "ports"
       ╭─[job.hcl:3:18]
     1 │ variable "ports" {
       ·          ───┬───
       ·             ╰── declared as list(number)
     2 │   type    = list(number)
     3 │   default = [80, "x"]
       ·                  ─┬─
       ·                   ╰── expected a number, found the string "x"
     4 │ }
       ╰────
      help: a value of this type looks like `[1.5]`
    "#);
    let text = "variable \"ports\" {\n  type = list(number)\n}";
    insta::assert_snapshot!(File { text, vars: &[("ports", "{}")], ..File::default() }.findings(), @r#"
    eval::invalid_variable_value

      × a value of the wrong type for the variable "ports"
       ╭─[--var ports:1:1]
     1 │ {}
       · ─┬
       ·  ╰── expected a list(number), found an object({})
       ╰────
       ╭─[job.hcl:1:10]
     1 │ variable "ports" {
       ·          ───┬───
       ·             ╰── declared as list(number)
     2 │   type = list(number)
       ╰────
      help: a value of this type looks like `[1.5]`
    "#);
    insta::assert_snapshot!(File { text, var_files: &["\nports = 80"], ..File::default() }.findings(), @r#"
    eval::invalid_variable_value

      × a value of the wrong type for the variable "ports"
       ╭─[0.vars.hcl:2:9]
     1 │
     2 │ ports = 80
       ·         ─┬
       ·          ╰── expected a list(number), found a number
       ╰────
       ╭─[job.hcl:1:10]
     1 │ variable "ports" {
       ·          ───┬───
       ·             ╰── declared as list(number)
     2 │   type = list(number)
       ╰────
      help: a value of this type looks like `[1.5]`
    "#);
    let text = "variable \"flag\" {\n  type = bool\n}";
    insta::assert_snapshot!(File { text, vars: &[("flag", "yes")], ..File::default() }.findings(), @r#"
    eval::not_constant

      × a reference where only a constant may stand
       ╭─[--var flag:1:1]
     1 │ yes
       · ─┬─
       ·  ╰── not known here
       ╰────
       ╭─[job.hcl:1:10]
     1 │ variable "flag" {
       ·          ───┬──
       ·             ╰── declared as bool: the value is an expression
     2 │   type = bool
       ╰────
      help: a value of this type looks like `true`
    "#);
}

#[test]
fn what_is_unset_undeclared_or_twice() {
    let text = "variable \"image\" {}\nvariable \"image\" {}\nx = var.imag";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::unset_variable

      × the variable "image" has no value
       ╭─[job.hcl:1:10]
     1 │ variable "image" {}
       ·          ───┬───
       ·             ╰── neither set nor given a default
     2 │ variable "image" {}
       ╰────
      help: set it with `--var image=…` or NOMAD_VAR_image, or write `default = …`

    eval::duplicate_variable

      × the variable "image" twice
       ╭─[job.hcl:2:10]
     1 │ variable "image" {}
       ·          ───┬───
       ·             ╰── first declared here
     2 │ variable "image" {}
       ·          ───┬───
       ·             ╰── declared again here
     3 │ x = var.imag
       ╰────
      help: give one of them another name

    eval::unknown_variable

      × there is no variable "imag"
       ╭─[job.hcl:3:5]
     2 │ variable "image" {}
     3 │ x = var.imag
       ·     ────┬───
       ·         ╰── not declared in this file
       ╰────
      help: did you mean `var.image`?
    "#);
    let text = "variable \"image\" { default = \"x\" }";
    insta::assert_snapshot!(File { text, vars: &[("imgae", "y")], ..File::default() }.findings(), @r#"
    eval::undeclared_variable

      × the job declares no variable "imgae"
       ╭─[--var imgae:1:1]
     1 │ y
       · ┬
       · ╰── set here
       ╰────
      help: did you mean `image`?
    "#);
    insta::assert_snapshot!(
        File { text, var_files: &["other = 1\nvariable \"x\" {}"], ..File::default() }.findings(),
        @r#"
    eval::undeclared_variable

      × the job declares no variable "other"
       ╭─[0.vars.hcl:1:1]
     1 │ other = 1
       · ──┬──
       ·   ╰── set here
     2 │ variable "x" {}
       ╰────
      help: declare it beside the job: `variable "other" { }`

    eval::unexpected_block

      × a block in a variable file
       ╭─[0.vars.hcl:2:1]
     1 │ other = 1
     2 │ variable "x" {}
       · ──────┬─────
       ·       ╰── only values are set here
       ╰────
      help: declare it beside the job, and write `x = …` here
    "#
    );
}

#[test]
fn a_default_is_constant() {
    let text = "variable \"a\" {\n  default = upper(\"x\")\n}\nvariable \"b\" {\n  default = var.a\n}";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::not_constant

      × a function where only a constant may stand
       ╭─[job.hcl:2:13]
     1 │ variable "a" {
     2 │   default = upper("x")
       ·             ─────┬────
       ·                  ╰── cannot be called here
     3 │ }
       ╰────
      help: write the value itself, or compute it in a `locals` block

    eval::not_constant

      × a reference where only a constant may stand
       ╭─[job.hcl:5:13]
     4 │ variable "b" {
     5 │   default = var.a
       ·             ──┬──
       ·               ╰── not known here
     6 │ }
       ╰────
      help: write the value itself, or compute it in a `locals` block
    "#);
}

#[test]
fn blocks_are_checked() {
    let text = "variable \"1a\" {\n  default = 1\n  typ = string\n  description = []\n}\nvariable {}\n\
                variable \"t\" {\n  default = 1\n  type = strin\n}\nvariables \"x\" {\n  b {}\n}";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::variable_name

      × "1a" is no name for a variable
       ╭─[job.hcl:1:10]
     1 │ variable "1a" {
       ·          ──┬─
       ·            ╰── cannot be referred to
     2 │   default = 1
       ╰────
      help: a name begins with a letter or `_`; digits and `-` may follow

    eval::unknown_argument

      × a variable has no `typ`
       ╭─[job.hcl:3:3]
     2 │   default = 1
     3 │   typ = string
       ·   ─┬─
       ·    ╰── not known here
     4 │   description = []
       ╰────
      help: did you mean `type`?

    eval::invalid_description

      × a description that is no text
       ╭─[job.hcl:4:17]
     3 │   typ = string
     4 │   description = []
       ·                 ─┬
       ·                  ╰── this is a tuple
     5 │ }
       ╰────
      help: write what the variable is for, in quotes

    eval::variable_name

      × a variable has one name
       ╭─[job.hcl:6:1]
     5 │ }
     6 │ variable {}
       · ────┬───
       ·     ╰── no name
     7 │ variable "t" {
       ╰────
      help: write `variable "name" { … }`

    eval::invalid_type

      × a type that is none
        ╭─[job.hcl:9:10]
      8 │   default = 1
      9 │   type = strin
        ·          ──┬──
        ·            ╰── not a type
     10 │ }
        ╰────
      help: the types are string, number, bool, any, list(…), set(…), map(…), object({ … }) and tuple([ … ])

    eval::unexpected_label

      × `variables` has no label
        ╭─[job.hcl:11:11]
     10 │ }
     11 │ variables "x" {
        ·           ─┬─
        ·            ╰── not needed
     12 │   b {}
        ╰────
      help: write `variable "name" { … }` for one, or `variables { name = default }`

    eval::unexpected_block

      × a block in `variables`
        ╭─[job.hcl:12:3]
     11 │ variables "x" {
     12 │   b {}
        ·   ┬
        ·   ╰── not an attribute
     13 │ }
        ╰────
      help: write `variables { name = default }`
    "#);
}

#[test]
fn validations_are_complete() {
    let text = r#"variable "a" {
  default = 1
  validation {}
  validation {
    condition = true
    error_message = "no sentence"
    message = "x"
  }
}"#;
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::incomplete_validation

      × a validation without `condition`
       ╭─[job.hcl:3:3]
     2 │   default = 1
     3 │   validation {}
       ·   ─────┬────
       ·        ╰── `condition` is missing
     4 │   validation {
       ╰────
      help: write `condition = …` and `error_message = "…"`

    eval::incomplete_validation

      × a validation without `error_message`
       ╭─[job.hcl:3:3]
     2 │   default = 1
     3 │   validation {}
       ·   ─────┬────
       ·        ╰── `error_message` is missing
     4 │   validation {
       ╰────
      help: write `condition = …` and `error_message = "…"`

    eval::validation_reference

      × a validation that does not look at its variable
       ╭─[job.hcl:5:17]
     4 │   validation {
     5 │     condition = true
       ·                 ──┬─
       ·                   ╰── `var.a` does not occur
     6 │     error_message = "no sentence"
       ╰────
      help: refer to `var.a`

    eval::invalid_error_message

      × an error message that is no sentence
       ╭─[job.hcl:6:21]
     5 │     condition = true
     6 │     error_message = "no sentence"
       ·                     ──────┬──────
       ·                           ╰── not a full sentence
     7 │     message = "x"
       ╰────
      help: begin with a capital letter, and end with a full stop or a question mark

    eval::unknown_argument

      × a validation has no `message`
       ╭─[job.hcl:7:5]
     6 │     error_message = "no sentence"
     7 │     message = "x"
       ·     ───┬───
       ·        ╰── not known here
     8 │   }
       ╰────
      help: it has `condition` and `error_message`
    "#);
}

#[test]
fn validations_look_at_their_variable() {
    let text = r#"variable "a" {
  default = 1
  validation {
    condition = var.b > var.a
    error_message = "Fine."
  }
  validation {
    condition = length(file("x")) > var.a
    error_message = "Fine."
  }
  validation {
    condition = [var.a]
    error_message = "Fine."
  }
}"#;
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::validation_reference

      × a validation that refers to something else
       ╭─[job.hcl:4:17]
     3 │   validation {
     4 │     condition = var.b > var.a
       ·                 ──┬──
       ·                   ╰── not this variable
     5 │     error_message = "Fine."
       ╰────
      help: refer to `var.a`

    eval::no_files_here

      × `file` cannot be used in a validation
       ╭─[job.hcl:8:24]
     7 │   validation {
     8 │     condition = length(file("x")) > var.a
       ·                        ────┬────
       ·                            ╰── files are not seen here
     9 │     error_message = "Fine."
       ╰────
      help: check the value itself

    eval::invalid_condition

      × a condition that is neither true nor false
        ╭─[job.hcl:12:17]
     11 │   validation {
     12 │     condition = [var.a]
        ·                 ───┬───
        ·                    ╰── this is a tuple
     13 │     error_message = "Fine."
        ╰────
      help: write a comparison, such as `var.x != ""`
    "#);
}
