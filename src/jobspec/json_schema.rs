//! The JSON Schema (draft 2020-12) of a job file in TOML or JSON, made from the blocks' tables.
//!
//! For editors: it knows names, types, the few values some arguments have, and texts to show. What evaluation and the
//! rules find is left to `jobctl validate`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::block::Block as _;
use super::job::Job;
use super::spec::{BlockSpec, Class, FieldKind, FieldSpec, Repeat, ValueType};

/// The schema. `configs` are the schemas of `config` by driver.
pub fn json_schema(configs: &[(&str, Value)]) -> Value {
    let mut definitions = Definitions::default();
    let job = definitions.reference(Job::SPEC, "");
    let mut defs: Map<String, Value> = definitions.done.into_iter().collect();
    add_configs(&mut defs, configs);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Nomad job file (TOML or JSON form)",
        "description": "Blocks are tables, their labels are keys, a block that repeats is an array of tables. Every string is a template: ${var.x} is evaluated, $${ is a literal ${.",
        "type": "object",
        "properties": {
            "job": by_label(&job, "The job. Its label, the key, is its id."),
            "variable": {
                "type": "object",
                "description": "Variables by name: set with --var, --var-file or NOMAD_VAR_name.",
                "additionalProperties": variable(),
            },
            "variables": { "type": "object", "description": "Variables by name, with their defaults." },
            "locals": { "type": "object", "description": "Values by name: ${local.name}." },
            "//": comment(),
        },
        "required": ["job"],
        "additionalProperties": false,
        "$defs": defs,
    })
}

/// The schema of a document whose root is the content of a block: a configuration file.
pub fn block_schema(spec: &'static BlockSpec, title: &str) -> Value {
    let mut definitions = Definitions::default();
    let _ = definitions.reference(spec, "");
    let mut root = definitions.done.remove(spec.name).unwrap_or_default();
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    root["title"] = title.into();
    root["type"] = "object".into();
    root["$defs"] = Value::Object(definitions.done.into_iter().collect());
    root
}

fn comment() -> Value {
    json!({ "description": "A comment." })
}

fn variable() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string", "description": "An expression: string, number, bool, list(string) …" },
            "default": { "description": "The value where none is given." },
            "description": { "type": "string", "description": "What it is for." },
            "validation": { "description": "A condition, and the message shown where it does not hold." },
            "//": comment(),
        },
        "additionalProperties": false,
    })
}

/// One definition a block; blocks of one name are told apart by the block around them.
#[derive(Default)]
struct Definitions {
    done: BTreeMap<String, Value>,
    names: Vec<(&'static str, &'static str, String)>,
}

