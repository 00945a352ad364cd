//! What comes from outside: the environment, files, the time; and the scratch store.
//!
//! Through the [`World`](crate::template::World) only.

use super::layout;
use crate::template::error::Failure;
use crate::template::function::Parameter::String as Text;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("env", &[Text], env),
    Function::new("envOrDefault", &[Text, Text], env_or_default),
    Function::new("mustEnv", &[Text], must_env),
    Function::new("file", &[Text], file),
    Function::new("scratch", &[], |_, _| Ok(Value::Scratch)),
    Function::variadic("timestamp", &[], Text, timestamp),
];

/// A variable that is not there is empty.
fn env(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(Value::string(context.world.variable(arguments.text(0)?).unwrap_or_default()))
}

/// A variable that is there and empty stays empty.
fn env_or_default(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    Ok(match context.world.variable(arguments.text(0)?) {
        Some(value) => Value::string(value),
        None => arguments.value(1).clone(),
    })
}

fn must_env(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let name = arguments.text(0)?;
    match context.world.variable(name) {
        Some(value) if !value.is_empty() => Ok(Value::string(value)),
        _ => Err(Failure::new(format!("the environment variable {name:?} is empty or not set"))
            .help("set it in the task's `env` block, or use `envOrDefault`")),
    }
}

fn file(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let path = arguments.text(0)?;
    if path.is_empty() {
        return Ok(Value::string(""));
    }
    match context.world.file(path) {
        Ok(bytes) => Ok(Value::string(bytes)),
        Err(error) => Err(Failure::new(format!("the file {path:?} cannot be read: {error}"))
            .help("`file` reads inside the task's directory only")),
    }
}

/// The time in UTC, as RFC 3339, in seconds (`"unix"`) or in a layout of Go's.
fn timestamp(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let now = context.world.now();
    match arguments.len() {
        0 => Ok(Value::string(layout::format(now, "2006-01-02T15:04:05Z07:00"))),
        1 if arguments.bytes(0) == b"unix" => Ok(Value::string(now.as_second().to_string())),
        1 => Ok(Value::string(layout::format(now, arguments.text(0)?))),
        given => Err(Failure::new(format!("`timestamp` wants one argument at most, this gives it {given}"))),
    }
}
