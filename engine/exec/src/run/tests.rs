//! Plans of small stacks carried out against a cloud that fails on demand: order, journal, what is left.

use expect_test::expect;
use tokio::sync::watch;
use wb_plan::{Action, Reason};

use crate::testing::cloud::Script;
use crate::testing::stack::{Node, Stage, instance, node};
use crate::{OnFailure, Phase, Stop, When};

const CREATE: Action = Action::Create;
const CREATE_FIRST: Action = Action::Replace { create_first: true };
const DESTROY_FIRST: Action = Action::Replace { create_first: false };

async fn run(nodes: &[Node], prepare: impl FnOnce(&mut Stage)) -> (Stage, crate::Outcome) {
    let mut stage = Stage::new(nodes);
    stage.parallelism = 1;
    prepare(&mut stage);
    let outcome = stage.run().await;
    (stage, outcome)
}

#[tokio::test]
async fn a_chain_is_made_in_order() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |s| s.language.outputs = [instance("b")].into()).await;
    expect![[r#"
        fake_thing.a: Create
        fake_thing.a: Create done [id=id-a]
        fake_thing.b: Create
        fake_thing.b: Create done [id=id-b]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a
        started Create fake_thing.b
        result put fake_thing.b id-b
        changed outputs b
        end true
    "#]]
    .assert_eq(&stage.records());
    assert_eq!(outcome.done.added, 2);
    assert!(outcome.complete && outcome.durable && outcome.diags.is_empty());
}

#[tokio::test]
async fn a_failure_stops_what_needs_it_and_nothing_else() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"]), node("c", CREATE, &[])];
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("a", Script::Fails)).await;
    expect![[r#"
        fake_thing.a: Create
        fake_thing.a: Create failed
        fake_thing.c: Create
        fake_thing.c: Create done [id=id-c]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 3
        started Create fake_thing.a
        result error: Not allowed: The cloud does not let you create it.
        started Create fake_thing.c
        result put fake_thing.c id-c
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        error: Not allowed; The cloud does not let you create it. None
        [AbsInstance(fake_thing.b)]"#]]
    .assert_eq(&format!("{:?}{:?}", outcome.diags, outcome.skipped));
    assert!(!outcome.complete);
}

#[tokio::test]
async fn what_is_made_half_way_is_tainted() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("a", Script::HalfWay)).await;
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a tainted error: Not allowed: The cloud does not let you create it.
        end false
    "#]].assert_eq(&stage.records());
    expect![[r#"
        fake_thing.a id-a tainted
    "#]]
    .assert_eq(&stage.objects());
    assert_eq!(outcome.done.added, 0);
}

#[tokio::test]
async fn a_result_that_was_not_planned_is_kept_and_tainted() {
    let nodes = [node("a", CREATE, &[])];
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("a", Script::Lies)).await;
    expect![[r#"
        fake_thing.a id-a tainted
    "#]]
    .assert_eq(&stage.objects());
    expect![[r#"
        error: Provider produced inconsistent result after apply; What provider["registry.terraform.io/test/fake"] says it made of fake_thing.a is not what it had planned:

          - .name: was cty.StringVal("a"), but now cty.StringVal("other") None
    "#]].assert_eq(&format!("{:?}", outcome.diags));
}

#[tokio::test]
async fn a_plan_that_changes_when_it_is_finished_is_refused() {
    let nodes = [node("a", CREATE, &[]), node("fickle", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_thing.a id-a
    "#]]
    .assert_eq(&stage.objects());
    expect![[r#"
        error: Provider produced inconsistent final plan; When the plan for fake_thing.fickle was finished with the values that had been unknown, provider["registry.terraform.io/test/fake"] changed what it had planned:

          - .size: planned value cty.NumberIntVal(99) does not match config value cty.NumberIntVal(0)
          - .size: was cty.NumberIntVal(0), but now cty.NumberIntVal(99) None
    "#]].assert_eq(&format!("{:?}", outcome.diags));
}

#[tokio::test]
async fn replacements_keep_their_order() {
    let nodes = [node("a", DESTROY_FIRST, &[]), node("b", DESTROY_FIRST, &["a"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        planned 4
        started Delete fake_thing.b
        result remove fake_thing.b
        started Delete fake_thing.a
        result remove fake_thing.a
        started Create fake_thing.a
        result put fake_thing.a id-a
        started Create fake_thing.b
        result put fake_thing.b id-b
        end true
    "#]]
    .assert_eq(&stage.records());
    assert_eq!((outcome.done.added, outcome.done.destroyed), (2, 2));
    let nodes = [node("a", CREATE_FIRST, &[]), node("b", CREATE_FIRST, &["a"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        planned 4
        started Create fake_thing.a deposing
        result depose fake_thing.a f2237504 put fake_thing.a id-a
        started Create fake_thing.b deposing
        result depose fake_thing.b 5f523a2a put fake_thing.b id-b
        started Delete fake_thing.b (deposed object 5f523a2a)
        result remove fake_thing.b (deposed object 5f523a2a)
        started Delete fake_thing.a (deposed object f2237504)
        result remove fake_thing.a (deposed object f2237504)
        end true
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        fake_thing.a id-a
        fake_thing.b id-b
    "#]]
    .assert_eq(&stage.objects());
    assert_eq!((outcome.done.added, outcome.done.destroyed), (2, 2));
}

#[tokio::test]
async fn the_old_object_stays_where_it_is_if_there_is_no_new_one() {
    let nodes = [node("a", CREATE_FIRST, &[])];
    let (stage, _) = run(&nodes, |s| s.cloud.script("a", Script::Fails)).await;
    expect![[r#"
        planned 2
        started Create fake_thing.a deposing
        result error: Not allowed: The cloud does not let you create it.
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        fake_thing.a old-a
    "#]]
    .assert_eq(&stage.objects());
}

#[tokio::test]
async fn updates_deletes_and_forgets() {
    let nodes = [
        node("a", Action::Update, &[]),
        node("b", Action::Delete, &[]),
        node("c", Action::Forget, &[]),
        node("d", Action::NoOp, &[]),
        node("e", Action::ForgetAndCreate, &["d"]),
    ];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_thing.e: Forget done [id=old-e]
        fake_thing.a: Update [id=old-a]
        fake_thing.a: Update done [id=old-a]
        fake_thing.b: Delete [id=old-b]
        fake_thing.b: Delete done
        fake_thing.c: Forget done [id=old-c]
        fake_thing.e: Create
        fake_thing.e: Create done [id=id-e]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 3
        result
        result remove fake_thing.e
        started Update fake_thing.a
        result put fake_thing.a old-a
        started Delete fake_thing.b
        result remove fake_thing.b
        result remove fake_thing.c
        started Create fake_thing.e
        result put fake_thing.e id-e
        end true
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        fake_thing.a old-a
        fake_thing.d old-d
        fake_thing.e id-e
    "#]]
    .assert_eq(&stage.objects());
    expect!["Done { imported: 0, added: 1, changed: 1, destroyed: 1, forgotten: 2 }"]
        .assert_eq(&format!("{:?}", outcome.done));
}

#[tokio::test]
async fn what_lives_in_the_state_needs_one_sync() {
    let nodes: Vec<Node> = (0..50)
        .map(|i| match i {
            0 => node("fake_memo.n0", CREATE, &[]),
            _ => node(&format!("fake_memo.n{i}"), CREATE, &[&format!("fake_memo.n{}", i - 1)]),
        })
        .collect();
    let (stage, outcome) = run(&nodes, |_| {}).await;
    assert!(outcome.complete);
    assert!(stage.log.flushes <= 2, "{}", stage.log.flushes);
    assert_eq!(stage.log.records.len(), 51);
    let secret = [node("fake_memo.a", CREATE, &[]), node("b", CREATE, &["fake_memo.a"])];
    let (stage, _) = run(&secret, |_| {}).await;
    expect![[r#"
        planned 1
        result put fake_memo.a memo-a
        started Create fake_thing.b
        result put fake_thing.b id-b
        end true
    "#]]
    .assert_eq(&stage.records());
}

#[tokio::test]
async fn syncs_are_shared() {
    let nodes: Vec<Node> = (0..100).map(|i| node(&format!("n{i}"), CREATE, &[])).collect();
    let (stage, outcome) = run(&nodes, |s| s.parallelism = 10).await;
    assert_eq!(outcome.done.added, 100);
    assert!(stage.log.flushes <= 2 * 100 / 10 + 5, "{}", stage.log.flushes);
    assert!(stage.cloud.with(|w| w.most_at_work) <= 10);
}

#[tokio::test]
async fn a_provider_is_not_given_more_than_it_wants() {
    let nodes: Vec<Node> = (0..20).map(|i| node(&format!("n{i}"), CREATE, &[])).collect();
    let (stage, outcome) = run(&nodes, |s| {
        s.parallelism = 10;
        s.per_provider = 3;
        s.cloud.with(|w| w.slow = 5);
        for i in 0..20 {
            if i % 3 == 0 {
                s.cloud.script(&format!("n{i}"), Script::Fails);
            }
        }
    })
    .await;
    assert_eq!((outcome.done.added, outcome.skipped.len()), (13, 0));
    assert_eq!(stage.cloud.with(|w| w.most_at_work), 3);
}

#[tokio::test]
async fn an_unknown_outcome_is_uncertain() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"]), node("c", Action::Delete, &[])];
    let (stage, outcome) = run(&nodes, |s| {
        s.cloud.script("a", Script::Lost);
        s.cloud.script("c", Script::Undone);
    })
    .await;
    expect![[r#"
        planned 3
        started Create fake_thing.a
        uncertain: Not allowed.
        started Delete fake_thing.c
        uncertain: Not allowed.
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        error: Not allowed; The cloud does not let you create it. None
        error: Not allowed; The cloud does not let you delete it. None
        [OpenId(0000000000000001.0), OpenId(0000000000000001.2)]"#]]
    .assert_eq(&format!("{:?}{:?}", outcome.diags, outcome.uncertain));
}

#[tokio::test]
async fn a_crash_of_a_provider_is_uncertain_too() {
    let (stage, outcome) =
        run(&[node("a", CREATE, &[])], |s| s.cloud.script("a", Script::Panics)).await;
    expect![[r#"
        planned 1
        started Create fake_thing.a
        uncertain: The provider crashed before the outcome was known.
        end false
    "#]]
    .assert_eq(&stage.records());
    assert_eq!((outcome.diags.error_count(), outcome.uncertain.len()), (1, 1));
}

#[tokio::test]
async fn a_lost_lock_ends_it() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("a", Script::Fences)).await;
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a
        started Create fake_thing.b
        result error: it was not begun
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        error: State lock lost; Nothing more was begun: another run has taken it over. None
        []"#]]
    .assert_eq(&format!("{:?}{:?}", outcome.diags, outcome.skipped));
    assert!(stage.cloud.with(|w| w.objects.len() == 1));
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_ends_it() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |s| s.log.full_from = Some(1)).await;
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a
        started Create fake_thing.b
        result error: it was not begun
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        error: Journal cannot be written; Nothing more was begun, since what came of it could not be recorded: No space is left. None
    "#]].assert_eq(&format!("{:?}", outcome.diags));
    assert!(!outcome.durable && !outcome.complete);
    assert!(stage.cloud.with(|w| w.objects.len() == 1));
}

#[tokio::test]
async fn stopped_soon_and_now() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &[]), node("c", CREATE, &["a"])];
    let (sender, receiver) = watch::channel(Stop::No);
    let mut stage = Stage::new(&nodes);
    stage.stop = Some(receiver);
    stage.cloud.script("b", Script::Hangs);
    stage.cloud.with(|w| w.slow = 3);
    let cloud = stage.cloud.clone();
    let stop = async {
        while cloud.with(|w| w.most_at_work) < 2 {
            tokio::task::yield_now().await;
        }
        sender.send_replace(Stop::Soon);
        while cloud.with(|w| w.objects.is_empty()) {
            tokio::task::yield_now().await;
        }
        sender.send_replace(Stop::Now);
    };
    let (outcome, ()) = tokio::join!(stage.run(), stop);
    expect![[r#"
        fake_thing.a: Create
        fake_thing.b: Create
        fake_thing.a: Create done [id=id-a]
        fake_thing.b: Create failed
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 3
        started Create fake_thing.a
        started Create fake_thing.b
        result put fake_thing.a id-a
        uncertain: It was interrupted before its outcome was known.
        end false
    "#]]
    .assert_eq(&stage.records());
    assert!(outcome.stopped && !outcome.complete && outcome.durable);
    expect!["[AbsInstance(fake_thing.c)][OpenId(0000000000000001.1)]"]
        .assert_eq(&format!("{:?}{:?}", outcome.skipped, outcome.uncertain));
}

fn provisioned(mut of: Node, list: &[(When, OnFailure, &str)]) -> Node {
    of.says.provisioners = list.iter().map(|(w, f, c)| (*w, *f, (*c).to_owned())).collect();
    of
}

#[tokio::test]
async fn provisioners_run_when_it_is_made() {
    let list = [
        (When::Create, OnFailure::Continue, "echo ID; exit 1"),
        (When::Destroy, OnFailure::Fail, "echo not now"),
        (When::Create, OnFailure::Fail, "echo second"),
    ];
    let nodes = [provisioned(node("a", CREATE, &[]), &list), node("b", CREATE, &["a"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_thing.a: Create
        fake_thing.a: local-exec
        fake_thing.a (local-exec): Executing: ["/bin/sh" "-c" "echo id-a; exit 1"]
        fake_thing.a (local-exec): id-a
        fake_thing.a: local-exec failed
        fake_thing.a: local-exec
        fake_thing.a (local-exec): Executing: ["/bin/sh" "-c" "echo second"]
        fake_thing.a (local-exec): second
        fake_thing.a: local-exec done
        fake_thing.a: Create done [id=id-a]
        fake_thing.b: Create
        fake_thing.b: Create done [id=id-b]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a tainted
        changed put fake_thing.a id-a
        started Create fake_thing.b
        result put fake_thing.b id-b
        end true
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        warning: local-exec provisioner error; Error running command 'echo id-a; exit 1': exit status 1. Output: id-a
         None
    "#]].assert_eq(&format!("{:?}", outcome.diags));
}

#[tokio::test]
async fn a_failed_provisioner_leaves_it_tainted() {
    let list =
        [(When::Create, OnFailure::Fail, "exit 2"), (When::Create, OnFailure::Fail, "echo no")];
    let nodes =
        [provisioned(node("fake_memo.a", CREATE, &[]), &list), node("b", CREATE, &["fake_memo.a"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_memo.a: Create
        fake_memo.a: local-exec
        fake_memo.a (local-exec): Executing: ["/bin/sh" "-c" "exit 2"]
        fake_memo.a: local-exec failed
        fake_memo.a: Create failed
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 1
        result put fake_memo.a memo-a tainted
        end false
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        error: local-exec provisioner error; Error running command 'exit 2': exit status 2. Output:  None
    "#]].assert_eq(&format!("{:?}", outcome.diags));
    assert_eq!(outcome.done.added, 0);
}

#[tokio::test]
async fn provisioners_run_before_it_is_destroyed() {
    let list = [(When::Destroy, OnFailure::Fail, "echo bye ID")];
    let failing = [(When::Destroy, OnFailure::Fail, "exit 1")];
    let nodes = [
        provisioned(node("a", DESTROY_FIRST, &[]), &list),
        provisioned(node("b", DESTROY_FIRST, &[]), &failing),
        provisioned(node("c", CREATE_FIRST, &[]), &failing),
    ];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_thing.a: Delete [id=old-a]
        fake_thing.a: local-exec
        fake_thing.a (local-exec): Executing: ["/bin/sh" "-c" "echo bye old-a"]
        fake_thing.a (local-exec): bye old-a
        fake_thing.a: local-exec done
        fake_thing.a: Delete done
        fake_thing.b: Delete [id=old-b]
        fake_thing.b: local-exec
        fake_thing.b (local-exec): Executing: ["/bin/sh" "-c" "exit 1"]
        fake_thing.b: local-exec failed
        fake_thing.b: Delete failed
        fake_thing.c: Create
        fake_thing.c: Create done [id=id-c]
        fake_thing.a: Create
        fake_thing.a: Create done [id=id-a]
        fake_thing.c (deposed object fea3f0ab): Delete [id=old-c]
        fake_thing.c (deposed object fea3f0ab): Delete done
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        fake_thing.a id-a
        fake_thing.b old-b
        fake_thing.c id-c
    "#]]
    .assert_eq(&stage.objects());
    assert_eq!(outcome.diags.error_count(), 1);
}

#[tokio::test]
async fn conditions_hold_back_what_needs_it() {
    let mut before = node("a", CREATE, &[]);
    before.says.fails = Some(Phase::Before);
    let mut after = node("b", CREATE, &[]);
    after.says.fails = Some(Phase::After);
    let nodes = [before, after, node("c", CREATE, &["b"])];
    let (stage, outcome) = run(&nodes, |_| {}).await;
    expect![[r#"
        fake_thing.b: Create
        fake_thing.b: Create done [id=id-b]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        fake_thing.b id-b
    "#]]
    .assert_eq(&stage.objects());
    assert_eq!(outcome.diags.error_count(), 2);
}

#[tokio::test]
async fn data_is_read_when_its_turn_comes() {
    let mut nested = node("data.fake_look.n", Action::Read, &["a"]);
    nested.reason = Reason::CheckNested;
    let nodes = [
        node("a", CREATE, &[]),
        node("data.fake_look.d", Action::Read, &["a"]),
        nested,
        node("b", CREATE, &["data.fake_look.d"]),
    ];
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("n", Script::Fails)).await;
    expect![[r#"
        fake_thing.a: Create
        fake_thing.a: Create done [id=id-a]
        data.fake_look.d: Read
        data.fake_look.d: Read done [id=seen]
        data.fake_look.n: Read
        data.fake_look.n: Read failed
        fake_thing.b: Create
        fake_thing.b: Create done [id=id-b]
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        planned 2
        started Create fake_thing.a
        result put fake_thing.a id-a
        result put data.fake_look.d seen
        started Create fake_thing.b
        result put fake_thing.b id-b
        end true
    "#]]
    .assert_eq(&stage.records());
    expect![[r#"
        warning: Not allowed; The cloud does not let you read it. None
    "#]]
    .assert_eq(&format!("{:?}", outcome.diags));
    assert!(outcome.complete);
}

#[tokio::test]
async fn ephemeral_objects_are_open_as_long_as_they_are_needed() {
    let token = || instance("ephemeral.fake_token.t");
    let using = |mut n: Node| {
        n.says.once = Some(token());
        n
    };
    let nodes = [
        using(node("a", CREATE, &[])),
        using(node("b", CREATE, &["a"])),
        node("c", CREATE, &["b"]),
    ];
    let (stage, outcome) = run(&nodes, |s| {
        s.language.says.insert(token(), crate::testing::language::Says::default());
    })
    .await;
    expect![[r#"
        ephemeral.fake_token.t: Open
        ephemeral.fake_token.t: Open done
        fake_thing.a: Create
        fake_thing.a: Create done [id=id-a]
        fake_thing.b: Create
        fake_thing.b: Create done [id=id-b]
        ephemeral.fake_token.t: Close
        fake_thing.c: Create
        ephemeral.fake_token.t: Close done
        fake_thing.c: Create done [id=id-c]
    "#]]
    .assert_eq(&stage.events);
    let wb_state::journal::Record::Started { intent, .. } = &stage.log.records[1] else { panic!() };
    assert!(outcome.complete && intent.config.text().contains(r#""once":null"#));
    let (stage, outcome) = run(&nodes, |s| s.cloud.script("t", Script::Fails)).await;
    expect![[r#"
        ephemeral.fake_token.t: Open
        ephemeral.fake_token.t: Open failed
    "#]]
    .assert_eq(&stage.events);
    expect![[r#"
        error: Not allowed; The cloud does not let you open it. None
        [AbsInstance(fake_thing.b), AbsInstance(fake_thing.c)]"#]]
    .assert_eq(&format!("{:?}{:?}", outcome.diags, outcome.skipped));
}

#[tokio::test]
async fn a_provider_that_cannot_be_configured_is_reported_once() {
    let nodes = [node("a", CREATE, &[]), node("b", CREATE, &[]), node("c", CREATE, &["b"])];
    let (stage, outcome) = run(&nodes, |s| s.language.region = "nowhere".to_owned()).await;
    expect![[r#"
        error: Not allowed; The cloud does not let you configure it. None
        [AbsInstance(fake_thing.c)]"#]]
    .assert_eq(&format!("{:?}{:?}", outcome.diags, outcome.skipped));
    assert_eq!(stage.events, "");
}

#[tokio::test]
async fn an_update_without_difference_asks_nobody() {
    let mut same = node("a", Action::Update, &[]);
    same.says.size = -1;
    same.says.secret = true;
    let (stage, outcome) = run(&[same], |s| s.cloud.script("a", Script::Panics)).await;
    assert!(outcome.complete && outcome.done.changed == 1);
    expect![[r#"
        planned 1
        result put fake_thing.a old-a
        end true
    "#]]
    .assert_eq(&stage.records());
    let object = stage.state.objects().next().unwrap().1;
    assert_eq!(object.sensitive.len(), 2);
}
