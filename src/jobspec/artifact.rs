//! `artifact`: a file or directory fetched for a task.

use super::block::block;
use super::spanned::{Map, Opt, Str};

block! {
    /// A file or directory fetched before the task starts.
    Artifact = "artifact" {
        /// From where: a URL.
        source: Opt<Str> => "GetterSource";
        /// Options of the way it is fetched: `checksum`, `archive`, `depth` …
        options: Opt<Map<Str>> => "GetterOptions", block_only();
        /// Headers of the HTTP request.
        headers: Opt<Map<Str>> => "GetterHeaders", block_only();
        /// Whether it is unpacked: `any` decides by its name, `file` never, `dir` always.
        mode: Opt<Str> => "GetterMode", values(&["any", "file", "dir"]), default("any");
        /// Whether the server's certificate is not checked.
        insecure: Opt<bool> => "GetterInsecure", default("false");
        /// Where it is put, beneath the task's directory.
        destination: Opt<Str> => "RelativeDest", default("local/");
        /// Whether it is given to the task's user.
        chown: Opt<bool> => "Chown", default("false");
    }
}
