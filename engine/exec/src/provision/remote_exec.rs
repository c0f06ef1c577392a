//! `remote-exec`: scripts on the machine of the object.

use wb_core::value::Value;

use super::lines::Lines;
use super::remote::Remote;
use super::{Arguments, Machine, ProvisionError, Said};

pub(super) async fn run(
    arguments: &Arguments<'_>,
    connection: &Value,
    machine: &Machine,
    said: &Said,
) -> Result<(), ProvisionError> {
    let scripts = scripts(arguments, machine)?;
    let remote = Remote::connect(connection, said).await?;
    let mut result = Ok(());
    for (number, script) in scripts.iter().enumerate() {
        result = execute(&remote, number, script, machine, said).await;
        if result.is_err() {
            break;
        }
    }
    remote.done(result).await
}

/// The scripts, each a whole file.
fn scripts(arguments: &Arguments<'_>, machine: &Machine) -> Result<Vec<Vec<u8>>, ProvisionError> {
    let inline = arguments.texts("inline");
    let mut files = arguments.texts("scripts");
    files.extend(arguments.text("script"));
    let scripts = if inline.is_empty() {
        let read = |file: &&str| {
            let path = machine.work_dir.join(file);
            std::fs::read(&path).map_err(|e| {
                ProvisionError::new(format!("The script {} cannot be read: {e}.", path.display()))
            })
        };
        files.iter().map(read).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![format!("{}\n", inline.join("\n")).into_bytes()]
    };
    if scripts.is_empty() {
        return Err(ProvisionError::new(
            "One of \"inline\", \"script\" and \"scripts\" must be set.",
        ));
    }
    Ok(scripts.into_iter().map(with_interpreter).collect())
}

/// A script that does not say what runs it is the shell's.
fn with_interpreter(script: Vec<u8>) -> Vec<u8> {
    if script.starts_with(b"#!") {
        return script;
    }
    [b"#!/bin/sh\n".to_vec(), script].concat()
}

async fn execute(
    remote: &Remote,
    number: usize,
    script: &[u8],
    machine: &Machine,
    said: &Said,
) -> Result<(), ProvisionError> {
    let failed = |e: wb_ssh::SshError| ProvisionError::new(e.to_string());
    let path = remote.script_path.replace("%RAND%", &machine.number(number).to_string());
    remote.shell.write(&path, script).await.map_err(failed)?;
    let word = super::word(&path);
    let mut lines = Lines::new(said);
    let command = format!("chmod 0777 {word} && {word}");
    let status = remote.shell.run(&command, &mut |bytes| lines.take(bytes)).await;
    let last = lines.end();
    // What is secret in the script does not stay there; where it cannot be taken away the run goes on.
    remote.shell.run(&format!("rm -f {word}"), &mut |_| {}).await.map(drop).unwrap_or_default();
    match status.map_err(failed)? {
        0 => Ok(()),
        status if said.secret => {
            Err(ProvisionError::new(format!("The script {path} ended with exit status {status}.")))
        }
        status => Err(ProvisionError::new(format!(
            "The script {path} ended with exit status {status}. Output: {last}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn scripts_are_whole_files() {
        let machine = Machine { work_dir: Path::new("/").into(), number: 1 };
        let empty = wb_core::provisioner::schema("remote-exec").unwrap().block.empty_value();
        let read = |name: &str, value: Value| {
            let object = empty.as_object().unwrap();
            let values =
                object.iter().map(|(n, v)| (n, if n == name { value.clone() } else { v.clone() }));
            let config = Value::object(values);
            scripts(&Arguments(&config), &machine)
                .map(|all| {
                    all.into_iter().map(|s| String::from_utf8(s).unwrap()).collect::<Vec<_>>()
                })
                .map_err(|e| e.detail)
        };
        let list = |texts: &[&str]| {
            Value::list(wb_core::ty::Type::STRING, texts.iter().map(Value::string))
        };
        assert_eq!(read("inline", list(&["a", "b"])).unwrap(), ["#!/bin/sh\na\nb\n"]);
        assert_eq!(read("inline", list(&["#!/bin/env x", "b"])).unwrap(), ["#!/bin/env x\nb\n"]);
        assert!(read("inline", list(&[])).unwrap_err().starts_with("One of"));
        assert!(read("script", Value::string("no/such")).unwrap_err().contains("/no/such"));
    }
}
