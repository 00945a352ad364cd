//! Rules about `constraint`, `affinity` and `spread`.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Span};
use crate::jobspec::{Affinity, Comparison, Constraint, OPERATORS, Spread, similar};

use super::checker::Checker;
use super::version;

/// The rules about a constraint; `in_task` where it stands in a task.
pub(super) fn check_constraint(constraint: &Constraint, in_task: bool, checker: &mut Checker<'_>) {
    let said = constraint.comparison();
    comparison(&said, "constraint", constraint.at, constraint.whole, checker);
    let operator = said.operator();
    if in_task && matches!(operator, "distinct_hosts" | "distinct_property") {
        let at = said.operator.as_ref().map_or(constraint.at, |operator| operator.span);
        checker.push(
            Diagnostic::error(
                "constraint::distinct_in_task",
                format!("`{operator}` is about whole allocations, not one task"),
            )
            .label(at, "in a task")
            .help("move the constraint into the group or the job"),
        );
    }
}

/// The rules about an affinity.
pub(super) fn check_affinity(affinity: &Affinity, checker: &mut Checker<'_>) {
    let said = affinity.comparison();
    if matches!(said.operator(), "distinct_hosts" | "distinct_property" | "is_set" | "is_not_set") {
        let at = said.operator.as_ref().map_or(affinity.at, |operator| operator.span);
        checker.push(
            Diagnostic::error(
                "affinity::unknown_operator",
                format!("an affinity cannot have the operator \"{}\"", said.operator()),
            )
            .label(at, "for constraints only")
            .help("use a `constraint`, or another operator"),
        );
    } else {
        comparison(&said, "affinity", affinity.at, affinity.whole, checker);
    }
    if let Some(weight) = &affinity.weight
        && (weight.value == 0 || !(-100..=100).contains(&weight.value))
    {
        checker.push(
            Diagnostic::error("affinity::bad_weight", format!("an affinity's weight cannot be {}", weight.value))
                .label(weight.span, "from -100 to 100, not 0")
                .label(affinity.at, "of this affinity")
                .help("write a number from 1 to 100 to seek, from -100 to -1 to avoid"),
        );
    }
}

/// Codes of a block that compares: [`check_constraint`] and [`check_affinity`] have the same rules.
struct Codes {
    unknown_operator: &'static str,
    no_attribute: &'static str,
    literal_attribute: &'static str,
    no_value: &'static str,
    bad_value: &'static str,
}

const CONSTRAINT: Codes = Codes {
    unknown_operator: "constraint::unknown_operator",
    no_attribute: "constraint::no_attribute",
    literal_attribute: "constraint::literal_attribute",
    no_value: "constraint::no_value",
    bad_value: "constraint::bad_value",
};

const AFFINITY: Codes = Codes {
    unknown_operator: "affinity::unknown_operator",
    no_attribute: "affinity::no_attribute",
    literal_attribute: "affinity::literal_attribute",
    no_value: "affinity::no_value",
    bad_value: "affinity::bad_value",
};

fn comparison(said: &Comparison, block: &str, at: Span, whole: Span, checker: &mut Checker<'_>) {
    let codes = if block == "constraint" { &CONSTRAINT } else { &AFFINITY };
    let operator = said.operator();
    let operator_at = said.operator.as_ref().map_or(at, |operator| operator.span);
    if !OPERATORS.contains(&operator) {
        let help = match similar(operator, OPERATORS.iter().copied()) {
            Some(similar) => format!("did you mean \"{similar}\"?"),
            None => format!("one of {}", OPERATORS.join(" ")),
        };
        checker.push(
            Diagnostic::error(codes.unknown_operator, format!("unknown operator \"{operator}\""))
                .label(operator_at, "not known")
                .help(help),
        );
        return;
    }
    attribute(said, operator, codes, at, whole, checker);
    let value = said.value.as_ref().filter(|value| !value.is_empty());
    match (operator, value) {
        ("distinct_hosts", _) | ("distinct_property" | "is_set" | "is_not_set", None) => {}
        ("is_set" | "is_not_set", Some(value)) => checker.push(
            Diagnostic::error("constraint::value_not_wanted", format!("`{operator}` takes no value"))
                .label(value.span, "not looked at")
                .label(operator_at, "asks only whether it is there")
                .help("take `value` out"),
        ),
        (_, None) => {
            let at = said.value.as_ref().map_or(at, |value| value.span);
            checker.missing(whole, || {
                Diagnostic::error(codes.no_value, format!("operator \"{operator}\" needs a value"))
                    .label(at, "needs `value`")
                    .help("write what it is compared with: `value = \"linux\"`")
            });
        }
        (_, Some(value)) => {
            if let Some(problem) = bad_value(operator, value) {
                checker.push(
                    Diagnostic::error(codes.bad_value, problem)
                        .label(value.span, format!("not good for \"{operator}\""))
                        .label(operator_at, "what it must be good for")
                        .help(help_for_value(operator)),
                );
            }
        }
    }
}

