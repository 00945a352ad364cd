//! `jobctl explain`: what a diagnostic means, with an example that is right; or which codes there are about something.

use std::fmt::Write as _;

use super::{Exit, Output};
use crate::validator::catalogue::{self, Explanation};

/// Arguments of `jobctl explain`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The code, such as `volume_mount::unknown_volume`, or words to look for; all codes are listed where none is given
    #[arg(value_name = "CODE|WORD")]
    words: Vec<String>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// Prints one explanation, or the list of codes.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let words = arguments.words.join(" ");
    let found = catalogue::find(&words);
    match found.as_slice() {
        [] => {
            let help = match catalogue::near(&words) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`jobctl explain` lists all codes".into(),
            };
            let what = if words.contains("::") { "there is no code" } else { "no code is about" };
            output.failure(format_args!("{what} `{words}`"), Some(&help));
            Exit::Failure
        }
        [explanation] if arguments.json => output.finish_json(&as_json(explanation)),
        [explanation] => output.finish_data(&as_text(explanation)),
        several => list(several, arguments.json, output),
    }
}

fn list(found: &[&Explanation], json: bool, output: &mut Output) -> Exit {
    if json {
        let all: Vec<_> = found.iter().map(|explanation| as_json(explanation)).collect();
        return output.finish_json(&all);
    }
    let widest = found.iter().map(|explanation| explanation.code.len()).max().unwrap_or(0);
    let lines = found.iter().map(|found| format!("{:widest$}  {}\n", found.code, found.what));
    output.finish_data(&lines.collect::<String>())
}

fn as_json(explanation: &Explanation) -> serde_json::Value {
    serde_json::json!({
        "code": explanation.code,
        "what": explanation.what,
        "why": explanation.why,
        "place": explanation.example.place(),
        "example": explanation.example.text(),
    })
}

fn as_text(explanation: &Explanation) -> String {
    let mut text = format!(
        "{}: {}\n\n{}\n\nRight, {}:\n\n",
        explanation.code,
        explanation.what,
        explanation.why,
        explanation.example.place(),
    );
    for line in explanation.example.text().lines() {
        let line = format!("    {line}");
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
