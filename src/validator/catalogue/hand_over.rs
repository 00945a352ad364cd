//! Codes of handing a job over: to a runtime of the OCI, to a cluster.

use super::Example::{Other, Task};
use super::{Explanation, entry};

pub(super) const ALL: &[Explanation] = &[
    entry(
        "oci::not_in_bundle",
        "a job says something that an OCI bundle has no word for",
        "A bundle says how one process is started. What comes before and after it, and beside it, is left to whoever starts the runtime.",
        Other("jobctl export oci job.hcl -o bundles && runc run -b bundles/GROUP-0/tasks/TASK NAME"),
    ),
    entry(
        "oci::raw_exec",
        "a task of `raw_exec` cannot be a bundle",
        "A bundle has a root directory of its own, and a runtime makes its device nodes there: with the host's root they would be the host's.",
        Task("driver = \"exec\""),
    ),
];
