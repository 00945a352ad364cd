//! Constraints, held against this host: one that fails says which attribute had which value.
//!
//! Whether they are well formed the validator has said.

use std::cmp::Ordering;

use regex::Regex;

use super::attributes::Attributes;
use super::version::{Manner, Version, satisfies};
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{Comparison, Constraint, Spanned, Str, similar};

/// Reports every constraint that this host does not meet. `count` is how many allocations it is about.
pub(super) fn check<'a>(
    constraints: impl IntoIterator<Item = &'a Constraint>,
    count: u32,
    attributes: &Attributes,
    sink: &mut Sink,
) {
    for constraint in constraints {
        let said = constraint.comparison();
        match said.operator() {
            "distinct_hosts" => distinct_hosts(&said, constraint.at, count, sink),
            "distinct_property" => distinct_property(&said, constraint.at, count, sink),
            operator => compare(&said, operator, constraint.at, attributes, sink),
        }
    }
}

fn compare(said: &Comparison, operator: &str, at: Span, attributes: &Attributes, sink: &mut Sink) {
    let (left, right) = (side(said.attribute.as_ref(), attributes), side(said.value.as_ref(), attributes));
    if holds(operator, left, right) {
        return;
    }
    let shown = |side: Option<&Spanned<Str>>| side.map_or(String::new(), |text| text.to_string());
    let (attribute, wanted) = (shown(said.attribute.as_ref()), shown(said.value.as_ref()));
    let span = said.attribute.as_ref().map_or(at, |attribute| attribute.span);
    let here = left.map_or("it is not set on this host".to_owned(), |value| format!("it is {value:?} on this host"));
    let finding = match operator {
        "is_set" | "is_not_set" => format!("constraint not met: {attribute} {operator}"),
        _ => format!("constraint not met: {attribute} {operator} {wanted:?}"),
    };
    let mut finding = Diagnostic::error("constraint::not_met", finding).label(span, here);
    if let Some(value) = &said.value {
        finding = finding.label(value.span, "what the job asks for");
    }
    sink.push(finding.help(help(&attribute, left, attributes)));
}

fn help(attribute: &str, value: Option<&str>, attributes: &Attributes) -> String {
    let name = attribute.trim_start_matches("${").trim_end_matches('}');
    match (value, similar(name, attributes.names())) {
        (None, Some(near)) => format!("did you mean `${{{near}}}`?"),
        _ if name.starts_with("meta.") => {
            format!("set it in the host's configuration: client {{ meta {{ {} = \"…\" }} }}", &name["meta.".len()..])
        }
        _ => "`jobctl doctor` lists what this host has; remove the constraint, or run the job on a host that meets it"
            .to_owned(),
    }
}

/// The value of one side here; one that is not written is empty.
fn side<'a>(side: Option<&'a Spanned<Str>>, attributes: &'a Attributes) -> Option<&'a str> {
    side.map_or(Some(""), |text| target(text, attributes))
}

/// `${…}` → its value here; any other text is itself.
fn target<'a>(text: &'a str, attributes: &'a Attributes) -> Option<&'a str> {
    match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => attributes.get(name.trim()),
        None => Some(text),
    }
}

fn holds(operator: &str, left: Option<&str>, right: Option<&str>) -> bool {
    match operator {
        "is_set" => return left.is_some(),
        "is_not_set" => return left.is_none(),
        "!=" | "not" => return left != right,
        _ => {}
    }
    let (Some(left), Some(right)) = (left, right) else { return false };
    match operator {
        "=" | "==" | "is" => left == right,
        "<" => order(left, right).is_lt(),
        "<=" => order(left, right).is_le(),
        ">" => order(left, right).is_gt(),
        ">=" => order(left, right).is_ge(),
        "regexp" => Regex::new(right).is_ok_and(|regex| regex.is_match(left)),
        "version" => keeps(left, right, Manner::Version),
        "semver" => keeps(left, right, Manner::Semver),
        "set_contains" | "set_contains_all" => set(right).all(|wanted| set(left).any(|have| have == wanted)),
        "set_contains_any" => set(right).any(|wanted| set(left).any(|have| have == wanted)),
        _ => false,
    }
}

fn keeps(version: &str, constraints: &str, manner: Manner) -> bool {
    Version::parse(version).and_then(|version| satisfies(&version, constraints, manner)).unwrap_or(false)
}

fn set(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// Whole numbers and decimals as numbers, everything else by its bytes.
fn order(left: &str, right: &str) -> Ordering {
    if let (Ok(left), Ok(right)) = (left.parse::<i64>(), right.parse::<i64>()) {
        return left.cmp(&right);
    }
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    }
}

fn distinct_hosts(said: &Comparison, at: Span, count: u32, sink: &mut Sink) {
    let on = said.value.as_ref().is_none_or(|value| &*value.value != "false");
    if on && count > 1 {
        let span = said.operator.as_ref().map_or(at, |operator| operator.span);
        sink.push(
            Diagnostic::error(
                "constraint::not_met",
                format!("{count} allocations cannot be on different hosts: there is one"),
            )
            .label(span, "asks for different hosts")
            .help("set `count = 1`, or remove the constraint"),
        );
    }
}

fn distinct_property(said: &Comparison, at: Span, count: u32, sink: &mut Sink) {
    let most = said.value.as_ref().and_then(|value| value.parse().ok()).unwrap_or(1);
    if count > most {
        let span = said.attribute.as_ref().map_or(at, |attribute| attribute.span);
        sink.push(
            Diagnostic::error(
                "constraint::not_met",
                format!("{count} allocations on one host have one value, {most} may"),
            )
            .label(span, "the same for all of them here")
            .help(format!("set `count = {most}`, or remove the constraint")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators() {
        for (left, operator, right, expected) in [
            (Some("linux"), "=", "linux", true),
            (Some("linux"), "is", "windows", false),
            (None, "=", "", false),
            (None, "!=", "windows", true),
            (Some("9"), "<", "10", true),
            (Some("9.5"), ">=", "9.25", true),
            (Some("b"), ">", "a", true),
            (Some("web-12"), "regexp", "^web-[0-9]+$", true),
            (Some("1.4.2"), "version", ">= 1.4, < 2", true),
            (Some("a, b,c"), "set_contains", "c,a", true),
            (Some("a,b"), "set_contains", "a,d", false),
            (Some("a,b"), "set_contains_any", "d,b", true),
            (Some("x"), "is_set", "", true),
            (None, "is_set", "", false),
            (None, "is_not_set", "", true),
            (Some("x"), "~", "x", false),
        ] {
            assert_eq!(holds(operator, left, Some(right)), expected, "{left:?} {operator} {right}");
        }
    }
}
