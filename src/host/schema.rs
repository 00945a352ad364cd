//! The JSON Schema of a configuration file, for editors: made from the blocks' tables and from the described machine.

use serde_json::{Map, Value, json};

use super::Facts;
use super::document::HostFile;
use crate::jobspec::{Block as _, block_schema};

/// The schema.
pub fn json_schema() -> Value {
    let mut schema = block_schema(HostFile::SPEC, "jobctl host configuration (TOML or JSON form)");
    let facts = serde_json::to_value(Facts::default()).map(|facts| of_example(&facts)).unwrap_or_default();
    if let Some(property) = schema.pointer_mut("/properties/facts") {
        let description = property["description"].take();
        *property = facts;
        property["description"] = description;
    }
    schema
}

/// What has the shape of a value: its names, and the types of what stands there. Lists and names of the writer's own
/// choice hold anything.
fn of_example(value: &Value) -> Value {
    match value {
        Value::Bool(_) => json!({ "type": ["boolean", "string"] }),
        Value::Number(_) => json!({ "type": ["integer", "string"] }),
        Value::Object(fields)
            if fields.keys().all(|name| is_name(name)) && !fields.is_empty() && !is_by_name(fields) =>
        {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), of_example(value))).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
        Value::Object(_) => json!({ "type": "object" }),
        Value::Array(_) => json!({ "type": "array" }),
        Value::String(_) | Value::Null => json!({ "type": "string" }),
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Users and groups: `root` is one of them on every machine.
fn is_by_name(fields: &Map<String, Value>) -> bool {
    fields.contains_key("root") && fields.contains_key("nobody") || fields.contains_key("nogroup")
}
