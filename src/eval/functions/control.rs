//! `try`, `can` and `convert`: the functions that look at their arguments as expressions.
//!
//! Only their place in the table; evaluating them is the work of the call.

use super::{Function, Implementation, Null, Parameter, Special, Wanted};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "try",
        parameters: &[Parameter::new("expression", Wanted::Any)],
        variadic: Some(Parameter::new("expressions", Wanted::Any)),
        implementation: Implementation::Special(Special::Try),
    },
    Function {
        name: "can",
        parameters: &[Parameter::new("expression", Wanted::Any)],
        variadic: None,
        implementation: Implementation::Special(Special::Can),
    },
    Function {
        name: "convert",
        parameters: &[Parameter::new("value", Wanted::Any).null(Null::Allowed), Parameter::new("type", Wanted::Any)],
        variadic: None,
        implementation: Implementation::Special(Special::Convert),
    },
];

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            ("try(1, 2)", "1"),
            ("try({a = 1}.b, 2)", "2"),
            (r#"try(upper(null), var.x, "z")"#, r#""z""#),
            ("can({a = 1}.a)", "true"),
            ("can({a = 1}.b)", "false"),
            ("can(upper(null))", "false"),
            (r#"convert("5", number)"#, "5"),
            (r#"convert([1, "2", null], list(number))"#, "[1,2,null]"),
            (r#"convert(["b", "a", "b"], set(string))"#, r#"["a","b"]"#),
            ("convert({a = 1}, map(string))", r#"{"a":"1"}"#),
            (r#"convert({a = "1", b = 2}, object({a = number, c = optional(string)}))"#, r#"{"a":1,"c":null}"#),
            (r#"convert(["1", 2], tuple([number, string]))"#, r#"[1,"2"]"#),
            ("convert(null, list(string))", "null"),
            (r#"convert([1, "a"], list(any))"#, r#"["1","a"]"#),
            ("convert({a = [1]}, map(list(string)))", r#"{"a":["1"]}"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "try()",
            "try({a = 1}.b, [1][2])",
            "can()",
            "can(1, 2)",
            r#"convert("x", number)"#,
            r#"convert("TRUE", bool)"#,
            "convert([1], map(string))",
            "convert({a = 1}, object({b = string}))",
            "convert([1], tuple([string, string]))",
            "convert(1)",
            "convert(1, foo)",
            "convert(1, list)",
            "convert([1, [2]], list(any))",
        ]);
    }
}
