//! How the `jobctl` command is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // At a fixed address: a position-independent executable of this size has 36,000 places to correct at each of the three starts a task
    // takes, and a page of its own for each 4 KiB of them (docs/performance.md has the figures, and the price).
    println!("cargo:rustc-link-arg-bins=-no-pie");
}
