//! The options that say which cluster, and who we are there: the reference's variables, and flags for the same.
//!
//! A token is never in argv, where every process of the machine sees it.

use std::path::PathBuf;

use crate::jobspec::Duration;
use crate::nomad::{Address, AddressError, Secret, Settings, Tls};

/// A cluster and its credentials.
#[derive(Debug, clap::Args)]
pub struct Cluster {
    /// The HTTP API of a Nomad agent: http://HOST:4646, https://HOST:4646 or unix:///PATH [default: http://127.0.0.1:4646]
    #[arg(long = "nomad", value_name = "ADDR", env = "NOMAD_ADDR", hide_env_values = true)]
    address: Option<String>,
    /// A file that holds the ACL token, as @FILE [env: NOMAD_TOKEN holds the token itself]
    #[arg(long, value_name = "@FILE")]
    token: Option<String>,
    /// The namespace of a job that names none
    #[arg(long, value_name = "NAME", env = "NOMAD_NAMESPACE", hide_env_values = true)]
    namespace: Option<String>,
    /// The region of a job that names none
    #[arg(long, value_name = "NAME", env = "NOMAD_REGION", hide_env_values = true)]
    region: Option<String>,
    /// Certificates of authorities to trust instead of the system's, PEM
    #[arg(long, value_name = "FILE", env = "NOMAD_CACERT", hide_env_values = true)]
    ca_cert: Option<PathBuf>,
    /// A directory of such files
    #[arg(long, value_name = "DIR", env = "NOMAD_CAPATH", hide_env_values = true)]
    ca_path: Option<PathBuf>,
    /// Our own certificate, PEM
    #[arg(long, value_name = "FILE", env = "NOMAD_CLIENT_CERT", hide_env_values = true)]
    client_cert: Option<PathBuf>,
    /// Its key, PEM
    #[arg(long, value_name = "FILE", env = "NOMAD_CLIENT_KEY", hide_env_values = true)]
    client_key: Option<PathBuf>,
    /// The name in the server's certificate, if it is not that of the address
    #[arg(long, value_name = "NAME", env = "NOMAD_TLS_SERVER_NAME", hide_env_values = true)]
    tls_server_name: Option<String>,
    /// Accept any certificate of the server; so does NOMAD_SKIP_VERIFY=true
    #[arg(long)]
    tls_skip_verify: bool,
    /// How long the cluster may be silent
    #[arg(long, default_value = "60s", value_name = "DURATION", value_parser = Duration::parse)]
    timeout: Duration,
}

/// Why the options do not say it.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The token itself.
    #[error("`--token` wants @FILE: what stands on a command line is seen by every process of this machine")]
    TokenInArguments,
    /// A file that cannot be read.
    #[error("cannot read the token from {file}")]
    TokenFile {
        /// Which.
        file: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Nobody can wait that long.
    #[error("`--timeout` must be longer than nothing")]
    Timeout,
    /// What is neither true nor false.
    #[error("NOMAD_SKIP_VERIFY={0} is neither true nor false")]
    SkipVerify(String),
}

impl Cluster {
    /// What they say. The job's own namespace and region go before those given.
    ///
    /// # Errors
    /// [`ClusterError`]
    pub fn settings(&self, namespace: Option<&str>, region: Option<&str>) -> Result<Settings, ClusterError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let file = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        if self.timeout <= Duration::ZERO {
            return Err(ClusterError::Timeout);
        }
        Ok(Settings {
            address: Address::parse(given(&self.address).as_deref().unwrap_or(Address::DEFAULT))?,
            token: self.token()?,
            http_auth: variable("NOMAD_HTTP_AUTH").map(|text| Secret::new(&text)),
            namespace: namespace.map(str::to_owned).or_else(|| given(&self.namespace)),
            region: region.map(str::to_owned).or_else(|| given(&self.region)),
            tls: Tls {
                ca_cert: file(&self.ca_cert),
                ca_path: file(&self.ca_path),
                client_cert: file(&self.client_cert),
                client_key: file(&self.client_key),
                server_name: given(&self.tls_server_name),
                skip_verify: self.tls_skip_verify || skip_verify()?,
            },
            patience: self.timeout.to_std(),
        })
    }

    /// The words that name the same cluster again, where the environment does not.
    pub fn typed(&self) -> Vec<String> {
        let given = [
            ("--nomad", &self.address, "NOMAD_ADDR"),
            ("--namespace", &self.namespace, "NOMAD_NAMESPACE"),
            ("--region", &self.region, "NOMAD_REGION"),
        ];
        let typed = given.into_iter().filter_map(|(flag, value, name)| {
            let value = value.clone().filter(|value| variable(name).as_ref() != Some(value))?;
            Some([flag.to_owned(), value])
        });
        typed.flatten().collect()
    }

    fn token(&self) -> Result<Option<Secret>, ClusterError> {
        let Some(given) = &self.token else { return Ok(variable("NOMAD_TOKEN").map(|text| Secret::new(&text))) };
        let file = given.strip_prefix('@').ok_or(ClusterError::TokenInArguments)?;
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(cause) => Err(ClusterError::TokenFile { file: file.to_owned(), cause }),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// As the reference reads it: the words of Go's `strconv.ParseBool`.
fn skip_verify() -> Result<bool, ClusterError> {
    let Some(text) = variable("NOMAD_SKIP_VERIFY") else { return Ok(false) };
    match &*text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(ClusterError::SkipVerify(text)),
    }
}
