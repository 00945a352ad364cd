//! What errors look like: the label at the exact part, and the way out.

use crate::eval::testing::value;

#[track_caller]
fn message(expression: &str) -> String {
    value(expression).expect_err("an error")
}

#[test]
fn names_have_neighbours() {
    insta::assert_snapshot!(message("uper(\"x\")"), @r#"
    eval::unknown_function

      × there is no function `uper`
       ╭─[<expression>:1:1]
     1 │ uper("x")
       · ──┬─
       ·   ╰── not a function of the job language
       ╰────
      help: did you mean `upper`?
    "#);
    insta::assert_snapshot!(message("tostring(1)"), @r#"
    eval::unknown_function

      × there is no function `tostring`
       ╭─[<expression>:1:1]
     1 │ tostring(1)
       · ────┬───
       ·     ╰── not a function of the job language
       ╰────
      help: write `convert(…, string)`, or "${…}"
    "#);
    insta::assert_snapshot!(message("{ memory = 1, cpu = 2 }.memroy"), @r#"
    eval::unknown_attribute

      × there is no attribute "memroy"
       ╭─[<expression>:1:25]
     1 │ { memory = 1, cpu = 2 }.memroy
       ·                         ───┬──
       ·                            ╰── no such attribute
       ╰────
      help: did you mean `memory`?
    "#);
    insta::assert_snapshot!(message("[1, { a = [true] }][1].a[3]"), @"
    eval::invalid_index

      × an index that is not there
       ╭─[<expression>:1:25]
     1 │ [1, { a = [true] }][1].a[3]
       ·                         ─┬─
       ·                          ╰── the list has one element
       ╰────
      help: elements are numbered from 0; `try(…, default)` takes a default where one is missing
    ");
}

#[test]
fn operands_and_arguments_are_pointed_at() {
    insta::assert_snapshot!(message("\"a\" + 1"), @r#"
    eval::invalid_operand

      × `+` does not work on a string
       ╭─[<expression>:1:1]
     1 │ "a" + 1
       · ─┬─
       ·  ╰── this is a string
       ╰────
      help: strings are joined in a template: "${a}${b}"
    "#);
    insta::assert_snapshot!(message("join(\"-\", [\"a\", [1]])"), @r#"
    eval::invalid_argument

      × `join` does not take this
       ╭─[<expression>:1:17]
     1 │ join("-", ["a", [1]])
       ·                 ─┬─
       ·                  ╰── expected a string, found a tuple([number])
       ╰────
      help: usage: join(separator, lists...)
    "#);
    insta::assert_snapshot!(message("substr(\"a\", 1)"), @r#"
    eval::missing_argument

      × `substr` lacks an argument
       ╭─[<expression>:1:1]
     1 │ substr("a", 1)
       · ───────┬──────
       ·        ╰── `length` is missing
       ╰────
      help: usage: substr(string, offset, length)
    "#);
    insta::assert_snapshot!(message("upper(\"a\", \"b\")"), @r#"
    eval::too_many_arguments

      × `upper` has too many arguments
       ╭─[<expression>:1:12]
     1 │ upper("a", "b")
       · ─────      ─┬─
       ·             ╰── one too many
       ╰────
      help: usage: upper(string)
    "#);
    insta::assert_snapshot!(message("format(\"%d-%s\", \"x\", 1)"), @r#"
    eval::invalid_argument

      × `format` has no result
       ╭─[<expression>:1:17]
     1 │ format("%d-%s", "x", 1)
       ·                 ─┬─
       ·                  ╰── `%d` needs a number
       ╰────
      help: usage: format(format, arguments...)
    "#);
    insta::assert_snapshot!(message("convert({ a = [1, \"x\"] }, object({ a = list(number) }))"), @r#"
    eval::invalid_argument

      × `convert` does not take this
       ╭─[<expression>:1:19]
     1 │ convert({ a = [1, "x"] }, object({ a = list(number) }))
       ·                   ─┬─     ──────────────┬─────────────
       ·                    │                    ╰── the type asked for
       ·                    ╰── expected a number, found the string "x"
       ╰────
      help: a string converts to a number or bool only where it is written like one
    "#);
    insta::assert_snapshot!(message("try(upper(null), [1].a)"), @r#"
    eval::function_failed

      × no argument of `try` has a value
       ╭─[<expression>:1:1]
     1 │ try(upper(null), [1].a)
       ·           ──┬─       ┬
       ·             │        ╰── a tuple has no attributes
       ·             ╰── `upper` does not take null
       ╰────
      help: end with one that always has: `try(…, null)`
    "#);
}

#[test]
fn several_errors_are_found_at_once() {
    insta::assert_snapshot!(message("[upper(null), 1 + true, \"${[]}!\", { a = var.x }]"), @r#"
    eval::null_value

      × `upper` does not take null
       ╭─[<expression>:1:8]
     1 │ [upper(null), 1 + true, "${[]}!", { a = var.x }]
       ·        ──┬─
       ·          ╰── `string` is null
       ╰────
      help: give it a value, or ask with `coalesce(…, default)`

    eval::invalid_operand

      × `+` does not work on a bool
       ╭─[<expression>:1:19]
     1 │ [upper(null), 1 + true, "${[]}!", { a = var.x }]
       ·                   ──┬─
       ·                     ╰── this is a bool
       ╰────
      help: `+` works on numbers

    eval::not_a_string

      × a tuple cannot stand in a string
       ╭─[<expression>:1:28]
     1 │ [upper(null), 1 + true, "${[]}!", { a = var.x }]
       ·                            ─┬
       ·                             ╰── this is a tuple
       ╰────
      help: write it out with `jsonencode(…)` or `join(", ", …)`

    eval::unknown_variable

      × there is no variable "x"
       ╭─[<expression>:1:41]
     1 │ [upper(null), 1 + true, "${[]}!", { a = var.x }]
       ·                                         ──┬──
       ·                                           ╰── not declared in this file
       ╰────
      help: declare it beside the job: `variable "x" { default = … }`
    "#);
}

#[test]
fn results_of_a_condition_go_together() {
    insta::assert_snapshot!(message("true ? [1] : \"x\""), @r#"
    eval::inconsistent_types

      × the two results of a condition do not go together
       ╭─[<expression>:1:8]
     1 │ true ? [1] : "x"
       ·        ─┬─   ─┬─
       ·         │     ╰── this is a string
       ·         ╰── this is a tuple([number])
       ╰────
      help: both results need one type; `null` goes with any
    "#);
    insta::assert_snapshot!(message("1 ? 2 : 3"), @r#"
    eval::invalid_condition

      × a condition that is neither true nor false
       ╭─[<expression>:1:1]
     1 │ 1 ? 2 : 3
       · ┬
       · ╰── this is a number
       ╰────
      help: write a comparison, such as `x == "y"` or `x != null`
    "#);
}

#[test]
fn what_changes_each_time_is_said() {
    use super::super::testing::File;
    let text = "id = uuidv4()";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @"
    eval::not_deterministic

      ⚠ `uuidv4` gives another result each time
       ╭─[job.hcl:1:6]
     1 │ id = uuidv4()
       ·      ────┬───
       ·          ╰── every plan made from this differs from the one before
       ╰────
      help: write a fixed value, or hand one in with `--var`
    ");
}
