//! Plans of the example jobs and of small jobs, made by the library on described machines: no root, no probing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bundles;
mod examples;
mod gate;
mod harness;
mod host_files;
mod refusals;
mod twins;
