use expect_test::{Expect, expect};
use wb_plan::Action;
use wb_state::Snapshot;

use super::*;
use crate::testing::cloud::Script;
use crate::testing::stack::{Node, Stage, node, provider_config, providers, show_edits};

/// What the next command finds and makes of it, after a run in which operations go as scripted.
async fn check(nodes: &[Node], scripts: &[(&str, Script)], region: &str, expected: Expect) {
    let mut stage = Stage::new(nodes);
    for (name, script) in scripts {
        stage.cloud.script(name, *script);
    }
    let before = stage.state.clone();
    stage.run().await;
    let snapshot: Snapshot = crate::testing::log::found(&before, &stage.log.records);
    let resolved = resolve(Resolve {
        open: &snapshot.open,
        state: &snapshot.state,
        providers: &providers(&stage.cloud),
        clients: Clients::new(),
        configs: &mut |_| Ok(provider_config(region)),
        world: stage.world(None),
    })
    .await;
    let mut shown = show_edits(&resolved.edits);
    shown.push_str(&format!("closes {:?} leaves {:?}\n", resolved.closes, resolved.left));
    for diag in &resolved.diags {
        shown.extend([&*diag.summary, ": ", &*diag.detail, "\n"]);
    }
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn what_was_made_is_found() {
    let nodes = [
        node("a", Action::Create, &[]),
        node("b", Action::Create, &[]),
        node("c", Action::Replace { create_first: true }, &[]),
    ];
    let scripts = [("a", Script::Lost), ("b", Script::Undone), ("c", Script::Lost)];
    check(&nodes, &scripts, "here", expect![[r#"
         put fake_thing.a id-a
         depose fake_thing.c 5f523a2a
         put fake_thing.c id-c
        closes [OpenId(0000000000000001.0), OpenId(0000000000000001.1), OpenId(0000000000000001.2)] leaves []
        Interrupted step settled: An earlier run began to create fake_thing.a, and did not learn what came of it. It was created [id=id-a].
        Interrupted step settled: An earlier run began to create fake_thing.b, and did not learn what came of it. It was not created.
        Interrupted step settled: An earlier run began to create fake_thing.c, and did not learn what came of it. It was created [id=id-c].
    "#]]).await;
}

#[tokio::test]
async fn what_was_changed_or_destroyed_is_looked_at() {
    let nodes = [
        node("a", Action::Update, &[]),
        node("b", Action::Delete, &[]),
        node("c", Action::Delete, &[]),
    ];
    let scripts = [("a", Script::Lost), ("b", Script::Lost), ("c", Script::Undone)];
    check(&nodes, &scripts, "here", expect![[r#"
         put fake_thing.a old-a
         remove fake_thing.b
         put fake_thing.c old-c
        closes [OpenId(0000000000000001.0), OpenId(0000000000000001.1), OpenId(0000000000000001.2)] leaves []
        Interrupted step settled: An earlier run began to change fake_thing.a, and did not learn what came of it. It exists [id=old-a], and the state has it as it is now.
        Interrupted step settled: An earlier run began to destroy fake_thing.b, and did not learn what came of it. It does not exist any more.
        Interrupted step settled: An earlier run began to destroy fake_thing.c, and did not learn what came of it. It exists [id=old-c], and the state has it as it is now.
    "#]]).await;
}

#[tokio::test]
async fn another_target_settles_nothing() {
    let nodes = [node("a", Action::Create, &[])];
    check(&nodes, &[("a", Script::Lost)], "there", expect![[r#"
        closes [] leaves [OpenId(0000000000000001.0)]
        Step is not settled: An earlier run began to create fake_thing.a, and what came of it is not known. Its provider was configured for region "here", and is now for region "there": configure it as it was, and run the command again.
    "#]]).await;
    check(&nodes, &[("a", Script::Lost)], "nowhere", expect![[r#"
        closes [] leaves [OpenId(0000000000000001.0)]
        Step is not settled: An earlier run began to create fake_thing.a, and what came of it is not known. Its provider cannot be configured. Not allowed: The cloud does not let you configure it.
    "#]]).await;
}

#[tokio::test]
async fn what_was_not_provisioned_is_tainted() {
    let mut of = node("a", Action::Create, &[]);
    of.says.provisioners = vec![(crate::When::Create, crate::OnFailure::Fail, "echo".to_owned())];
    check(&[of], &[("a", Script::Lost)], "here", expect![[r#"
         put fake_thing.a id-a tainted
        closes [OpenId(0000000000000001.0)] leaves []
        Interrupted step settled: An earlier run began to create fake_thing.a, and did not learn what came of it. It was created [id=id-a]. Whether its provisioners have run is not known: it is tainted.
    "#]]).await;
}
