//! What holds whatever the plan is, whatever fails, and wherever the machine dies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wb_plan::Action;
use wb_state::{OpenWhat, Snapshot, State};

use crate::Stop;
use crate::testing::cloud::Script;
use crate::testing::log::{Moment, found};
use crate::testing::stack::{Node, Stage, id_of, node, provider_config, providers};

/// A plan, how its operations go, and when the user has enough.
#[derive(Clone, Debug)]
struct Case {
    nodes: Vec<Node>,
    scripts: Vec<(String, Script)>,
    slow: usize,
    parallelism: usize,
    stop_after: Option<(usize, Stop)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let one = (
        any::<bool>(),
        0..10usize,
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        0..16u8,
    );
    let stop = prop::option::weighted(0.3, (1..20usize, any::<bool>()));
    (prop::collection::vec(one, 1..12), any::<bool>(), 0..4usize, 1..5usize, stop).prop_map(
        |(raw, create_first, slow, parallelism, stop)| {
            let mut nodes: Vec<Node> = Vec::new();
            let mut scripts = Vec::new();
            for (at, (in_state, action, needs, script)) in raw.into_iter().enumerate() {
                let needs: Vec<Node> = match at {
                    0 => Vec::new(),
                    _ => needs.iter().map(|n| n.get(&nodes).clone()).collect(),
                };
                let action = action_of(action, create_first, &needs);
                let kind = if in_state { "fake_memo" } else { "fake_thing" };
                let texts: Vec<String> = needs.iter().map(|n| n.instance.to_string()).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                nodes.push(node(&format!("{kind}.n{at}"), action, &texts));
                scripts.push((format!("n{at}"), script_of(script)));
            }
            let stop_after =
                stop.map(|(after, now)| (after, if now { Stop::Now } else { Stop::Soon }));
            Case { nodes, scripts, slow, parallelism, stop_after }
        },
    )
}

/// What is needed by something that stays is not deleted; replacements are of one kind, as if create-first had spread.
fn action_of(number: usize, create_first: bool, needs: &[Node]) -> Action {
    let ends = |n: &Node| matches!(n.action, Action::Delete | Action::Forget);
    if needs.iter().any(ends) {
        return Action::Delete;
    }
    match number {
        0..=2 => Action::Create,
        3 => Action::NoOp,
        4 => Action::Update,
        5 => Action::Delete,
        6 => Action::Forget,
        7 if !create_first => Action::ForgetAndCreate,
        _ => Action::Replace { create_first },
    }
}

fn script_of(number: u8) -> Script {
    match number {
        0 => Script::Fails,
        1 => Script::HalfWay,
        2 => Script::Lost,
        3 => Script::Undone,
        4 => Script::Panics,
        5 => Script::Lies,
        6 => Script::Fences,
        _ => Script::Well,
    }
}

fn carry_out(case: &Case, parallelism: usize) -> (Stage, State, crate::Outcome) {
    let mut stage = Stage::new(&case.nodes);
    for (name, script) in &case.scripts {
        stage.cloud.script(name, *script);
    }
    stage.cloud.with(|w| w.slow = case.slow);
    stage.parallelism = parallelism;
    stage.stop_after = case.stop_after;
    let before = stage.state.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(stage.run());
    (stage, before, outcome)
}

/// What exists, by id: name and token.
type Exists = BTreeMap<String, (String, String)>;

/// What the next command makes of it: every step is settled, and the state is what exists.
fn all_is_settled(
    stage: &Stage,
    mut snapshot: Snapshot,
    exists: &Exists,
    forgotten: &[String],
) -> Result<(), TestCaseError> {
    stage.cloud.with(|w| w.objects.clone_from(exists));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let resolved = runtime.block_on(crate::resolve(crate::Resolve {
        open: &snapshot.open,
        state: &snapshot.state,
        providers: &providers(&stage.cloud),
        clients: crate::Clients::new(),
        configs: &mut |_| Ok(provider_config("here")),
        world: stage.world(None),
    }));
    for edit in &resolved.edits {
        edit.apply(&mut snapshot.state).expect("what is found fits");
    }
    snapshot.open.retain(|open| !resolved.closes.contains(&open.id));
    prop_assert!(snapshot.open.is_empty(), "{:?}", resolved.diags);
    nothing_is_lost(&snapshot, exists, forgotten)
}

