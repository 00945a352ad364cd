//! Following a registered job: asks what the monitor wants to know, waits for changes, and asks again where a cluster does not answer.

use std::time::Duration;

use super::answer::Allocation;
use super::client::{Client, Indexed};
use super::client_error::ClientError;
use super::monitor::{Monitor, Question};

/// The pauses before asking again: after no answer, and where nothing has changed.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// Follows to the end; `say` gets a line for each thing that happens.
///
/// # Errors
/// A cluster that cannot be asked any more. The job is registered all the same.
pub fn follow(client: &Client, monitor: &mut Monitor, mut say: impl FnMut(&str)) -> Result<(), ClientError> {
    let mut turn = Turn::default();
    while let Some(question) = monitor.question().cloned() {
        if turn.question.as_ref() != Some(&question) {
            turn = Turn { question: Some(question.clone()), ..Turn::default() };
        }
        match ask(client, monitor, &question, turn.index) {
            Ok((said, index)) => {
                for line in &said {
                    say(line);
                }
                let changed = index > turn.index || !said.is_empty();
                turn.failures = 0;
                // An index that went back is that of a cluster restored from a snapshot: begin anew.
                turn.index = if index < turn.index { 0 } else { index };
                turn.unchanged = if changed { 0 } else { turn.unchanged + 1 };
                if !changed {
                    pause(turn.unchanged);
                }
            }
            Err(error) if error.is_passing() && turn.failures < PAUSES.len() => {
                turn.failures += 1;
                turn.index = 0;
                if turn.failures == 1 {
                    say(&format!("asking again: {error}"));
                }
                pause(turn.failures);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// How often one question has been asked.
#[derive(Default)]
struct Turn {
    question: Option<Question>,
    index: u64,
    failures: usize,
    unchanged: usize,
}

fn ask(
    client: &Client,
    monitor: &mut Monitor,
    question: &Question,
    index: u64,
) -> Result<(Vec<String>, u64), ClientError> {
    Ok(match question {
        Question::Evaluation(id) => {
            let Indexed { value, index } = client.evaluation(id, index)?;
            let allocations = client.evaluation_allocations(id, 0)?.value;
            (monitor.evaluation(&value, allocations), index)
        }
        Question::Allocations(id) => {
            let Indexed { value, index } = client.evaluation_allocations(id, index)?;
            (monitor.allocations_of(id, value), index)
        }
        Question::Deployment(id) => {
            let Indexed { value, index } = client.deployment(id, index)?;
            let allocations: Vec<Allocation> = client.deployment_allocations(id)?;
            (monitor.deployment(value, allocations), index)
        }
        Question::Rollback(job) => {
            let Indexed { value, index } = client.latest_deployment(job, 0)?;
            (monitor.rollback(value.as_ref()), index)
        }
    })
}

fn pause(times: usize) {
    std::thread::sleep(PAUSES[times.clamp(1, PAUSES.len()) - 1]);
}
