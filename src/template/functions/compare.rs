//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
//!
//! Go's basic comparison only: lists and maps are compared by `sprig_deepEqual`.

use std::cmp::Ordering;

use crate::template::error::Failure;
use crate::template::function::Parameter::Any;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("eq", &[Any], Any, eq),
    Function::new("ne", &[Any, Any], ne),
    Function::new("lt", &[Any, Any], lt),
    Function::new("le", &[Any, Any], le),
    Function::new("gt", &[Any, Any], gt),
    Function::new("ge", &[Any, Any], ge),
];

/// Whether the first equals one of the others.
fn eq(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    if arguments.len() < 2 {
        return Err(Failure::new("`eq` with nothing to compare to"));
    }
    for other in arguments.rest(1) {
        if equal(arguments.value(0), other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn ne(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(!equal(arguments.value(0), arguments.value(1))?))
}

fn lt(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(order(arguments)? == Some(Ordering::Less)))
}

fn le(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(matches!(order(arguments)?, Some(Ordering::Less | Ordering::Equal))))
}

/// What is not less or equal is greater: so Go has it, for what is not a number too.
fn gt(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(!matches!(order(arguments)?, Some(Ordering::Less | Ordering::Equal))))
}

fn ge(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Bool(order(arguments)? != Some(Ordering::Less)))
}

fn equal(left: &Value, right: &Value) -> Result<bool, Failure> {
    match (left, right) {
        (Value::Nil, Value::Nil) => Ok(true),
        (Value::Nil, _) | (_, Value::Nil) => Ok(false),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::String(left), Value::String(right)) => Ok(left == right),
        #[expect(clippy::float_cmp, reason = "`eq` of two floats is exactly this")]
        (Value::Float(left), Value::Float(right)) => Ok(left == right),
        _ => integers(left, right).map(|(left, right)| left == right).ok_or_else(|| incomparable(left, right)),
    }
}

fn order(arguments: Arguments<'_>) -> Result<Option<Ordering>, Failure> {
    let (left, right) = (arguments.value(0), arguments.value(1));
    match (left, right) {
        (Value::String(left), Value::String(right)) => Ok(Some(left.cmp(right))),
        (Value::Float(left), Value::Float(right)) => Ok(left.partial_cmp(right)),
        _ => integers(left, right).map(|(left, right)| Some(left.cmp(&right))).ok_or_else(|| incomparable(left, right)),
    }
}

/// Both as integers, whatever their widths and signs.
fn integers(left: &Value, right: &Value) -> Option<(i128, i128)> {
    let integer = |value: &Value| value.signed().map(i128::from).or_else(|| value.unsigned().map(i128::from));
    Some((integer(left)?, integer(right)?))
}

fn incomparable(left: &Value, right: &Value) -> Failure {
    let (left, right) = (left.type_name(), right.type_name());
    let failure = Failure::new(format!("{left} and {right} cannot be compared"));
    match (left, right) {
        ("string", _) | (_, "string") => {
            failure.help("`parseInt` makes a number of a string, `print` a string of a number")
        }
        ("float64", _) | (_, "float64") => {
            failure.help("write a constant with a point, `1.0`, to compare it with a float")
        }
        _ => failure,
    }
}
