//! What is sent for real job files, held against the job that Nomad's own command makes of them (../shared/conformance, where it is).

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::bench::{Bench, Said, cluster};
use super::server::Server;

/// As the reference answers are meant to be compared: what is zero or empty may as well be left out.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, field)| (name, pruned(field)));
            Value::Object(fields.filter(|(_, field)| !is_empty(field)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// `uuidv4()` gives another value each time.
fn without_random_values(value: &Value) -> String {
    let uuid = regex::Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").unwrap();
    uuid.replace_all(&value.to_string(), "uuid").into_owned()
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().map(|(name, field)| (name, sorted(field))).collect();
            fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(Map::from_iter(fields))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[test]
fn the_body_is_the_references() {
    let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let Ok(expected) = fs::read_dir(answers.join("expected")) else {
        println!("SKIP needs the reference answers beside the checkout");
        return;
    };
    let (mut sent, mut refused) = (0, Vec::new());
    for entry in expected {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let answer: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let server = Server::tcp(cluster());
        let bench = Bench::new("");
        let file = answers.join("jobs").join(&name).canonicalize().unwrap();
        let said = Said::of(&bench.command(&server.address, &[file.to_str().unwrap(), "--detach"]).output().unwrap());
        let bodies = server.bodies("PUT /v1/jobs");
        let Some(body) = bodies.into_iter().next() else {
            // A job that breaks a rule is not sent; then the reason is an error of ours, on its text.
            assert!(said.code == Some(1) && said.err.contains(&name), "{name}: {said:?}");
            refused.push(name);
            continue;
        };
        let tidy = |job: &Value| without_random_values(&sorted(pruned(job.clone())));
        assert_eq!(tidy(&body["Job"]), tidy(&answer["job"]), "{name}");
        sent += 1;
    }
    println!(
        "{sent} bodies equal the reference's; {} jobs are not sent, for the rules they break: {refused:?}",
        refused.len()
    );
    assert!(sent > 10 * refused.len(), "most of them keep the rules: {refused:?}");
}
