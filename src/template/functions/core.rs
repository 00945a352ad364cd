//! The functions of text/template itself, but for comparison and escaping.
//!
//! `and` and `or` are here by name only: they evaluate their own arguments.

use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, String as Text};
use crate::template::function::{Arguments, Body, Context, Function};
use crate::template::print;
use crate::template::value::{Key, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "and", parameters: &[Any], rest: Some(Any), body: Body::And },
    Function { name: "or", parameters: &[Any], rest: Some(Any), body: Body::Or },
    Function { name: "executeTemplate", parameters: &[Text], rest: Some(Any), body: Body::ExecuteTemplate },
    Function::variadic("call", &[Any], Any, call),
    Function::variadic("index", &[Any], Any, index),
    Function::new("len", &[Any], len),
    Function::new("not", &[Any], |_, arguments| Ok(Value::Bool(!arguments.value(0).is_true()))),
    Function::variadic("print", &[], Any, print),
    Function::variadic("printf", &[Text], Any, printf),
    Function::variadic("println", &[], Any, println),
    Function::variadic("slice", &[Any], Any, slice),
];

/// There are no values that are functions: always an error, as in Go.
fn call(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let given = arguments.value(0).type_name();
    Err(Failure::new(format!("`call` of a value of type {given}")).help("no value is a function: call it by its name"))
}

fn print(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    print::print(&mut out, arguments.rest(0))?;
    Ok(Value::string(out.into_bytes()))
}

fn println(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    print::println(&mut out, arguments.rest(0))?;
    Ok(Value::string(out.into_bytes()))
}

fn printf(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    print::printf(&mut out, arguments.bytes(0), arguments.rest(1))?;
    Ok(Value::string(out.into_bytes()))
}

fn len(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let length = match arguments.value(0) {
        Value::String(bytes) => bytes.len(),
        Value::List(list) => list.items.len(),
        Value::Map(map) => map.entries.len(),
        Value::Loop(..) => 0,
        other => return Err(Failure::new(format!("a value of type {} has no length", other.type_name()))),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// `index x 1 "a"` is `x[1]["a"]`.
fn index(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut item = arguments.value(0).clone();
    for index in arguments.rest(1) {
        item = match &item {
            Value::List(list) => list.items[position(index, list.items.len(), false)?].clone(),
            Value::String(bytes) => Value::Byte(bytes[position(index, bytes.len(), false)?]),
            Value::Map(map) => {
                let key = match index {
                    Value::String(bytes) => Key::String(bytes.clone()),
                    Value::Int(number) if map.any_key => Key::Int(*number),
                    Value::Bool(truth) if map.any_key => Key::Bool(*truth),
                    Value::Float(number) if map.any_key => Key::Float(*number),
                    other => {
                        return Err(Failure::new(format!("a map's key is a string, this is {}", other.type_name())));
                    }
                };
                map.entries.get(&key).cloned().unwrap_or_else(|| map.element.zero())
            }
            other => return Err(Failure::new(format!("a value of type {} cannot be indexed", other.type_name()))),
        };
    }
    if matches!(arguments.value(0), Value::Nil) {
        return Err(Failure::new("`index` of no value").help("guard it with `with` or `if`"));
    }
    Ok(item)
}

/// `slice x 1 2` is `x[1:2]`.
fn slice(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let (value, indexes) = (arguments.value(0), arguments.rest(1));
    let most = if matches!(value, Value::String(_)) { 2 } else { 3 };
    if indexes.len() > most {
        return Err(Failure::new(format!("`slice` of this takes at most {most} indexes")));
    }
    let length = match value {
        Value::String(bytes) => bytes.len(),
        Value::List(list) => list.items.len(),
        other => return Err(Failure::new(format!("a value of type {} cannot be sliced", other.type_name()))),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, length, true)?;
    }
    let [start, end, capacity] = bounds;
    if start > end || end > capacity {
        return Err(Failure::new(format!("the slice ends before it begins: {start} to {end}")));
    }
    match value {
        Value::List(list) => Value::list_of(list.element, list.items[start..end].to_vec()),
        _ => Ok(Value::string(&arguments.bytes(0)[start..end])),
    }
}

/// An index within a length; as the end of a slice it may be the length.
fn position(index: &Value, length: usize, may_be_end: bool) -> Result<usize, Failure> {
    let number = match index.signed() {
        Some(number) => u64::try_from(number).ok(),
        None => Some(
            index
                .unsigned()
                .ok_or_else(|| Failure::new(format!("an index is a whole number, this is {}", index.type_name())))?,
        ),
    };
    let limit = length + usize::from(may_be_end);
    number.and_then(|number| usize::try_from(number).ok()).filter(|number| *number < limit).ok_or_else(|| {
        let shown = number.map_or_else(|| "a negative number".to_owned(), |number| number.to_string());
        Failure::new(format!("the index {shown} in what has a length of {length}")).help("the first one is 0")
    })
}
