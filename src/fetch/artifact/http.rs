//! A file by HTTP.
//!
//! Bounded in time, size and redirects; nothing of jobctl's own surroundings is used: no proxy, no cookies, no credentials.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error, Timeout};

use crate::fetch::authorities;
use crate::plan::Artifact;

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// How often it may send us elsewhere.
const REDIRECTS: u32 = 10;
/// Downloads to a file; how many bytes.
pub(super) fn download(
    url: &str,
    artifact: &Artifact,
    env: &BTreeMap<String, String>,
    target: &mut File,
) -> Result<u64, String> {
    let limit = artifact.limits.http_max_size;
    let too_large = || format!("it is larger than http_max_size allows ({limit} bytes)");
    let patience = artifact.limits.http_timeout.to_std();
    let agent = agent(artifact, env, patience)?;
    let mut request = agent.get(url);
    for (name, value) in &artifact.headers {
        request = request.header(name, value);
    }
    let in_words = |error: Error| in_words(&error, artifact);
    let response = request.call().map_err(in_words)?;
    if !response.status().is_success() {
        return Err(format!("the server answers {}", response.status()));
    }
    let body = response.into_body();
    if body.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut reader = body.into_reader();
    let mut part = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        match reader.read(&mut part) {
            Ok(0) => return Ok(length),
            Ok(count) => {
                length += count as u64;
                if length > limit {
                    return Err(too_large());
                }
                target.write_all(&part[..count]).map_err(|error| error.to_string())?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(in_words(Error::from(error))),
        }
    }
}

fn agent(artifact: &Artifact, env: &BTreeMap<String, String>, patience: Duration) -> Result<Agent, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(certificates(env.get("SSL_CERT_FILE"))?)
        .disable_verification(artifact.insecure)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(REDIRECTS)
        .user_agent(concat!("jobctl/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(patience))
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .build();
    Ok(Agent::new_with_config(config))
}

/// Those of the root we are in, so that the task trusts whom its own programs trust.
fn certificates(named: Option<&String>) -> Result<RootCerts, String> {
    let accepted = match named {
        Some(path) => authorities::in_pem(
            &std::fs::read(path).map_err(|error| format!("cannot read SSL_CERT_FILE {path}: {error}"))?,
        ),
        None => authorities::of_system(),
    };
    Ok(RootCerts::Specific(Arc::new(accepted)))
}

fn in_words(error: &Error, artifact: &Artifact) -> String {
    match error {
        Error::Timeout(Timeout::Global | Timeout::PerCall) => {
            format!("it takes longer than http_read_timeout allows ({})", artifact.limits.http_timeout)
        }
        Error::Timeout(_) => format!("the server is silent for {} s", SILENCE.as_secs()),
        Error::TooManyRedirects => format!("the server sends us elsewhere more than {REDIRECTS} times"),
        Error::HostNotFound => "there is no such host".to_owned(),
        Error::Rustls(error) => of_tls(error),
        Error::Io(error) => of_io(error, artifact),
        other => other.to_string(),
    }
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            format!(
                "the server's certificate is not accepted by the task's authorities ({}): {error}",
                authorities::BUNDLES[0]
            )
        }
        other => other.to_string(),
    }
}

/// Errors of reading carry those of the libraries inside.
fn of_io(error: &io::Error, artifact: &Artifact) -> String {
    let inner = error.get_ref();
    if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
        return in_words(inner, artifact);
    }
    if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(inner);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server breaks off".to_owned(),
        _ => error.to_string(),
    }
}
