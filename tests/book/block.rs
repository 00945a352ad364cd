//! What a fenced block is, by its info string: a language and words.
//!
//! | block | is |
//! |---|---|
//! | `hcl`, `toml` | a job file that is valid; `invalid`: one that is not; `in=job\|group\|task\|config`: a piece of one, that stands there; `in=host`: a host configuration; `in=expression`: expressions, one a line |
//! | `json`, `yaml`, `ini`, `sh` | read as what it is |
//! | `rust` | lines of a program in examples/, which another test builds and runs |
//! | `text` | a figure or a listing: nothing to run |
//! | `console` | a session: lines after `$ ` are run in the page's own directory, in order, and must print what stands below them |
//!
//! `file=NAME` writes a block into the page's directory, for the sessions after it. Words of a session: `root`, `needs=PROGRAM,…`,
//! `exit=CODE` of the last command, `unordered` where several tasks print at once, and `shown=cluster|build|terminal|systemd|user|other`
//! where it cannot be run here: then only the options of jobctl in it are looked up.

use crate::page::Code;

/// A block and what is to be done with it.
pub(crate) struct Block {
    pub(crate) class: Class,
    pub(crate) text: String,
    pub(crate) file: Option<String>,
}

pub(crate) enum Class {
    Piece(Piece),
    Figure,
    Console(Session),
}

/// A file, or a piece of one.
pub(crate) struct Piece {
    pub(crate) language: Language,
    pub(crate) place: Place,
    pub(crate) invalid: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Hcl,
    Toml,
    Json,
    Yaml,
    Ini,
    Shell,
    Rust,
}

/// Where a piece stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    File,
    Job,
    Group,
    Task,
    Config,
    Host,
    Expression,
}

/// How a session is run.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) exit: i32,
    pub(crate) unordered: bool,
    root: bool,
    needs: Vec<String>,
    shown: Option<Skip>,
}

/// Why a session is shown only.
#[derive(Clone, Copy)]
pub(crate) enum Skip {
    Cluster,
    Build,
    Terminal,
    Systemd,
    User,
    Other,
}

impl Skip {
    pub(crate) const HOW_TO_GET_MDBOOK: &str = "cargo install mdbook --locked";

    const fn reason(self) -> &'static str {
        match self {
            Self::Cluster => "needs a Nomad cluster",
            Self::Build => "builds or installs",
            Self::Terminal => "needs somebody at a terminal",
            Self::Systemd => "needs a running systemd",
            Self::User => "needs an ordinary user; tests/run/rootless.rs runs jobs as one",
            Self::Other => "belongs to another program",
        }
    }
}

impl Session {
    /// Why it cannot be run on this machine, if it cannot.
    pub(crate) fn reason_to_skip(&self) -> Option<String> {
        if let Some(skip) = self.shown {
            return Some(skip.reason().to_owned());
        }
        if self.root && !rustix::process::geteuid().is_root() {
            return Some("needs root".to_owned());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let is_there =
            |program: &String| std::env::split_paths(&path).any(|directory| directory.join(program).exists());
        let missing = self.needs.iter().find(|program| !is_there(program))?;
        Some(format!("{missing} is not installed"))
    }
}

impl Block {
    /// The class of a block.
    ///
    /// # Errors
    /// What of the info string is not known.
    pub(crate) fn read(code: &Code) -> Result<Self, String> {
        let info = code.info.as_deref().ok_or("an indented block has no class: write a fence")?;
        let mut words = info.split_whitespace();
        let language = words.next().ok_or("the fence names no class")?;
        let mut file = None;
        let mut rest = Vec::new();
        for word in words {
            match word.strip_prefix("file=") {
                Some(name) => file = Some(name.to_owned()),
                None => rest.push(word),
            }
        }
        let class = match language {
            "console" => Class::Console(session(&rest)?),
            "text" if rest.is_empty() => Class::Figure,
            _ => Class::Piece(piece(language, &rest)?),
        };
        Ok(Self { class, text: code.text.clone(), file })
    }
}

fn session(words: &[&str]) -> Result<Session, String> {
    let mut session = Session::default();
    for word in words {
        match word.split_once('=') {
            None if *word == "root" => session.root = true,
            None if *word == "unordered" => session.unordered = true,
            Some(("exit", code)) => session.exit = code.parse().map_err(|_| format!("`{code}` is no exit code"))?,
            Some(("needs", programs)) => session.needs = programs.split(',').map(str::to_owned).collect(),
            Some(("shown", why)) => session.shown = Some(skip(why)?),
            _ => return Err(format!("a session has no `{word}`")),
        }
    }
    Ok(session)
}

fn skip(why: &str) -> Result<Skip, String> {
    Ok(match why {
        "cluster" => Skip::Cluster,
        "build" => Skip::Build,
        "terminal" => Skip::Terminal,
        "systemd" => Skip::Systemd,
        "user" => Skip::User,
        "other" => Skip::Other,
        _ => return Err(format!("`{why}` is no reason to leave a session out")),
    })
}

fn piece(language: &str, words: &[&str]) -> Result<Piece, String> {
    let language = match language {
        "hcl" => Language::Hcl,
        "toml" => Language::Toml,
        "json" => Language::Json,
        "yaml" => Language::Yaml,
        "ini" => Language::Ini,
        "sh" => Language::Shell,
        "rust" => Language::Rust,
        _ => return Err(format!("`{language}` is no class of block")),
    };
    let mut piece = Piece { language, place: Place::File, invalid: false };
    for word in words {
        match *word {
            "invalid" => piece.invalid = true,
            "in=job" => piece.place = Place::Job,
            "in=group" => piece.place = Place::Group,
            "in=task" => piece.place = Place::Task,
            "in=config" => piece.place = Place::Config,
            "in=host" => piece.place = Place::Host,
            "in=expression" => piece.place = Place::Expression,
            _ => return Err(format!("a piece has no `{word}`")),
        }
    }
    Ok(piece)
}
