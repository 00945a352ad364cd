//! A value, with as much of Go's typing as a template can see.
//!
//! Values never change, and are never nested deeper than [`MAX_DEPTH`]: whoever walks them may recurse.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::budget::MAX_DEPTH;
use super::error::Failure;

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// What has no value, and Go's nil.
    Nil,
    Bool(bool),
    /// Go's `int`: constants, lengths, indexes.
    Int(i64),
    /// What `parseInt` and arithmetic make.
    Int64(i64),
    /// A byte of a string.
    Byte(u8),
    /// What `parseUint` makes.
    Uint64(u64),
    Float(f64),
    /// Bytes, as Go's strings are; mostly UTF-8.
    String(Rc<[u8]>),
    List(Rc<List>),
    Map(Rc<Map>),
    /// The numbers of `loop`, which exist only while they are ranged over.
    Loop(i64, i64),
    /// The store that `scratch` names.
    Scratch,
}

/// What the elements of a list or map are declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `interface {}`
    Any,
    String,
    Int,
    /// `[]interface {}`
    List,
}

#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) element: Element,
    pub(super) items: Vec<Value>,
    depth: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Map {
    /// Whether its keys may be other than strings: what `parseYAML` makes.
    pub(super) any_key: bool,
    pub(super) element: Element,
    pub(super) entries: BTreeMap<Key, Value>,
    depth: u32,
}

/// A key of a map, in the order in which Go prints and ranges over them.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Rc<[u8]>),
}

impl Value {
    pub(super) fn string(bytes: impl AsRef<[u8]>) -> Self {
        Self::String(Rc::from(bytes.as_ref()))
    }

    /// `[]string`
    pub(super) fn strings<T: AsRef<[u8]>>(items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(Self::string).collect();
        Self::List(Rc::new(List { element: Element::String, items, depth: 1 }))
    }

    /// `[]int`
    pub(super) fn ints(items: impl IntoIterator<Item = i64>) -> Self {
        let items = items.into_iter().map(Self::Int).collect();
        Self::List(Rc::new(List { element: Element::Int, items, depth: 1 }))
    }

    /// `[]interface {}`; fails where it gets too deep.
    pub(super) fn list(items: Vec<Self>) -> Result<Self, Failure> {
        Self::list_of(Element::Any, items)
    }

    pub(super) fn list_of(element: Element, items: Vec<Self>) -> Result<Self, Failure> {
        let depth = depth_above(items.iter())?;
        Ok(Self::List(Rc::new(List { element, items, depth })))
    }

    /// `map[string]string`
    pub(super) fn string_map<K: AsRef<[u8]>, V: AsRef<[u8]>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (Key::from(key.as_ref()), Self::string(value))).collect();
        Self::Map(Rc::new(Map { any_key: false, element: Element::String, entries, depth: 1 }))
    }

    /// `map[string]interface {}`; fails where it gets too deep.
    pub(super) fn map(entries: BTreeMap<Key, Self>) -> Result<Self, Failure> {
        Map::new(false, entries).map(|map| Self::Map(Rc::new(map)))
    }

    /// `map[interface {}]interface {}`; fails where it gets too deep.
    pub(super) fn map_of_any(entries: BTreeMap<Key, Self>) -> Result<Self, Failure> {
        Map::new(true, entries).map(|map| Self::Map(Rc::new(map)))
    }

    /// Whether `if` takes it for true: not nil, not zero, not empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(value) | Self::Int64(value) => *value != 0,
            Self::Byte(value) => *value != 0,
            Self::Uint64(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::String(bytes) => !bytes.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Map(map) => !map.entries.is_empty(),
            Self::Loop(..) | Self::Scratch => true,
        }
    }

    /// The value as a signed integer of whatever width.
    pub(super) fn signed(&self) -> Option<i64> {
        match self {
            Self::Int(value) | Self::Int64(value) => Some(*value),
            _ => None,
        }
    }

    /// The value as an unsigned integer of whatever width.
    pub(super) fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Byte(value) => Some((*value).into()),
            Self::Uint64(value) => Some(*value),
            _ => None,
        }
    }

    /// The name of its type, as Go writes it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Int64(_) => "int64",
            Self::Byte(_) => "uint8",
            Self::Uint64(_) => "uint64",
            Self::Float(_) => "float64",
            Self::String(_) => "string",
            Self::List(list) => match list.element {
                Element::Any => "[]interface {}",
                Element::String => "[]string",
                Element::Int => "[]int",
                Element::List => "[][]interface {}",
            },
            Self::Map(map) => match (map.any_key, map.element) {
                (true, _) => "map[interface {}]interface {}",
                (false, Element::String) => "map[string]string",
                (false, _) => "map[string]interface {}",
            },
            Self::Loop(..) => "<-chan int64",
            Self::Scratch => "*template.Scratch",
        }
    }

    /// What it costs to have made it or to look through it, without what it holds.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::String(bytes) => bytes.len(),
            Self::List(list) => list.items.len(),
            Self::Map(map) => map.entries.len(),
            _ => 0,
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Self::List(list) => list.depth,
            Self::Map(map) => map.depth,
            _ => 0,
        }
    }
}

