//! The functions of the job language: what each is called, what it takes, and the family that computes it.
//!
//! Checking arguments is done here, once; the families get values of the types they asked for.

mod call;
mod collection;
mod control;
mod csv;
mod date;
mod duration;
mod encoding;
mod file;
mod float_math;
mod format;
mod format_verb;
mod glob;
mod hash;
mod ip;
mod json;
mod numeric;
mod path;
#[cfg(test)]
mod reference;
mod regex_replace;
mod rsa;
mod sequence;
mod set;
mod string;
mod uuid;
mod yaml_decode;
mod yaml_encode;
mod yaml_scalar;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::LazyLock;

use super::limits::MAX_TEXT;
use super::scope::Scope;
use super::{Type, Value};

pub use json::{NotJson, encode as to_json};
#[cfg(test)]
pub(crate) use reference::reference;
pub use regex_replace::rewrite as rewrite_pattern;

/// A function of the language.
pub(super) struct Function {
    name: &'static str,
    parameters: &'static [Parameter],
    /// For every further argument.
    variadic: Option<Parameter>,
    implementation: Implementation,
}

/// What a function takes in one place.
#[derive(Clone, Copy)]
struct Parameter {
    name: &'static str,
    wanted: Wanted,
    null: Null,
}

/// The type an argument is converted to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    Number,
    String,
    /// `list(string)`
    Strings,
    /// `list(any)`: the elements get one type.
    List,
    /// `set(any)`
    Set,
}

/// What becomes of a null.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Null {
    /// It is refused.
    Refused,
    /// It is refused where its type is not known either, because then the result has none.
    Typed,
    /// The function sees it.
    Allowed,
}

enum Implementation {
    /// Computes from the values alone.
    Pure(fn(&[Value]) -> Outcome),
    /// Gives another result each time.
    Random(fn(&[Value]) -> Outcome),
    /// Looks at files.
    Disk(fn(&Scope<'_>, &[Value]) -> Outcome),
    /// Sees expressions, not values.
    Special(Special),
}

/// The functions that evaluate their arguments themselves.
#[derive(Clone, Copy)]
enum Special {
    Try,
    Can,
    Convert,
}

type Outcome = Result<Value, FunctionError>;

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FunctionError {
    /// The argument that is to blame, counted from 0.
    argument: Option<usize>,
    problem: String,
}

impl FunctionError {
    fn new(problem: impl Display) -> Self {
        Self { argument: None, problem: problem.to_string() }
    }

    fn of_argument(argument: usize, problem: impl Display) -> Self {
        Self { argument: Some(argument), problem: problem.to_string() }
    }

    /// The result would be longer than any text may be.
    fn too_long() -> Self {
        Self::new(format!("the result is longer than {} MiB", MAX_TEXT >> 20))
    }
}

impl Parameter {
    const fn new(name: &'static str, wanted: Wanted) -> Self {
        Self { name, wanted, null: Null::Refused }
    }

    const fn null(self, null: Null) -> Self {
        Self { null, ..self }
    }
}

impl Function {
    const fn new(name: &'static str, parameters: &'static [Parameter], function: fn(&[Value]) -> Outcome) -> Self {
        Self { name, parameters, variadic: None, implementation: Implementation::Pure(function) }
    }

    const fn disk(
        name: &'static str,
        parameters: &'static [Parameter],
        function: fn(&Scope<'_>, &[Value]) -> Outcome,
    ) -> Self {
        Self { name, parameters, variadic: None, implementation: Implementation::Disk(function) }
    }

    const fn variadic(self, parameter: Parameter) -> Self {
        Self { variadic: Some(parameter), ..self }
    }

    const fn random(name: &'static str, parameters: &'static [Parameter], function: fn(&[Value]) -> Outcome) -> Self {
        Self { name, parameters, variadic: None, implementation: Implementation::Random(function) }
    }

    /// The parameter an argument is for.
    fn parameter(&self, argument: usize) -> Option<Parameter> {
        self.parameters.get(argument).copied().or(self.variadic)
    }
}

impl Wanted {
    fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Strings => Type::List(Rc::new(Type::String)),
            Self::List => Type::List(Rc::new(Type::Any)),
            Self::Set => Type::Set(Rc::new(Type::Any)),
        }
    }
}

/// Every function by name.
static FUNCTIONS: LazyLock<BTreeMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let families = [
        control::FUNCTIONS,
        collection::FUNCTIONS,
        sequence::FUNCTIONS,
        set::FUNCTIONS,
        csv::FUNCTIONS,
        date::FUNCTIONS,
        encoding::FUNCTIONS,
        file::FUNCTIONS,
        format::FUNCTIONS,
        hash::FUNCTIONS,
        ip::FUNCTIONS,
        json::FUNCTIONS,
        numeric::FUNCTIONS,
        regex_replace::FUNCTIONS,
        rsa::FUNCTIONS,
        string::FUNCTIONS,
        uuid::FUNCTIONS,
        yaml_decode::FUNCTIONS,
        yaml_encode::FUNCTIONS,
    ];
    families.iter().flat_map(|family| family.iter()).map(|function| (function.name, function)).collect()
});

/// The names of all functions, in order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.keys().copied()
}

/// The argument in a place, as text; what the check of arguments has made sure of.
fn text(arguments: &[Value], at: usize) -> &str {
    arguments.get(at).and_then(Value::as_str).unwrap_or_default()
}

/// The text, where it is not too long.
fn bounded(text: &str) -> Outcome {
    if text.len() > MAX_TEXT { Err(FunctionError::too_long()) } else { Ok(Value::string(text)) }
}

/// The argument in a place as a whole number.
fn whole(arguments: &[Value], at: usize) -> Result<i64, FunctionError> {
    match arguments.get(at) {
        Some(Value::Number(number)) if number.as_i64().is_some() => Ok(number.as_i64().unwrap_or_default()),
        _ => Err(FunctionError::of_argument(at, "a whole number is needed")),
    }
}

/// The argument in a place as a double.
fn double(arguments: &[Value], at: usize) -> Result<f64, FunctionError> {
    let Some(Value::Number(number)) = arguments.get(at) else { return Ok(0.0) };
    let double = number.as_f64();
    if double.is_infinite() && !number.is_infinite() {
        return Err(FunctionError::of_argument(at, "the number is too large"));
    }
    Ok(double)
}
