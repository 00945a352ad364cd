//! The state directory: plans by content, jobs by name, allocations by identifier.
//!
//! Layout and trust; what is to be done about what is found here is decided elsewhere.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::{
    AllocationDirectory, AllocationId, Directory, Draft, Durability, Error, JobLock, JobRecord, PortsLock, Problem,
    directory, encode, job, lock,
};
use crate::plan::{Digest, Plan, StoredPlan};

const PLANS: &str = "plans";
const JOBS: &str = "jobs";
const ALLOCATIONS: &str = "allocs";
/// 32 random bytes.
const KEY: &str = "sensitive.key";

/// Where state is kept: what was given, else `/var/lib/jobctl` for root, else `$XDG_STATE_HOME/jobctl` or `~/.local/state/jobctl`.
///
/// # Errors
/// [`Error::NoLocation`], [`Error::Relative`]
pub fn location(
    given: Option<&Path>,
    is_root: bool,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, Error> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let path = match given {
        Some(path) => path.to_owned(),
        None if is_root => PathBuf::from("/var/lib/jobctl"),
        // A relative XDG path is to be ignored (XDG Base Directory Specification).
        None => match set("XDG_STATE_HOME").filter(|path| path.is_absolute()) {
            Some(path) => path.join("jobctl"),
            None => set("HOME").ok_or(Error::NoLocation)?.join(".local/state/jobctl"),
        },
    };
    if path.is_absolute() { Ok(path) } else { Err(Error::Relative(path)) }
}

/// The state directory, open.
#[derive(Debug)]
pub struct Store {
    root: Directory,
}

impl Store {
    /// Opens the state directory at an absolute path; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Owner`], [`Error::Writable`], [`Error::Io`]
    pub fn open(path: &Path) -> Result<Option<Self>, Error> {
        Ok(Directory::open(path)?.map(|root| Self { root }))
    }

