//! The pages of docs/ that are made from the code, each held against what lies there.
//!
//! Tests alone: `JOBCTL_BLESS=1 cargo test --lib book` writes the pages anew.

use std::fmt::Write as _;
use std::path::Path;

use clap::CommandFactory as _;

use crate::jobspec::Block as _;
use crate::validator::catalogue::{self, Example, Explanation};
use crate::{eval, host, jobspec, validator};

/// The file must hold the text; with `JOBCTL_BLESS` set it is written.
pub(super) fn assert_fresh(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("JOBCTL_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let have = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(have == text, "{} is stale: run the tests with JOBCTL_BLESS=1", path.display());
}

#[test]
fn the_reference_of_jobs_is_fresh() {
    assert_fresh("docs/job-specification.md", &jobspec::reference());
}

#[test]
fn the_reference_of_the_host_is_fresh() {
    let introduction = "# Blocks of the host's configuration\n\n\
        Made from the tables the decoder reads: what stands here is what is accepted. What the blocks are for, where the \
        file lies and who may do what: [The host's configuration](host.md).\n";
    assert_fresh("docs/host-blocks.md", &jobspec::block_reference(host::HostFile::SPEC, introduction));
}

#[test]
fn the_reference_of_functions_is_fresh() {
    assert_fresh("docs/functions.md", &eval::function_reference());
}

#[test]
fn the_reference_of_rules_is_fresh() {
    assert_fresh("docs/rules.md", &rules());
}

#[test]
fn the_reference_of_commands_is_fresh() {
    assert_fresh("docs/commands.md", &commands());
}

#[test]
fn every_key_of_the_drivers_is_described() {
    let page = include_str!("../../docs/drivers.md");
    for (driver, schema) in validator::config_schemas() {
        let (_, part) = page.split_once(&format!("\n## {driver}\n")).unwrap();
        let part = part.split("\n## ").next().unwrap();
        for key in schema["properties"].as_object().unwrap().keys() {
            assert!(part.contains(&format!("| `{key}` |")), "docs/drivers.md lacks `{key}` of {driver}");
        }
    }
}

fn rules() -> String {
    let mut page = "# Rules\n\n\
        Every code a finding can have: what is wrong, why that matters, and how it is right; the same as `jobctl explain CODE` \
        prints. A code is stable; its message may change. Made from the source, every example checked.\n"
        .to_owned();
    catalogue::explanations().for_each(|explanation| write_rule(&mut page, explanation));
    page
}

fn write_rule(page: &mut String, rule: &Explanation) {
    let (class, text) = fence(rule.example);
    // Writing to a text cannot fail.
    let _ = write!(page, "\n## {}\n\n", rule.code);
    let words = prose(&format!("{}. {}", capital(rule.what), rule.why));
    let _ = writeln!(page, "{words}\n\nRight, {}:\n", rule.example.place());
    let _ = writeln!(page, "```{class}\n{}\n```", text.trim_end());
}

/// What a block of this example is called behind its fence.
fn fence(example: Example) -> (&'static str, String) {
    let text = example.text().to_owned();
    match example {
        Example::File(_) => ("hcl", text),
        Example::Job(_) => ("hcl in=job", text),
        Example::Group(_) => ("hcl in=group", text),
        Example::Task(_) => ("hcl in=task", text),
        Example::Config(_) => ("hcl in=config", text),
        Example::Host(_) => ("hcl in=host", text),
        Example::Other(_) if text.starts_with('{') => ("json", text),
        Example::Other(_) if text.contains('\n') || text.starts_with('[') => ("text", text),
        Example::Other(_) => ("console shown=other", format!("$ {text}")),
    }
}

/// A text in Markdown: `<name>` outside of code is no tag.
fn prose(text: &str) -> String {
    let escape = |(at, part): (usize, &str)| if at % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() };
    text.split('`').enumerate().map(escape).collect::<Vec<_>>().join("`")
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

fn commands() -> String {
    let mut page = "# Commands\n\n\
        Made from the arguments themselves: the same as `jobctl COMMAND --help` and the manual pages. stdout is data, stderr is \
        talk; `--json` has a schema (`jobctl schema`).\n"
        .to_owned();
    let mut command = super::Arguments::command();
    command.build();
    page.push_str("\n## Options of every command\n");
    write_arguments(&mut page, command.get_arguments().filter(|argument| argument.is_global_set()));
    for subcommand in command.get_subcommands() {
        write_command(&mut page, subcommand, "jobctl");
    }
    page
}

fn write_command(page: &mut String, command: &clap::Command, before: &str) {
    let name = format!("{before} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    // Writing to a text cannot fail.
    let _ = write!(page, "\n## {name}\n\n{}.\n", about.trim_end_matches('.'));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").lines().map(str::trim).collect::<Vec<_>>();
    let _ = write!(page, "\n{}\n", usage.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(" or "));
    write_arguments(page, command.get_arguments().filter(|argument| !argument.is_global_set()));
    for subcommand in command.get_subcommands() {
        write_command(page, subcommand, &name);
    }
}

fn write_arguments<'a>(page: &mut String, arguments: impl Iterator<Item = &'a clap::Arg>) {
    let shown = arguments.filter(|argument| !argument.is_hide_set() && argument.get_id() != "help");
    let (mut first, mut options) = (Vec::new(), Vec::new());
    shown.for_each(|argument| if argument.is_positional() { first.push(argument) } else { options.push(argument) });
    first.append(&mut options);
    if first.is_empty() {
        return;
    }
    page.push_str("\n| argument | default | |\n|---|---|---|\n");
    for argument in first {
        let default: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if default.is_empty() || !argument.get_action().takes_values() {
            String::new()
        } else {
            format!("`{}`", default.join(" "))
        };
        // Writing to a text cannot fail.
        let _ = writeln!(page, "| {} | {default} | {} |", names(argument), meaning(argument));
    }
}

fn names(argument: &clap::Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default();
    let value = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if argument.is_positional() {
        return format!("`{value}`");
    }
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).map(|name| format!("`{name}`")).collect();
    let takes = if argument.get_action().takes_values() { format!(" `{value}`") } else { String::new() };
    format!("{}{takes}", names.join(", "))
}

fn meaning(argument: &clap::Arg) -> String {
    let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut text = help.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;");
    let values = argument.get_possible_values();
    if argument.get_action().takes_values() && !values.is_empty() {
        let words: Vec<String> = values
            .iter()
            .map(|value| match value.get_help() {
                Some(help) => format!("`{}`: {help}", value.get_name()),
                None => format!("`{}`", value.get_name()),
            })
            .collect();
        let _ = write!(text, " ({})", words.join("; "));
    }
    if let Some(variable) = argument.get_env() {
        let _ = write!(text, " (variable `{}`)", variable.to_string_lossy());
    }
    text
}
