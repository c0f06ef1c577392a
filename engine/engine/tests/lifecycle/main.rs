//! Lives of random stacks: planned, applied, edited, applied again with an unreliable provider on a disk that may stop at
//! any operation, recovered, and applied to the end. Planner, executor, language, journal and store are the real ones.
//!
//! - Nothing is lost: at any moment, what exists is in the state or may be what an open step has made, and the reverse.
//! - After the next command has settled what was open and applied, another plan is empty.
//! - One after the other and all at once come to the same.
//!
//! `WB_LIVES=20000` says how many lives, `WB_LIVES_SEED` from which seed; a failure names its life, and
//! `WB_LIVES_ONLY=SEED:LIFE` lives it again.

#![expect(clippy::print_stderr, reason = "one life, lived again, tells what happens in it")]

mod cloud;
mod stacks;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::Catalog;
use wb_core::source::SourceMap;
use wb_core::time::Moment;
use wb_engine::Ambience;
use wb_engine::session::{ApplyRequest, PlanRequest, SettleRequest, Watch, apply, settle};
use wb_engine::state::OpenState;
use wb_exec::{Clients, Event};
use wb_lang::config::{SourceFile, lower};
use wb_lang::host::{MemoryHost, Phase};
use wb_lang::stack::{Given, Stack};
use wb_plan::{Action, Base, Change, Mode, Plan, Selection};
use wb_planner::Input;
use wb_sdk::Providers;
use wb_state::{Attributes, Object, OpenWhat, Snapshot, State};
use wb_store::{CommitInfo, Loaded, LocalStore, Options, Place, Store as _};
use wb_testkit::disk::{SimDisk, Trouble};

use cloud::{Cloud, Fault};
use stacks::Rng;

/// The stack of a text.
fn parse((root, module): &(String, String)) -> (SourceMap, Stack) {
    let (mut sources, mut diags) = (SourceMap::new(), Diagnostics::new());
    let mut read = |text: &str, diags: &mut Diagnostics| {
        let id = sources.add("main.tf", text);
        let (file, problems) = wb_hcl::parse_config(id, text);
        diags.append(problems);
        let (module, problems) = lower(&[SourceFile { name: "main.tf".into(), file }]);
        diags.append(problems);
        Arc::new(module)
    };
    let mut stack = Stack::new(read(root, &mut diags), ".");
    let host = MemoryHost::new(Phase::Plan);
    for need in stack.needs(&Given::new(), &host, &mut diags) {
        let module = read(module, &mut diags);
        stack.supply(&need, module, "m", &mut diags);
    }
    stack.finish(&mut diags);
    assert!(!diags.has_errors(), "{diags:?}\n{root}\n{module}");
    (sources, stack)
}

/// Where a life takes place.
#[derive(Clone)]
struct Site {
    disk: SimDisk,
    cloud: Cloud,
    embedded: bool,
    /// Grows with every command, so that no two draw the same.
    commands: u64,
}

/// What a command came to.
#[derive(Debug)]
struct Came {
    /// What it planned, where it came so far.
    plan: Option<Plan>,
    is_empty: bool,
    /// Whether everything went well.
    well: bool,
    said: String,
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.plan.iter().flat_map(|plan| &plan.changes) {
            if change.action != Action::NoOp {
                let Change { object, action, before, after, .. } = change;
                writeln!(f, "{object} {action:?}: {before:?} -> {after:?}")?;
            }
        }
        writeln!(f, "{}", self.said)
    }
}

/// Nobody watches.
struct Unseen;

impl Watch for Unseen {
    fn event(&mut self, _: &Event) {}

    fn idle(&mut self) {}

    fn tick(&mut self) {}
}

/// One command at work.
struct Command<'a> {
    site: &'a Site,
    stack: &'a Stack,
    providers: Providers,
    catalog: Catalog,
    given: Given,
    host: MemoryHost,
    ambience: Ambience,
    parallelism: usize,
}

