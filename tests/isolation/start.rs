//! Starting, ending, and what is said when it does not work.

use jobctl::init::StartError;

use crate::harness::{World, skip};

#[test]
fn a_task_runs_and_its_exit_code_is_recorded() {
    if skip() {
        return;
    }
    let ended = World::exec("echo out; echo err >&2; exit 7").run();
    assert_eq!((ended.code(), ended.stdout.as_str(), ended.stderr.as_str()), (7, "out\n", "err\n"));
}

#[test]
fn a_command_that_is_not_there_is_said_with_the_places_looked_at() {
    if skip() {
        return;
    }
    let mut world = World::exec("");
    world.task.command.command = "no-such".into();
    let Err(StartError::Failed(failure)) = world.start() else { panic!() };
    assert_eq!(failure.exit_code, 127);
    assert_eq!(
        failure.to_string(),
        "command \"no-such\": not found: in the task's root, looked for /local/no-such, /no-such, /usr/local/bin/no-such, \
         /usr/bin/no-such, /bin/no-such"
    );
}
