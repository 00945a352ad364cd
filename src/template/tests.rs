//! The room from outside: the documentation's examples, errors and their places, bounds.

use std::collections::BTreeSet;
use std::io;

use proptest::prelude::*;

use super::*;

/// The world that docs/templates.md describes.
struct Sample;

impl World for Sample {
    fn variable(&self, name: &str) -> Option<&str> {
        match name {
            "NOMAD_TASK_NAME" => Some("server"),
            "EMPTY" => Some(""),
            _ => None,
        }
    }

    fn file(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            "local/port.json" => Ok(b"{\"port\": 8080}".to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn now(&self) -> jiff::Timestamp {
        "2024-03-05T13:04:09Z".parse().unwrap()
    }
}

fn rendered(text: &str) -> Result<String, Error> {
    render(text, &Options::default(), &Sample).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// `line:column: message [help]`
fn failed(text: &str) -> String {
    shown(&rendered(text).expect_err(text))
}

fn shown(error: &Error) -> String {
    let help = error.help.as_deref().unwrap_or("-");
    format!("{}:{}: {} [{help}]", error.line, error.column, error.message)
}

const DOCUMENTATION: &str = include_str!("../../docs/templates.md");

/// The cells of a row, without the code marks around them.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{1}");
    let cells = row.trim_matches('|').split('|').map(str::trim);
    let plain = |cell: &str| match cell.strip_prefix("`` ").and_then(|cell| cell.strip_suffix(" ``")) {
        Some(code) => code.to_owned(),
        None => cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or(cell).to_owned(),
    };
    cells.map(|cell| plain(cell).replace('\u{1}', "|")).collect()
}

/// The rows of the tables of examples: example and result.
fn examples() -> Vec<(String, String)> {
    let tables = DOCUMENTATION.split("## What is not there").next().unwrap();
    let rows = tables.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what "));
    rows.map(|row| match &cells(row)[..] {
        [_, example, result] => (example.clone(), result.clone()),
        other => panic!("a row of {} cells: {row}", other.len()),
    })
    .collect()
}

#[test]
fn the_documentation_says_what_happens() {
    let mut wrong = Vec::new();
    let examples = examples();
    assert!(examples.len() > 80);
    for (example, result) in examples {
        let got = match rendered(&example) {
            Ok(text) => text.replace('\n', "⏎"),
            Err(error) => format!("error: {}", error.message),
        };
        if got != result {
            wrong.push(format!("{example}\n    documented: {result}\n    rendered:   {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_has_an_example_or_a_reason() {
    let words = |text: &str| -> BTreeSet<String> {
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        text.split(|character| !is_name(character)).map(str::to_owned).collect()
    };
    let shown: BTreeSet<String> = examples().iter().flat_map(|(example, _)| words(example)).collect();
    let lacking = words(DOCUMENTATION.split("## What is not there").nth(1).unwrap());
    for function in function::all() {
        let (documented, what) = match function.unavailable() {
            None => (&shown, "an example"),
            Some(_) => (&lacking, "a place in the list of what is not there"),
        };
        assert!(documented.contains(function.name), "{} lacks {what} in docs/templates.md", function.name);
    }
}

#[test]
fn options_are_kept_to() {
    let with = |text: &str, options: &Options| render(text, options, &Sample).map(|b| String::from_utf8(b).unwrap());
    let brackets = Options { left_delimiter: "[[".to_owned(), right_delimiter: "]]".to_owned(), ..Options::default() };
    assert_eq!(with("{{ x }} [[- env \"NOMAD_TASK_NAME\" -]] ]]", &brackets).unwrap(), "{{ x }}server]]");
    let empty = Options { left_delimiter: String::new(), right_delimiter: String::new(), ..Options::default() };
    assert_eq!(with("{{ 1 }}", &empty).unwrap(), "1");
    let strict = Options { error_on_missing_key: true, ..Options::default() };
    let error = with("{{ $m := parseJSON `{}` }}{{ $m.a }}", &strict).unwrap_err();
    assert_eq!((error.kind, error.column), (ErrorKind::Execution, 30));
    assert_eq!(with("{{ $m := parseJSON `{}` }}{{ index $m \"a\" }}", &strict).unwrap(), "<no value>");
}

#[test]
fn the_result_is_bytes() {
    assert_eq!(render("{{ base64Decode \"/wA=\" }}", &Options::default(), &Sample).unwrap(), [0xff, 0]);
}

#[test]
fn errors_stand_on_their_places() {
    insta::assert_snapshot!(
        [
            "a\n  {{ fooo }}",
            "{{ toUper \"a\" }}",
            "{{ env NOMAD_TASK_NAME }}",
            "{{ if true }}\nno end",
            "{{ end }}",
            "{{ \"a }}",
            "{{ 1 ",
            "{{ $x }}",
            "{{ $value := 1 }}{{ $valeu }}",
            "{{ printf }}",
            "{{ join \",\" \"a\" }}",
            "{{ indent (parseInt \"2\") \"a\" }}",
            "{{ index (split \",\" \"a\") 3 }}",
            "{{ template \"hed\" }}{{ define \"head\" }}{{ end }}",
            "{{ file \"/etc/passwd\" }}",
            "{{ mustEnv \"NOT_SET\" }}",
            "{{ key \"a\" }}",
            "{{ 5 | 6 }}",
            "{{ a-b }}",
            "{{ range \"abc\" }}{{ end }}",
            "{{ eq 1 \"1\" }}",
            "{{ parseYAML \"a: 1\" | toJSON }}",
            "é {{ regexMatch \"[\" \"a\" }}",
        ]
        .map(failed)
        .join("\n"),
        @r#"
    2:6: the function `fooo` is not known [a string stands between quotes; docs/templates.md lists the functions]
    1:4: the function `toUper` is not known [did you mean `toUpper`?]
    1:8: the function `NOMAD_TASK_NAME` is not known [a string stands between quotes; docs/templates.md lists the functions]
    1:4: this is not closed [close it with an `end` action]
    1:1: an `end` that closes nothing [every `end` closes an `if`, `range`, `with`, `block` or `define`]
    1:4: this string is not closed on its line [-]
    1:1: this action is not closed [close it with `}}`]
    1:4: the variable `$x` is not declared [declare it with `:=` in this action, or before it in the same or an outer block]
    1:21: the variable `$valeu` is not declared [did you mean `$value`?]
    1:4: `printf` wants at least 1 argument, this gives it 0 [-]
    1:13: `join` wants []string here, this is string [-]
    1:11: `indent` wants int here, this is int64 [`sprig_int` makes an int of it]
    1:4: the index 3 in what has a length of 1 [the first one is 0]
    1:13: the template "hed" is not defined [-]
    1:4: the file "/etc/passwd" cannot be read: entity not found [`file` reads inside the task's directory only]
    1:4: the environment variable "NOT_SET" is empty or not set [set it in the task's `env` block, or use `envOrDefault`]
    1:4: `key` needs Consul: not available here [give the value by the task's environment (`env`) or a file (`file`), or guard the call with `if`]
    1:8: a value after `|`, where a function belongs [`a | f` hands `a` to the function `f`]
    1:5: the character '-' after `a` [put a space between them; a name has letters, digits and `_`]
    1:10: a `range` over a value of type string [it goes over lists, maps and whole numbers]
    1:4: int and string cannot be compared [`parseInt` makes a number of a string, `print` a string of a number]
    1:23: JSON of a map that `parseYAML` made: its keys need not be strings [Nomad refuses it too; `toYAML` writes it, and `parseJSON` reads maps with string keys]
    1:6: "[" is not a regular expression: a `[` without its `]` [-]
    "#
    );
}

#[test]
fn checking_finds_all_names_and_the_first_mistake_of_syntax() {
    let findings = |text: &str| -> Vec<_> {
        check(text, &Options::default()).iter().map(|error| (error.kind, error.place.clone())).collect()
    };
    assert_eq!(findings("{{ range loop 3 }}{{ . }}{{ end }}"), []);
    assert_eq!(
        findings("{{ foo }}{{ key \"a\" }}{{ plugin \"x\" }}{{ template \"t\" }}{{ secret \"b\" | bar }}"),
        [
            (ErrorKind::UnknownFunction, 3..6),
            (ErrorKind::NeedsCluster, 12..15),
            (ErrorKind::Unavailable, 25..31),
            (ErrorKind::UndefinedTemplate, 50..53),
            (ErrorKind::NeedsCluster, 59..65),
            (ErrorKind::UnknownFunction, 72..75),
        ]
    );
    assert_eq!(
        findings("{{ foo }}{{ if }}{{ bar }}"),
        [(ErrorKind::UnknownFunction, 3..6), (ErrorKind::Syntax, 15..16)]
    );
}

#[test]
fn what_needs_a_cluster_may_stand_where_it_is_not_reached() {
    let text = "{{ if env \"EMPTY\" }}{{ key \"a\" }}{{ else }}b{{ end }}";
    assert_eq!(rendered(text).unwrap(), "b");
    assert_eq!(check(text, &Options::default()).len(), 1);
}

#[test]
fn a_rendering_is_bounded() {
    let endless = [
        ("{{ range loop 9000000000000000000 }}{{ end }}", "too much work"),
        ("{{ range 9000000000000000000 }}{{ end }}", "too much work"),
        ("{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}", "too deep"),
        ("{{ define \"x\" }}{{ executeTemplate \"x\" }}{{ end }}{{ template \"x\" }}", "too deep"),
        ("{{ $x := \"ab\" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}", "work"),
        ("{{ $x := sprig_list 1 2 }}{{ range 60 }}{{ $x = sprig_list $x $x }}{{ end }}{{ $x }}", "work|larger"),
        ("{{ $x := sprig_list 1 2 }}{{ range 60 }}{{ $x = sprig_list $x $x }}{{ end }}{{ toJSON $x }}", "work|larger"),
        ("{{ $x := sprig_list 1 }}{{ range 1000 }}{{ $x = sprig_list $x }}{{ end }}", "deeper"),
        ("{{ $x := sprig_list 1 }}{{ range 90 }}{{ $x = sprig_concat $x $x }}{{ end }}", "work"),
        ("{{ sprig_until 9000000000000000000 }}", "too much work"),
        ("{{ sprig_repeat 9000000000000000000 \"a\" }}", "larger than"),
        ("{{ indent 9000000000000000000 \"a\" }}", "larger than"),
        ("{{ $x := sprig_repeat 60000000 \"a\" }}{{ $x }}{{ $x }}", "larger than"),
        ("{{ $x := sprig_repeat 9000 \"a\" }}{{ replaceAll \"a\" $x $x }}", "larger than"),
        ("{{ regexMatch \"((a{100}){100}){100}\" \"a\" }}", "too large"),
        (
            "{{ scratch.MapSet \"m\" \"a\" (scratch.Get \"m\") }}{{ range 9000 }}{{ scratch.MapSet \"m\" \"a\" (scratch.Get \"m\") }}{{ end }}",
            "deeper",
        ),
    ];
    for (text, reason) in endless {
        // Work is bounded more tightly here, for the test's own sake; a string larger than is allowed needs all of it.
        let budget = if reason.contains("work") { Budget::of(8 << 20) } else { Budget::new() };
        let error = render_within(budget, text, &Options::default(), &Sample).expect_err(text);
        assert!(reason.split('|').any(|reason| error.message.contains(reason)), "{text}: {}", error.message);
    }
}

#[test]
fn nesting_is_bounded_while_reading() {
    for text in ["{{ ".to_owned() + &"(".repeat(10_000), "{{ if 1 }}".repeat(10_000), "{{ define `x` }}".repeat(10_000)]
    {
        assert!(rendered(&text).is_err());
    }
    let chain = "{{ if 0 }}".to_owned() + &"{{ else if 0 }}".repeat(10_000) + "{{ else }}x{{ end }}";
    assert_eq!(rendered(&chain).unwrap(), "x");
    let deep = "{{ if 1 }}".repeat(95) + "x" + &"{{ end }}".repeat(95);
    assert_eq!(rendered(&deep).unwrap(), "x");
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(95), ")".repeat(95));
    assert_eq!(rendered(&deep).unwrap(), "1");
}

/// Pieces of templates, so that random ones are often nearly right.
const PIECES: [&str; 48] = [
    "{{",
    "}}",
    "{{- ",
    " -}}",
    "{{ ",
    " }}",
    "(",
    ")",
    "|",
    ":=",
    "=",
    ",",
    "$x",
    "$",
    ".",
    ".a",
    "1",
    "-1",
    "0x",
    "1.5",
    "\"a\"",
    "`b`",
    "'c'",
    "\"",
    "`",
    "\\",
    "if ",
    "else ",
    "end",
    "range ",
    "with ",
    "define ",
    "template ",
    "block ",
    "break",
    "continue",
    "nil",
    "true",
    "print ",
    "printf ",
    "\"%v%d%*s\" ",
    "index ",
    "sprig_list ",
    "parseJSON ",
    "é",
    "\n",
    "/*",
    "*/",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_odd(pieces in prop::collection::vec(0..PIECES.len(), 0..24)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        let findings = check(&text, &Options::default());
        let result = render(&text, &Options::default(), &Sample);
        for finding in findings.iter().chain(result.as_ref().err()) {
            prop_assert!(text.get(finding.place.clone()).is_some(), "{text:?}: {finding:?}");
        }
        let refused = findings.iter().any(Error::prevents_running);
        prop_assert!(!refused || result.is_err());
    }

    #[test]
    fn no_value_is_too_odd(name in 0..function::all().count(), arguments in prop::collection::vec(0..VALUES.len(), 0..4)) {
        let name = function::all().nth(name).unwrap().name;
        let arguments: Vec<_> = arguments.into_iter().map(|value| VALUES[value]).collect();
        let text = format!("{{{{ {name} {} }}}}", arguments.join(" "));
        // Whatever it answers, it answers.
        let _ = render_within(Budget::of(8 << 20), &text, &Options::default(), &Sample);
    }

    #[test]
    fn no_line_is_too_odd(text in "[A-Za-z_=\"'#\\\\u0-9 \\n\\té-]{0,40}") {
        let _ = parse_env(text.as_bytes());
    }
}

const VALUES: [&str; 24] = [
    "1",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1.5",
    "1e300",
    "\"\"",
    "\"a\"",
    "\"é\\xff\"",
    "\"a,b\"",
    "nil",
    "true",
    "(sprig_list)",
    "(sprig_list 1 nil \"a\")",
    "(sprig_dict \"a\" 1)",
    "(split \",\" \"a,b\")",
    "(splitToMap \",\" \":\" \"a:b\")",
    "(parseYAML \"1: {a: [~]}\")",
    "(parseUint \"18446744073709551615\")",
    "(parseFloat \"nan\")",
    "(loop 3)",
    "scratch",
    "\"{\\\"a\\\":[1]}\"",
];
