//! What the lines are.

use expect_test::expect;
use serde_json::json;
use wb_core::addr::ObjectAddr;
use wb_core::diag::Diagnostic;
use wb_plan::Reason;
use wb_state::{Output, RawJson};

use super::*;
use crate::testing;

fn written(write: impl FnOnce(&mut Lines<'_>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    let clock = || "T".to_owned();
    write(&mut Lines::new(&mut bytes, &clock)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    text
}

#[test]
fn a_plan_is_told_change_by_change() {
    let was = json!({"id": "i", "input": 1});
    let mut replaced = testing::change(
        "module.m[0].terraform_data.a[\"k\"]",
        Action::Replace { create_first: true },
        &was,
        &json!({"input": 2}),
    );
    replaced.reason = Reason::Tainted;
    let mut moved = testing::change("terraform_data.b", Action::NoOp, &was, &was);
    moved.previous = Some(testing::instance("terraform_data.old"));
    let mut plan = testing::plan(vec![replaced, moved]);
    plan.outputs = vec![testing::output("o", Action::Update, &json!(1), &json!(2))];
    let text = written(|lines| {
        lines.version("1.16.0", "0.1.0")?;
        lines.plan(&plan)?;
        lines.diagnostics(&Diagnostic::error("Wrong", "Why.").into(), &SourceMap::new())
    });
    expect![[r#"
        {"@level":"info","@message":"wb 0.1.0, standing for Terraform 1.16.0","@module":"terraform.ui","@timestamp":"T","terraform":"1.16.0","wb":"0.1.0","ui":"1.2","type":"version"}
        {"@level":"info","@message":"module.m[0].terraform_data.a[\"k\"]: Plan to replace","@module":"terraform.ui","@timestamp":"T","change":{"resource":{"addr":"module.m[0].terraform_data.a[\"k\"]","module":"module.m[0]","resource":"terraform_data.a[\"k\"]","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":"k"},"action":"replace","reason":"tainted"},"type":"planned_change"}
        {"@level":"info","@message":"terraform_data.b: Plan to move","@module":"terraform.ui","@timestamp":"T","change":{"resource":{"addr":"terraform_data.b","module":"","resource":"terraform_data.b","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"b","resource_key":null},"previous_resource":{"addr":"terraform_data.old","module":"","resource":"terraform_data.old","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"old","resource_key":null},"action":"move"},"type":"planned_change"}
        {"@level":"info","@message":"Plan: 1 to add, 0 to change, 1 to destroy.","@module":"terraform.ui","@timestamp":"T","changes":{"add":1,"change":0,"import":0,"remove":1,"operation":"plan"},"type":"change_summary"}
        {"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"T","outputs":{"o":{"sensitive":false,"action":"update"}},"type":"outputs"}
        {"@level":"error","@message":"Error: Wrong","@module":"terraform.ui","@timestamp":"T","diagnostic":{"severity":"error","summary":"Wrong","detail":"Why."},"type":"diagnostic"}
    "#]].assert_eq(&text);
}

#[test]
fn steps_are_told_as_they_come_and_secrets_are_not() {
    let address = ObjectAddr::parse("terraform_data.a").unwrap();
    let id = || Some(ShownId { key: "id", value: "i".to_owned() });
    let doing = Doing::Create;
    let elapsed = Duration::from_millis(61_200);
    let (kind, line) = ("local-exec".into(), "hello".to_owned());
    let mut state = State::default();
    for (name, sensitive) in [("open", false), ("secret", true)] {
        let output = Output {
            value: RawJson::new("\"hush\"").unwrap(),
            kind: RawJson::new("\"string\"").unwrap(),
            sensitive,
            deprecated: None,
        };
        state.outputs.insert(name.into(), output);
    }
    let text = written(|lines| {
        lines.refresh_started(&address.instance, id().as_ref())?;
        lines.event(&Event::Started { address: address.clone(), doing, id: None })?;
        lines.event(&Event::ProvisionOutput { address: address.clone(), kind, line })?;
        lines.still(&address.instance, doing, Duration::from_secs(10), None)?;
        lines.event(&Event::Done { address: address.clone(), doing, elapsed, id: id() })?;
        lines.event(&Event::Failed { address: address.clone(), doing: Doing::Delete, elapsed })?;
        lines.done(&Counts { add: 1, ..Counts::default() }, Operation::Apply)?;
        lines.outputs(&state)
    });
    expect![[r#"
        {"@level":"info","@message":"terraform_data.a: Refreshing state... [id=i]","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"id_key":"id","id_value":"i"},"type":"refresh_start"}
        {"@level":"info","@message":"terraform_data.a: Creating...","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"action":"create"},"type":"apply_start"}
        {"@level":"info","@message":"terraform_data.a: (local-exec): hello","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"provisioner":"local-exec","output":"hello"},"type":"provision_progress"}
        {"@level":"info","@message":"terraform_data.a: Still creating... [10s elapsed]","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"action":"create","elapsed_seconds":10},"type":"apply_progress"}
        {"@level":"info","@message":"terraform_data.a: Creation complete after 1m1s [id=i]","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"action":"create","id_key":"id","id_value":"i","elapsed_seconds":61},"type":"apply_complete"}
        {"@level":"info","@message":"terraform_data.a: Destruction errored after 1m1s","@module":"terraform.ui","@timestamp":"T","hook":{"resource":{"addr":"terraform_data.a","module":"","resource":"terraform_data.a","implied_provider":"terraform","resource_type":"terraform_data","resource_name":"a","resource_key":null},"action":"delete","elapsed_seconds":61},"type":"apply_errored"}
        {"@level":"info","@message":"Apply complete! Resources: 1 added, 0 changed, 0 destroyed.","@module":"terraform.ui","@timestamp":"T","changes":{"add":1,"change":0,"import":0,"remove":0,"operation":"apply"},"type":"change_summary"}
        {"@level":"info","@message":"Outputs: 2","@module":"terraform.ui","@timestamp":"T","outputs":{"open":{"sensitive":false,"type":"string","value":"hush"},"secret":{"sensitive":true,"type":"string"}},"type":"outputs"}
    "#]].assert_eq(&text);
    assert_eq!(text.matches("hush").count(), 1);
}
