//! Artifacts: fetched before the task starts, as its user, once for an allocation; given up when the job is stopped.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::harness::{Bench, is_root, processes, wait};

/// Answers every request with what `answer` says; how many there were, and the URL.
fn serve(answer: impl Fn(usize, &mut TcpStream) + Send + 'static) -> (Arc<AtomicUsize>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { return };
            let head = BufReader::new(connection.try_clone().unwrap()).lines();
            head.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
            answer(counted.fetch_add(1, Ordering::SeqCst), &mut connection);
        }
    });
    (count, url)
}

fn say(connection: &mut TcpStream, status: &str, body: &str) {
    let _ =
        write!(connection, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
}

fn body(driver: &str, script: &str, restart: &str, artifact: &str) -> String {
    format!(
        r#"
    task "main" {{
      driver = "{driver}"
      config {{
        command = "/bin/sh"
        args    = ["-c", {script:?}]
      }}
      restart {{
{restart}
      }}
      artifact {{
{artifact}
      }}
    }}"#
    )
}

const NEVER: &str = "attempts = 0\nmode = \"fail\"";
const TWICE: &str = "attempts = 2\ndelay = \"0s\"\nmode = \"fail\"";

#[test]
fn an_artifact_is_there_when_the_task_starts_and_belongs_to_its_user() {
    let bench = Bench::new();
    let (_, url) = serve(|_, connection| say(connection, "200 OK", "content\n"));
    let drivers: &[&str] = if is_root() { &["raw_exec", "exec"] } else { &["raw_exec"] };
    for driver in drivers {
        let script = "cat $NOMAD_TASK_DIR/a.txt $NOMAD_SECRETS_DIR/a.txt; stat -c %U $NOMAD_TASK_DIR/a.txt; id -un";
        let second = format!(
            "source = \"{url}/a.txt\"\n}}\nartifact {{\nsource = \"{url}/a.txt\"\ndestination = \"${{NOMAD_SECRETS_DIR}}\""
        );
        let job = bench.job("there", "batch", &body(driver, script, NEVER, &second));
        let (code, out, err) = bench.run(&job);
        assert_eq!(code, 0, "{err}");
        assert_eq!(out.matches("content").count(), 2, "{out}");
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[2], lines[3], "{out}");
        assert_eq!(bench.events("there", "main"), ["fetching", "started", "exited"]);
        bench.purge("there");
    }
}

#[test]
fn an_artifact_is_fetched_once_and_again_after_a_failure() {
    let bench = Bench::new();
    let (count, url) = serve(|index, connection| match index {
        0 => say(connection, "503 Service Unavailable", ""),
        _ => say(connection, "200 OK", "content\n"),
    });
    let script = "cat $NOMAD_TASK_DIR/a && exit 3";
    let job = bench.job("once", "batch", &body("raw_exec", script, TWICE, &format!("source = \"{url}/a\"")));
    let (code, out, err) = bench.run(&job);
    assert_eq!((code, out.matches("content").count()), (3, 2), "{err}");
    assert_eq!(count.load(Ordering::SeqCst), 2, "once in vain, once for both runs");
    assert!(err.contains("the server answers 503"), "{err}");
    let expected = [
        "fetching",
        "start_failed",
        "restarting",
        "fetching",
        "started",
        "exited",
        "restarting",
        "started",
        "exited",
        "not_restarting",
    ];
    assert_eq!(bench.events("once", "main"), expected);
    bench.purge("once");
}

#[test]
fn a_failure_names_the_artifact_and_the_task_never_starts() {
    let bench = Bench::new();
    let (_, url) = serve(|_, connection| say(connection, "404 Not Found", ""));
    let job = bench.job("failed", "batch", &body("raw_exec", "echo ran", NEVER, &format!("source = \"{url}/a\"")));
    let (code, out, err) = bench.run(&job);
    assert_eq!((code, out.as_str()), (125, ""), "{err}");
    assert!(err.contains("the server answers 404 Not Found"), "{err}");
    assert!(bench.ok(&["events", "failed", "--json"]).contains("job.failed.group.g.task.main.artifact[0]"));
    bench.purge("failed");
}

#[test]
fn a_stop_waits_for_no_server() {
    let bench = Bench::new();
    for driver in if is_root() { &["raw_exec", "exec"][..] } else { &["raw_exec"] } {
        let (count, url) = serve(|_, connection| {
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
            std::thread::park();
        });
        let job = bench.job("slow", "service", &body(driver, "echo ran", TWICE, &format!("source = \"{url}/a\"")));
        bench.ok(&["run", "--detach", job.to_str().unwrap()]);
        bench.until("it is asked for", || (count.load(Ordering::SeqCst) > 0).then_some(()));
        let id = bench.allocations()[0].clone();
        bench.ok(&["stop", "slow"]);
        assert_eq!(bench.ok(&["logs", "slow"]), "", "the task never ran");
        assert_eq!(bench.events("slow", "main"), ["fetching", "killing", "start_failed"]);
        bench.until("nothing goes on", || processes(&id).is_empty().then_some(()));
        bench.purge("slow");
    }
}

