//! Every file in jobs/ on three machines: the whole plan, or why there is none.

use crate::harness::{compact, examples, host, plan, read};

const MACHINES: [&str; 3] = ["root-v1", "root-v2-apparmor", "user"];

#[test]
fn every_example_has_its_plan_on_every_machine() {
    let names = examples("hcl");
    assert!(names.len() >= 10, "{names:?}");
    for machine in MACHINES {
        let host = host(machine);
        for name in &names {
            let outcome = plan(&format!("{name}.hcl"), &read(&format!("jobs/{name}.hcl")), &host);
            let text = match &outcome.plan {
                Some(plan) => {
                    let document = serde_json::to_value(plan).unwrap();
                    format!("{}\n{}{}", plan.store().digest, outcome.findings_text(), compact(&document))
                }
                None => outcome.findings_text(),
            };
            insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("plan__{name}__{machine}"), text);
            });
        }
    }
}

#[test]
fn a_plan_is_the_same_twice_and_reads_back() {
    let host = host("root-v2-apparmor");
    for name in examples("hcl") {
        let job = read(&format!("jobs/{name}.hcl"));
        let (one, two) = (plan(&name, &job, &host), plan(&name, &job, &host));
        let stored = one.expect_plan().store();
        assert_eq!(stored.bytes, two.expect_plan().store().bytes, "{name}");
        let read = jobctl::plan::Plan::read(&stored.digest, &stored.bytes).unwrap();
        assert_eq!(&read, one.expect_plan(), "{name}");
        let mut changed = stored.bytes.clone();
        let last = changed.len() - 2;
        changed[last] ^= 1;
        assert!(jobctl::plan::Plan::read(&stored.digest, &changed).is_err(), "{name}");
    }
}