impl Site {
    fn store(&self, ambience: &Ambience) -> LocalStore {
        let place = match self.embedded {
            true => Place::Embedded(PathBuf::new()),
            false => Place::File(PathBuf::from("terraform.tfstate")),
        };
        let options = Options {
            place,
            workspace: "default".into(),
            lock: true,
            history: 3,
            lineage: None,
            terraform_version: "1.16.0".into(),
            who: "me@here".into(),
            cipher: wb_crypt::Cipher::none(),
        };
        LocalStore::new(Arc::new(self.disk.clone()), Box::new(ambience.clone()), options)
    }

    /// Settles what is open, plans and applies.
    fn apply(&mut self, stack: &Stack, parallelism: usize) -> Result<Came, Box<Diagnostic>> {
        self.commands += 1;
        let seed = self.commands.to_string();
        let ambience = Ambience::new(Some(&seed), Some("2026-01-02T03:04:05Z")).unwrap();
        let (providers, catalog) = cloud::provider(&self.cloud);
        let (given, host) = (Given::new(), MemoryHost::new(Phase::Plan));
        let came =
            Command { site: self, stack, providers, catalog, given, host, ambience, parallelism }
                .run();
        tell(|| match &came {
            Ok(came) => format!("parallelism {parallelism}: well {}\n{came}", came.well),
            Err(problem) => format!("parallelism {parallelism}: {problem:?}\n"),
        });
        came
    }

    /// What the next command finds.
    fn snapshot(&self) -> Snapshot {
        let ambience = Ambience::new(Some("look"), Some("2026-01-02T03:04:05Z")).unwrap();
        self.store(&ambience).load().expect("the state can be read").snapshot
    }
}

impl Command<'_> {
    fn run(&self) -> Result<Came, Box<Diagnostic>> {
        let mut state = OpenState::over(
            Box::new(self.site.store(&self.ambience)),
            Arc::new(self.site.disk.clone()),
            self.ambience.clone(),
        );
        state.lock("OperationTypeApply")?;
        let mut loaded = state.load()?;
        if !loaded.snapshot.open.is_empty() {
            loaded = self.settle(&mut state, &loaded)?;
        }
        let (plan, diags) = self.plan(&loaded);
        if plan.errored || diags.has_errors() {
            let said = format!("{diags:?}");
            return Ok(Came { plan: None, is_empty: false, well: false, said });
        }
        let (well, said) = self.carry_out(&plan, &mut state, &loaded)?;
        state.unlock()?;
        let is_empty = !plan.is_applyable() && plan.edits.is_empty();
        Ok(Came { plan: Some(plan), is_empty, well, said })
    }

    fn plan(&self, loaded: &Loaded) -> (Plan, Diagnostics) {
        let state = &loaded.snapshot.state;
        let lineage = Arc::clone(&loaded.snapshot.lineage);
        let input = Input {
            stack: self.stack,
            given: &self.given,
            host: &self.host,
            catalog: &self.catalog,
            state,
            base: Base { lineage, serial: loaded.base.0, digest: state.digest() },
            workspace: "default".into(),
            mode: Mode::Normal,
            refresh: true,
            selection: Selection::default(),
            rounds: true,
            generate: None,
            now: Moment::EPOCH,
        };
        let request = PlanRequest {
            input,
            providers: &self.providers,
            ambience: self.ambience.clone(),
            parallelism: self.parallelism,
            interrupt: None,
        };
        let planned = wb_engine::session::plan(request, &mut |_| {});
        (planned.plan.expect("nobody interrupts"), planned.diags)
    }

    /// Finds out what came of open steps, and keeps it.
    fn settle(&self, state: &mut OpenState, loaded: &Loaded) -> Result<Loaded, Box<Diagnostic>> {
        let (plan, _) = self.plan(loaded);
        let found = settle(SettleRequest {
            loaded,
            plan: &plan,
            stack: self.stack,
            given: &self.given,
            host: &self.host,
            catalog: &self.catalog,
            providers: &self.providers,
            clients: Clients::new(),
            ambience: self.ambience.clone(),
            interrupt: None,
        })
        .expect("providers can be asked");
        state.close(loaded, found.edits, found.closes, &CommitInfo::default())?;
        let loaded = state.load()?;
        assert!(loaded.snapshot.open.is_empty(), "the provider knows what came of everything");
        Ok(loaded)
    }

    fn carry_out(
        &self,
        plan: &Plan,
        state: &mut OpenState,
        loaded: &Loaded,
    ) -> Result<(bool, String), Box<Diagnostic>> {
        let applied = apply(
            ApplyRequest {
                plan,
                stack: self.stack,
                given: &self.given,
                host: &MemoryHost::new(Phase::Apply),
                catalog: &self.catalog,
                providers: &self.providers,
                clients: Clients::new(),
                state,
                loaded,
                info: &CommitInfo::default(),
                ambience: self.ambience.clone(),
                parallelism: self.parallelism,
                interrupt: None,
            },
            &mut Unseen,
        )?;
        if let Some(committed) = &applied.committed
            && applied.outcome.durable
        {
            assert_eq!(committed.snapshot.state.digest(), applied.state.digest(), "commit is fold");
        }
        let well = applied.outcome.complete && applied.committed.is_some();
        Ok((well, format!("{:?}", applied.diags)))
    }
}

