//! `locals` blocks: evaluated in the order in which they need each other.

use std::collections::{BTreeMap, HashMap};

use super::Inputs;
use super::access::key_text;
use super::evaluator::{Evaluator, Mode};
use super::limits::Measure;
use super::references::references;
use super::scope::{Binding, Names, Scope};
use crate::diagnostic::{Diagnostic, Sink, Sources};
use crate::parser::{self, Attribute, Step};

/// Evaluates all locals of a file into the names, which hold the variables.
pub(super) fn evaluate(
    file: &parser::Body<'_>,
    inputs: &Inputs<'_>,
    sources: &Sources,
    names: &mut Names,
    sink: &mut Sink,
) {
    let definitions = definitions(file, sink);
    let mut measure = Measure::default();
    for name in ordered(&definitions, names, sink) {
        let Some(attribute) = definitions.get(name) else { continue };
        let scope = Scope::new(names, inputs, sources);
        let value = Evaluator::new(scope, Mode::Full).evaluate(&attribute.value, sink);
        let binding = match value.map(|value| (measure.check(&value, attribute.value.span), value)) {
            Some((Ok(()), value)) => Binding::Value(value),
            Some((Err(finding), _)) => {
                sink.push(finding);
                Binding::Broken
            }
            None => Binding::Broken,
        };
        names.locals.insert(name.to_owned(), binding);
    }
}

type Definitions<'f> = BTreeMap<&'f str, &'f Attribute<'f>>;

fn definitions<'f>(file: &'f parser::Body<'f>, sink: &mut Sink) -> Definitions<'f> {
    let mut definitions = Definitions::new();
    for block in file.blocks.iter().filter(|block| block.kind.text == "locals") {
        if let Some(label) = block.labels.first() {
            sink.push(
                Diagnostic::error("eval::unexpected_label", "`locals` has no label")
                    .label(label.span, "not needed")
                    .help("write `locals { name = value }`"),
            );
        }
        if let Some(inner) = block.body.blocks.first() {
            sink.push(
                Diagnostic::error("eval::unexpected_block", "a block in `locals`")
                    .label(inner.header, "not an attribute")
                    .help(format!("write `{} = {{ … }}`", inner.kind.text)),
            );
        }
        for attribute in block.body.attributes {
            if let Some(first) = definitions.get(attribute.name.text) {
                sink.push(
                    Diagnostic::error("eval::duplicate_local", format!("the local \"{}\" twice", attribute.name.text))
                        .label(attribute.name.span, "defined again here")
                        .label(first.name.span, "first defined here")
                        .help("give one of them another name"),
                );
                continue;
            }
            definitions.insert(attribute.name.text, attribute);
        }
    }
    definitions
}

/// The names, each after those it needs. Those that need themselves are reported and are broken.
fn ordered<'f>(definitions: &Definitions<'f>, names: &mut Names, sink: &mut Sink) -> Vec<&'f str> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Open,
        Done,
    }
    let needs: BTreeMap<&str, Vec<&str>> =
        definitions.iter().map(|(name, attribute)| (*name, needs(attribute, definitions))).collect();
    let mut order = Vec::with_capacity(definitions.len());
    let mut states: HashMap<&str, State> = HashMap::new();
    for start in definitions.keys() {
        if states.contains_key(start) {
            continue;
        }
        states.insert(start, State::Open);
        // What is being looked at, and how many of its needs have been seen.
        let mut path: Vec<(&str, usize)> = vec![(start, 0)];
        while let Some((name, seen)) = path.last_mut() {
            let name = *name;
            let Some(next) = needs[name].get(*seen).copied() else {
                path.pop();
                states.insert(name, State::Done);
                order.push(name);
                continue;
            };
            *seen += 1;
            match states.get(next) {
                None => {
                    states.insert(next, State::Open);
                    path.push((next, 0));
                }
                Some(State::Open) => {
                    let from = path.iter().position(|(name, _)| *name == next).unwrap_or_default();
                    let cycle: Vec<&str> = path[from..].iter().map(|(name, _)| *name).collect();
                    report_cycle(&cycle, definitions, sink);
                    for name in cycle {
                        names.locals.insert(name.to_owned(), Binding::Broken);
                    }
                }
                Some(State::Done) => {}
            }
        }
    }
    let broken = |name: &&str| !names.locals.contains_key(*name);
    order.into_iter().filter(broken).filter_map(|name| definitions.get_key_value(name)).map(|(name, _)| *name).collect()
}

/// The other locals a definition refers to.
fn needs<'f>(attribute: &'f Attribute<'f>, definitions: &Definitions<'f>) -> Vec<&'f str> {
    let mut needs = Vec::new();
    for reference in references(&attribute.value) {
        if reference.traversal.root.text != "local" {
            continue;
        }
        let named = match reference.traversal.steps.first() {
            Some(Step::Attribute(name)) => Some(name.text),
            Some(Step::Index(key, _)) => Some(key_text(key)),
            None => None,
        };
        match named {
            Some(name) => needs.extend(definitions.get_key_value(name).map(|(name, _)| *name)),
            // All of them at once.
            None => needs.extend(definitions.keys().copied().filter(|name| *name != attribute.name.text)),
        }
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}

fn report_cycle(cycle: &[&str], definitions: &Definitions<'_>, sink: &mut Sink) {
    let message = match cycle {
        [only] => format!("the local \"{only}\" needs itself"),
        _ => format!("locals that need each other: {} → {}", cycle.join(" → "), cycle[0]),
    };
    let mut finding = Diagnostic::error("eval::local_cycle", message);
    for (at, name) in cycle.iter().enumerate() {
        if let Some(attribute) = definitions.get(name) {
            let next = cycle[(at + 1) % cycle.len()];
            finding = finding.label(attribute.name.span, format!("needs `local.{next}`"));
        }
    }
    sink.push(finding.help("define one of them without the others"));
}
