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
    // The reader takes tabs in front of the first value for spaces; YAML does not.
    if text.trim_start_matches([' ', '\n']).starts_with('\t') && !text.trim_start().is_empty() {
        return Err("not YAML: indentation by a tab".to_owned());
    }
    let open_end = (!text.ends_with('\n')).then(|| text.chars().count());
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: HashMap::new(), open_end, at_end: false };
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
    /// How many characters the text has, where its last line has no end.
    open_end: Option<usize>,
    /// Whether the event just read reaches the end of such a text.
    at_end: bool,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, String> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.at_end = self.open_end.is_some_and(|end| span.end.index() >= end);
                Ok(event)
            }
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
                // A block that the text ends with has the line ends that are there, and no other.
                let cut = self.at_end && style_of(style) == Style::Block;
                let text = if cut { text.strip_suffix('\n').unwrap_or(&text) } else { &text };
                (scalar(text, style_of(style), tag.as_deref())?, anchor)
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

/// A block without a tag is a string, whatever it looks like.
fn scalar(text: &str, style: Style, tag: Option<&Tag>) -> Result<Value, String> {
    let value = resolve(&full(tag), text, style)?;
    match (style, tag, to_text(&value)) {
        (Style::Block, None, Some(text)) => Ok(Value::String(text)),
        _ => Ok(value),
    }
}

/// The whole tag.
fn full(tag: Option<&Tag>) -> String {
    match tag {
        Some(tag) => format!("{}{}", tag.handle, tag.suffix),
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
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"yamldecode("a: 1\nb: [x, {y: ~}]\n")"#, r#"{"a":1,"b":["x",{"true":null}]}"#),
            (
                r#"yamldecode("- 1\n- 1.5\n- 0x1F\n- 0o17\n- 017\n- yes\n- Off\n- null\n")"#,
                "[1,1.5,31,15,17,true,false,null]",
            ),
            (
                r#"yamldecode("- '1'\n- \"\\u00e9\"\n- 1_000\n- !!str 5\n- !!int \"5\"\n- .5\n- 1e3\n")"#,
                r#"["1","é","1_000","5","5",0.5,1000]"#,
            ),
            (r#"yamldecode("2020-01-02")"#, r#""2020-01-02T00:00:00Z""#),
            (r#"yamldecode("2020-1-2t3:4:5+01:00")"#, r#""2020-01-02T03:04:05+01:00""#),
            (r#"yamldecode("2020-01-02 03:04:05.5")"#, r#""2020-01-02T03:04:05Z""#),
            (
                r#"yamldecode("a: &x {k: v}\nb:\n  <<: *x\n  l: 1\nc: *x\n")"#,
                r#"{"a":{"k":"v"},"b":{"k":"v","l":1},"c":{"k":"v"}}"#,
            ),
            (r#"yamldecode("a: |\n  1\n  2\n")"#, r#"{"a":"1\n2\n"}"#),
            (r#"yamldecode("a: |-\n  5")"#, r#"{"a":"5"}"#),
            (r#"yamldecode("a: >\n  folded\n  text\n")"#, r#"{"a":"folded text\n"}"#),
            (r#"yamldecode("{1: a, true: b}")"#, r#"{"1":"a","true":"b"}"#),
            (r#"yamldecode("---\n")"#, "null"),
            (r#"yamldecode("a: 1\na: 2\n")"#, r#"{"a":2}"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"yamldecode("")"#,
            r#"yamldecode("---\na\n---\nb\n")"#,
            r#"yamldecode("a: b: c")"#,
            r#"yamldecode("[a")"#,
            r#"yamldecode(".nan")"#,
            r#"yamldecode("!foo x")"#,
            r#"yamldecode("!!float x")"#,
            r#"yamldecode("*x")"#,
            r#"yamldecode("{null: a}")"#,
            r#"yamldecode("? [a]\n: b")"#,
            r#"yamldecode("\ta: b")"#,
            r#"yamldecode("<<: 5")"#,
        ]);
    }
}