fn id_of(object: &Object) -> String {
    let Attributes::Json(json) = &object.attributes else { return String::new() };
    let value: serde_json::Value = serde_json::from_str(json.text()).unwrap();
    value["id"].as_str().unwrap_or("?").to_owned()
}

fn ids(state: &State) -> Vec<String> {
    state.objects().map(|(_, object)| id_of(object)).collect()
}

/// What exists is in the state, or may be what an open step has made; what is in the state exists, or may be what an open
/// step has destroyed.
fn nothing_is_lost(site: &Site) {
    let snapshot = site.snapshot();
    let known = ids(&snapshot.state);
    let open: Vec<String> = snapshot
        .open
        .iter()
        .map(|open| match &open.what {
            OpenWhat::Uncertain(intent) => {
                let prior = intent.prior.as_ref().map(|o| id_of(o)).unwrap_or_default();
                format!("{} {prior}", intent.config.text())
            }
            OpenWhat::Late(_) => panic!("nobody else writes"),
        })
        .collect();
    let open = |what: &str| open.iter().any(|text| text.contains(what));
    let objects = site.cloud.with(|w| w.objects.clone());
    for (id, thing) in &objects {
        let quoted = format!("\"{}\"", thing.name);
        assert!(known.contains(id) || open(&quoted) || open(id), "{id} is lost: {known:?}");
    }
    for id in &known {
        assert!(objects.contains_key(id) || open(id), "{id} exists no more");
    }
}

fn faults(rng: &mut Rng, cloud: &Cloud) {
    let names: Vec<String> = cloud.with(|w| w.objects.values().map(|t| t.name.clone()).collect());
    let all = [Fault::Fails, Fault::HalfWay, Fault::Lost, Fault::Undone, Fault::Panics];
    for _ in 0..rng.below(4) {
        // What exists is changed or goes; what will be made has a name of this form.
        let new = format!("n{}v{}", rng.below(8), rng.below(2));
        let exists = rng.chance(60);
        let name = rng.pick(&names).filter(|_| exists).cloned().unwrap_or(new);
        let fault = *rng.pick(&all).expect("there are some");
        cloud.with(|w| w.faults.insert(name, fault));
    }
}

