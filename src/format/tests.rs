//! The canonical layout, case by case, and what holds for every file.

use bumpalo::Bump;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::format;
use crate::diagnostic::{Sink, Sources};
use crate::parser::outline::Outline;
use crate::parser::{Shape, Syntax, parse, sample};

fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.add("job.hcl", text);
    format(&sources, file, &mut Sink::new())
}

fn outline(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("job.hcl", text);
    let arena = Bump::new();
    Outline(&parse(&sources, file, Syntax::Hcl, &Shape::LEAF, &arena, &mut Sink::new())).to_string()
}

/// Checks the layout, that it is a fixed point, and that the meaning stays.
fn check(text: &str, layout: &str) {
    assert_eq!(formatted(text).as_deref(), Some(layout), "{text}");
    assert_eq!(formatted(layout).as_deref(), Some(layout), "not a fixed point");
    assert_eq!(outline(layout), outline(text));
}

#[test]
fn arguments_are_aligned_in_runs_of_lines() {
    check("a=1\nbb   =  2\n\nccc=3\n# x\nd=4\n", "a  = 1\nbb = 2\n\nccc = 3\n# x\nd = 4\n");
    check("a=1\nbb={\nc=1\ndd=2\n}\neee=3\n", "a = 1\nbb = {\n  c  = 1\n  dd = 2\n}\neee = 3\n");
    check("a=<<E\n  x\nE\nbb=1\n", "a  = <<E\n  x\nE\nbb = 1\n");
    check("é = 1\naa = 2\n", "é  = 1\naa = 2\n");
    check("a = {\n\"b c\"=1\n(d)=2\n}\n", "a = {\n  \"b c\" = 1\n  (d)   = 2\n}\n");
}

#[test]
fn comments_are_kept_and_aligned() {
    check("a = 1 # x\nbb = 22    // y\nc {} #z\n", "a  = 1  # x\nbb = 22 // y\nc {}    #z\n");
    check("  # x\n a {\n # y\n b=1 /* z */\n }\n", "# x\na {\n  # y\n  b = 1 /* z */\n}\n");
    check("/* a\n   b */\n  c=1\n", "/* a\n   b */\nc = 1\n");
    check("a=[1, # x\n22,# y\n]\n", "a = [1, # x\n  22,   # y\n]\n");
}

#[test]
fn two_blanks_for_what_a_line_leaves_open() {
    check("a {\nb \"c\"{\nd=1\n}\n}\n", "a {\n  b \"c\" {\n    d = 1\n  }\n}\n");
    check("a=f({\nb=1\n})\n", "a = f({\n  b = 1\n})\n");
    check("a=[{\nb=1\n},{\nc=2\n}]\n", "a = [{\n  b = 1\n  }, {\n  c = 2\n}]\n");
    check("a=[\n1,\n[\n2\n]\n]\n", "a = [\n  1,\n  [\n    2\n  ]\n]\n");
}

#[test]
fn one_blank_round_operators() {
    check("a=b?c:-d\ne=!f&&g||h!=i\n", "a = b ? c : -d\ne = !f && g || h != i\n");
    check("a=(1+2)*-3/x%-1 - -y\n", "a = (1 + 2) * -3 / x % -1 - -y\n");
    check("a=f( b,c... )\nd=e [ 0 ] . g\nh=i[ * ].j\n", "a = f(b, c...)\nd = e[0].g\nh = i[*].j\n");
    check("a={b=1,c:2}\nd={ }\ne=[ ]\nf { }\n", "a = { b = 1, c : 2 }\nd = {}\ne = []\nf {}\n");
    check(
        "a=[for b in[1]:b if c]\nd={for e,f in g:e=>f...}\n",
        "a = [for b in [1] : b if c]\nd = { for e, f in g : e => f... }\n",
    );
    check("a=b::c(1)\nd=x.0.y\n", "a = b::c(1)\nd = x.0.y\n");
    check("a=(b\n-c)\n", "a = (b\n- c)\n");
}

#[test]
fn text_in_strings_is_not_touched() {
    check(
        "a=\"  x=1 ${ b+c }  ${ -d } %{ if e }  f%{ endif }\"\n",
        "a = \"  x=1 ${b + c}  ${-d} %{if e}  f%{endif}\"\n",
    );
    check("a=<<-E\n   x=1   ${ b }\n E\n", "a = <<-E\n   x=1   ${ b }\n E\n");
    check("a=\"${ {b=1} }${~ c ~}\"\n", "a = \"${ { b = 1 } }${~c~}\"\n");
}

#[test]
fn lines_stay_and_the_last_one_ends() {
    check("", "");
    check("a=1", "a = 1\n");
    check("\n\n\na=1   \n\n\n   \n", "\n\n\na = 1\n\n\n\n");
    check("a=1\r\nb{\r\nc=2\r\n}", "a = 1\r\nb {\r\n  c = 2\r\n}\r\n");
    check("\u{feff}a=1\n", "a = 1\n");
}

#[test]
fn what_is_no_hcl_is_not_formatted() {
    assert_eq!(formatted("a {"), None);
    assert_eq!(formatted("a = 1 b = 2"), None);
}

#[test]
fn any_file_keeps_its_meaning() {
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&sample::file(), |text| {
        let once = formatted(&text).unwrap_or_else(|| panic!("not valid: {text}"));
        assert_eq!(outline(&once), outline(&text), "{text:?} became {once:?}");
        assert_eq!(formatted(&once).as_deref(), Some(once.as_str()), "{text:?}");
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[test]
fn the_examples_are_formatted() {
    let jobs = concat!(env!("CARGO_MANIFEST_DIR"), "/jobs");
    for entry in std::fs::read_dir(jobs).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "hcl") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(formatted(&text).as_ref(), Some(&text), "{}", path.display());
        }
    }
}
