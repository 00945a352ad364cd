//! Lists and tuples.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Function, FunctionError, Null, Outcome, Parameter, Wanted, whole};
use crate::eval::convert::{common_type, typed_null};
use crate::eval::equality::identity;
use crate::eval::unify::{Safety, unify};
use crate::eval::{Type, Value, convert};

const LIST: Parameter = Parameter::new("list", Wanted::List);
const SEQUENCE: Parameter = Parameter::new("list", Wanted::Any);
const NEEDED: &str = "a list is needed";

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chunklist", &[LIST, Parameter::new("size", Wanted::Number)], chunklist),
    Function::new("coalescelist", &[], coalescelist).variadic(Parameter::new("lists", Wanted::Any).null(Null::Allowed)),
    Function::new("compact", &[Parameter::new("list", Wanted::Strings)], |arguments| {
        let kept = elements(arguments).iter().filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
        Ok(Value::list(Type::String, kept.cloned().collect()))
    }),
    Function::new("concat", &[], concat).variadic(Parameter::new("lists", Wanted::Any)),
    Function::new("distinct", &[LIST], distinct),
    Function::new("element", &[SEQUENCE, Parameter::new("index", Wanted::Number)], element),
    Function::new("flatten", &[SEQUENCE], flatten),
    Function::new(
        "slice",
        &[SEQUENCE, Parameter::new("start", Wanted::Number), Parameter::new("end", Wanted::Number)],
        slice,
    ),
    Function::new("sort", &[Parameter::new("list", Wanted::Strings)], sort),
];

fn elements(arguments: &[Value]) -> &[Value] {
    arguments.first().and_then(Value::elements).unwrap_or_default()
}

fn element_type(value: &Value) -> Type {
    match value {
        Value::List(sequence) | Value::Set(sequence) => sequence.element.clone(),
        _ => Type::Any,
    }
}

fn chunklist(arguments: &[Value]) -> Outcome {
    let [list, _] = arguments else { return Err(FunctionError::new("two arguments are needed")) };
    let items = elements(arguments);
    let Ok(size) = usize::try_from(whole(arguments, 1)?) else {
        return Err(FunctionError::of_argument(1, "the size is not negative"));
    };
    let element = element_type(list);
    let chunk = |items: &[Value]| Value::list(element.clone(), items.to_vec());
    let chunks = match (items.is_empty(), size) {
        (true, _) => Vec::new(),
        (false, 0) => vec![list.clone()],
        (false, size) => items.chunks(size).map(chunk).collect(),
    };
    Ok(Value::list(list.type_of(), chunks))
}

fn coalescelist(arguments: &[Value]) -> Outcome {
    let is_sequence = |argument: &Value| {
        matches!(argument, Value::List(_) | Value::Tuple(_) | Value::Null(Type::List(_) | Type::Tuple(_)))
    };
    if let Some(at) = arguments.iter().position(|argument| !is_sequence(argument)) {
        return Err(FunctionError::of_argument(at, NEEDED));
    }
    let found = arguments.iter().find(|argument| argument.elements().is_some_and(|items| !items.is_empty()));
    found.cloned().ok_or_else(|| FunctionError::new("every list is empty"))
}

/// Lists of one type make a list, anything else a tuple.
fn concat(arguments: &[Value]) -> Outcome {
    if arguments.is_empty() {
        return Err(FunctionError::new("at least one list is needed"));
    }
    if arguments.iter().all(|argument| matches!(argument, Value::List(_))) {
        let types: Vec<Type> = arguments.iter().map(Value::type_of).collect();
        if let Some(common) = unify(&types, Safety::Unsafe) {
            let mut items = Vec::new();
            for (at, argument) in arguments.iter().enumerate() {
                let list = convert(argument, &common).map_err(|error| FunctionError::of_argument(at, error))?;
                items.extend_from_slice(list.elements().unwrap_or_default());
            }
            let Type::List(element) = &common else { return Ok(Value::tuple(items)) };
            return Ok(list_of(items, element));
        }
    }
    let mut items = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        match argument {
            Value::List(_) | Value::Tuple(_) => items.extend_from_slice(argument.elements().unwrap_or_default()),
            other => return Err(FunctionError::of_argument(at, format!("{NEEDED}, not a {}", other.kind()))),
        }
    }
    Ok(Value::tuple(items))
}

/// A list of elements that have one type, or none where it is empty.
fn list_of(items: Vec<Value>, empty: &Type) -> Value {
    let element = if items.is_empty() { None } else { common_type(&items) }.unwrap_or_else(|| empty.clone());
    let items = items.into_iter().map(|item| typed_null(item, &element)).collect();
    Value::list(element, items)
}

fn distinct(arguments: &[Value]) -> Outcome {
    let [list] = arguments else { return Err(FunctionError::new(NEEDED)) };
    let items = elements(arguments);
    let mut seen = HashSet::new();
    let kept = items.iter().filter(|item| seen.insert(identity(item)));
    Ok(Value::list(element_type(list), kept.cloned().collect()))
}

