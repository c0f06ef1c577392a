//! `cargo xtask bench`: what wb's commands cost on stacks of known shapes, beside terraform in the same run.
//!
//! Processor seconds and peak memory are whole processes', by the kernel. Each command is run by turns with both tools,
//! and the median counts. `--growth` counts instructions instead, which no other process disturbs, over growing sizes.

mod floor;
mod measure;
mod shapes;

use std::fs;
use std::path::{Path, PathBuf};

use floor::Floor;
pub(crate) use measure::one;
use measure::{Measure, instructions, measure};
use shapes::Shape;

pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [--wb PATH] [--peer PATH|none] [--shapes A,B] [--sizes N,N] [--steps A,B] [--runs N] [--growth]

  --wb        the binary to measure; target/release/wb if not given
  --peer      what to measure beside it; terraform if not given and present
  --shapes    tree, flat, chain, count, foreach, modules, fanin
  --sizes     1000 if not given; with --growth 1000,10000,100000
  --steps     validate, plan, apply, plan_noop, apply_noop, plan_1pct, apply_1pct, show_json, state_list, graph, destroy
  --runs      of each command; the median counts (3)
  --growth    instructions by valgrind, and the exponent of their growth, of wb alone
";

const STATE: &str = "terraform.tfstate";
/// Below this a goal is an absolute time: the peer's own start is most of what it takes.
const SMALL: f64 = 0.2;
const SMALL_GOAL: f64 = 0.004;
/// What grows by more than this power of the size is a bug.
const MOST_EXPONENT: f64 = 1.1;

/// One command on one kind of stack.
struct Step {
    name: &'static str,
    args: &'static [&'static str],
    /// Whether it starts with what an apply left.
    applied: bool,
    changed: bool,
    /// The peer's cost must be at least this many times ours, at a thousand resources.
    goal: f64,
}

const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];
const PLAN: &[&str] = &["plan", "-input=false", "-no-color"];

const STEPS: &[Step] = &[
    step("validate", &["validate", "-no-color"], false, 40.0),
    step("plan", PLAN, false, 80.0),
    step("apply", APPLY, false, 200.0),
    step("plan_noop", PLAN, true, 80.0),
    step("apply_noop", APPLY, true, 80.0),
    Step { changed: true, ..step("plan_1pct", PLAN, true, 80.0) },
    Step { changed: true, ..step("apply_1pct", APPLY, true, 80.0) },
    step("show_json", &["show", "-json"], true, 10.0),
    step("state_list", &["state", "list"], true, 10.0),
    step("graph", &["graph"], false, 30.0),
    step("destroy", &["destroy", "-auto-approve", "-input=false", "-no-color"], true, 200.0),
];

const fn step(name: &'static str, args: &'static [&'static str], applied: bool, goal: f64) -> Step {
    Step { name, args, applied, changed: false, goal }
}

struct Options {
    wb: PathBuf,
    peer: Option<PathBuf>,
    shapes: Vec<(&'static str, Shape)>,
    sizes: Vec<usize>,
    steps: Vec<String>,
    runs: usize,
    growth: bool,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let this = std::env::current_exe().map_err(|e| e.to_string())?;
        let target = this.parent().and_then(Path::parent).unwrap_or(Path::new("."));
        let mut options = Self {
            wb: target.join("release/wb"),
            peer: Some(PathBuf::from("terraform")),
            shapes: Shape::ALL.to_vec(),
            sizes: Vec::new(),
            steps: STEPS.iter().map(|step| step.name.to_owned()).collect(),
            runs: 3,
            growth: false,
        };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            if name == "--growth" {
                options.growth = true;
                continue;
            }
            let value = args.next().ok_or(format!("bench: {name} needs a value\n\n{HELP}"))?;
            match name.as_str() {
                "--wb" => options.wb = value.into(),
                "--peer" => options.peer = (value != "none").then(|| value.into()),
                "--shapes" => {
                    options.shapes.retain(|(shape, _)| value.split(',').any(|v| v == *shape));
                }
                "--sizes" => {
                    options.sizes = value.split(',').map(number).collect::<Result<_, _>>()?;
                }
                "--steps" => options.steps = value.split(',').map(str::to_owned).collect(),
                "--runs" => options.runs = number(value)?.max(1),
                _ => return Err(format!("bench: there is no option {name}\n\n{HELP}")),
            }
        }
        if options.sizes.is_empty() {
            options.sizes = if options.growth { vec![1_000, 10_000, 100_000] } else { vec![1_000] };
        }
        Ok(options)
    }

    fn steps(&self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(|step| self.steps.iter().any(|name| name == step.name))
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("bench: {text} is no number"))
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let mut options = Options::parse(args)?;
    let scratch = std::env::temp_dir().join(format!("wb-bench-{}", std::process::id()));
    if let Some(peer) = &options.peer
        && measure(peer, &["version"], &std::env::temp_dir()).is_err()
    {
        println!("{} is not to be found: measuring wb alone", peer.display());
        options.peer = None;
    }
    let outcome =
        if options.growth { growth(&options, &scratch) } else { table(&options, &scratch) };
    if scratch.exists() {
        fs::remove_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    }
    outcome
}

