//! Text → a checked job: parse, evaluate, decode, check.
//!
//! The order of the stages and nothing else.

use bumpalo::Bump;

use crate::diagnostic::{FileId, Sink, Sources};
use crate::eval::{self, Inputs};
use crate::jobspec::{self, Job};
use crate::parser::{self, Syntax};
use crate::validator::{self, CheckContext};

/// Reads a file and checks every rule. Findings of all stages go to the sink; `None` where there is no job to speak of.
pub fn job(
    sources: &Sources,
    file: FileId,
    syntax: Syntax,
    inputs: &Inputs<'_>,
    context: &CheckContext,
    sink: &mut Sink,
) -> Option<Job> {
    let job = read(sources, file, syntax, inputs, sink)?;
    validator::check(&job, context, sources, sink);
    Some(job)
}

/// Reads a file without checking the rules. It could be read as a job where the sink has no error and this is `Some`.
pub fn read(sources: &Sources, file: FileId, syntax: Syntax, inputs: &Inputs<'_>, sink: &mut Sink) -> Option<Job> {
    let arena = Bump::new();
    let tree = parser::parse(sources, file, syntax, jobspec::shape_for(syntax), &arena, sink);
    if syntax == Syntax::Json && parser::is_api_form(&tree) {
        return jobspec::decode_api_form(&tree, sink);
    }
    let body = eval::expand(&tree, inputs, sources, &arena, sink);
    jobspec::decode(&body, tree.span, sink)
}
