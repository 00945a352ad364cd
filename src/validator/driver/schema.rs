//! The keys of a driver's `config` and what they hold, and the check of a config against them.
//!
//! Conversions are the language's: a number may stand where text is wanted, and the other way round if it reads as one.

use super::docker;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::jobspec::{Task, Untyped, UntypedKind, similar};

use crate::validator::checker::{Checker, interpolated};

/// One key.
pub(super) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub required: bool,
    /// Whether Nomad's driver has no such key.
    pub ours: bool,
}

/// What a key holds.
pub(super) enum Shape {
    String,
    Bool,
    Number,
    /// A list of the same.
    List(&'static Shape),
    /// Keys of the author's choice with values of the same shape.
    Map(&'static Shape),
    /// Known keys; as a block, or as a list of blocks where it may repeat.
    Object(&'static [Key]),
    Any,
}

impl Key {
    pub(super) const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, ours: false }
    }

    pub(super) const fn ours(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, ours: true }
    }

    pub(super) const fn required(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: true, ours: false }
    }
}

/// The shape of a list of texts.
pub(super) const STRINGS: Shape = Shape::List(&Shape::String);
/// The shape of texts by name.
pub(super) const STRING_MAP: Shape = Shape::Map(&Shape::String);

/// Checks keys and types, with findings of the severity given.
pub(super) fn check(
    driver: &str,
    keys: &'static [Key],
    severity: Severity,
    task: &Task,
    config: &Untyped,
    checker: &mut Checker<'_>,
) {
    let mut walk = Walk { driver, severity, checker };
    walk.object(keys, config);
    for key in keys.iter().filter(|key| key.required) {
        let value = config.get(key.name);
        let empty = value.is_some_and(|value| value.as_str() == Some("") || matches!(value.kind, UntypedKind::Null));
        if value.is_some() && !empty || is_misspelt(key.name, keys, config) {
            continue;
        }
        let at = match (&task.config, value) {
            (_, Some(value)) => value.span,
            (Some(config), None) => config.span,
            (None, None) => task.at,
        };
        let whole = task.config.as_ref().map_or(task.whole, |config| config.value.span);
        if !walk.checker.is_unreadable(whole) {
            walk.report(
                Diagnostic::error(
                    "config::missing_key",
                    format!("the config of driver \"{driver}\" needs `{}`", key.name),
                )
                .label(at, format!("needs `{}`", key.name))
                .help(format!("write `{} = \"…\"` in `config`", key.name)),
            );
        }
    }
}

/// Whether an unknown key is probably this one: it is named by its own finding.
fn is_misspelt(wanted: &str, keys: &'static [Key], config: &Untyped) -> bool {
    let names = || keys.iter().map(|key| key.name);
    let mut written = config.entries().iter().map(|(name, _)| name.as_str());
    written.any(|name| names().all(|known| known != name) && similar(name, names()) == Some(wanted))
}

struct Walk<'w, 'c> {
    driver: &'w str,
    severity: Severity,
    checker: &'w mut Checker<'c>,
}

impl Walk<'_, '_> {
    fn report(&mut self, mut finding: Diagnostic) {
        finding.severity = self.severity;
        self.checker.push(finding);
    }

    fn object(&mut self, keys: &'static [Key], value: &Untyped) {
        for (name, value) in value.entries() {
            match keys.iter().find(|key| key.name == name.as_str()) {
                Some(key) => self.value(key.name, &key.shape, value),
                None => self.unknown(keys, &name.value, name.span),
            }
        }
    }

    fn unknown(&mut self, keys: &'static [Key], name: &str, span: Span) {
        let help = match similar(name, keys.iter().map(|key| key.name)) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None if self.driver == "exec" && docker::KEYS.iter().any(|key| key.name == name) => {
                format!(
                    "`{name}` is a key of driver \"docker\"; \"exec\" runs a program of the host: `command` and `args`"
                )
            }
            None => format!("known are {}", keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")),
        };
        let finding = Diagnostic::error(
            "config::unknown_key",
            format!("unknown key `{name}` in the config of driver \"{}\"", self.driver),
        )
        .label(span, "not known")
        .help(help);
        self.report(finding);
    }

