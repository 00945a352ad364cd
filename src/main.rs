//! The `jobctl` command: a few lines round the library.

use jobctl::cli::{self, Exit};

fn main() -> Exit {
    cli::main()
}
