//! `yamlencode`: a value as YAML, laid out as libyaml's emitter does it (what go-cty-yaml uses).
//!
//! Strings stand in double quotes, or in a literal block where they have several lines.

use std::fmt::Write;

use super::{Function, Null, Parameter, Wanted, bounded};
use crate::eval::Value;
use crate::eval::convert::to_text;
use crate::eval::limits::MAX_TEXT;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("yamlencode", &[Parameter::new("value", Wanted::Any).null(Null::Allowed)], |arguments| {
        bounded(&encode(arguments.first().unwrap_or(&Value::NULL)))
    })];

/// A space behind this column may become a line break.
const BEST_WIDTH: usize = 80;
/// The longest key written in front of its value, in bytes.
const SIMPLE_KEY: usize = 128;
const INDENT: i32 = 2;

fn encode(value: &Value) -> String {
    let mut emitter =
        Emitter { out: String::new(), column: 0, indent: -1, whitespace: true, indention: true, open_ended: false };
    emitter.node(value, Context::Root);
    emitter.indent = -1;
    emitter.write_indent();
    if emitter.open_ended {
        emitter.indicator("...", true, false, false);
        emitter.write_indent();
    }
    emitter.out
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    Sequence,
    /// A key before `:`.
    SimpleKey,
    /// A key behind `?`, or a value.
    Mapping,
}

struct Emitter {
    out: String,
    /// Characters on this line.
    column: usize,
    /// Below zero before the first node.
    indent: i32,
    /// Whether the last thing written was blank.
    whitespace: bool,
    /// Whether this line has only indentation and indicators so far.
    indention: bool,
    /// Whether what was written last has no end of its own: a plain scalar that is all of the document.
    open_ended: bool,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or_default();
        if !self.indention || self.column > indent || self.column == indent && !self.whitespace {
            self.put_break();
        }
        while self.column < indent {
            self.put(" ");
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// An indicator; `indention` says that it counts as indentation.
    fn indicator(&mut self, indicator: &str, needs_space: bool, is_space: bool, indention: bool) {
        if needs_space && !self.whitespace {
            self.put(" ");
        }
        self.put(indicator);
        self.whitespace = is_space;
        self.indention = self.indention && indention;
        self.open_ended = false;
    }

    fn deeper(&self) -> i32 {
        if self.indent < 0 { 0 } else { self.indent + INDENT }
    }

    fn node(&mut self, value: &Value, context: Context) {
        if self.out.len() > MAX_TEXT {
            // Too long already: who asked refuses it.
            return;
        }
        let outer = self.indent;
        match value {
            Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
                let items = value.elements().unwrap_or_default();
                if items.is_empty() {
                    self.indicator("[", true, true, false);
                    self.indicator("]", false, false, false);
                    return;
                }
                let indentless = context == Context::Mapping && !self.indention;
                self.indent = if indentless && outer >= 0 { outer } else { self.deeper() };
                for item in items {
                    self.write_indent();
                    self.indicator("-", true, false, true);
                    self.node(item, Context::Sequence);
                }
            }
            Value::Map(_) | Value::Object(_) => {
                let entries = value.entries().cloned().unwrap_or_default();
                if entries.is_empty() {
                    self.indicator("{", true, true, false);
                    self.indicator("}", false, false, false);
                    return;
                }
                self.indent = self.deeper();
                for (key, value) in entries.iter() {
                    self.write_indent();
                    let simple = key.len() <= SIMPLE_KEY && !key.contains(is_break);
                    if simple {
                        self.scalar_string(key, Context::SimpleKey);
                        self.indicator(":", false, false, false);
                    } else {
                        self.indicator("?", true, false, true);
                        self.scalar_string(key, Context::Mapping);
                        self.write_indent();
                        self.indicator(":", true, false, true);
                    }
                    self.node(value, Context::Mapping);
                }
            }
            Value::String(text) => self.scalar_string(text, context),
            Value::Null(_) => self.plain("null", context),
            Value::Bool(_) | Value::Number(_) => self.plain(&to_text(value).unwrap_or_default(), context),
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &str, context: Context) {
        if !self.whitespace {
            self.put(" ");
        }
        self.put(text);
        self.whitespace = false;
        self.indention = false;
        self.open_ended |= context == Context::Root;
    }

    fn scalar_string(&mut self, text: &str, context: Context) {
        let outer = self.indent;
        self.indent = if outer < 0 { INDENT } else { outer + INDENT };
        if text.contains('\n') && context != Context::SimpleKey && literal_allowed(text) {
            self.literal(text);
        } else {
            self.double_quoted(text, context != Context::SimpleKey);
        }
        self.indent = outer;
    }

    fn double_quoted(&mut self, text: &str, may_break: bool) {
        self.indicator("\"", true, false, false);
        // libyaml takes the first character for a mark of every one.
        let marked = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if marked || !is_printable(character) || is_break(character) || matches!(character, '"' | '\\') {
                self.put(&escape(character));
                after_space = false;
            } else if character == ' ' {
                if may_break && !after_space && self.column > BEST_WIDTH && at > 0 && at + 1 < text.len() {
                    self.write_indent();
                    if characters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put("\\");
                    }
                } else {
                    self.put(" ");
                }
                after_space = true;
            } else {
                self.put(character.encode_utf8(&mut [0; 4]));
                self.indention = false;
                after_space = false;
            }
        }
        self.indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(' ') || text.starts_with(is_break) {
            self.indicator("2", false, false, false);
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().is_some_and(is_break), from_end.next()) {
            (false, _) => self.indicator("-", false, false, false),
            (true, Some(before)) if !is_break(before) => {}
            (true, _) => self.indicator("+", false, false, false),
        }
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for character in text.chars() {
            if is_break(character) {
                if character == '\n' {
                    self.put_break();
                } else {
                    self.out.push(character);
                    self.column = 0;
                }
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.put(character.encode_utf8(&mut [0; 4]));
                self.indention = false;
                breaks = false;
            }
        }
    }
}

