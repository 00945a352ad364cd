//! Where a cluster's API is: an address of HTTP or the path of a socket.

use std::fmt;
use std::path::PathBuf;

use ureq::http::Uri;

/// The address of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `http://HOST[:PORT][/PATH]`, `https://…`
    Http(Uri),
    /// `unix:///PATH`: a socket on this machine, as tasks of Nomad have one in their secrets directory.
    Unix(PathBuf),
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It says nothing we can connect to.
    #[error("{0:?} is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH")]
    Unknown(String),
    /// It has a password in it, which would be seen wherever the address is shown.
    #[error("an address holds no user and password: give them by NOMAD_HTTP_AUTH=USER:PASSWORD")]
    Credentials,
}

impl Address {
    /// Where an agent listens that was told nothing else.
    pub const DEFAULT: &'static str = "http://127.0.0.1:4646";

    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`]
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let unknown = || AddressError::Unknown(text.to_owned());
        if let Some(path) = text.strip_prefix("unix://") {
            return if path.starts_with('/') { Ok(Self::Unix(path.into())) } else { Err(unknown()) };
        }
        if text.split("://").nth(1).is_some_and(|rest| rest.split('/').next().unwrap_or_default().contains('@')) {
            return Err(AddressError::Credentials);
        }
        let uri: Uri = text.parse().map_err(|_| unknown())?;
        match (uri.scheme_str(), uri.authority(), uri.query()) {
            (Some("http" | "https"), Some(authority), None) if !authority.host().is_empty() => Ok(Self::Http(uri)),
            _ => Err(unknown()),
        }
    }

    /// Whether what is said on the way is hidden from others.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Http(uri) if uri.scheme_str() == Some("https"))
    }

    /// The URL of a path of the API; `host` stands in the place of the address's own.
    pub(super) fn url(&self, host: Option<&str>, path: &str) -> String {
        let Self::Http(uri) = self else { return format!("http://localhost{path}") };
        let (scheme, before) = (uri.scheme_str().unwrap_or("http"), uri.path().trim_end_matches('/'));
        let own = uri.authority().map_or("", |authority| authority.as_str());
        match (host, uri.port_u16()) {
            (None, _) => format!("{scheme}://{own}{before}{path}"),
            (Some(host), None) => format!("{scheme}://{host}{before}{path}"),
            (Some(host), Some(port)) => format!("{scheme}://{host}:{port}{before}{path}"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(uri) => f.write_str(uri.to_string().trim_end_matches('/')),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let show = |text: &str| match Address::parse(text) {
            Ok(address) => format!("{address} {}", address.url(None, "/v1/jobs")),
            Err(error) => format!("{text}: {error}"),
        };
        let all = [
            "http://127.0.0.1:4646",
            "https://nomad.example:4646/",
            "https://proxy.example/nomad/",
            "http://[::1]:4646",
            "unix:///run/nomad.sock",
            "unix://run/nomad.sock",
            "127.0.0.1:4646",
            "ftp://host",
            "http://",
            "http://me:secret@host:4646",
            "http://host?x=1",
        ];
        insta::assert_snapshot!(all.map(show).join("\n"), @r#"
        http://127.0.0.1:4646 http://127.0.0.1:4646/v1/jobs
        https://nomad.example:4646 https://nomad.example:4646/v1/jobs
        https://proxy.example/nomad https://proxy.example/nomad/v1/jobs
        http://[::1]:4646 http://[::1]:4646/v1/jobs
        unix:///run/nomad.sock http://localhost/v1/jobs
        unix://run/nomad.sock: "unix://run/nomad.sock" is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH
        127.0.0.1:4646: "127.0.0.1:4646" is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH
        ftp://host: "ftp://host" is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH
        http://: "http://" is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH
        http://me:secret@host:4646: an address holds no user and password: give them by NOMAD_HTTP_AUTH=USER:PASSWORD
        http://host?x=1: "http://host?x=1" is not an address: write http://HOST:4646, https://HOST:4646 or unix:///PATH
        "#);
    }

    #[test]
    fn another_name_keeps_the_port() {
        let url = |text: &str| Address::parse(text).unwrap().url(Some("server.global.nomad"), "/v1/jobs");
        assert_eq!(url("https://10.0.0.1:4646"), "https://server.global.nomad:4646/v1/jobs");
        assert_eq!(url("https://10.0.0.1/x"), "https://server.global.nomad/x/v1/jobs");
    }
}
