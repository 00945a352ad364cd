//! The `jobctl` command: a few lines round the library.

use jobctl::cli::{self, Exit};

// A role needs nothing of what Rust makes ready for `main`. Without glibc nobody knows the arguments any earlier than there.
#[cfg(target_env = "gnu")]
jobctl::run_roles_at_load!();

fn main() -> Exit {
    jobctl::run_if_child();
    cli::main()
}