/// Whether a literal block shows the text as it is.
fn literal_allowed(text: &str) -> bool {
    let mut before = None;
    let space_before_break = text.chars().any(|character| {
        let found = before == Some(' ') && is_break(character);
        before = Some(character);
        found
    });
    !space_before_break && !text.ends_with(' ') && text.chars().all(is_printable)
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && character != '\u{feff}'
}

fn escape(character: char) -> String {
    let letter = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other => {
            let code = u32::from(other);
            let mut escaped = String::new();
            let _ = match code {
                ..=0xff => write!(escaped, "\\x{code:02X}"),
                0x100..=0xffff => write!(escaped, "\\u{code:04X}"),
                _ => write!(escaped, "\\U{code:08X}"),
            };
            return escaped;
        }
    };
    format!("\\{letter}")
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::assert_values;

    #[test]
    fn values() {
        assert_values(&[
            (r#"yamlencode("abc")"#, r#""\"abc\"\n""#),
            ("yamlencode(5)", r#""5\n...\n""#),
            ("yamlencode(null)", r#""null\n...\n""#),
            ("yamlencode([])", r#""[]\n""#),
            ("yamlencode({})", r#""{}\n""#),
            ("yamlencode({b = [1, [2, {c = true}]], a = {}})", r#""\"a\": {}\n\"b\":\n- 1\n- - 2\n  - \"c\": true\n""#),
            ("yamlencode([[], {x = []}])", r#""- []\n- \"x\": []\n""#),
            (r#"yamlencode("a\nb\n")"#, r#""|\n  a\n  b\n""#),
            (r#"yamlencode({k = "a\n b\n\n"})"#, r#""\"k\": |+\n  a\n   b\n\n""#),
            (r#"yamlencode("tab\t\"q\" é 😀")"#, r#""\"tab\\t\\\"q\\\" é \\U0001F600\"\n""#),
            (r#"yamlencode("a \nb")"#, r#""\"a \\nb\"\n""#),
            (
                r#"yamlencode("word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word ")"#,
                r#""\"word word word word word word word word word word word word word word word word word\n  word word word word word word word word word word word word word \"\n""#,
            ),
            (
                r#"yamlencode({"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk" = 1})"#,
                r#""? \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"\n: 1\n""#,
            ),
        ]);
    }
}
