//! What every code means: what is wrong, why it matters, and an example that is right.
//!
//! Texts for `jobctl explain`; the findings themselves are made where the rules are. A test compares this list with
//! the codes in the source, so that none is forgotten.

mod config;
mod decoding;
mod evaluation;
mod group;
mod hand_over;
mod host;
mod job;
mod network;
mod plan;
mod service;
mod syntax;
mod task;
mod volume;

use crate::jobspec::similar;

/// What a code means.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How it is right.
    pub example: Example,
}

/// A piece of a file that is right, by where it stands.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// A whole job file.
    File(&'static str),
    /// In a `job` block.
    Job(&'static str),
    /// In a `group` block.
    Group(&'static str),
    /// In a `task` block.
    Task(&'static str),
    /// In the `config` of a task of driver `exec`.
    Config(&'static str),
    /// In a host configuration.
    Host(&'static str),
    /// On a command line, or in another kind of file.
    Other(&'static str),
}

impl Example {
    /// The text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::File(text)
            | Self::Job(text)
            | Self::Group(text)
            | Self::Task(text)
            | Self::Config(text)
            | Self::Host(text)
            | Self::Other(text) => text,
        }
    }

    /// Where it stands, in words.
    pub const fn place(self) -> &'static str {
        match self {
            Self::File(_) => "a job file",
            Self::Job(_) => "in `job`",
            Self::Group(_) => "in `group`",
            Self::Task(_) => "in `task`",
            Self::Config(_) => "in `config` of a task",
            Self::Host(_) => "in the host's configuration",
            Self::Other(_) => "for example",
        }
    }
}

const FAMILIES: [&[Explanation]; 13] = [
    syntax::ALL,
    evaluation::ALL,
    decoding::ALL,
    job::ALL,
    group::ALL,
    task::ALL,
    config::ALL,
    volume::ALL,
    network::ALL,
    service::ALL,
    host::ALL,
    plan::ALL,
    hand_over::ALL,
];

/// Every explanation, by the way a job file goes through the rooms.
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    FAMILIES.into_iter().flatten()
}

/// The codes of the plan: what a host must have, which no job file alone can show.
pub fn plan_codes() -> Vec<&'static str> {
    plan::ALL.iter().map(|explanation| explanation.code).collect()
}

/// The explanation of a code; where no code is called so, those in which all of some words stand.
pub fn find(words: &str) -> Vec<&'static Explanation> {
    if let Some(exact) = explanations().find(|explanation| explanation.code == words) {
        return vec![exact];
    }
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let is_about = |explanation: &&Explanation| {
        let text = [explanation.code, explanation.what, explanation.why].join(" ").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    explanations().filter(is_about).collect()
}

/// The code or the word of a code that was probably meant by what nothing is found for.
pub fn near(wanted: &str) -> Option<&'static str> {
    let codes = || explanations().map(|explanation| explanation.code);
    let words = || codes().flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric()));
    similar(wanted, codes()).or_else(|| similar(wanted, words().filter(|word| word.len() > 3)))
}

const fn entry(code: &'static str, what: &'static str, why: &'static str, example: Example) -> Explanation {
    Explanation { code, what, why, example }
}

#[cfg(test)]
mod tests;
