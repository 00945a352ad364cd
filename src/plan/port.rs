//! A port of a group: its number where the job names one, a free one found at start where it does not.
//!
//! Data only. Which free number it is belongs to the allocation, never to the plan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One port, by its label in [`super::Group::ports`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its number on the host; 0 for a free one, which the start finds.
    pub number: u16,
    /// The number tasks are told to listen on; 0 for the one on the host.
    pub to: u16,
    /// The address tasks are told.
    pub address: String,
    /// Whether others may have the number too (`ignore_collision`).
    pub shared: bool,
}

/// A port that has its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostPort {
    /// On the host.
    pub number: u16,
    /// What tasks listen on; the same, unless the job says otherwise.
    pub to: u16,
    /// The address tasks are told.
    pub address: String,
    /// Whether others may have the number too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

impl Port {
    /// With this number on the host.
    pub fn at(&self, number: u16) -> HostPort {
        let to = if self.to == 0 { number } else { self.to };
        HostPort { number, to, address: self.address.clone(), shared: self.shared }
    }

    /// What tasks are told of it, by variable; `None` for what only the start knows.
    pub fn variables(&self, label: &str) -> BTreeMap<String, Option<String>> {
        // What is told does not depend on the number in the same places as with any other.
        let variables = self.at(if self.number == 0 { 1 } else { self.number }).variables(label);
        let fixed = self.number != 0;
        let open = |name: &str| {
            let ours = |kind: &str| name.starts_with(&format!("NOMAD_{kind}_"));
            let inside = ours("PORT") || ours("ALLOC_PORT") || ours("ALLOC_ADDR");
            let outside = ours("HOST_PORT") || ours("HOST_ADDR") || ours("ADDR");
            !fixed && (outside || inside && self.to == 0)
        };
        variables.into_iter().map(|(name, value)| (name.clone(), (!open(&name)).then_some(value))).collect()
    }
}

impl HostPort {
    /// What tasks are told of it: Nomad's variables. What no shell takes in a label becomes `_`.
    pub fn variables(&self, label: &str) -> BTreeMap<String, String> {
        let Self { number, to, address, .. } = self;
        let with_port = |port: &u16| {
            if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
        };
        let all = [
            ("PORT", to.to_string()),
            ("HOST_PORT", number.to_string()),
            ("ALLOC_PORT", to.to_string()),
            ("IP", address.clone()),
            ("HOST_IP", address.clone()),
            ("ALLOC_IP", address.clone()),
            ("ADDR", with_port(number)),
            ("HOST_ADDR", with_port(number)),
            ("ALLOC_ADDR", with_port(to)),
        ];
        let label = variable_name(label);
        all.into_iter().map(|(kind, value)| (format!("NOMAD_{kind}_{label}"), value)).collect()
    }
}

/// A name as part of a variable's: what no shell takes becomes `_`.
pub(crate) fn variable_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16, to: u16) -> Port {
        Port { number, to, address: "127.0.0.1".to_owned(), shared: false }
    }

    fn open(port: &Port) -> Vec<String> {
        let variables = port.variables("my-db");
        variables.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect()
    }

    #[test]
    fn a_number_of_the_jobs_is_known() {
        assert_eq!(open(&port(80, 0)), Vec::<String>::new());
        let variables = port(80, 8080).variables("my-db");
        let value = |name: &str| variables[name].as_deref();
        assert_eq!(value("NOMAD_PORT_my_db"), Some("8080"));
        assert_eq!(value("NOMAD_HOST_PORT_my_db"), Some("80"));
        assert_eq!(value("NOMAD_ADDR_my_db"), Some("127.0.0.1:80"));
        assert_eq!(value("NOMAD_ALLOC_ADDR_my_db"), Some("127.0.0.1:8080"));
    }

    #[test]
    fn of_a_free_one_only_what_does_not_depend_on_it() {
        let names = ["ADDR", "ALLOC_ADDR", "ALLOC_PORT", "HOST_ADDR", "HOST_PORT", "PORT"];
        assert_eq!(open(&port(0, 0)), names.map(|kind| format!("NOMAD_{kind}_my_db")));
        let names = ["ADDR", "HOST_ADDR", "HOST_PORT"];
        assert_eq!(open(&port(0, 53)), names.map(|kind| format!("NOMAD_{kind}_my_db")));
        let value = HostPort { address: "::1".to_owned(), ..port(0, 0).at(9) };
        assert_eq!(value.variables("a")["NOMAD_ADDR_a"], "[::1]:9");
    }
}
