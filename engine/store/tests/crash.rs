//! Whatever happens at any operation of two applies, nothing that was acknowledged is lost.

use std::io::ErrorKind;

use wb_testkit::disk::Trouble;
use wb_testkit::torture::{Ledger, Scenario, Sealing, act, verify};

const FOUND: &[u8] = br#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 4,
  "lineage": "e7a0b1c2-0000-4000-8000-000000000000",
  "outputs": {},
  "resources": [
    {
      "mode": "managed",
      "type": "t",
      "name": "found",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [
        {
          "schema_version": 0,
          "attributes": {
            "id": "0123456789"
          },
          "sensitive_attributes": []
        }
      ]
    }
  ],
  "check_results": null
}
"#;

fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::embedded(),
        Scenario::file(None),
        Scenario::file(Some(FOUND.to_vec())),
        Scenario::embedded().sealed(Sealing::Everything),
        Scenario::file(Some(FOUND.to_vec())).sealed(Sealing::FromNowOn),
    ]
}

/// The operations of the whole scenario.
fn operations(scenario: &Scenario) -> u64 {
    let disk = scenario.disk();
    act(scenario, &disk, &mut Ledger::default()).unwrap();
    disk.operations()
}

#[test]
fn without_trouble_everything_is_there() {
    for scenario in scenarios() {
        let disk = scenario.disk();
        let mut ledger = Ledger::default();
        act(&scenario, &disk, &mut ledger).unwrap();
        verify(&scenario, &disk, &ledger).unwrap();
    }
}

#[test]
fn a_kill_at_any_operation_loses_nothing() {
    for scenario in scenarios() {
        for at in 1..=operations(&scenario) {
            let disk = scenario.disk();
            disk.arm(at, Trouble::Stop);
            let mut ledger = Ledger::default();
            // Tidying up at the end may fail without a word: what is left is folded.
            let _ = act(&scenario, &disk, &mut ledger);
            let left = disk.after_kill();
            verify(&scenario, &left, &ledger).unwrap_or_else(|e| {
                panic!("{:?}, killed at {}: {e}", scenario.place, disk.log()[at as usize - 1])
            });
        }
    }
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing() {
    let mut states = 0;
    for scenario in scenarios() {
        for at in 1..=operations(&scenario) {
            let disk = scenario.disk();
            disk.arm(at, Trouble::Stop);
            let mut ledger = Ledger::default();
            // Tidying up at the end may fail without a word: what is left is folded.
            let _ = act(&scenario, &disk, &mut ledger);
            for (i, left) in disk.outcomes(16, at).into_iter().enumerate() {
                states += 1;
                verify(&scenario, &left, &ledger).unwrap_or_else(|e| {
                    panic!(
                        "{:?}, cut at {}, outcome {i}: {e}",
                        scenario.place,
                        disk.log()[at as usize - 1]
                    )
                });
            }
        }
    }
    assert!(states > 4_000, "{states} crash states");
}

#[test]
fn a_power_cut_while_the_next_command_mends_loses_nothing() {
    for scenario in scenarios() {
        for at in (1..=operations(&scenario)).step_by(2) {
            let disk = scenario.disk();
            disk.arm(at, Trouble::Stop);
            let mut ledger = Ledger::default();
            // Tidying up at the end may fail without a word: what is left is folded.
            let _ = act(&scenario, &disk, &mut ledger);
            for left in disk.outcomes(2, at * 31) {
                for again in (at % 13 + 1..60).step_by(13) {
                    let second = left.after_kill();
                    second.arm(again, Trouble::Stop);
                    // It is to be cut off; how far it comes is its own affair.
                    let _ = verify(&scenario, &second, &ledger);
                    for left in second.outcomes(2, again) {
                        verify(&scenario, &left, &ledger).unwrap_or_else(|e| {
                            panic!("{:?}, {at}, then {again}: {e}", scenario.place)
                        });
                    }
                }
            }
        }
    }
}

#[test]
fn an_operation_that_fails_is_said_and_loses_nothing() {
    let kinds = [
        ErrorKind::StorageFull,
        ErrorKind::Other,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::PermissionDenied,
    ];
    for scenario in scenarios() {
        for kind in kinds {
            for at in 1..=operations(&scenario) {
                let disk = scenario.disk();
                disk.arm(at, Trouble::Fail(kind));
                let mut ledger = Ledger::default();
                let _ = act(&scenario, &disk, &mut ledger);
                let what = disk.log()[at as usize - 1].clone();
                let left = disk.after_kill();
                verify(&scenario, &left, &ledger)
                    .unwrap_or_else(|e| panic!("{:?}, {kind} at {what}: {e}", scenario.place));
            }
        }
    }
}

#[test]
fn a_disk_that_is_full_loses_nothing_and_takes_the_results_of_what_is_in_flight() {
    for scenario in scenarios() {
        for at in 1..=operations(&scenario) {
            let disk = scenario.disk();
            disk.arm(at, Trouble::FullFrom);
            let mut ledger = Ledger::default();
            let _ = act(&scenario, &disk, &mut ledger);
            for left in disk.outcomes(2, at) {
                verify(&scenario, &left, &ledger)
                    .unwrap_or_else(|e| panic!("{:?}, full from {at}: {e}", scenario.place));
            }
        }
    }
}
