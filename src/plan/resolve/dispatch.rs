//! What a parameterized job is run with: whether it may be, and the payload's way into the tasks that ask for it.
//!
//! Meta has its place in the job before it is resolved; here it is only held against the job's rules.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::jobspec::{self, Job, Spanned, Str, similar};
use crate::plan::{Payload, Plan};

/// The most bytes of a payload, as in Nomad.
pub const PAYLOAD_LIMIT: usize = 16 * 1024;

/// What a job is run with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dispatch<'a> {
    /// `--payload`
    pub payload: Option<&'a [u8]>,
    /// The keys of `--meta`, and where they were typed.
    pub meta: &'a [(&'a str, Span)],
}

/// Gives the plan of a job what the job is run with.
pub fn dispatch(plan: &mut Plan, job: &Job, given: &Dispatch<'_>, sink: &mut Sink) {
    check(job, given, sink);
    let Some(payload) = given.payload.filter(|payload| !payload.is_empty()) else { return };
    let groups = job.groups.iter().map(|group| (&group.name, &group.tasks[..]));
    let alone = job.tasks.iter().map(|task| (&task.name, std::slice::from_ref(task)));
    for ((_, written), group) in groups.chain(alone).zip(&mut plan.groups) {
        for (written, task) in written.iter().zip(&mut group.tasks) {
            task.payload = file(written).map(|file| Payload {
                address: format!("{}.dispatch_payload", task.address),
                file: file.to_string(),
                content: BASE64_STANDARD.encode(payload),
            });
        }
    }
}

fn file(task: &jobspec::Task) -> Option<&Spanned<Str>> {
    task.dispatch_payload.as_ref()?.file.as_ref()
}

fn check(job: &Job, given: &Dispatch<'_>, sink: &mut Sink) {
    let Some(parameterized) = &job.parameterized else {
        if given.payload.is_some() {
            refuse("the job is not parameterized and takes no payload", job.at, "not parameterized", sink);
        }
        return;
    };
    let at = parameterized.payload.as_ref().map_or(parameterized.at, |payload| payload.span);
    let rule = parameterized.payload.as_ref().map_or("optional", |payload| &*payload.value);
    match (rule, given.payload) {
        ("forbidden", Some(_)) => refuse("the job takes no payload", at, "forbidden", sink),
        (_, Some(payload)) if payload.len() > PAYLOAD_LIMIT => {
            let message = format!("the payload has {} bytes, more than {PAYLOAD_LIMIT}", payload.len());
            refuse(&message, at, "at most 16 KiB, as in Nomad", sink);
        }
        ("required", None) => sink.push(
            Diagnostic::warning("parameterized::missing_payload", "a payload must be given")
                .label(at, "required and not given")
                .help("`jobctl run --payload FILE`, or `-` to read it; without it the job can be planned and not run"),
        ),
        _ => {}
    }
    let lists = [&parameterized.meta_required, &parameterized.meta_optional];
    let known: Vec<&str> = lists.into_iter().flatten().flat_map(|keys| &keys.value).map(|key| &*key.value).collect();
    for (key, at) in given.meta.iter().filter(|(key, _)| !known.contains(key)) {
        let help = match similar(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("leave it out, or name it in `meta_optional = [{key:?}]`"),
        };
        sink.push(
            Diagnostic::error("parameterized::unexpected_meta", format!("the job takes no meta {key:?}"))
                .label(*at, "given here")
                .label(parameterized.at, "does not name it")
                .help(help),
        );
    }
}

fn refuse(message: &str, at: Span, label: &str, sink: &mut Sink) {
    sink.push(
        Diagnostic::error("parameterized::payload_refused", message)
            .label(at, label)
            .help("a job takes a payload with `parameterized { payload = \"optional\" }`, of at most 16 KiB"),
    );
}
