//! Reaching the object, as its `connection` block says.

use std::time::Duration;

use wb_core::time::parse_duration;
use wb_core::value::Value;
use wb_ssh::{Hop, OpenSsh, Secret, Settings, Shell, Target};

use super::{Arguments, ProvisionError, Said};

/// How long to try, where the block does not say.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A connection, and what its block says beside where it goes.
pub(super) struct Remote {
    pub(super) shell: Box<dyn Shell>,
    /// Where scripts are put: `%RAND%` stands for a number.
    pub(super) script_path: String,
}

impl Remote {
    pub(super) async fn connect(connection: &Value, said: &Said) -> Result<Self, ProvisionError> {
        let plain = connection.unmark_deep().0;
        let arguments = Arguments(&plain);
        let target = target(&arguments, std::env::var_os("SSH_AUTH_SOCK").is_some())?;
        announce(&target, said);
        let shell = OpenSsh::connect(&target, Settings::of_user())
            .await
            .map_err(|e| ProvisionError::new(e.to_string()))?;
        said.line("Connected!");
        let script_path =
            arguments.text("script_path").filter(|path| !path.is_empty()).unwrap_or(SCRIPT_PATH);
        Ok(Self { shell: Box::new(shell), script_path: script_path.to_owned() })
    }

    /// Ends the connection, whatever came of the work.
    pub(super) async fn done<T>(
        self,
        result: Result<T, ProvisionError>,
    ) -> Result<T, ProvisionError> {
        // What was done is done, also where the end of the connection goes wrong.
        self.shell.close().await.unwrap_or_default();
        result
    }
}

const SCRIPT_PATH: &str = "/tmp/terraform_%RAND%.sh";

fn announce(target: &Target, said: &Said) {
    said.line("Connecting to remote host via SSH...");
    let machine = &target.machine;
    said.line(format!("  Host: {}", machine.host));
    said.line(format!("  User: {}", machine.user));
    said.line(format!("  Password: {}", machine.password.is_some()));
    said.line(format!("  Private key: {}", machine.private_key.is_some()));
    said.line(format!("  Certificate: {}", machine.certificate.is_some()));
    said.line(format!("  SSH Agent: {}", target.agent));
    said.line(format!("  Checking Host Key: {}", machine.host_key.is_some()));
    said.line("  Target Platform: unix");
    if let Some(bastion) = &target.bastion {
        said.line("Using configured bastion host...");
        said.line(format!("  Host: {}", bastion.host));
        said.line(format!("  User: {}", bastion.user));
        said.line(format!("  Password: {}", bastion.password.is_some()));
        said.line(format!("  Private key: {}", bastion.private_key.is_some()));
        said.line(format!("  Certificate: {}", bastion.certificate.is_some()));
        said.line(format!("  SSH Agent: {}", target.agent));
        said.line(format!("  Checking Host Key: {}", bastion.host_key.is_some()));
    }
}