/// Every object that exists is in the state or may be what an uncertain step has made; every object of the state exists or
/// may be what an uncertain step has destroyed.
fn nothing_is_lost(
    snapshot: &Snapshot,
    exists: &Exists,
    forgotten: &[String],
) -> Result<(), TestCaseError> {
    let known: Vec<String> = snapshot.state.objects().map(|(_, o)| id_of(o)).collect();
    let uncertain: Vec<String> = snapshot
        .open
        .iter()
        .map(|open| match &open.what {
            OpenWhat::Uncertain(intent) => {
                intent.address.instance.resource.resource.name.to_string()
            }
            OpenWhat::Late(_) => panic!("nobody else writes"),
        })
        .collect();
    for (id, (name, _)) in exists {
        let safe = known.contains(id) || uncertain.contains(name) || forgotten.contains(id);
        prop_assert!(safe, "{id} is lost");
    }
    for (address, object) in snapshot.state.objects() {
        let resource = &address.instance.resource.resource;
        let id = id_of(object);
        let safe = &*resource.kind == "fake_memo"
            || exists.contains_key(&id)
            || uncertain.contains(&resource.name.to_string());
        prop_assert!(safe, "{id} does not exist any more");
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_crash_at_any_moment_loses_nothing(case in cases()) {
        let (stage, before, outcome) = carry_out(&case, case.parallelism);
        let forgets =
            |n: &&Node| matches!(n.action, Action::Forget | Action::ForgetAndCreate);
        let forgotten: Vec<String> = case.nodes.iter().filter(forgets)
            .map(|n| format!("old-{}", n.instance.resource.resource.name)).collect();
        let memo = |n: &&Node| &*n.instance.resource.resource.kind != "fake_memo";
        let mut exists: Exists = case.nodes.iter()
            .filter(memo)
            .filter(|n| n.action != Action::Create)
            .map(|n| n.instance.resource.resource.name.to_string())
            .map(|name| (format!("old-{name}"), (name, "before".to_owned())))
            .collect();
        let history = stage.log.history.lock().unwrap().clone();
        let (mut durable, mut written) = (0, 0);
        for moment in history {
            match moment {
                Moment::Written(n) => written = n,
                Moment::Durable(n) => durable = n,
                Moment::Made { id, name, token } => { exists.insert(id, (name, token)); }
                Moment::Gone { id } => { exists.remove(&id); }
            }
            for n in durable..=written {
                let snapshot = found(&before, &stage.log.records[..n]);
                nothing_is_lost(&snapshot, &exists, &forgotten)?;
                if !snapshot.open.is_empty() {
                    all_is_settled(&stage, snapshot, &exists, &forgotten)?;
                }
            }
        }
        let end = found(&before, &stage.log.records);
        prop_assert_eq!(&end.state, &stage.state);
        let mut open: Vec<_> = end.open.iter().map(|o| o.id).collect();
        let mut told = outcome.uncertain.clone();
        open.sort();
        told.sort();
        prop_assert_eq!(open, told);
        prop_assert!(outcome.durable);
        prop_assert_eq!(outcome.complete, outcome.skipped.is_empty() && !outcome.diags.has_errors()
            && outcome.uncertain.is_empty() && !stage.events.contains(" failed"));
    }

    #[test]
    fn one_after_the_other_or_all_at_once_is_the_same(mut case in cases()) {
        case.stop_after = None;
        case.scripts.retain(|(_, s)| *s != Script::Fences);
        let (one, _, first) = carry_out(&case, 1);
        let (all, _, second) = carry_out(&case, 64);
        prop_assert_eq!(one.state, all.state);
        prop_assert_eq!(first.done, second.done);
        prop_assert_eq!(first.skipped, second.skipped);
    }
}
