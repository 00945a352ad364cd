//! A long random run of the whole front end: parse, format, convert, evaluate, decode, check.
//!
//! Ignored by default. `JOBCTL_FUZZ_SECONDS` (10) and `JOBCTL_FUZZ_SEED` (1) say how long and where to begin:
//! `JOBCTL_FUZZ_SECONDS=1200 cargo test --profile quick --test fuzz_long -- --ignored --nocapture`.
//! Inputs that fail are written to `target/fuzz-failures/`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a long run says how far it is")]

use std::cell::Cell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bumpalo::Bump;
use jobctl::compile;
use jobctl::diagnostic::{FileId, Sink, Sources, Span};
use jobctl::eval::{Inputs, NoFiles};
use jobctl::format;
use jobctl::jobspec;
use jobctl::parser::{self, Syntax, for_each_span, for_each_span_in_expression};
use jobctl::validator::CheckContext;

/// What the syntaxes are made of, and what has meaning further down.
const PIECES: &[&str] = &[
    "\"",
    "${",
    "%{",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "=",
    ":",
    ",",
    ".",
    "*",
    "[*]",
    ".*",
    "\n",
    " ",
    "\r\n",
    "\t",
    "~",
    "~}",
    "${~",
    "<<E\n",
    "<<-E\n",
    "\nE\n",
    "%{ if x }",
    "%{ else }",
    "%{ endif }",
    "%{ for y in z }",
    "%{ endfor }",
    "for k, v in x : ",
    " in ",
    " if ",
    "1",
    "-1",
    "0.5",
    "1e9",
    "99999999999999999999",
    "!",
    "?",
    "==",
    "=>",
    "...",
    "&&",
    "||",
    "+",
    "%",
    "\\",
    "\\u00e9",
    "\\ud800",
    "$${",
    "#",
    "//",
    "/*",
    "*/",
    "é",
    "\u{feff}",
    "\0",
    "'",
    "“",
    "true",
    "null",
    "var.x",
    "local.y",
    "attr.z",
    "each",
    "a = 1\n",
    "b {\n",
    "}\n",
    "[a]\n",
    "[[a.b]]\n",
    "\"a\": ",
    "{\"a\": [",
    "::",
    "1979-05-27",
    "inf",
    "variable \"x\" {\n",
    "locals {\n",
    "dynamic \"task\" {\n",
    "content {\n",
    "for_each = ",
    "type = ",
    "default = ",
    "validation {\n",
    "job \"x\" {\n",
    "group \"x\" {\n",
    "task \"x\" {\n",
    "config {\n",
    "env {\n",
    "count = ",
    "\"30s\"",
    "format(",
    "join(",
    "range(",
    "merge(",
    "try(",
    "can(",
    "regex_replace(",
    "jsondecode(",
    "yamldecode(",
    "csvdecode(",
    "formatdate(",
    "cidrsubnet(",
    "setproduct(",
    "substr(",
    "pow(",
    "parseint(",
    "flatten(",
    "zipmap(",
    "convert(",
    "list(string)",
    "object({",
    "optional(",
];

/// The longest input made.
const LONGEST: usize = 1 << 16;

/// An input that takes longer is a failure too.
const LONGEST_TIME: Duration = Duration::from_secs(30);

/// What is being read, and since when.
static CURRENT: Mutex<Option<(Instant, String, Syntax)>> = Mutex::new(None);

/// splitmix64: the same seed, the same run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn pick<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.below(items.len())]
    }
}

/// An offset of a text that is no inside of a character.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn mutate(text: &mut String, corpus: &[String], random: &mut Random) {
    let from = boundary(text, random.below(text.len() + 1));
    let length = [1, 1, 2, 4, 16, 64, 512][random.below(7)];
    let to = boundary(text, from + length).max(from);
    match random.below(8) {
        0..=2 => text.insert_str(from, random.pick(PIECES)),
        3 => text.replace_range(from..to, random.pick(PIECES)),
        4 => text.replace_range(from..to, ""),
        5 => {
            let piece = text[from..to].to_owned();
            let at = boundary(text, random.below(text.len() + 1));
            text.insert_str(at, &piece);
        }
        6 => {
            let other = &corpus[random.below(corpus.len())];
            let start = boundary(other, random.below(other.len() + 1));
            let end = boundary(other, start + random.below(400)).max(start);
            text.insert_str(from, &other[start..end]);
        }
        _ => {
            let piece = random.pick(PIECES).repeat(random.below(300));
            text.insert_str(from, &piece);
        }
    }
    if text.len() > LONGEST {
        text.truncate(boundary(text, LONGEST));
    }
}

