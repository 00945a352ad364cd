//! What is said over the control socket.

use serde::{Deserialize, Serialize};

use crate::jobspec::Duration;
use crate::plan::Digest;

/// The newest version of the messages this jobctl speaks.
const VERSION: u32 = 1;

/// What the supervisor is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Stop everything gracefully. It has begun when it is answered; it is over when the supervisor ends.
    Stop {
        /// Instead of each task's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<String>,
        /// Instead of each task's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout: Option<Duration>,
    },
    /// End everything now.
    Kill,
    /// Send a signal to the main process of a task, or of all that run.
    Signal {
        /// Which task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        /// By kernel name: `SIGHUP`.
        signal: String,
    },
    /// Stop a task, or all that run, and start it again.
    Restart {
        /// Which task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
    },
    /// Take up another plan while running.
    Update {
        /// The plan, which is stored.
        digest: Digest,
    },
}

/// What the supervisor answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done, or has begun.
    Done,
    /// It is not done, and why: one line.
    Refused {
        /// Lower case, no full stop.
        reason: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope<M> {
    version: u32,
    #[serde(flatten)]
    message: M,
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// A message as a line.
pub(super) fn encode(message: &impl Serialize) -> Vec<u8> {
    // A message holds text and numbers only.
    let mut line = serde_json::to_vec(&Envelope { version: VERSION, message }).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Reads a line back; why it cannot be read, for people.
pub(super) fn decode<M: serde::de::DeserializeOwned>(line: &[u8]) -> Result<M, String> {
    let version = serde_json::from_slice::<Versioned>(line).map_err(|error| format!("no message: {error}"))?.version;
    if version > u64::from(VERSION) {
        return Err(format!("a message of version {version}; this jobctl speaks version {VERSION}"));
    }
    let envelope = serde_json::from_slice::<Envelope<M>>(line).map_err(|error| format!("no such message: {error}"))?;
    Ok(envelope.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_lines_with_a_version() {
        let stop = Request::Stop { signal: None, timeout: Some(Duration::from_seconds(3)) };
        let line = encode(&stop);
        assert_eq!(line, b"{\"version\":1,\"request\":\"stop\",\"timeout\":\"3s\"}\n");
        assert_eq!(decode::<Request>(&line), Ok(stop));
        let restart = decode::<Request>(b"{\"version\":1,\"request\":\"restart\",\"of_tomorrow\":1}\n");
        assert_eq!(restart, Ok(Request::Restart { task: None }));
        assert_eq!(decode::<Answer>(&encode(&Answer::Done)), Ok(Answer::Done));
        for line in ["", "{}", "{\"version\":2,\"request\":\"kill\"}", "{\"version\":1,\"request\":\"dance\"}", "[1]"] {
            assert!(decode::<Request>(line.as_bytes()).is_err(), "{line}");
        }
    }
}
