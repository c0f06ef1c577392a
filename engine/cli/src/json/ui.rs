//! Lines for programs that watch: `plan -json`, `apply -json`. One object a line, each with the time it was written at.
//!
//! Sensitive values are left out here, unlike in the other forms: these lines end up in logs.

use std::io;
use std::time::Duration;

use wb_core::addr::AbsInstance;
use wb_core::diag::Diagnostics;
use wb_core::json::encode_type;
use wb_core::source::SourceMap;
use wb_exec::{Doing, Event, ShownId};
use wb_plan::{Action, Change, Counts, Plan};
use wb_state::State;

use super::address::key;
use super::out::Out;
use super::plan::{import, short_reason};
use super::{diagnostic, values};
use crate::render::places::Places;
use crate::render::plan::is_shown;
use crate::render::plan::summary::{applied_line, destroyed_line, plan_line};
use crate::render::progress;
use crate::stored;

/// Of the lines, as Terraform counts versions of them.
const FORMAT: &str = "1.2";
const MODULE: &str = "terraform.ui";

/// Writes lines. The clock gives moments as RFC 3339 has them.
pub struct Lines<'w> {
    to: &'w mut dyn io::Write,
    clock: &'w dyn Fn() -> String,
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines")
    }
}

/// What a run was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    Plan,
    Apply,
    Destroy,
}

impl<'w> Lines<'w> {
    pub fn new(to: &'w mut dyn io::Write, clock: &'w dyn Fn() -> String) -> Self {
        Self { to, clock }
    }

