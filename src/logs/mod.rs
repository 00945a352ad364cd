//! Task output: moved by the kernel from a pipe into rotated files, and read back from them.
//!
//! Knows pipes, files and streams; nothing of plans, allocations or terminals.

mod error;
mod files;
mod lock;
mod pump;
mod reader;
mod times;

pub use error::Error;
pub use files::{LogFiles, Stream};
pub use lock::Lock;
pub use pump::{Limits, Next, Pump};
pub use reader::{Line, Place, Reader};