impl Definitions {
    fn reference(&mut self, spec: &'static BlockSpec, parent: &str) -> Value {
        let known = self.names.iter().find(|(name, doc, _)| *name == spec.name && *doc == spec.doc);
        let name = match known {
            Some((.., name)) => name.clone(),
            None => self.define(spec, parent),
        };
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn define(&mut self, spec: &'static BlockSpec, parent: &str) -> String {
        let taken = self.names.iter().any(|(.., name)| name == spec.name);
        let name = if taken { format!("{parent}.{}", spec.name) } else { spec.name.to_owned() };
        self.names.push((spec.name, spec.doc, name.clone()));
        let mut properties = Map::new();
        for field in spec.fields {
            properties.insert(field.name.to_owned(), self.field(field, spec.name));
        }
        if spec.fields.iter().any(FieldSpec::is_block) {
            let dynamic = "Blocks made by going through a collection: for_each, iterator, labels, content.";
            properties.insert("dynamic".into(), json!({ "type": "object", "description": dynamic }));
        }
        properties.insert("//".into(), comment());
        let required: Vec<&str> = spec.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let mut definition = json!({
            "description": spec.doc.trim(),
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            definition["required"] = required.into();
        }
        self.done.insert(name.clone(), definition);
        name
    }

    fn field(&mut self, field: &FieldSpec, parent: &str) -> Value {
        let mut schema = match field.kind {
            FieldKind::Argument(kind) => value(kind, field.values),
            FieldKind::Map(kind) => json!({ "anyOf": [
                { "type": "object", "additionalProperties": value(kind, &[]) },
                template(),
            ] }),
            FieldKind::Block(spec, repeat) => {
                let block = self.reference(spec, parent);
                match (spec.label, repeat) {
                    (Some(_), _) => by_label(&block, ""),
                    (None, Repeat::Once) => one(&block),
                    (None, Repeat::List | Repeat::ByLabel) => one_or_several(&block),
                }
            }
        };
        schema["description"] = description(field).into();
        if let Class::Deprecated(_) = field.class {
            schema["deprecated"] = true.into();
        }
        if let Some(default) = field.default {
            schema["default"] = default_value(field, default);
        }
        schema
    }
}

fn description(field: &FieldSpec) -> String {
    let text = field.doc.trim();
    match field.class {
        Class::Here => text.to_owned(),
        Class::Cluster => format!("{text} (Cluster only: no effect on one host.)"),
        Class::Enterprise => format!("{text} (Nomad Enterprise only: no effect on one host.)"),
        Class::Deprecated(instead) => format!("{text} (Deprecated: use {instead}.)"),
    }
}

fn default_value(field: &FieldSpec, text: &str) -> Value {
    match field.kind {
        FieldKind::Argument(ValueType::Bool | ValueType::Integer { .. }) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        }
        _ => text.into(),
    }
}

fn one(block: &Value) -> Value {
    json!({ "type": "object", "allOf": [block] })
}

/// No choice between two: a validator, and so an editor, points at what is wrong inside, and not at the whole block. Definitions of
/// blocks speak of members only, which arrays do not have.
fn one_or_several(block: &Value) -> Value {
    json!({ "type": ["object", "array"], "allOf": [block, { "items": one(block) }] })
}

fn by_label(block: &Value, description: &str) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": one_or_several(block) });
    if !description.is_empty() {
        schema["description"] = description.into();
    }
    schema
}

/// A text with an interpolation may stand for any type.
fn template() -> Value {
    json!({ "type": "string", "pattern": "[$%]\\{" })
}

fn value(kind: ValueType, values: &[&str]) -> Value {
    match kind {
        ValueType::String if !values.is_empty() => json!({ "anyOf": [{ "enum": values }, template()] }),
        ValueType::String => json!({ "type": ["string", "number", "boolean"] }),
        ValueType::Integer { min, max } => {
            let mut integer = json!({ "type": "integer" });
            if max < u64::from(u32::MAX) || min > i64::from(i32::MIN) {
                integer["minimum"] = min.into();
            }
            if max < u64::from(u32::MAX) {
                integer["maximum"] = max.into();
            }
            json!({ "anyOf": [integer, { "type": "string", "pattern": "^-?[0-9]+$|[$%]\\{" }] })
        }
        ValueType::Bool => json!({ "anyOf": [
            { "type": "boolean" },
            { "type": "string", "pattern": "^(true|false)$|[$%]\\{" },
        ] }),
        ValueType::Duration => json!({ "anyOf": [
            { "type": "string", "pattern": "^[-+]?(0|([0-9]*\\.?[0-9]+|[0-9]+\\.)(ns|us|µs|μs|ms|s|m|h))+$|[$%]\\{" },
            { "type": "integer" },
        ] }),
        ValueType::List(inner) => json!({ "anyOf": [
            { "type": "array", "items": value(*inner, &[]) },
            template(),
        ] }),
        ValueType::Any => Value::Bool(true),
    }
}

/// A task's `config` is what its driver says.
fn add_configs(defs: &mut Map<String, Value>, configs: &[(&str, Value)]) {
    let mut conditions = Vec::new();
    for (driver, schema) in configs {
        let name = format!("config.{driver}");
        conditions.push(json!({
            "if": { "properties": { "driver": { "const": driver } }, "required": ["driver"] },
            "then": { "properties": { "config": { "$ref": format!("#/$defs/{name}") } } },
        }));
        defs.insert(name, schema.clone());
    }
    if let Some(task) = defs.get_mut("task") {
        task["allOf"] = conditions.into();
    }
}
