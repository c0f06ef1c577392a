//! The file store and the real Terraform on one state file, in both directions. Skipped where there is no `terraform`.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use wb_core::addr::ObjectAddr;
use wb_state::journal::{Record, StepResult};
use wb_state::verdict::Verdict;
use wb_state::{Attributes, Edit, Object, RawJson};
use wb_store::{
    Begin, CommitInfo, Content, LocalStore, Options, Place, RealDisk, Store, StoreError,
};
use wb_testkit::torture::{Sealing, Seeded};

const STACK: &str = "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n}\n";

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    /// Nothing, with the reason on the terminal, where there is no Terraform.
    fn new(name: &str) -> Option<Self> {
        if Command::new("terraform").arg("version").output().is_err() {
            println!("skipped: there is no `terraform` on this machine");
            return None;
        }
        let path = std::env::temp_dir().join(format!("wb-store-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("main.tf"), STACK).unwrap();
        let folder = Self(path);
        assert!(folder.terraform(&["init", "-input=false"]).status.success());
        Some(folder)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        command.args(args).current_dir(&self.0).env_remove("TF_CLI_CONFIG_FILE");
        command.env("CHECKPOINT_DISABLE", "1").stdin(Stdio::null());
        command
    }

    fn terraform(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn state(&self) -> PathBuf {
        self.0.join("terraform.tfstate")
    }

    fn store(&self) -> LocalStore {
        let options = Options {
            place: Place::File(self.state()),
            workspace: "default".into(),
            lock: true,
            history: 20,
            lineage: None,
            terraform_version: "1.11.4".into(),
            who: "me@here".into(),
            cipher: Sealing::Nothing.cipher(),
        };
        LocalStore::new(Arc::new(RealDisk), Box::new(Seeded(1)), options)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Records one object in a run, and commits.
fn apply(store: &mut LocalStore, name: &str, id: &str) {
    let loaded = store.load().unwrap();
    let info = CommitInfo { command: "apply".into(), ..CommitInfo::default() };
    let mut log = store.begin(Begin { loaded: &loaded, writer: "0.1.0", info: &info }).unwrap();
    let object = format!(
        "{{\"id\":\"{id}\",\"input\":{{\"value\":\"one\",\"type\":\"string\"}},\
         \"output\":{{\"value\":\"one\",\"type\":\"string\"}},\"triggers_replace\":null}}"
    );
    let effect = Edit::Put {
        address: ObjectAddr::parse(name).unwrap(),
        provider: wb_core::addr::ProviderInstance::parse(
            "provider[\"terraform.io/builtin/terraform\"]",
        )
        .unwrap(),
        object: Arc::new(Object {
            attributes: Attributes::Json(RawJson::new(object).unwrap()),
            ..Object::default()
        }),
    };
    log.append(&Record::Result(Box::new(StepResult {
        step: 1,
        before: vec![],
        effect: Some(effect),
        error: None,
        closes: vec![],
    })));
    log.append(&Record::End { complete: true });
    log.flush(0).unwrap();
    let done = store.commit(Content::Runs { own: Some(log.run()) }, &info).unwrap();
    assert!(done.written);
}

fn listed(path: &Path) -> Vec<String> {
    let file = wb_state::v4::read(fs::read(path).unwrap()).unwrap();
    file.snapshot.state.objects().map(|(a, _)| a.to_string()).collect()
}

#[test]
fn terraform_reads_what_wb_wrote_and_plans_nothing() {
    let Some(folder) = Folder::new("reads") else { return };
    let mut store = folder.store();
    store.lock("OperationTypeApply").unwrap();
    apply(&mut store, "terraform_data.a", "0b7c4e0e-2f0b-4d7b-9a53-3a64d3a3b9a1");
    store.unlock().unwrap();
    assert_eq!(text(&folder.terraform(&["state", "list"])), "terraform_data.a\n");
    let shown = text(&folder.terraform(&["state", "show", "-no-color", "terraform_data.a"]));
    assert!(shown.contains("0b7c4e0e-2f0b-4d7b-9a53-3a64d3a3b9a1"), "{shown}");
    let plan = folder.terraform(&["plan", "-detailed-exitcode", "-no-color"]);
    assert_eq!(plan.status.code(), Some(0), "{}", text(&plan));
    // Terraform writes the file anew and drops our member: the digest says that nothing changed.
    assert!(folder.terraform(&["apply", "-auto-approve"]).status.success());
    let loaded = folder.store().load().unwrap();
    assert_eq!(loaded.verdict, Some(Verdict::Rewritten));
}

#[test]
fn wb_reads_what_terraform_wrote_and_goes_on_from_it() {
    let Some(folder) = Folder::new("goes-on") else { return };
    assert!(folder.terraform(&["apply", "-auto-approve"]).status.success());
    let mut store = folder.store();
    assert_eq!(store.load().unwrap().verdict, Some(Verdict::Foreign));
    store.lock("OperationTypeApply").unwrap();
    apply(&mut store, "terraform_data.b", "x");
    store.unlock().unwrap();
    assert_eq!(listed(&folder.state()), ["terraform_data.a", "terraform_data.b"]);
    // Terraform's own snapshot is kept as well.
    assert_eq!(store.history().unwrap().len(), 2);
    assert!(folder.terraform(&["apply", "-auto-approve"]).status.success());
    let loaded = folder.store().load().unwrap();
    assert_eq!(loaded.verdict, Some(Verdict::Foreign));
    assert_eq!(
        loaded.snapshot.state.object_count(),
        1,
        "b is not in the stack, so Terraform destroyed it"
    );
}

#[test]
fn the_two_keep_each_other_out() {
    let Some(folder) = Folder::new("locks") else { return };
    let mut store = folder.store();
    let info = store.lock("OperationTypeApply").unwrap();
    let refused = folder.terraform(&["apply", "-auto-approve", "-no-color"]);
    assert!(!refused.status.success());
    let said = text(&refused);
    assert!(said.contains(&info.id) && said.contains("me@here"), "{said}");
    store.unlock().unwrap();

    fs::write(
        folder.0.join("main.tf"),
        "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n  provisioner \"local-exec\" {\n    command = \"touch begun; while [ ! -e go ]; do :; done\"\n  }\n}\n",
    )
    .unwrap();
    let mut terraform = folder.start(&["apply", "-auto-approve"]);
    wait_for(&mut terraform, &folder.0.join("begun"));
    match folder.store().lock("OperationTypeApply") {
        Err(StoreError::Held { holder: Some(holder), .. }) => assert_eq!(holder.version, "1.11.4"),
        other => panic!("{other:?}"),
    }
    fs::write(folder.0.join("go"), "").unwrap();
    assert!(terraform.wait().unwrap().success());
    folder.store().lock("OperationTypeApply").unwrap();
}

#[test]
fn a_terraform_that_waits_for_the_lock_loses_nothing() {
    let Some(folder) = Folder::new("waits") else { return };
    let mut store = folder.store();
    store.lock("OperationTypeApply").unwrap();
    let terraform = folder.start(&["apply", "-auto-approve", "-lock-timeout=60s"]);
    // It has the file open by the time that we commit, or opens it afterwards: both must be right.
    apply(&mut store, "terraform_data.b", "x");
    store.unlock().unwrap();
    let mut output = terraform.wait_with_output().unwrap();
    // Terraform tries the lock and then looks who holds it. Where the lock was given back between the two it does not wait, but
    // gives up before it did anything: it may be asked again.
    while text(&output).contains("open .terraform.tfstate.lock.info: no such file or directory") {
        let again = folder.start(&["apply", "-auto-approve", "-lock-timeout=60s"]);
        output = again.wait_with_output().unwrap();
    }
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("1 added, 0 changed, 1 destroyed"), "{}", text(&output));
    assert_eq!(listed(&folder.state()), ["terraform_data.a"]);
    assert_eq!(folder.store().load().unwrap().verdict, Some(Verdict::Foreign));
}

/// Waits until the process has made the file; it ends by itself if it never does.
fn wait_for(process: &mut Child, path: &Path) {
    while !path.exists() {
        assert!(process.try_wait().unwrap().is_none(), "it ended before it began");
        std::thread::yield_now();
    }
}
