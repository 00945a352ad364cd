//! The fields of a thing that differ, aligned: `~ path  before → after`.
//!
//! Elements of a set that come and go stand in one line; a text of several lines shows the lines that differ.

use std::fmt::Write;

use serde_json::Value;

use super::paint::{Color, Paint};
use super::value_view::{lines, short, shorten};
use crate::planner::FieldChange;

/// The widest column of paths.
const WIDEST_PATH: usize = 44;

/// How fields are shown.
#[derive(Clone, Copy, Debug)]
pub struct FieldView {
    /// Colours.
    pub paint: Paint,
}

impl FieldView {
    /// Adds a line or more for each.
    pub fn render(self, fields: &[FieldChange], indent: &str, out: &mut String) {
        let runs: Vec<&[FieldChange]> =
            fields.chunk_by(|left, right| set_of(left).is_some() && set_of(left) == set_of(right)).collect();
        let width = runs.iter().map(|run| path_of(run).len()).max().unwrap_or(0).min(WIDEST_PATH);
        for run in runs {
            match run {
                [field] if set_of(field).is_none() => self.field(field, width, indent, out),
                elements => self.set(elements, width, indent, out),
            }
        }
    }

    fn field(self, field: &FieldChange, width: usize, indent: &str, out: &mut String) {
        let FieldChange { path, before, after, .. } = field;
        if let (Some(Value::String(before)), Some(Value::String(after))) = (before, after)
            && (before.contains('\n') || after.contains('\n'))
        {
            let _ =
                writeln!(out, "{indent}{}{}", self.paint.text(Color::Yellow, &format!("~ {path}")), self.remark(field));
            for line in lines(before, after) {
                let color = match line.as_bytes().first() {
                    Some(b'-') => Color::Red,
                    Some(b'+') => Color::Green,
                    _ => Color::Dim,
                };
                let _ = writeln!(out, "{indent}    {}", self.paint.text(color, &line));
            }
            return;
        }
        let (symbol, color, text) = match (before, after) {
            (Some(before), Some(after)) if before == after => {
                ("~", Color::Yellow, format!("{} changes", short(path, after)))
            }
            (Some(before), Some(after)) => {
                ("~", Color::Yellow, format!("{} → {}", short(path, before), short(path, after)))
            }
            (None, Some(value)) => ("+", Color::Green, short(path, value)),
            (Some(value), None) => ("-", Color::Red, short(path, value)),
            (None, None) => return,
        };
        let name = self.paint.text(color, &format!("{symbol} {path:<width$}"));
        let _ = writeln!(out, "{indent}{name}  {text}{}", self.remark(field));
    }

    /// `~ capabilities.bounding  +CAP_NET_RAW -CAP_CHOWN`
    fn set(self, elements: &[FieldChange], width: usize, indent: &str, out: &mut String) {
        let path = path_of(elements);
        let words: Vec<String> = elements
            .iter()
            .filter_map(|field| {
                let (sign, value) = field
                    .after
                    .as_ref()
                    .map(|value| ('+', value))
                    .or(field.before.as_ref().map(|value| ('-', value)))?;
                let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Some(format!("{sign}{}", word.strip_prefix("CAP_").unwrap_or(&word)))
            })
            .collect();
        let name = self.paint.text(Color::Yellow, &format!("~ {path:<width$}"));
        let remark = elements.first().map(|field| self.remark(field)).unwrap_or_default();
        let count = if words.len() > 4 { format!(" ({})", words.len()) } else { String::new() };
        let _ = writeln!(out, "{indent}{name}  {}{count}{remark}", shorten(&words.join(" ")));
    }

    fn remark(self, field: &FieldChange) -> String {
        if !field.is_replacing() || field.before.is_none() && field.after.is_none() {
            return String::new();
        }
        self.paint.text(Color::Dim, "  (new process)")
    }
}

/// The set a field is an element of, where it is one that comes or goes.
fn set_of(field: &FieldChange) -> Option<&str> {
    let ((Some(value), None) | (None, Some(value))) = (&field.before, &field.after) else { return None };
    let (set, element) = field.path.strip_suffix(']')?.rsplit_once('[')?;
    let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (word == element).then_some(set)
}

fn path_of(run: &[FieldChange]) -> &str {
    run.first().map_or("", |field| set_of(field).unwrap_or(&field.path))
}
