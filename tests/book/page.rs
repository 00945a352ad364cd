//! Pages as the tests see them: code blocks, links, anchors, commands in running text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// One page.
pub(crate) struct Page {
    /// From the top of the tree: `docs/plans.md`.
    pub(crate) name: String,
    pub(crate) blocks: Vec<Code>,
    /// Lines and targets.
    pub(crate) links: Vec<(usize, String)>,
    pub(crate) anchors: Vec<String>,
    /// Lines and texts of code spans that begin with `jobctl `.
    pub(crate) commands: Vec<(usize, String)>,
}

/// One code block.
pub(crate) struct Code {
    pub(crate) line: usize,
    /// What stands behind the fence; nothing for an indented block.
    pub(crate) info: Option<String>,
    pub(crate) text: String,
}

/// README.md and every page of docs/.
pub(crate) fn all() -> Vec<Page> {
    let docs = super::root().join("docs");
    let mut names: Vec<String> = fs::read_dir(docs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"))
        .map(|name| format!("docs/{name}"))
        .collect();
    names.sort();
    names.insert(0, "README.md".into());
    names.into_iter().map(|name| read(&fs::read_to_string(super::root().join(&name)).unwrap(), name)).collect()
}

fn read(text: &str, name: String) -> Page {
    let mut page = Page { name, blocks: Vec::new(), links: Vec::new(), anchors: Vec::new(), commands: Vec::new() };
    let mut seen = BTreeMap::new();
    let mut heading = None::<String>;
    let mut in_block = false;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = text[..range.start].matches('\n').count() + 1;
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                    CodeBlockKind::Indented => None,
                };
                in_block = true;
                page.blocks.push(Code { line, info, text: String::new() });
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.links.push((line, dest_url.into_string()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                page.anchors.push(anchor(&heading.take().unwrap_or_default(), &mut seen));
            }
            Event::Text(part) | Event::Code(part) if heading.is_some() => {
                heading.as_mut().unwrap().push_str(&part);
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(part) if in_block => {
                page.blocks.last_mut().unwrap().text.push_str(&part);
            }
            Event::Code(part) if part.starts_with("jobctl ") => page.commands.push((line, part.into_string())),
            _ => {}
        }
    }
    page
}

/// The name of a heading in a link, as GitHub and mdBook make it.
fn anchor(heading: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let kept = heading.trim().chars().filter_map(|c| match c {
        _ if c.is_whitespace() => Some('-'),
        '-' | '_' => Some(c),
        _ if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    let name: String = kept.collect();
    let count = seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(0);
    if *count == 0 { name } else { format!("{name}-{count}") }
}
