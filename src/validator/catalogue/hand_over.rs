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
    entry(
        "nomad::own_key",
        "a key of `config` is jobctl's own and goes to a Nomad cluster",
        "Nomad checks a task's `config` on the client that starts it: the job would be taken, and every allocation fail.",
        Other("jobctl submit --strip job.hcl"),
    ),
    entry(
        "nomad::not_offered",
        "no node of the cluster has a driver or a host volume that the job asks for",
        "The job is taken all the same, and waits until a node has it.",
        Other("nomad node status -verbose NODE"),
    ),
    entry(
        "nomad::not_placed",
        "the cluster's scheduler finds no node for allocations of a group",
        "The job is taken all the same. What could not be placed waits for room: a node that is added, freed, or changed so that it fits.",
        Other("nomad eval status EVALUATION"),
    ),
    entry(
        "nomad::refused",
        "the cluster's servers refuse the job",
        "They check again what jobctl has checked, by the rules of their version, and what only they know: namespaces, node pools, quotas, policies.",
        Other("nomad job validate job.hcl"),
    ),
];
