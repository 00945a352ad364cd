//! The syntaxes a file can be written in.
//!
//! Only which one it is; reading it is [`super::parse`]'s work.

/// A syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Syntax {
    /// HCL's native syntax, version 2.
    Hcl,
    /// HCL's native syntax with what only version 1 allowed (several arguments in a line, quoted argument names, commas
    /// after arguments), each with a note: Nomad's agent configuration.
    Hcl1,
    /// TOML, in the mapping of HCL's JSON syntax.
    Toml,
    /// HCL's JSON syntax, or the JSON of Nomad's API.
    Json,
}

impl Syntax {
    /// The syntax of a file, by the extensions `.toml` and `.json`; any other file is JSON where its first character is
    /// `{`, as Nomad has it (`parseHCLOrJSON`), and else HCL.
    pub fn of(name: &str, text: &str) -> Self {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        match extension {
            "toml" => Self::Toml,
            "json" => Self::Json,
            _ if text.starts_with('{') => Self::Json,
            _ => Self::Hcl,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Syntax;

    #[test]
    fn extension_first_then_the_first_character() {
        assert_eq!(Syntax::of("a.toml", "{"), Syntax::Toml);
        assert_eq!(Syntax::of("a.json", ""), Syntax::Json);
        assert_eq!(Syntax::of("a.nomad", " \n {\"job\": {}}"), Syntax::Json);
        assert_eq!(Syntax::of("a.nomad.hcl", "job \"a\" {}"), Syntax::Hcl);
        assert_eq!(Syntax::of("<stdin>", ""), Syntax::Hcl);
    }
}
