//! Archives of every kind, and those that want more than to be unpacked.

use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tar::{Builder, EntryType, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Bench;
use crate::plan::ArtifactMode;

/// An entry as it stands in an archive, whatever a writer would make of its name.
fn entry(builder: &mut Builder<Vec<u8>>, kind: EntryType, name: &str, link: &str, mode: u32, content: &[u8]) {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    let fields = header.as_ustar_mut().unwrap();
    fields.name[..name.len()].copy_from_slice(name.as_bytes());
    fields.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_cksum();
    builder.append(&header, content).unwrap();
}

fn archive(entries: &[(EntryType, &str, &str)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (kind, name, link) in entries {
        let content: &[u8] = if *kind == EntryType::Regular { b"hello\n" } else { b"" };
        entry(&mut builder, *kind, name, link, 0o644, content);
    }
    builder.into_inner().unwrap()
}

fn plain() -> Vec<u8> {
    archive(&[(EntryType::Regular, "d/file", "")])
}

const FILE: &str = "d/\nd/file 644 \"hello\\n\"";

#[test]
fn every_kind_is_unpacked() {
    let gzip = |content: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    };
    let bzip2 = |content: &[u8]| {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    };
    let zstandard =
        |content: &[u8]| ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest);
    // d/file, by `tar -cf - d | xz`.
    let xz = BASE64_STANDARD
        .decode("/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AHhdADILvBunjDRE4cIHdekHYEdutTSLkmppcNMS80nDM6bfMQG3ctn8OBBJuOBwS5HY+KKtexdLTMzK/AySZ+nlYmz6uo1j4EzzEVWnVxPX4jVzSq/4OqHp3Vu1LqM9+MlYe9iejORedhwXqxjELwfV8SPnbe+1bJdpAADgO4+6he0w1AABlAGAUAAAszEn+bHEZ/sCAAAAAARZWg==")
        .unwrap();
    for (name, content) in [
        ("a.tar", plain()),
        ("a.tar.gz", gzip(&plain())),
        ("a.tgz", [gzip(&plain()[..700]), gzip(&plain()[700..])].concat()),
        ("a.tar.bz2", bzip2(&plain())),
        ("a.tar.xz", xz),
        ("a.tar.zst", zstandard(&plain())),
        ("b.tzst", [zstandard(&plain()[..700]), zstandard(&plain()[700..])].concat()),
        ("c.tzst", [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstandard(&plain())].concat()),
    ] {
        assert_eq!(Bench::of_file(name, &content).fetched(), FILE, "{name}");
    }
    for (name, content) in
        [("f.txt.gz", gzip(b"hello\n")), ("f.txt.bz2", bzip2(b"hello\n")), ("f.txt.zst", zstandard(b"hello\n"))]
    {
        assert_eq!(Bench::of_file(name, &content).fetched(), "f.txt 644 \"hello\\n\"", "{name}");
    }
}

#[test]
fn zip_archives_are_unpacked() {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.add_directory("d", options).unwrap();
    writer.start_file("d/run", options.unix_permissions(0o4755)).unwrap();
    writer.write_all(b"#!/bin/sh").unwrap();
    writer.add_symlink("d/link", "run", options).unwrap();
    let content = writer.finish().unwrap().into_inner();
    let expected = "d/\nd/link -> run\nd/run 755 \"#!/bin/sh\"";
    assert_eq!(Bench::of_file("a.zip", &content).fetched(), expected);
    assert_eq!(Bench::of_file("a", &content).option("archive", "zip").fetched(), expected);
    let part = Bench::of_file("a.zip", &content);
    let part = Bench {
        task: {
            let mut task = part.task.clone();
            task.artifacts[0].source += "//d";
            task
        },
        ..part
    };
    assert_eq!(part.fetched(), "link -> run\nrun 755 \"#!/bin/sh\"");
}

#[test]
fn what_is_not_to_be_unpacked_is_not() {
    for bench in [
        Bench::of_file("a.tar", &plain()).option("archive", "false"),
        Bench::of_file("a.tar", &plain()).mode(ArtifactMode::File, "local/a.tar"),
    ] {
        assert!(bench.fetched().starts_with("a.tar 644"));
    }
    let bench = Bench::of_file("a", &plain()).option("archive", "rar");
    assert!(bench.refused().starts_with("\"rar\" is not a kind of archive"));
}

#[test]
fn links_inside_stay_and_rights_are_no_more_than_files_have() {
    let mut builder = Builder::new(Vec::new());
    entry(&mut builder, EntryType::Directory, "lib/", "", 0o2555, b"");
    entry(&mut builder, EntryType::Regular, "lib/a", "", 0o6755, b"a");
    entry(&mut builder, EntryType::Symlink, "lib64", "lib", 0o777, b"");
    entry(&mut builder, EntryType::Regular, "lib64/b", "", 0o400, b"b");
    entry(&mut builder, EntryType::Symlink, "lib/c", "../lib/a", 0o777, b"");
    entry(&mut builder, EntryType::Link, "d", "lib/a", 0o777, b"");
    entry(&mut builder, EntryType::Regular, "lib/a2", "", 0o644, b"");
    let bench = Bench::of_file("a.tar", &builder.into_inner().unwrap());
    assert_eq!(
        bench.fetched(),
        "d 755 \"a\"\nlib/\nlib/a 755 \"a\"\nlib/a2 644 \"\"\nlib/b 600 \"b\"\nlib/c -> ../lib/a\nlib64 -> lib"
    );
}

