//! Where an artifact comes from, read from what its author wrote, in go-getter's words.
//!
//! Pure: text in, a source or why not out.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A place to fetch from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) origin: Origin,
    /// The part of it that is wanted (`//part`); empty: all.
    pub(super) part: String,
    /// What a file from there is called.
    pub(super) name: String,
    /// `sha256:…`
    pub(super) checksum: Option<String>,
    /// How it is packed, where its name does not say; `false`: not at all.
    pub(super) archive: Option<String>,
}

/// How it is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `http:` and `https:`
    Http { url: String },
    /// A path in the task.
    File { path: String },
    /// A repository.
    Git { url: String, revision: Option<String>, depth: Option<u32> },
}

/// Options that say how to fetch, and are no part of what is asked for.
const OWN: [&str; 3] = ["archive", "checksum", "filename"];
/// Those for repositories only.
const OF_GIT: [&str; 3] = ["ref", "depth", "sshkey"];
/// Hosts of repositories, whose addresses may stand without a scheme: `github.com/owner/name`.
const REPOSITORIES: [&str; 3] = ["github.com", "gitlab.com", "bitbucket.org"];

impl Source {
    /// Reads a source and its options; what the options say stands over what the source says.
    pub(super) fn parse(text: &str, options: &BTreeMap<String, String>) -> Result<Self, String> {
        let (forced, text) = forced(text);
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let (address, part) = split_part(address);
        let mut asked: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decode(key), decode(value)))
            .collect();
        asked.retain(|(key, _)| !options.contains_key(key));
        asked.extend(options.iter().map(|(key, value)| (key.clone(), value.clone())));
        let option = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let named = option("filename").filter(|name| !name.is_empty());
        let name = named.unwrap_or_else(|| last_name(&address));
        if name.contains('/') || matches!(name.as_str(), "." | "..") {
            return Err(format!("{name:?} is not the name of a file"));
        }
        let (checksum, archive) = (option("checksum"), option("archive"));
        let (origin, rest) = origin(forced, &address, &asked)?;
        let part = [rest, part].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        Ok(Self { origin, part, name, checksum: checksum.filter(|sum| !sum.is_empty()), archive })
    }
}

fn origin(forced: Option<&str>, address: &str, asked: &[(String, String)]) -> Result<(Origin, String), String> {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let git = |url: String| git(url, asked);
    match (forced, scheme.as_deref()) {
        (Some("git"), Some(_)) | (None, Some("git" | "ssh")) => Ok((git(address.to_owned())?, String::new())),
        (Some("git"), None) if address.starts_with('/') => Ok((git(address.to_owned())?, String::new())),
        (None | Some("git"), None) if is_scp(address) => Ok((git(address.to_owned())?, String::new())),
        (None | Some("http" | "https"), Some("http" | "https")) => {
            let kept: Vec<_> = asked.iter().filter(|(key, _)| !OWN.contains(&key.as_str())).collect();
            let mut url = address.to_owned();
            for (index, (key, value)) in kept.into_iter().enumerate() {
                let separator = if index == 0 { '?' } else { '&' };
                // Writing to a string does not fail.
                let _ = write!(url, "{separator}{}={}", encode(key), encode(value));
            }
            Ok((Origin::Http { url }, String::new()))
        }
        (None | Some("file"), Some("file")) => {
            Ok((Origin::File { path: decode(address.split_once("://").unwrap_or_default().1) }, String::new()))
        }
        (None | Some("file"), None) if address.starts_with('/') || address.starts_with("./") => {
            Ok((Origin::File { path: address.to_owned() }, String::new()))
        }
        (None | Some("git"), None) if REPOSITORIES.iter().any(|host| is_on(address, host)) => {
            let mut names = address.split('/');
            let [host, owner, name] = [names.next(), names.next(), names.next()].map(Option::unwrap_or_default);
            if owner.is_empty() || name.is_empty() {
                return Err(format!("{address:?} names no repository"));
            }
            let name = name.strip_suffix(".git").unwrap_or(name);
            Ok((git(format!("https://{host}/{owner}/{name}.git"))?, names.collect::<Vec<_>>().join("/")))
        }
        (Some(other @ ("s3" | "gcs" | "hg")), _) | (None, Some(other)) => {
            Err(format!("nothing here fetches by {other:?}; there are http, https, file and git"))
        }
        (Some(other), _) => Err(format!("{address:?} is not an address for {other:?}")),
        (None, None) => Err(format!("{address:?} is no address: begin it with `https://`, `git::` or `/`")),
    }
}

fn git(url: String, asked: &[(String, String)]) -> Result<Origin, String> {
    let of_git = |key: &str| OWN.contains(&key) || OF_GIT.contains(&key);
    if let Some((key, _)) = asked.iter().find(|(key, _)| !of_git(key)) {
        return Err(format!("git has no option {key:?}; there are ref and depth"));
    }
    let option = |name: &str| {
        asked.iter().find(|(key, _)| key == name).map(|(_, value)| value).filter(|value| !value.is_empty())
    };
    if option("sshkey").is_some() {
        return Err("a key in the job file is not taken: git uses those of the task's user".to_owned());
    }
    let revision = option("ref").cloned();
    if url.starts_with('-') || revision.as_ref().is_some_and(|revision| revision.starts_with('-')) {
        return Err("neither a repository nor a revision begins with `-`".to_owned());
    }
    let depth = option("depth").map(|depth| depth.parse().map_err(|_| format!("depth {depth:?} is not a number")));
    Ok(Origin::Git { url, revision, depth: depth.transpose()? })
}

