//! Random valid HCL files, for tests: every kind of node, laid out in every way.

use proptest::prelude::{Just, Strategy, prop};
use proptest::strategy::Union;

/// A file of a few statements.
pub(crate) fn file() -> impl Strategy<Value = String> {
    let block =
        (prop::sample::select(vec!["b", "c \"d\"", "e f", "g\"h\""]), prop::collection::vec(argument(), 0..4), blank());
    let block =
        block.prop_map(|(header, arguments, blank)| format!("{header}{blank}{{\n{}{blank}}}\n", numbered(&arguments)));
    let single = (expression(), blank()).prop_map(|(value, blank)| format!("i{{{blank}a={value}{blank}}}\n"));
    let remark = prop::sample::select(vec!["\n", "# x\n", "  // y\n", "/* z\n */\n"]).prop_map(String::from);
    let arguments = prop::collection::vec(argument(), 1..3).prop_map(|arguments| numbered(&arguments));
    (arguments, prop::collection::vec(Union::new([block.boxed(), single.boxed(), remark.boxed()]), 0..4))
        .prop_map(|(arguments, blocks)| arguments + &blocks.concat())
}

/// An argument but for its name.
fn argument() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", " # x\n", "// y\n", "  /* z */\n", "   \n\n", "\r\n"]);
    let heredoc = prop::sample::select(vec![
        "<<E\n x=1 ${ y }\nE",
        "<<-E\n   a\n  ${~ b ~}\n    %{ if c }d%{ endif }\n  E",
        "<<E\nE",
    ]);
    let value = Union::new([expression().boxed(), heredoc.prop_map(String::from).boxed()]);
    (blank(), value, end).prop_map(|(blank, value, end)| {
        let end = if value.starts_with("<<") { "\n" } else { end };
        format!("{blank}={blank}{value}{end}")
    })
}

/// Arguments with different names of different lengths.
fn numbered(arguments: &[String]) -> String {
    let name = |at: usize| format!("{}{at}", "a".repeat(1 + at % 3));
    arguments.iter().enumerate().map(|(at, argument)| name(at) + argument).collect::<Vec<_>>().concat()
}

fn blank() -> prop::sample::Select<&'static str> {
    prop::sample::select(vec!["", " ", "  ", "\t"])
}

/// An expression on one line or on several.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "2.5e3",
        "true",
        "null",
        "a",
        "var.b",
        "c.d[0].e[\"f\"]",
        "\"\"",
        "\"g\\n\"",
        "\"$${h} i\"",
        "j.0.k",
        "l[*].m",
        "n.*.o",
    ]);
    leaf.prop_map(String::from).prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone(), blank());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let operator = prop::sample::select(vec!["+", " - ", "*", " / ", " %", "==", "!=", "<", ">=", "&&", "||"]);
        Union::new([
            (inner.clone(), blank()).prop_map(|(a, s)| format!("({s}{a}\n{s})")).boxed(),
            (inner.clone(), blank()).prop_map(|(a, s)| format!("-{s}{a}")).boxed(),
            (inner.clone(), blank()).prop_map(|(a, s)| format!("!{s}{a}")).boxed(),
            (inner.clone(), blank()).prop_map(|(a, s)| format!("({a}){s}[{s}0]{s}.x[a]")).boxed(),
            (inner.clone(), blank()).prop_map(|(a, s)| format!("\"x ${{{s}{a}{s}}} y ${{~ {a} ~}}\"")).boxed(),
            (inner.clone(), blank()).prop_map(|(a, s)| format!("\"${{{s}{a}}}\"")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("[{a}{s},{b}{s}]")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("[\n{a},{s}# z\n{s}{b},\n{s}]")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("{{k={a},{s}\"l\"{s}:{b}{s}}}")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("{{\n{s}k={a}\n{s}(var.l){s}={b}\n\n}}")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("f({s}{a},{b}{s}...)")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("n::f({s}{a}\n,{b})")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("[for v in {a}:{s}{b} if v]")).boxed(),
            two.clone().prop_map(|(a, b, s)| format!("{{for k,{s}v in {a} : k=>{b}...}}")).boxed(),
            two.prop_map(|(a, b, s)| {
                format!("\"%{{ if {a} }}{s}%{{else}}%{{ for v in {b} ~}}q%{{endfor}}%{{ endif }}\"")
            })
            .boxed(),
            three.prop_map(|(a, b, c)| format!("{a} ? {b}: {c}")).boxed(),
            (inner.clone(), operator, inner).prop_map(|(a, operator, b)| format!("{a}{operator} {b}")).boxed(),
            Just(String::from("{}")).boxed(),
        ])
    })
}
