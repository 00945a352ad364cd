//! sprig's defaults, types and flow; paths.
//!
//! Names begin with `sprig_`, as consul-template has them.

use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, Bool, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{List, Map, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("sprig_all", &[], Any, |_, arguments| {
        Ok(Value::Bool(arguments.rest(0).iter().all(Value::is_true)))
    }),
    Function::variadic("sprig_any", &[], Any, |_, arguments| {
        Ok(Value::Bool(arguments.rest(0).iter().any(Value::is_true)))
    }),
    Function::new("sprig_base", &[Text], |_, arguments| path(arguments, base)),
    Function::new("sprig_clean", &[Text], |_, arguments| path(arguments, clean)),
    Function::variadic("sprig_coalesce", &[], Any, |_, arguments| {
        Ok(arguments.rest(0).iter().find(|value| value.is_true()).cloned().unwrap_or(Value::Nil))
    }),
    Function::new("sprig_deepCopy", &[Any], |_, arguments| Ok(arguments.value(0).clone())),
    Function::new("sprig_deepEqual", &[Any, Any], |context, arguments| {
        Ok(Value::Bool(deep_equal(context, arguments.value(0), arguments.value(1))?))
    }),
    Function::variadic("sprig_default", &[Any], Any, |_, arguments| {
        // The first given value, or the default where it is empty.
        Ok(arguments.value(usize::from(arguments.value(1).is_true())).clone())
    }),
    Function::new("sprig_dir", &[Text], |_, arguments| path(arguments, dir)),
    Function::new("sprig_empty", &[Any], |_, arguments| Ok(Value::Bool(!arguments.value(0).is_true()))),
    Function::new("sprig_ext", &[Text], |_, arguments| path(arguments, ext)),
    Function::new("sprig_fail", &[Text], |_, arguments| {
        Err(Failure::new(String::from_utf8_lossy(arguments.bytes(0)).into_owned()))
    }),
    Function::new("sprig_hello", &[], |_, _| Ok(Value::string("Hello!"))),
    Function::new("sprig_isAbs", &[Text], |_, arguments| Ok(Value::Bool(arguments.bytes(0).starts_with(b"/")))),
    Function::new("sprig_kindIs", &[Text, Any], |_, arguments| {
        Ok(Value::Bool(arguments.bytes(0) == kind(arguments.value(1)).as_bytes()))
    }),
    Function::new("sprig_kindOf", &[Any], |_, arguments| Ok(Value::string(kind(arguments.value(0))))),
    Function::new("sprig_mustDeepCopy", &[Any], |_, arguments| Ok(arguments.value(0).clone())),
    Function::new("sprig_osBase", &[Text], |_, arguments| path(arguments, base)),
    Function::new("sprig_osClean", &[Text], |_, arguments| path(arguments, clean)),
    Function::new("sprig_osDir", &[Text], |_, arguments| path(arguments, dir)),
    Function::new("sprig_osExt", &[Text], |_, arguments| path(arguments, ext)),
    Function::new("sprig_osIsAbs", &[Text], |_, arguments| Ok(Value::Bool(arguments.bytes(0).starts_with(b"/")))),
    Function::new("sprig_ternary", &[Any, Any, Bool], |_, arguments| {
        Ok(arguments.value(usize::from(!arguments.bool(2))).clone())
    }),
    Function::new("sprig_typeIs", &[Text, Any], |_, arguments| Ok(type_is(arguments))),
    Function::new("sprig_typeIsLike", &[Text, Any], |_, arguments| Ok(type_is(arguments))),
    Function::new("sprig_typeOf", &[Any], |_, arguments| Ok(Value::string(arguments.value(0).type_name()))),
];

fn type_is(arguments: Arguments<'_>) -> Value {
    Value::Bool(arguments.bytes(0) == arguments.value(1).type_name().as_bytes())
}

/// What Go calls the kind of a type.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "invalid",
        Value::List(_) => "slice",
        Value::Map(_) => "map",
        Value::Loop(..) => "chan",
        Value::Scratch => "ptr",
        other => other.type_name(),
    }
}

/// Whether two values are of one type and equal all the way down.
pub(super) fn deep_equal(context: &Context<'_>, left: &Value, right: &Value) -> Result<bool, Failure> {
    context.budget.spend_items(1)?;
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            let List { element, items, .. } = &**left;
            if *element != right.element || items.len() != right.items.len() {
                return Ok(false);
            }
            for (left, right) in items.iter().zip(&right.items) {
                if !deep_equal(context, left, right)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Map(left), Value::Map(right)) => {
            let Map { any_key, element, entries, .. } = &**left;
            if *any_key != right.any_key || *element != right.element || entries.len() != right.entries.len() {
                return Ok(false);
            }
            for ((left_key, left), (right_key, right)) in entries.iter().zip(&right.entries) {
                if left_key != right_key || !deep_equal(context, left, right)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::String(left), Value::String(right)) => Ok(left == right),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        #[expect(clippy::float_cmp, reason = "Go's equality of floats is this")]
        (Value::Float(left), Value::Float(right)) => Ok(left == right),
        (Value::Nil, Value::Nil) => Ok(true),
        _ => Ok(left.type_name() == right.type_name()
            && (left.signed(), left.unsigned()) == (right.signed(), right.unsigned())
            && (left.signed().is_some() || left.unsigned().is_some())),
    }
}

fn path(arguments: Arguments<'_>, compute: impl FnOnce(&str) -> String) -> Result<Value, Failure> {
    Ok(Value::string(compute(arguments.text(0)?)))
}

/// The last element of a path.
fn base(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some(last) if !last.is_empty() => last.to_owned(),
        _ if path.is_empty() => ".".to_owned(),
        _ => "/".to_owned(),
    }
}

/// All but the last element.
fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}

/// From the last point of the last element on.
fn ext(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rfind('.').map_or("", |at| &name[at..]).to_owned()
}

/// Without `.`, `..` and doubled slashes, as far as the text alone tells.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut elements: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." if elements.last().is_some_and(|last| *last != "..") => {
                elements.pop();
            }
            ".." if rooted => {}
            element => elements.push(element),
        }
    }
    let joined = elements.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
