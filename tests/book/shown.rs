//! Commands that are not run: they exist, and so do their options.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use regex::Regex;

/// Checks the commands of jobctl in a session that is not run.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let commands = text.lines().filter_map(|line| line.strip_prefix("$ ").or(line.strip_prefix("> ")));
    check_lines(commands)
}

/// Checks the commands of jobctl in a script or a unit.
pub(crate) fn check_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Result<(), String> {
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[=\s/(])(jobctl [a-z][^|;&)]*)").unwrap());
    for line in lines {
        for found in COMMAND.captures_iter(line) {
            check_command(&found[1])?;
        }
    }
    Ok(())
}

/// Checks one command: `jobctl run --detach FILE`.
pub(crate) fn check_command(command: &str) -> Result<(), String> {
    let own = command.split(" -- ").next().unwrap_or_default();
    let mut words = own.split_whitespace().skip(1).filter(|word| *word != "…");
    let Some(name) = words.next() else { return Ok(()) };
    if name.starts_with('-') || name.chars().any(|c| !c.is_ascii_lowercase()) {
        return Ok(());
    }
    let help = help(name).ok_or_else(|| format!("`{command}`: there is no command `{name}`"))?;
    for word in words {
        let option = word.trim_start_matches(['[', '(']).split(['=', '|', ']', ',']).next().unwrap_or_default();
        let known = help.split(|c: char| c.is_whitespace() || ",=[]`".contains(c)).any(|have| have == option);
        if option.starts_with("--") && option.len() > 2 && !known {
            return Err(format!("`{command}`: `{name}` has no option `{option}`"));
        }
    }
    Ok(())
}

/// What a command says of itself.
fn help(name: &str) -> Option<String> {
    static HELP: Mutex<BTreeMap<String, Option<String>>> = Mutex::new(BTreeMap::new());
    let mut known = HELP.lock().unwrap();
    let ask = || {
        let mut texts = Vec::new();
        for arguments in [vec![name, "--help"], vec![name, "nomad", "--help"], vec![name, "oci", "--help"]] {
            if arguments.len() > 2 && name != "export" {
                continue;
            }
            let output = Command::new(env!("CARGO_BIN_EXE_jobctl")).args(arguments).output().ok()?;
            texts.push(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())?);
        }
        Some(texts.join("\n"))
    };
    known.entry(name.to_owned()).or_insert_with(ask).clone()
}
