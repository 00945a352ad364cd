//! The `jobctl` command: a few lines round the library.

use jobctl::cli::{self, Exit};

fn main() -> Exit {
    jobctl::run_if_child();
    cli::main()
}
