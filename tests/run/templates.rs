//! Templates and payloads: rendered before the task starts, as its user, and never from outside its directories.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::harness::{Bench, is_root, text};

/// A job of one task that brings something along and then runs a shell script.
fn body(driver: &str, script: &str, rest: &str) -> String {
    format!(
        r#"
    task "main" {{
      driver = "{driver}"
      config {{
        command = "/bin/sh"
        args    = ["-c", {script:?}]
      }}
      restart {{
        attempts = 0
        mode     = "fail"
      }}
{rest}
    }}"#
    )
}

#[test]
fn a_template_is_a_file_of_the_task() {
    let bench = Bench::new();
    let rest = r#"
      env {
        PORT = "80"
      }
      template {
        data        = "port {{ env \"PORT\" }} of {{ env \"NOMAD_TASK_NAME\" }}\n"
        destination = "local/etc/app.conf"
        perms       = "640"
      }
      template {
        source          = "local/etc/app.conf"
        destination     = "${NOMAD_SECRETS_DIR}/copy"
        left_delimiter  = "[["
        right_delimiter = "]]"
      }"#;
    let script =
        "cat $NOMAD_TASK_DIR/etc/app.conf; cat $NOMAD_SECRETS_DIR/copy; stat -c '%a %U' $NOMAD_TASK_DIR/etc/app.conf";
    let user = if rustix::process::geteuid().is_root() { "root" } else { "" };
    let job = bench.job("file", "batch", &body("raw_exec", script, rest));
    let (code, out, err) = bench.run(&job);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("port 80 of main") && out.contains(&format!("640 {user}")), "{out}");
    assert_eq!(out.matches("port 80 of main").count(), 2, "{out}");
    bench.purge("file");
    if !is_root() {
        return;
    }
    let job = bench.job("isolated", "batch", &body("exec", script, rest));
    let (code, out, err) = bench.run(&job);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("port 80 of main").count(), 2, "/secrets is that of the task: {out}");
    assert!(out.contains("640 nobody"), "{out}");
    bench.purge("isolated");
}

#[test]
fn variables_of_templates_are_in_the_environment_and_in_the_command() {
    let bench = Bench::new();
    let rest = r##"
      env {
        LEVEL = "low"
      }
      template {
        data        = "# settings\nLEVEL=high\nexport NAME=\"a b\"\n"
        destination = "secrets/env"
        env         = true
      }"##;
    let job = bench.job("env", "batch", &body("raw_exec", "echo $LEVEL, $NAME, ${NAME} ${env.NAME}", rest));
    let (code, out, err) = bench.run(&job);
    assert_eq!(code, 0, "{err}");
    assert!(out.ends_with("high, a b, a b a b\n"), "{out}");
    bench.purge("env");
}