fn element(arguments: &[Value]) -> Outcome {
    let items = match arguments.first() {
        Some(list @ (Value::List(_) | Value::Tuple(_))) => list.elements().unwrap_or_default(),
        _ => return Err(FunctionError::of_argument(0, NEEDED)),
    };
    let index = whole(arguments, 1)?;
    let Ok(length) = i64::try_from(items.len()) else { return Err(FunctionError::of_argument(0, NEEDED)) };
    if length == 0 {
        return Err(FunctionError::of_argument(0, "the list is empty"));
    }
    let at = usize::try_from(index.rem_euclid(length)).unwrap_or_default();
    items.get(at).cloned().ok_or_else(|| FunctionError::of_argument(0, NEEDED))
}

fn flatten(arguments: &[Value]) -> Outcome {
    let [list] = arguments else { return Err(FunctionError::new(NEEDED)) };
    if list.elements().is_none() {
        return Err(FunctionError::of_argument(0, NEEDED));
    }
    let mut flat = Vec::new();
    flatten_into(list, &mut flat);
    Ok(Value::tuple(flat))
}

fn flatten_into(value: &Value, flat: &mut Vec<Value>) {
    match value.elements() {
        Some(items) => items.iter().for_each(|item| flatten_into(item, flat)),
        None => flat.push(value.clone()),
    }
}

fn slice(arguments: &[Value]) -> Outcome {
    let items = match arguments.first() {
        Some(list @ (Value::List(_) | Value::Tuple(_))) => list.elements().unwrap_or_default(),
        Some(Value::Set(_)) => {
            return Err(FunctionError::of_argument(0, "a set has no order: make a list of it, `[for x in set : x]`"));
        }
        _ => return Err(FunctionError::of_argument(0, NEEDED)),
    };
    let place = |at: usize| -> Result<usize, FunctionError> {
        match usize::try_from(whole(arguments, at)?) {
            Ok(place) if place <= items.len() => Ok(place),
            Ok(_) => Err(FunctionError::of_argument(at, format!("there are only {} elements", items.len()))),
            Err(_) => Err(FunctionError::of_argument(at, "below zero")),
        }
    };
    let (start, end) = (place(1)?, place(2)?);
    if start > end {
        return Err(FunctionError::of_argument(1, "the start is behind the end"));
    }
    let part = items[start..end].to_vec();
    Ok(match &arguments[0] {
        Value::List(sequence) => Value::list(sequence.element.clone(), part),
        _ => Value::tuple(part),
    })
}

fn sort(arguments: &[Value]) -> Outcome {
    let mut sorted: Vec<Rc<str>> = Vec::new();
    for (at, item) in elements(arguments).iter().enumerate() {
        match item {
            Value::String(text) => sorted.push(text.clone()),
            _ => return Err(FunctionError::of_argument(0, format!("element {at} is null"))),
        }
    }
    sorted.sort_unstable();
    Ok(Value::list(Type::String, sorted.into_iter().map(Value::String).collect()))
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"chunklist(["a", "b", "c"], 2)"#, r#"[["a","b"],["c"]]"#),
            ("chunklist([1, 2], 0)", "[[1,2]]"),
            ("chunklist([], 2)", "[]"),
            (r#"coalescelist([], ["c"])"#, r#"["c"]"#),
            (r#"coalescelist([1], ["c"])"#, "[1]"),
            (r#"compact(["a", "", null, "b"])"#, r#"["a","b"]"#),
            ("compact([1, 2])", r#"["1","2"]"#),
            (r#"concat(["a"], [1])"#, r#"["a",1]"#),
            (r#"concat(convert([1], list(number)), convert(["a"], list(string)))"#, r#"["1","a"]"#),
            (r#"distinct(["a", "b", "a"])"#, r#"["a","b"]"#),
            (r#"distinct([1, "1", 2])"#, r#"["1","2"]"#),
            ("distinct([0, -0, 1])", "[0,1]"),
            (r#"element(["a", "b", "c"], 4)"#, r#""b""#),
            (r#"element(["a", "b", "c"], -1)"#, r#""c""#),
            ("flatten([1, [2, [3]], []])", "[1,2,3]"),
            (r#"flatten([["a"], {b = [1]}])"#, r#"["a",{"b":[1]}]"#),
            (r#"slice(["a", "b", "c", "d"], 1, 3)"#, r#"["b","c"]"#),
            ("slice([], 0, 0)", "[]"),
            ("sort([3, 20, 1])", r#"["1","20","3"]"#),
            (r#"sort(["b", "A", "a"])"#, r#"["A","a","b"]"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"chunklist(["a"], -1)"#,
            "coalescelist()",
            "coalescelist([], [])",
            "coalescelist({})",
            r#"compact("a")"#,
            "concat()",
            r#"concat("a", ["b"])"#,
            "distinct([1, [2]])",
            "element([], 0)",
            "element({a = 1}, 0)",
            r#"element(["a"], 0.5)"#,
            r#"flatten("a")"#,
            r#"slice(["a"], 0, 2)"#,
            r#"slice(["a"], 1, 0)"#,
            r#"slice(["a"], -1, 1)"#,
            r#"slice(convert(["a"], set(string)), 0, 1)"#,
            "sort([null])",
            "sort([[1]])",
        ]);
    }
}
