//! `jobctl inspect JOB|DIGEST|FILE`: the plan a job was started with, as it is stored; or one that `plan --out` saved.

use std::path::Path;

use super::instance::Instance;
use super::saved_plan::{SavedPlan, SavedPlanError};
use super::{Exit, Global, Output, jobs};
use crate::plan::Digest;
use crate::state::{self, Store};

/// Arguments of `jobctl inspect`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A job, the digest of a plan (its first digits are enough), or a file that `jobctl plan --out` wrote
    #[arg(value_name = "JOB|DIGEST|FILE")]
    name: String,
    /// The namespace of the job
    #[arg(long, default_value = "default", value_name = "NAME")]
    namespace: String,
    /// Print the digest only
    #[arg(long)]
    digest: bool,
}

/// Why a plan is not printed.
#[derive(Debug, thiserror::Error)]
enum InspectError {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Saved(#[from] SavedPlanError),
}

/// Prints the plan.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    inspect(arguments, global, output).unwrap_or_else(|error| {
        output.error(&error);
        Exit::Failure
    })
}

fn inspect(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, InspectError> {
    if is_file(&arguments.name) && !is_job(arguments, global) {
        let saved = SavedPlan::read(Path::new(&arguments.name))?;
        return Ok(if arguments.digest {
            output.finish_data(&format!("{}\n", saved.digest))
        } else {
            output.finish_json(&saved.plan)
        });
    }
    let store = jobs::open(global)?;
    let by_digits = store.as_ref().map(|store| by_digits(store, &arguments.name)).transpose()?.flatten();
    let digest = if let Some(digest) = by_digits {
        digest
    } else {
        let instance = Instance::new(arguments.name.clone(), arguments.namespace.clone());
        let Some(named) = jobs::find(store.as_ref(), &instance, None, output)? else { return Ok(Exit::Failure) };
        named.record.digest
    };
    if arguments.digest {
        return Ok(output.finish_data(&format!("{digest}\n")));
    }
    let Some(plan) = store.map(|store| store.plan(&digest)).transpose()?.flatten() else {
        output.failure(format_args!("plan {digest} is not stored"), None);
        return Ok(Exit::Failure);
    };
    Ok(output.finish_json(&plan))
}

/// Whether there is a job of that name, whatever it looks like. Where the state cannot be read, a file still can.
fn is_job(arguments: &Arguments, global: &Global) -> bool {
    let store = jobs::open(global).ok().flatten();
    store.is_some_and(|store| matches!(store.job(&arguments.namespace, &arguments.name), Ok(Some(_))))
}

/// Whether a name is that of a file rather than a job's: a path, or something that ends as saved plans do.
fn is_file(name: &str) -> bool {
    let begins = ["/", "./", "../"].into_iter().any(|start| name.starts_with(start));
    let ends = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    begins || ends || name.contains('/') && Path::new(name).is_file()
}

/// The one stored plan whose digest begins so; at least four digits, so that a job's name is not taken for some.
fn by_digits(store: &Store, name: &str) -> Result<Option<Digest>, state::Error> {
    let digits = name.strip_prefix(Digest::PREFIX).unwrap_or(name);
    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let (mut digests, _) = store.plans()?;
    digests.retain(|digest| digest.as_str()[Digest::PREFIX.len()..].starts_with(digits));
    Ok(digests.pop().filter(|_| digests.is_empty()))
}
