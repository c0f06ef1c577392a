//! What is run for an object when it is made or destroyed.

mod file;
mod lines;
mod local_exec;
mod remote;
mod remote_exec;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wb_core::marks::MarkKinds;
use wb_core::source::Span;
use wb_core::value::Value;

use crate::Provision;

/// Where it runs.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// What relative paths start from.
    pub(crate) work_dir: Arc<Path>,
    /// For names that no other run uses.
    pub(crate) number: u32,
}

impl Machine {
    /// A number for the name of a file there.
    fn number(&self, of: usize) -> u32 {
        self.number.wrapping_add(u32::try_from(of).unwrap_or_default())
    }
}

/// Why a provisioner has failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ProvisionError {
    pub(crate) detail: String,
    pub(crate) span: Option<Span>,
}

impl ProvisionError {
    fn new(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), span: None }
    }
}

/// Where its lines go.
pub(crate) struct Said {
    say: Box<dyn Fn(String) + Send + Sync>,
    /// Whether what it prints may show what is secret.
    secret: bool,
    told: AtomicBool,
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Said").field("secret", &self.secret).finish_non_exhaustive()
    }
}

impl Said {
    pub(crate) fn new(say: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self { say: Box::new(say), secret: false, told: AtomicBool::new(false) }
    }

    fn line(&self, text: impl Into<String>) {
        if !self.secret {
            (self.say)(text.into());
        } else if !self.told.swap(true, Ordering::Relaxed) {
            (self.say)("(output suppressed due to sensitive value in config)".to_owned());
        }
    }
}

/// Runs one provisioner. Dropping the future ends what it has started.
pub(crate) async fn run(
    provision: Provision,
    machine: Machine,
    mut said: Said,
) -> Result<(), ProvisionError> {
    let secrets = MarkKinds::SENSITIVE.union(MarkKinds::EPHEMERAL);
    said.secret = provision.config.deep_mark_kinds().intersects(secrets);
    let config = provision.config.unmark_deep().0;
    match &*provision.kind {
        "file" => file::run(&Arguments(&config), &provision.connection, &machine, &said).await,
        "local-exec" => local_exec::run(&Arguments(&config), &machine, &said).await,
        "remote-exec" => {
            remote_exec::run(&Arguments(&config), &provision.connection, &machine, &said).await
        }
        kind => Err(ProvisionError::new(format!(
            "There is no provisioner {kind:?} here. What there is: {}.",
            wb_core::provisioner::KINDS.join(", ")
        ))),
    }
}

/// The arguments of a provisioner or a connection.
struct Arguments<'a>(&'a Value);

impl Arguments<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.attribute(name)?.as_str()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.0.attribute(name)?.as_bool()
    }

    /// The strings of a list; those that are null are left out.
    fn texts(&self, name: &str) -> Vec<&str> {
        let elements = self.0.attribute(name).and_then(Value::as_elements).unwrap_or_default();
        elements.iter().filter_map(Value::as_str).collect()
    }

    fn entries(&self, name: &str) -> Vec<(&str, &str)> {
        let Some(map) = self.0.attribute(name).and_then(Value::as_map) else { return Vec::new() };
        map.iter().filter_map(|(key, value)| Some((key, value.as_str()?))).collect()
    }
}

/// The text as one word of a POSIX shell.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
