//! Which file configures the host, and who may say so.
//!
//! Finds and reads the file; what stands in it is the host room's business.

use std::path::{Path, PathBuf};
use std::{env, fmt, io};

use super::source::SourceError;
use super::texts;
use crate::diagnostic::{Sink, Sources};
use crate::host::Configuration;

/// The configuration of the whole machine.
const SYSTEM: [&str; 2] = ["/etc/jobctl/host.hcl", "/etc/jobctl/host.toml"];

/// Why the host's configuration cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum HostFileError {
    /// A file that cannot be read.
    #[error(transparent)]
    Read(#[from] SourceError),
    /// Someone behind sudo goes round the machine's policies.
    #[error("{way} is refused: {} has policies, and root by sudo(8) is bound by them; {}", file.display(), way.instead())]
    PolicyBinds {
        /// What was given.
        way: Way,
        /// What has the policies.
        file: PathBuf,
    },
}

/// What leads round the machine's policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Another configuration.
    Host,
    /// Another state, with jobs that were not planned here.
    StateDirectory,
    /// A job that is not read from its file.
    SavedPlan,
}

impl Way {
    fn instead(self) -> &'static str {
        match self {
            Self::Host | Self::StateDirectory => "leave it out",
            Self::SavedPlan => "run the job file itself",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "`--host` (JOBCTL_HOST)",
            Self::StateDirectory => "`--state-dir` (JOBCTL_STATE_DIR)",
            Self::SavedPlan => "a saved plan",
        })
    }
}

/// Reads the configuration that counts for this process: the file given, else the machine's, for ordinary users their
/// own. The text is added to the sources, findings go to the sink.
///
/// # Errors
/// A file that was given or is there, and cannot be read; a way round a policy.
pub fn read(given: Option<&Path>, sources: &mut Sources, sink: &mut Sink) -> Result<Configuration, HostFileError> {
    if let Some(path) = given {
        refuse_way_round(Way::Host)?;
        return Ok(read_file(path, sources, sink)?);
    }
    for path in default_files(nix::unistd::geteuid().is_root(), |name| env::var_os(name)) {
        match read_file(&path, sources, sink) {
            Ok(configuration) => return Ok(configuration),
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Configuration::default())
}

/// Where the configuration is looked for when none is given.
fn default_files(root: bool, variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Vec<PathBuf> {
    if root {
        return SYSTEM.map(PathBuf::from).into();
    }
    let set = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let directory = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
    let names = ["jobctl/host.hcl", "jobctl/host.toml"];
    directory.map(|directory| names.map(|name| directory.join(name)).into()).unwrap_or_default()
}

/// Refuses what leads round the machine's policies to whoever is root by sudo(8).
///
/// # Errors
/// [`HostFileError::PolicyBinds`]; the machine's configuration cannot be read.
pub fn refuse_way_round(way: Way) -> Result<(), HostFileError> {
    let by_sudo = nix::unistd::geteuid().is_root() && env::var_os("SUDO_UID").is_some_and(|uid| uid != "0");
    for file in SYSTEM.map(PathBuf::from).into_iter().filter(|_| by_sudo) {
        // What is wrong in it is said when it is read for good.
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        match read_file(&file, &mut sources, &mut sink) {
            Ok(configuration) if configuration.settings.policies.exist || sink.has_errors() => {
                return Err(HostFileError::PolicyBinds { way, file });
            }
            Ok(_) => {}
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn read_file(path: &Path, sources: &mut Sources, sink: &mut Sink) -> Result<Configuration, SourceError> {
    let mut findings = Vec::new();
    let file = texts::add_file(sources, path, &mut findings)?;
    for finding in findings {
        sink.push(finding);
    }
    Ok(Configuration::read(sources, file, sink))
}

impl SourceError {
    fn is_missing(&self) -> bool {
        matches!(self, Self::Read { cause, .. } if cause.kind() == io::ErrorKind::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_the_machines_file_and_others_their_own() {
        assert_eq!(default_files(true, |_| None)[0], Path::new("/etc/jobctl/host.hcl"));
        let home = |name: &str| (name == "HOME").then(|| "/home/a".into());
        assert_eq!(default_files(false, home)[0], Path::new("/home/a/.config/jobctl/host.hcl"));
        let xdg = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "/x".into());
        assert_eq!(default_files(false, xdg)[1], Path::new("/x/jobctl/host.toml"));
        assert!(default_files(false, |_| None).is_empty());
    }
}
