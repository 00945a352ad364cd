//! Maps merged, and maps of paths made trees.
//!
//! Every map that comes out is a new one.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::find;
use crate::template::error::Failure;
use crate::template::function::Parameter::Map as AMap;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::{Key, Map, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("explodeMap", &[AMap], explode_map),
    Function::new("mergeMap", &[AMap, AMap], |context, arguments| merge_all(context, arguments, false)),
    Function::new("mergeMapWithOverride", &[AMap, AMap], |context, arguments| merge_all(context, arguments, true)),
    Function::variadic("sprig_merge", &[AMap], AMap, |context, arguments| merge_all(context, arguments, false)),
    Function::variadic("sprig_mergeOverwrite", &[AMap], AMap, |context, arguments| merge_all(context, arguments, true)),
    Function::variadic("sprig_mustMerge", &[AMap], AMap, |context, arguments| merge_all(context, arguments, false)),
    Function::variadic("sprig_mustMergeOverwrite", &[AMap], AMap, |context, arguments| {
        merge_all(context, arguments, true)
    }),
];

/// All maps merged into the first: it wins, or the last does.
fn merge_all(context: &Context<'_>, arguments: Arguments<'_>, overrides: bool) -> Result<Value, Failure> {
    let mut merged = Map::new(false, BTreeMap::new())?;
    for (index, value) in arguments.rest(0).iter().enumerate() {
        if let Value::Map(map) = value {
            merged = if index == 0 { (**map).clone() } else { merge(context, &merged, map, overrides)? };
        }
    }
    Ok(Value::Map(Rc::new(merged)))
}

/// Maps within maps are merged. Without overriding, only what is empty is replaced, and never by nil.
fn merge(context: &Context<'_>, into: &Map, from: &Map, overrides: bool) -> Result<Map, Failure> {
    context.budget.spend_items(into.entries.len() + from.entries.len())?;
    let mut merged = into.clone();
    for (key, value) in &from.entries {
        let value = match (merged.entries.get(key), value) {
            (Some(Value::Map(old)), Value::Map(new)) => Value::Map(Rc::new(merge(context, old, new, overrides)?)),
            (Some(old), _) if old.is_true() && !overrides => continue,
            (_, Value::Nil) if !overrides => continue,
            (_, new) => new.clone(),
        };
        merged.insert(key.clone(), value)?;
    }
    Ok(merged)
}

/// A tree while it grows.
#[derive(Default)]
struct Tree(BTreeMap<Rc<[u8]>, Branch>);

enum Branch {
    Tree(Tree),
    Value(Value),
}

/// `{"a/b": 1}` becomes `{"a": {"b": 1}}`.
fn explode_map(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut tree = Tree::default();
    for (key, value) in arguments.map(0).iter().flat_map(|map| &map.entries) {
        let Key::String(path) = key else { continue };
        context.budget.spend_items(1 + path.len())?;
        let mut branch = &mut tree;
        let mut rest: &[u8] = path;
        while let Some(at) = find(rest, b"/") {
            let name = Rc::from(&rest[..at]);
            let next = branch.0.entry(name).or_insert_with(|| Branch::Tree(Tree::default()));
            let Branch::Tree(next) = next else {
                let (path, name) = (String::from_utf8_lossy(path), String::from_utf8_lossy(&rest[..at]));
                return Err(Failure::new(format!("the key {path:?} goes through {name:?}, which is a value")));
            };
            branch = next;
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            branch.0.insert(Rc::from(rest), Branch::Value(value.clone()));
        }
    }
    tree.into_value(0)
}

impl Tree {
    fn into_value(self, depth: u32) -> Result<Value, Failure> {
        if depth > crate::template::budget::MAX_DEPTH {
            return Err(Failure::new("a key with too many slashes"));
        }
        let entries = self.0.into_iter().map(|(name, branch)| {
            let value = match branch {
                Branch::Tree(tree) => tree.into_value(depth + 1)?,
                Branch::Value(value) => value,
            };
            Ok((Key::String(name), value))
        });
        Value::map(entries.collect::<Result<_, Failure>>()?)
    }
}
