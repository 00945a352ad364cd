//! Literals, access, `for`, splats.

use crate::eval::testing::{assert_errors, assert_values};

#[test]
fn values() {
    assert_values(&[
        (r#"[1, "a", null, [true]]"#, r#"[1,"a",null,[true]]"#),
        (r#"{b = 1, "a" = 2, (upper("c")) = 3}"#, r#"{"C":3,"a":2,"b":1}"#),
        ("{a = 1, a = 2}", r#"{"a":2}"#),
        (r#"{1 = "x", true = "y"}"#, r#"{"1":"x","true":"y"}"#),
        ("{a = 1}.a", "1"),
        (r#"{a = 1}["a"]"#, "1"),
        ("{a = {b = [1, 2]}}.a.b[1]", "2"),
        ("[1, 2].1", "2"),
        (r#"[1, 2]["0"]"#, "1"),
        (r#"{"1" = "x"}[1]"#, r#""x""#),
        ("convert({a = 1}, map(number)).a", "1"),
        ("[for x in [1, 2, 3] : x * 2 if x > 1]", "[4,6]"),
        (r#"[for i, x in ["a", "b"] : "${i}${x}"]"#, r#"["0a","1b"]"#),
        ("[for k in {b = 1, a = 2} : k]", "[2,1]"),
        ("[for k, v in {b = 1, a = 2} : k]", r#"["a","b"]"#),
        (r#"[for x in convert(["b", "a"], set(string)) : x]"#, r#"["a","b"]"#),
        ("{for k, v in {a = 1, b = 2} : v => k}", r#"{"1":"a","2":"b"}"#),
        (r#"{for x in ["a", "b", "a"] : x => x...}"#, r#"{"a":["a","a"],"b":["b"]}"#),
        ("[for x in [] : x]", "[]"),
        ("[for x in [] : x if x > 1]", "[]"),
        ("{for k, v in {} : k => v if k == 1 && false}", "{}"),
        ("try([for x in [] : x if 1], 2)", "2"),
        ("[for x in [1] : [for x in [2] : x]]", "[[2]]"),
        ("[[1, 2], [3]][*][0]", "[1,3]"),
        ("[{a = 1}, {a = 2}].*.a", "[1,2]"),
        ("[{a = [1]}, {a = [2]}][*].a[0]", "[1,2]"),
        ("null[*]", "[]"),
        (r#""x"[*]"#, r#"["x"]"#),
        ("{a = 1}[*].a", "[1]"),
        ("convert([{a = 1}], list(object({a = number})))[*].a", "[1]"),
        ("max([1, 2, 3]...)", "3"),
    ]);
}

#[test]
fn errors() {
    assert_errors(&[
        "[for x in [] : x if null]",
        "{for k, v in {} : k => v if 1}",
        "[for x in [] : x if var.nothing]",
        "{a = 1}.b",
        "[1].a",
        "null.a",
        r#""x".a"#,
        "[1, 2][2]",
        "[1][-1]",
        "[1][0.5]",
        r#"[1]["x"]"#,
        "[1][null]",
        "null[0]",
        r#""abc"[0]"#,
        "convert([1], set(number))[0]",
        "{a = 1}[[]]",
        "{(null) = 1}",
        "{([]) = 1}",
        "[for x in null : x]",
        r#"[for x in "ab" : x]"#,
        "[for x in [1] : x if null]",
        r#"[for x in [1] : x if "x"]"#,
        r#"{for x in ["a", "a"] : x => 1}"#,
        "{for x in [null] : x => 1}",
        "[1][*].a",
        "convert(null, list(string))[*]",
        "max(1...)",
        "max(null...)",
    ]);
}
