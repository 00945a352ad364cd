//! `in`, `contains` and its kin, and `loop`.
//!
//! Of lists by their elements, of strings by their parts.

use super::text::find;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, List};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("contains", &[Any, Any], |_, arguments| {
        Ok(Value::Bool(holds(arguments.value(1), arguments.value(0))))
    }),
    Function::new("containsAll", &[List, Any], |context, arguments| some(context, arguments, true, true)),
    Function::new("containsAny", &[List, Any], |context, arguments| some(context, arguments, false, false)),
    Function::new("containsNone", &[List, Any], |context, arguments| some(context, arguments, true, false)),
    Function::new("containsNotAll", &[List, Any], |context, arguments| some(context, arguments, false, true)),
    Function::new("in", &[Any, Any], |_, arguments| Ok(Value::Bool(holds(arguments.value(0), arguments.value(1))))),
    Function::variadic("loop", &[], Any, loop_),
];

/// Whether a list has an element, or a string a part. Numbers equal numbers of their kind only.
fn holds(container: &Value, sought: &Value) -> bool {
    match (container, sought) {
        (Value::List(list), sought) => list.items.iter().any(|item| match (item, sought) {
            (Value::String(item), Value::String(sought)) => item == sought,
            #[expect(clippy::float_cmp, reason = "an element is found by being exactly equal")]
            (Value::Float(item), Value::Float(sought)) => item == sought,
            (item, sought) => item.signed().is_some() && item.signed() == sought.signed(),
        }),
        (Value::String(text), Value::String(sought)) => find(text, sought).is_some(),
        _ => false,
    }
}

/// Goes through the sought until one is found, or one is not; answers `otherwise` at the end.
fn some(
    context: &Context<'_>,
    arguments: Arguments<'_>,
    otherwise: bool,
    until_missing: bool,
) -> Result<Value, Failure> {
    for sought in arguments.items(0) {
        context.budget.spend_items(1 + arguments.value(1).size() / 16)?;
        if holds(arguments.value(1), sought) != until_missing {
            return Ok(Value::Bool(!otherwise));
        }
    }
    Ok(Value::Bool(otherwise))
}

/// The numbers from zero or a start up to an end, which is not among them.
fn loop_(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    match arguments.len() {
        1 => Ok(Value::Loop(0, bound(arguments.value(0))?)),
        2 => Ok(Value::Loop(bound(arguments.value(0))?, bound(arguments.value(1))?)),
        given => Err(Failure::new(format!("`loop` wants one argument or two, this gives it {given}"))),
    }
}

fn bound(value: &Value) -> Result<i64, Failure> {
    let number = match value {
        Value::String(bytes) if bytes.is_empty() => Some(0),
        Value::String(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()),
        other => other.signed().or_else(|| other.unsigned().map(u64::cast_signed)),
    };
    number.ok_or_else(|| Failure::new(format!("`loop` to what is not a whole number but {}", value.type_name())))
}
