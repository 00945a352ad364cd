//! How the `jobctl` command is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // At a fixed address: a position-independent executable of this size has 36,000 places to correct at each of the three starts a task
    // takes, and a page of its own for each 4 KiB of them (docs/performance.md has the figures, and the price).
    println!("cargo:rustc-link-arg-bins=-no-pie");
    let set = |name| std::env::var(name).unwrap_or_default();
    let is_static = set("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    // What follows is about the libraries of glibc, and static programs begin with code that looks for the tables.
    if set("CARGO_CFG_TARGET_ENV") != "gnu" || is_static {
        return;
    }
    // The unwinder from its archive: the shared one is a file more to be loaded at each of those starts, and asks the processor what it
    // is, which takes long in a virtual machine.
    println!("cargo:rustc-link-lib=static:-bundle=gcc_eh");
    // The profiles that abort when they panic; Cargo does not say which do.
    if set("PROFILE") == "release" {
        let script = "packaging/layout.ld";
        println!("cargo:rerun-if-changed={script}");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}/{script}", set("CARGO_MANIFEST_DIR"));
    }
}
