//! The `job` block and its `ui`.
//!
//! The top of the tree: what is inherited by tasks (`vault`, `secret`, a task of its own) stays where it was written;
//! [`Job::groups`] and the methods on tasks resolve it.

use super::block::block;
use super::constraint::{Affinity, Constraint, Spread};
use super::group::Group;
use super::multiregion::Multiregion;
use super::periodic::{Parameterized, Periodic};
use super::spanned::{List, Map, Opt, Spanned, Str};
use super::task::Task;
use super::update::{Migrate, Reschedule, Update};
use super::vault::{Secret, Vault};

block! {
    /// A job: the unit that is planned, run and stopped. Its label is its id.
    Job = "job", label label => "" {
        /// The id, where it shall differ from the label.
        id: Opt<Str> => "ID";
        /// The name shown to people; the id where it is not given.
        name: Opt<Str> => "Name";
        /// What kind of work it is: `service` runs until stopped, `batch` until it is done; `system` and `sysbatch` are the same on every host.
        kind as "type": Opt<Str> => "Type", values(&["service", "batch", "system", "sysbatch"]), default("service");
        /// The region of the cluster.
        region: Opt<Str> => "Region", default("global");
        /// The namespace: jobs of different namespaces may have equal names.
        namespace: Opt<Str> => "Namespace", default("default");
        /// The node pool of the cluster.
        node_pool: Opt<Str> => "NodePool";
        /// The data centers it may run in; globs are allowed.
        datacenters: Opt<List<Str>> => "Datacenters";
        /// How important it is, 1 to 100.
        priority: Opt<i64> => "Priority", default("50");
        /// Whether the scheduler must place all groups at once.
        all_at_once: Opt<bool> => "AllAtOnce", cluster;
        /// What a host must have.
        constraints as "constraint": Vec<Constraint> => "Constraints";
        /// What a host should have.
        affinities as "affinity": Vec<Affinity> => "Affinities", cluster;
        /// Over what allocations are spread.
        spreads as "spread": Vec<Spread> => "Spreads", cluster;
        /// How a new version replaces the one that runs.
        update: Option<Box<Update>> => "Update";
        /// When a failed allocation is placed elsewhere.
        reschedule: Option<Box<Reschedule>> => "Reschedule", cluster;
        /// How allocations leave a host that is drained.
        migrate: Option<Box<Migrate>> => "Migrate", cluster;
        /// The regions of a multi-region deployment.
        multiregion: Option<Box<Multiregion>> => "Multiregion", enterprise;
        /// When it is started by the clock.
        periodic: Option<Box<Periodic>> => "Periodic";
        /// Makes it a template that is dispatched with parameters.
        parameterized: Option<Box<Parameterized>> => "ParameterizedJob";
        /// Texts and links for people.
        ui: Option<Box<Ui>> => "UI";
        /// Free keys and values, `NOMAD_META_<key>` in the tasks.
        meta: Opt<Map<Str>> => "Meta";
        /// Tasks that run together on one host.
        groups as "group": Vec<Group> => "TaskGroups";
        /// A task that makes a group of its own.
        tasks as "task": Vec<Task> => "";
        /// Vault access for every task that says nothing else.
        vault: Option<Box<Vault>> => "", cluster;
        /// Secrets for every task.
        secrets as "secret": Vec<Secret> => "", cluster;
    }
}

block! {
    /// What a user interface shows of a job.
    Ui = "ui" {
        /// A text in Markdown, 1000 characters at most.
        description: Opt<Str> => "Description";
        /// Links.
        links as "link": Vec<UiLink> => "Links";
    }
}

block! {
    /// A link shown with a job.
    UiLink = "link" {
        /// The text to click on.
        label: Opt<Str> => "Label";
        /// Where it leads.
        url: Opt<Str> => "URL";
    }
}

/// What kind of work a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobType {
    /// Runs until stopped.
    Service,
    /// Runs until it is done.
    Batch,
    /// A service on every host.
    System,
    /// Batch on every host.
    Sysbatch,
}

impl JobType {
    /// Its name in a job file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Batch => "batch",
            Self::System => "system",
            Self::Sysbatch => "sysbatch",
        }
    }

    /// Whether its tasks end by themselves.
    pub const fn is_batch(self) -> bool {
        matches!(self, Self::Batch | Self::Sysbatch)
    }

    /// Whether it runs on every host.
    pub const fn is_system(self) -> bool {
        matches!(self, Self::System | Self::Sysbatch)
    }
}

impl Job {
    /// Its id: the label, unless `id` says otherwise.
    pub fn effective_id(&self) -> &Spanned<Str> {
        self.id.as_ref().unwrap_or(&self.label)
    }

    /// What kind it is, a service where it does not say; `None` where it says something unknown.
    pub fn job_type(&self) -> Option<JobType> {
        match self.kind.as_ref().map(Spanned::as_str) {
            None | Some("service") => Some(JobType::Service),
            Some("batch") => Some(JobType::Batch),
            Some("system") => Some(JobType::System),
            Some("sysbatch") => Some(JobType::Sysbatch),
            Some(_) => None,
        }
    }
}
