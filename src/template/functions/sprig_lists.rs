//! sprig's lists.
//!
//! Every list that comes out is a new one.

use super::sprig_basics::deep_equal;
use super::sprig_numbers::integer;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, Int};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{Element, List, Value};

macro_rules! families {
    ($($name:literal $must:literal: $parameters:expr, $body:expr;)*) => {
        &[$(
            Function::new($name, $parameters, $body),
            Function::new($must, $parameters, $body),
        )*
        Function::variadic("sprig_concat", &[], Any, concat),
        Function::variadic("sprig_list", &[], Any, |_, arguments| Value::list(arguments.rest(0).to_vec())),
        Function::variadic("sprig_tuple", &[], Any, |_, arguments| Value::list(arguments.rest(0).to_vec())),
        Function::variadic("sprig_slice", &[Any], Any, slice),
        Function::variadic("sprig_mustSlice", &[Any], Any, slice),
        Function::variadic("sprig_without", &[Any], Any, without),
        Function::variadic("sprig_mustWithout", &[Any], Any, without),
        ]
    };
}

/// Those that have a twin whose name begins with `must`: here both fail where Go's twin does.
pub(super) const FUNCTIONS: &[Function] = families! {
    "sprig_append" "sprig_mustAppend": &[Any, Any], append;
    "sprig_chunk" "sprig_mustChunk": &[Int, Any], chunk;
    "sprig_compact" "sprig_mustCompact": &[Any], |context, arguments| {
        kept(context, arguments, |item| Ok(item.is_true()))
    };
    "sprig_first" "sprig_mustFirst": &[Any], |_, arguments| {
        Ok(items(arguments, 0)?.first().cloned().unwrap_or(Value::Nil))
    };
    "sprig_has" "sprig_mustHas": &[Any, Any], has;
    "sprig_initial" "sprig_mustInitial": &[Any], |_, arguments| {
        Value::list(items(arguments, 0)?.split_last().map_or_else(Vec::new, |(_, rest)| rest.to_vec()))
    };
    "sprig_last" "sprig_mustLast": &[Any], |_, arguments| {
        Ok(items(arguments, 0)?.last().cloned().unwrap_or(Value::Nil))
    };
    "sprig_prepend" "sprig_mustPrepend": &[Any, Any], prepend;
    "sprig_push" "sprig_mustPush": &[Any, Any], append;
    "sprig_rest" "sprig_mustRest": &[Any], |_, arguments| {
        Value::list(items(arguments, 0)?.get(1..).unwrap_or_default().to_vec())
    };
    "sprig_reverse" "sprig_mustReverse": &[Any], |_, arguments| {
        Value::list(items(arguments, 0)?.iter().rev().cloned().collect())
    };
    "sprig_uniq" "sprig_mustUniq": &[Any], uniq;
};

fn items(arguments: Arguments<'_>, index: usize) -> Result<&[Value], Failure> {
    match arguments.list(index) {
        Some(List { items, .. }) => Ok(items),
        None => Err(Failure::new(format!("a list is wanted here, this is {}", arguments.value(index).type_name()))),
    }
}

/// The items that a test lets pass.
fn kept(
    context: &Context<'_>,
    arguments: Arguments<'_>,
    mut test: impl FnMut(&Value) -> Result<bool, Failure>,
) -> Result<Value, Failure> {
    let mut kept = Vec::new();
    for item in items(arguments, 0)? {
        context.budget.spend_items(1)?;
        if test(item)? {
            kept.push(item.clone());
        }
    }
    Value::list(kept)
}

fn append(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let list = items(arguments, 0)?;
    context.budget.spend_items(list.len())?;
    Value::list(list.iter().chain([arguments.value(1)]).cloned().collect())
}

fn prepend(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let list = items(arguments, 0)?;
    context.budget.spend_items(list.len())?;
    Value::list([arguments.value(1)].into_iter().chain(list).cloned().collect())
}

fn concat(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for index in 0..arguments.len() {
        let list = items(arguments, index)?;
        context.budget.spend_items(list.len())?;
        all.extend_from_slice(list);
    }
    Value::list(all)
}

/// In lists of so many; the last may be shorter.
fn chunk(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let Some(size) = usize::try_from(arguments.int(0)).ok().filter(|size| *size > 0) else {
        return Err(Failure::new("a list in chunks of less than one"));
    };
    let chunks: Result<_, _> = items(arguments, 1)?.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect();
    Value::list_of(Element::List, chunks?)
}

fn has(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    if matches!(arguments.value(1), Value::Nil) {
        return Ok(Value::Bool(false));
    }
    Ok(Value::Bool(is_among(context, items(arguments, 1)?, arguments.value(0))?))
}

fn is_among(context: &Context<'_>, list: &[Value], sought: &Value) -> Result<bool, Failure> {
    for item in list {
        if deep_equal(context, item, sought)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut kept = Vec::new();
    for item in items(arguments, 0)? {
        if !is_among(context, &kept, item)? {
            kept.push(item.clone());
        }
    }
    Value::list(kept)
}

fn without(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    kept(context, arguments, |item| Ok(!is_among(context, arguments.rest(1), item)?))
}

/// `sprig_slice list 1 3`: nothing of an empty list.
fn slice(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let list = items(arguments, 0)?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |index: usize, default: usize| match arguments.0.get(index) {
        None => Some(default),
        Some(value) => usize::try_from(integer(value)).ok(),
    };
    let part = bound(1, 0).zip(bound(2, list.len())).and_then(|(start, end)| list.get(start..end));
    let Some(part) = part else {
        return Err(Failure::new(format!("a slice outside of the list's {} items", list.len())));
    };
    let element = arguments.list(0).map_or(Element::Any, |list| list.element);
    Value::list_of(element, part.to_vec())
}
