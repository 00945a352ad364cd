//! `--sensitive`: variables whose values are in no plan.
//!
//! Their values may stand in the `env` of tasks, whole or as parts of a text. Anywhere else they would be written down, and what is made of
//! them could not be told from what is not.

use super::job_file::Inputs;
use super::{Global, jobs};
use crate::eval::Sensitive;
use crate::plan::{Plan, interpolate};
use crate::state::{self, Store};

/// The key of the state directory, where variables are marked; a new one where it has none, which is to be kept once a plan made with it is applied.
///
/// # Errors
/// Those of reading the state.
pub fn key(inputs: &Inputs, global: &Global) -> Result<Option<[u8; 32]>, state::Error> {
    if inputs.sensitive.is_empty() {
        return Ok(None);
    }
    match jobs::open(global)? {
        Some(store) => store.sensitive_key(),
        None => Store::new_key(),
    }
    .map(Some)
}

/// Whether `plan` is `open` with references to sensitive values in its environments and nowhere else.
pub fn only_in_environments(plan: &Plan, open: &Plan, sensitive: &Sensitive) -> bool {
    let values = sensitive.values();
    let mut filled = plan.clone();
    for value in filled.groups.iter_mut().flat_map(|group| &mut group.tasks).flat_map(|task| task.env.values_mut()) {
        *value = interpolate(value, |name| values.get(name).cloned());
    }
    filled == *open
}
