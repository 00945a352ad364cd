//! The `jobctl` command: a few lines round the library.

use jobctl::cli::{self, Exit};

// What Rust makes ready for `main` a role does not need, and a command little of it. Without glibc nobody knows the arguments any earlier
// than there.
#[cfg(all(target_env = "gnu", not(test)))]
jobctl::run_at_load!(begin);

#[cfg(all(target_env = "gnu", not(test)))]
fn begin() {
    jobctl::run_if_child();
    jobctl::sys::make_ready();
    std::process::exit(cli::main().code().into());
}

fn main() -> Exit {
    jobctl::run_if_child();
    cli::main()
}
