//! `constraint`, `affinity` and `spread`: what a host must have, should have, and is spread over.
//!
//! The operator of a constraint may be written as a key of its own (`version = ">= 1"`); [`Comparison`] is what
//! either form means.

use serde_json::{Map, Value};

use super::block::block;
use super::spanned::{Opt, Spanned, Str};

block! {
    /// What a host must have.
    Constraint = "constraint", write write_constraint {
        /// What is compared: `${attr.kernel.name}`, `${meta.rack}` …
        attribute: Opt<Str> => "", also_api("LTarget");
        /// What it is compared with.
        value: Opt<Str> => "", also_api("RTarget");
        /// How.
        operator: Opt<Str> => "", also_api("Operand"), values(OPERATORS), default("=");
        /// The same as `operator = "version"` with this value.
        version: Opt<Str> => "";
        /// The same as `operator = "semver"` with this value.
        semver: Opt<Str> => "";
        /// The same as `operator = "regexp"` with this value.
        regexp: Opt<Str> => "";
        /// The same as `operator = "set_contains"` with this value.
        set_contains: Opt<Str> => "";
        /// The same as `operator = "set_contains_all"` with this value.
        set_contains_all: Opt<Str> => "";
        /// The same as `operator = "set_contains_any"` with this value.
        set_contains_any: Opt<Str> => "";
        /// Whether allocations of the group must be on different hosts.
        distinct_hosts: Opt<bool> => "";
        /// An attribute of which allocations must have different values.
        distinct_property: Opt<Str> => "";
    }
}

block! {
    /// What a host should have, and how much that counts.
    Affinity = "affinity", write write_affinity {
        /// What is compared.
        attribute: Opt<Str> => "", also_api("LTarget");
        /// What it is compared with.
        value: Opt<Str> => "", also_api("RTarget");
        /// How.
        operator: Opt<Str> => "", also_api("Operand"), values(OPERATORS), default("=");
        /// How much it counts, -100 to 100, not 0.
        weight: Opt<i8> => "Weight", default("50");
        /// The same as `operator = "version"` with this value.
        version: Opt<Str> => "";
        /// The same as `operator = "semver"` with this value.
        semver: Opt<Str> => "";
        /// The same as `operator = "regexp"` with this value.
        regexp: Opt<Str> => "";
        /// The same as `operator = "set_contains"` with this value.
        set_contains: Opt<Str> => "";
        /// The same as `operator = "set_contains_all"` with this value.
        set_contains_all: Opt<Str> => "";
        /// The same as `operator = "set_contains_any"` with this value.
        set_contains_any: Opt<Str> => "";
    }
}

block! {
    /// Over what allocations are spread.
    Spread = "spread" {
        /// The attribute whose values they are spread over.
        attribute: Opt<Str> => "Attribute";
        /// How much it counts, 0 to 100.
        weight: Opt<i8> => "Weight";
        /// How many of a hundred shall have which value.
        targets as "target": Vec<SpreadTarget> => "SpreadTarget";
    }
}

block! {
    /// The share of one value.
    SpreadTarget = "target", label value => "Value" {
        /// In percent.
        percent: Opt<u8> => "Percent";
    }
}

/// Every operator a constraint may have.
pub const OPERATORS: &[&str] = &[
    "=",
    "==",
    "is",
    "!=",
    "not",
    ">",
    ">=",
    "<",
    "<=",
    "regexp",
    "version",
    "semver",
    "set_contains",
    "set_contains_all",
    "set_contains_any",
    "distinct_hosts",
    "distinct_property",
    "is_set",
    "is_not_set",
];

/// What a constraint or affinity says, whichever form it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub attribute: Opt<Str>,
    /// How; `=` where nothing was written.
    pub operator: Opt<Str>,
    /// With what.
    pub value: Opt<Str>,
}

/// The keys that stand for an operator, each with its value.
fn sugar<'a, const N: usize>(keys: [(&'static str, &'a Opt<Str>); N]) -> Option<(&'static str, &'a Spanned<Str>)> {
    keys.into_iter().find_map(|(operator, value)| Some((operator, value.as_ref()?)))
}

impl Constraint {
    /// What it says. `distinct_hosts = true` has no attribute; `distinct_property = "x"` is about the attribute x.
    pub fn comparison(&self) -> Comparison {
        let mut said = Comparison {
            attribute: self.attribute.clone(),
            operator: self.operator.clone(),
            value: self.value.clone(),
        };
        let keys = [
            ("version", &self.version),
            ("semver", &self.semver),
            ("regexp", &self.regexp),
            ("set_contains", &self.set_contains),
            ("set_contains_all", &self.set_contains_all),
            ("set_contains_any", &self.set_contains_any),
        ];
        if let Some((operator, value)) = sugar(keys) {
            said.operator = Some(Spanned::new(operator.into(), value.span));
            said.value = Some(value.clone());
        }
        if let Some(on) = &self.distinct_hosts {
            said.operator = Some(Spanned::new("distinct_hosts".into(), on.span));
            said.value = Some(Spanned::new(if on.value { "true" } else { "false" }.into(), on.span));
        }
        if let Some(property) = &self.distinct_property {
            said.operator = Some(Spanned::new("distinct_property".into(), property.span));
            said.attribute = Some(property.clone());
        }
        said
    }
}

impl Affinity {
    /// What it says.
    pub fn comparison(&self) -> Comparison {
        let mut said = Comparison {
            attribute: self.attribute.clone(),
            operator: self.operator.clone(),
            value: self.value.clone(),
        };
        let keys = [
            ("version", &self.version),
            ("semver", &self.semver),
            ("regexp", &self.regexp),
            ("set_contains", &self.set_contains),
            ("set_contains_all", &self.set_contains_all),
            ("set_contains_any", &self.set_contains_any),
        ];
        if let Some((operator, value)) = sugar(keys) {
            said.operator = Some(Spanned::new(operator.into(), value.span));
            said.value = Some(value.clone());
        }
        said
    }
}

impl Comparison {
    /// The operator's name.
    pub fn operator(&self) -> &str {
        self.operator.as_ref().map(Spanned::as_str).filter(|operator| !operator.is_empty()).unwrap_or("=")
    }

    fn write(&self, out: &mut Map<String, Value>) {
        let parts = [("LTarget", &self.attribute), ("RTarget", &self.value)];
        for (name, part) in parts {
            if let Some(text) = part {
                out.insert(name.to_owned(), (*text.value).into());
            }
        }
        out.insert("Operand".to_owned(), self.operator().into());
    }
}

fn write_constraint(constraint: &Constraint, out: &mut Map<String, Value>) {
    constraint.comparison().write(out);
}

fn write_affinity(affinity: &Affinity, out: &mut Map<String, Value>) {
    affinity.comparison().write(out);
}
