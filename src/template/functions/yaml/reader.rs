//! YAML → values: one document, with anchors and merge keys.
//!
//! Builds values from the parser's events; what a plain word means is `resolve`'s.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::resolve::resolve;
use crate::template::budget::{Budget, MAX_DEPTH};
use crate::template::error::Failure;
use crate::template::value::{Key, Value};

pub(super) fn read(budget: &Budget, text: &str) -> Result<Value, Failure> {
    budget.spend_items(text.len())?;
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: HashMap::new(), depth: 0, budget };
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(Value::Nil),
            Event::DocumentStart(_) => {
                let event = reader.next()?;
                return reader.node(event);
            }
            _ => {}
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Value>,
    depth: u32,
    budget: &'t Budget,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, Failure> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => {
                let (line, reason) = (error.marker().line(), error.info());
                Err(Failure::new(format!("this is not YAML: line {line}: {reason}")))
            }
            None => Ok(Event::StreamEnd),
        }
    }

    /// The value that begins with an event.
    fn node(&mut self, event: Event<'t>) -> Result<Value, Failure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Failure::new(format!("YAML nested deeper than {MAX_DEPTH}")));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(&text, style, tag.as_deref())?),
            Event::SequenceStart(anchor, _) => (anchor, self.sequence()?),
            Event::MappingStart(anchor, _) => (anchor, self.mapping()?),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(value) => (0, value.clone()),
                None => return Err(Failure::new("YAML with an alias of what it stands in")),
            },
            _ => (0, Value::Nil),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        self.depth -= 1;
        Ok(value)
    }

    fn sequence(&mut self) -> Result<Value, Failure> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd | Event::StreamEnd => return Value::list(items),
                event => items.push(self.node(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, Failure> {
        let mut entries = BTreeMap::new();
        loop {
            let event = match self.next()? {
                Event::MappingEnd | Event::StreamEnd => return Value::map_of_any(entries),
                event => event,
            };
            let merges = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.node(event)?;
            let event = self.next()?;
            let value = self.node(event)?;
            if merges {
                self.merge(&mut entries, &value)?;
            } else {
                entries.insert(as_key(&key)?, value);
            }
        }
    }

    /// `<<`: the entries of a map, or of several, of which the first wins.
    fn merge(&self, entries: &mut BTreeMap<Key, Value>, value: &Value) -> Result<(), Failure> {
        let maps = match value {
            Value::List(list) => &list.items[..],
            single => std::slice::from_ref(single),
        };
        for map in maps.iter().rev() {
            let Value::Map(map) = map else {
                return Err(Failure::new("YAML that merges (`<<`) what is not a map"));
            };
            self.budget.spend_items(map.entries.len())?;
            entries.extend(map.entries.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Ok(())
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Failure> {
    let tag = tag.filter(|tag| tag.is_yaml_core_schema()).map_or("", |tag| &tag.suffix);
    let wrong = || Failure::new(format!("YAML: {text:?} is not of type `!!{tag}`"));
    match (tag, resolve(text)) {
        ("str", _) => Ok(Value::string(text)),
        ("binary", _) => {
            let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64_STANDARD.decode(text).map(Value::string).map_err(|_| wrong())
        }
        #[expect(clippy::cast_precision_loss, reason = "Go converts it so")]
        ("float", Value::Int(number)) => Ok(Value::Float(number as f64)),
        ("float", value @ Value::Float(_))
        | ("int", value @ (Value::Int(_) | Value::Uint64(_)))
        | ("bool", value @ Value::Bool(_))
        | ("null", value @ Value::Nil) => Ok(value),
        ("float" | "int" | "bool" | "null", _) => Err(wrong()),
        (_, value) if style == ScalarStyle::Plain => Ok(value),
        _ => Ok(Value::string(text)),
    }
}

fn as_key(value: &Value) -> Result<Key, Failure> {
    match value {
        Value::Nil => Ok(Key::Nil),
        Value::Bool(truth) => Ok(Key::Bool(*truth)),
        Value::Int(number) => Ok(Key::Int(*number)),
        Value::Float(number) => Ok(Key::Float(*number)),
        Value::String(bytes) => Ok(Key::String(bytes.clone())),
        other => Err(Failure::new(format!("YAML with a key of type {}", other.type_name()))),
    }
}
