//! How large values may become, so that no file can exhaust memory or time.
//!
//! Far above what a job needs: a list of a list of a list made by three lines can have more elements than there is memory.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Entries, Value};
use crate::diagnostic::{Diagnostic, Span};

/// The longest text an expression may make, in bytes.
pub(super) const MAX_TEXT: usize = 16 << 20;

/// How many elements all `for`s of a file may go through together.
pub(super) const MAX_ITERATIONS: usize = 10_000_000;

/// The deepest nesting a local's value may have: deeper ones are made by locals of locals only.
const MAX_DEPTH: usize = 1000;

/// The most elements, and bytes of text, a local's value may have with all its parts written out.
const MAX_SIZE: usize = 16 << 20;

/// The finding for what is beyond a limit.
pub(super) fn too_large(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("eval::too_large", "a value that is too large")
        .label(span, what)
        .help("a job needs far less: make it smaller, or compute it elsewhere and hand it in as a file")
}

/// Measures values. They share their parts; each part is looked at once.
#[derive(Default)]
pub(super) struct Measure {
    known: HashMap<usize, Extent>,
    /// So that no address is used again.
    kept: Vec<Value>,
}

#[derive(Clone, Copy, Default)]
struct Extent {
    depth: usize,
    size: usize,
}

impl Measure {
    /// Says what is wrong with a value that lies at a place.
    pub(super) fn check(&mut self, value: &Value, span: Span) -> Result<(), Diagnostic> {
        let extent = self.extent(value);
        if extent.depth > MAX_DEPTH {
            return Err(Diagnostic::error("eval::too_deep", "a value nested too deeply")
                .label(span, format!("more than {MAX_DEPTH} lists in lists"))
                .help("locals that contain each other make values that nothing can use"));
        }
        if extent.size > MAX_SIZE {
            return Err(too_large(span, &format!("more than {MAX_SIZE} elements, all parts written out")));
        }
        Ok(())
    }

    fn extent(&mut self, value: &Value) -> Extent {
        let address = match value {
            Value::List(sequence) | Value::Set(sequence) => Rc::as_ptr(sequence).addr(),
            Value::Tuple(items) => Rc::as_ptr(items).addr(),
            Value::Map(mapping) => Rc::as_ptr(mapping).addr(),
            Value::Object(entries) => entries.address(),
            Value::String(text) => return Extent { depth: 0, size: 1 + text.len() },
            Value::Null(_) | Value::Bool(_) | Value::Number(_) => return Extent { depth: 0, size: 1 },
        };
        if let Some(extent) = self.known.get(&address) {
            return *extent;
        }
        let items = value.elements().unwrap_or_default().iter();
        let values = value.entries().into_iter().flat_map(Entries::values);
        let mut whole = Extent { depth: 0, size: 1 };
        for item in items.chain(values) {
            let inner = self.extent(item);
            whole.depth = whole.depth.max(inner.depth);
            whole.size = whole.size.saturating_add(inner.size);
        }
        whole.depth += 1;
        self.known.insert(address, whole);
        self.kept.push(value.clone());
        whole
    }
}
