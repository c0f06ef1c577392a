//! The command with its state on S3. `WB_BIN` names a wb that was built with it; `cargo xtask test-peers` does.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use wb_testkit::stores::Stores as _;

use crate::servers::{ACCESS, KEY, OnServer, SECRET, honest};

const STACK: &str = "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n}\noutput \"a\" {\n  value = terraform_data.a.output\n}\n";
/// Goes on until the file `go` is there.
const SLOW: &str = "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n  \
                    provisioner \"local-exec\" {\n    command = \"touch begun; while [ ! -e go ]; do sleep 0.05; done\"\n  }\n}\n";

struct Stack {
    stores: OnServer,
    wb: PathBuf,
}

impl Stack {
    fn on_each() -> Vec<Self> {
        let Some(wb) = std::env::var_os("WB_BIN").map(PathBuf::from) else {
            println!("skipped: WB_BIN names no wb; `cargo xtask test-peers` builds one");
            return Vec::new();
        };
        let stack = |server| Self { stores: OnServer::new(server), wb: wb.clone() };
        honest().iter().map(stack).collect()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.stores.folder().join(name), text).unwrap();
    }

    /// The block as it is in a repository: the rest is given to `init`.
    fn name_backend(&self) {
        self.write(
            "backend.tf",
            "terraform {\n  backend \"s3\" {\n    use_lockfile = true\n  }\n}\n",
        );
        let (url, bucket) = (&self.stores.server.url, &self.stores.bucket);
        let rest = format!(
            "bucket = {bucket:?}\nregion = \"us-east-1\"\nendpoints = {{ s3 = {url:?} }}\nuse_path_style = true\n\
             skip_credentials_validation = true\nskip_requesting_account_id = true\nskip_metadata_api_check = true\n"
        );
        self.write("rest.tfbackend", &rest);
    }

    fn init(&self, more: &[&str]) -> Output {
        let key = format!("-backend-config=key={KEY}");
        let mut args = vec!["init", "-input=false", "-backend-config=rest.tfbackend", key.as_str()];
        args.extend(more);
        self.run(&args)
    }

    fn command(&self, program: &std::path::Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.stores.folder()).stdin(Stdio::null());
        command.env("AWS_ACCESS_KEY_ID", ACCESS).env("AWS_SECRET_ACCESS_KEY", SECRET);
        command
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_COLOR", "1")
            .env_remove("TF_CLI_CONFIG_FILE");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(&self.wb, args).output().unwrap()
    }

    /// Runs wb, which must succeed; gives what it says.
    fn must(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{}: {args:?}: {}",
            self.stores.server.name,
            text(&output)
        );
        text(&output)
    }

    /// Starts something, and waits until its slow step has begun.
    fn start(&self, program: &std::path::Path) -> Child {
        let mut command = self.command(program, &["apply", "-auto-approve", "-input=false"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !self.stores.folder().join("begun").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended before its step began");
            std::thread::yield_now();
        }
        child
    }
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_stack_lives_on_s3_and_terraform_agrees() {
    for stack in Stack::on_each() {
        stack.write("main.tf", STACK);
        stack.name_backend();
        let refused = text(&stack.run(&["plan"]));
        assert!(
            refused.contains("\"bucket\" must be given") && refused.contains("-backend-config"),
            "{refused}"
        );
        let init = stack.init(&[]);
        assert!(init.status.success(), "{}", text(&init));
        assert!(
            stack.must(&["apply", "-auto-approve"]).contains("1 added, 0 changed, 0 destroyed")
        );
        assert!(stack.must(&["plan"]).contains("No changes."));
        assert_eq!(stack.must(&["output", "-raw", "a"]).trim(), "one");
        assert!(stack.must(&["state", "history"]).contains("apply"));
        assert!(!stack.stores.folder().join(".wb/state").exists());
        if Command::new("terraform").arg("version").output().is_ok() {
            let terraform = std::path::Path::new("terraform");
            let key = format!("-backend-config=key={KEY}");
            let init =
                ["init", "-input=false", "-reconfigure", "-backend-config=rest.tfbackend", &key];
            assert!(stack.command(terraform, &init).status().unwrap().success());
            let plan = stack.command(terraform, &["plan", "-detailed-exitcode"]).output().unwrap();
            assert_eq!(plan.status.code(), Some(0), "{}", text(&plan));
            // What Terraform noted of the backend is what wb would have noted.
            assert!(stack.must(&["plan"]).contains("No changes."));
        }
        assert!(stack.must(&["destroy", "-auto-approve"]).contains("1 destroyed"));
    }
}

#[test]
fn a_state_moves_there_and_back() {
    for stack in Stack::on_each() {
        stack.write("main.tf", STACK);
        stack.must(&["apply", "-auto-approve"]);
        stack.must(&["workspace", "new", "dev"]);
        stack.must(&["apply", "-auto-approve"]);
        let before = stack.must(&["state", "pull"]);
        stack.name_backend();
        let refused = stack.init(&[]);
        assert!(
            !refused.status.success() && text(&refused).contains("-migrate-state"),
            "{}",
            text(&refused)
        );
        let moved = stack.init(&["-migrate-state"]);
        assert!(moved.status.success(), "{}", text(&moved));
        assert_eq!(stack.stores.list().unwrap(), ["default", "dev"]);
        assert!(stack.must(&["plan"]).contains("No changes."));
        let there = stack.must(&["state", "pull"]);
        assert_eq!(objects(&there), objects(&before));
        fs::remove_file(stack.stores.folder().join("backend.tf")).unwrap();
        let refused = text(&stack.run(&["plan"]));
        assert!(refused.contains("init -migrate-state"), "{refused}");
        stack.must(&["init", "-migrate-state"]);
        assert!(stack.must(&["plan"]).contains("No changes."));
        assert_eq!(objects(&stack.must(&["state", "pull"])), objects(&before));
    }
}

/// What a state says but for its serial.
fn objects(state: &str) -> serde_json::Value {
    let mut state: serde_json::Value = serde_json::from_str(state).unwrap();
    state.as_object_mut().unwrap().remove("serial");
    state
}

#[test]
fn workspaces_are_made_and_deleted() {
    for stack in Stack::on_each() {
        stack.write("main.tf", STACK);
        stack.name_backend();
        assert!(stack.init(&[]).status.success());
        stack.must(&["workspace", "new", "dev"]);
        stack.must(&["apply", "-auto-approve"]);
        stack.must(&["workspace", "select", "default"]);
        assert!(stack.must(&["plan"]).contains("1 to add"));
        let refused = stack.run(&["workspace", "delete", "dev"]);
        assert!(text(&refused).contains("terraform_data.a"), "{}", text(&refused));
        stack.must(&["workspace", "delete", "-force", "dev"]);
        assert_eq!(stack.stores.list().unwrap(), ["default"]);
    }
}

#[test]
fn what_a_killed_apply_did_is_known_to_the_next_command() {
    for stack in Stack::on_each() {
        stack.write("main.tf", SLOW);
        stack.name_backend();
        assert!(stack.init(&[]).status.success());
        kill(stack.start(&stack.wb.clone()));
        stack.write("go", "");
        assert!(stack.must(&["state", "list"]).contains("terraform_data.a"));
        // Its holder's process is gone from this machine, so that nobody has to wait for the lock.
        let done = stack.must(&["apply", "-auto-approve"]);
        assert!(done.contains("Apply complete!"), "{done}");
        assert!(stack.must(&["plan"]).contains("No changes."));
        assert!(stack.stores.open("default", true).load().unwrap().runs.is_empty());
    }
}

#[test]
fn a_lock_that_terraform_left_is_removed_by_force() {
    let terraform = PathBuf::from("terraform");
    if Command::new(&terraform).arg("version").output().is_err() {
        println!("skipped: there is no `terraform` on this machine");
        return;
    }
    for stack in Stack::on_each() {
        stack.write("main.tf", SLOW);
        stack.name_backend();
        let key = format!("-backend-config=key={KEY}");
        let init = ["init", "-input=false", "-backend-config=rest.tfbackend", &key];
        assert!(stack.command(&terraform, &init).status().unwrap().success());
        kill(stack.start(&terraform));
        stack.write("go", "");
        let refused = text(&stack.run(&["apply", "-auto-approve"]));
        let id = stack.stores.open("default", true).load().unwrap().holder.unwrap().id;
        assert!(refused.contains(&format!("wb force-unlock {id}")), "{refused}");
        stack.must(&["force-unlock", "-force", &id]);
        assert!(stack.must(&["apply", "-auto-approve"]).contains("Apply complete!"));
    }
}
