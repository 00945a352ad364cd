//! AppArmor: the profile of the plan holds for the task, with and without new privileges; one that is not there is an error.

use std::fs;
use std::process::Command;

use jobctl::init::StartError;

use crate::harness::{World, skip};

const NAME: &str = "jobctl-test-deny";

/// Loads a profile that forbids one file; false where AppArmor is not to be had.
fn loaded() -> bool {
    if !jobctl::linux::probe(&jobctl::linux::mountinfo::MountTable::read().unwrap()).apparmor.enabled {
        println!("SKIP needs AppArmor");
        return false;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("profile");
    let profile = format!(
        "profile {NAME} flags=(attach_disconnected) {{\n  file,\n  capability,\n  signal,\n  deny /etc/hostname r,\n}}\n"
    );
    fs::write(&file, profile).unwrap();
    match Command::new("apparmor_parser").arg("-rK").arg(&file).status() {
        Ok(status) if status.success() => true,
        _ => {
            println!("SKIP needs apparmor_parser");
            false
        }
    }
}

#[test]
fn the_task_and_all_it_starts_have_the_profile() {
    if skip() || !loaded() {
        return;
    }
    for root in [false, true] {
        let mut world = World::exec(
            "cat /proc/self/attr/current; cat /etc/hostname 2>&1 | grep -o denied; test -r /etc/passwd && echo other",
        );
        if root {
            world.become_root();
        }
        NAME.clone_into(&mut world.task.apparmor_profile);
        assert_eq!(world.output(), format!("{NAME} (enforce)\ndenied\nother\n"));
    }
}

#[test]
fn a_profile_that_is_not_loaded_is_named() {
    if skip() || !loaded() {
        return;
    }
    let mut world = World::exec("true");
    world.task.apparmor_profile = "jobctl-test-absent".into();
    let Err(StartError::Failed(failure)) = world.start() else { panic!("it must not start") };
    assert_eq!(failure.what, "AppArmor profile jobctl-test-absent");
    assert_eq!(failure.exit_code, 125);
}

#[test]
fn loaded_profiles_are_known_to_the_plan() {
    if skip() || !loaded() {
        return;
    }
    assert!(
        jobctl::linux::probe(&jobctl::linux::mountinfo::MountTable::read().unwrap()).apparmor.profiles.contains(NAME)
    );
}
