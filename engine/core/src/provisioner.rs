//! The arguments of provisioners and of `connection` blocks: the shapes alone. What they do is the executor's.

use std::sync::LazyLock;

use crate::schema::{Attribute, Block, Schema, Settable};
use crate::ty::Type;

/// The kinds of provisioner, ascending.
pub const KINDS: [&str; 3] = ["file", "local-exec", "remote-exec"];

/// The arguments of a kind of provisioner.
#[must_use]
pub fn schema(kind: &str) -> Option<&'static Schema> {
    static FILE: LazyLock<Schema> = LazyLock::new(|| {
        of(vec![
            text("source"),
            text("content"),
            Attribute::new("destination", Type::STRING, Settable::REQUIRED),
        ])
    });
    static LOCAL_EXEC: LazyLock<Schema> = LazyLock::new(|| {
        of(vec![
            Attribute::new("command", Type::STRING, Settable::REQUIRED),
            texts("interpreter"),
            text("working_dir"),
            Attribute::new("environment", Type::map(Type::STRING), Settable::OPTIONAL),
            flag("quiet"),
        ])
    });
    static REMOTE_EXEC: LazyLock<Schema> =
        LazyLock::new(|| of(vec![texts("inline"), text("script"), texts("scripts")]));
    match kind {
        "file" => Some(&FILE),
        "local-exec" => Some(&LOCAL_EXEC),
        "remote-exec" => Some(&REMOTE_EXEC),
        _ => None,
    }
}

/// The arguments of a `connection` block.
#[must_use]
pub fn connection() -> &'static Schema {
    static CONNECTION: LazyLock<Schema> = LazyLock::new(|| {
        let winrm = "There is no WinRM here: connect with SSH, which Windows has too.";
        let proxy = "Set ProxyCommand for the host in your SSH configuration.";
        of(vec![
            text("type"),
            Attribute::new("host", Type::STRING, Settable::REQUIRED),
            number("port"),
            text("user"),
            text("password"),
            text("private_key"),
            text("certificate"),
            flag("agent"),
            text("agent_identity"),
            text("host_key"),
            text("timeout"),
            text("script_path"),
            text("target_platform"),
            text("bastion_host"),
            number("bastion_port"),
            text("bastion_user"),
            text("bastion_password"),
            text("bastion_private_key"),
            text("bastion_certificate"),
            text("bastion_host_key"),
            text("proxy_scheme").refused(proxy),
            text("proxy_host").refused(proxy),
            number("proxy_port").refused(proxy),
            text("proxy_user_name").refused(proxy),
            text("proxy_user_password").refused(proxy),
            flag("https").refused(winrm),
            flag("insecure").refused(winrm),
            flag("use_ntlm").refused(winrm),
            text("cacert").refused(winrm),
        ])
    });
    &CONNECTION
}

fn of(attributes: Vec<Attribute>) -> Schema {
    Schema::new(0, Block::new(attributes, Vec::new()))
}

fn text(name: &'static str) -> Attribute {
    Attribute::new(name, Type::STRING, Settable::OPTIONAL)
}

fn texts(name: &'static str) -> Attribute {
    Attribute::new(name, Type::list(Type::STRING), Settable::OPTIONAL)
}

fn number(name: &'static str) -> Attribute {
    Attribute::new(name, Type::NUMBER, Settable::OPTIONAL)
}

fn flag(name: &'static str) -> Attribute {
    Attribute::new(name, Type::BOOL, Settable::OPTIONAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_arguments_and_no_other() {
        assert!(KINDS.iter().all(|kind| schema(kind).is_some()));
        assert!(schema("puppet").is_none());
        let host = connection().block.attribute("host").unwrap();
        assert!(host.settable.required);
    }
}
