//! What is not shown of an environment: values whose names say that they are secret.
//!
//! Masks what a diff shows; the plan itself is private and keeps its values.

use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "(masked)";

/// Parts of names of variables that hold secrets, in capitals.
const SECRET_NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "CREDENTIAL",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "API_KEY",
    "APIKEY",
    "AUTH_KEY",
    "SIGNING_KEY",
    "ENCRYPTION_KEY",
];

/// Whether a variable of this name is taken to hold a secret.
pub fn is_secret(name: &str) -> bool {
    // Directories and the like that tasks are told by Nomad's own variables are no secrets.
    let name = name.to_uppercase();
    !name.starts_with("NOMAD_") && SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// The value at a path of a task, or all of `env` or of an artifact, without its secrets. Of headers every value is one.
pub(super) fn mask(path: &str, value: Value) -> Value {
    if path.starts_with("artifacts") {
        return mask_headers(path.contains("].headers"), value);
    }
    let name = path.strip_prefix("env.").or_else(|| path.strip_prefix("env[\"")?.strip_suffix("\"]"));
    match (name, value) {
        (Some(name), _) if is_secret(name) => Value::from(MASK),
        (None, Value::Object(mut variables)) if path == "env" => {
            for (_, value) in variables.iter_mut().filter(|(name, _)| is_secret(name)) {
                *value = Value::from(MASK);
            }
            Value::Object(variables)
        }
        (_, value) => value,
    }
}

fn mask_headers(inside: bool, value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mask =
                |(name, value): (String, Value)| (name.clone(), mask_headers(inside || name == "headers", value));
            Value::Object(fields.into_iter().map(mask).collect())
        }
        Value::Array(items) => items.into_iter().map(|item| mask_headers(inside, item)).collect(),
        _ if inside => Value::from(MASK),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_secrets_are_masked() {
        assert_eq!(mask("env.DB_PASSWORD", json!("x")), json!(MASK));
        assert_eq!(mask("env[\"my.token\"]", json!("x")), json!(MASK));
        assert_eq!(mask("env.PORT", json!("x")), json!("x"));
        assert_eq!(mask("env.NOMAD_SECRETS_DIR", json!("/secrets")), json!("/secrets"));
        assert_eq!(mask("meta.TOKEN", json!("x")), json!("x"));
        assert_eq!(mask("artifacts[0].headers.X", json!("x")), json!(MASK));
        assert_eq!(mask("artifacts[0].source", json!("x")), json!("x"));
        assert_eq!(
            mask("artifacts", json!([{"source": "x", "headers": {"A": "b"}}])),
            json!([{"source": "x", "headers": {"A": MASK}}])
        );
        assert_eq!(mask("env", json!({"API_KEY": "x", "A": "b"})), json!({"API_KEY": MASK, "A": "b"}));
    }
}
