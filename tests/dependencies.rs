//! What jobctl depends on is as deny.toml has it: licences, and where crates come from. Offline; `cargo deny check` looks at advisories too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, ParseMode};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// All packages of a build for this kind of machine, those for tests included.
fn packages() -> Vec<Value> {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let arguments = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &platform];
    // The compiler lies beside it, whether or not that is in PATH.
    let rustc = Path::new(env!("CARGO")).with_file_name("rustc");
    let output = Command::new(env!("CARGO")).args(arguments).env("RUSTC", rustc).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().clone();
    assert!(packages.len() > 100, "{}", packages.len());
    packages
}

fn policy() -> toml::Value {
    toml::from_str(&std::fs::read_to_string(Path::new(ROOT).join("deny.toml")).unwrap()).unwrap()
}

fn strings(value: &toml::Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let policy = policy();
    let allowed = strings(&policy["licenses"]["allow"]);
    let is_allowed = |package: &&Value| {
        let Some(licence) = package["license"].as_str() else { return false };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else { return false };
        expression.evaluate(|requirement| {
            requirement.addition.is_none() && requirement.license.id().is_some_and(|id| allowed.contains(&id.name))
        })
    };
    let packages = packages();
    let refused = packages.iter().filter(|package| !is_allowed(package));
    let refused: Vec<_> = refused.map(|package| format!("{}: {}", package["name"], package["license"])).collect();
    assert!(refused.is_empty(), "deny.toml does not allow {refused:#?}");
}

#[test]
fn every_crate_comes_from_a_registry_that_is_allowed() {
    let policy = policy();
    let allowed: Vec<_> =
        strings(&policy["sources"]["allow-registry"]).into_iter().map(|url| format!("registry+{url}")).collect();
    let packages = packages();
    let foreign = packages.iter().filter(|package| package["name"] != "jobctl");
    let foreign = foreign.filter(|package| !allowed.iter().any(|source| package["source"] == source.as_str()));
    assert_eq!(foreign.map(|package| &package["id"]).collect::<Vec<_>>(), Vec::<&Value>::new());
}
