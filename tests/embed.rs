//! The example of a program that embeds the library, run to its end: here it is this test's program that plays the roles.

#[expect(dead_code, reason = "its main is not run")]
#[path = "../examples/embed.rs"]
mod example;

jobctl::run_at_load!(jobctl::run_if_child);

#[test]
fn a_program_runs_jobs_by_the_library_alone() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    let mut said = Vec::new();
    example::embed(&state, &mut said).unwrap();
    insta::assert_snapshot!(String::from_utf8(said).unwrap(), @r#"
    once ended with Some(0)
    it wrote: prepared by once
    a command said: in server
    it uses memory: true
    its process has ended: true
    server wrote: "ready\nbye\n"
    embedded.pair[0] ended: Ended(Stopped)
    "#);
    assert_eq!(std::fs::read_dir(state.join("allocs")).unwrap().count(), 0, "nothing is left");
}
