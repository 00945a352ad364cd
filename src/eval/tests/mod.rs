//! Tests of the room as a whole: expressions in tables, files with their findings.

mod collections;
mod dynamic;
mod files;
mod locals;
mod messages;
mod numbers;
mod operators;
mod properties;
mod run_time;
mod templates;
mod variables;
