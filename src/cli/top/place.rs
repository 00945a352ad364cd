//! What a line of the screen stands for: a job, one of its allocations, or a task.

use crate::cli::instance::Instance;

/// A job, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The job's namespace.
    pub namespace: String,
    /// The job.
    pub job: String,
    /// One of its allocations: group and index.
    pub allocation: Option<(String, u32)>,
    /// One of that one's tasks.
    pub task: Option<String>,
}

impl Place {
    /// A job.
    pub fn job(namespace: &str, job: &str) -> Self {
        Self { namespace: namespace.to_owned(), job: job.to_owned(), allocation: None, task: None }
    }

    /// One of its allocations.
    pub fn allocation(&self, group: &str, index: u32) -> Self {
        Self { allocation: Some((group.to_owned(), index)), task: None, ..self.clone() }
    }

    /// One of its tasks.
    pub fn task(&self, task: &str) -> Self {
        Self { task: Some(task.to_owned()), ..self.clone() }
    }

    /// The allocation it is in, or the job.
    pub fn without_task(&self) -> Self {
        Self { task: None, ..self.clone() }
    }

    /// Whether another is this or a part of it.
    pub fn holds(&self, other: &Self) -> bool {
        self.namespace == other.namespace
            && self.job == other.job
            && (self.allocation.is_none() || self.allocation == other.allocation)
            && (self.task.is_none() || self.task == other.task)
    }

    /// `web/api[0]`: as commands take it. The task is an argument of its own.
    pub fn instance(&self) -> Instance {
        let name = self.without_task().to_string();
        Instance::new(name, self.namespace.clone())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.job)?;
        if let Some((group, index)) = &self.allocation {
            write!(f, "/{group}[{index}]")?;
        }
        if let Some(task) = &self.task {
            write!(f, "/{task}")?;
        }
        Ok(())
    }
}
