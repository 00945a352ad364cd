//! sprig's arithmetic: whatever looks like a number is one, and what does not is zero.
//!
//! consul-template's own arithmetic, which is stricter, is elsewhere.

use super::conversion::float;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, Float, Int, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::literal;
use crate::template::print;
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("sprig_add", &[], Any, |_, arguments| Ok(fold(arguments.rest(0), 0, i64::wrapping_add))),
    Function::new("sprig_add1", &[Any], |_, arguments| Ok(Value::Int64(integer(arguments.value(0)).wrapping_add(1)))),
    Function::new("sprig_atoi", &[Text], atoi),
    Function::variadic("sprig_biggest", &[Any], Any, |_, arguments| Ok(fold(arguments.rest(0), i64::MIN, i64::max))),
    Function::new("sprig_ceil", &[Any], |_, arguments| Ok(Value::Float(number(arguments.value(0)).ceil()))),
    Function::new("sprig_div", &[Any, Any], |_, arguments| divide(arguments, i64::checked_div)),
    Function::new("sprig_float64", &[Any], |_, arguments| Ok(Value::Float(number(arguments.value(0))))),
    Function::new("sprig_floor", &[Any], |_, arguments| Ok(Value::Float(number(arguments.value(0)).floor()))),
    Function::new("sprig_int", &[Any], |_, arguments| Ok(Value::Int(integer(arguments.value(0))))),
    Function::new("sprig_int64", &[Any], |_, arguments| Ok(Value::Int64(integer(arguments.value(0))))),
    Function::variadic("sprig_max", &[Any], Any, |_, arguments| Ok(fold(arguments.rest(0), i64::MIN, i64::max))),
    Function::variadic("sprig_maxf", &[Any], Any, |_, arguments| extreme(arguments, |left, right| left < right)),
    Function::variadic("sprig_min", &[Any], Any, |_, arguments| Ok(fold(arguments.rest(0), i64::MAX, i64::min))),
    Function::variadic("sprig_minf", &[Any], Any, |_, arguments| extreme(arguments, |left, right| left > right)),
    Function::new("sprig_mod", &[Any, Any], |_, arguments| divide(arguments, i64::checked_rem)),
    Function::variadic("sprig_mul", &[Any], Any, |_, arguments| Ok(fold(arguments.rest(0), 1, i64::wrapping_mul))),
    Function::variadic("sprig_round", &[Any, Int], Float, round),
    Function::variadic("sprig_seq", &[], Int, seq),
    Function::new("sprig_sub", &[Any, Any], |_, arguments| {
        Ok(Value::Int64(integer(arguments.value(0)).wrapping_sub(integer(arguments.value(1)))))
    }),
    Function::new("sprig_toDecimal", &[Any], to_decimal),
    Function::new("sprig_until", &[Int], |context, arguments| {
        let end = arguments.int(0);
        Ok(Value::ints(steps(context, 0, end, if end < 0 { -1 } else { 1 })?))
    }),
    Function::new("sprig_untilStep", &[Int, Int, Int], |context, arguments| {
        Ok(Value::ints(steps(context, arguments.int(0), arguments.int(1), arguments.int(2))?))
    }),
];

/// A value as a whole number; zero where it is none.
pub(super) fn integer(value: &Value) -> i64 {
    match value {
        Value::Bool(truth) => i64::from(*truth),
        #[expect(clippy::cast_possible_truncation, reason = "the fraction is cut off")]
        Value::Float(number) => *number as i64,
        Value::String(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            let whole = match text.split_once('.') {
                Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
                _ => &text,
            };
            match literal::number(whole) {
                Ok(literal::Number { int: Some(int), is_float: false, .. }) => int,
                _ => 0,
            }
        }
        other => other.signed().or_else(|| other.unsigned().map(u64::cast_signed)).unwrap_or(0),
    }
}

/// A value as a floating-point number; zero where it is none.
#[expect(clippy::cast_precision_loss, reason = "Go converts it so")]
fn number(value: &Value) -> f64 {
    match value {
        Value::Bool(truth) => f64::from(*truth),
        Value::Float(number) => *number,
        Value::String(bytes) => std::str::from_utf8(bytes).ok().and_then(float).unwrap_or(0.0),
        other => other.signed().map_or_else(|| other.unsigned().unwrap_or(0) as f64, |number| number as f64),
    }
}

fn fold(values: &[Value], start: i64, combine: fn(i64, i64) -> i64) -> Value {
    Value::Int64(values.iter().map(integer).fold(start, combine))
}

fn divide(arguments: Arguments<'_>, divide: fn(i64, i64) -> Option<i64>) -> Result<Value, Failure> {
    let (left, right) = (integer(arguments.value(0)), integer(arguments.value(1)));
    match divide(left, right) {
        Some(result) => Ok(Value::Int64(result)),
        None if right == 0 => Err(Failure::new("a division by zero")),
        None => Err(Failure::new("a division whose result does not fit into 64 bits")),
    }
}

fn extreme(arguments: Arguments<'_>, loses: fn(f64, f64) -> bool) -> Result<Value, Failure> {
    let mut numbers = arguments.rest(0).iter().map(number);
    let first = numbers.next().unwrap_or(0.0);
    Ok(Value::Float(numbers.fold(first, |best, next| {
        if best.is_nan() || next.is_nan() {
            f64::NAN
        } else if loses(best, next) {
            next
        } else {
            best
        }
    })))
}

/// To so many places; a half goes up, or whatever fraction is given.
fn round(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let threshold = match arguments.value(2) {
        Value::Float(threshold) => *threshold,
        _ => 0.5,
    };
    let places = i32::try_from(arguments.int(1)).unwrap_or(i32::MAX);
    let scale = 10f64.powi(places);
    let scaled = scale * number(arguments.value(0));
    let rounded = if scaled.fract() >= threshold { scaled.ceil() } else { scaled.floor() };
    Ok(Value::Float(rounded / scale))
}

/// A decimal number; zero where it is none.
fn atoi(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::Int(arguments.text(0).ok().and_then(|text| text.parse().ok()).unwrap_or(0)))
}

/// An octal number, as for file modes.
fn to_decimal(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    print::plain(&mut out, arguments.value(0))?;
    let text = String::from_utf8_lossy(out.written()).into_owned();
    Ok(Value::Int64(i64::from_str_radix(&text, 8).unwrap_or(0)))
}

/// The numbers from a start towards an end, which is not among them.
fn steps(context: &Context<'_>, start: i64, end: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let mut numbers = Vec::new();
    let mut next = start;
    while step > 0 && next < end || step < 0 && next > end && end < start {
        context.budget.spend_items(2)?;
        numbers.push(next);
        match next.checked_add(step) {
            Some(number) => next = number,
            None => break,
        }
    }
    Ok(numbers)
}

/// `seq 3`, `seq 1 3`, `seq 1 2 7`, as the command of that name: start, step, end.
fn seq(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let (start, step, end) = match arguments.len() {
        1 => (1, None, arguments.int(0)),
        2 => (arguments.int(0), None, arguments.int(1)),
        3 => (arguments.int(0), Some(arguments.int(1)), arguments.int(2)),
        _ => return Ok(Value::string("")),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|step| step > 0) {
        return Ok(Value::string(""));
    }
    let numbers = steps(context, start, end.saturating_add(direction), step.unwrap_or(direction))?;
    let mut out = context.writer();
    for (index, number) in numbers.iter().enumerate() {
        if index > 0 {
            out.push(" ")?;
        }
        out.push(number.to_string())?;
    }
    Ok(Value::string(out.into_bytes()))
}
