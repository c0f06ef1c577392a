//! wb's store and the real Terraform on one object, in both directions. Skipped where there is no `terraform`.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use wb_state::verdict::Verdict;
use wb_store::StoreError;
use wb_testkit::stores::{self, Stores as _};

use crate::servers::{ACCESS, KEY, OnServer, SECRET, honest};

const STACK: &str = "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n}\n";

/// A stack whose state is where the stores are.
struct Stack(OnServer);

impl Stack {
    fn on_each() -> Vec<Self> {
        if Command::new("terraform").arg("version").output().is_err() {
            println!("skipped: there is no `terraform` on this machine");
            return Vec::new();
        }
        honest().iter().map(|server| Self::new(OnServer::new(server))).collect()
    }

    fn new(stores: OnServer) -> Self {
        let stack = Self(stores);
        let backend = format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = {:?}\n    key = {KEY:?}\n    region = \"us-east-1\"\n    \
             endpoints = {{ s3 = {:?} }}\n    access_key = {ACCESS:?}\n    secret_key = {SECRET:?}\n    \
             use_path_style = true\n    use_lockfile = true\n    skip_credentials_validation = true\n    \
             skip_requesting_account_id = true\n    skip_region_validation = true\n    skip_metadata_api_check = true\n  }}\n}}\n",
            stack.0.bucket, stack.0.server.url
        );
        fs::write(stack.0.folder().join("backend.tf"), backend).unwrap();
        stack.write(STACK);
        let init = stack.terraform(&["init", "-input=false", "-no-color"]);
        assert!(init.status.success(), "{}", text(&init));
        stack
    }

    fn write(&self, stack: &str) {
        fs::write(self.0.folder().join("main.tf"), stack).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        command.args(args).current_dir(self.0.folder()).env_remove("TF_CLI_CONFIG_FILE");
        command.env("CHECKPOINT_DISABLE", "1").stdin(Stdio::null());
        command
    }

    fn terraform(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

#[test]
fn the_two_keep_each_other_out() {
    for stack in Stack::on_each() {
        let mut store = stack.0.open("default", true);
        let info = store.lock("OperationTypeApply").unwrap();
        let refused = stack.terraform(&["apply", "-auto-approve", "-no-color"]);
        let said = text(&refused);
        assert!(!refused.status.success(), "{said}");
        assert!(said.contains(&info.id) && said.contains("me@here"), "{said}");
        store.unlock().unwrap();

        stack.write(
            "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n  provisioner \"local-exec\" {\n    \
             command = \"touch begun; while [ ! -e go ]; do :; done\"\n  }\n}\n",
        );
        let mut terraform = stack.start(&["apply", "-auto-approve"]);
        wait_for(&mut terraform, &stack.0.folder().join("begun"));
        match store.lock("OperationTypeApply") {
            Err(StoreError::Held { holder: Some(holder), .. }) => {
                assert_eq!(holder.version, "1.11.4");
                let help = StoreError::Held { path: "x".into(), holder: Some(holder), far: true };
                assert!(help.help().unwrap().contains("wb force-unlock"));
            }
            other => panic!("{other:?}"),
        }
        fs::write(stack.0.folder().join("go"), "").unwrap();
        let done = terraform.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", text(&done));
        store.lock("OperationTypeApply").unwrap();
        assert_eq!(store.load().unwrap().snapshot.state.object_count(), 1);
        store.unlock().unwrap();
    }
}

#[test]
fn each_goes_on_from_what_the_other_wrote() {
    for stack in Stack::on_each() {
        let done = stack.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(done.status.success(), "{}", text(&done));
        let loaded = stack.0.open("default", true).load().unwrap();
        assert_eq!(loaded.verdict, Some(Verdict::Foreign));
        stores::apply_data(&stack.0, "terraform_data.b");
        let listed = stack.terraform(&["state", "list"]);
        assert_eq!(text(&listed), "terraform_data.a\nterraform_data.b\n");
        // Terraform destroys what its stack does not name, and plans nothing more.
        let done = stack.terraform(&["apply", "-auto-approve", "-no-color"]);
        assert!(text(&done).contains("1 destroyed"), "{}", text(&done));
        let loaded = stack.0.open("default", true).load().unwrap();
        assert_eq!(
            (loaded.verdict, loaded.snapshot.state.object_count()),
            (Some(Verdict::Foreign), 1)
        );
        assert!(loaded.snapshot.probe.is_some(), "what wb knows survives another program's write");
    }
}

#[test]
fn each_sees_the_workspaces_of_the_other() {
    for stack in Stack::on_each() {
        let made = stack.terraform(&["workspace", "new", "dev", "-no-color"]);
        assert!(made.status.success(), "{}", text(&made));
        assert_eq!(stack.0.list().unwrap(), ["default", "dev"]);
        let mut store = stack.0.open("stage", true);
        store.lock("x").unwrap();
        let content = wb_store::Content::Replace {
            state: Box::default(),
            open: vec![],
            lineage: Some("4f1c0000-0000-4000-8000-000000000000".into()),
            serial: 1,
            force: false,
        };
        store.commit(content, &wb_store::CommitInfo::default()).unwrap();
        store.unlock().unwrap();
        let listed = text(&stack.terraform(&["workspace", "list"]));
        assert!(listed.contains("stage") && listed.contains("* dev"), "{listed}");
    }
}

fn wait_for(child: &mut Child, path: &Path) {
    while !path.exists() {
        assert!(child.try_wait().unwrap().is_none(), "terraform ended before it began");
        std::thread::yield_now();
    }
}
