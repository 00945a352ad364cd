//! Rules about `artifact`.

use crate::diagnostic::Diagnostic;
use crate::jobspec::{Artifact, Spanned, Str, Task};

use super::checker::{Checker, interpolated};
use super::paths::escapes;

/// Every rule of the block, for all artifacts of a task.
pub(super) fn check(task: &Task, checker: &mut Checker<'_>) {
    for artifact in &task.artifacts {
        source(artifact, checker);
        checker.one_of("artifact::unknown_mode", "mode", artifact.mode.as_ref(), &["any", "file", "dir"]);
        destination(artifact, checker);
        if let Some(sum) = artifact.options.as_ref().and_then(|options| options.get("checksum")) {
            checksum(sum, checker);
        }
    }
}

fn source(artifact: &Artifact, checker: &mut Checker<'_>) {
    if artifact.source.as_ref().is_none_or(|source| source.is_empty()) {
        let at = artifact.source.as_ref().map_or(artifact.at, |source| source.span);
        checker.missing(artifact.whole, || {
            Diagnostic::error("artifact::no_source", "the artifact has no source")
                .label(at, "needs `source`")
                .help("write where it is fetched from: `source = \"https://example.com/app.tar.gz\"`")
        });
    }
}

fn destination(artifact: &Artifact, checker: &mut Checker<'_>) {
    let Some(destination) = &artifact.destination else { return };
    if escapes("task", destination) {
        checker.push(
            Diagnostic::error("artifact::outside", format!("\"{}\" is outside of the allocation", destination.value))
                .label(destination.span, "leads out of the task's directory")
                .help("write a path beneath the task's directory, such as \"local/\""),
        );
    }
}

fn checksum(sum: &Spanned<Str>, checker: &mut Checker<'_>) {
    if interpolated(sum) {
        return;
    }
    let problem = match sum.split_once(':') {
        None => Some("it has no type".to_owned()),
        Some((kind, digits)) => match (length_of(kind), digits) {
            (None, _) => Some(format!("\"{kind}\" is not a type of checksum")),
            (Some(_), digits) if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Some("it is not hexadecimal".into())
            }
            (Some(length), digits) if digits.len() != length => {
                Some(format!("{kind} has {length} digits, this has {}", digits.len()))
            }
            _ => None,
        },
    };
    if let Some(problem) = problem {
        checker.push(
            Diagnostic::error("artifact::bad_checksum", format!("not a checksum: {problem}"))
                .label(sum.span, "not a checksum")
                .help("write type and digits, such as \"sha256:…\"; types are md5, sha1, sha256 and sha512"),
        );
    }
}

/// Hexadecimal digits of a type of checksum.
fn length_of(kind: &str) -> Option<usize> {
    match kind {
        "md5" => Some(32),
        "sha1" => Some(40),
        "sha256" => Some(64),
        "sha512" => Some(128),
        _ => None,
    }
}