fn attribute(said: &Comparison, operator: &str, codes: &Codes, at: Span, whole: Span, checker: &mut Checker<'_>) {
    if operator == "distinct_hosts" {
        return;
    }
    match said.attribute.as_ref().filter(|attribute| !attribute.is_empty()) {
        None => {
            let at = said.attribute.as_ref().map_or(at, |attribute| attribute.span);
            checker.missing(whole, || {
                Diagnostic::error(codes.no_attribute, format!("operator \"{operator}\" needs an attribute"))
                    .label(at, "needs `attribute`")
                    .help("write what is compared: `attribute = \"${attr.kernel.name}\"`")
            });
        }
        Some(attribute) if !attribute.contains("${") => checker.push(
            Diagnostic::error(
                codes.literal_attribute,
                format!("\"{}\" is a plain text, not an attribute of a host", attribute.value),
            )
            .label(attribute.span, "the same on every host")
            .help(format!("write \"${{attr.{0}}}\", \"${{meta.{0}}}\" or \"${{node.{0}}}\"", attribute.value)),
        ),
        Some(_) => {}
    }
}

/// Why a value does not suit an operator.
fn bad_value(operator: &str, value: &str) -> Option<String> {
    match operator {
        "regexp" => regex::Regex::new(value).is_err().then(|| format!("\"{value}\" is not a regular expression")),
        "version" => (!version::is_constraint(value)).then(|| format!("\"{value}\" is not a version constraint")),
        "semver" => (!version::is_semver_constraint(value)).then(|| format!("\"{value}\" is not a version constraint")),
        "distinct_property" => match value.parse::<u64>() {
            Ok(1..) => None,
            _ => Some(format!("\"{value}\" is not a count of 1 or more")),
        },
        _ => None,
    }
}

fn help_for_value(operator: &str) -> &'static str {
    match operator {
        "regexp" => "write a regular expression such as \"^web-[0-9]+$\"",
        "distinct_property" => "write how many allocations may have the same value: \"1\"",
        _ => "write versions with comparisons, such as \">= 1.2, < 2.0\"",
    }
}

/// The rules about a spread.
pub(super) fn check_spread(spread: &Spread, checker: &mut Checker<'_>) {
    if spread.attribute.as_ref().is_none_or(|attribute| attribute.is_empty()) {
        let at = spread.attribute.as_ref().map_or(spread.at, |attribute| attribute.span);
        checker.missing(spread.whole, || {
            Diagnostic::error("spread::no_attribute", "`spread` has no attribute")
                .label(at, "needs `attribute`")
                .help("write what is spread over: `attribute = \"${node.datacenter}\"`")
        });
    }
    if let Some(weight) = &spread.weight
        && !(1..=100).contains(&weight.value)
    {
        checker.push(
            Diagnostic::error("spread::bad_weight", format!("a spread's weight cannot be {}", weight.value))
                .label(weight.span, "from 1 to 100")
                .label(spread.at, "of this spread")
                .help("write a number from 1 to 100"),
        );
    }
    let mut seen = HashMap::new();
    let mut sum = 0_u32;
    for target in &spread.targets {
        if let Some(first) = seen.insert(target.value.as_str(), target.value.span) {
            checker.duplicate("spread::duplicate_target", "target", &target.value.value, target.value.span, first);
        }
        let Some(percent) = &target.percent else { continue };
        sum += u32::from(percent.value);
        if percent.value > 100 {
            checker.push(
                Diagnostic::error("spread::bad_percent", format!("{} percent is more than all", percent.value))
                    .label(percent.span, "more than 100")
                    .help("write a number from 0 to 100"),
            );
        }
    }
    if sum > 100 {
        let mut finding = Diagnostic::error("spread::percent_over_all", format!("the targets add up to {sum} percent"))
            .help("make them 100 or less");
        for percent in spread.targets.iter().filter_map(|target| target.percent.as_ref()) {
            finding = finding.label(percent.span, "a part of it");
        }
        checker.push(finding);
    }
}
