//! `${…}` in what a task is given, filled in at the start.
//!
//! Text in, text out. What nobody knows stays as it is written, as in Nomad: it may be meant for a shell.

/// Replaces each `${name}`, `${env["name"]}` and `${env.name}` that `lookup` knows; it is asked with `name` and `env.name`.
pub fn interpolate(text: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        result.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let Some(end) = inside.find('}') else {
            rest = &rest[start..];
            break;
        };
        if let Some(value) = canonical(inside[..end].trim()).and_then(|name| lookup(&name)) {
            result.push_str(&value);
            rest = &inside[end + 1..];
        } else {
            // The opening alone: what is inside may begin another.
            result.push_str("${");
            rest = inside;
        }
    }
    result.push_str(rest);
    result
}

/// The name meant: `env["X"]` is `env.X`. `None` for what is no name.
fn canonical(reference: &str) -> Option<String> {
    let name = match reference.strip_prefix("env[").and_then(|rest| rest.strip_suffix(']')) {
        Some(quoted) => format!("env.{}", quoted.trim().strip_prefix('"')?.strip_suffix('"')?),
        None => reference.to_owned(),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!name.is_empty() && name.bytes().all(fits)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_what_is_known_and_leaves_the_rest() {
        let lookup = |name: &str| match name {
            "NOMAD_ALLOC_INDEX" => Some("3".to_owned()),
            "env.HOME" => Some("/root".to_owned()),
            "attr.kernel.name" => Some("linux".to_owned()),
            "meta.rack-1" => Some("${NOMAD_ALLOC_INDEX}".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("", ""),
            ("plain $HOME $ {x}", "plain $HOME $ {x}"),
            ("${NOMAD_ALLOC_INDEX}", "3"),
            ("a${NOMAD_ALLOC_INDEX}b${ NOMAD_ALLOC_INDEX }c", "a3b3c"),
            ("${env[\"HOME\"]}/${env.HOME}", "/root//root"),
            ("${env[ \"HOME\" ]}", "/root"),
            ("${attr.kernel.name}", "linux"),
            ("${meta.rack-1}", "${NOMAD_ALLOC_INDEX}"),
            ("${UNKNOWN} ${env[\"NO\"]}", "${UNKNOWN} ${env[\"NO\"]}"),
            ("${X:-${NOMAD_ALLOC_INDEX}}", "${X:-3}"),
            ("${env[HOME]} ${} ${a b}", "${env[HOME]} ${} ${a b}"),
            ("end ${NOMAD_ALLOC_INDEX", "end ${NOMAD_ALLOC_INDEX"),
            ("ä${NOMAD_ALLOC_INDEX}ö$", "ä3ö$"),
        ] {
            assert_eq!(interpolate(text, lookup), expected, "{text}");
        }
    }
}