#[test]
fn what_is_fetched_for_an_attached_run_ends_with_it() {
    let bench = Bench::new();
    let (count, url) = serve(|_, connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
        std::thread::park();
    });
    let job = bench.job("gone", "batch", &body("raw_exec", "echo ran", NEVER, &format!("source = \"{url}/a\"")));
    let mut command = bench.start(&job);
    bench.until("it is asked for", || (count.load(Ordering::SeqCst) > 0).then_some(()));
    command.kill().unwrap();
    let id = bench.allocations()[0].clone();
    let _ = wait(command);
    bench.until("nothing goes on", || processes(&id).is_empty().then_some(()));
    bench.purge("gone");
}

#[test]
fn repositories_are_cloned() {
    let bench = Bench::new();
    let repository = bench.path("repository");
    let path = repository.to_str().unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-C", path];
        Command::new("git").args(identity).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    fs::create_dir_all(repository.join("sub")).unwrap();
    if !git(&["init", "-q"]) {
        println!("SKIP there is no git");
        return;
    }
    for name in ["one", "two"] {
        fs::write(repository.join("sub").join(name), format!("{name}\n")).unwrap();
        assert!(git(&["add", "."]) && git(&["commit", "-qm", name]) && git(&["tag", name]));
    }
    for (source, expected) in [
        (format!("git::file://{path}//sub?ref=one"), "one\n"),
        (format!("git::file://{path}//sub?depth=1"), "one\ntwo\n"),
        (format!("git::file://{path}//sub?depth=1&ref=one"), "one\n"),
    ] {
        let artifact = format!("source = \"{source}\"\ndestination = \"local/clone\"");
        let job = bench.job("clone", "batch", &body("raw_exec", "cat $NOMAD_TASK_DIR/clone/*", NEVER, &artifact));
        let (code, out, err) = bench.run(&job);
        assert_eq!((code, out.replace("main | ", "").as_str()), (0, expected), "{err}");
        bench.purge("clone");
    }
    for (source, expected) in [
        (format!("git::file://{path}?ref=none"), "none"),
        ("git::file:///nowhere".to_owned(), "/nowhere"),
        (format!("git::file://{path}//../.."), "the directory \"../..\" in it"),
        ("git::ext::sh".to_owned(), "is not an address"),
    ] {
        let job =
            bench.job("no-clone", "batch", &body("raw_exec", "echo ran", NEVER, &format!("source = \"{source}\"")));
        let (code, out, err) = bench.run(&job);
        assert!((code, out.as_str()) == (125, "") && err.contains(expected), "{source}: {err}");
        bench.purge("no-clone");
    }
}

#[test]
fn certificates_are_checked_against_the_authorities_of_the_task() {
    let bench = Bench::new();
    let (key, certificate) = (bench.path("key"), bench.path("certificate"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"])
        .args([Path::new("-keyout"), &key, Path::new("-out"), &certificate])
        .output();
    if !made.is_ok_and(|output| output.status.success()) {
        println!("SKIP there is no openssl");
        return;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    fs::write(bench.path("a.txt"), "content\n").unwrap();
    let mut server = Command::new("openssl")
        .args(["s_server", "-quiet", "-WWW", "-accept", &format!("127.0.0.1:{port}")])
        .args([Path::new("-key"), &key, Path::new("-cert"), &certificate])
        .current_dir(bench.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    bench.until("it listens", || TcpStream::connect(format!("127.0.0.1:{port}")).ok());
    let source = format!("source = \"https://127.0.0.1:{port}/a.txt\"");
    let run = |name: &str, rest: &str| {
        let job = bench.job(
            name,
            "batch",
            &body("raw_exec", "cat $NOMAD_TASK_DIR/a.txt", NEVER, &format!("{source}\n{rest}")),
        );
        let result = bench.run(&job);
        bench.purge(name);
        result
    };
    let (code, _, err) = run("unknown", "");
    assert!(code == 125 && err.contains("certificate is not accepted"), "{err}");
    let (code, out, err) = run("insecure", "insecure = true");
    assert!(code == 0 && out.contains("content"), "{err}");
    let env = format!("}}\nenv {{\nSSL_CERT_FILE = \"{}\"", certificate.display());
    let (code, out, err) = run("trusted", &env);
    assert!(code == 0 && out.contains("content"), "{err}");
    server.kill().unwrap();
    server.wait().unwrap();
}
