//! Requests to a cluster's HTTP API (developer.hashicorp.com/nomad/api-docs), one function each.
//!
//! Asks and reads; what follows from an answer is decided elsewhere.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::{Allocation, Deployment, Evaluation, Node, Planned, RegisterOptions, Registered};
use super::client_error::ClientError;
use super::settings::Settings;

/// The largest answer that is read: the list of nodes of a cluster of some ten thousand.
const LARGEST: u64 = 64 << 20;
/// The longest text of an error that is kept.
const LONGEST_ERROR: usize = 16 * 1024;
/// How long a blocking query waits for a change.
const WAIT: Duration = Duration::from_secs(60);

/// A cluster.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    settings: Settings,
    /// What stands in each request's header.
    headers: Vec<(&'static str, String)>,
}

/// An answer, and the version of the state it was made from.
#[derive(Clone, Debug)]
pub struct Indexed<T> {
    /// The answer.
    pub value: T,
    /// `X-Nomad-Index`: what a blocking query waits to grow; 0 where the header is missing.
    pub index: u64,
}

impl Client {
    /// A client. Nothing is sent yet.
    ///
    /// # Errors
    /// Certificates that cannot be read, a token that cannot be sent.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        let agent = settings.agent()?;
        let mut headers = Vec::new();
        if let Some(token) = &settings.token {
            headers.push(("X-Nomad-Token", token.reveal().to_owned()));
        }
        if let Some(user) = &settings.http_auth {
            headers.push(("Authorization", format!("Basic {}", STANDARD.encode(user.reveal()))));
        }
        if let (Some(_), super::Address::Http(uri)) = (settings.server_name(), &settings.address) {
            headers.push(("Host", uri.authority().map_or("", |authority| authority.as_str()).to_owned()));
        }
        if headers.iter().any(|(_, value)| value.bytes().any(|byte| !(b' '..=b'~').contains(&byte))) {
            return Err(ClientError::BadToken);
        }
        Ok(Self { agent, settings, headers })
    }

    /// How it is reached.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Registers a job, as `export nomad` has it.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn register(&self, job: &Value, options: RegisterOptions) -> Result<Registered, ClientError> {
        self.put("/v1/jobs", &options.body(job))
    }

    /// What registering the job would do. Nothing is changed.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn plan(&self, job: &Value, policy_override: bool) -> Result<Planned, ClientError> {
        let id = job["ID"].as_str().unwrap_or_default();
        let mut body = json!({ "Job": job, "Diff": true });
        if policy_override {
            body["PolicyOverride"] = true.into();
        }
        self.put(&format!("/v1/job/{}/plan", escape(id)), &body)
    }

    /// An evaluation; once it is newer than `index`, if that is not 0.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn evaluation(&self, id: &str, index: u64) -> Result<Indexed<Evaluation>, ClientError> {
        self.get(&format!("/v1/evaluation/{}", escape(id)), index)
    }

    /// The allocations an evaluation made.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn evaluation_allocations(&self, id: &str, index: u64) -> Result<Indexed<Vec<Allocation>>, ClientError> {
        self.get(&format!("/v1/evaluation/{}/allocations", escape(id)), index)
    }

    /// A deployment.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn deployment(&self, id: &str, index: u64) -> Result<Indexed<Deployment>, ClientError> {
        self.get(&format!("/v1/deployment/{}", escape(id)), index)
    }

    /// The allocations of a deployment.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn deployment_allocations(&self, id: &str) -> Result<Vec<Allocation>, ClientError> {
        Ok(self.get(&format!("/v1/deployment/allocations/{}", escape(id)), 0)?.value)
    }

    /// The latest deployment of a job; `None` where it has none.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn latest_deployment(&self, job: &str, index: u64) -> Result<Indexed<Option<Deployment>>, ClientError> {
        self.get(&format!("/v1/job/{}/deployment", escape(job)), index)
    }

    /// The nodes of the cluster.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn nodes(&self) -> Result<Vec<Node>, ClientError> {
        Ok(self.get("/v1/nodes", 0)?.value)
    }

    /// A node with its host volumes.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn node(&self, id: &str) -> Result<Node, ClientError> {
        Ok(self.get(&format!("/v1/node/{}", escape(id)), 0)?.value)
    }

    fn get<T: DeserializeOwned>(&self, path: &str, index: u64) -> Result<Indexed<T>, ClientError> {
        let mut query = Vec::new();
        let mut patience = self.settings.patience;
        if index > 0 {
            query.push(("index", index.to_string()));
            query.push(("wait", format!("{}s", WAIT.as_secs())));
            // The servers spread answers over a sixteenth of the time.
            patience += WAIT + WAIT / 16;
        }
        let mut request = self.agent.get(self.url(path, query));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.config().timeout_recv_response(Some(patience)).timeout_per_read(Some(patience)).build();
        let answer = request.call().map_err(|error| ClientError::of(&error, &self.settings))?;
        let index = answer.headers().get("X-Nomad-Index").and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Indexed { value: self.read(answer, path)?, index: index.unwrap_or_default() })
    }

    fn put<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, ClientError> {
        let patience = self.settings.patience;
        let mut request = self.agent.put(self.url(path, Vec::new())).header("Content-Type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.config().timeout_recv_response(Some(patience)).timeout_per_read(Some(patience)).build();
        let answer = request.send(body.to_string()).map_err(|error| ClientError::of(&error, &self.settings))?;
        self.read(answer, path)
    }

    fn url(&self, path: &str, mut query: Vec<(&str, String)>) -> String {
        let Settings { namespace, region, .. } = &self.settings;
        query.extend(namespace.iter().map(|name| ("namespace", name.clone())));
        query.extend(region.iter().map(|name| ("region", name.clone())));
        let pairs: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let path = if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) };
        self.settings.address.url(self.settings.server_name(), &path)
    }

    fn read<T: DeserializeOwned>(&self, answer: Response<Body>, path: &str) -> Result<T, ClientError> {
        let status = answer.status();
        let mut body = answer.into_body();
        let text = body.with_config().limit(LARGEST).read_to_vec();
        let text = text.map_err(|error| ClientError::of(&error, &self.settings))?;
        if status != StatusCode::OK {
            return Err(ClientError::Status { status: status.as_u16(), body: printable(&text) });
        }
        let not_nomad = |error: serde_json::Error| ClientError::NotNomad {
            address: self.settings.address.to_string(),
            path: path.to_owned(),
            cause: error.to_string(),
        };
        let mut value = serde_json::from_slice(&text).map_err(not_nomad)?;
        make_plain(&mut value);
        serde_json::from_value(value).map_err(not_nomad)
    }
}

fn printable(text: &[u8]) -> String {
    plain(String::from_utf8_lossy(&text[..text.len().min(LONGEST_ERROR)]).trim())
}

/// A text of somebody else, so that nothing of it steers a terminal.
fn plain(text: &str) -> String {
    let one = |letter: char| if letter.is_control() && !matches!(letter, '\n' | '\t') { '?' } else { letter };
    text.chars().map(one).collect()
}

/// Every text in an answer.
fn make_plain(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(char::is_control) => *text = plain(text),
        Value::Array(values) => values.iter_mut().for_each(make_plain),
        Value::Object(fields) => fields.values_mut().for_each(make_plain),
        _ => {}
    }
}

/// Percent-encoding of what stands between two slashes or in a query (RFC 3986, 2.3).
fn escape(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}
