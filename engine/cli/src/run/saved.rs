//! Plans in files: saved, read, and taken up again.

use std::path::Path;
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::time::Zoned;
use wb_crypt::Envelope;
use wb_engine::Machine;
use wb_engine::encryption::Encryption;
use wb_engine::load::Loading;
use wb_engine::{files, state};
use wb_exec::Clients;
use wb_lang::host::{Host as _, Phase};
use wb_lang::stack::Stack;
use wb_plan::file::{KeptModule, KeptRead, KeptSource};
use wb_plan::object::encode_output;
use wb_plan::{Action, Plan, PlanFile};
use wb_state::{Digest, State, v4};
use wb_store::Loaded;

use super::settle::refused;
use super::{Asked, Made, Run, Ui, lineage, taken};
use crate::args::Matches;
use crate::session::{Session, Stop};

/// The largest plan file that is read.
const LARGEST: u64 = 4 << 30;

/// Flags that say how to plan, which has been done.
const OF_PLANNING: [&str; 6] =
    ["destroy", "exclude", "refresh", "refresh-only", "replace", "target"];

/// Reads a saved plan.
///
/// # Errors
/// Where it cannot be read, or this version of wb cannot carry it out.
pub(crate) fn read_plan(
    session: &mut Session,
    matches: &Matches,
    path: &str,
) -> Result<PlanFile, Stop> {
    let bytes = files::read(Path::new(path), LARGEST).map_err(|error| {
        Diagnostic::error(UNREADABLE, format!("The plan file {path} cannot be read: {error}."))
            .help(
                "\"wb plan -out=FILE\" makes a plan file. Without a file, \"wb apply\" plans anew.",
            )
    })?;
    parse_plan(session, matches, path, bytes)
}

/// The plan in a file's bytes.
///
/// # Errors
/// As [`read_plan`].
pub(crate) fn parse_plan(
    session: &mut Session,
    matches: &Matches,
    path: &str,
    bytes: Vec<u8>,
) -> Result<PlanFile, Stop> {
    let encryption = match session.encryption(matches) {
        Ok(encryption) => encryption,
        // A plan that is not encrypted needs no stack.
        Err(_) if !Envelope::is_one(&bytes) => Encryption::default(),
        Err(stop) => return Err(stop),
    };
    let bytes = encryption.plan.open(bytes).map_err(|error| {
        Diagnostic::error(UNREADABLE, format!("The file {path} is not used: {error}."))
            .help(error.help())
    })?;
    let file = PlanFile::read(&bytes.bytes).map_err(|error| {
        Diagnostic::error(UNREADABLE, format!("The file {path} is not used: {error}."))
            .help("Make a new plan with \"wb plan -out=FILE\".")
    })?;
    let ours = env!("CARGO_PKG_VERSION");
    if file.writer != ours {
        let detail = format!(
            "The plan {path} was made by wb {}, and this is wb {ours}, whose providers may decide otherwise.",
            file.writer
        );
        return Err(Diagnostic::error(UNREADABLE, detail)
            .help("Make a new plan with this version, or carry it out with the one that made it.")
            .into());
    }
    Ok(file)
}

const UNREADABLE: &str = "Failed to read plan from plan file";

/// The stack that a saved plan was made from.
///
/// # Errors
/// Where what is in the file makes none.
pub(crate) fn saved_stack(
    session: &mut Session,
    matches: &Matches,
    file: &PlanFile,
) -> Result<Stack, Stop> {
    let machine = machine_of(session, file)?;
    let mut loading = session.load_saved(matches, &machine, file);
    // What is ephemeral is not there, and showing needs no values.
    match loading.stack.take() {
        Some(stack) => Ok(stack),
        None => Err(taken(&mut loading)),
    }
}

/// The state that the plan was made on, as it is after what planning found out.
///
/// # Errors
/// Where there is none in the file.
pub(crate) fn prior_state(file: &PlanFile) -> Result<State, Stop> {
    let broken = |why: String| Stop::from(Diagnostic::error(UNREADABLE, why));
    let before = match file.state.is_empty() {
        true => State::default(),
        false => {
            let read = v4::read(file.state.clone());
            let read = read.map_err(|error| {
                broken(format!("The state in the plan file is broken: {error}."))
            })?;
            read.snapshot.state
        }
    };
    let mut state = state::edited(&before, &file.plan.edits).map_err(|error| {
        broken(format!("The plan does not fit the state in its file: {error}."))
    })?;
    // As Terraform has it, outputs that are known already count as what was there.
    for output in file.plan.outputs.iter().filter(|output| output.after.is_wholly_known()) {
        match output.action {
            Action::Delete => {}
            _ if output.after.is_null() => {
                state.outputs.remove(&output.name);
            }
            _ => {
                let kept = encode_output(&output.after, output.sensitive, None)
                    .map_err(|error| broken(format!("An output has no form: {error}.")))?;
                state.outputs.insert(Arc::clone(&output.name), kept);
            }
        }
    }
    Ok(state)
}