    fn line(
        &mut self,
        level: &str,
        message: &str,
        kind: &str,
        members: impl FnOnce(&mut Out<'_>),
    ) -> io::Result<()> {
        let mut out = Out::new(self.to);
        out.object(|out| {
            out.key("@level").string(level);
            out.key("@message").string(message);
            out.key("@module").string(MODULE);
            out.key("@timestamp").string(&(self.clock)());
            members(out);
            out.key("type").string(kind);
        });
        out.finish_line().map(|_| ())
    }

    /// The first line: what writes, and which version of Terraform it stands for.
    ///
    /// # Errors
    /// Where it cannot be written; so for all that follow.
    pub fn version(&mut self, terraform: &str, wb: &str) -> io::Result<()> {
        let message = format!("wb {wb}, standing for Terraform {terraform}");
        self.line("info", &message, "version", |out| {
            out.key("terraform").string(terraform);
            out.key("wb").string(wb);
            out.key("ui").string(FORMAT);
        })
    }

    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn log(&mut self, message: &str) -> io::Result<()> {
        self.line("info", message, "log", |_| {})
    }

    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn diagnostics(&mut self, problems: &Diagnostics, sources: &SourceMap) -> io::Result<()> {
        let mut places = Places::new(sources);
        for problem in problems {
            let (level, word) =
                if problem.is_error() { ("error", "Error") } else { ("warn", "Warning") };
            let message = format!("{word}: {}", problem.summary);
            self.line(level, &message, "diagnostic", |out| {
                diagnostic::write(out.key("diagnostic"), problem, &mut places);
            })?;
        }
        Ok(())
    }

    /// Everything that a plan tells: drift, changes, the summary, outputs.
    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn plan(&mut self, plan: &Plan) -> io::Result<()> {
        for change in plan.told_drift() {
            let message = format!("{}: Drift detected ({})", change.instance(), verb(change));
            self.line("info", &message, "resource_drift", |out| resource_change(out, change))?;
        }
        for change in plan.told_changes().filter(|change| is_shown(change)) {
            let message = format!("{}: Plan to {}", change.instance(), verb(change));
            self.line("info", &message, "planned_change", |out| resource_change(out, change))?;
        }
        for one in &plan.deferred {
            let name = one.resource.resource.clone().absolute(one.module.clone());
            let message = format!("{name}: Planned in the next round");
            self.line("info", &message, "deferred_change", |out| {
                out.key("deferred").object(|out| out.key("addr").display(&name));
            })?;
        }
        let counts = plan.counts();
        self.summary(&plan_line(&counts), &counts, "plan")?;
        if plan.outputs.is_empty() {
            return Ok(());
        }
        // Those that stay as they are too, as Terraform has it.
        self.line("info", &format!("Outputs: {}", plan.outputs.len()), "outputs", |out| {
            out.key("outputs").object(|out| {
                for output in &plan.outputs {
                    out.key(&output.name).object(|out| {
                        out.key("sensitive").plain(output.sensitive);
                        out.key("action").string(action(output.action, false));
                    });
                }
            });
        })
    }

    /// What a run has done in the end.
    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn done(&mut self, done: &Counts, operation: Operation) -> io::Result<()> {
        match operation {
            Operation::Plan => self.summary(&plan_line(done), done, "plan"),
            Operation::Apply => self.summary(&applied_line(done), done, "apply"),
            Operation::Destroy => self.summary(&destroyed_line(done), done, "destroy"),
        }
    }

    fn summary(&mut self, message: &str, counts: &Counts, operation: &str) -> io::Result<()> {
        self.line("info", message, "change_summary", |out| {
            out.key("changes").object(|out| {
                out.key("add").plain(counts.add);
                out.key("change").plain(counts.change);
                out.key("import").plain(counts.import);
                out.key("remove").plain(counts.destroy);
                if counts.forget > 0 {
                    out.key("forget").plain(counts.forget);
                }
                out.key("operation").string(operation);
            });
        })
    }

    /// The outputs after a run.
    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn outputs(&mut self, state: &State) -> io::Result<()> {
        let message = format!("Outputs: {}", state.outputs.len());
        self.line("info", &message, "outputs", |out| {
            out.key("outputs").object(|out| {
                for (name, output) in &state.outputs {
                    let value = stored::output(output);
                    out.key(name).object(|out| {
                        out.key("sensitive").plain(output.sensitive);
                        out.key("type").raw(&encode_type(value.ty()));
                        if !output.sensitive {
                            values::known(out.key("value"), &value);
                        }
                    });
                }
            });
        })
    }

    /// An object is read before planning.
    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn refresh_started(
        &mut self,
        address: &AbsInstance,
        id: Option<&ShownId>,
    ) -> io::Result<()> {
        let message = progress::refreshing(address, id);
        self.hook(&message, "refresh_start", address, |out| shown_id(out, id))
    }

    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn refresh_done(&mut self, address: &AbsInstance, id: Option<&ShownId>) -> io::Result<()> {
        let message = format!("{address}: Refresh complete{}", progress::bracketed(id));
        self.hook(&message, "refresh_complete", address, |out| shown_id(out, id))
    }

    /// A step still goes on.
    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn still(
        &mut self,
        address: &AbsInstance,
        doing: Doing,
        elapsed: Duration,
        id: Option<&ShownId>,
    ) -> io::Result<()> {
        let message = progress::still(address, doing, elapsed, id);
        self.hook(&message, "apply_progress", address, |out| {
            out.key("action").string(doing_word(doing));
            out.key("elapsed_seconds").plain(elapsed.as_secs());
        })
    }

    #[expect(clippy::missing_errors_doc, reason = "as version")]
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        let message = progress::message(event);
        let ephemeral = |doing| matches!(doing, Doing::Open | Doing::Renew | Doing::Close);
        match event {
            Event::Started { address, doing, id } => {
                let kind = if ephemeral(*doing) { "ephemeral_op_start" } else { "apply_start" };
                self.hook(&message, kind, &address.instance, |out| {
                    out.key("action").string(doing_word(*doing));
                    shown_id(out, id.as_ref());
                })
            }
            Event::Done { address, doing, elapsed, id } => {
                let kind =
                    if ephemeral(*doing) { "ephemeral_op_complete" } else { "apply_complete" };
                self.hook(&message, kind, &address.instance, |out| {
                    out.key("action").string(doing_word(*doing));
                    shown_id(out, id.as_ref());
                    out.key("elapsed_seconds").plain(elapsed.as_secs());
                })
            }
            Event::Failed { address, doing, elapsed } => {
                let kind = if ephemeral(*doing) { "ephemeral_op_errored" } else { "apply_errored" };
                self.hook(&message, kind, &address.instance, |out| {
                    out.key("action").string(doing_word(*doing));
                    out.key("elapsed_seconds").plain(elapsed.as_secs());
                })
            }
            Event::ProvisionStarted { address, kind } => {
                self.hook(&message, "provision_start", &address.instance, |out| {
                    out.key("provisioner").string(kind);
                })
            }
            Event::ProvisionOutput { address, kind, line } => {
                self.hook(&message, "provision_progress", &address.instance, |out| {
                    out.key("provisioner").string(kind);
                    out.key("output").string(line);
                })
            }
            Event::ProvisionDone { address, kind } => {
                self.hook(&message, "provision_complete", &address.instance, |out| {
                    out.key("provisioner").string(kind);
                })
            }
            Event::ProvisionFailed { address, kind } => {
                self.hook(&message, "provision_errored", &address.instance, |out| {
                    out.key("provisioner").string(kind);
                })
            }
        }
    }