impl Element {
    /// What stands for an element that is not there.
    pub(super) fn zero(self) -> Value {
        match self {
            Self::Any | Self::List => Value::Nil,
            Self::String => Value::string(""),
            Self::Int => Value::Int(0),
        }
    }
}

impl Map {
    pub(super) fn new(any_key: bool, entries: BTreeMap<Key, Value>) -> Result<Self, Failure> {
        let depth = depth_above(entries.values())?;
        Ok(Self { any_key, element: Element::Any, entries, depth })
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&Value> {
        self.entries.get(&Key::from(key))
    }

    /// Adds or replaces one entry.
    pub(super) fn insert(&mut self, key: Key, value: Value) -> Result<(), Failure> {
        self.depth = self.depth.max(depth_above([&value].into_iter())?);
        self.entries.insert(key, value);
        Ok(())
    }
}

fn depth_above<'a>(items: impl Iterator<Item = &'a Value>) -> Result<u32, Failure> {
    let depth = 1 + items.map(Value::depth).max().unwrap_or(0);
    if depth > MAX_DEPTH {
        return Err(Failure::new(format!("a value nested deeper than {MAX_DEPTH}")));
    }
    Ok(depth)
}

impl From<&[u8]> for Key {
    fn from(bytes: &[u8]) -> Self {
        Self::String(Rc::from(bytes))
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&Key> for Value {
    fn from(key: &Key) -> Self {
        match key {
            Key::Nil => Self::Nil,
            Key::Bool(value) => Self::Bool(*value),
            Key::Int(value) => Self::Int(*value),
            Key::Float(value) => Self::Float(*value),
            Key::String(bytes) => Self::String(Rc::clone(bytes)),
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            (Self::Float(left), Self::Float(right)) => left.total_cmp(right),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Key {
    fn rank(&self) -> u8 {
        match self {
            Self::Nil => 0,
            Self::Bool(_) => 1,
            Self::Int(_) => 2,
            Self::Float(_) => 3,
            Self::String(_) => 4,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_nested_without_end() {
        let mut value = Value::Nil;
        for _ in 0..MAX_DEPTH {
            value = Value::list(vec![value]).unwrap();
        }
        assert!(Value::list(vec![value.clone()]).is_err());
        assert!(Value::map(BTreeMap::from([(Key::from("a"), value)])).is_err());
    }

    #[test]
    fn truth_is_not_being_empty() {
        let falsy = [Value::Nil, Value::Int(0), Value::Float(0.0), Value::string(""), Value::strings::<&str>([])];
        assert!(falsy.iter().all(|value| !value.is_true()));
        let truthy = [Value::Int(-1), Value::string("0"), Value::strings([""]), Value::Loop(0, 0)];
        assert!(truthy.iter().all(Value::is_true));
    }
}
