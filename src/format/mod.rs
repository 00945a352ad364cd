//! The layout of job files, and other syntaxes for the same job.
//!
//! Works on tokens and syntax trees: nothing is evaluated, no file is read or written.

mod align;
mod convert;
mod indent;
mod line;
mod spacing;
#[cfg(test)]
mod tests;

pub use convert::{convert, has_comments};

use crate::diagnostic::{FileId, Sink, Sources};
use crate::parser::{self, Shape, Syntax};

/// An HCL file in canonical layout: two blanks an open bracket, aligned `=` and comments in consecutive lines, one
/// blank round operators. Line breaks, comments and heredocs stay as they are. The layout is that of `nomad fmt` and
/// `terraform fmt`, except for a minus, which is read as it is parsed.
///
/// `None` where the file is not valid HCL; the errors are in the sink.
pub fn format(sources: &Sources, file: FileId, sink: &mut Sink) -> Option<String> {
    let arena = bumpalo::Bump::new();
    parser::parse(sources, file, Syntax::Hcl, &Shape::LEAF, &arena, sink);
    if sink.has_errors() {
        return None;
    }
    let mut lines = line::split(sources.file(file).text());
    spacing::space(&mut lines);
    indent::indent(&mut lines);
    align::align(&mut lines);
    Some(line::join(&lines))
}
