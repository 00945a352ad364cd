//! `jobctl inspect JOB|DIGEST`: the plan a job was started with, as it is stored.

use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::plan::Digest;
use crate::state::{self, Store};

/// Arguments of `jobctl inspect`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A job, or the digest of a plan (its first digits are enough)
    #[arg(value_name = "JOB|DIGEST")]
    name: String,
    /// The namespace of the job
    #[arg(long, default_value = "default", value_name = "NAME")]
    namespace: String,
    /// Print the digest only
    #[arg(long)]
    digest: bool,
}

/// Prints the plan.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    inspect(arguments, global, output).unwrap_or_else(|error| {
        output.error(&error);
        Exit::Failure
    })
}

fn inspect(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, state::Error> {
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
