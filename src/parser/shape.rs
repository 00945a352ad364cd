//! Which names are blocks where: what HCL's syntax shows by its braces and TOML and JSON do not.
//!
//! The tables themselves belong to the rooms that own the language (`jobspec`, `host`).

/// The blocks a body may hold. Needed for TOML and JSON only (the hcl/json specification is driven by a schema).
#[derive(Debug)]
pub struct Shape {
    /// Block name, number of labels, and the shape of its body.
    pub blocks: &'static [(&'static str, usize, &'static Shape)],
    /// Keys and values that are written as a block in HCL: any names, no blocks.
    pub maps: &'static [&'static str],
}

impl Shape {
    /// A body without blocks: whatever it holds are attributes.
    pub const LEAF: Shape = Shape { blocks: &[], maps: &[] };

    /// Labels and body of the block of this name.
    pub fn block(&self, name: &str) -> Option<(usize, &'static Shape)> {
        self.blocks.iter().find(|(kind, ..)| *kind == name).map(|(_, labels, shape)| (*labels, *shape))
    }
}
