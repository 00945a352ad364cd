//! The mover of output under SIGKILL: nothing is lost and nothing doubled, and never are there two.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jobctl::logs::{Error, Limits, Lock, LogFiles, Next, Pump, Stream};
use rustix::event::{PollFd, PollFlags, poll};

const DIRECTORY: &str = "JOBCTL_TEST_LOG_DIRECTORY";
const LIMITS: Limits = Limits { max_files: 10_000, max_file_size: 300_000 };

fn move_all(directory: &Path, source: std::os::fd::OwnedFd) -> Result<(), Error> {
    let lock = fs::File::options().write(true).create(true).truncate(false).open(directory.join("lock")).unwrap();
    let lock = Lock::take(lock.into())?;
    let logs = fs::File::open(directory).unwrap();
    let mut pump = Pump::start(&lock, source, logs.into(), "t", Stream::Stdout, LIMITS)?;
    loop {
        match pump.ready()? {
            Next::Ended => return Ok(()),
            Next::Readable => {
                poll(&mut [PollFd::from_borrowed_fd(pump.source(), PollFlags::IN)], None).unwrap();
            }
            Next::Pause(time) | Next::Full(time) => std::thread::sleep(time),
        }
    }
}

#[test]
#[ignore = "the process that the others start and kill"]
fn pump_process() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let source = std::io::stdin().as_fd().try_clone_to_owned().unwrap();
    match move_all(Path::new(&directory), source) {
        Ok(()) => {}
        Err(Error::Locked) => std::process::exit(75),
        Err(error) => panic!("{error}"),
    }
}

fn start_pump(directory: &Path, source: &fs::File) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "pump_process"])
        .env(DIRECTORY, directory)
        .stdin(Stdio::from(source.try_clone().unwrap()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn contents(directory: &Path) -> Vec<String> {
    let files = LogFiles::new(fs::File::open(directory).unwrap().into(), "t", Stream::Stdout);
    let numbers = files.numbers().unwrap();
    numbers.into_iter().map(|number| fs::read_to_string(directory.join(files.name(number))).unwrap()).collect()
}

fn size(directory: &Path) -> u64 {
    let files = LogFiles::new(fs::File::open(directory).unwrap().into(), "t", Stream::Stdout);
    let numbers = files.numbers().unwrap();
    numbers.into_iter().map(|number| fs::metadata(directory.join(files.name(number))).unwrap().len()).sum()
}

#[test]
fn a_mover_that_is_killed_loses_and_doubles_nothing() {
    const KILLS: u64 = 40;
    let directory = tempfile::tempdir().unwrap();
    let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    let (reader, mut writer) = (fs::File::from(reader), fs::File::from(writer));
    let lines = (0..900_000_u32).map(|number| format!("line {number} {}\n", "x".repeat(number as usize % 37)));
    let text = lines.collect::<Vec<_>>().concat();
    let step = text.len() as u64 / (KILLS + 1);
    let expected = text.clone();
    let writing = std::thread::spawn(move || writer.write_all(text.as_bytes()));
    for kill in 1..=KILLS {
        let mut pump = start_pump(directory.path(), &reader);
        while size(directory.path()) < kill * step {
            assert!(pump.try_wait().unwrap().is_none(), "the pump ended by itself");
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        pump.kill().unwrap();
        pump.wait().unwrap();
    }
    let mut pump = start_pump(directory.path(), &reader);
    drop(reader);
    assert!(pump.wait().unwrap().success());
    writing.join().unwrap().unwrap();
    let files = contents(directory.path());
    assert!(files.iter().all(|file| file.is_empty() || file.ends_with('\n')), "no line is torn over two files");
    assert!(files.concat() == expected, "byte for byte");
}

#[test]
fn there_is_one_mover_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    let (reader, mut writer) = (fs::File::from(reader), fs::File::from(writer));
    let mut first = start_pump(directory.path(), &reader);
    writer.write_all(b"moved\n").unwrap();
    while size(directory.path()) == 0 {
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    assert_eq!(start_pump(directory.path(), &reader).wait().unwrap().code(), Some(75));
    first.kill().unwrap();
    first.wait().unwrap();
    drop(writer);
    assert!(start_pump(directory.path(), &reader).wait().unwrap().success());
    assert_eq!(contents(directory.path()), ["moved\n"]);
}
