//! Jobs for programs that embed jobctl: handles that are kept, on jobs, allocations, tasks and processes.
//!
//! What a handle is on may end at any time: each call looks anew, and a process is never taken for another of its number. Nothing here prints.
//!
//! The program's `main` begins with [`crate::run_if_child`]: supervisors and the processes that make a task's world are the program itself.
//!
//! ```no_run
//! use jobctl::handle::{Jobs, Lifetime, plan};
//! use jobctl::logs::Stream;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     jobctl::run_if_child();
//!     let job = r#"
//!         job "hello" {
//!           type = "batch"
//!           group "greeting" {
//!             task "hello" {
//!               driver = "exec"
//!               config {
//!                 command = "/bin/echo"
//!                 args    = ["hello"]
//!               }
//!             }
//!           }
//!         }
//!     "#;
//!     let jobs = Jobs::open("/var/lib/my-program/jobs")?;
//!     let job = jobs.run(&plan("hello.hcl", job)?, Lifetime::Linked)?;
//!     for task in job.allocations()?.iter().flat_map(|allocation| allocation.tasks()) {
//!         let exit = task.wait()?;
//!         println!("{}: {exit:?}", task.name());
//!         print!("{}", String::from_utf8_lossy(&task.output(Stream::Stdout)?));
//!     }
//!     Ok(job.forget()?)
//! }
//! ```

mod allocation;
mod error;
mod job;
mod plan;
mod process;
mod task;

pub use allocation::Allocation;
pub use error::Error;
pub use job::{Job, Jobs, Lifetime};
pub use plan::{Refused, plan};
pub use process::Process;
pub use task::Task;