    fn value(&mut self, name: &str, shape: &'static Shape, value: &Untyped) {
        if matches!(value.kind, UntypedKind::Null) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::String | Shape::Bool | Shape::Number if converts(shape, value) => {}
            Shape::List(inner) if matches!(value.kind, UntypedKind::List(_)) => {
                for element in value.elements() {
                    self.value(name, inner, element);
                }
            }
            Shape::Map(inner) => match &value.kind {
                UntypedKind::Object(entries) => {
                    for (_, value) in entries {
                        self.value(name, inner, value);
                    }
                }
                // A block in a block is a list of objects.
                UntypedKind::List(elements) if elements.iter().all(is_object) => {
                    for element in elements {
                        self.value(name, shape, element);
                    }
                }
                _ => self.wrong(name, shape, value),
            },
            Shape::Object(keys) => match &value.kind {
                UntypedKind::Object(_) => self.object(keys, value),
                UntypedKind::List(elements) if elements.iter().all(is_object) => {
                    for element in elements {
                        self.object(keys, element);
                    }
                }
                _ => self.wrong(name, shape, value),
            },
            Shape::String | Shape::Bool | Shape::Number | Shape::List(_) => self.wrong(name, shape, value),
        }
    }

    fn wrong(&mut self, name: &str, shape: &Shape, value: &Untyped) {
        let (wanted, help) = describe(shape);
        let finding =
            Diagnostic::error("config::wrong_type", format!("`{name}` must be {wanted}, not {}", value.describe()))
                .label(value.span, format!("{}, where {wanted} is wanted", value.describe()))
                .help(help);
        self.report(finding);
    }
}

fn is_object(value: &Untyped) -> bool {
    matches!(value.kind, UntypedKind::Object(_))
}

fn converts(shape: &Shape, value: &Untyped) -> bool {
    match (shape, &value.kind) {
        (Shape::String, UntypedKind::String(_) | UntypedKind::Number(_) | UntypedKind::Bool(_))
        | (Shape::Bool, UntypedKind::Bool(_))
        | (Shape::Number, UntypedKind::Number(_)) => true,
        (Shape::Bool, UntypedKind::String(text)) => {
            interpolated(text) || matches!(&**text, "true" | "false" | "1" | "0")
        }
        (Shape::Number, UntypedKind::String(text)) => interpolated(text) || text.parse::<f64>().is_ok(),
        _ => false,
    }
}

fn describe(shape: &Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::String => ("a string", "write a text in quotes"),
        Shape::Bool => ("a bool", "write true or false"),
        Shape::Number => ("a number", "write a number"),
        Shape::List(_) => ("a list", "write the elements in brackets: [ … ]"),
        Shape::Map(_) | Shape::Object(_) | Shape::Any => {
            ("keys and values", "write keys and values in braces: { key = value }")
        }
    }
}

/// The JSON Schema of an object of these keys.
pub(super) fn json_schema(keys: &[Key]) -> serde_json::Value {
    let properties = keys.iter().map(|key| (key.name.to_owned(), shape_schema(&key.shape)));
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    serde_json::json!({
        "type": "object",
        "properties": properties.collect::<serde_json::Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

/// An object, or a list of such: a block. No choice between two, so that an editor points at what is wrong inside.
fn one_or_several(object: serde_json::Value) -> serde_json::Value {
    let mut schema = object.clone();
    schema["type"] = serde_json::json!(["object", "array"]);
    schema["items"] = object;
    schema
}

fn shape_schema(shape: &Shape) -> serde_json::Value {
    use serde_json::json;

    match shape {
        Shape::String => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Bool => json!({ "type": ["boolean", "string"] }),
        Shape::Number => json!({ "type": ["number", "string"] }),
        Shape::List(inner) => {
            json!({ "anyOf": [{ "type": "array", "items": shape_schema(inner) }, { "type": "string" }] })
        }
        Shape::Map(inner) => one_or_several(json!({ "type": "object", "additionalProperties": shape_schema(inner) })),
        Shape::Object(keys) => one_or_several(json_schema(keys)),
        Shape::Any => json!(true),
    }
}
