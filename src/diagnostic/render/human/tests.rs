//! Whole reports: frames, cutting, colours, signs.

use super::*;
use crate::diagnostic::Span;

fn one(text: &str, finding: impl Fn(crate::diagnostic::FileId) -> Diagnostic, look: Look) -> String {
    let mut sources = Sources::new();
    let file = sources.add("web.hcl", text);
    human([&finding(file)], &sources, look)
}

fn at(text: &str, piece: &str) -> (u32, u32) {
    let start = u32::try_from(text.find(piece).unwrap()).unwrap();
    (start, start + u32::try_from(piece.len()).unwrap())
}

fn label(finding: Diagnostic, file: crate::diagnostic::FileId, text: &str, piece: &str, said: &str) -> Diagnostic {
    let (start, end) = at(text, piece);
    finding.label(Span::new(file, start, end), said)
}

#[test]
fn a_finding_stands_on_its_text_and_names_both_files() {
    let mut sources = Sources::new();
    let job = sources.add("web.hcl", "job \"web\" {\n  count = \"x\"\n}\n");
    let host = sources.add("host.hcl", "read_only = true\n");
    let finding = Diagnostic::error("volume_mount::bidirectional_needs_read_write", "the volume is read-only")
        .label(Span::new(job, 14, 25), "asked for here")
        .label(Span::new(host, 0, 16), "refused here")
        .help("drop `read_only`");
    insta::assert_snapshot!(human([&finding], &sources, Look::PLAIN), @r#"
    volume_mount::bidirectional_needs_read_write

      × the volume is read-only
       ╭─[web.hcl:2:3]
     1 │ job "web" {
     2 │   count = "x"
       ·   ─────┬─────
       ·        ╰── asked for here
     3 │ }
       ╰────
       ╭─[host.hcl:1:1]
     1 │ read_only = true
       · ────────┬───────
       ·         ╰── refused here
       ╰────
      help: drop `read_only`
    "#);
}

#[test]
fn places_far_apart_have_a_frame_each_and_near_ones_share_one() {
    let text = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\ng = 7\nh = 8\n";
    let far = one(
        text,
        |file| {
            let finding = label(Diagnostic::error("x::y", "two"), file, text, "h", "the first");
            label(label(finding, file, text, "a", "another"), file, text, "d", "near")
        },
        Look::PLAIN,
    );
    insta::assert_snapshot!(far, @r#"
    x::y

      × two
       ╭─[web.hcl:1:1]
     1 │ a = 1
       · ┬
       · ╰── another
     2 │ b = 2
     3 │ c = 3
     4 │ d = 4
       · ┬
       · ╰── near
     5 │ e = 5
       ╰────
       ╭─[web.hcl:8:1]
     7 │ g = 7
     8 │ h = 8
       · ┬
       · ╰── the first
       ╰────
    "#);
}

#[test]
fn labels_of_one_line_stand_under_it_from_the_right() {
    let text = "mount(source, \tdestination)\n";
    let shown = one(
        text,
        |file| {
            let finding = label(Diagnostic::warning("x::y", "three"), file, text, "source", "from");
            let finding = label(label(finding, file, text, "destination", "to"), file, text, ",", "");
            label(finding, file, text, "mount(source", "all of it")
        },
        Look::PLAIN,
    );
    insta::assert_snapshot!(shown, @r#"
    x::y

      ⚠ three
       ╭─[web.hcl:1:7]
     1 │ mount(source,   destination)
       · ──────┬──────   ─────┬─────
       ·       │              ╰── to
       ·       ╰── all of it
       ·       ───┬──
       ·          ╰── from
       ╰────
    "#);
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let long = "日本 ".repeat(200);
    let text = format!("args = [\"{long}\", var.nope, \"{long}\"]\nx = \"{long}\"\n");
    let shown = one(
        &text,
        |file| label(Diagnostic::error("x::y", "unknown"), file, &text, "var.nope", "not declared"),
        Look { width: 60, ..Look::PLAIN },
    );
    insta::assert_snapshot!(shown, @r#"
    x::y

      × unknown
       ╭─[web.hcl:1:613]
     1 │ …本 日本 日本 日本 ", var.nope, "日本 日本 日本 …
       ·                       ────┬───
       ·                           ╰── not declared
     2 │ x = "日本 日本 日本 日本 日本 日本 日本 日本 日本…
       ╰────
    "#);
}

#[test]
fn two_places_of_a_long_line_have_a_frame_each() {
    let text = format!("a = {} + b\n", "x".repeat(500));
    let shown = one(
        &text,
        |file| label(label(Diagnostic::error("x::y", "m"), file, &text, "a", "one"), file, &text, "b", "two"),
        Look { width: 60, ..Look::PLAIN },
    );
    insta::assert_snapshot!(shown, @r#"
    x::y

      × m
       ╭─[web.hcl:1:1]
     1 │ a = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
       · ┬
       · ╰── one
       ╰────
       ╭─[web.hcl:1:508]
     1 │ …xxxxxxxxxxxxxxxxxxxxx + b
       ·                          ┬
       ·                          ╰── two
       ╰────
    "#);
}

#[test]
fn plain_ascii_where_that_is_all_there_is() {
    let text = "kill_signal = \"SIGINTT\"\n";
    let shown = one(
        text,
        |file| {
            let finding = Diagnostic::note("x::y", "unknown signal").help("write `kill_signal = …`\nor leave it out");
            label(label(finding, file, text, "\"SIGINTT\"", "not a signal"), file, text, "kill", "here")
        },
        Look { unicode: false, ..Look::PLAIN },
    );
    insta::assert_snapshot!(shown, @r#"
    x::y

      > unknown signal
       ,-[web.hcl:1:15]
     1 | kill_signal = "SIGINTT"
       : ^^^^          ^^^^^^^^^
       :   |               `-- not a signal
       :   `-- here
       `----
      help: write `kill_signal = ...`
            or leave it out
    "#);
    assert!(shown.is_ascii());
}

#[test]
fn nothing_of_a_file_steers_the_terminal() {
    let text = "a = \"\u{1b}[2J\u{202e}x\" # \u{7}\r\n";
    let shown = one(
        text,
        |file| label(Diagnostic::error("x::y", "bad \u{1b}[31m"), file, text, "a", "\u{1b}]0;x\u{7}").help("\u{9b}x"),
        Look::PLAIN,
    );
    assert!(!shown.contains(|letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}'), "{shown:?}");
}

#[test]
fn a_span_of_several_lines_says_where_it_ends() {
    let text = "data = <<EOF\na\nb\nEOF\n";
    let shown = one(
        text,
        |file| label(Diagnostic::error("x::y", "m"), file, text, "<<EOF\na\nb\nEOF", "too much"),
        Look::PLAIN,
    );
    insta::assert_snapshot!(shown, @r#"
    x::y

      × m
       ╭─[web.hcl:1:8]
     1 │ data = <<EOF
       ·        ──┬──
       ·          ╰── too much (up to line 4)
     2 │ a
       ╰────
    "#);
}

#[test]
fn places_without_text_are_shown_too() {
    let empty =
        one("", |file| Diagnostic::error("x::y", "no job").label(Span::new(file, 0, 0), "nothing here"), Look::PLAIN);
    let end =
        one("a {\n", |file| Diagnostic::error("x::y", "open").label(Span::new(file, 4, 4), "ends here"), Look::PLAIN);
    let none = one("a", |_| Diagnostic::error("x::y", "nowhere").help("look"), Look::PLAIN);
    let past = one("a\n", |file| Diagnostic::error("x::y", "past").label(Span::new(file, 90, 95), "gone"), Look::PLAIN);
    insta::assert_snapshot!(format!("{empty}{end}{none}{past}"), @r#"
    x::y

      × no job
       ╭─[web.hcl:1:1]
     1 │
       · ┬
       · ╰── nothing here
       ╰────

    x::y

      × open
       ╭─[web.hcl:2:1]
     1 │ a {
     2 │
       · ┬
       · ╰── ends here
       ╰────

    x::y

      × nowhere
      help: look

    x::y

      × past
       ╭─[web.hcl:2:1]
     1 │ a
     2 │
       · ┬
       · ╰── gone
       ╰────
    "#);
}

#[test]
fn long_sentences_are_broken() {
    let help = "word ".repeat(40);
    let shown =
        one("a", |_| Diagnostic::error("x::y", help.clone()).help(help.clone()), Look { width: 60, ..Look::PLAIN });
    assert!(shown.lines().all(|line| line.chars().count() <= 60), "{shown}");
}

#[test]
fn colours_are_for_the_first_place_and_the_others() {
    let text = "a = b\n";
    let shown = one(
        text,
        |file| label(label(Diagnostic::error("x::y", "m"), file, text, "b", "one"), file, text, "a", "two").help("h"),
        Look { color: true, ..Look::PLAIN },
    );
    insta::assert_snapshot!(shown.replace('\u{1b}', "^"), @r#"
    ^[1;31mx::y^[0m

      ^[1;31m×^[0m m
       ^[2m╭─[^[0m^[1mweb.hcl:1:5^[0m]
    ^[2m 1 │^[0m a = b
    ^[2m   ·^[0m ^[34m┬^[0m   ^[1;31m┬^[0m
    ^[2m   ·^[0m ^[34m│^[0m   ^[1;31m╰── one^[0m
    ^[2m   ·^[0m ^[34m╰── two^[0m
       ^[2m╰────^[0m
      ^[36mhelp:^[0m h
    "#);
}

#[test]
fn of_many_alike_most_get_a_line() {
    let mut sources = Sources::new();
    let file = sources.add("web.hcl", "a = 1\n".repeat(200));
    let findings: Vec<_> = (0..150)
        .map(|at| Diagnostic::error("x::y", format!("number {at}")).label(Span::new(file, 6 * at, 6 * at + 1), "here"))
        .chain([Diagnostic::warning("x::z", "another").label(Span::new(file, 4, 5), "")])
        .collect();
    let shown = human(&findings, &sources, Look::PLAIN);
    assert!(shown.contains("x::z"), "{shown}");
    let list = &shown[shown.find("x::y: 140 more").unwrap()..];
    assert!(list.contains("  × web.hcl:11:1: number 10\n"), "{list}");
    assert!(
        list.ends_with("  × web.hcl:110:1: number 109\n  … and 40 more: `jobctl validate --format json` has all\n\n"),
        "{list}"
    );
}
