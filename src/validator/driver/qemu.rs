//! The config of driver `qemu`, as far as keys and types go.

use super::schema::{Key, STRINGS, Shape};

pub(super) const KEYS: &[Key] = &[
    Key::required("image_path", Shape::String),
    Key::new("accelerator", Shape::String),
    Key::new("args", STRINGS),
    Key::new("drive_interface", Shape::String),
    Key::new("emulator", Shape::String),
    Key::new("graceful_shutdown", Shape::Bool),
    Key::new("guest_agent", Shape::Bool),
    Key::new("port_map", Shape::Map(&Shape::Number)),
];