    /// Opens the state directory, making it if it is not there.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io { action: "make", path: path.to_owned(), source };
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
            std::fs::create_dir_all(parent).map_err(failed)?;
            let parent = rustix::fs::open(parent, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
            // 0711: a task of another user reaches its own directory through it, and sees no other.
            let made = parent.and_then(|parent| directory::make(&parent, name, 0o711));
            made.map_err(|errno| failed(errno.into()))?;
        }
        let root = Directory::open(path)?.ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))?;
        root.make_directory(PLANS, 0o700)?;
        root.make_directory(JOBS, 0o700)?;
        root.make_directory(ALLOCATIONS, 0o711)?;
        Ok(Self { root })
    }

    /// The absolute path it was opened by.
    pub fn path(&self) -> &Path {
        self.root.path()
    }

    /// Stores a plan under its digest. Storing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn store_plan(&self, plan: &StoredPlan, durability: Durability) -> Result<(), Error> {
        let plans = self.root.make_directory(PLANS, 0o700)?;
        let name = plan_file(&plan.digest);
        match plans.read(&name)? {
            Some(stored) if stored == plan.bytes => Ok(()),
            _ => plans.write(&name, &plan.bytes, durability),
        }
    }

    /// A stored plan; `None` if it is not there.
    ///
    /// # Errors
    /// [`Error::Plan`] if it has been changed or is of another version, [`Error::Io`].
    pub fn plan(&self, digest: &Digest) -> Result<Option<Plan>, Error> {
        let Some(plans) = self.root.directory(PLANS)? else { return Ok(None) };
        let name = plan_file(digest);
        let Some(bytes) = plans.read(&name)? else { return Ok(None) };
        let plan = Plan::read(digest, &bytes);
        plan.map(Some).map_err(|source| Error::Plan { path: plans.path_of(&name), source })
    }

    /// The digests of the plans that are stored, and the names of files that are none.
    ///
    /// # Errors
    /// Those of listing.
    pub fn plans(&self) -> Result<(Vec<Digest>, Vec<Problem>), Error> {
        let (mut digests, mut problems) = (Vec::new(), Vec::new());
        let names = self.root.directory(PLANS)?.map(|plans| plans.names()).transpose()?.unwrap_or_default();
        for name in names {
            match name.strip_suffix(".json").and_then(|digest| Digest::parse(digest).ok()) {
                Some(digest) => digests.push(digest),
                None => problems.push(Error::Unknown(Path::new(PLANS).join(name))),
            }
        }
        Ok((digests, problems))
    }

    /// Removes a plan nothing refers to.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn remove_plan(&self, digest: &Digest) -> Result<(), Error> {
        match self.root.directory(PLANS)? {
            Some(plans) => plans.remove_file(&plan_file(digest)),
            None => Ok(()),
        }
    }

    /// The record of a job; `None` if the job is not known.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Malformed`], and those of reading.
    pub fn job(&self, namespace: &str, job: &str) -> Result<Option<JobRecord>, Error> {
        let Some(directory) = self.namespace(namespace)? else { return Ok(None) };
        directory.read_document(&encode(job), job::VERSION)
    }

    /// All jobs that are known, sorted by namespace and name, and what could not be read.
    ///
    /// # Errors
    /// Those of listing.
    pub fn jobs(&self) -> Result<(Vec<JobRecord>, Vec<Problem>), Error> {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        let Some(jobs) = self.root.directory(JOBS)? else { return Ok((records, problems)) };
        for namespace in jobs.names()? {
            match jobs.directory(&namespace) {
                Ok(Some(directory)) => {
                    for name in directory.names()? {
                        match directory.read_document(&name, job::VERSION) {
                            Ok(record) => records.extend(record),
                            Err(problem) => problems.push(problem),
                        }
                    }
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        records.sort_by(|a: &JobRecord, b| (&a.namespace, &a.job).cmp(&(&b.namespace, &b.job)));
        Ok((records, problems))
    }

    /// Puts a plan in force: the one commit point of an apply.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn commit(&self, record: &JobRecord, durability: Durability) -> Result<(), Error> {
        let directory = self.make_namespace(&record.namespace)?;
        let name = encode(&record.job);
        // Most runs of a job change nothing about it. What cannot be read is replaced.
        if directory.read_document(&name, job::VERSION).is_ok_and(|present| present.as_ref() == Some(record)) {
            return Ok(());
        }
        directory.write_document(&name, record, durability)
    }

    /// Forgets a job; its lock, which is shown as proof, ends with it. Its allocations and plans are not touched.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn forget(&self, namespace: &str, job: &str, _lock: JobLock) -> Result<(), Error> {
        let Some(directory) = self.namespace(namespace)? else { return Ok(()) };
        directory.remove_file(&encode(job))?;
        directory.remove_file(&lock_file(job))
    }

    /// Takes the right to change a job. `command` is said to others who ask for it meanwhile.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process has it.
    pub fn lock(&self, namespace: &str, job: &str, command: &str) -> Result<JobLock, Error> {
        JobLock::take(&self.make_namespace(namespace)?, &lock_file(job), job, command)
    }

    /// Fails while another process has the right to change a job, which need not be known yet.
    ///
    /// # Errors
    /// [`Error::Locked`]
    pub fn check_lock(&self, namespace: &str, job: &str) -> Result<(), Error> {
        let directory = self.namespace(namespace)?;
        directory.map_or(Ok(()), |directory| lock::check(&directory, &lock_file(job), job))
    }

    /// The key that digests of sensitive values are made with; a new one where none was kept yet.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NotAFile`] and their like for a file that is not as it should be.
    pub fn sensitive_key(&self) -> Result<[u8; 32], Error> {
        let kept = self.root.read(KEY)?.and_then(|bytes| bytes.try_into().ok());
        kept.map_or_else(Self::new_key, Ok)
    }

    /// A key nobody knows.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn new_key() -> Result<[u8; 32], Error> {
        let mut key = [0; 32];
        let random = |source: getrandom::Error| Error::Io {
            action: "read",
            path: "/dev/urandom".into(),
            source: std::io::Error::other(source),
        };
        getrandom::fill(&mut key).map(|()| key).map_err(random)
    }

    /// Keeps a key, unless one is kept: whether it is this one now.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn keep_sensitive_key(&self, key: &[u8; 32]) -> Result<bool, Error> {
        if let Some(kept) = self.root.read(KEY)? {
            return Ok(kept == key);
        }
        self.root.write(KEY, key, Durability::Synced)?;
        Ok(true)
    }

    /// Takes the right to give ports to allocations, waiting for it.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn lock_ports(&self) -> Result<PortsLock, Error> {
        PortsLock::take(&self.root.make_directory(ALLOCATIONS, 0o711)?)
    }

    /// The absolute path of an allocation's directory.
    pub fn allocation_path(&self, id: &AllocationId) -> PathBuf {
        self.path().join(ALLOCATIONS).join(id.as_str())
    }

    /// An allocation to be.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn draft(&self, id: &AllocationId) -> Result<Draft, Error> {
        Draft::new(self.root.make_directory(ALLOCATIONS, 0o711)?, id)
    }

    /// Has what was shown of allocations stand on the disk.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn sync_allocations(&self) -> Result<(), Error> {
        self.root.make_directory(ALLOCATIONS, 0o711)?.sync()
    }

    /// Removes what killed processes left half written.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn sweep(&self) -> Result<(), Error> {
        for name in [PLANS, ALLOCATIONS] {
            self.root.directory(name)?.as_ref().map_or(Ok(()), Directory::sweep)?;
        }
        let Some(jobs) = self.root.directory(JOBS)? else { return Ok(()) };
        for namespace in jobs.names()? {
            jobs.directory(&namespace)?.as_ref().map_or(Ok(()), Directory::sweep)?;
        }
        Ok(())
    }

    /// Opens an allocation; `None` if there is none of that identifier.
    ///
    /// # Errors
    /// Those of opening.
    pub fn allocation(&self, id: &AllocationId) -> Result<Option<AllocationDirectory>, Error> {
        let Some(allocations) = self.root.directory(ALLOCATIONS)? else { return Ok(None) };
        Ok(allocations.directory(id.as_str())?.map(|directory| AllocationDirectory::new(id.clone(), directory)))
    }

    /// All allocations, sorted by identifier, and what is there but is none.
    ///
    /// # Errors
    /// Those of listing.
    pub fn allocations(&self) -> Result<(Vec<AllocationDirectory>, Vec<Problem>), Error> {
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        let Some(allocations) = self.root.directory(ALLOCATIONS)? else { return Ok((found, problems)) };
        for name in allocations.names()? {
            let opened = AllocationId::parse(&name).and_then(|id| Ok((allocations.directory(&name)?, id)));
            match opened {
                Ok((Some(directory), id)) => found.push(AllocationDirectory::new(id, directory)),
                Ok((None, _)) => {}
                Err(problem) => problems.push(problem),
            }
        }
        Ok((found, problems))
    }

    /// Removes an allocation's directory and all in it.
    ///
    /// # Errors
    /// [`Error::Owned`] where it has a supervisor after all: one whose command was killed may only just be beginning. [`Error::Io`]
    pub fn remove_allocation(&self, id: &AllocationId) -> Result<(), Error> {
        let Some(allocations) = self.root.directory(ALLOCATIONS)? else { return Ok(()) };
        let Some(allocation) = self.allocation(id)? else { return Ok(()) };
        let _ownership = allocation.take_ownership()?;
        allocations.remove_directory(id.as_str(), |directory| {
            // First of all: a supervisor that comes now, and would own what is new in a directory that is going, finds nothing to begin.
            directory.remove_file(super::allocation::LAUNCH)
        })
    }

    fn namespace(&self, namespace: &str) -> Result<Option<Directory>, Error> {
        let Some(jobs) = self.root.directory(JOBS)? else { return Ok(None) };
        jobs.directory(&encode(namespace))
    }

    fn make_namespace(&self, namespace: &str) -> Result<Directory, Error> {
        self.root.make_directory(JOBS, 0o700)?.make_directory(&encode(namespace), 0o700)
    }
}

