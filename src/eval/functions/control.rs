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
