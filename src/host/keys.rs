//! The keys of a driver's `config`, read one by one with their types.
//!
//! For `plugin` blocks of the host's configuration and for `config` of tasks alike; what a key means its reader says.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{Spanned, Untyped, UntypedKind, similar};

/// Reads keys of one `config`.
#[derive(Debug)]
pub struct Keys<'a, 's> {
    config: Option<&'a Untyped>,
    sink: &'s mut Sink,
}

impl<'a, 's> Keys<'a, 's> {
    /// The keys of this object; none where there is none.
    pub fn new(config: Option<&'a Untyped>, sink: &'s mut Sink) -> Self {
        // `config { ulimit { … } }` is a list of one object.
        let config = config.map(|config| match config.elements() {
            [only] => only,
            _ => config,
        });
        Self { config, sink }
    }

    /// Where findings go.
    pub fn sink(&mut self) -> &mut Sink {
        self.sink
    }

    /// Reports every key that is not among these.
    pub fn refuse_others(&mut self, driver: &str, known: &[&str]) {
        for (key, _) in self.config.map(Untyped::entries).unwrap_or_default() {
            if known.contains(&&*key.value) {
                continue;
            }
            let help = match similar(&key.value, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("`{driver}` knows {}", known.join(", ")),
            };
            self.sink.push(
                Diagnostic::error("config::unknown_key", format!("unknown key `{}` for `{driver}`", key.value))
                    .label(key.span, "not known")
                    .help(help),
            );
        }
    }

    /// Text.
    pub fn string(&mut self, key: &str) -> Option<Spanned<String>> {
        let value = self.get(key)?;
        self.text(key, value, "a string")
    }

    /// A list of texts.
    pub fn strings(&mut self, key: &str) -> Option<Vec<Spanned<String>>> {
        let value = self.get(key)?;
        let UntypedKind::List(elements) = &value.kind else {
            return self.wrong(key, value, "a list of strings");
        };
        Some(elements.iter().filter_map(|element| self.text(key, element, "a list of strings")).collect())
    }

    /// `true` or `false`.
    pub fn bool(&mut self, key: &str) -> Option<Spanned<bool>> {
        let value = self.get(key)?;
        match &value.kind {
            UntypedKind::Bool(yes) => Some(Spanned::new(*yes, value.span)),
            UntypedKind::String(text) if matches!(&**text, "true" | "false") => {
                Some(Spanned::new(&**text == "true", value.span))
            }
            _ => self.wrong(key, value, "a bool"),
        }
    }

    /// A whole number in a range.
    pub fn integer(&mut self, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<Spanned<i64>> {
        let value = self.get(key)?;
        let number = match &value.kind {
            UntypedKind::Number(number) => number.as_i64(),
            UntypedKind::String(text) => text.parse().ok(),
            _ => None,
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => Some(Spanned::new(number, value.span)),
            None => self.wrong(key, value, &format!("a whole number from {} to {}", range.start(), range.end())),
        }
    }

    /// Texts by key: `ulimit { nofile = "1024" }`, or the same with an equals sign.
    pub fn map(&mut self, key: &str) -> BTreeMap<String, Spanned<String>> {
        let Some(value) = self.get(key) else { return BTreeMap::new() };
        let objects = match &value.kind {
            UntypedKind::Object(_) => std::slice::from_ref(value),
            UntypedKind::List(objects) => objects,
            _ => {
                self.wrong::<()>(key, value, "keys and values");
                &[]
            }
        };
        let entries = objects.iter().flat_map(Untyped::entries);
        entries.filter_map(|(name, value)| Some((name.to_string(), self.text(name, value, "a string")?))).collect()
    }

    /// A list of objects, or a block that may repeat.
    pub fn objects(&mut self, key: &str) -> &'a [Untyped] {
        let Some(value) = self.get(key) else { return &[] };
        match &value.kind {
            UntypedKind::Object(_) => std::slice::from_ref(value),
            UntypedKind::List(objects) => objects,
            _ => {
                self.wrong::<()>(key, value, "a list of objects");
                &[]
            }
        }
    }

    /// Where a key stands, if it does.
    pub fn span(&self, key: &str) -> Option<Span> {
        self.get(key).map(|value| value.span)
    }

    fn get(&self, key: &str) -> Option<&'a Untyped> {
        self.config?.get(key).filter(|value| value.kind != UntypedKind::Null)
    }

    fn text(&mut self, key: &str, value: &Untyped, wanted: &str) -> Option<Spanned<String>> {
        let text = match &value.kind {
            UntypedKind::String(text) => text.to_string(),
            UntypedKind::Number(number) => number.to_string(),
            UntypedKind::Bool(yes) => yes.to_string(),
            _ => return self.wrong(key, value, wanted),
        };
        Some(Spanned::new(text, value.span))
    }

    fn wrong<T>(&mut self, key: &str, value: &Untyped, wanted: &str) -> Option<T> {
        self.sink.push(
            Diagnostic::error("config::wrong_type", format!("`{key}` must be {wanted}, not {}", value.describe()))
                .label(value.span, format!("{}, where {wanted} is wanted", value.describe()))
                .help(format!("write {wanted}")),
        );
        None
    }
}