    fn hook(
        &mut self,
        message: &str,
        kind: &str,
        address: &AbsInstance,
        members: impl FnOnce(&mut Out<'_>),
    ) -> io::Result<()> {
        self.line("info", message, kind, |out| {
            out.key("hook").object(|out| {
                resource(out.key("resource"), address);
                members(out);
            });
        })?;
        self.to.flush()
    }
}

fn shown_id(out: &mut Out<'_>, id: Option<&ShownId>) {
    if let Some(id) = id {
        out.key("id_key").string(id.key);
        out.key("id_value").string(&id.value);
    }
}

fn resource(out: &mut Out<'_>, instance: &AbsInstance) {
    let resource = &instance.resource.resource;
    out.object(|out| {
        out.key("addr").display(instance);
        let module = instance.module();
        out.key("module").string(&if module.is_root() {
            String::new()
        } else {
            module.to_string()
        });
        out.key("resource").string(&format!("{resource}{}", instance.key));
        out.key("implied_provider").string(resource.implied_provider());
        out.key("resource_type").string(&resource.kind);
        out.key("resource_name").string(&resource.name);
        key(out.key("resource_key"), &instance.key);
    });
}

fn resource_change(out: &mut Out<'_>, change: &Change) {
    out.key("change").object(|out| {
        resource(out.key("resource"), change.instance());
        if let Some(previous) = &change.previous {
            resource(out.key("previous_resource"), previous);
        }
        out.key("action").string(verb(change));
        if let Some(reason) = short_reason(change.reason) {
            out.key("reason").string(reason);
        }
        if let Some(importing) = &change.importing {
            out.key("importing").object(|out| import(out, importing));
            out.text_unless_empty("generated_config", importing.generated.as_deref().unwrap_or(""));
        }
    });
}

/// What happens, in one word: an object that is only moved or imported is told so.
fn verb(change: &Change) -> &'static str {
    match (change.action, &change.importing, &change.previous) {
        (Action::NoOp, Some(_), _) => "import",
        (Action::NoOp, None, Some(_)) => "move",
        (action, ..) => self::action(action, true),
    }
}

fn action(action: Action, of_resource: bool) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Replace { .. } | Action::ForgetAndCreate => "replace",
        Action::Delete => "delete",
        Action::Forget if of_resource => "remove",
        Action::Forget => "delete",
    }
}

fn doing_word(doing: Doing) -> &'static str {
    match doing {
        Doing::Create => "create",
        Doing::Update => "update",
        Doing::Delete => "delete",
        Doing::Read => "read",
        Doing::Import => "import",
        Doing::Forget => "remove",
        Doing::Open => "open",
        Doing::Renew => "renew",
        Doing::Close => "close",
    }
}

#[cfg(test)]
mod tests;
