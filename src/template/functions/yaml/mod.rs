//! YAML as consul-template reads and writes it: by the rules of YAML 1.1 for what a plain word means.
//!
//! The grammar is the parser crate's; here is only what Go's yaml.v2 makes of it.

mod emitter;
mod reader;
mod resolve;

use super::text::trimmed_space;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("parseYAML", &[Text], parse_yaml), Function::new("toYAML", &[Any], to_yaml)];

/// An empty string is an empty map.
fn parse_yaml(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    if text.is_empty() {
        return Value::map(std::collections::BTreeMap::new());
    }
    reader::read(&context.budget, text)
}

fn to_yaml(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    emitter::write(&mut out, arguments.value(0))?;
    Ok(Value::string(trimmed_space(out.written())))
}
