//! Why a cluster gave no answer, or one that is of no use.

use std::io;
use std::path::PathBuf;

use ureq::{Error, Timeout};

use super::settings::Settings;

/// What went wrong between us and a cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate or key.
    #[error("cannot read {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A file of certificates without one.
    #[error("{} holds no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// A file of a key without one.
    #[error("{} holds no private key in PEM", .0.display())]
    NoKey(PathBuf),
    /// One of certificate and key.
    #[error("a client's certificate and its key belong together: give both or none")]
    HalfAClient,
    /// A token that cannot stand in a header.
    #[error("the token holds characters that no token has")]
    BadToken,
    /// Nobody is there.
    #[error("cannot reach Nomad at {address}: {cause}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        cause: String,
    },
    /// Somebody is there, but not whom we trust, or who does not trust us.
    #[error("no trust between us and {address}: {cause}")]
    Tls {
        /// Where.
        address: String,
        /// Why.
        cause: String,
    },
    /// It takes too long.
    #[error("Nomad at {address} is silent for {seconds} s")]
    Silent {
        /// Where.
        address: String,
        /// How long we have waited.
        seconds: u64,
    },
    /// A refusal or a failure.
    #[error("Nomad answers {status}{}", said(body))]
    Status {
        /// The code of HTTP.
        status: u16,
        /// What it says.
        body: String,
    },
    /// A body we cannot read.
    #[error("what answers at {address} is no Nomad: {cause} (of {path})")]
    NotNomad {
        /// Where.
        address: String,
        /// The path asked for.
        path: String,
        /// Why its answer is none.
        cause: String,
    },
}

/// The text of a body: on the line where it is one, below where it is more.
fn said(body: &str) -> String {
    match body.lines().count() {
        0 => String::new(),
        1 => format!(": {body}"),
        _ => format!(":\n{body}"),
    }
}

impl ClientError {
    /// What the library found, in words.
    pub(super) fn of(error: &Error, settings: &Settings) -> Self {
        let address = settings.address.to_string();
        match error {
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                Self::Unreachable { address, cause: "nothing answers there".to_owned() }
            }
            Error::Timeout(_) => Self::Silent { address, seconds: settings.patience.as_secs() },
            Error::HostNotFound => Self::Unreachable { address, cause: "there is no such host".to_owned() },
            Error::Rustls(error) => Self::Tls { address, cause: of_tls(error) },
            Error::Tls(cause) => Self::Tls { address, cause: (*cause).to_owned() },
            Error::Io(error) => Self::of_io(error, settings),
            other => Self::Unreachable { address, cause: other.to_string() },
        }
    }

    /// Errors of reading carry those of the libraries inside.
    pub(super) fn of_io(error: &io::Error, settings: &Settings) -> Self {
        let address = settings.address.to_string();
        let inner = error.get_ref();
        if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
            return Self::of(inner, settings);
        }
        if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::Tls { address, cause: of_tls(inner) };
        }
        let cause = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it breaks off".to_owned(),
            io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
            io::ErrorKind::NotFound => "there is no such socket".to_owned(),
            _ => error.to_string(),
        };
        Self::Unreachable { address, cause }
    }

    /// Whether asking again may help: no answer, or one of a cluster that is between two leaders.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Silent { .. } => true,
            Self::Status { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable { .. } => Some("`--nomad` or NOMAD_ADDR says where an agent's HTTP API is"),
            Self::Tls { .. } => Some(
                "NOMAD_CACERT names the authority's certificate, NOMAD_TLS_SERVER_NAME the name in the server's \
                 (server.REGION.nomad), NOMAD_CLIENT_CERT and NOMAD_CLIENT_KEY who we are",
            ),
            Self::Silent { .. } => Some("`--timeout` gives it longer"),
            Self::NotNomad { .. } => Some("`--nomad` wants the address of an agent's HTTP API, its port 4646"),
            Self::Status { status, body } => match status {
                400 if body.contains("HTTP request to an HTTPS server") => Some("write https:// in the address"),
                401 | 403 => Some(
                    "the token (NOMAD_TOKEN, or `--token @FILE`) must have the capability submit-job in the job's namespace, \
                     and for what the job asks of hosts: host_volume, csi-mount-volume",
                ),
                _ if body.contains("nonexistent namespace") => Some(
                    "`nomad namespace list` shows those there are; the job's `namespace`, `--namespace` or NOMAD_NAMESPACE names one",
                ),
                500 if body.contains("No path to region") => Some(
                    "`nomad server members` shows the regions; the job's `region`, `--region` or NOMAD_REGION names one",
                ),
                500 if body.contains("No cluster leader") => Some("the servers are electing one: try again"),
                300..=399 => Some("name the address it is sent to, if you trust it: a token follows no redirect"),
                404 => Some("is this the address of Nomad's API, without a page of its user interface?"),
                _ => None,
            },
            _ => None,
        }
    }
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => format!("the server's certificate is not accepted: {error}"),
        rustls::Error::InvalidMessage(_) => "it does not speak TLS: write http:// in the address".to_owned(),
        rustls::Error::AlertReceived(_) => format!("the server refuses us: {error}"),
        other => other.to_string(),
    }
}
