//! Limits of a v1 cgroup, written by cgroups-rs, whose setters of values say what the kernel answered.
//!
//! Only values: that crate's way of making, entering and removing cgroups hides failures, so `group` does that.

use std::error::Error as _;
use std::io;
use std::path::Path;

use cgroups_rs::MaxValue;
use cgroups_rs::cpu::CpuController;
use cgroups_rs::cpuset::CpuSetController;
use cgroups_rs::error::Error as LibraryError;
use cgroups_rs::memory::MemController;
use cgroups_rs::pid::PidController;

use super::devices::restrict_legacy;
use super::{CgroupError, Limit, Limits};
use crate::linux::kernel_file;

/// Sets one limit in the directory of its controller.
pub(super) fn set(limit: Limit, limits: &Limits, directory: &Path) -> Result<(), CgroupError> {
    match limit {
        Limit::Cpu => {
            let cpu = CpuController::new(directory.to_owned(), false);
            cpu.set_shares(limits.cpu_shares.clamp(2, 262_144)).map_err(|error| answer(&error, directory, "cpu.shares"))
        }
        Limit::Pids => {
            let most = MaxValue::Value(i64::try_from(limits.pids).unwrap_or(i64::MAX));
            let pids = PidController::new(directory.to_owned(), false);
            pids.set_pid_max(most).map_err(|error| answer(&error, directory, "pids.max"))
        }
        Limit::Cpuset => {
            let cpuset = CpuSetController::new(directory.to_owned(), false);
            cpuset.set_cpus(&limits.cpuset).map_err(|error| answer(&error, directory, "cpuset.cpus"))
        }
        Limit::Memory => memory(limits, directory),
        Limit::Devices => restrict_legacy(directory, limits.devices.as_deref().unwrap_or_default()),
    }
}

/// The memory limit, the same for memory and swap together, and the soft limit. The limit may never exceed that of both together, so
/// the order depends on whether it grows.
fn memory(limits: &Limits, directory: &Path) -> Result<(), CgroupError> {
    let memory = MemController::new(directory.to_owned(), false);
    let bytes = i64::try_from(limits.memory).unwrap_or(i64::MAX);
    let with_swap = directory.join("memory.memsw.limit_in_bytes").exists();
    let set_limit = || memory.set_limit(bytes).map_err(|error| answer(&error, directory, "memory.limit_in_bytes"));
    let set_both = || {
        let both = memory.set_memswap_limit(bytes);
        both.map_err(|error| answer(&error, directory, "memory.memsw.limit_in_bytes"))
    };
    match set_limit() {
        Ok(()) if with_swap => set_both()?,
        Err(CgroupError::File { source, .. }) if with_swap && source.raw_os_error() == Some(libc::EINVAL) => {
            set_both()?;
            set_limit()?;
        }
        other => other?,
    }
    // Without swap accounting (swapaccount=0) this is what is left to keep a task's memory off the disk.
    let _ = memory.set_swappiness(0);
    if limits.memory_reservation > 0 {
        let soft = i64::try_from(limits.memory_reservation).unwrap_or(i64::MAX);
        memory.set_soft_limit(soft).map_err(|error| answer(&error, directory, "memory.soft_limit_in_bytes"))?;
    }
    Ok(())
}

/// A new cpuset has no CPUs and no memory nodes, and nothing can enter it: it gets those of the cgroup above.
pub(super) fn prepare_cpuset(directory: &Path) -> Result<(), CgroupError> {
    for name in ["cpuset.mems", "cpuset.cpus"] {
        let above = directory.parent().unwrap_or(directory).join(name);
        let value = kernel_file::read_text(&above).map_err(CgroupError::file("read", &above))?;
        let path = directory.join(name);
        std::fs::write(&path, value.trim_end()).map_err(CgroupError::file("write", &path))?;
    }
    Ok(())
}

/// The kernel's answer inside the library's error.
fn answer(error: &LibraryError, directory: &Path, name: &str) -> CgroupError {
    let errno = error.source().and_then(|source| source.downcast_ref::<io::Error>()).and_then(io::Error::raw_os_error);
    let source = errno.map_or_else(|| io::Error::other(error.to_string()), io::Error::from_raw_os_error);
    CgroupError::File { verb: "write", path: directory.join(name), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_answer_comes_through() {
        let limits = Limits { pids: 5, ..Limits::default() };
        let error = set(Limit::Pids, &limits, Path::new("/nowhere")).unwrap_err();
        match error {
            CgroupError::File { verb: "write", path, source } => {
                assert_eq!(path, Path::new("/nowhere/pids.max"));
                assert_eq!(source.raw_os_error(), Some(libc::ENOENT));
            }
            other => panic!("{other:?}"),
        }
    }
}
