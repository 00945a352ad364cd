//! Which names are blocks in a configuration file, for the parsers of TOML and JSON.

use std::sync::LazyLock;

use super::document::HostFile;
use crate::jobspec::{Block as _, shape_of};
use crate::parser::Shape;

static FILE: LazyLock<&'static Shape> = LazyLock::new(|| shape_of(HostFile::SPEC));

/// The shape of a configuration file.
pub(super) fn shape() -> &'static Shape {
    *FILE
}