/// The machine as it was when the plan was made: the time, the workspace and what was read.
fn machine_of(session: &Session, file: &PlanFile) -> Result<Machine, Stop> {
    let plan = &file.plan;
    let made: Zoned = plan.timestamp.parse().map_err(|_| {
        let detail = format!("It was made at {:?}, which is no time.", plan.timestamp);
        Stop::from(Diagnostic::error(UNREADABLE, detail))
    })?;
    let machine = Machine::new(Phase::Plan, &*plan.workspace, session.ambience()?)
        .planned_at(made.moment)
        .started_in(session.started_in());
    for read in &file.reads {
        match &read.content {
            Some(content) => machine.recall(read.path.as_str(), content.clone()),
            None => check_read(&machine, read)?,
        }
    }
    Ok(machine)
}

/// A large file is read again, and must be what it was.
fn check_read(machine: &Machine, read: &KeptRead) -> Result<(), Stop> {
    const SUMMARY: &str = "File changed after the plan was made";
    let path = &read.path;
    let content = machine.read_file(path).map_err(|error| {
        let detail = format!(
            "The file {path}, which a function reads, is too large to be kept in a plan, and cannot be read now: {error}."
        );
        Diagnostic::error(SUMMARY, detail).help("Put it back, or make a new plan.")
    })?;
    if Digest::of_bytes(&content) != read.digest {
        let detail = format!(
            "The file {path}, which a function reads, is too large to be kept in a plan, and is another than when the plan was made."
        );
        let problem = Diagnostic::error(SUMMARY, detail);
        return Err(problem.help("Put the old one back, or make a new plan.").into());
    }
    Ok(())
}

impl<'s> Run<'s> {
    /// A run that carries out a saved plan.
    ///
    /// # Errors
    /// Where flags ask for another plan, the stack in it cannot be read, or its state cannot be found.
    pub(crate) fn of_saved(
        session: &'s mut Session,
        matches: &'s Matches,
        path: &str,
        file: &PlanFile,
    ) -> Result<Self, Stop> {
        if let Some((flag, _)) = matches.flags().find(|(name, _)| OF_PLANNING.contains(name)) {
            let detail = format!(
                "The option -{flag} says how to plan, and the plan {path} is made already: it is carried out as it is."
            );
            return Err(Diagnostic::error("Can't change a saved plan", detail)
                .help("Leave the option out, or make a new plan with it.")
                .into());
        }
        let ambience = session.ambience()?;
        let ui = Ui::new(matches, session.output, ambience.clone());
        ui.version();
        let machine = machine_of(session, file)?;
        let mut loading = session.load_saved(matches, &machine, file);
        loading.diags.retain(Diagnostic::is_error);
        if loading.diags.has_errors() || loading.stack.is_none() {
            return Err(taken(&mut loading));
        }
        let matches_of_state = match (&file.state_flag, matches.text("state")) {
            (Some(path), None) => matches.with("state", path),
            _ => matches.clone(),
        };
        loading.diags.append(changed_since(file));
        let plan = &file.plan;
        let asked = Asked {
            mode: plan.mode,
            selection: plan.selection.clone(),
            refresh: plan.refreshed,
            generated: None,
        };
        let workspace = plan.workspace.to_string();
        let run = (session, matches, ui);
        Self::over(run, (machine, loading), &matches_of_state, workspace, asked)
    }

    /// Takes up a saved plan. The lock is held.
    ///
    /// # Errors
    /// Where the state is another than the plan was made on, or the plan has an error.
    pub(super) fn take_up(&mut self, mut plan: Plan, loaded: &mut Loaded) -> Result<Made, Stop> {
        if plan.errored {
            let detail = "Planning met an error, so that the plan is not complete.";
            return Err(Diagnostic::error("Cannot apply incomplete plan", detail)
                .help("Mend what the error said, and make a new plan.")
                .into());
        }
        let mut diags = std::mem::take(&mut self.loading.diags);
        if !loaded.snapshot.open.is_empty() {
            diags.append(self.settle(loaded, &plan, Clients::new(), true)?);
        }
        let base = &plan.base;
        // A state that was not there when the plan was made may be there and say nothing.
        let is_other = !base.lineage.is_empty() && base.lineage != lineage(loaded);
        if is_other || base.digest != loaded.snapshot.state.digest() {
            return Err(self.stale(&plan, loaded, is_other));
        }
        diags.append(refused(&plan, loaded));
        plan.errored |= diags.has_errors();
        // It is not shown any more, so what is to be said is said here.
        if !plan.errored {
            self.show(&diags);
        }
        Ok(Made { plan, diags, clients: Clients::new() })
    }