/// A tool at work on one stack.
struct Bench<'a> {
    program: &'a Path,
    folder: PathBuf,
    shape: Shape,
    n: usize,
    /// What its own apply left.
    applied: Option<Vec<u8>>,
}

impl<'a> Bench<'a> {
    fn new(program: &'a Path, folder: PathBuf, shape: Shape, n: usize) -> Result<Self, String> {
        shape.write(n, false, &folder)?;
        let backend = "terraform {\n  backend \"local\" {}\n}\n";
        let path = folder.join("backend.tf");
        fs::write(&path, backend).map_err(|e| format!("{}: {e}", path.display()))?;
        measure(program, &["init", "-input=false"], &folder)?;
        Ok(Self { program, folder, shape, n, applied: None })
    }

    /// Files and state as the step wants to find them.
    fn prepare(&mut self, step: &Step) -> Result<(), String> {
        let said = |e: std::io::Error| format!("{}: {e}", self.folder.display());
        let state = self.folder.join(STATE);
        if step.applied && self.applied.is_none() {
            self.clear()?;
            self.shape.write(self.n, false, &self.folder)?;
            let made = measure(self.program, APPLY, &self.folder)?;
            if made.code != 0 {
                let said = fs::read_to_string(self.folder.join("stderr")).unwrap_or_default();
                return Err(format!("{} could not apply: {said}", self.program.display()));
            }
            self.applied = Some(fs::read(&state).map_err(said)?);
        }
        self.clear()?;
        self.shape.write(self.n, step.changed, &self.folder)?;
        if let (true, Some(applied)) = (step.applied, &self.applied) {
            fs::write(&state, applied).map_err(said)?;
        }
        Ok(())
    }

    fn clear(&self) -> Result<(), String> {
        let _ = fs::remove_dir_all(self.folder.join(".wb"));
        for name in [STATE, "terraform.tfstate.backup"] {
            let path = self.folder.join(name);
            if path.exists() {
                fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            }
        }
        Ok(())
    }

    fn run(&mut self, step: &Step) -> Result<Measure, String> {
        self.prepare(step)?;
        measure(self.program, step.args, &self.folder)
    }
}

