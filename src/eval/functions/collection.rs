//! Maps and objects, and what works on any collection.

use std::collections::BTreeMap;

use super::{Function, FunctionError, Null, Outcome, Parameter, Wanted, text, whole};
use crate::eval::unify::{Safety, unify};
use crate::eval::{Entries, Type, Value, convert, equals};

const COLLECTION: Parameter = Parameter::new("collection", Wanted::Any);
const MAP: Parameter = Parameter::new("map", Wanted::Any);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("coalesce", &[], coalesce).variadic(Parameter::new("values", Wanted::Any).null(Null::Allowed)),
    Function::new(
        "contains",
        &[Parameter::new("list", Wanted::Any), Parameter::new("value", Wanted::Any).null(Null::Typed)],
        contains,
    ),
    Function::new("index", &[COLLECTION, Parameter::new("key", Wanted::Any)], index),
    Function::new("keys", &[MAP], keys),
    Function::new("length", &[COLLECTION], length),
    Function::new(
        "lookup",
        &[MAP, Parameter::new("key", Wanted::String), Parameter::new("default", Wanted::Any)],
        lookup,
    ),
    Function::new("merge", &[], merge).variadic(Parameter::new("maps", Wanted::Any).null(Null::Allowed)),
    Function::new("values", &[MAP], values),
    Function::new("zipmap", &[Parameter::new("keys", Wanted::Strings), Parameter::new("values", Wanted::Any)], zipmap),
];

fn coalesce(arguments: &[Value]) -> Outcome {
    let types: Vec<Type> = arguments.iter().map(Value::type_of).collect();
    let Some(common) = unify(&types, Safety::Unsafe) else {
        return Err(FunctionError::new("the arguments have no type in common"));
    };
    match arguments.iter().find(|argument| !argument.is_null()) {
        Some(found) => convert(found, &common).map_err(FunctionError::new),
        None => Err(FunctionError::new("every argument is null")),
    }
}

fn contains(arguments: &[Value]) -> Outcome {
    match arguments {
        [list, value] => match list.elements() {
            Some(items) => Ok(Value::Bool(items.iter().any(|item| equals(value, item)))),
            None => Err(FunctionError::of_argument(0, "a list or set is needed")),
        },
        _ => Err(FunctionError::new("two arguments are needed")),
    }
}

fn index(arguments: &[Value]) -> Outcome {
    let [collection, key] = arguments else { return Err(FunctionError::new("two arguments are needed")) };
    match (collection, key) {
        (Value::Tuple(_) | Value::List(_), Value::Number(_)) => {
            let items = collection.elements().unwrap_or_default();
            let at = whole(arguments, 1)?;
            let found = usize::try_from(at).ok().and_then(|at| items.get(at));
            found.cloned().ok_or_else(|| FunctionError::of_argument(1, format!("there are {} elements", items.len())))
        }
        (Value::Map(mapping), Value::String(name)) => mapping
            .entries
            .get(name)
            .cloned()
            .ok_or_else(|| FunctionError::of_argument(1, format!("there is no key {name:?}"))),
        (Value::Tuple(_) | Value::List(_), _) => Err(FunctionError::of_argument(1, "a number is needed")),
        (Value::Map(_), _) => Err(FunctionError::of_argument(1, "a string is needed")),
        _ => Err(FunctionError::of_argument(0, "a list or map is needed")),
    }
}

fn keys(arguments: &[Value]) -> Outcome {
    match arguments {
        [Value::Map(mapping)] => Ok(Value::strings(mapping.entries.keys().map(|key| &**key))),
        [Value::Object(entries)] => Ok(Value::tuple(entries.keys().cloned().map(Value::String).collect())),
        _ => Err(FunctionError::of_argument(0, "a map or object is needed")),
    }
}

fn length(arguments: &[Value]) -> Outcome {
    let length = match arguments {
        [Value::Map(mapping)] => Some(mapping.entries.len()),
        [other] => other.elements().map(<[Value]>::len),
        _ => None,
    };
    match length {
        Some(length) => Ok(Value::from(i64::try_from(length).unwrap_or(i64::MAX))),
        None if matches!(arguments, [Value::String(_)]) => {
            Err(FunctionError::of_argument(0, "a list, set or map is needed; for a string use `strlen`"))
        }
        None if matches!(arguments, [Value::Object(_)]) => {
            Err(FunctionError::of_argument(0, "a list, set or map is needed; for an object use `length(keys(…))`"))
        }
        None => Err(FunctionError::of_argument(0, "a list, set or map is needed")),
    }
}

fn lookup(arguments: &[Value]) -> Outcome {
    let [map, _, default] = arguments else { return Err(FunctionError::new("three arguments are needed")) };
    let key = text(arguments, 1);
    match map {
        Value::Object(entries) => Ok(entries.get(key).unwrap_or(default).clone()),
        Value::Map(mapping) => {
            let default = convert(default, &mapping.element)
                .map_err(|error| FunctionError::of_argument(2, format!("it has another type than the map: {error}")))?;
            Ok(mapping.entries.get(key).cloned().unwrap_or(default))
        }
        _ => Err(FunctionError::of_argument(0, "a map or object is needed")),
    }
}

