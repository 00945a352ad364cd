//! sprig's maps.
//!
//! Every map that comes out is a new one; merging has a file of its own.

use std::collections::BTreeMap;

use super::sprig_text::string_of;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Any, Map as AMap, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{Key, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("sprig_dict", &[], Any, dict),
    Function::variadic("sprig_dig", &[], Any, dig),
    Function::new("sprig_get", &[AMap, Text], |_, arguments| {
        let found = arguments.map(0).and_then(|map| map.get(arguments.bytes(1)));
        Ok(found.cloned().unwrap_or_else(|| Value::string("")))
    }),
    Function::new("sprig_hasKey", &[AMap, Text], |_, arguments| {
        Ok(Value::Bool(arguments.map(0).is_some_and(|map| map.get(arguments.bytes(1)).is_some())))
    }),
    Function::variadic("sprig_keys", &[], AMap, keys),
    Function::variadic("sprig_omit", &[AMap], Text, |context, arguments| chosen(context, arguments, false)),
    Function::variadic("sprig_pick", &[AMap], Text, |context, arguments| chosen(context, arguments, true)),
    Function::variadic("sprig_pluck", &[Text], AMap, pluck),
    Function::new("sprig_values", &[AMap], |_, arguments| {
        Value::list(arguments.map(0).map_or_else(Vec::new, |map| map.entries.values().cloned().collect()))
    }),
];

/// `sprig_dict "key" value …`; a last key without a value gets the empty string.
fn dict(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut entries = BTreeMap::new();
    for pair in arguments.rest(0).chunks(2) {
        let key = Key::from(&string_of(context, &pair[0])?[..]);
        entries.insert(key, pair.get(1).cloned().unwrap_or_else(|| Value::string("")));
    }
    Value::map(entries)
}

/// `sprig_dig "a" "b" default map`: the value at the end of the path, or the default.
fn dig(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let [path @ .., default, map] = arguments.rest(0) else {
        return Err(Failure::new("`sprig_dig` wants at least a key, a default and a map"));
    };
    if path.is_empty() {
        return Err(Failure::new("`sprig_dig` wants at least a key, a default and a map"));
    }
    let mut value = map;
    for key in path {
        let (Value::String(key), Value::Map(map)) = (key, value) else {
            return Err(Failure::new(format!("`sprig_dig` through a value of type {}", value.type_name())));
        };
        match map.get(key) {
            Some(found) => value = found,
            None => return Ok(default.clone()),
        }
    }
    Ok(value.clone())
}

/// In order; Go gives them in any.
fn keys(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut keys = Vec::new();
    for index in 0..arguments.len() {
        let entries = arguments.map(index).into_iter().flat_map(|map| map.entries.keys());
        keys.extend(entries.filter_map(|key| match key {
            Key::String(bytes) => Some(&bytes[..]),
            _ => None,
        }));
    }
    super::text::strings(context, keys)
}

/// The entries whose keys are named, or those whose are not.
fn chosen(context: &Context<'_>, arguments: Arguments<'_>, named: bool) -> Result<Value, Failure> {
    let mut entries = BTreeMap::new();
    for (key, value) in arguments.map(0).into_iter().flat_map(|map| &map.entries) {
        context.budget.spend_items(1 + arguments.len())?;
        let is_named = arguments.rest(1).iter().any(|name| match (name, key) {
            (Value::String(name), Key::String(key)) => name == key,
            _ => false,
        });
        if is_named == named {
            entries.insert(key.clone(), value.clone());
        }
    }
    Value::map(entries)
}

/// What several maps have under one key.
fn pluck(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let maps = (1..arguments.len()).filter_map(|index| arguments.map(index));
    Value::list(maps.filter_map(|map| map.get(arguments.bytes(0)).cloned()).collect())
}
