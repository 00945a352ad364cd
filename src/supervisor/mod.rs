//! The supervisor of an allocation: its tasks in their order, restarts, stops, status, journal and control socket.
//!
//! One process an allocation, one thread, one loop. What is decided is decided in `lifecycle`, without touching anything.

mod assignment;
mod begin;
mod capture;
mod control;
mod directories;
mod environment;
mod exec;
mod execution;
mod failure;
mod fetched;
mod inits;
mod instructions;
mod lifecycle;
mod lifeline;
mod moment;
mod output_pipes;
mod prepared;
mod record;
mod remains;
mod restart;
mod supervision;

pub use assignment::{Portion, PortionError};
pub use begin::run;
pub use capture::Captured;
pub use control::{Answer, ControlError, Request, request};
pub use directories::{create as create_directories, of_task as directories_of_task};
pub use environment::Start;
pub use exec::{Exec, ExecError, Execution, Program, Streams};
pub use execution::{clear_away, recorded_exit};
pub use failure::Failure;
pub use instructions::{Expected, Instructed, Reserve, StartSupervisorError, Supervisor, adopt};
pub use lifecycle::{Action, AllocationMachine, Input, Resumption, TaskMachine};
pub use lifeline::Lifeline;
pub use moment::Moment;
