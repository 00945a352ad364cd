//! TOML and JSON files: the trees they give, their spans, their errors.

use bumpalo::Bump;

use crate::diagnostic::{Sink, Sources};
use crate::parser::outline::Outline;
use crate::parser::{Shape, Syntax, for_each_span, is_api_form, parse};

static MOUNT: Shape = Shape::LEAF;
static TASK: Shape = Shape { blocks: &[("volume_mount", 0, &MOUNT), ("env", 0, &Shape::LEAF)], maps: &["meta"] };
static GROUP: Shape = Shape { blocks: &[("task", 1, &TASK)], maps: &[] };
static JOB: Shape = Shape { blocks: &[("group", 1, &GROUP), ("meta", 0, &Shape::LEAF)], maps: &[] };
static FILE: Shape =
    Shape { blocks: &[("job", 1, &JOB), ("variable", 1, &Shape::LEAF), ("locals", 0, &Shape::LEAF)], maps: &[] };

/// The outline of a file and its findings, `line:column message` of each.
fn read(syntax: Syntax, text: &str) -> (String, Vec<String>) {
    let mut sources = Sources::new();
    let file = sources.add("job", text);
    let arena = Bump::new();
    let mut sink = Sink::new();
    let body = parse(&sources, file, syntax, &FILE, &arena, &mut sink);
    for_each_span(&body, |span| {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is not in the file");
    });
    let findings = sink.into_sorted().into_iter().map(|finding| {
        let at = sources.file(file).position(finding.labels[0].span.start);
        assert!(finding.help.is_some(), "{finding:?}");
        format!("{}:{} {}", at.line, at.column, finding.message)
    });
    (Outline(&body).to_string(), findings.collect())
}

fn valid(syntax: Syntax, text: &str) -> String {
    let (outline, findings) = read(syntax, text);
    assert_eq!(findings, Vec::<String>::new());
    outline
}

