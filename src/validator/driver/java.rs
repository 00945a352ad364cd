//! The config of driver `java`, as far as keys and types go.

use super::schema::{Key, STRINGS, Shape};

pub(super) const KEYS: &[Key] = &[
    Key::new("class", Shape::String),
    Key::new("class_path", Shape::String),
    Key::new("jar_path", Shape::String),
    Key::new("jvm_options", STRINGS),
    Key::new("args", STRINGS),
    Key::new("pid_mode", Shape::String),
    Key::new("ipc_mode", Shape::String),
    Key::new("cap_add", STRINGS),
    Key::new("cap_drop", STRINGS),
    Key::new("work_dir", Shape::String),
];