fn generate(corpus: &[String], random: &mut Random) -> String {
    if random.below(5) == 0 {
        return (0..random.below(80)).map(|_| random.pick(PIECES)).collect();
    }
    let mut text = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(6) {
        mutate(&mut text, corpus, random);
    }
    text
}

fn corpus() -> Vec<String> {
    let mut corpus = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut sources = Sources::new();
        let syntax = Syntax::of(path.to_str().unwrap(), &text);
        let file = sources.add("job", text.clone());
        corpus.extend(format::convert(&sources, file, syntax, Syntax::Json, jobspec::shape(), &mut Sink::new()));
        corpus.push(text);
    }
    assert!(corpus.len() > 20, "the examples are found");
    corpus
}

/// Runs every stage on a text; the number of spans that are not in it.
fn try_all(text: &str, syntax: Syntax, inputs: &Inputs<'_>) -> usize {
    let mut sources = Sources::new();
    let file = sources.add("job", text);
    let outside = Cell::new(0);
    let check = |span: Span| {
        if text.get(span.start as usize..span.end as usize).is_none() || span.file != file {
            outside.set(outside.get() + 1);
        }
    };
    let (arena, mut sink) = (Bump::new(), Sink::new());
    let body = parser::parse(&sources, file, syntax, jobspec::shape(), &arena, &mut sink);
    for_each_span(&body, check);
    if let Some(expression) = parser::parse_expression(&sources, file, &arena, &mut Sink::new()) {
        for_each_span_in_expression(&expression, check);
    }
    if syntax == Syntax::Hcl {
        if let Some(once) = format::format(&sources, file, &mut Sink::new()) {
            assert_eq!(reformatted(&once), Some(once.clone()), "the layout is no fixed point");
        }
        parser::parse(&sources, file, Syntax::Hcl1, jobspec::shape(), &arena, &mut sink);
    }
    for to in [Syntax::Hcl, Syntax::Toml, Syntax::Json] {
        format::convert(&sources, file, syntax, to, jobspec::shape(), &mut Sink::new());
    }
    compile::job(&sources, file, syntax, inputs, &CheckContext::default(), &mut sink);
    for finding in sink.findings() {
        finding.labels.iter().for_each(|label| check(label.span));
    }
    outside.get()
}

fn reformatted(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let file: FileId = sources.add("job", text);
    format::format(&sources, file, &mut Sink::new())
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().map_or(default, |value| value.parse().expect("a number"))
}

fn run(seconds: u64, seed: u64) -> (u64, u64, usize) {
    let corpus = corpus();
    let mut random = Random(seed);
    let begin = Instant::now();
    let mut said = 0;
    let (mut tried, mut panics, mut outside) = (0, 0, 0);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let text = generate(&corpus, &mut random);
        for syntax in [Syntax::Hcl, Syntax::Toml, Syntax::Json] {
            tried += 1;
            *CURRENT.lock().unwrap() = Some((Instant::now(), text.clone(), syntax));
            let inputs = Inputs::new(&NoFiles, Path::new("."));
            let found = catch_unwind(AssertUnwindSafe(|| try_all(&text, syntax, &inputs)));
            if !matches!(found, Ok(0)) {
                panics += u64::from(found.is_err());
                outside += found.unwrap_or(0);
                keep(&text, syntax, tried);
            }
        }
        if begin.elapsed().as_secs() / 60 > said {
            said = begin.elapsed().as_secs() / 60;
            eprintln!("{said} min: {tried} inputs, {panics} panics, {outside} spans outside");
        }
    }
    (tried, panics, outside)
}

/// Ends the process where one input takes too long: nothing else can stop it.
fn watch() {
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if let Some((since, text, syntax)) = &*CURRENT.lock().unwrap()
            && since.elapsed() > LONGEST_TIME
        {
            keep(text, *syntax, 0);
            eprintln!("an input takes longer than {LONGEST_TIME:?}: target/fuzz-failures/0.{syntax:?}");
            std::process::exit(1);
        }
    }
}

fn keep(text: &str, syntax: Syntax, number: u64) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz-failures");
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join(format!("{number}.{syntax:?}").to_lowercase()), text).unwrap();
}

#[test]
#[ignore = "runs as long as it is told to"]
fn no_input_panics_and_no_span_is_outside() {
    let (seconds, seed) = (number("JOBCTL_FUZZ_SECONDS", 10), number("JOBCTL_FUZZ_SEED", 1));
    std::thread::spawn(watch);
    // The stack a command's main thread has.
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(move || run(seconds, seed)).unwrap();
    let (tried, panics, outside) = thread.join().unwrap();
    eprintln!("seed {seed}, {seconds} s: {tried} inputs, {panics} panics, {outside} spans outside the file");
    assert_eq!((panics, outside), (0, 0));
}