fn plan_file(digest: &Digest) -> String {
    format!("{digest}.json")
}

/// With a leading dot, which no encoded name has.
fn lock_file(job: &str) -> String {
    format!(".{}.lock", encode(job))
}

#[cfg(test)]
mod tests {
    use super::super::Launch;
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::create(&directory.path().join("parent/state")).unwrap();
        (directory, store)
    }

    fn launch(digest: &Digest) -> Launch {
        Launch {
            version: Launch::VERSION,
            id: AllocationId::random().unwrap(),
            namespace: "default".to_owned(),
            job: "web".to_owned(),
            group: "api".to_owned(),
            index: 0,
            digest: digest.clone(),
            detached: true,
            command: None,
            cgroup_parent: String::new(),
            ports: std::collections::BTreeMap::new(),
            created: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn the_location_follows_flag_user_and_environment() {
        let variables = |name: &str| match name {
            "HOME" => Some(OsString::from("/home/me")),
            "XDG_STATE_HOME" => Some(OsString::from("/state")),
            _ => None,
        };
        let home = |name: &str| (name == "HOME").then(|| OsString::from("/home/me"));
        let relative = |name: &str| (name == "XDG_STATE_HOME").then(|| OsString::from("state")).or_else(|| home(name));
        assert_eq!(location(Some(Path::new("/x")), true, variables).unwrap(), Path::new("/x"));
        assert_eq!(location(None, true, variables).unwrap(), Path::new("/var/lib/jobctl"));
        assert_eq!(location(None, false, variables).unwrap(), Path::new("/state/jobctl"));
        assert_eq!(location(None, false, home).unwrap(), Path::new("/home/me/.local/state/jobctl"));
        assert_eq!(location(None, false, relative).unwrap(), Path::new("/home/me/.local/state/jobctl"));
        assert!(matches!(location(None, false, |_| None), Err(Error::NoLocation)));
        assert!(matches!(location(Some(Path::new("x")), false, home), Err(Error::Relative(_))));
    }

    #[test]
    fn what_is_made_has_its_modes_and_is_there_again() {
        let (directory, store) = store();
        let root = directory.path().join("parent/state");
        assert_eq!(mode(&root), 0o711);
        let digest = Digest::parse(&format!("sha256-{}", "0".repeat(64))).unwrap();
        let record = JobRecord::running("default", "../etc/x", &digest, true);
        store.commit(&record, Durability::Synced).unwrap();
        let launch = launch(&digest);
        let id = launch.id.clone();
        let draft = store.draft(&id).unwrap();
        assert!(store.allocation(&id).unwrap().is_none(), "nobody sees it yet");
        draft.publish(&launch, Durability::Synced).unwrap();
        store.sync_allocations().unwrap();
        drop(store.draft(&AllocationId::random().unwrap()).unwrap());
        assert_eq!(fs::read_dir(root.join("allocs")).unwrap().count(), 1, "what is not shown goes again");
        for (path, expected) in [
            ("plans", 0o700),
            ("jobs", 0o700),
            ("jobs/default", 0o700),
            ("jobs/default/%2E.%2Fetc%2Fx", 0o600),
            ("allocs", 0o711),
            (&format!("allocs/{id}"), 0o711),
        ] {
            assert_eq!(mode(&root.join(path)), expected, "{path}");
        }
        let store = Store::open(&root).unwrap().unwrap();
        assert_eq!(store.job("default", "../etc/x").unwrap(), Some(record.clone()));
        assert_eq!(store.jobs().unwrap().0, [record]);
        assert_eq!(store.allocations().unwrap().0[0].id(), &id);
        store.remove_allocation(&id).unwrap();
        assert!(store.allocation(&id).unwrap().is_none());
        assert!(Store::open(&root.join("none")).unwrap().is_none());
    }

    #[test]
    fn a_plan_is_what_its_name_says() {
        let (directory, store) = store();
        let plan = crate::plan::samples::plan();
        let stored = plan.store();
        let digest = stored.digest.clone();
        assert!(store.plan(&digest).unwrap().is_none());
        store.store_plan(&stored, Durability::Synced).unwrap();
        store.store_plan(&stored, Durability::Cached).unwrap();
        assert_eq!(store.plan(&digest).unwrap(), Some(plan));
        assert_eq!(store.plans().unwrap().0, std::slice::from_ref(&digest));
        let file = directory.path().join("parent/state/plans").join(format!("{digest}.json"));
        assert_eq!(mode(&file), 0o600);
        fs::write(&file, "{}").unwrap();
        assert!(matches!(store.plan(&digest), Err(Error::Plan { .. })));
        store.store_plan(&stored, Durability::Cached).unwrap();
        assert_eq!(fs::read(&file).unwrap(), stored.bytes, "a changed plan is written again");
        store.remove_plan(&digest).unwrap();
        assert!(store.plans().unwrap().0.is_empty());
    }

    #[test]
    fn what_is_not_ours_is_reported_and_stays() {
        let (directory, store) = store();
        let root = directory.path().join("parent/state");
        fs::write(root.join("plans/notes.txt"), "").unwrap();
        fs::create_dir(root.join("allocs/lost+found")).unwrap();
        fs::create_dir(root.join("jobs/default")).unwrap();
        fs::write(root.join("jobs/default/torn"), "{\"version\":1,\"na").unwrap();
        fs::write(root.join("jobs/default/future"), "{\"version\":99}").unwrap();
        fs::write(root.join("jobs/default/open"), "{\"version\":1}").unwrap();
        fs::set_permissions(root.join("jobs/default/open"), fs::Permissions::from_mode(0o666)).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", root.join("jobs/default/link")).unwrap();
        nix::unistd::mkfifo(&root.join("jobs/default/pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
        assert!(matches!(store.plans().unwrap().1[..], [Error::Unknown(_)]));
        assert!(matches!(store.allocations().unwrap().1[..], [Error::Identifier(_)]));
        let (records, problems) = store.jobs().unwrap();
        assert!(records.is_empty());
        assert!(
            matches!(
                problems[..],
                [
                    Error::Version { found: 99, .. },
                    Error::Io { .. },
                    Error::Writable { mode: 0o666, .. },
                    Error::NotAFile(_),
                    Error::Malformed { .. }
                ]
            ),
            "{problems:?}"
        );
        assert!(root.join("plans/notes.txt").exists());
        fs::set_permissions(&root, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(Store::open(&root), Err(Error::Writable { .. })));
    }

    #[test]
    fn one_writer_at_a_time_and_who_that_is() {
        let (_directory, store) = store();
        let lock = store.lock("default", "web", "run").unwrap();
        store.lock("default", "other", "run").unwrap();
        let error = store.lock("default", "web", "stop").unwrap_err();
        let Error::Locked { holder: Some(holder), .. } = &error else { panic!("{error:?}") };
        assert_eq!((holder.pid, holder.command.as_str()), (std::process::id(), "run"));
        drop(lock);
        let lock = store.lock("default", "web", "stop").unwrap();
        store.forget("default", "web", lock).unwrap();
        store.lock("default", "web", "run").unwrap();
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_document() {
        let (directory, store) = store();
        let plans = directory.path().join("parent/state/plans");
        let opened = store.root.directory(PLANS).unwrap().unwrap();
        opened.write("document", b"old", Durability::Cached).unwrap();
        // A directory in the place of the temporary file.
        fs::create_dir(plans.join(super::super::temporary::name("document"))).unwrap();
        assert!(opened.write("document", b"new", Durability::Cached).is_err());
        assert_eq!(opened.read("document").unwrap().unwrap(), b"old");
    }

    #[test]
    fn what_a_killed_process_left_half_written_is_swept_away() {
        let (directory, store) = store();
        let root = directory.path().join("parent/state");
        fs::create_dir(root.join("jobs/default")).unwrap();
        let namespace = crate::linux::process::pid_namespace().unwrap();
        let abandoned = format!(".new-{namespace}-4194305-7-web");
        for place in ["plans", "jobs/default"] {
            fs::write(root.join(place).join(&abandoned), "").unwrap();
        }
        fs::create_dir(root.join("allocs").join(&abandoned)).unwrap();
        fs::write(root.join("allocs").join(&abandoned).join("launch.json"), "").unwrap();
        fs::write(root.join("plans/.mine"), "").unwrap();
        store.sweep().unwrap();
        for place in ["plans", "jobs/default", "allocs"] {
            assert!(!root.join(place).join(&abandoned).exists(), "{place}");
        }
        assert!(root.join("plans/.mine").exists());
    }
}
