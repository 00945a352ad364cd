//! File functions, with files in memory beneath `/job`.

use crate::eval::testing::{assert_errors, assert_values};

#[test]
fn values() {
    assert_values(&[
        (r#"file("a.txt")"#, r#""hello\n""#),
        (r#"file("/job/sub/../a.txt")"#, r#""hello\n""#),
        (r#"filebase64("bin.dat")"#, r#""//4=""#),
        (r#"fileexists("a.txt")"#, "true"),
        (r#"fileexists("nope")"#, "false"),
        (r#"fileset(".", "*")"#, r#"["a.txt","bin.dat"]"#),
        (r#"fileset("", "**")"#, r#"["a.txt","bin.dat","sub/b.txt","sub/deep/c.json"]"#),
        (r#"fileset(".", "**/*.{txt,json}")"#, r#"["a.txt","sub/b.txt","sub/deep/c.json"]"#),
        (r#"fileset("sub", "?.[a-z]xt")"#, r#"["b.txt"]"#),
        (r#"fileset("nope", "*")"#, "[]"),
        (r#"abspath("x/../y")"#, r#""/home/here/y""#),
        (r#"abspath("/a//b/")"#, r#""/a/b""#),
        (r#"basename("/a/b.txt")"#, r#""b.txt""#),
        (r#"basename("")"#, r#"".""#),
        (r#"basename("///")"#, r#""/""#),
        (r#"dirname("/a/b.txt")"#, r#""/a""#),
        (r#"dirname("b.txt")"#, r#"".""#),
        (r#"dirname("a/")"#, r#""a""#),
        (r#"pathexpand("~/x")"#, r#""/home/someone/x""#),
        (r#"pathexpand("/x/~")"#, r#""/x/~""#),
    ]);
}

#[test]
fn errors() {
    assert_errors(&[
        r#"file("nope")"#,
        r#"file("bin.dat")"#,
        r#"file("sub")"#,
        r#"file("~other/x")"#,
        r#"fileexists("sub")"#,
        r#"fileset(".", "[")"#,
        r#"fileset(".", "{a")"#,
        "file()",
    ]);
}
