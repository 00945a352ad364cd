//! Findings as SARIF 2.1.0 (OASIS standard), which code scanning reads.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Label, Severity, Sources};

/// The whole log, one run.
pub fn sarif<'a>(findings: impl IntoIterator<Item = (&'a Diagnostic, &'a Sources)>) -> Value {
    let mut codes = BTreeSet::new();
    let mut results = Vec::new();
    for (finding, sources) in findings {
        codes.insert(finding.code);
        results.push(result(finding, sources));
    }
    let rules: Vec<Value> = codes.into_iter().map(|code| json!({"id": code})).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "jobctl", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Diagnostic, sources: &Sources) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let mut labels = finding.labels.iter().map(|label| location(label, sources));
    json!({
        "ruleId": finding.code,
        "level": level,
        "message": {"text": text},
        "locations": labels.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": labels.collect::<Vec<_>>(),
    })
}

/// A SARIF end column is the one after the last character.
fn location(label: &Label, sources: &Sources) -> Value {
    let file = sources.file(label.span.file);
    let (start, end) = (file.position(label.span.start), file.position(label.span.end));
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(file.name())},
            "region": {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column},
        },
        "message": {"text": label.message},
    })
}

/// A relative path stays one; what a URI cannot hold is percent-encoded.
fn uri(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Sources, Span};

    #[test]
    fn a_log_with_rules_and_results() {
        let mut sources = Sources::new();
        let file = sources.add("my job.hcl", "count = 12\n");
        let finding = Diagnostic::error("x::y", "m").label(Span::new(file, 8, 10), "here");
        insta::assert_json_snapshot!(sarif([(&finding, &sources)])["runs"][0]["results"], @r#"
        [
          {
            "ruleId": "x::y",
            "level": "error",
            "message": {
              "text": "m"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "my%20job.hcl"
                  },
                  "region": {
                    "startLine": 1,
                    "startColumn": 9,
                    "endLine": 1,
                    "endColumn": 11
                  }
                },
                "message": {
                  "text": "here"
                }
              }
            ],
            "relatedLocations": []
          }
        ]
        "#);
    }
}
