//! Depth and length: what nests deep is refused in time, what is long takes no stack and linear time.

use bumpalo::Bump;

use crate::diagnostic::{Sink, Sources};
use crate::parser::{MAX_DEPTH, Shape, Syntax, for_each_span, parse};

/// The findings of a text, read in a thread with the stack that is promised to suffice.
fn read(text: String) -> Vec<String> {
    let read = move || {
        let mut sources = Sources::new();
        let file = sources.add("job.hcl", text);
        let (arena, mut sink) = (Bump::new(), Sink::new());
        let body = parse(&sources, file, Syntax::Hcl, &Shape::LEAF, &arena, &mut sink);
        for_each_span(&body, |_| {});
        sink.into_sorted().into_iter().map(|finding| finding.code.to_owned()).collect()
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap()
}

/// Ways to nest: what opens a level, what stands innermost, what closes a level.
const NESTINGS: [(&str, &str, &str, &str); 13] = [
    ("a = ", "[", "1", "]"),
    ("a = ", "(", "1", ")"),
    ("a = ", "{b=", "1", "}"),
    ("a = ", "f(", "1", ")"),
    ("a = ", "b[", "1", "]"),
    ("a = ", "\"${", "1", "}\""),
    ("a = ", "-", "1", ""),
    ("a = ", "b ? c : ", "1", ""),
    ("a = ", "[for b in ", "1", " : b]"),
    ("a = ", "{for b in 1 : b => ", "1", "}"),
    ("a = b", "[*]", "", ""),
    ("a = b", ".*.c[0]", "", ""),
    ("", "a {\n", "b = 1", "\n}"),
];

#[test]
fn nesting_up_to_the_limit() {
    for (before, open, inner, close) in NESTINGS {
        let levels = MAX_DEPTH - 2;
        let text = format!("{before}{}{inner}{}\n", open.repeat(levels), close.repeat(levels));
        assert_eq!(read(text), Vec::<String>::new(), "{open}");
    }
}

#[test]
fn nesting_beyond_the_limit() {
    for (before, open, inner, close) in NESTINGS {
        let levels = 50_000;
        let text = format!("{before}{}{inner}{}\n", open.repeat(levels), close.repeat(levels));
        assert_eq!(read(text).first().map(String::as_str), Some("parser::too_deep"), "{open}");
    }
    let directives = format!("a = \"{}{}\"\n", "%{ if b }".repeat(50_000), "%{ endif }".repeat(50_000));
    assert_eq!(read(directives), ["parser::too_deep"]);
}

#[test]
fn chains_take_no_stack() {
    for (before, link) in [("a = 1", " + 1"), ("a = 1", " * 1 + 2 == 3 || 4"), ("a = b", ".c"), ("a = b", "[c]")] {
        assert_eq!(read(format!("{before}{}\n", link.repeat(100_000))), Vec::<String>::new(), "{link}");
    }
}

#[test]
fn a_hundred_thousand_keys() {
    let items = (0..100_000).map(|number| format!("  k{number} = {number}\n")).collect::<Vec<_>>().concat();
    assert_eq!(read(format!("a = {{\n{items}}}\n")), Vec::<String>::new());
    assert_eq!(read(items), Vec::<String>::new());
}