fn table(options: &Options, scratch: &Path) -> Result<(), String> {
    println!(
        "| shape | N | step | wb CPU ms | wall ms | MiB | peer CPU ms | MiB | CPU 1: | memory 1: | goal |"
    );
    println!("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let mut missed = 0;
    for &n in &options.sizes {
        for &(name, shape) in &options.shapes {
            let mut ours =
                Bench::new(&options.wb, scratch.join(format!("wb-{name}-{n}")), shape, n)?;
            let mut peer = match &options.peer {
                Some(peer) => {
                    Some(Bench::new(peer, scratch.join(format!("peer-{name}-{n}")), shape, n)?)
                }
                None => None,
            };
            for step in options.steps() {
                let mut rows = (Vec::new(), Vec::new());
                for _ in 0..options.runs {
                    rows.0.push(ours.run(step)?);
                    if let Some(peer) = &mut peer {
                        rows.1.push(peer.run(step)?);
                    }
                }
                missed += usize::from(!print_row(
                    name,
                    n,
                    step,
                    median(&rows.0),
                    peer.is_some().then(|| median(&rows.1)),
                ));
            }
            if let (Some(applied), path) = (&ours.applied, ours.folder.join(STATE)) {
                fs::write(&path, applied).map_err(|e| format!("{}: {e}", path.display()))?;
            }
            print_floor(name, n, &Floor::of(&ours.folder)?);
            fs::remove_dir_all(scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
        }
    }
    println!("\n{missed} goals missed");
    Ok(())
}

fn print_row(shape: &str, n: usize, step: &Step, wb: Measure, peer: Option<Measure>) -> bool {
    let ms = |seconds: f64| format!("{:.1}", seconds * 1e3);
    let mib = |kib: u64| format!("{:.1}", kib as f64 / 1024.0);
    print!(
        "| {shape} | {n} | {} | {} | {} | {} |",
        step.name,
        ms(wb.cpu),
        ms(wb.wall),
        mib(wb.memory)
    );
    if wb.code != 0 {
        println!(" | | | | exit code {} |", wb.code);
        return false;
    }
    let Some(peer) = peer else {
        println!(" | | | | |");
        return true;
    };
    let ratio = peer.cpu / wb.cpu;
    let is_met = if peer.cpu < SMALL {
        wb.cpu <= SMALL_GOAL || ratio >= step.goal
    } else {
        ratio >= step.goal
    };
    let memory = peer.memory as f64 / wb.memory as f64;
    let goal = if is_met { "met" } else { "missed" };
    println!(
        " {} | {} | {ratio:.0} | {memory:.1} | {goal} (1:{:.0}) |",
        ms(peer.cpu),
        mib(peer.memory),
        step.goal
    );
    is_met
}

fn print_floor(shape: &str, n: usize, floor: &Floor) {
    let ms = |seconds: f64| format!("{:.2} ms", seconds * 1e3);
    println!(
        "| {shape} | {n} | floor | read and tokenise {} | state: read {} | write, fsync {} | | | | | |",
        ms(floor.read_and_tokenise),
        ms(floor.read_state),
        ms(floor.write_state)
    );
}

fn median(rows: &[Measure]) -> Measure {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    rows.get(rows.len() / 2).copied().unwrap_or_default()
}

/// Instructions over growing sizes, and the slope of their logarithms.
fn growth(options: &Options, scratch: &Path) -> Result<(), String> {
    println!(
        "| shape | step | instructions at {:?} | exponent |\n|---|---|---|---:|",
        options.sizes
    );
    let mut missed = 0;
    for &(name, shape) in &options.shapes {
        let mut points: Vec<Vec<(usize, u64)>> = vec![Vec::new(); options.steps().count()];
        for &n in &options.sizes {
            let mut bench = Bench::new(&options.wb, scratch.join(format!("{name}-{n}")), shape, n)?;
            for (step, points) in options.steps().zip(&mut points) {
                bench.prepare(step)?;
                points.push((n, instructions(bench.program, step.args, &bench.folder)?));
            }
            fs::remove_dir_all(scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
        }
        for (step, points) in options.steps().zip(&points) {
            let counts: Vec<_> =
                points.iter().map(|(_, count)| format!("{:.1}M", *count as f64 / 1e6)).collect();
            let exponent = slope(points);
            missed += usize::from(exponent > MOST_EXPONENT);
            println!("| {name} | {} | {} | {exponent:.2} |", step.name, counts.join(", "));
        }
    }
    println!("\n{missed} grow faster than the {MOST_EXPONENT}th power");
    Ok(())
}

/// The least-squares slope of log(cost) over log(size).
fn slope(points: &[(usize, u64)]) -> f64 {
    let logs: Vec<_> =
        points.iter().map(|&(n, cost)| ((n as f64).ln(), (cost.max(1) as f64).ln())).collect();
    let mean =
        |pick: fn(&(f64, f64)) -> f64| logs.iter().map(pick).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let above: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    above / logs.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn the_slope_of_a_square_is_two() {
        let points = [(10, 100), (100, 10_000), (1_000, 1_000_000)];
        assert!((slope(&points) - 2.0).abs() < 1e-9);
    }
}
