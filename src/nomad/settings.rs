//! How to reach a cluster and who we are there, and the HTTP agent made of it.
//!
//! The names and meanings are those of the reference's environment variables; reading them is the command line's.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::address::Address;
use super::client_error::ClientError;
use super::unix_socket::{NoResolver, UnixConnector};
use crate::fetch::authorities;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// Everything about a connection.
#[derive(Clone, Debug)]
pub struct Settings {
    /// NOMAD_ADDR
    pub address: Address,
    /// NOMAD_TOKEN: the secret of an ACL token.
    pub token: Option<Secret>,
    /// NOMAD_HTTP_AUTH: `USER:PASSWORD` for a proxy before the API.
    pub http_auth: Option<Secret>,
    /// NOMAD_NAMESPACE
    pub namespace: Option<String>,
    /// NOMAD_REGION
    pub region: Option<String>,
    /// What of TLS is not as usual.
    pub tls: Tls,
    /// How long the cluster may be silent.
    pub patience: Duration,
}

/// What is asked of TLS.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// NOMAD_CACERT: a file of the authorities' certificates, PEM; the system's where neither this nor `ca_path` is given.
    pub ca_cert: Option<PathBuf>,
    /// NOMAD_CAPATH: a directory of such files.
    pub ca_path: Option<PathBuf>,
    /// NOMAD_CLIENT_CERT
    pub client_cert: Option<PathBuf>,
    /// NOMAD_CLIENT_KEY
    pub client_key: Option<PathBuf>,
    /// NOMAD_TLS_SERVER_NAME: the name that the server's certificate must have, `server.REGION.nomad` of a usual cluster.
    pub server_name: Option<String>,
    /// NOMAD_SKIP_VERIFY: any certificate will do.
    pub skip_verify: bool,
}

/// A text that is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text without white space around it.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Settings {
    /// An agent for HTTP that knows the way.
    ///
    /// # Errors
    /// Certificates or keys that cannot be read.
    pub(super) fn agent(&self) -> Result<Agent, ClientError> {
        let config = Agent::config_builder()
            .tls_config(self.tls.config()?)
            .proxy(None)
            .http_status_as_error(false)
            // Whoever is sent elsewhere would take the token along.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("jobctl/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT.min(self.patience)))
            .build();
        Ok(match (&self.address, &self.tls.server_name) {
            (Address::Unix(path), _) => Agent::with_parts(config, UnixConnector { path: path.clone() }, NoResolver),
            (Address::Http(real), Some(_)) => {
                let resolver = Renamed { real: real.clone(), inner: DefaultResolver::default() };
                Agent::with_parts(config, DefaultConnector::new(), resolver)
            }
            (Address::Http(_), None) => Agent::new_with_config(config),
        })
    }

    /// The name URLs are made with, where that is not the address's own.
    pub(super) fn server_name(&self) -> Option<&str> {
        if self.address.is_tls() { self.tls.server_name.as_deref() } else { None }
    }
}

/// A server that has another name in its certificate than where it is found.
#[derive(Debug)]
struct Renamed {
    real: Uri,
    inner: DefaultResolver,
}

impl Resolver for Renamed {
    fn resolve(&self, _: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        self.inner.resolve(&self.real, config, timeout)
    }
}

impl Tls {
    fn config(&self) -> Result<TlsConfig, ClientError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(RootCerts::Specific(Arc::new(self.authorities()?)))
            .client_cert(self.client()?)
            .disable_verification(self.skip_verify)
            .build())
    }

    fn authorities(&self) -> Result<Vec<Certificate<'static>>, ClientError> {
        match (&self.ca_cert, &self.ca_path) {
            (Some(file), _) => certificates(file),
            (None, Some(directory)) => {
                let failed = |cause| ClientError::File { path: directory.clone(), cause };
                let mut all = Vec::new();
                for entry in std::fs::read_dir(directory).map_err(failed)? {
                    let path = entry.map_err(failed)?.path();
                    if path.is_file() {
                        all.extend(authorities::in_pem(&read(&path)?));
                    }
                }
                if all.is_empty() { Err(ClientError::NoCertificate(directory.clone())) } else { Ok(all) }
            }
            (None, None) => Ok(authorities::of_system()),
        }
    }

    fn client(&self) -> Result<Option<ClientCert>, ClientError> {
        let (certificate, key) = match (&self.client_cert, &self.client_key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            _ => return Err(ClientError::HalfAClient),
        };
        let no_key = |_| ClientError::NoKey(key.clone());
        let key = PrivateKey::from_pem(&read(key)?).map_err(no_key)?;
        Ok(Some(ClientCert::new_with_certs(&certificates(certificate)?, key)))
    }
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, ClientError> {
    let found = authorities::in_pem(&read(file)?);
    if found.is_empty() { Err(ClientError::NoCertificate(file.to_owned())) } else { Ok(found) }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|cause| ClientError::File { path: path.to_owned(), cause })
}
