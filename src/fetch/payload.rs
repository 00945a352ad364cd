//! The payload a job was run with, as a file of the task.

use std::io::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Failure;
use super::places::Places;
use crate::plan::Payload;

/// Writes the payload.
pub(super) fn write(payload: &Payload, places: &Places) -> Result<(), Failure> {
    let path = format!("local/{}", payload.file);
    let content = BASE64_STANDARD.decode(&payload.content).map_err(io::Error::other);
    let written = content.and_then(|content| {
        let (tree, path) = places.find(&path);
        let mut file = tree.new_file(&path)?;
        file.file.write_all(&content)?;
        file.finish(0o644)
    });
    written.map_err(|error| Failure::new(&payload.address, format!("payload in {path}"), error))
}
