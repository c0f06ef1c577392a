//! A history of a stack, carried out by two tools side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use super::compare::{Difference, compare};
use super::edit::Step;
use super::generate::{Builder, Dialect};
use super::known;
use super::normal::{self, Ids};
use super::random::Random;
use super::tool::{Run, Tool};

const EDITS: usize = 3;
const STATE: &str = "terraform.tfstate";
/// What not every peer says of a plan.
const NEWER: [&str; 2] = ["applyable", "complete"];
const PLAN: &str = "saved.plan";
/// The stage of a state that an apply left which failed with both.
pub(crate) const FAILED: &str = "state after a failure";

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) steps: Vec<Step>,
}

/// How the two got on.
#[derive(Default)]
pub(crate) struct Verdict {
    /// The step at which they differ, and how.
    pub(crate) differences: Vec<Difference>,
    pub(crate) step: usize,
    /// The objects in the peer's state when it had most.
    pub(crate) objects: usize,
    /// Plans that both refused.
    pub(crate) refused: usize,
    pub(crate) plans: usize,
    /// The listed disagreements that were met.
    pub(crate) known: BTreeSet<usize>,
    /// What the peer said and what we said, where both refused in other words.
    pub(crate) wordings: BTreeMap<(String, String), usize>,
}

impl Case {
    pub(crate) fn random(seed: u64, index: u64, dialect: Dialect) -> Self {
        let mut builder = Builder::new(Random::of_case(seed, index), dialect);
        let mut steps = vec![Step::first(&mut builder)];
        for _ in 0..EDITS + builder.random.below(2) {
            let next = steps[steps.len() - 1].next(&mut builder);
            steps.push(next);
        }
        Self { steps }
    }

    /// Runs every step with both until they differ.
    pub(crate) fn run(&self, peer: &Tool, ours: &Tool, scratch: &Path) -> Result<Verdict, String> {
        let mut peer = Side::new(peer, scratch.join("peer"))?;
        let mut ours = Side::new(ours, scratch.join("ours"))?;
        let mut verdict = Verdict::default();
        for (at, step) in self.steps.iter().enumerate() {
            verdict.step = at;
            let (theirs, mine) = thread::scope(|scope| {
                let theirs = scope.spawn(|| peer.step(step));
                let mine = ours.step(step);
                (theirs.join().expect("no step panics"), mine)
            });
            let (mut theirs, mut mine) = (theirs?, mine?);
            forget_newer(&mut theirs.shown, &mut mine.shown, ours.tool.is_wb());
            verdict.plans += 1;
            if theirs.plan.code == Some(1) && mine.plan.code == Some(1) {
                verdict.refused += 1;
                let words = (theirs.plan.errors().join(" | "), mine.plan.errors().join(" | "));
                if words.0 != words.1 {
                    *verdict.wordings.entry(words).or_default() += 1;
                }
            }
            verdict.objects = verdict.objects.max(theirs.objects);
            let (differences, passed) = differences(step, &theirs, &mine);
            verdict.differences = differences;
            verdict.known.extend(passed);
            if verdict.differences.is_empty() {
                continue;
            }
            if let Some(known) = known::find(step, &verdict.differences) {
                // From here on the two states are of different stacks.
                verdict.known.insert(known);
                verdict.differences.clear();
            }
            break;
        }
        Ok(verdict)
    }
}

/// Leaves out of two plans what only one of the tools has learnt to say; wb has to say all that its peer does.
fn forget_newer(peer: &mut Value, ours: &mut Value, is_wb: bool) {
    for name in NEWER {
        if peer.is_object()
            && ours.is_object()
            && (peer[name].is_null() || ours[name].is_null() && !is_wb)
        {
            peer[name] = Value::Null;
            ours[name] = Value::Null;
        }
    }
}

/// One tool at work on a case.
struct Side<'a> {
    tool: &'a Tool,
    folder: PathBuf,
    ids: Ids,
}

/// What one step came to.
struct Record {
    before: Vec<Option<i32>>,
    plan: Run,
    announced: Value,
    shown: Value,
    apply: Option<Run>,
    state: Value,
    objects: usize,
}

impl<'a> Side<'a> {
    fn new(tool: &'a Tool, folder: PathBuf) -> Result<Self, String> {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Self { tool, folder, ids: Ids::default() })
    }

