//! The store behind `scratch`: values by name, for the time of a rendering.
//!
//! Its methods as consul-template has them, and nothing else.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use super::error::Failure;
use super::function::Context;
use super::value::{Key, Value};

#[derive(Debug, Default)]
pub(super) struct Scratch {
    values: BTreeMap<Rc<[u8]>, Value>,
}

/// The methods and how many arguments each takes.
const METHODS: [(&str, usize); 7] =
    [("Get", 1), ("Key", 1), ("MapSet", 3), ("MapSetX", 3), ("MapValues", 1), ("Set", 2), ("SetX", 2)];

impl Scratch {
    pub(super) fn call(&mut self, context: &Context<'_>, method: &str, arguments: &[Value]) -> Result<Value, Failure> {
        let Some((_, count)) = METHODS.iter().find(|(name, _)| *name == method) else {
            let help = METHODS.map(|(name, _)| name).join(", ");
            return Err(Failure::new(format!("`scratch` has no method `{method}`")).help(format!("it has {help}")));
        };
        if arguments.len() != *count {
            let given = arguments.len();
            return Err(Failure::new(format!("`scratch.{method}` wants {count} arguments, this gives it {given}")));
        }
        let key = |index: usize| match arguments.get(index) {
            Some(Value::String(bytes)) => Ok(Rc::clone(bytes)),
            _ => Err(Failure::new(format!("`scratch.{method}` wants a string as its key"))),
        };
        let name = key(0)?;
        match (method, arguments) {
            ("Get", _) => Ok(self.values.get(&name).cloned().unwrap_or(Value::Nil)),
            ("Key", _) => Ok(Value::Bool(self.values.contains_key(&name))),
            ("Set", [_, value]) => {
                self.values.insert(name, value.clone());
                Ok(Value::string(""))
            }
            ("SetX", [_, value]) => {
                self.values.entry(name).or_insert_with(|| value.clone());
                Ok(Value::string(""))
            }
            ("MapSet" | "MapSetX", [_, _, value]) => {
                self.set_in_map(context, name, Key::String(key(1)?), value, method == "MapSet")?;
                Ok(Value::string(""))
            }
            _ => match self.values.get(&name) {
                Some(Value::Map(map)) => Value::list(map.entries.values().cloned().collect()),
                _ => Value::list(Vec::new()),
            },
        }
    }

    fn set_in_map(
        &mut self,
        context: &Context<'_>,
        name: Rc<[u8]>,
        key: Key,
        value: &Value,
        replaces: bool,
    ) -> Result<(), Failure> {
        let shown = String::from_utf8_lossy(&name).into_owned();
        let stored = match self.values.entry(name) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Value::map(BTreeMap::new())?),
        };
        let Value::Map(map) = stored else { return Err(Failure::new(format!("{shown:?} is not a map"))) };
        if replaces || !map.entries.contains_key(&key) {
            if Rc::strong_count(map) > 1 {
                // The template holds the map elsewhere too: a copy is changed.
                context.budget.spend_items(map.entries.len())?;
            }
            Rc::make_mut(map).insert(key, value.clone())?;
        }
        Ok(())
    }
}