/// `git::https://…` → `git`, `https://…`.
fn forced(text: &str) -> (Option<&str>, &str) {
    match text.split_once("::") {
        Some((name, rest)) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (Some(name), rest)
        }
        _ => (None, text),
    }
}

/// `user@host:path`, as scp(1) has it.
fn is_scp(address: &str) -> bool {
    let Some((host, _)) = address.split_once(':') else { return false };
    host.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('/'))
}

fn is_on(address: &str, host: &str) -> bool {
    address.strip_prefix(host).is_some_and(|rest| rest.starts_with('/'))
}

/// Cuts `//part` off; the `//` of the scheme is none.
fn split_part(address: &str) -> (String, String) {
    let begin = address.find("://").map_or(0, |at| at + 3);
    match address[begin..].find("//") {
        Some(at) => {
            let (whole, part) = address.split_at(begin + at);
            (whole.to_owned(), part.trim_matches('/').to_owned())
        }
        None => (address.to_owned(), String::new()),
    }
}

fn last_name(address: &str) -> String {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.split_once('/').unwrap_or_default().1);
    let name = decode(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
    if name.is_empty() { "artifact".to_owned() } else { name }
}

/// Percent-encoding undone, and `+` left alone, as in paths.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hexadecimal = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = hexadecimal.filter(|_| bytes[at] == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:+,@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, options: &[(&str, &str)]) -> Result<Source, String> {
        let options = options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Source::parse(text, &options)
    }

    fn line(text: &str, options: &[(&str, &str)]) -> String {
        match parse(text, options) {
            Ok(source) => format!("{:?} part={:?} name={:?}", source.origin, source.part, source.name),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn sources_are_read_as_go_getter_reads_them() {
        insta::assert_snapshot!([
            line("https://example.com/a/app.tar.gz", &[]),
            line("http::https://example.com/a%20b?x=1&archive=false&checksum=md5:1", &[("y", "a b")]),
            line("https://example.com", &[]),
            line("https://example.com/app.zip//bin/app?filename=tool", &[]),
            line("git::https://example.com/repo.git//sub?ref=v1&depth=1", &[]),
            line("git::/srv/repo", &[("ref", "main")]),
            line("github.com/owner/repo/dir//deeper?ref=x", &[]),
            line("git@example.com:owner/repo.git", &[]),
            line("ssh://git@example.com/repo", &[]),
            line("file:///data/a%20b.tgz", &[]),
            line("/data/app", &[("filename", "x")]),
        ].join("\n"), @r#"
        Http { url: "https://example.com/a/app.tar.gz" } part="" name="app.tar.gz"
        Http { url: "https://example.com/a%20b?x=1&y=a%20b" } part="" name="a b"
        Http { url: "https://example.com" } part="" name="artifact"
        Http { url: "https://example.com/app.zip" } part="bin/app" name="tool"
        Git { url: "https://example.com/repo.git", revision: Some("v1"), depth: Some(1) } part="sub" name="repo.git"
        Git { url: "/srv/repo", revision: Some("main"), depth: None } part="" name="repo"
        Git { url: "https://github.com/owner/repo.git", revision: Some("x"), depth: None } part="dir/deeper" name="dir"
        Git { url: "git@example.com:owner/repo.git", revision: None, depth: None } part="" name="repo.git"
        Git { url: "ssh://git@example.com/repo", revision: None, depth: None } part="" name="repo"
        File { path: "/data/a b.tgz" } part="" name="a b.tgz"
        File { path: "/data/app" } part="" name="x"
        "#);
    }

    #[test]
    fn what_is_no_source_is_said() {
        insta::assert_snapshot!([
            line("example.com/app", &[]),
            line("s3::https://s3.amazonaws.com/b/k", &[]),
            line("ftp://example.com/x", &[]),
            line("git::--upload-pack=x", &[]),
            line("git::https://example.com/x?ref=--x", &[]),
            line("git::https://example.com/x?depth=y", &[]),
            line("git::https://example.com/x?sshkey=a2V5", &[]),
            line("git::https://example.com/x?token=y", &[]),
            line("github.com/owner", &[]),
            line("https://example.com/x?filename=..%2Fx", &[]),
        ].join("\n"), @r#"
        error: "example.com/app" is no address: begin it with `https://`, `git::` or `/`
        error: nothing here fetches by "s3"; there are http, https, file and git
        error: nothing here fetches by "ftp"; there are http, https, file and git
        error: "--upload-pack=x" is not an address for "git"
        error: neither a repository nor a revision begins with `-`
        error: depth "y" is not a number
        error: a key in the job file is not taken: git uses those of the task's user
        error: git has no option "token"; there are ref and depth
        error: "github.com/owner" names no repository
        error: "../x" is not the name of a file
        "#);
    }

    #[test]
    fn options_stand_over_what_the_source_says() {
        let source =
            parse("https://a/x?checksum=md5:1&archive=zip", &[("checksum", "md5:2"), ("archive", "")]).unwrap();
        assert_eq!((source.checksum.as_deref(), source.archive.as_deref()), (Some("md5:2"), Some("")));
    }
}
