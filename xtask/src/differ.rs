//! `cargo xtask differ`: random small stacks, planned and applied by wb and by a peer side by side.
//!
//! Every case is a stack and a few edits of it. After each edit both plan, show the plan and apply it, each in a folder
//! of its own; verdict, plan and state must agree ([`normal`] says what is left out). A disagreement is made smaller as
//! long as it stays, and left in a folder with the commands that show it. `--wb` takes any tool: the harness is right
//! if a peer agrees with itself.

mod case;
mod compare;
mod construct;
mod edit;
mod expr;
mod generate;
mod known;
mod minimise;
mod model;
mod normal;
pub(crate) mod random;
pub(crate) mod tool;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use case::{Case, Verdict, write_step};
use generate::Dialect;
use tool::Tool;

pub(crate) const HELP: &str = "\
Usage: cargo xtask differ [--peer NAME|PATH] [--wb PATH] [--seed N] [--stacks N] [--case N] [--jobs N]
                          [--minimise N] [--out FOLDER]

  --peer      terraform (default), tofu, or the path of either; tofu gets stacks in its own dialect too
  --wb        the binary to judge; the one that was built beside this tool if not given
  --seed      which stacks (default 1)
  --stacks    how many (default 50)
  --case      one case alone, and every difference in it
  --minimise  how many disagreements to make smaller, one of each kind (default 5)
";

pub(crate) struct Options {
    pub(crate) peer: PathBuf,
    pub(crate) wb: PathBuf,
    pub(crate) seed: u64,
    pub(crate) stacks: u64,
    case: Option<u64>,
    jobs: usize,
    minimise: usize,
    out: PathBuf,
}

impl Options {
    pub(crate) fn new(peer: &str) -> Result<Self, String> {
        let beside = std::env::current_exe().map_err(|e| e.to_string())?;
        let built = beside.parent().unwrap_or(Path::new("."));
        Ok(Self {
            peer: peer.into(),
            wb: built.join("wb"),
            seed: 1,
            stacks: 50,
            case: None,
            jobs: thread::available_parallelism().map_or(1, usize::from),
            minimise: 5,
            out: built.parent().unwrap_or(built).join("differ"),
        })
    }

    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self::new("terraform")?;
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let mut value = || args.next().ok_or(format!("differ: {name} needs a value\n\n{HELP}"));
            match name.as_str() {
                "--peer" => options.peer = value()?.into(),
                "--wb" => options.wb = value()?.into(),
                "--seed" => options.seed = number(value()?)?,
                "--stacks" => options.stacks = number(value()?)?,
                "--case" => options.case = Some(number(value()?)?),
                "--jobs" => options.jobs = number(value()?)?,
                "--minimise" => options.minimise = number(value()?)?,
                "--out" => options.out = value()?.into(),
                _ => return Err(format!("differ: there is no option {name}\n\n{HELP}")),
            }
        }
        Ok(options)
    }

    fn dialect(&self) -> Dialect {
        let name = self.peer.file_stem().unwrap_or_default();
        if name == "tofu" { Dialect::Tofu } else { Dialect::Terraform }
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("differ: {text} is no number"))
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    compare_all(&Options::parse(args)?)
}

/// What all cases came to.
#[derive(Default)]
struct Tally {
    plans: usize,
    refused: usize,
    objects: Vec<usize>,
    used: Vec<usize>,
    failures: Vec<(u64, Verdict)>,
    known: BTreeMap<usize, usize>,
    wordings: BTreeMap<(String, String), usize>,
    broken: Vec<String>,
}

pub(crate) fn compare_all(options: &Options) -> Result<(), String> {
    let (peer, wb) = (Tool::new(&options.peer)?, Tool::new(&options.wb)?);
    println!("differ: {} beside {}, seed {}", wb.version()?, peer.version()?, options.seed);
    let scratch = std::env::temp_dir().join(format!("wb-differ-{}", std::process::id()));
    let tally = Mutex::new(Tally::default());
    let (first, end) = options.case.map_or((0, options.stacks), |case| (case, case + 1));
    let next = AtomicU64::new(first);
    thread::scope(|scope| {
        for job in 0..options.jobs {
            let (scratch, tally, next, peer, wb) =
                (scratch.join(job.to_string()), &tally, &next, &peer, &wb);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= end {
                        break;
                    }
                    let case = Case::random(options.seed, index, options.dialect());
                    let verdict = case.run(peer, wb, &scratch);
                    note(
                        &mut tally.lock().expect("no thread panics with it"),
                        index,
                        &case,
                        verdict,
                    );
                }
            });
        }
    });
    let mut tally = tally.into_inner().expect("no thread panics with it");
    tally.failures.sort_by_key(|(index, _)| *index);
    let outcome = report(options, &tally, &peer, &wb, &scratch);
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    }
    outcome
}

fn note(tally: &mut Tally, index: u64, case: &Case, verdict: Result<Verdict, String>) {
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(problem) => {
            tally.broken.push(problem);
            return;
        }
    };
    tally.plans += verdict.plans;
    tally.refused += verdict.refused;
    tally.objects.push(verdict.objects);
    for (words, times) in &verdict.wordings {
        *tally.wordings.entry(words.clone()).or_default() += times;
    }
    tally.used.resize(construct::names().count(), 0);
    for (count, used) in tally.used.iter_mut().zip(construct::used(case)) {
        *count += usize::from(used);
    }
    for known in &verdict.known {
        *tally.known.entry(*known).or_default() += 1;
    }
    if !verdict.differences.is_empty() {
        tally.failures.push((index, verdict));
    }
}

