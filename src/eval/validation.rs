//! `validation` blocks of variables: a condition, and what to say where it does not hold.

use super::access::key_text;
use super::evaluator::{Evaluator, Mode};
use super::references::{Reference, references};
use super::scope::{Binding, Names, Scope};
use super::{Inputs, Type, Value, convert};
use crate::diagnostic::{Diagnostic, Sink, Sources, Span};
use crate::parser::{Block, Expr, ExprKind, Name, Step};

/// A rule for a variable's value.
pub(super) struct Validation<'f> {
    condition: &'f Expr<'f>,
    message: &'f str,
    header: Span,
}

/// Reads a block; what is wrong with it goes to the sink.
pub(super) fn read<'f>(block: &'f Block<'f>, variable: &Name<'f>, sink: &mut Sink) -> Option<Validation<'f>> {
    let mut condition = None;
    let mut message = None;
    for attribute in block.body.attributes {
        match attribute.name.text {
            "condition" => condition = Some(&attribute.value),
            "error_message" => message = Some(&attribute.value),
            other => sink.push(
                Diagnostic::error("eval::unknown_argument", format!("a validation has no `{other}`"))
                    .label(attribute.name.span, "not known here")
                    .help("it has `condition` and `error_message`"),
            ),
        }
    }
    for inner in block.body.blocks {
        sink.push(
            Diagnostic::error("eval::unexpected_block", "a block in a validation")
                .label(inner.header, "not known here")
                .help("it has `condition` and `error_message`"),
        );
    }
    for (name, found) in [("condition", condition), ("error_message", message)] {
        if found.is_none() {
            sink.push(
                Diagnostic::error("eval::incomplete_validation", format!("a validation without `{name}`"))
                    .label(block.header, format!("`{name}` is missing"))
                    .help("write `condition = …` and `error_message = \"…\"`"),
            );
        }
    }
    let message = message.and_then(|message| check_message(message, sink));
    let condition = condition.filter(|condition| check_references(condition, variable, sink));
    Some(Validation { condition: condition?, message: message?, header: block.header })
}

fn check_message<'f>(message: &'f Expr<'f>, sink: &mut Sink) -> Option<&'f str> {
    let ExprKind::String(text) = message.kind else {
        sink.push(
            Diagnostic::error("eval::invalid_error_message", "an error message that is no constant text")
                .label(message.span, "not a plain string")
                .help("write the sentence in quotes"),
        );
        return None;
    };
    let text = text.trim_end_matches('\n');
    let begins = text.chars().next().is_some_and(|first| !first.is_alphabetic() || first.is_uppercase());
    if begins && text.ends_with(['.', '?', '!']) {
        return Some(text);
    }
    sink.push(
        Diagnostic::error("eval::invalid_error_message", "an error message that is no sentence")
            .label(message.span, if text.is_empty() { "empty" } else { "not a full sentence" })
            .help("begin with a capital letter, and end with a full stop or a question mark"),
    );
    None
}

/// The condition may refer to its own variable, must, and to nothing else.
fn check_references(condition: &Expr<'_>, variable: &Name<'_>, sink: &mut Sink) -> bool {
    let references = references(condition);
    let help = format!("refer to `var.{}`", variable.text);
    let (own, others): (Vec<_>, Vec<_>) =
        references.into_iter().partition(|reference| is_variable(reference, variable.text));
    for other in &others {
        sink.push(
            Diagnostic::error("eval::validation_reference", "a validation that refers to something else")
                .label(other.span, "not this variable")
                .help(help.clone()),
        );
    }
    if own.is_empty() {
        sink.push(
            Diagnostic::error("eval::validation_reference", "a validation that does not look at its variable")
                .label(condition.span, format!("`var.{}` does not occur", variable.text))
                .help(help),
        );
    }
    !own.is_empty() && others.is_empty()
}

fn is_variable(reference: &Reference<'_>, name: &str) -> bool {
    reference.traversal.root.text == "var"
        && match reference.traversal.steps.first() {
            Some(Step::Attribute(step)) => step.text == name,
            Some(Step::Index(key, _)) => key_text(key) == name,
            None => false,
        }
}

/// Checks the value in force.
pub(super) fn check(
    validations: &[Validation<'_>],
    variable: &Name<'_>,
    value: &Value,
    place: Span,
    inputs: &Inputs<'_>,
    sources: &Sources,
    sink: &mut Sink,
) {
    if validations.is_empty() {
        return;
    }
    let mut names = Names::default();
    names.variables.insert(variable.text.to_owned(), Binding::Value(value.clone()));
    for validation in validations {
        let scope = Scope::new(&names, inputs, sources);
        let Some(result) = Evaluator::new(scope, Mode::Validation).evaluate(validation.condition, sink) else {
            continue;
        };
        match convert(&result, &Type::Bool) {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => sink.push(
                Diagnostic::error(
                    "eval::validation_failed",
                    format!("invalid value for the variable \"{}\"", variable.text),
                )
                .label(place, "refused")
                .label(validation.header, "checked here")
                .help(validation.message),
            ),
            _ => sink.push(
                Diagnostic::error("eval::invalid_condition", "a condition that is neither true nor false")
                    .label(validation.condition.span, format!("this is a {}", result.kind()))
                    .help("write a comparison, such as `var.x != \"\"`"),
            ),
        }
    }
}
