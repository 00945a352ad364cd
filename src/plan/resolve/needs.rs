//! What must be looked up on the host before a job can be resolved: users, groups, paths.
//!
//! Pure: names only. Probing is the host's work.

use super::driver_config::DriverConfig;
use super::user::{DEFAULT_USER, user_parts};
use crate::diagnostic::Sink;
use crate::host::{Needs, Settings, is_within, normalise};
use crate::jobspec::{Group, Job, Task};

/// What a job needs to have looked up on a host of these settings.
pub fn needs(job: &Job, settings: &Settings) -> Needs {
    let mut needs = Needs::default();
    needs.users.insert(DEFAULT_USER.to_owned());
    needs.paths.extend(settings.chroot_env.values().cloned());
    needs.paths.insert("/etc/resolv.conf".to_owned());
    for group in &job.groups {
        of_volumes(group, settings, &mut needs);
        for task in &group.tasks {
            of_task(task, settings, &mut needs);
        }
    }
    for task in &job.tasks {
        of_task(task, settings, &mut needs);
    }
    needs
}

fn of_volumes(group: &Group, settings: &Settings, needs: &mut Needs) {
    for source in group.volumes.iter().filter_map(|volume| volume.source.as_ref()) {
        let names = [source.to_string(), format!("{}[0]", &*source.value)];
        let volumes = names.iter().filter_map(|name| settings.host_volumes.get(name));
        needs.paths.extend(volumes.map(|volume| volume.path.clone()));
    }
}

fn of_task(task: &Task, settings: &Settings, needs: &mut Needs) {
    if let Some(user) = &task.user {
        let (user, group) = user_parts(user.trim());
        needs.users.insert(user.to_owned());
        needs.groups.extend(group.map(str::to_owned));
    }
    // A mount inside a part of the host that the task sees needs that path on the host.
    let destinations = task.volume_mounts.iter().filter_map(|mount| mount.destination.as_ref());
    for path in destinations.filter_map(|destination| normalise(&format!("/{}", &*destination.value))) {
        for (to, from) in settings.chroot_env.iter().filter(|(to, _)| is_within(&path, to)) {
            needs.paths.insert(format!("{from}{}", &path[to.len()..]));
        }
        // Through a link such as /lib → usr/lib it is the place the link leads to.
        needs.paths.insert(format!("/usr{path}"));
    }
    // Findings about the configuration are made when it is resolved.
    let config = DriverConfig::read(task.config.as_ref().map(|config| &config.value), "exec", &mut Sink::new());
    needs.paths.extend(config.devices.iter().filter_map(|device| normalise(&device.host_path)));
    needs.paths.extend(config.network_namespace.iter().filter_map(|path| normalise(path)));
}
