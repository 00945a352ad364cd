//! One task of an allocation.

use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Error, Process};
use crate::applier;
use crate::host;
use crate::logs::{LogFiles, Reader, Stream};
use crate::state::{AllocationId, Condition, Found, Store, TaskExit, TaskPhase, TaskStatus, encode};
use crate::stats::{Sample, Usage};
use crate::supervisor::{Exec, Execution, Request};

/// Between two looks at a task that waits for its turn, or to be started again.
const PAUSE: Duration = Duration::from_millis(20);

/// A task.
#[derive(Debug)]
pub struct Task {
    store: Rc<Store>,
    allocation: AllocationId,
    name: String,
}

impl Task {
    pub(super) fn new(store: Rc<Store>, allocation: AllocationId, name: String) -> Self {
        Self { store, allocation, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it fares, as its supervisor last wrote.
    ///
    /// # Errors
    /// It is gone, or cannot be read.
    pub fn status(&self) -> Result<TaskStatus, Error> {
        self.look().map(|(_, status)| status)
    }

    fn look(&self) -> Result<(Found, TaskStatus), Error> {
        let gone = || Error::Gone(format!("task {:?} of allocation {}", self.name, self.allocation));
        let found = self.store.find(&self.allocation)?.ok_or_else(gone)?;
        let tasks = found.status.iter().flat_map(|status| &status.tasks);
        let status = tasks.into_iter().find(|task| task.name == self.name).cloned().ok_or_else(gone)?;
        Ok((found, status))
    }

    /// Its main process; `None` where it has none now.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn process(&self) -> Result<Option<Process>, Error> {
        let process = self.status()?.process;
        let found = process.as_ref().map(Process::find).transpose().map_err(Error::io("find a process"))?;
        Ok(found.flatten())
    }

    /// Waits until it has ended and is not started again; how it ended last. `None` where nobody knows: it never began, or whoever saw it
    /// was killed.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn wait(&self) -> Result<Option<TaskExit>, Error> {
        loop {
            let (found, status) = self.look()?;
            let over = matches!(found.condition, Condition::Ended(_) | Condition::Lost);
            if over || status.phase == TaskPhase::Dead {
                return Ok(status.exit);
            }
            if let Some(process) = self.process()? {
                process.wait()?;
            }
            // Its supervisor has yet to write down what that means.
            std::thread::sleep(PAUSE);
        }
    }

    /// All of what it wrote to a stream that is kept.
    ///
    /// # Errors
    /// Those of reading.
    pub fn output(&self, stream: Stream) -> Result<Vec<u8>, Error> {
        let (found, _) = self.look()?;
        let Some(directory) = found.directory.logs()? else { return Ok(Vec::new()) };
        let mut reader = Reader::from_start(LogFiles::new(directory, &encode(&self.name), stream))?;
        let mut output = Vec::new();
        while let Some(line) = reader.next_line()? {
            output.extend(line.text);
        }
        output.extend(reader.take_rest().map(|line| line.text).unwrap_or_default());
        Ok(output)
    }

    /// Sends its main process a signal by name (`SIGHUP`), and has the journal say so.
    ///
    /// # Errors
    /// It does not run, or there is no such signal.
    pub fn signal(&self, signal: &str) -> Result<(), Error> {
        self.ask("signal", &Request::Signal { task: Some(self.name.clone()), signal: signal.to_owned() })
    }

    /// Stops it and starts it again; its restart policy does not count that.
    ///
    /// # Errors
    /// It does not run.
    pub fn restart(&self) -> Result<(), Error> {
        self.ask("restart", &Request::Restart { task: Some(self.name.clone()) })
    }

    fn ask(&self, action: &'static str, request: &Request) -> Result<(), Error> {
        if applier::ask(&self.store, &self.allocation, action, request)? {
            Ok(())
        } else {
            Err(Error::Gone(format!("allocation {}", self.allocation)))
        }
    }

    /// Runs one more program in it, as `jobctl exec` does.
    ///
    /// # Errors
    /// It does not run, or a step failed.
    pub fn exec(&self, exec: &Exec) -> Result<Execution, Error> {
        let (found, _) = self.look()?;
        Ok(exec.start(&self.store, &found, &self.name)?)
    }

    /// What it has taken since it began; `None` where it does not run.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn usage(&self) -> Result<Option<Usage>, Error> {
        let status = self.status()?;
        if status.phase != TaskPhase::Running {
            return Ok(None);
        }
        let now = Sample::read(&status, &mut None);
        let began = Sample::before(status.started.unwrap_or_else(Timestamp::now));
        Ok(Some(Usage::between(&began, &now, host::cpu_mhz())))
    }
}
