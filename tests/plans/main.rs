//! Plans of the example jobs and of small jobs, made by the library on described machines: no root, no probing.

mod examples;
mod gate;
mod harness;
mod refusals;
mod twins;
