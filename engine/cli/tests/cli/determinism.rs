//! With a seed and a fixed clock, the same is planned and written every time, however much is done at once.

use std::fs;

use crate::sealed::Sealed;

/// What draws ids and keys, in parallel and one after the other, outside and in the state alone.
const STACK: &str = r#"
resource "random_pet" "a" {
  count = 12
}
resource "random_uuid" "b" {
  for_each = toset(["x", "y", "z"])
}
resource "terraform_data" "c" {
  count = 8
  input = random_pet.a[count.index].id
}
resource "tls_private_key" "k" {
  count     = 3
  algorithm = "ED25519"
}
resource "local_file" "f" {
  count    = 8
  filename = "out/${count.index}"
  content  = "${terraform_data.c[count.index].id} ${tls_private_key.k[count.index % 3].public_key_openssh}"
}
resource "null_resource" "n" {
  count    = 4
  triggers = { of = local_file.f[count.index].id }
  provisioner "local-exec" {
    command = "true"
  }
}
resource "time_static" "t" {}
locals {
  drawn = [for i in range(3) : uuid()]
}
resource "terraform_data" "u" {
  count = 6
  input = "${local.drawn[count.index % 3]} ${uuid()} ${bcrypt("a", 4)}"
  lifecycle {
    ignore_changes = [input]
  }
}
module "m" {
  source   = "./m"
  for_each = toset(["x", "y"])
}
output "all" {
  value = [random_pet.a[*].id, values(random_uuid.b)[*].result, null_resource.n[*].id]
}
"#;

const MODULE: &str = r#"
resource "terraform_data" "d" {
  for_each = toset(["p", "q"])
  input    = uuid()
  lifecycle {
    ignore_changes = [input]
  }
}
"#;

/// Everything that a life of the stack leaves behind: what was said, plan files and states, by name.
fn life(parallelism: usize) -> Vec<(String, Vec<u8>)> {
    let sealed = Sealed::new(&[("main.tf", STACK), ("m/main.tf", MODULE)]);
    let mut left = Vec::new();
    let flags = format!("-parallelism={parallelism} -no-color");
    for (name, line) in [
        ("first plan", format!("plan -out=first {flags}")),
        ("apply", "apply -no-color first".to_owned()),
        ("second plan", format!("plan {flags}")),
        ("replace", format!("plan -replace=random_pet.a[3] -out=second {flags}")),
        ("apply again", format!("apply -auto-approve -replace=random_pet.a[3] {flags}")),
    ] {
        let done = sealed.output(&line, "");
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        // What is said while things are made is in the order in which they happen.
        if !name.starts_with("apply") {
            left.push((name.to_owned(), done.stdout));
        }
        if name == "second plan" {
            let said = String::from_utf8_lossy(&left.last().unwrap().1).into_owned();
            assert!(said.contains("No changes."), "{said}");
        }
    }
    for file in ["first", "second"] {
        left.push((file.to_owned(), fs::read(sealed.path(file)).unwrap()));
    }
    let history = fs::read_dir(sealed.path(".wb/state/default/history")).unwrap();
    for entry in history {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "tfstate") {
            left.push((
                path.file_name().unwrap().to_string_lossy().into(),
                fs::read(path).unwrap(),
            ));
        }
    }
    left.sort();
    left
}

/// `WB_RUNS` says how often; 100 for the record.
#[test]
fn a_seed_fixes_every_byte_at_any_parallelism() {
    let runs = std::env::var("WB_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let first = life(1);
    assert!(first.iter().any(|(name, _)| name.ends_with(".tfstate")));
    for run in 1..runs {
        let parallelism = [64, 2, 10, 1, 5][run % 5];
        for (one, other) in first.iter().zip(life(parallelism)) {
            assert_eq!(one.0, other.0);
            let is_same = one.1 == other.1;
            assert!(is_same, "{} differs at parallelism {parallelism}", one.0);
        }
    }
}