#[test]
fn keys_and_values_are_a_block_and_may_stand_in_an_array_of_one_object() {
    let of_task = |inside: &str| {
        format!(r#"{{"job": {{"web": {{"group": {{"api": {{"task": {{"server": {{{inside}}}}}}}}}}}}}}}"#)
    };
    let outline = |inside: &str| format!(r#"{{job "web" {{group "api" {{task "server" {{{inside}}}}}}}}}"#);
    let meta = outline("meta {a = 1}");
    assert_eq!(valid(Syntax::Json, &of_task(r#""meta": {"a": 1}"#)), meta);
    assert_eq!(valid(Syntax::Json, &of_task(r#""meta": [{"a": 1}]"#)), meta);
    assert_eq!(valid(Syntax::Json, &of_task(r#""meta": "${var.m}""#)), outline("meta = `${var.m}`"));
    let (two, other) = (r#""meta": [{"a": 1}, {}]"#, r#""other": [{"a": 1}]"#);
    assert_eq!(valid(Syntax::Json, &of_task(two)), outline(r#"meta = [{"a" = 1}, {}]"#));
    assert_eq!(valid(Syntax::Json, &of_task(other)), outline(r#"other = [{"a" = 1}]"#));
}

#[test]
fn labels_are_keys_and_arrays_are_blocks() {
    let toml = r#"
[job.web]
type = "batch"
[job.web.group.api.task.server]
driver = "exec"
config = { command = "/bin/server", args = ["-v", 1, -2.5] }
[[job.web.group.api.task.server.volume_mount]]
volume = "a"
[[job.web.group.api.task.server.volume_mount]]
volume = "b"
"#;
    let json = r#"{"job": {"web": {"type": "batch", "group": {"api": {"task": [{"server": {
        "driver": "exec", "config": {"command": "/bin/server", "args": ["-v", 1, -2.5]},
        "//": "a comment", "volume_mount": [{"volume": "a"}, {"volume": "b"}]}}]}}}}}"#;
    let outline = r#"{job "web" {type = "batch"; group "api" {task "server" {driver = "exec"; config = {"command" = "/bin/server", "args" = ["-v", 1, (-2.5)]}; volume_mount {volume = "a"}; volume_mount {volume = "b"}}}}}"#;
    assert_eq!(valid(Syntax::Toml, toml), outline);
    assert_eq!(valid(Syntax::Json, json), outline);
}

#[test]
fn a_block_may_be_an_attribute_where_it_is_no_table() {
    let text = "[job.a]\nmeta = \"${local.meta}\"\n";
    assert_eq!(valid(Syntax::Toml, text), r#"{job "a" {meta = `${local.meta}`}}"#);
    assert_eq!(
        valid(Syntax::Json, r#"{"job": {"a": {"meta": []}, "b": {"meta": null}}}"#),
        r#"{job "a" {}; job "b" {}}"#
    );
}

#[test]
fn strings_are_templates() {
    let toml = "[locals]\na = \"x${var.b}\"\nb = '$${c}'\nc = \"\\u0041${d}\"\n\"k${e}\" = { \"${f}\" = 1 }\n";
    assert_eq!(
        valid(Syntax::Toml, toml),
        r#"{locals {a = `"x"${var.b}`; b = "${c}"; c = `"A"${d}`; k${e} = {`${f}` = 1}}}"#
    );
}

#[test]
fn spans_in_strings_are_exact_or_the_whole_string() {
    let text = "[locals]\na = \"x${var.b}\"\nc = \"\\u0041${d}\"\n";
    let mut sources = Sources::new();
    let file = sources.add("job.toml", text);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    let body = parse(&sources, file, Syntax::Toml, &FILE, &arena, &mut sink);
    let mut spans = Vec::new();
    for_each_span(&body, |span| spans.push(sources.slice(span)));
    assert!(spans.contains(&"var.b"), "{spans:?}");
    assert!(spans.contains(&"\"\\u0041${d}\"") && !spans.contains(&"d"), "{spans:?}");
}

#[test]
fn types_and_dynamic_blocks_hold_expressions() {
    let toml = "
[variable.ports]
type = 'list(object({a = optional(string)}))'
default = []
[job.a.group.g.task.t.dynamic.volume_mount]
for_each = 'var.ports'
iterator = 'port'
labels = []
[job.a.group.g.task.t.dynamic.volume_mount.content]
volume = '${port.value}'
";
    assert_eq!(
        valid(Syntax::Toml, toml),
        r#"{variable "ports" {type = list(object({"a" = optional(string)})); default = []}; job "a" {group "g" {task "t" {dynamic "volume_mount" {for_each = var.ports; iterator = port; labels = []; content {volume = `${port.value}`}}}}}}"#
    );
}

#[test]
fn toml_numbers_of_all_kinds() {
    assert_eq!(
        valid(Syntax::Toml, "a = 0x1F\nb = -1_000\nc = 0b11\nd = 1e3\ne = 6.5E-2\n"),
        "{a = 31; b = (-1000); c = 3; d = 1e3; e = 6.5E-2}"
    );
}

#[test]
fn toml_values_the_language_lacks() {
    let (_, findings) = read(Syntax::Toml, "a = 1979-05-27\nb = inf\nc = -nan\n");
    assert_eq!(
        findings,
        [
            "1:5 dates are not values of the job language",
            "2:5 `inf` is not a number of the job language",
            "3:5 `-nan` is not a number of the job language",
        ]
    );
}

#[test]
fn several_toml_errors_one_a_line() {
    let (outline, findings) = read(Syntax::Toml, "a = \nb = 2\nc = foo\nb = 3\n[x]\ny = 1 z = 2\n");
    let lines: Vec<_> = findings.iter().map(|finding| finding.split(' ').next().unwrap()).collect();
    assert_eq!(lines, ["1:5", "3:5", "4:1", "6:5"], "{findings:?}");
    assert!(outline.contains("b = 2"), "{outline}");
}

#[test]
fn a_label_that_is_missing() {
    let (_, findings) = read(Syntax::Toml, "[job]\ntype = \"batch\"\n");
    assert_eq!(findings, ["2:8 the block `job` lacks a label"]);
    let (_, findings) = read(Syntax::Json, r#"{"job": {"a": {"dynamic": 1}}}"#);
    assert_eq!(findings, ["1:27 the block `dynamic` lacks a label"]);
}

#[test]
fn a_repeated_table_points_at_its_own_header() {
    let text = "[[job.a.group.g.task.t.volume_mount]]\nx = 1\n[[job.a.group.g.task.t.volume_mount]]\nx = 2\n";
    let mut sources = Sources::new();
    let file = sources.add("job.toml", text);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    let body = parse(&sources, file, Syntax::Toml, &FILE, &arena, &mut sink);
    let mounts = body.blocks[0].body.blocks[0].body.blocks[0].body.blocks;
    let lines: Vec<_> = mounts.iter().map(|mount| sources.file(file).position(mount.header.start).line).collect();
    assert_eq!(lines, [1, 3]);
}

#[test]
fn json_errors_say_where_and_go_on() {
    let text = "{\n  // note\n  \"a\": 01,\n  \"b\": \"\\q\",\n  \"c\" = 1\n  \"d\": [1,],\n  \"e\": 'x'\n}";
    let (_, findings) = read(Syntax::Json, text);
    assert_eq!(
        findings,
        [
            "2:3 JSON has no comments",
            "3:8 `01` is not a JSON number",
            "4:9 unknown escape",
            "5:7 `=` after a key",
            "5:10 no comma between two items",
            "6:10 a comma after the last item",
            "7:8 single quotes are not valid",
        ]
    );
}

#[test]
fn json_that_ends_early_names_the_opener() {
    for text in ["{", "{\"a\"", "{\"a\":", "[{\"a\": [1", "{\"a\": \"b", "", "1", "{} x", "[1]"] {
        let (_, findings) = read(Syntax::Json, text);
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
}

#[test]
fn json_keys_twice() {
    let (outline, findings) = read(Syntax::Json, r#"{"a": 1, "a": {"b": 1, "b": 2}}"#);
    assert_eq!(outline, "{a = 1}");
    assert_eq!(findings, ["1:10 the key `a` stands twice in an object", "1:24 the key `b` stands twice in an object"]);
}

#[test]
fn the_api_form_has_no_templates() {
    let mut sources = Sources::new();
    let file = sources.add("job.json", r#"{"Job": {"ID": "a", "Meta": {"k": "${NOMAD_TASK_DIR}"}}}"#);
    let (arena, mut sink) = (Bump::new(), Sink::new());
    let body = parse(&sources, file, Syntax::Json, &FILE, &arena, &mut sink);
    assert!(is_api_form(&body) && !sink.has_errors());
    assert_eq!(Outline(&body).to_string(), r#"{Job = {"ID" = "a", "Meta" = {"k" = "${NOMAD_TASK_DIR}"}}}"#);
}

#[test]
fn deep_nesting_is_an_error() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        let (_, findings) = read(Syntax::Json, &text);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains("nested more than"), "{findings:?}");
    }
    for text in [format!("a = {}", "[".repeat(100_000)), format!("[{}a]", "a.".repeat(100_000))] {
        assert!(!read(Syntax::Toml, &text).1.is_empty());
    }
}
