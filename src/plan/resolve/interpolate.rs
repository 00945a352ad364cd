//! `${…}` in texts of a job: what is known is filled in, what only the start knows is left in one spelling.
//!
//! As Nomad has it, an expression that nobody knows stays as it is: it may be meant for a shell.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::Attributes;
use crate::plan::variable_name;

/// What the `${…}` of a text may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    /// The host's attributes.
    pub(super) attributes: &'a Attributes,
    /// Variables of the task's environment that are known.
    pub(super) env: &'a BTreeMap<String, String>,
    /// Those that the start sets.
    pub(super) at_start: &'a BTreeSet<String>,
}

/// What a reference stands for.
enum Meaning<'a> {
    Known(&'a str),
    AtStart(&'a str),
    Unknown,
}

impl<'a> Scope<'a> {
    /// The text with everything filled in that is known.
    pub(super) fn interpolate(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, reference) = rest.split_at(start);
            out.push_str(before);
            let Some(end) = reference.find('}') else {
                out.push_str(reference);
                return out;
            };
            match self.meaning(reference[2..end].trim()) {
                Meaning::Known(value) => out.push_str(value),
                Meaning::AtStart(name) => {
                    out.push_str("${");
                    out.push_str(name);
                    out.push('}');
                }
                Meaning::Unknown => out.push_str(&reference[..=end]),
            }
            rest = &reference[end + 1..];
        }
        out.push_str(rest);
        out
    }

    fn meaning(&self, expression: &str) -> Meaning<'a> {
        let name = expression.strip_prefix("env[\"").and_then(|rest| rest.strip_suffix("\"]")).unwrap_or(expression);
        if let Some(name) = self.at_start.get(name) {
            return Meaning::AtStart(name);
        }
        match self.env.get(name).map(String::as_str).or_else(|| self.attributes.get(name)) {
            Some(value) => Meaning::Known(value),
            // A label as it is written: `NOMAD_PORT_my-db`.
            None if name.starts_with("NOMAD_") && variable_name(name) != name => self.variable(&variable_name(name)),
            None => Meaning::Unknown,
        }
    }

    fn variable(&self, name: &str) -> Meaning<'a> {
        match (self.at_start.get(name), self.env.get(name)) {
            (Some(name), _) => Meaning::AtStart(name),
            (None, Some(value)) => Meaning::Known(value),
            (None, None) => Meaning::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays() {
        let attributes = Attributes::new(&Host::default(), "dc1", "global");
        let env = [("PORT".to_owned(), "80".to_owned())].into();
        let at_start = ["NOMAD_ALLOC_ID", "NOMAD_PORT_my_db"].map(str::to_owned).into();
        let scope = Scope { attributes: &attributes, env: &env, at_start: &at_start };
        for (text, expected) in [
            ("", ""),
            ("${attr.kernel.name}-${ node.datacenter }", "linux-dc1"),
            ("a${PORT}${env[\"PORT\"]}b", "a8080b"),
            ("${ NOMAD_ALLOC_ID }${env[\"NOMAD_ALLOC_ID\"]}", "${NOMAD_ALLOC_ID}${NOMAD_ALLOC_ID}"),
            ("${NOMAD_PORT_my-db}${NOMAD_PORT_your-db}", "${NOMAD_PORT_my_db}${NOMAD_PORT_your-db}"),
            ("${HOME}/${1:-x}", "${HOME}/${1:-x}"),
            ("$PORT ${PORT", "$PORT ${PORT"),
            ("${}", "${}"),
        ] {
            assert_eq!(scope.interpolate(text), expected, "{text}");
        }
    }
}
