//! Which names are blocks where, for the parsers of TOML and JSON.
//!
//! Made from the blocks' tables, once.

use std::sync::LazyLock;

use super::block::Block as _;
use super::job::Job;
use super::spec::{BlockSpec, FieldKind};
use crate::parser::{Shape, Syntax};

static FILE: LazyLock<&'static Shape> = LazyLock::new(|| {
    let file = vec![
        ("job", 1, shape_of(Job::SPEC)),
        ("variable", 1, leak(vec![("validation", 0, &Shape::LEAF)], Vec::new())),
        ("variables", 0, &Shape::LEAF),
        ("locals", 0, &Shape::LEAF),
    ];
    leak(file, Vec::new())
});

/// The shape of a job file.
pub fn shape() -> &'static Shape {
    *FILE
}

/// What the parser of a syntax must know of it: HCL shows by itself what is a block.
pub fn shape_for(syntax: Syntax) -> &'static Shape {
    match syntax {
        Syntax::Hcl | Syntax::Hcl1 => &Shape::LEAF,
        Syntax::Toml | Syntax::Json => shape(),
    }
}

/// The shape of a block's content.
pub fn shape_of(spec: &BlockSpec) -> &'static Shape {
    let blocks: Vec<_> = spec
        .fields
        .iter()
        .filter_map(|field| match field.kind {
            FieldKind::Block(inner, _) => Some((field.name, usize::from(inner.label.is_some()), shape_of(inner))),
            FieldKind::Map(_) | FieldKind::Argument(_) => None,
        })
        .collect();
    let maps = spec.fields.iter().filter(|field| matches!(field.kind, FieldKind::Map(_)) && field.is_block());
    let maps: Vec<_> = maps.map(|field| field.name).collect();
    if blocks.is_empty() && maps.is_empty() { &Shape::LEAF } else { leak(blocks, maps) }
}

/// Shapes live as long as the program: there is one tree of them, of a few kilobytes.
fn leak(blocks: Vec<(&'static str, usize, &'static Shape)>, maps: Vec<&'static str>) -> &'static Shape {
    let (blocks, maps) = (Box::leak(blocks.into_boxed_slice()), Box::leak(maps.into_boxed_slice()));
    Box::leak(Box::new(Shape { blocks, maps }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_labels_and_maps_are_arguments() {
        let (labels, job) = shape().block("job").unwrap();
        assert_eq!(labels, 1);
        let (labels, group) = job.block("group").unwrap();
        assert_eq!(labels, 1);
        let (labels, task) = group.block("task").unwrap();
        assert_eq!(labels, 1);
        assert_eq!(task.block("volume_mount").map(|(labels, _)| labels), Some(0));
        assert!(task.block("env").is_none());
        assert!(task.block("config").is_none());
    }
}