fn report(
    options: &Options,
    tally: &Tally,
    peer: &Tool,
    wb: &Tool,
    scratch: &Path,
) -> Result<(), String> {
    if let Some(problem) = tally.broken.first() {
        return Err(format!("differ: {problem}"));
    }
    let mut kinds: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (index, verdict) in &tally.failures {
        kinds.entry(verdict.differences[0].signature()).or_default().push(*index);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    for (kind, cases) in &kinds {
        println!("{:5} x {kind}, as in case {}", cases.len(), cases[0]);
    }
    list(options, tally)?;
    for (kind, cases) in kinds.iter().take(options.minimise) {
        let case = Case::random(options.seed, cases[0], options.dialect());
        let (case, verdict) = minimise(case, kind, peer, wb, scratch)?;
        let folder = options.out.join(format!("{}-{}", options.seed, cases[0]));
        leave(&case, &verdict, &folder)?;
        println!("\n{kind}\n  made smaller in {}", folder.display());
        let shown = if options.case.is_some() { usize::MAX } else { 3 };
        verdict.differences.iter().take(shown).for_each(|difference| println!("  {difference}"));
    }
    summary(tally);
    if tally.failures.is_empty() {
        return Ok(());
    }
    Err(format!("differ: {} of {} stacks disagree", tally.failures.len(), tally.objects.len()))
}

/// Leaves every disagreement as it was found, in one file.
fn list(options: &Options, tally: &Tally) -> Result<(), String> {
    let mut text = String::new();
    for (index, verdict) in &tally.failures {
        let _ = writeln!(text, "case {index}, step {}:", verdict.step);
        verdict.differences.iter().for_each(|difference| {
            let _ = writeln!(text, "  {difference}");
        });
    }
    fs::create_dir_all(&options.out).map_err(|e| format!("{}: {e}", options.out.display()))?;
    let path = options.out.join(format!("{}.txt", options.seed));
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn summary(tally: &Tally) {
    println!("\n| construct | stacks |\n|---|---:|");
    for (name, count) in construct::names().zip(&tally.used) {
        println!("| {name} | {count} |");
    }
    if !tally.wordings.is_empty() {
        println!("\nrefused by both, in other words:");
    }
    for ((peer, ours), times) in &tally.wordings {
        println!("{times:5} x peer: {peer}\n        ours: {ours}");
    }
    for (known, times) in &tally.known {
        let known = &known::ALL[*known];
        println!("\n{times:5} x {}: {}", known.name, known.reason);
    }
    let mut objects = tally.objects.clone();
    objects.sort_unstable();
    let median = objects.get(objects.len() / 2).copied().unwrap_or_default();
    println!(
        "\n{} stacks, {median} objects in the median one, {} plans, {} refused by both, {} stacks disagree",
        objects.len(),
        tally.plans,
        tally.refused,
        tally.failures.len()
    );
}

/// Removes whatever can go while the same kind of difference stays.
fn minimise(
    mut case: Case,
    kind: &str,
    peer: &Tool,
    wb: &Tool,
    scratch: &Path,
) -> Result<(Case, Verdict), String> {
    let is_same = |verdict: &Verdict| verdict.differences.iter().any(|d| d.signature() == kind);
    let mut best = case.run(peer, wb, scratch)?;
    case.steps.truncate(best.step + 1);
    let (mut at, mut failed) = (0, 0);
    loop {
        let candidates = minimise::smaller(&case);
        if failed >= candidates.len() {
            return Ok((case, best));
        }
        let candidate = &candidates[at % candidates.len()];
        let verdict = candidate.run(peer, wb, scratch)?;
        if is_same(&verdict) {
            case = candidate.clone();
            case.steps.truncate(verdict.step + 1);
            best = verdict;
            failed = 0;
        } else {
            failed += 1;
            at += 1;
        }
    }
}

/// Writes the case as folders to run by hand, one a step, and what was different.
fn leave(case: &Case, verdict: &Verdict, folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let mut script = String::from(
        "#!/usr/bin/env bash\n# Carries the case out with the tool given, in a new folder: TOOL=terraform ./run.sh\nset -u\n\
         here=$(cd \"$(dirname \"$0\")\" && pwd); work=$(mktemp -d); cd \"$work\" || exit 1; echo \"$work\"\n",
    );
    for (at, step) in case.steps.iter().enumerate() {
        write_step(step, &folder.join(format!("step{at}")), false)?;
        let _ = writeln!(script, "\ncp -r \"$here/step{at}/.\" .");
        for command in &step.before {
            let _ = writeln!(script, "$TOOL {}", quote(command));
        }
        let _ = writeln!(script, "$TOOL plan -input=false -out=p {}", quote(&step.plan_options));
        let _ = writeln!(script, "$TOOL show -json p >plan{at}.json; $TOOL apply -input=false p");
    }
    let mut said = String::new();
    verdict.differences.iter().for_each(|difference| {
        let _ = writeln!(said, "{difference}");
    });
    for (name, text) in [("run.sh", script), ("differences.txt", said)] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

fn quote(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
}
