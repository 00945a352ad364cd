//! Naming what runs: `JOB[/GROUP[INDEX]][/TASK]`.
//!
//! Names hold slashes and brackets if their author likes: what is there decides how a name is read.

use crate::state::{Found, JobRecord};

/// A job, and maybe a part of it, named on the command line.
#[derive(Debug, clap::Args)]
pub struct Instance {
    /// The job, or a part of it: JOB[/GROUP[INDEX]][/TASK]
    #[arg(value_name = "JOB")]
    name: String,
    /// The namespace of the job
    #[arg(long, default_value = "default", value_name = "NAME")]
    pub namespace: String,
}

/// A name that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The job.
    pub job: String,
    /// One of its groups.
    pub group: Option<String>,
    /// One of the group's allocations.
    pub index: Option<u32>,
    /// One of the tasks.
    pub task: Option<String>,
}

impl std::fmt::Display for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.name)
    }
}

impl Instance {
    /// A name, and the namespace of its job.
    pub fn new(name: String, namespace: String) -> Self {
        Self { name, namespace }
    }

    /// Whether it names the job as a whole.
    pub fn is(&self, job: &JobRecord) -> bool {
        self.name.trim_end_matches('/') == job.job
    }

    /// The jobs that may be meant, known or not: their names may hold slashes.
    pub fn may_mean(&self) -> impl Iterator<Item = &str> {
        let ends = self.name.match_indices('/').map(|(end, _)| end).chain([self.name.len()]);
        ends.filter_map(|end| self.name.get(..end)).filter(|job| !job.is_empty())
    }

    /// Which of the jobs is meant: the longest that the name begins with.
    pub fn job<'a>(&self, jobs: &'a [JobRecord]) -> Option<&'a JobRecord> {
        let begins = |job: &&JobRecord| {
            job.namespace == self.namespace
                && self.name.strip_prefix(&job.job).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        jobs.iter().filter(begins).max_by_key(|job| job.job.len())
    }

    /// What is meant, beside the job, given its allocations; `task` is a task named in a word of its own.
    pub fn part(&self, job: &JobRecord, allocations: &[Found], task: Option<&str>) -> Option<Part> {
        let rest = self.name.get(job.job.len()..).unwrap_or_default().trim_start_matches('/');
        let mut part = Part { job: job.job.clone(), task: task.map(str::to_owned), ..Part::default() };
        if rest.is_empty() {
            return Some(part);
        }
        let (first, second) = rest.split_once('/').map_or((rest, None), |(first, second)| (first, Some(second)));
        let (group, index) = split_index(first);
        let is_there =
            |found: &Found| found.launch.group == group && index.is_none_or(|index| found.launch.index == index);
        if allocations.iter().any(is_there) {
            (part.group, part.index) = (Some(group.to_owned()), index);
            part.task = second.map(str::to_owned).or(part.task);
            return Some(part);
        }
        let tasks = allocations.iter().filter_map(|found| found.status.as_ref()).flat_map(|status| &status.tasks);
        let is_task = second.is_none() && tasks.into_iter().any(|task| task.name == first);
        is_task.then(|| Part { task: Some(first.to_owned()), ..part })
    }
}

impl Part {
    /// Whether an allocation belongs to it.
    pub fn has(&self, found: &Found) -> bool {
        self.group.as_ref().is_none_or(|group| *group == found.launch.group)
            && self.index.is_none_or(|index| index == found.launch.index)
    }

    /// Its name: `JOB`, `JOB.GROUP`, `JOB.GROUP[INDEX]`.
    pub fn name(&self) -> String {
        match (&self.group, self.index) {
            (Some(group), Some(index)) => format!("{}.{group}[{index}]", self.job),
            (Some(group), None) => format!("{}.{group}", self.job),
            (None, _) => self.job.clone(),
        }
    }

    /// Whether a task belongs to it.
    pub fn has_task(&self, name: &str) -> bool {
        self.task.as_ref().is_none_or(|task| task == name)
    }
}

/// `api[3]` is the group `api` and the index 3.
fn split_index(text: &str) -> (&str, Option<u32>) {
    let index = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
    match index.and_then(|(group, index)| Some((group, index.parse().ok()?))) {
        Some((group, index)) => (group, Some(index)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    fn record(job: &str) -> JobRecord {
        JobRecord::running("default", job, &samples::plan().store().digest, false)
    }

    fn instance(name: &str) -> Instance {
        Instance { name: name.to_owned(), namespace: "default".to_owned() }
    }

    #[test]
    fn the_longest_job_is_meant() {
        let jobs = ["web", "web/api", "other"].map(record);
        let named = |name: &str| instance(name).job(&jobs).map(|job| job.job.clone());
        assert_eq!(named("web"), Some("web".to_owned()));
        assert_eq!(named("web/server"), Some("web".to_owned()));
        assert_eq!(named("web/api[0]"), Some("web".to_owned()));
        assert_eq!(named("web/api/server"), Some("web/api".to_owned()));
        assert_eq!(named("webs"), None);
        let elsewhere = Instance { namespace: "elsewhere".to_owned(), ..instance("web") };
        assert!(elsewhere.job(&jobs).is_none());
    }

    #[test]
    fn an_index_stands_in_brackets() {
        assert_eq!(split_index("api[12]"), ("api", Some(12)));
        assert_eq!(split_index("api"), ("api", None));
        assert_eq!(split_index("a[b]"), ("a[b]", None));
        assert_eq!(split_index("a[1][2]"), ("a[1]", Some(2)));
    }
}
