//! The job specification as a document for people, made from the blocks' tables.

use std::fmt::Write as _;

use super::block::Block as _;
use super::job::Job;
use super::spec::{BlockSpec, Class, FieldKind, FieldSpec, Repeat, ValueType};

/// Every block of a job with its arguments, in Markdown.
pub fn reference() -> String {
    let introduction = "# The job specification\n\n\
         Made from the tables the decoder reads: what stands here is what is accepted. Each block has its arguments and \
         blocks; *cluster* means accepted and kept, without effect on one host.\n";
    block_reference(Job::SPEC, introduction)
}

/// A block and those in it, beneath an introduction.
pub fn block_reference(spec: &'static BlockSpec, introduction: &str) -> String {
    let mut text = introduction.to_owned();
    write_block(&mut text, spec, "");
    text
}

fn write_block(text: &mut String, spec: &'static BlockSpec, parent: &str) {
    let path = if parent.is_empty() { spec.name.to_owned() } else { format!("{parent} → {}", spec.name) };
    let label = spec.label.map_or(String::new(), |label| format!(" \"{}\"", label.name));
    // Writing to a text cannot fail.
    let _ = write!(text, "\n## {path}\n\n`{}{label} {{ … }}` {}\n", spec.name, spec.doc.trim());
    if !spec.fields.is_empty() {
        text.push_str("\n| name | holds | default | |\n|---|---|---|---|\n");
    }
    for field in spec.fields {
        let default = field.default.map_or(String::new(), |default| format!("`{default}`"));
        let _ = writeln!(text, "| `{}` | {} | {default} | {} |", field.name, holds(field), meaning(field));
    }
    for field in spec.fields {
        if let FieldKind::Block(inner, _) = field.kind {
            let seen = format!("`{} {{ … }}` {}\n", inner.name, inner.doc.trim());
            let labelled = format!("\" {{ … }}` {}\n", inner.doc.trim());
            let documented = text.contains(&seen) || (inner.label.is_some() && text.contains(&labelled));
            if !documented {
                write_block(text, inner, &path);
            }
        }
    }
}

fn holds(field: &FieldSpec) -> String {
    match field.kind {
        FieldKind::Argument(_) if !field.values.is_empty() => {
            field.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" ")
        }
        FieldKind::Argument(kind) => type_name(kind).to_owned(),
        FieldKind::Map(ValueType::Any) => "keys and values".into(),
        FieldKind::Map(kind) => format!("keys and values ({})", type_name(kind)),
        FieldKind::Block(_, Repeat::Once) => "block".into(),
        FieldKind::Block(_, Repeat::List | Repeat::ByLabel) => "blocks".into(),
    }
}

fn type_name(kind: ValueType) -> &'static str {
    match kind {
        ValueType::String => "string",
        ValueType::Integer { .. } => "number",
        ValueType::Bool => "bool",
        ValueType::Duration => "duration",
        ValueType::List(ValueType::String) => "list of strings",
        ValueType::List(_) => "list of numbers",
        ValueType::Any => "anything",
    }
}

fn meaning(field: &FieldSpec) -> String {
    let text = field.doc.trim().replace('|', "\\|");
    let required = if field.required { " Required." } else { "" };
    match field.class {
        Class::Here => format!("{text}{required}"),
        Class::Cluster => format!("{text}{required} *cluster*"),
        Class::Enterprise => format!("{text}{required} *cluster, Enterprise*"),
        Class::Deprecated(instead) => format!("{text}{required} *deprecated: use {instead}*"),
    }
}