/// What the block says. What is missing is as in Terraform.
fn target(arguments: &Arguments<'_>, has_agent: bool) -> Result<Target, ProvisionError> {
    let error = |text: String| Err(ProvisionError::new(text));
    if arguments.0.is_null() {
        return error(
            "This provisioner works on the object, and there is no connection block that says how to reach it."
                .to_owned(),
        );
    }
    let given = |name: &str| arguments.text(name).filter(|text| !text.is_empty());
    match given("type") {
        None | Some("ssh") => {}
        Some("winrm") => {
            return error(
                "There is no WinRM here: connect with type \"ssh\", which Windows has too."
                    .to_owned(),
            );
        }
        Some(kind) => {
            return error(format!("There is no connection of type {kind:?}, only \"ssh\"."));
        }
    }
    if let Some(platform) = given("target_platform").filter(|platform| *platform != "unix") {
        return error(format!(
            "Scripts run on machines with a POSIX shell; the target platform {platform:?} is not supported."
        ));
    }
    let Some(host) = given("host") else {
        return error("The connection's host is empty.".to_owned());
    };
    let timeout = match given("timeout").map(parse_duration) {
        None => TIMEOUT,
        Some(parsed) => match parsed.and_then(|ns| u64::try_from(ns).ok()) {
            Some(nanoseconds) => Duration::from_nanos(nanoseconds),
            None => {
                return error("The connection's timeout is no duration such as \"5m\".".to_owned());
            }
        },
    };
    let secret = |name: &str| given(name).map(Secret::new);
    let machine = Hop {
        host: host.to_owned(),
        port: port(arguments, "port")?.unwrap_or(22),
        user: given("user").unwrap_or("root").to_owned(),
        password: secret("password"),
        private_key: secret("private_key"),
        certificate: given("certificate").map(str::to_owned),
        host_key: given("host_key").map(str::to_owned),
    };
    let bastion = match given("bastion_host") {
        None => None,
        Some(host) => Some(Hop {
            host: host.to_owned(),
            port: port(arguments, "bastion_port")?.unwrap_or(machine.port),
            user: given("bastion_user").unwrap_or(&machine.user).to_owned(),
            password: secret("bastion_password").or_else(|| machine.password.clone()),
            private_key: secret("bastion_private_key").or_else(|| machine.private_key.clone()),
            certificate: given("bastion_certificate")
                .map(str::to_owned)
                .or_else(|| machine.certificate.clone()),
            host_key: given("bastion_host_key").map(str::to_owned),
        }),
    };
    Ok(Target {
        machine,
        bastion,
        agent: has_agent && arguments.flag("agent").unwrap_or(true),
        agent_identity: given("agent_identity").map(str::to_owned),
        timeout,
    })
}

fn port(arguments: &Arguments<'_>, name: &str) -> Result<Option<u16>, ProvisionError> {
    let Some(number) = arguments.0.attribute(name).and_then(Value::as_number) else {
        return Ok(None);
    };
    match number.to_usize().and_then(|n| u16::try_from(n).ok()) {
        // As in Terraform, 0 is as good as nothing.
        Some(0) => Ok(None),
        Some(port) => Ok(Some(port)),
        None => Err(ProvisionError::new(format!("The connection's {name} is no port: {number}."))),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn read(given: &[(&str, Value)]) -> Result<Target, String> {
        let empty = wb_core::provisioner::connection().block.empty_value();
        let values = empty.as_object().unwrap().iter().map(|(name, null)| {
            let of = given.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
            (name, of.unwrap_or_else(|| null.clone()))
        });
        let value = Value::object(values);
        target(&Arguments(&value), true).map_err(|e| e.detail)
    }

    #[test]
    fn what_is_missing_is_as_in_terraform() {
        let text = Value::string;
        let least = read(&[("host", text("h"))]).unwrap();
        assert_eq!((&*least.machine.user, least.machine.port, least.agent), ("root", 22, true));
        assert_eq!(least.timeout, TIMEOUT);
        let more = read(&[
            ("host", text("h")),
            ("user", text("u")),
            ("port", Value::int(2222)),
            ("password", text("p")),
            ("agent", Value::FALSE),
            ("timeout", text("90s")),
            ("bastion_host", text("b")),
            ("bastion_user", text("v")),
        ])
        .unwrap();
        assert_eq!((more.agent, more.timeout), (false, Duration::from_secs(90)));
        let bastion = more.bastion.unwrap();
        assert_eq!((&*bastion.user, bastion.port), ("v", 2222));
        assert_eq!(bastion.password, more.machine.password);
    }

    #[test]
    fn what_cannot_be_is_said() {
        let text = Value::string;
        let of = |name, value| read(&[("host", text("h")), (name, value)]).unwrap_err();
        let all = [
            read(&[]).unwrap_err(),
            of("type", text("winrm")),
            of("type", text("telnet")),
            of("target_platform", text("windows")),
            of("timeout", text("soon")),
            of("port", Value::int(70_000)),
        ];
        expect![[r#"
            The connection's host is empty.
            There is no WinRM here: connect with type "ssh", which Windows has too.
            There is no connection of type "telnet", only "ssh".
            Scripts run on machines with a POSIX shell; the target platform "windows" is not supported.
            The connection's timeout is no duration such as "5m".
            The connection's port is no port: 70000."#]].assert_eq(&all.join("\n"));
    }
}
