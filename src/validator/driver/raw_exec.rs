//! The config of driver `raw_exec`.

use crate::jobspec::Untyped;

use super::exec;
use super::schema::{Key, STRING_MAP, STRINGS, Shape};
use crate::validator::checker::Checker;

pub(super) const KEYS: &[Key] = &[
    Key::required("command", Shape::String),
    Key::new("args", STRINGS),
    Key::new("work_dir", Shape::String),
    Key::new("oom_score_adj", Shape::Number),
    Key::new("cgroup_v2_override", Shape::String),
    Key::new("cgroup_v1_override", STRING_MAP),
    Key::new("denied_envvars", STRINGS),
];

/// The rules beyond keys and types.
pub(super) fn check(config: &Untyped, checker: &mut Checker<'_>) {
    exec::work_dir(config, checker);
    exec::oom_score_adj(config, checker);
}
