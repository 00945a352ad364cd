//! An artifact of the plan → files of the task.
//!
//! Everything happens in a directory of its own beside the destination, which is gone afterwards; only what is whole is moved out of it.

mod checksum;
mod git;
mod http;
mod source;
mod staging;

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::OFlags;

use super::Failure;
use super::archive::{self, Limits, Packing, Unpacking};
use super::places::Places;
use super::tree::Tree;
use crate::plan::{Artifact, ArtifactMode, Task};
use git::Wanted;
use source::{Origin, Source};
use staging::{CONTENT, DOWNLOAD, Staging};

/// Fetches an artifact to its destination.
pub(super) fn fetch(artifact: &Artifact, task: &Task, places: &Places) -> Result<(), Failure> {
    let failed = |reason: String| Failure::new(&artifact.address, format!("artifact {}", artifact.source), reason);
    let source = Source::parse(&artifact.source, &artifact.options).map_err(failed)?;
    let fetching = Fetching { artifact, task, places, source: &source };
    // A server, a network or a disk may be better next time.
    fetching.perform().map_err(|reason| Failure { recoverable: true, ..failed(reason) })
}

struct Fetching<'a> {
    artifact: &'a Artifact,
    task: &'a Task,
    places: &'a Places,
    source: &'a Source,
}

/// What is in the staging directory.
enum Fetched {
    /// One file, with this name, as [`DOWNLOAD`].
    File(String),
    /// A directory, as [`CONTENT`].
    Directory,
}

impl Fetching<'_> {
    fn perform(&self) -> Result<(), String> {
        let (tree, destination) = self.places.find(&self.artifact.destination);
        let at = |error: io::Error| format!("{}: {error}", self.artifact.destination);
        let mode = self.artifact.mode;
        let (directory, name) = match mode {
            ArtifactMode::File => tree.make_parent(&destination).map_err(at)?,
            _ => (tree.make_directory(&destination).map_err(at)?, self.source.name.clone().into()),
        };
        let staging = Staging::make(&directory).map_err(at)?;
        match (self.unpacked(&staging)?, mode) {
            (Fetched::File(_), ArtifactMode::Dir) => Err("it is a file, and mode \"dir\" wants a directory".to_owned()),
            (Fetched::Directory, ArtifactMode::File) => {
                Err("it is a directory, and mode \"file\" wants a file".to_owned())
            }
            (Fetched::File(_), ArtifactMode::File) => staging.move_file(DOWNLOAD, &name).map_err(at),
            (Fetched::File(name), ArtifactMode::Any) => staging.move_file(DOWNLOAD, name.as_ref()).map_err(at),
            (Fetched::Directory, _) => self.move_directory(&staging),
        }
    }

    /// The artifact in the staging directory, unpacked if it is to be.
    fn unpacked(&self, staging: &Staging) -> Result<Fetched, String> {
        let words = |error: io::Error| error.to_string();
        if !self.download(staging)? {
            return Ok(Fetched::Directory);
        }
        let mut file = staging.open(DOWNLOAD).map_err(words)?;
        if let Some(expected) = &self.source.checksum {
            checksum::check(&mut file, expected).map_err(words)?;
        }
        let limits = &self.artifact.limits;
        let limits = Limits { bytes: limits.unpacked_size, entries: limits.unpacked_files };
        let unpacking = |error: io::Error| format!("unpacking: {error}");
        match self.packing()? {
            None => Ok(Fetched::File(self.source.name.clone())),
            Some((Packing::Single(compression), name)) => {
                staging.replace_download(|to| archive::decompress(compression, file, limits, to)).map_err(unpacking)?;
                Ok(Fetched::File(name))
            }
            Some((packing, _)) => {
                let tree = staging.make_content().map_err(words)?;
                archive::unpack(packing, file, &mut Unpacking::new(&tree, limits)).map_err(unpacking)?;
                Ok(Fetched::Directory)
            }
        }
    }

    /// How it is packed, and what it is called without that.
    fn packing(&self) -> Result<Option<(Packing, String)>, String> {
        let name = &self.source.name;
        let by_name = Packing::of_file(name);
        let inner = by_name.map_or_else(|| name.clone(), |(_, inner)| inner.to_owned());
        match self.source.archive.as_deref() {
            _ if self.artifact.mode == ArtifactMode::File => Ok(None),
            Some("false" | "0") => Ok(None),
            None | Some("" | "true" | "1") => Ok(by_name.map(|(packing, _)| (packing, inner))),
            Some(kind) => match Packing::named(kind) {
                Some(packing) => Ok(Some((packing, inner))),
                None => Err(format!(
                    "{kind:?} is not a kind of archive: tar, tar.gz, tar.bz2, tar.xz, tar.zst, zip, gz, bz2, xz, zst"
                )),
            },
        }
    }

    /// Whether one file was fetched, not a directory.
    fn download(&self, staging: &Staging) -> Result<bool, String> {
        let words = |error: io::Error| error.to_string();
        match &self.source.origin {
            Origin::Http { url } => {
                let mut target = staging.create(DOWNLOAD).map_err(words)?;
                http::download(url, self.artifact, &self.task.env, &mut target)?;
                Ok(true)
            }
            Origin::File { path } => {
                let (tree, path) = self.places.find(path);
                let mut file: File = tree.open_regular(&path).map_err(words)?;
                let mut target = staging.create(DOWNLOAD).map_err(words)?;
                io::copy(&mut file, &mut target).map_err(words)?;
                Ok(true)
            }
            Origin::Git { url, revision, depth } => {
                if self.source.checksum.is_some() {
                    return Err("a repository has no checksum: name a commit with `ref`".to_owned());
                }
                let wanted = Wanted { url, revision: revision.as_deref(), depth: *depth };
                staging.enter().map_err(words)?;
                git::clone(wanted, CONTENT, self.task, self.artifact.limits.git_timeout.to_std())?;
                Ok(false)
            }
        }
    }

    /// Moves the directory, or the part of it that is wanted.
    fn move_directory(&self, staging: &Staging) -> Result<(), String> {
        let part = &self.source.part;
        let content = staging.content().map_err(|error| error.to_string())?;
        let tree = Tree::beneath(content);
        let wanted = tree.open(Path::new(part), OFlags::RDONLY | OFlags::DIRECTORY);
        let wanted = wanted.map_err(|error| format!("the directory {part:?} in it: {error}"))?;
        staging.move_all(&wanted).map_err(|error| format!("{}: {error}", self.artifact.destination))
    }
}
