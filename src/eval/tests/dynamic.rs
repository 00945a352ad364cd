//! Dynamic blocks.

use crate::eval::testing::File;

#[test]
fn one_block_for_each_element_at_any_depth() {
    let text = r#"
        locals {
          groups = { b = ["x", "y"], a = [] }
        }
        job "j" {
          dynamic "group" {
            for_each = local.groups
            labels   = ["g-${group.key}"]
            content {
              count = length(group.value)
              dynamic "task" {
                for_each = group.value
                iterator = item
                labels   = [item.value]
                content {
                  index = item.key
                  of    = group.key
                  node  = "${node.unique.name}"
                }
              }
            }
          }
          last {}
        }
    "#;
    insta::assert_snapshot!(File { text, ..File::default() }.body(), @r#"
    job "j" {
      group "g-a" {
        count = 0
      }
      group "g-b" {
        count = 2
        task "x" {
          index = 0
          of = "b"
          node = "${node.unique.name}"
        }
        task "y" {
          index = 1
          of = "b"
          node = "${node.unique.name}"
        }
      }
      last {
      }
    }
    "#);
}

#[test]
fn sets_and_tuples_are_gone_through() {
    let text = r#"
        a {
          dynamic "b" {
            for_each = convert(["y", "x"], set(string))
            content {
              v = [b.key, b.value]
            }
          }
          dynamic "c" {
            for_each = [1, "two"]
            content {
              v = [c.key, c.value]
            }
          }
          dynamic "d" {
            for_each = []
            content {}
          }
        }
    "#;
    insta::assert_snapshot!(File { text, ..File::default() }.body(), @r#"
    a {
      b {
        v = ["x","x"]
      }
      b {
        v = ["y","y"]
      }
      c {
        v = [0,1]
      }
      c {
        v = [1,"two"]
      }
    }
    "#);
}

#[test]
fn what_is_wrong_with_them() {
    let text = "a {\n  dynamic \"b\" {\n    for_each = null\n    content {}\n  }\n  dynamic \"c\" {\n    content {}\n  }\n  \
                dynamic \"d\" {\n    for_each = [1]\n    count = 1\n    x {}\n  }\n  dynamic \"e\" {\n    for_each = [1]\n    \
                labels = [null]\n    iterator = a.b\n    content {}\n  }\n  dynamic \"f\" {\n    for_each = [1, 2]\n    \
                labels = [null]\n    content {}\n  }\n  dynamic {\n    for_each = []\n    content {}\n  }\n}";
    insta::assert_snapshot!(File { text, ..File::default() }.findings(), @r#"
    eval::not_iterable

      × cannot go through null
       ╭─[job.hcl:3:16]
     2 │   dynamic "b" {
     3 │     for_each = null
       ·                ──┬─
       ·                  ╰── this is null
     4 │     content {}
       ╰────
      help: `for_each` is a list, set, map or object; an empty one makes no block

    eval::invalid_dynamic

      × an incomplete dynamic block
       ╭─[job.hcl:6:3]
     5 │   }
     6 │   dynamic "c" {
       ·   ─────┬─────
       ·        ╰── `for_each` is missing
     7 │     content {}
       ╰────
      help: write `for_each = …` and one `content { … }`

    eval::invalid_dynamic

      × an incomplete dynamic block
        ╭─[job.hcl:9:3]
      8 │   }
      9 │   dynamic "d" {
        ·   ─────┬─────
        ·        ╰── one `content` block is needed
     10 │     for_each = [1]
        ╰────
      help: write `for_each = …` and one `content { … }`

    eval::unknown_argument

      × a dynamic block has no `count`
        ╭─[job.hcl:11:5]
     10 │     for_each = [1]
     11 │     count = 1
        ·     ──┬──
        ·       ╰── not known here
     12 │     x {}
        ╰────
      help: arguments of the blocks made go into `content { … }`

    eval::unexpected_block

      × a dynamic block has no `x`
        ╭─[job.hcl:12:5]
     11 │     count = 1
     12 │     x {}
        ·     ┬
        ·     ╰── not known here
     13 │   }
        ╰────
      help: blocks of the blocks made go into `content { … }`

    eval::invalid_dynamic

      × an iterator that is no name
        ╭─[job.hcl:17:16]
     16 │     labels = [null]
     17 │     iterator = a.b
        ·                ─┬─
        ·                 ╰── not a name
     18 │     content {}
        ╰────
      help: write a bare name: `iterator = item`, then `item.value`

    eval::invalid_label

      × null cannot be a label
        ╭─[job.hcl:22:15]
     21 │     for_each = [1, 2]
     22 │     labels = [null]
        ·               ──┬─
        ·                 ╰── this is null
     23 │     content {}
        ╰────
      help: a label is a string

    eval::invalid_dynamic

      × a dynamic block has one label
        ╭─[job.hcl:25:3]
     24 │   }
     25 │   dynamic {
        ·   ───┬───
        ·      ╰── the kind of block to make
     26 │     for_each = []
        ╰────
      help: write `dynamic "kind" { … }`; labels of the blocks made go to `labels = [ … ]`
    "#);
}

#[test]
fn blocks_have_a_limit() {
    let text = "a {\n  dynamic \"b\" {\n    for_each = range(1000)\n    content {\n      dynamic \"c\" {\n        \
                for_each = range(1000)\n        content {}\n      }\n    }\n  }\n}";
    assert!(File { text, ..File::default() }.findings().contains("eval::too_many_blocks"));
}

#[test]
fn what_is_wrong_with_every_element_is_said_once() {
    let text = "a {\n  dynamic \"b\" {\n    for_each = [1, 2]\n    content {\n      v = b.value.x\n    }\n  }\n}";
    assert_eq!(File { text, ..File::default() }.findings().matches("eval::no_attributes").count(), 1);
}