/// Later keys win. Maps of one type make a map, anything else an object; nulls are skipped.
fn merge(arguments: &[Value]) -> Outcome {
    let mut merged = BTreeMap::new();
    let mut map_type: Option<Option<Type>> = None;
    let mut untyped = false;
    for (at, argument) in arguments.iter().enumerate() {
        let element = match argument {
            Value::Null(Type::Any) => {
                untyped = true;
                continue;
            }
            // Behind an untyped null nothing is looked at but what there is to merge, as cty has it.
            Value::Null(_) if untyped => continue,
            Value::Null(Type::Object(_)) => continue,
            Value::Null(Type::Map(element)) => Some((**element).clone()),
            Value::Map(mapping) => Some(mapping.element.clone()),
            Value::Object(_) => None,
            _ if untyped => return Err(FunctionError::of_argument(at, "a map or object is needed")),
            other => {
                return Err(FunctionError::of_argument(
                    at,
                    format!("a map or object is needed, not a {}", other.kind()),
                ));
            }
        };
        map_type = match map_type {
            None => Some(element),
            Some(first) if first == element => Some(first),
            Some(_) => Some(None),
        };
        if let Some(entries) = argument.entries() {
            merged.extend(entries.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
    }
    let entries: Entries = merged.into_iter().collect();
    match map_type {
        Some(Some(element)) if !untyped => Ok(Value::map(element, entries)),
        _ => Ok(Value::Object(entries)),
    }
}

fn values(arguments: &[Value]) -> Outcome {
    match arguments {
        [Value::Map(mapping)] => Ok(Value::list(mapping.element.clone(), mapping.entries.values().cloned().collect())),
        [Value::Object(entries)] => Ok(Value::tuple(entries.values().cloned().collect())),
        _ => Err(FunctionError::of_argument(0, "a map or object is needed")),
    }
}

fn zipmap(arguments: &[Value]) -> Outcome {
    let [keys, values] = arguments else { return Err(FunctionError::new("two arguments are needed")) };
    let keys = keys.elements().unwrap_or_default();
    let items = match values {
        Value::List(sequence) => &sequence.items,
        Value::Tuple(items) => &**items,
        _ => return Err(FunctionError::of_argument(1, "a list is needed")),
    };
    if keys.len() != items.len() {
        return Err(FunctionError::new(format!("{} keys and {} values", keys.len(), items.len())));
    }
    let mut entries = Vec::with_capacity(keys.len());
    for (at, (key, value)) in keys.iter().zip(items).enumerate() {
        match key {
            Value::String(name) => entries.push((name.clone(), value.clone())),
            _ => return Err(FunctionError::of_argument(0, format!("key {at} is null"))),
        }
    }
    let entries = entries.into_iter().collect();
    Ok(match values {
        Value::List(sequence) => Value::map(sequence.element.clone(), entries),
        _ => Value::Object(entries),
    })
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"coalesce(null, "b")"#, r#""b""#),
            (r#"coalesce(null, 1, "x")"#, r#""1""#),
            (r#"contains(["a", 1], 1)"#, "true"),
            (r#"contains([1], "1")"#, "false"),
            (r#"contains(convert(["a"], set(string)), "a")"#, "true"),
            (r#"index(["a", "b"], 1)"#, r#""b""#),
            (r#"index(convert({a = 1}, map(number)), "a")"#, "1"),
            ("keys({b = 1, a = 2})", r#"["a","b"]"#),
            ("keys(convert({b = 1}, map(number)))", r#"["b"]"#),
            ("length([1, 2])", "2"),
            ("length(convert({a = 1}, map(number)))", "1"),
            (r#"lookup({a = 1}, "b", "none")"#, r#""none""#),
            (r#"lookup(convert({a = 1}, map(number)), "b", "2")"#, "2"),
            ("merge({a = 1}, {b = 2}, {a = 3})", r#"{"a":3,"b":2}"#),
            ("merge({a = 1}, null)", r#"{"a":1}"#),
            ("merge()", "{}"),
            ("merge(convert({a = 1}, map(number)), convert({b = 2}, map(number)))", r#"{"a":1,"b":2}"#),
            ("values({b = 1, a = 2})", "[2,1]"),
            ("values({})", "[]"),
            (r#"zipmap(["a", "b"], [1, "x"])"#, r#"{"a":1,"b":"x"}"#),
            ("zipmap([], [])", "{}"),
            (r#"zipmap(["a"], convert([1], list(number)))"#, r#"{"a":1}"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "coalesce()",
            "coalesce(null, null)",
            "coalesce([1], {})",
            r#"contains("a", "a")"#,
            r#"index(["a"], 1)"#,
            r#"index(["a"], "0")"#,
            r#"index({a = 1}, "a")"#,
            "keys([1])",
            r#"length("abc")"#,
            "length({a = 1})",
            "length(null)",
            r#"lookup({a = 1}, "b")"#,
            r#"lookup([1], "a", 1)"#,
            "merge({a = 1}, [1])",
            "values([1])",
            r#"zipmap(["a"], [1, 2])"#,
            "zipmap([null], [1])",
            r#"zipmap(["a"], "x")"#,
        ]);
    }
}
