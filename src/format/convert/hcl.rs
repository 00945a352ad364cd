//! A tree as HCL text, one argument a line; the layout is `format`'s.

use super::{expression, quote};
use crate::diagnostic::{Diagnostic, Sink};
use crate::parser::{Attribute, Block, Body, Expr, ExprKind, Part, Template};

/// What is written on one line at most; longer lists and objects have a line for each item.
const WIDTH: usize = 80;

/// A file; names that HCL cannot have are reported.
pub(super) fn write(body: &Body<'_>, problems: &mut Sink) -> String {
    let mut out = String::new();
    write_body(&mut out, body, 0, problems);
    out
}

fn write_body(out: &mut String, body: &Body<'_>, level: usize, problems: &mut Sink) {
    for attribute in body.attributes {
        if !quote::is_name(attribute.name.text) {
            problems.push(not_a_name(attribute));
        }
        out.push_str(attribute.name.text);
        out.push_str(" = ");
        write_value(out, &attribute.value, level);
        end_line(out);
    }
    for (at, block) in body.blocks.iter().enumerate() {
        if at > 0 || !body.attributes.is_empty() {
            out.push('\n');
        }
        write_block(out, block, level, problems);
    }
}

fn write_block(out: &mut String, block: &Block<'_>, level: usize, problems: &mut Sink) {
    out.push_str(block.kind.text);
    if block.labels.is_empty() && block.body.blocks.is_empty() && !block.body.attributes.iter().all(has_name) {
        // Keys that are no names: the block is written as the object it stands for.
        out.push_str(" = {\n");
        for attribute in block.body.attributes {
            let key = attribute.name.text;
            let key = if quote::is_name(key) { key.to_owned() } else { format!("\"{}\"", quote::quoted(key)) };
            out.extend([&key, " = ", &expression::text(bare(&attribute.value)), "\n"]);
        }
        return out.push_str("}\n");
    }
    for label in block.labels {
        out.push_str(" \"");
        out.push_str(&quote::quoted(label.text));
        out.push('"');
    }
    out.push_str(" {\n");
    write_body(out, &block.body, level + 1, problems);
    out.push_str("}\n");
}

fn has_name(attribute: &Attribute<'_>) -> bool {
    quote::is_name(attribute.name.text)
}

/// A value at the end of a line: long lists and objects over several lines, text of several lines as heredoc.
fn write_value(out: &mut String, value: &Expr<'_>, level: usize) {
    let value = bare(value);
    let content = match value.kind {
        ExprKind::String(text) => Some(quote::template(text)),
        ExprKind::Template(template) => Some(expression::template(template)),
        _ => None,
    };
    if let Some(heredoc) = content.and_then(|content| quote::heredoc(&content, 2 * (level + 1))) {
        return out.push_str(&heredoc);
    }
    match value.kind {
        ExprKind::Tuple(items) if !items.is_empty() => {
            let line = expression::text(value);
            if line.chars().count() > WIDTH {
                out.push_str("[\n");
                for item in items {
                    out.push_str(&expression::text(bare(item)));
                    out.push_str(",\n");
                }
                return out.push(']');
            }
        }
        ExprKind::Object(items) if !items.is_empty() => {
            let line = expression::text(value);
            if line.chars().count() > WIDTH {
                out.push_str("{\n");
                for item in items {
                    out.push_str(&expression::key(&item.key));
                    out.push_str(" = ");
                    write_value(out, &item.value, level + 1);
                    end_line(out);
                }
                return out.push('}');
            }
        }
        _ => {}
    }
    out.push_str(&expression::text(value));
}

/// Ends the line that a heredoc has not ended already.
fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// The expression itself where a template is nothing but one: `"${f(a)}"` is `f(a)`. What only the run time knows stays
/// between quotes, as it is usually written: `"${attr.kernel.name}"`.
fn bare<'t, 'a>(value: &'t Expr<'a>) -> &'t Expr<'a> {
    let ExprKind::Template(Template { parts: [Part::Interpolation(inner)] }) = &value.kind else { return value };
    match inner.kind {
        ExprKind::Traversal(traversal) if !matches!(traversal.root.text, "var" | "local") => value,
        _ => inner,
    }
}

fn not_a_name(attribute: &Attribute<'_>) -> Diagnostic {
    Diagnostic::error("format::not_a_name", format!("`{}` cannot be an argument's name in HCL", attribute.name.text))
        .label(attribute.name.span, "not a name")
        .help("names are letters, digits, `_` and `-`")
}