    fn stale(&self, plan: &Plan, loaded: &Loaded, is_other: bool) -> Stop {
        let (now, then) = (loaded.base.0, plan.base.serial);
        let (summary, detail) = if is_other {
            let here = match &*lineage(loaded) {
                "" => "there is no state here".to_owned(),
                here => format!("that of the state here is {here}"),
            };
            let then = &plan.base.lineage;
            let detail =
                format!("The plan was made on another state: its lineage is {then}, and {here}.");
            ("Saved plan does not match the given state", detail)
        } else {
            let detail = format!(
                "The state was changed after the plan was made: it is at serial {now}, and was at {then} and another."
            );
            ("Saved plan is stale", detail)
        };
        Diagnostic::error(summary, detail)
            .help("Make a new plan with \"wb plan -out=FILE\".")
            .into()
    }

    /// Saves a plan in a file that nobody else can read.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn save(&mut self, plan: Plan, loaded: &Loaded, path: &str) -> Result<(), Stop> {
        let is_applyable = plan.is_applyable();
        let state = match plan.base.lineage.is_empty() {
            true => Vec::new(),
            false => v4::write_plain(&loaded.snapshot),
        };
        let file = PlanFile {
            writer: env!("CARGO_PKG_VERSION").to_owned(),
            state_flag: self.matches.text("state").map(str::to_owned),
            sources: sources(&self.loading),
            modules: modules(&self.loading),
            reads: self.machine.reads().into_iter().map(|(p, c)| KeptRead::new(p, c)).collect(),
            state,
            plan: numbered(plan, &self.loading),
        };
        let failed = |why: &dyn std::fmt::Display| {
            let detail = format!("The plan file {path} cannot be written: {why}.");
            Stop::from(Diagnostic::error("Failed to write plan file", detail))
        };
        let bytes = file.write().map_err(|error| failed(&error))?;
        let cipher = &self.state.encryption().plan;
        let bytes = cipher.seal(bytes, None).map_err(|error| failed(&error))?;
        files::write_private(Path::new(path), &bytes)
            .map_err(|error| failed(&files::words(&error)))?;
        if is_applyable {
            self.ui.tell(&format!(
                "\nSaved the plan to: {path}\n\nTo perform exactly these actions, run the following command to apply:\n    wb apply {path:?}\n"
            ));
        }
        Ok(())
    }
}

fn sources(loading: &Loading) -> Vec<KeptSource> {
    let kept = |file: &wb_engine::load::LoadedFile| KeptSource {
        dir: file.dir.clone(),
        name: file.name.clone(),
        path: file.path.as_str().into(),
        text: loading.sources.file(file.id).shared_text(),
    };
    loading.files.iter().map(kept).collect()
}

fn modules(loading: &Loading) -> Vec<KeptModule> {
    let kept = |(path, entry): (&str, &wb_engine::load::Entry)| KeptModule {
        path: path.to_owned(),
        dir: entry.dir.as_str().into(),
    };
    loading.manifest.iter().map(kept).collect()
}

/// The plan with its places numbered by the files that are saved. What is in no such file has no place then.
fn numbered(mut plan: Plan, loading: &Loading) -> Plan {
    for deferred in &mut plan.deferred {
        deferred.at = deferred.at.and_then(|mut span| {
            let index = loading.files.iter().position(|file| file.id == span.file)?;
            span.file = wb_core::source::FileId::from_index(index);
            Some(span)
        });
    }
    plan
}

/// That the folder holds another stack by now, where it does.
fn changed_since(file: &PlanFile) -> Diagnostics {
    let differs = |source: &&KeptSource| {
        let now = files::read(Path::new(&*source.path), LARGEST);
        now.is_ok_and(|bytes| {
            bytes != source.text.as_bytes() && std::str::from_utf8(&bytes).is_ok()
        })
    };
    let changed: Vec<&str> =
        file.sources.iter().filter(differs).map(|source| &*source.path).collect();
    let Some(first) = changed.first() else { return Diagnostics::new() };
    let more = match changed.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let detail = format!(
        "{first}{more} changed after the plan was made. The plan is carried out with the configuration that it was made from."
    );
    Diagnostic::warning("Configuration changed after the plan was made", detail).into()
}
