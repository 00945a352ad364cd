//! Whatever is written, evaluation ends with a value or an error.

use std::path::Path;

use bumpalo::Bump;
use proptest::prelude::*;

use crate::diagnostic::{Sink, Sources};
use crate::eval::functions;
use crate::eval::testing::has_error;
use crate::eval::{Inputs, Names, NoFiles, evaluate, expand, to_json};
use crate::parser::{self, Shape, Syntax};

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i32>().prop_map(|value| value.to_string()),
        (-9_i32..9, 1_u32..9).prop_map(|(left, right)| format!("{left}.{right}e{right}")),
        "[a-zA-Z0-9 %\\-/:.,{}\\[\\]]{0,8}".prop_map(|text| format!("{text:?}").replace("%{", "%%{")),
        Just("attr.kernel.name".to_owned()),
        Just("var.x".to_owned()),
        Just("x".to_owned()),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let names: Vec<&'static str> = functions::names().filter(|name| *name != "bcrypt").collect();
    literal().prop_recursive(4, 40, 4, move |inner| {
        let operators = ["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"];
        let list = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            4 => (prop::sample::select(names.clone()), list.clone())
                .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", "))),
            1 => list.clone().prop_map(|items| format!("[{}]", items.join(", "))),
            1 => list.prop_map(|items| {
                let items: Vec<String> = items.iter().enumerate().map(|(at, item)| format!("k{at} = {item}")).collect();
                format!("{{{}}}", items.join(", "))
            }),
            1 => (inner.clone(), prop::sample::select(operators.to_vec()), inner.clone())
                .prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(on, key)| format!("({on})[{key}]")),
            1 => inner.clone().prop_map(|on| format!("({on})[*].k0")),
            1 => (inner.clone(), inner.clone()).prop_map(|(each, from)| format!("[for k, x in {from} : {each} if x != k]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(each, from)| format!("{{for x in {from} : {each} => x...}}")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("\"${{{a}}}%{{ for x in {b} }}${{x}}%{{ endfor }}\"")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_has_a_value_or_an_error(text in expression()) {
        let mut sources = Sources::new();
        let file = sources.add("<expression>", text);
        let inputs = Inputs::new(&NoFiles, Path::new("/job"));
        let arena = Bump::new();
        let mut sink = Sink::new();
        if let Some(parsed) = parser::parse_expression(&sources, file, &arena, &mut sink) {
            let value = evaluate(&parsed, &Names::default(), &inputs, &sources, &mut sink);
            prop_assert_eq!(value.is_none(), has_error(&sink));
            if let Some(value) = value {
                let _ = to_json(&value);
            }
        }
        for finding in sink.findings() {
            prop_assert!(finding.help.is_some(), "{finding:?}");
            for label in &finding.labels {
                prop_assert!(label.span.end as usize <= sources.file(file).text().len());
            }
        }
    }

    #[test]
    fn a_file_has_a_body(a in expression(), b in expression(), c in expression()) {
        let text = format!(
            "variable \"x\" {{\n default = {a}\n}}\nlocals {{\n l = {b}\n}}\njob \"j\" {{\n a = {c}\n dynamic \"g\" {{\n \
             for_each = {b}\n labels = [g.key]\n content {{\n v = [g.value, local.l]\n}}\n}}\n}}"
        );
        let mut sources = Sources::new();
        let file = sources.add("job.hcl", text);
        let inputs = Inputs::new(&NoFiles, Path::new("/job"));
        let arena = Bump::new();
        let mut sink = Sink::new();
        let tree = parser::parse(&sources, file, Syntax::Hcl, &Shape::LEAF, &arena, &mut sink);
        let body = expand(&tree, &inputs, &sources, &arena, &mut sink);
        prop_assert!(body.blocks.len() <= 1);
    }
}

#[test]
fn the_deepest_expressions_fit_the_stack() {
    let depth = parser::MAX_DEPTH - 10;
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let deep = [
        nested("[", "1", "]", depth),
        nested("{ a = ", "1", " }", depth),
        nested("(", "1", ")", depth),
        nested("upper(", "\"x\"", ")", depth),
        nested("try(", "1", ")", depth),
        nested("\"${", "1", "}\"", depth / 2),
        nested("[for x in [1] : ", "x", "]", depth / 2),
        nested("true ? ", "1", " : 2", depth / 2),
        nested("-", "1", "", depth),
        nested("[", "1", "][0]", depth),
        nested("[", "1", "][*]", depth / 2),
        format!("1{}", " + 1".repeat(20_000)),
        format!("{{ a = 1 }}{}", "[\"a\"]".repeat(20_000)),
        format!("jsonencode({})", nested("[", "1", "]", depth - 10)),
        format!("yamlencode({})", nested("[", "1", "]", depth - 10)),
        format!("flatten({})", nested("[", "1", "]", depth - 10)),
        format!("convert({}, any) == null", nested("[", "1", "]", depth - 10)),
        format!("jsondecode(\"{}\")", nested("[", "1", "]", 250)),
    ];
    for text in deep {
        let head: String = text.chars().take(20).collect();
        let mut sources = Sources::new();
        let file = sources.add("<expression>", text);
        let inputs = Inputs::new(&NoFiles, Path::new("/job"));
        let arena = Bump::new();
        let mut sink = Sink::new();
        let parsed = parser::parse_expression(&sources, file, &arena, &mut sink);
        assert!(!has_error(&sink), "{head}: {:?}", sink.findings());
        let value = parsed.and_then(|parsed| evaluate(&parsed, &Names::default(), &inputs, &sources, &mut sink));
        // A chain of indices fails at its second; everything else has a value.
        assert_eq!(value.is_some(), !head.starts_with("{ a = 1 }["), "{head}: {:?}", sink.findings());
    }
}
