//! Findings as JSON: the shape of `validate --format json`, which others rely on.
//!
//! Positions count from 1, columns in characters; an end is the last character, not the one after it.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Position, Severity, Sources, Span};

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct JsonReport<'a> {
    /// One entry a file.
    pub files: Vec<FileReport<'a>>,
}

/// What was found in one file.
#[derive(Debug, Serialize)]
pub struct FileReport<'a> {
    file: &'a str,
    valid: bool,
    diagnostics: Vec<Finding<'a>>,
    notes: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    labels: Vec<Place<'a>>,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    message: &'a str,
    start: Position,
    end: Position,
}

impl<'a> FileReport<'a> {
    /// The findings of one file; `valid` where none is an error.
    pub fn new(file: &'a str, valid: bool, findings: &'a [Diagnostic], sources: &'a Sources) -> Self {
        let of = |note: bool| {
            let chosen = findings.iter().filter(move |finding| (finding.severity == Severity::Note) == note);
            chosen.map(|finding| Finding::new(finding, sources)).collect()
        };
        Self { file, valid, diagnostics: of(false), notes: of(true) }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a Diagnostic, sources: &'a Sources) -> Self {
        let place = |label: &'a crate::diagnostic::Label| Place {
            file: sources.file(label.span.file).name(),
            message: &label.message,
            start: sources.file(label.span.file).position(label.span.start),
            end: last_position(sources, label.span),
        };
        Self {
            severity: finding.severity,
            code: finding.code,
            message: &finding.message,
            help: finding.help.as_deref(),
            labels: finding.labels.iter().map(place).collect(),
        }
    }
}

/// The position of the last character of a span; of an empty one its start.
pub(super) fn last_position(sources: &Sources, span: Span) -> Position {
    let last = sources.slice(span).chars().next_back().map_or(0, char::len_utf8);
    let last = u32::try_from(last).unwrap_or(0);
    sources.file(span.file).position(if last == 0 { span.start } else { span.end - last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_the_last_character() {
        let mut sources = Sources::new();
        let file = sources.add("a.hcl", "a = \"ä\"\n");
        let finding = Diagnostic::error("x::y", "m").label(Span::new(file, 4, 8), "").help("h");
        let note = Diagnostic::note("x::z", "n");
        let findings = [finding, note];
        let report = JsonReport { files: vec![FileReport::new("a.hcl", false, &findings, &sources)] };
        insta::assert_json_snapshot!(report, @r#"
        {
          "files": [
            {
              "file": "a.hcl",
              "valid": false,
              "diagnostics": [
                {
                  "severity": "error",
                  "code": "x::y",
                  "message": "m",
                  "help": "h",
                  "labels": [
                    {
                      "file": "a.hcl",
                      "message": "",
                      "start": {
                        "line": 1,
                        "column": 5,
                        "offset": 4
                      },
                      "end": {
                        "line": 1,
                        "column": 7,
                        "offset": 7
                      }
                    }
                  ]
                }
              ],
              "notes": [
                {
                  "severity": "note",
                  "code": "x::z",
                  "message": "n",
                  "help": null,
                  "labels": []
                }
              ]
            }
          ]
        }
        "#);
    }
}
