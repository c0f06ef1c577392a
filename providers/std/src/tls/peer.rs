//! Programs of others that know keys and certificates. For tests.

use std::process::Command;

/// Runs a program that knows keys, on a file; nothing where it is not installed.
pub(super) fn ask(program: &[&str], content: &str) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let only_us = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file.path(), only_us).unwrap();
    let arguments = program[1..].iter().map(|argument| match *argument {
        "FILE" => file.path().as_os_str(),
        other => other.as_ref(),
    });
    let output = match Command::new(program[0]).args(arguments).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("not compared: {} is not installed", program[0]);
            return None;
        }
        Err(error) => panic!("{error}"),
    };
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}: {complaints}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
