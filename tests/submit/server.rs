//! A Nomad agent that says what it is told to, over TCP, a socket of this machine, or TLS; and remembers what it was asked.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// One answer.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A status and a body.
    Says(u16, String),
    /// A status that sends elsewhere.
    Sends(String),
    /// Nothing, with the connection kept open.
    Nothing,
    /// Half of what was announced.
    Half,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (have, value) = line.split_once(": ")?;
            have.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What is said to a request line, such as `GET /v1/nodes`; of several for one line each is said once, the last for ever.
#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Vec<(String, VecDeque<Answer>)>,
}

impl Script {
    /// Adds what is said to lines that begin so.
    pub(crate) fn on(mut self, line: &str, answer: Answer) -> Self {
        match self.answers.iter_mut().find(|(have, _)| have == line) {
            Some((_, answers)) => answers.push_back(answer),
            None => self.answers.push((line.to_owned(), VecDeque::from([answer]))),
        }
        self
    }

    /// The same, said with 200.
    pub(crate) fn ok(self, line: &str, body: &Value) -> Self {
        self.on(line, Answer::Says(200, body.to_string()))
    }

    fn next(&mut self, line: &str) -> Answer {
        let path = line.split(['?', ' ']).take(2).collect::<Vec<_>>().join(" ");
        let Some((_, answers)) = self.answers.iter_mut().find(|(have, _)| *have == path) else {
            return Answer::Says(404, format!("no answer for {line}"));
        };
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
    }
}

/// The agent.
pub(crate) struct Server {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) fn tcp(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        Self::serve(address, script, move || listener.accept().unwrap().0)
    }

    pub(crate) fn unix(path: &Path, script: Script) -> Self {
        let listener = UnixListener::bind(path).unwrap();
        Self::serve(format!("unix://{}", path.display()), script, move || listener.accept().unwrap().0)
    }

    pub(crate) fn tls(config: ServerConfig, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let config = Arc::new(config);
        let accept = move || {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            StreamOwned::new(connection, listener.accept().unwrap().0)
        };
        Self::serve(address, script, accept)
    }

    fn serve<S: Read + Write + Send + 'static>(
        address: String,
        mut script: Script,
        accept: impl Fn() -> S + Send + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            // Those that are left without an answer are kept open.
            let mut kept = Vec::new();
            let mut index = 0;
            loop {
                let mut stream = BufReader::new(accept());
                let Some(request) = read(&mut stream) else { continue };
                index += 1;
                let answer = script.next(&request.line);
                log.lock().unwrap().push(request);
                // Whoever refuses our certificate is gone by now.
                let _ = say(stream.get_mut(), &answer, index);
                if matches!(answer, Answer::Nothing) {
                    kept.push(stream);
                }
            }
        });
        Self { address, asked }
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The request lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// The bodies of requests to a path.
    pub(crate) fn bodies(&self, line: &str) -> Vec<Value> {
        let asked = self.asked().into_iter().filter(|asked| asked.line.split('?').next() == Some(line));
        asked.map(|asked| asked.body).collect()
    }
}

fn read(stream: &mut impl BufRead) -> Option<Asked> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        lines.push(line.to_owned());
    }
    let line = lines.first()?.trim_end_matches(" HTTP/1.1").to_owned();
    let mut asked = Asked { line, headers: lines.split_off(1), body: Value::Null };
    let length: Option<usize> = asked.header("Content-Length").and_then(|length| length.parse().ok());
    if let Some(length) = length {
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        asked.body = serde_json::from_slice(&body).unwrap();
    }
    Some(asked)
}

fn say(stream: &mut impl Write, answer: &Answer, index: usize) -> std::io::Result<()> {
    let text = match answer {
        Answer::Says(status, body) => format!(
            "HTTP/1.1 {status} x\r\nConnection: close\r\nX-Nomad-Index: {index}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
        Answer::Sends(to) => {
            format!("HTTP/1.1 307 x\r\nConnection: close\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
        }
        Answer::Nothing => return Ok(()),
        Answer::Half => "HTTP/1.1 200 x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{".to_owned(),
    };
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
