//! Every rule a job must keep, whatever the host: one function a rule, one file a block.
//!
//! A rule looks and reports; it never changes a job and never stops another rule. What the host must offer is checked
//! where it is known ([`CheckContext::host`]).

mod context;

pub use context::{CheckContext, KnownHost, KnownVolume};

use crate::diagnostic::Sink;
use crate::jobspec::Job;

/// Checks every rule.
pub fn check(job: &Job, context: &CheckContext, sink: &mut Sink) {
    let _ = (job, context, sink);
}