#[test]
fn a_template_that_fails_names_its_place_and_the_task_never_starts() {
    let bench = Bench::new();
    for (name, template, expected) in [
        ("missing", r#"data = "{{ file \"local/none\" }}""#, "line 1, column"),
        ("absent", r#"source = "local/none.tpl""#, "reading local/none.tpl"),
        ("key", "data = \"{{ (parseJSON \\\"{}\\\").x }}\"\nerror_on_missing_key = true", "line 1, column"),
        ("env", "data = \"no assignment\"\nenv = true", "line 1 of the result: this line has no `=`"),
        (
            "endless",
            r#"data = "{{ define \"x\" }}{{ range 1000000000 }}{{ end }}{{ end }}{{ template \"x\" }}""#,
            "line 1",
        ),
    ] {
        let rest = format!("template {{\n{template}\ndestination = \"local/out\"\n}}");
        let job = bench.job(name, "batch", &body("raw_exec", "echo ran", &rest));
        let (code, out, err) = bench.run(&job);
        assert_eq!((code, out.as_str()), (125, ""), "{err}");
        assert!(err.contains(expected), "{name}: {err}");
        assert_eq!(bench.events(name, "main"), ["start_failed", "not_restarting"]);
        let events = bench.ok(&["events", name, "--json"]);
        assert!(events.contains(&format!("job.{name}.group.g.task.main.template[0]")), "{events}");
        bench.purge(name);
    }
}

#[test]
fn templates_read_and_write_nothing_outside_of_the_task() {
    let bench = Bench::new();
    let secret = bench.path("secret");
    fs::write(&secret, "outside").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let path = secret.to_str().unwrap();
    let rest = format!(
        r#"
      template {{
        data        = "{{{{ file \"{path}\" }}}}{{{{ file \"../../../../../../..{path}\" }}}}"
        destination = "local/out"
      }}"#
    );
    let job = bench.job("reads", "batch", &body("raw_exec", "cat local/out", &rest));
    let (code, out, err) = bench.run(&job);
    assert_eq!((code, out.as_str()), (125, ""), "{err}");
    assert!(err.contains("no such file") || err.contains("No such file"), "{err}");
    bench.purge("reads");

    // A link that the task itself puts there leads nowhere either: the template is rendered anew at the restart.
    let rest = r#"
      template {
        data        = "{{ if envOrDefault \"NONE\" \"\" }}{{ end }}rendered"
        destination = "local/link/out"
      }"#;
    let target = bench.path("target");
    fs::create_dir(&target).unwrap();
    let script = format!("rm -rf $NOMAD_TASK_DIR/link; ln -s {} $NOMAD_TASK_DIR/link; exit 1", target.display());
    let restarting = body("raw_exec", &script, rest).replace("attempts = 0", "attempts = 1\n        delay = \"0s\"");
    let job = bench.job("writes", "batch", &restarting);
    let (code, _, err) = bench.run(&job);
    assert_ne!(code, 0, "{err}");
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0, "nothing was written through the link");
    bench.purge("writes");
}

#[test]
fn files_are_given_to_whom_the_template_names() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let rest = r#"
      user = "nobody"
      template {
        data        = "x"
        destination = "local/given"
        uid         = 1
        gid         = 2
        perms       = "0604"
      }"#;
    for driver in ["exec", "raw_exec"] {
        let job = bench.job("given", "batch", &body(driver, "stat -c '%u %g %a' $NOMAD_TASK_DIR/given; id -u", rest));
        let (code, out, err) = bench.run(&job);
        assert_eq!((code, out.contains("1 2 604")), (0, true), "{driver}: {out}{err}");
        bench.purge("given");
    }
    assert_eq!(fs::metadata("/").unwrap().uid(), 0);
}

#[test]
fn a_payload_reaches_the_task_that_asks_for_it() {
    let bench = Bench::new();
    let path = bench.path("dispatched.hcl");
    let tasks = body(
        "raw_exec",
        "cat $NOMAD_TASK_DIR/in/data.json; echo \" $NOMAD_META_who\"",
        "dispatch_payload {\n  file = \"in/data.json\"\n}",
    );
    let job = format!(
        "job \"dispatched\" {{\n  type = \"batch\"\n  parameterized {{\n    payload = \"required\"\n    meta_required = [\"who\"]\n  }}\n  group \"g\" {{\n{tasks}\n  }}\n}}\n"
    );
    fs::write(&path, job).unwrap();
    let job = path.to_str().unwrap();
    let data = bench.path("data");
    fs::write(&data, "{\"a\": 1}").unwrap();
    let data = data.to_str().unwrap();
    let out = bench.ok(&["run", job, "--payload", data, "--meta", "who=me"]);
    assert!(out.ends_with("{\"a\": 1} me\n"), "{out}");
    let refused = |arguments: &[&str], expected: &str| {
        let output = bench.jobctl(arguments);
        let err = text(&output.stderr);
        assert!(output.status.code() == Some(125) && err.contains(expected), "{err}");
    };
    refused(&["run", job, "--meta", "who=me"], "a payload must be given");
    refused(&["run", job, "--payload", data], "meta \"who\" must be given");
    refused(&["run", job, "--payload", data, "--meta", "who=me", "--meta", "x=y"], "takes no meta \"x\"");
    let large = bench.path("large");
    fs::write(&large, vec![b'x'; 16 * 1024 + 1]).unwrap();
    refused(&["run", job, "--payload", large.to_str().unwrap(), "--meta", "who=me"], "more than 16384");
    refused(&["run", job, "--payload", "/nowhere", "--meta", "who=me"], "cannot read the payload /nowhere");
    bench.purge("dispatched");
}
