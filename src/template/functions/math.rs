//! consul-template's arithmetic: the last argument is the first operand, so that it can come by a pipe.
//!
//! Whole numbers wrap around as Go's do. sprig's arithmetic is elsewhere.

use crate::template::error::Failure;
use crate::template::function::Parameter::Any;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("add", &[Any, Any], add),
    Function::new("subtract", &[Any, Any], subtract),
    Function::new("multiply", &[Any, Any], multiply),
    Function::new("divide", &[Any, Any], divide),
    Function::new("modulo", &[Any, Any], modulo),
    Function::new("minimum", &[Any, Any], minimum),
    Function::new("maximum", &[Any, Any], maximum),
];

/// Two numbers of one type.
enum Pair {
    Signed(i64, i64),
    Unsigned(u64, u64),
    Float(f64, f64),
}

impl Pair {
    /// The operands in their order of reading, brought to one type: signed and unsigned make signed, a float makes
    /// floats.
    fn of(name: &str, arguments: Arguments<'_>) -> Result<Self, Failure> {
        let (left, right) = (arguments.value(1), arguments.value(0));
        if let (Some(left), Some(right)) = (left.unsigned(), right.unsigned()) {
            return Ok(Self::Unsigned(left, right));
        }
        if let (Some(left), Some(right)) = (whole(left), whole(right)) {
            return Ok(Self::Signed(left, right));
        }
        Ok(Self::Float(number(name, left)?, number(name, right)?))
    }
}

fn whole(value: &Value) -> Option<i64> {
    value.signed().or_else(|| value.unsigned().map(u64::cast_signed))
}

#[expect(clippy::cast_precision_loss, reason = "Go converts it so")]
fn number(name: &str, value: &Value) -> Result<f64, Failure> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::Uint64(number) => Ok(*number as f64),
        other => {
            other.signed().map(|number| number as f64).or_else(|| other.unsigned().map(|n| n as f64)).ok_or_else(|| {
                let failure = Failure::new(format!("`{name}` of a value of type {}", other.type_name()));
                failure.help("`parseInt` and `parseFloat` make a number of a string")
            })
        }
    }
}

fn add(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(match Pair::of("add", arguments)? {
        Pair::Signed(left, right) => Value::Int64(left.wrapping_add(right)),
        Pair::Unsigned(left, right) => Value::Uint64(left.wrapping_add(right)),
        Pair::Float(left, right) => Value::Float(left + right),
    })
}

fn subtract(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(match Pair::of("subtract", arguments)? {
        Pair::Signed(left, right) => Value::Int64(left.wrapping_sub(right)),
        Pair::Unsigned(left, right) => Value::Uint64(left.wrapping_sub(right)),
        Pair::Float(left, right) => Value::Float(left - right),
    })
}

fn multiply(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(match Pair::of("multiply", arguments)? {
        Pair::Signed(left, right) => Value::Int64(left.wrapping_mul(right)),
        Pair::Unsigned(left, right) => Value::Uint64(left.wrapping_mul(right)),
        Pair::Float(left, right) => Value::Float(left * right),
    })
}

fn divide(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    match Pair::of("divide", arguments)? {
        Pair::Signed(_, 0) | Pair::Unsigned(_, 0) => Err(Failure::new("`divide` by zero")),
        Pair::Signed(left, right) => Ok(Value::Int64(left.wrapping_div(right))),
        Pair::Unsigned(left, right) => Ok(Value::Uint64(left / right)),
        Pair::Float(left, right) => Ok(Value::Float(left / right)),
    }
}

fn modulo(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    match Pair::of("modulo", arguments)? {
        Pair::Signed(_, 0) | Pair::Unsigned(_, 0) => Err(Failure::new("`modulo` by zero")),
        Pair::Signed(left, right) => Ok(Value::Int64(left.wrapping_rem(right))),
        Pair::Unsigned(left, right) => Ok(Value::Uint64(left % right)),
        Pair::Float(..) => Err(Failure::new("`modulo` of a value of type float64").help("it wants whole numbers")),
    }
}

fn minimum(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let left_wins = match Pair::of("minimum", arguments)? {
        Pair::Signed(left, right) => left < right,
        Pair::Unsigned(left, right) => left < right,
        Pair::Float(left, right) => left < right,
    };
    Ok(chosen(arguments, left_wins))
}

fn maximum(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let left_wins = match Pair::of("maximum", arguments)? {
        Pair::Signed(left, right) => left > right,
        Pair::Unsigned(left, right) => left > right,
        Pair::Float(left, right) => left > right,
    };
    Ok(chosen(arguments, left_wins))
}

/// One of the operands, in the widest type of its kind.
fn chosen(arguments: Arguments<'_>, left_wins: bool) -> Value {
    match arguments.value(usize::from(left_wins)) {
        Value::Int(number) => Value::Int64(*number),
        Value::Byte(number) => Value::Uint64((*number).into()),
        other => other.clone(),
    }
}
