//! The `facts` block: a described machine in place of the one at hand.
//!
//! What it does not name is an ordinary machine's ([`Facts::default`]), so that a plan made with it is the same
//! everywhere.

use serde_json::{Map, Value};

use super::Facts;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{Untyped, UntypedKind, similar};

/// Facts that hold whatever names the writer likes.
const BY_NAME: [&str; 5] = ["/users", "/groups", "/paths", "/kernel/cgroups/unusable", "/kernel/apparmor/profiles"];

/// The machine a `facts` block describes.
pub(super) fn read(written: &Untyped, sink: &mut Sink) -> Option<Facts> {
    let mut document = serde_json::to_value(Facts::default()).ok()?;
    let mut reader = Reader { sink, failed: false };
    reader.merge(&mut document, written, "");
    if reader.failed {
        return None;
    }
    match serde_json::from_value(document) {
        Ok(facts) => Some(facts),
        Err(error) => {
            sink.push(
                Diagnostic::error("facts::wrong_value", format!("not a described machine: {error}"))
                    .label(written.span, "in this block")
                    .help("`jobctl doctor --json` prints a machine's facts in full"),
            );
            None
        }
    }
}

struct Reader<'s> {
    sink: &'s mut Sink,
    failed: bool,
}

impl Reader<'_> {
    /// Lays what is written over what is there.
    fn merge(&mut self, document: &mut Value, written: &Untyped, pointer: &str) {
        let written = one(written);
        match (document, &written.kind) {
            (Value::Object(document), UntypedKind::Object(entries)) => {
                for (key, value) in entries {
                    self.entry(document, &key.value, key.span, value, pointer);
                }
            }
            (document, UntypedKind::Object(_) | UntypedKind::List(_))
                if document.is_string() || document.is_number() =>
            {
                self.fail(
                    Diagnostic::error(
                        "facts::wrong_value",
                        format!("{} where a single value is wanted", written.describe()),
                    )
                    .label(written.span, "of another kind")
                    .help(format!("an ordinary machine has `{document}` here")),
                );
            }
            (document, _) => *document = json(written),
        }
    }

    fn entry(&mut self, document: &mut Map<String, Value>, key: &str, span: Span, value: &Untyped, pointer: &str) {
        let inner = format!("{pointer}/{key}");
        if BY_NAME.contains(&pointer) {
            // `null` takes a user or a path of the ordinary machine away.
            match value.kind {
                UntypedKind::Null => drop(document.remove(key)),
                _ => drop(document.insert(key.to_owned(), json(one(value)))),
            }
        } else if let Some(there) = document.get_mut(key) {
            self.merge(there, value, &inner);
        } else {
            let help = match similar(key, document.keys().map(String::as_str)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("there are {}", document.keys().cloned().collect::<Vec<_>>().join(", ")),
            };
            self.fail(
                Diagnostic::error("facts::unknown", format!("unknown fact `{key}`"))
                    .label(span, "not known")
                    .help(help),
            );
        }
    }

    fn fail(&mut self, finding: Diagnostic) {
        self.failed = true;
        self.sink.push(finding);
    }
}

/// A block inside a block is a list of one object.
fn one(written: &Untyped) -> &Untyped {
    match written.elements() {
        [only] if matches!(only.kind, UntypedKind::Object(_)) => only,
        _ => written,
    }
}

fn json(written: &Untyped) -> Value {
    match &written.kind {
        UntypedKind::Null => Value::Null,
        UntypedKind::Bool(value) => Value::Bool(*value),
        UntypedKind::Number(number) => number.as_i64().map_or_else(|| Value::from(number.to_string()), Value::from),
        UntypedKind::String(text) => Value::from(text.as_ref()),
        UntypedKind::List(elements) => elements.iter().map(json).collect(),
        UntypedKind::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.to_string(), json(one(value)))).collect())
        }
    }
}