#[test]
fn archives_that_want_out_are_refused_and_nothing_is_left() {
    use EntryType::{Block, Char, Fifo, Link, Regular, Symlink};
    let first = (Regular, "first", "");
    for (entries, expected) in [
        (&[first, (Regular, "/abs", "")][..], "the entry \"/abs\" has an absolute name"),
        (&[first, (Regular, "../up", "")], "the entry \"../up\" leads out of the archive"),
        (&[first, (Regular, "a/../../up", "")], "leads out of the archive"),
        (&[first, (Symlink, "l", "/etc/passwd")], "the link l leads out of the archive"),
        (&[first, (Symlink, "a/l", "../../x")], "the link a/l leads out of the archive"),
        (&[first, (Symlink, "l", "..")], "the link l leads out of the archive"),
        (&[first, (Link, "l", "../../secret")], "leads out of the archive"),
        (&[first, (Link, "l", "/etc/passwd")], "has an absolute name"),
        (&[first, (Char, "null", "")], "the entry null is a device node"),
        (&[first, (Block, "disk", "")], "the entry disk is a device node"),
        (&[first, (Fifo, "pipe", "")], "the entry pipe is a named pipe"),
    ] {
        let reason = Bench::of_file("a.tar", &archive(entries)).refused();
        assert!(reason.contains(expected), "{reason}");
    }
}

#[test]
fn links_that_lead_out_together_are_not_followed() {
    use EntryType::{Directory, Regular, Symlink};
    // Each stays inside by its text; one after the other they lead out.
    let entries = [
        (Directory, "a/b/c", ""),
        (Symlink, "a/up", "b/c"),
        (Symlink, "x", "a/up/../../.."),
        (Symlink, "y", "x/.."),
        (Regular, "y/out", ""),
    ];
    let bench = Bench::of_file("a.tar", &archive(&entries));
    let _ = bench.fetch();
    assert!(!bench.path("out").exists() && !bench.path("../out").exists());
}

#[test]
fn names_in_zip_archives_do_not_lead_out_either() {
    for name in ["../up", "/abs", "a/../../up"] {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("plain12345", SimpleFileOptions::default()).unwrap();
        let content = writer.finish().unwrap().into_inner();
        let content = replace(
            &content,
            b"plain12345",
            &name.as_bytes().iter().copied().chain(*b"/aaaaaaaaa").take(10).collect::<Vec<_>>(),
        );
        let reason = Bench::of_file("a.zip", &content).refused();
        assert!(reason.contains("leads out") || reason.contains("absolute"), "{name}: {reason}");
    }
}

fn replace(content: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = content.to_vec();
    for at in 0..content.len() - from.len() {
        if content[at..].starts_with(from) {
            replaced[at..at + to.len()].copy_from_slice(to);
        }
    }
    replaced
}

#[test]
fn bombs_are_bounded() {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(&vec![0; 1 << 20]).unwrap();
    let bomb = writer.finish().unwrap();
    let mut bench = Bench::of_file("bomb.gz", &bomb);
    bench.artifact().limits.unpacked_size = 1000;
    assert!(bench.refused().contains("decompression_size_limit allows (1000 bytes)"));
    let entries = ["a", "b", "c", "d"].map(|name| (EntryType::Regular, name, ""));
    let mut bench = Bench::of_file("a.tar", &archive(&entries));
    bench.artifact().limits.unpacked_files = 3;
    assert!(bench.refused().contains("decompression_file_count_limit allows (3)"));
    bench.artifact().limits.unpacked_files = 4;
    bench.artifact().limits.unpacked_size = 4 * 6 - 1;
    assert!(bench.refused().contains("decompression_size_limit"));
    bench.artifact().limits.unpacked_size += 1;
    bench.fetch().unwrap();
}

#[test]
fn torn_archives_are_refused() {
    let whole = plain();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(&whole).unwrap();
    let packed = writer.finish().unwrap();
    for (name, content) in [
        ("a.tar", &whole[..515]),
        ("a.tar.gz", &packed[..packed.len() / 2]),
        ("b.tar.gz", &whole[..]),
        ("a.tar.xz", &whole[..]),
        ("a.tar.zst", &whole[..]),
        ("a.tar.bz2", &whole[..]),
        ("a.zip", &whole[..]),
        ("c.tar.gz", b""),
    ] {
        assert!(!Bench::of_file(name, content).refused().is_empty(), "{name}");
    }
}

#[test]
fn what_was_there_before_is_merged() {
    let bench = Bench::of_file("a.tar", &plain());
    std::fs::create_dir_all(bench.path("local/d")).unwrap();
    std::fs::write(bench.path("local/d/other"), "kept").unwrap();
    std::fs::write(bench.path("local/d/file"), "replaced").unwrap();
    assert_eq!(bench.fetched(), "d/\nd/file 644 \"hello\\n\"\nd/other 644 \"kept\"");
}
