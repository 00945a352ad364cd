//! Sessions: commands are run as a reader runs them, and what they print is compared with the page.

use std::io::Read;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use regex::Regex;

use crate::block::Session;
use crate::workplace::Workplace;

/// How long a look at running tasks may take until it shows what the page shows; never how long it should.
const PATIENCE: Duration = Duration::from_secs(60);

/// One command, and the lines it prints.
struct Step<'a> {
    command: String,
    shown: Vec<&'a str>,
}

/// Runs a session in the page's directory.
pub(crate) fn run(text: &str, session: &Session, workplace: &mut Workplace) -> Result<(), String> {
    let steps = steps(text)?;
    let last = steps.len() - 1;
    for (number, step) in steps.iter().enumerate() {
        if let Some(directory) = step.command.strip_prefix("cd ") {
            workplace.at.push(directory);
            continue;
        }
        let wanted = if number == last { session.exit } else { 0 };
        let begin = Instant::now();
        loop {
            let (code, printed) = perform(&step.command, workplace);
            let same = matches(&step.shown, &printed, session.unordered);
            if same && code == wanted {
                break;
            }
            if !only_looks(&step.command) || begin.elapsed() > PATIENCE {
                return Err(difference(step, &printed, code, wanted));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

/// A `$ ` begins a command, a `> ` continues it; all else is what it prints.
fn steps(text: &str) -> Result<Vec<Step<'_>>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), shown: Vec::new() });
            continue;
        }
        let step = steps.last_mut().ok_or("a session begins with a command after `$ `")?;
        match line.strip_prefix("> ") {
            Some(more) if step.shown.is_empty() => {
                step.command.push('\n');
                step.command.push_str(more);
            }
            _ => step.shown.push(line),
        }
    }
    if steps.is_empty() { Err("a session without a command".into()) } else { Ok(steps) }
}

/// Looks at running jobs, which may not yet be where the page has them, and changes nothing.
fn only_looks(command: &str) -> bool {
    ["logs", "status", "events", "stats"].iter().any(|name| {
        let command = command.strip_prefix("sudo ").unwrap_or(command);
        command.strip_prefix("jobctl ").is_some_and(|rest| rest.starts_with(name))
    })
}

/// Runs a command with one pipe for all it says, as on a terminal.
fn perform(command: &str, workplace: &Workplace) -> (i32, String) {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut child = workplace.command("bash");
    child.args(["-c", command]).stdout(writer.try_clone().unwrap()).stderr(writer).stdin(Stdio::null());
    let mut running = child.spawn().unwrap();
    // Our ends of the pipe go with it.
    drop(child);
    let mut printed = Vec::new();
    reader.read_to_end(&mut printed).unwrap();
    let code = running.wait().unwrap().code().unwrap_or(-1);
    (code, String::from_utf8_lossy(&printed).into_owned())
}

fn matches(shown: &[&str], printed: &str, unordered: bool) -> bool {
    let mut shown: Vec<String> = shown.iter().map(|line| settle(line)).collect();
    let mut printed: Vec<String> = printed.lines().map(settle).collect();
    // A page shows no empty lines at the end.
    for lines in [&mut shown, &mut printed] {
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        if unordered {
            lines.sort();
        }
    }
    matches_lines(&shown, &printed)
}

/// A line that is `…` alone stands for any lines.
fn matches_lines(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=printed.len()).any(|skipped| matches_lines(rest, &printed[skipped..]))
        }
        Some((first, rest)) => {
            printed.split_first().is_some_and(|(line, others)| matches_line(first, line) && matches_lines(rest, others))
        }
    }
}

/// `…` within a line stands for any text.
fn matches_line(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A line without what is another on every run: pages show real values, and every other real value is as good.
fn settle(line: &str) -> String {
    static VOLATILE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let filter = |pattern: &str, name| (Regex::new(pattern).unwrap(), name);
        vec![
            filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
            filter(r"\b\d\d:\d\d:\d\d\b", "CLOCK"),
            filter(r"\b[0-9a-f]{64}\b", "DIGEST"),
            filter(r"\b[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?\b", "ID"),
            filter(r"\bprocess \d+", "process PID"),
        ]
    });
    let mut line = line.trim_end().to_owned();
    for (pattern, name) in VOLATILE.iter() {
        line = pattern.replace_all(&line, *name).into_owned();
    }
    line
}

fn difference(step: &Step, printed: &str, code: i32, wanted: i32) -> String {
    let exit = if code == wanted { String::new() } else { format!(" (exit {code}, not {wanted})") };
    format!("$ {}{exit}\n--- the page shows\n{}\n--- it prints\n{printed}", step.command, step.shown.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{matches, steps};

    #[test]
    fn ellipses_stand_for_text_and_for_lines() {
        assert!(matches(&["a … c", "…", "z"], "a b c\nd\ne\nz\n", false));
        assert!(matches(&["…"], "", false));
        assert!(!matches(&["a … c"], "a b d\n", false));
        assert!(!matches(&["a"], "a\nb\n", false));
        assert!(!matches(&["a", "b"], "a\n", false));
    }

    #[test]
    fn what_differs_on_every_run_is_not_compared() {
        assert!(matches(&["plan e9eaed6a, process 17"], "plan 5d036418, process 4242\n", false));
        assert!(!matches(&["plan e9eaed6a"], "plan 5d0364180\n", false));
    }

    #[test]
    fn several_voices_have_no_order() {
        assert!(matches(&["a", "b"], "b\na\n", true));
        assert!(!matches(&["a", "b"], "b\na\n", false));
    }

    #[test]
    fn commands_and_their_output() {
        let found = steps("$ cat <<E\n> x\n> E\nx\n$ true\n").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].command.as_str(), found[0].shown.as_slice()), ("cat <<E\nx\nE", ["x"].as_slice()));
        assert!(steps("x\n$ true\n").is_err());
    }
}
