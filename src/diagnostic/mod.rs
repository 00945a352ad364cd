//! What is wrong, where, and what to do: source files, spans, diagnostics and their rendering.
//!
//! Nothing here knows a rule of the job language; the rooms below find, this room carries and shows.

mod finding;
pub mod render;
mod report;
mod source;

pub use finding::{Diagnostic, Label, Severity, Sink};
pub use report::Report;
pub use source::{FileId, Position, SourceFile, Sources, Span};
