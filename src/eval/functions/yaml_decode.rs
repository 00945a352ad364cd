//! `yamldecode`: one YAML document as a value.
//!
//! Structure only; what a scalar stands for is decided in [`super::yaml_scalar`].

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::yaml_scalar::{Style, resolve};
use super::{Function, FunctionError, Parameter, Wanted, text};
use crate::eval::Value;
use crate::eval::convert::to_text;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("yamldecode", &[Parameter::new("string", Wanted::String)], |arguments| {
        decode(text(arguments, 0)).map_err(|problem| FunctionError::of_argument(0, problem))
    })];

/// The deepest nesting read.
const MAX_DEPTH: usize = 256;

fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: HashMap::new() };
    reader.expect_document()?;
    let event = reader.next()?;
    let value = reader.value(event, 0)?;
    match (reader.next()?, reader.next()?) {
        (Event::DocumentEnd, Event::StreamEnd) => Ok(value),
        (Event::DocumentEnd, Event::DocumentStart(_)) => Err("more than one YAML document".to_owned()),
        _ => Err("not YAML: more after the end of the document".to_owned()),
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Value>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, String> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(format!("not YAML: {} in line {}", error.info(), error.marker().line())),
            None => Ok(Event::StreamEnd),
        }
    }

    fn expect_document(&mut self) -> Result<(), String> {
        match (self.next()?, self.next()?) {
            (Event::StreamStart, Event::DocumentStart(_)) => Ok(()),
            _ => Err("there is no YAML document".to_owned()),
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err("too deeply nested".to_owned());
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (resolve(&full(tag.as_deref()), &text, style_of(style))?, anchor)
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                return known.ok_or_else(|| "an alias inside what it names".to_owned());
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_deref(), "seq")?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_deref(), "map")?;
                (self.mapping(depth)?, anchor)
            }
            _ => return Err("a value is missing".to_owned()),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(items)),
                event => items.push(self.value(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, String> {
        let mut entries = BTreeMap::new();
        loop {
            let (key, style, tag) = match self.next()? {
                Event::MappingEnd => return Ok(Value::Object(entries.into_iter().collect())),
                Event::Scalar(key, style, _, tag) => (key, style, full(tag.as_deref())),
                _ => return Err("only strings can be keys".to_owned()),
            };
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            if tag.is_empty() && key == "<<" || tag == "tag:yaml.org,2002:merge" {
                merge(&value, &mut entries)?;
                continue;
            }
            match to_text(&resolve(&tag, &key, style_of(style))?) {
                Some(key) => entries.insert(key, value),
                None => return Err("a key is null".to_owned()),
            };
        }
    }
}

/// The entries of a mapping, or of each in a sequence.
fn merge(value: &Value, entries: &mut BTreeMap<Rc<str>, Value>) -> Result<(), String> {
    let sources = match value {
        Value::Tuple(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    for source in sources {
        let Some(merged) = source.entries() else {
            return Err(format!("a {} cannot be merged into a mapping", source.kind()));
        };
        entries.extend(merged.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(())
}

/// The whole tag; `!` asks for nothing in particular.
fn full(tag: Option<&Tag>) -> String {
    match tag {
        Some(tag) => Some(format!("{}{}", tag.handle, tag.suffix)).filter(|tag| tag != "!").unwrap_or_default(),
        None => String::new(),
    }
}

fn check_tag(tag: Option<&Tag>, wanted: &str) -> Result<(), String> {
    let tag = full(tag);
    if tag.is_empty() || tag.strip_prefix("tag:yaml.org,2002:") == Some(wanted) {
        return Ok(());
    }
    Err(format!("the tag {tag:?} is not known here"))
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => Style::Unquoted,
    }
}
