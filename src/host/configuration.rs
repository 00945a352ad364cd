//! The configuration file: text → what was written and what follows from it, held together.
//!
//! Reading files is the caller's work.

use std::path::Path;

use bumpalo::Bump;

use super::document::HostFile;
use super::{Settings, agent, fixture, shape};
use crate::diagnostic::{FileId, Sink, Sources, Span};
use crate::eval::{self, Inputs, NoFiles};
use crate::jobspec::Block as _;
use crate::jobspec::decode::decode_block;
use crate::parser::{self, Name, Syntax};

use super::Facts;

/// A configuration: as its author wrote it, and as it is used. A reload makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// As written; `None` where there is no file.
    pub written: Option<HostFile>,
    /// What follows from it.
    pub settings: Settings,
    /// The machine that its `facts` block describes in place of the one at hand.
    pub fixture: Option<Facts>,
}

impl Configuration {
    /// Reads a file. What is wrong goes to the sink; what could be read is there.
    pub fn read(sources: &Sources, file: FileId, sink: &mut Sink) -> Self {
        let text = sources.file(file).text();
        let syntax = match Syntax::of(sources.file(file).name(), text) {
            Syntax::Hcl => Syntax::Hcl1,
            other => other,
        };
        let arena = Bump::new();
        let tree = parser::parse(sources, file, syntax, shape::shape(), &arena, sink);
        let inputs = Inputs::new(&NoFiles, Path::new("/"));
        let mut body = eval::expand(&tree, &inputs, sources, &arena, sink);
        agent::take_out_irrelevant(&mut body, sink);
        let start = Span::new(file, 0, 0);
        let kind = Name { text: HostFile::SPEC.name, span: start };
        let block = eval::Block { kind, labels: Vec::new(), body, header: start, span: tree.span };
        let written: HostFile = decode_block(&block, sink);
        let settings = Settings::derive(&written, sink);
        let fixture = written.facts.as_ref().and_then(|facts| fixture::read(&facts.value, sink));
        Self { written: Some(written), settings, fixture }
    }
}