/// One life; whether it went as far as was meant.
fn live(seed: u64, life: u64) -> bool {
    let mut rng = Rng::new(seed, life);
    let first = stacks::Stack::random(&mut rng);
    let second = first.edited(&mut rng);
    tell(|| {
        format!("{:#?}", (first.text(), second.text())).replace("\\n", "\n").replace("\\\"", "\"")
    });
    let (one, two) = (parse(&first.text()).1, parse(&second.text()).1);
    let mut site = Site {
        disk: SimDisk::new(),
        cloud: Cloud::default(),
        embedded: rng.chance(50),
        commands: life,
    };
    let came = site.apply(&one, 10).expect("the disk works");
    if !came.well {
        // Only a cycle that the user must break ends here.
        assert!(came.plan.is_none(), "{}", came.said);
        return false;
    }
    nothing_is_lost(&site);
    faults(&mut rng, &site.cloud);
    serial_and_parallel_agree(&site, &two);
    troubled(&mut rng, &mut site, &two);
    nothing_is_lost(&site);
    site.cloud.with(|w| w.faults.clear());
    let came = site.apply(&two, 64).expect("the disk works again");
    if !came.well {
        assert!(came.plan.is_none(), "after recovery: {came}");
        return false;
    }
    nothing_is_lost(&site);
    let again = site.apply(&two, 1).expect("the disk works");
    assert!(again.is_empty, "a second plan is not empty: {again}");
    let snapshot = site.snapshot();
    assert!(snapshot.open.is_empty());
    assert_eq!(snapshot.state.objects().count(), site.cloud.with(|w| w.objects.len()));
    let violations = site.cloud.with(|w| std::mem::take(&mut w.violations));
    assert!(violations.is_empty(), "{violations:?}");
    true
}

/// Applies on a disk that may stop, as by a kill or a power cut, and leaves what the next process finds.
fn troubled(rng: &mut Rng, site: &mut Site, stack: &Stack) {
    if rng.chance(70) {
        site.disk.arm(1 + rng.below(60), Trouble::Stop);
    }
    let _ = site.apply(stack, [1, 2, 10, 64][usize::try_from(rng.below(4)).unwrap()]);
    site.disk = match rng.chance(50) {
        true => site.disk.after_kill(),
        false => {
            let outcomes = site.disk.outcomes(6, rng.next());
            rng.pick(&outcomes).expect("a power cut leaves some disk").clone()
        }
    };
}

fn serial_and_parallel_agree(site: &Site, stack: &Stack) {
    let run = |parallelism| {
        let mut copy =
            Site { disk: site.disk.after_kill(), cloud: site.cloud.copy(), ..site.clone() };
        let came = copy.apply(stack, parallelism).expect("the disk works");
        nothing_is_lost(&copy);
        let objects = copy.cloud.with(|w| w.objects.clone());
        (came.plan, came.well, copy.snapshot().state, objects)
    };
    let (one, all) = (run(1), run(64));
    assert_eq!(one.0.map(|p| p.changes), all.0.map(|p| p.changes));
    assert_eq!(one.1, all.1);
    assert_eq!(one.2, all.2);
    assert_eq!(one.3, all.3);
}

/// Lives that once did not end well: seed and number.
const ONCE_BAD: [(u64, u64); 2] = [(1006, 161), (1007, 156)];

/// Whether one life is to be told from its beginning to its end.
fn only() -> Option<(u64, u64)> {
    let text = std::env::var("WB_LIVES_ONLY").ok()?;
    let (seed, life) = text.split_once(':').expect("SEED:LIFE");
    Some((seed.parse().expect("a seed"), life.parse().expect("a life")))
}

fn tell(what: impl FnOnce() -> String) {
    if only().is_some() {
        eprintln!("{}", what());
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn lives_end_well() {
    // Scripted panics are part of it; what they say is not news.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.to_string().contains("a scripted panic") {
            hook(info);
        }
    }));
    let all = || {
        if let Some((seed, life)) = only() {
            live(seed, life);
            return;
        }
        let lives = number("WB_LIVES").unwrap_or(100);
        let seed = number("WB_LIVES_SEED").unwrap_or(1);
        let mut whole = 0;
        let all = ONCE_BAD.into_iter().chain((0..lives).map(|life| (seed, life)));
        for (seed, life) in all {
            let lived = std::panic::catch_unwind(|| live(seed, life));
            let Ok(lived) = lived else {
                panic!("life {life} of seed {seed}: WB_LIVES_ONLY={seed}:{life}")
            };
            whole += u64::from(lived);
        }
        assert!(whole * 10 >= lives * 9, "{whole} of {lives} were lived to the end");
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(all).unwrap();
    assert!(thread.join().is_ok(), "a life did not end well");
}
