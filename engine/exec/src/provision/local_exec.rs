//! `local-exec`: a command on this machine.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};
use wb_core::text::quote;

use super::lines::Lines;
use super::{Arguments, Machine, ProvisionError, Said};

/// How long to listen on when the command has ended: what it left in the background may keep its output open for ever.
const AFTERWARDS: Duration = Duration::from_secs(1);

pub(super) async fn run(
    arguments: &Arguments<'_>,
    machine: &Machine,
    said: &Said,
) -> Result<(), ProvisionError> {
    let command = arguments.text("command").unwrap_or_default();
    if command.is_empty() {
        return Err(ProvisionError::new("The argument \"command\" must not be empty."));
    }
    let mut words = arguments.texts("interpreter");
    if words.is_empty() {
        words = vec!["/bin/sh", "-c"];
    }
    words.push(command);
    if arguments.flag("quiet").unwrap_or(false) {
        said.line("Executing: Suppressed by quiet=true");
    } else {
        let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
        said.line(format!("Executing: [{}]", quoted.join(" ")));
    }
    let dir = working_dir(&machine.work_dir, arguments.text("working_dir"));
    let failed = |e: std::io::Error| {
        ProvisionError::new(format!("The command cannot be run in {}: {e}.", dir.display()))
    };
    let (reader, writer) = std::io::pipe().map_err(failed)?;
    let mut child = Command::new(words[0])
        .args(&words[1..])
        .envs(arguments.entries("environment"))
        .current_dir(&dir)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(failed)?)
        .stderr(writer)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let output = Receiver::from_owned_fd(OwnedFd::from(reader)).map_err(failed)?;
    let (status, last) = listen(&mut child, output, said).await.map_err(failed)?;
    if status.success() { Ok(()) } else { Err(unsuccessful(command, status, &last, said)) }
}

fn unsuccessful(command: &str, status: ExitStatus, last: &str, said: &Said) -> ProvisionError {
    let how = match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    };
    if said.secret {
        return ProvisionError::new(format!(
            "Error running the command: {how}. The command and its output are not shown: they may hold sensitive values."
        ));
    }
    ProvisionError::new(format!("Error running command '{command}': {how}. Output: {last}"))
}

fn working_dir(base: &Path, dir: Option<&str>) -> PathBuf {
    match dir.filter(|dir| !dir.is_empty()) {
        None => base.to_owned(),
        Some(dir) => match dir.strip_prefix('~').filter(|r| r.is_empty() || r.starts_with('/')) {
            Some(rest) => {
                let home = std::env::home_dir().unwrap_or_default();
                home.join(rest.trim_start_matches('/'))
            }
            None => base.join(dir),
        },
    }
}

/// Tells each line as it comes, until the command has ended and nothing more is to be expected.
async fn listen(
    child: &mut Child,
    mut output: Receiver,
    said: &Said,
) -> std::io::Result<(ExitStatus, String)> {
    let mut lines = Lines::new(said);
    let mut buffer = vec![0; 16 << 10];
    let mut status = None;
    loop {
        let rest = async {
            match status {
                Some(_) => tokio::time::sleep(AFTERWARDS).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            read = output.read(&mut buffer) => match read? {
                0 => break,
                n => lines.take(&buffer[..n]),
            },
            ended = child.wait(), if status.is_none() => status = Some(ended?),
            () = rest => break,
        }
    }
    let status = match status {
        Some(status) => status,
        None => child.wait().await?,
    };
    Ok((status, lines.end()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use expect_test::{Expect, expect};
    use wb_core::marks::Marks;
    use wb_core::ty::Type;
    use wb_core::value::Value;

    use crate::provision::{Machine, Said, run};
    use crate::{OnFailure, Provision};

    /// Runs `command`, and shows what is told of it.
    async fn check(command: Value, more: &[(&str, Value)], expected: Expect) {
        let schema = wb_core::provisioner::schema("local-exec").unwrap();
        let empty = schema.block.empty_value();
        let given = |name: &str| more.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        let config = empty.as_object().unwrap().iter().map(|(name, null)| {
            let part = given(name).unwrap_or_else(|| null.clone());
            (name, if name == "command" { command.clone() } else { part })
        });
        let provision = Provision {
            kind: "local-exec".into(),
            config: Value::object(config),
            connection: Value::null(Type::DYNAMIC),
            on_failure: OnFailure::Fail,
            span: None,
        };
        let lines = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&lines);
        let said = Said::new(move |line| told.lock().unwrap().extend([&*line, "\n"]));
        let machine = Machine { work_dir: std::path::Path::new("/").into(), number: 1 };
        let result = run(provision, machine, said).await;
        let mut shown = lines.lock().unwrap().clone();
        if let Err(error) = result {
            shown.extend(["error: ", &*error.detail, "\n"]);
        }
        expected.assert_eq(&shown);
    }

    #[tokio::test]
    async fn lines_are_told_in_order() {
        let command = Value::string("echo one; echo two >&2; printf three; pwd");
        check(
            command,
            &[],
            expect![[r#"
            Executing: ["/bin/sh" "-c" "echo one; echo two >&2; printf three; pwd"]
            one
            two
            three/
        "#]],
        )
        .await;
    }

    #[tokio::test]
    async fn interpreter_environment_and_folder() {
        let texts = |t: &[&str]| Value::list(Type::STRING, t.iter().map(Value::string));
        let more = [
            ("interpreter", texts(&["/bin/sh", "-e", "-c"])),
            ("environment", Value::map(Type::STRING, [("WHO", Value::string("you"))])),
            ("working_dir", Value::string("usr")),
            ("quiet", Value::TRUE),
        ];
        check(Value::string("echo $WHO; pwd; false; echo no"), &more, expect![[r"
            Executing: Suppressed by quiet=true
            you
            /usr
            error: Error running command 'echo $WHO; pwd; false; echo no': exit status 1. Output: you
            /usr

        "]])
        .await;
    }

    #[tokio::test]
    async fn secrets_are_not_told() {
        let command = Value::string("echo hush; exit 3").with_marks(&Marks::SENSITIVE);
        check(command, &[], expect![[r"
            (output suppressed due to sensitive value in config)
            error: Error running the command: exit status 3. The command and its output are not shown: they may hold sensitive values.
        "]])
        .await;
    }

    #[tokio::test]
    async fn what_stays_in_the_background_is_not_waited_for() {
        check(
            Value::string("sleep 600 & echo started; kill $!"),
            &[],
            expect![[r#"
            Executing: ["/bin/sh" "-c" "sleep 600 & echo started; kill $!"]
            started
        "#]],
        )
        .await;
    }

    #[tokio::test]
    async fn what_cannot_be_run_is_said() {
        let more = [("working_dir", Value::string("/no/such/folder"))];
        check(Value::string("true"), &more, expect![[r#"
            Executing: ["/bin/sh" "-c" "true"]
            error: The command cannot be run in /no/such/folder: No such file or directory (os error 2).
        "#]])
        .await;
    }
}