    fn step(&mut self, step: &Step) -> Result<Record, String> {
        write_step(step, &self.folder, self.tool.is_wb())?;
        let mut before = Vec::new();
        for command in &step.before {
            before.push(self.tool.run(&self.folder, command)?.code);
        }
        let mut args =
            words(&["plan", "-json", "-input=false", "-lock=false", "-detailed-exitcode"]);
        args.extend(step.plan_options.iter().cloned());
        if self.tool.saves_plans {
            args.push(format!("-out={PLAN}"));
        }
        let plan = self.tool.run(&self.folder, &args)?;
        let (mut shown, mut apply) = (Value::Null, None);
        if matches!(plan.code, Some(0 | 2)) {
            let mut args = words(&["apply", "-json", "-input=false", "-lock=false"]);
            if self.tool.saves_plans {
                let run = self.tool.run(&self.folder, &words(&["show", "-json", PLAN]))?;
                let parsed = serde_json::from_str(&run.stdout);
                let plan = parsed.unwrap_or_else(|_| json!({"show": run.stderr}));
                shown = normal::plan(&plan, &self.ids);
                args.push(PLAN.to_owned());
            } else {
                args.push("-auto-approve".to_owned());
                args.extend(step.plan_options.iter().cloned());
            }
            apply = Some(self.tool.run(&self.folder, &args)?);
        }
        let path = self.folder.join(STATE);
        let file = match fs::read_to_string(&path) {
            Ok(text) => {
                serde_json::from_str(&text).unwrap_or_else(|e| json!({"damaged": e.to_string()}))
            }
            Err(_) => Value::Null,
        };
        self.ids.learn(&file);
        let state = normal::state(&file, &self.ids);
        let objects = state["objects"].as_object().map_or(0, serde_json::Map::len);
        let announced = self.ids.rename(&plan.announced());
        Ok(Record { before, plan, announced, shown, apply, state, objects })
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// Writes a step's files over those of the step before.
pub(crate) fn write_step(step: &Step, folder: &Path, for_wb: bool) -> Result<(), String> {
    let write = |path: &Path, text: &str| {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
        }
        fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    for (path, text) in step.stack.files("tf") {
        write(&folder.join(path), &text)?;
    }
    if for_wb {
        // Terraform's local state, in the place where terraform has it without a word.
        write(&folder.join("backend.tf"), "terraform {\n  backend \"local\" {}\n}\n")?;
    } else {
        write(&folder.join(".terraform/modules/modules.json"), &step.stack.manifest().to_string())?;
    }
    Ok(())
}

/// Where the two differ, and which listed disagreements were passed over.
fn differences(step: &Step, peer: &Record, ours: &Record) -> (Vec<Difference>, Vec<usize>) {
    let mut out = Vec::new();
    if ours.plan.is_orderly() != peer.plan.is_orderly() {
        let said = ours.plan.stderr.chars().take(600).collect::<String>();
        out.push(Difference::of(
            "plan",
            "crash",
            json!(peer.plan.code),
            json!([ours.plan.code, said]),
        ));
    }
    if peer.before != ours.before {
        out.push(Difference::of("before", "codes", json!(peer.before), json!(ours.before)));
    }
    if peer.plan.code != ours.plan.code {
        let of = |run: &Run| json!([run.code, run.errors(), run.warnings()]);
        out.push(Difference::of("plan", "code", of(&peer.plan), of(&ours.plan)));
    }
    if peer.plan.code == Some(1) && ours.plan.code == Some(1) {
        compare("state", &peer.state, &ours.state, &mut out);
        return (out, Vec::new());
    }
    compare("plan", &peer.announced, &ours.announced, &mut out);
    if ours.shown.is_object() {
        compare("plan", &peer.shown, &ours.shown, &mut out);
    }
    let passed = known::pass_over(step, &mut out);
    if !out.is_empty() {
        return (out, passed);
    }
    if let (Some(theirs), Some(mine)) = (&peer.apply, &ours.apply)
        && theirs.code != mine.code
    {
        let of = |run: &Run| {
            json!([run.code, run.errors(), run.stderr.chars().take(300).collect::<String>()])
        };
        out.push(Difference::of("apply", "code", of(theirs), of(mine)));
    } else {
        let has_failed = ours.apply.as_ref().is_some_and(|run| run.code == Some(1));
        let stage = if has_failed { FAILED } else { "state" };
        compare(stage, &peer.state, &ours.state, &mut out);
    }
    let mut passed = passed;
    passed.extend(known::pass_over(step, &mut out));
    (out, passed)
}
