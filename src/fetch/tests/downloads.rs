//! Servers that are right, wrong, slow and gone.

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc;

use super::Bench;
use super::server::{say, serve};
use crate::jobspec::Duration;
use crate::plan::ArtifactMode;

/// Serves `content` at every path.
fn serving(content: &'static [u8]) -> String {
    serve(move |_, _, connection| say(connection, "200 OK", "", content))
}

#[test]
fn a_file_has_the_name_of_its_address_or_of_its_destination() {
    let server = serving(b"content");
    assert_eq!(Bench::new(&format!("{server}/a/b%20c.txt?x=y")).fetched(), r#"b c.txt 644 "content""#);
    assert_eq!(Bench::new(&format!("{server}/a?filename=n")).fetched(), r#"n 644 "content""#);
    let bench = Bench::new(&format!("{server}/a")).mode(ArtifactMode::File, "local/deep/name");
    assert_eq!(bench.fetched(), "deep/\ndeep/name 644 \"content\"");
    let bench = Bench::new(&format!("{server}/a")).mode(ArtifactMode::Dir, "local");
    assert_eq!(bench.refused(), "it is a file, and mode \"dir\" wants a directory");
}

#[test]
fn the_request_is_what_the_job_asks_for_and_nothing_else() {
    let (sender, heard) = mpsc::channel();
    let server = serve(move |path, headers, connection| {
        sender.send((path.to_owned(), headers.join("\n").to_lowercase())).unwrap();
        say(connection, "200 OK", "", b"x");
    });
    let mut bench =
        Bench::new(&format!("{server}/x?a=b&checksum=md5:9dd4e461268c8034f5c8564e155c67a6")).option("c", "d");
    bench.artifact().headers.insert("X-Token".to_owned(), "secret".to_owned());
    bench.task.env.insert("http_proxy".to_owned(), "http://127.0.0.1:1".to_owned());
    bench.fetch().unwrap();
    let (path, headers) = heard.recv().unwrap();
    assert_eq!(path, "/x?a=b&c=d");
    assert!(headers.contains("x-token: secret") && headers.contains("user-agent: jobctl/"), "{headers}");
}

#[test]
fn a_wrong_checksum_is_refused() {
    let bench = Bench::new(&format!("{}/x", serving(b"x"))).option("checksum", "md5:00000000000000000000000000000000");
    assert_eq!(bench.refused(), "the checksum is not that of the job file: it is md5:9dd4e461268c8034f5c8564e155c67a6");
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let server = serve(|path, _, connection| match path {
        "/first" => say(connection, "302 Found", "Location: /second\r\n", b""),
        "/second" => say(connection, "200 OK", "", b"found"),
        _ => say(connection, "302 Found", "Location: /round\r\n", b""),
    });
    assert_eq!(Bench::new(&format!("{server}/first")).fetched(), r#"first 644 "found""#);
    assert_eq!(Bench::new(&format!("{server}/round")).refused(), "the server sends us elsewhere more than 10 times");
}

#[test]
fn what_servers_refuse_is_said() {
    let server = serve(|_, _, connection| say(connection, "404 Not Found", "", b"<html>"));
    assert_eq!(Bench::new(&format!("{server}/x")).refused(), "the server answers 404 Not Found");
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let reason = Bench::new(&format!("http://{gone}/x")).refused();
    assert!(reason.contains("refused"), "{reason}");
    assert!(Bench::new(&format!("http://{gone}/x")).fetch().unwrap_err().recoverable);
    let reason = Bench::new("ftp://127.0.0.1/x").fetch().unwrap_err();
    assert!(!reason.recoverable && reason.reason.contains("nothing here fetches by \"ftp\""), "{reason}");
}

#[test]
fn servers_that_break_off_or_talk_nonsense_leave_nothing() {
    let server = serve(|path, _, connection| {
        let answer: &[u8] = match path {
            "/short" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
            "/chunk" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this",
            "/silent" => b"",
            _ => b"\0\x01\x02 nonsense\r\n\r\n",
        };
        let _ = connection.write_all(answer);
    });
    for path in ["short", "chunk", "silent", "nonsense"] {
        assert!(!Bench::new(&format!("{server}/{path}")).refused().is_empty(), "{path}");
    }
}

#[test]
fn size_and_time_are_bounded() {
    let server = serve(|path, _, connection| match path {
        "/said" => say(connection, "200 OK", "", &[b'x'; 101]),
        "/exact" => say(connection, "200 OK", "", &[b'x'; 100]),
        "/unsaid" => {
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            // To its end only if nobody stops reading.
            (0..100_000).all(|_| connection.write_all(&[b'x'; 1024]).is_ok());
        }
        _ => {
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nx");
            std::thread::park();
        }
    });
    let bench = |path: &str| {
        let mut bench = Bench::new(&format!("{server}/{path}"));
        bench.artifact().limits.http_max_size = 100;
        bench
    };
    let too_large = "it is larger than http_max_size allows (100 bytes)";
    assert_eq!(bench("said").refused(), too_large);
    assert_eq!(bench("unsaid").refused(), too_large);
    bench("exact").fetch().unwrap();
    let mut slow = bench("slow");
    slow.artifact().limits.http_timeout = Duration::from_nanoseconds(200_000_000);
    assert_eq!(slow.refused(), "it takes longer than http_read_timeout allows (200ms)");
}

#[test]
fn files_of_the_task_are_sources_and_those_of_others_are_not() {
    assert_eq!(Bench::of_file("x", b"own").fetched(), r#"x 644 "own""#);
    let bench = Bench::new("/etc/../etc/passwd");
    assert!(bench.refused().contains("No such file"), "not the host's");
    std::fs::create_dir_all(bench.path("etc/passwd")).unwrap();
    assert_eq!(bench.refused(), "it is not a regular file");
}
